//! Business days, as far as a promise to answer needs them.
//!
//! A business day is a day from Monday to Friday in the region's main time zone. Public holidays are *not* known here: every
//! region has its own, several move with the moon, and a wrong table would be worse than none. A promise that falls on a
//! holiday is therefore a little stricter for the platform than it need be, never later for whoever waits. Saturdays and
//! Sundays do not count anywhere, also where the working week is another one.

use jiff::{ToSpan, Zoned, civil::Weekday, tz::TimeZone};
use kernel::{Instant, Region};

/// The time zone in which a region's business days begin and end: that of its commercial centre.
pub fn zone(region: Region) -> TimeZone {
    let name = match region.code() {
        "US" => "America/New_York",
        "GB" => "Europe/London",
        "MX" => "America/Mexico_City",
        "ID" => "Asia/Jakarta",
        "TH" => "Asia/Bangkok",
        "VN" => "Asia/Ho_Chi_Minh",
        "MY" => "Asia/Kuala_Lumpur",
        "PH" => "Asia/Manila",
        "SG" => "Asia/Singapore",
        "CN" => "Asia/Shanghai",
        _ => "UTC",
    };
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn is_business_day(at: &Zoned) -> bool {
    !matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The same time of the next day; where a change of clocks has swallowed it, the moment after the gap.
fn tomorrow(at: &Zoned) -> Option<Zoned> {
    at.checked_add(1.day()).ok()
}

/// `days` business days after `from`: at the same time of day, so many business days later. What begins on a weekend begins
/// with the first moment of the next business day.
pub fn business_days_after(from: Instant, days: u32, zone: &TimeZone) -> Instant {
    let later = || {
        let mut at = from.timestamp().to_zoned(zone.clone());
        while !is_business_day(&at) {
            at = tomorrow(&at)?.start_of_day().ok()?;
        }
        for _ in 0..days {
            at = tomorrow(&at)?;
            while !is_business_day(&at) {
                at = tomorrow(&at)?;
            }
        }
        Some(Instant(at.timestamp().as_millisecond()))
    };
    // Only at the end of the calendar, thousands of years ahead, is there no next day.
    later().unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn after(from: &str, days: u32, region: &[u8; 2]) -> String {
        business_days_after(at(from), days, &zone(Region::new(region))).to_string()
    }

    #[test]
    fn three_business_days_from_monday_to_thursday_at_the_same_time() {
        assert_eq!(after("2026-11-16T10:00:00Z", 3, b"GB"), "2026-11-19T10:00:00.000Z");
    }

    #[test]
    fn a_weekend_in_between_does_not_count() {
        assert_eq!(after("2026-11-20T10:00:00Z", 3, b"GB"), "2026-11-25T10:00:00.000Z");
        assert_eq!(after("2026-11-20T10:00:00Z", 1, b"GB"), "2026-11-23T10:00:00.000Z");
    }

    #[test]
    fn what_is_asked_on_a_weekend_counts_from_the_first_moment_of_monday() {
        assert_eq!(after("2026-11-21T10:00:00Z", 3, b"GB"), "2026-11-26T00:00:00.000Z");
        assert_eq!(after("2026-11-22T23:59:59.999Z", 3, b"GB"), "2026-11-26T00:00:00.000Z");
        assert_eq!(after("2026-11-23T00:00:00Z", 3, b"GB"), "2026-11-26T00:00:00.000Z");
    }

    #[test]
    fn the_regions_own_days_count() {
        // Friday evening in London is Saturday morning in Singapore: there the count begins with Monday.
        assert_eq!(after("2026-11-20T20:00:00Z", 1, b"GB"), "2026-11-23T20:00:00.000Z");
        assert_eq!(after("2026-11-20T20:00:00Z", 1, b"SG"), "2026-11-23T16:00:00.000Z");
    }

    #[test]
    fn a_change_of_clocks_does_not_move_the_time_of_day() {
        // New York's clocks go back on 1 November 2026: ten o'clock is 14:00 UTC before and 15:00 UTC after.
        assert_eq!(after("2026-10-30T14:00:00Z", 1, b"US"), "2026-11-02T15:00:00.000Z");
    }
}
