//! Instants and spans. An instant is absolute; a reader's zone matters only where a page is drawn.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
};

/// A day of the calendar.
pub use jiff::civil::Date;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. In JSON: RFC 3339, UTC, always three decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub i64);

/// A length of time, in milliseconds. In JSON and in packs: a whole number and a unit, `24 h`, `180 d`, `10 min`, `30 s`, `5 ms`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub i64);

impl Span {
    /// `n` milliseconds.
    pub const fn millis(n: i64) -> Self {
        Self(n)
    }
    /// `n` seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000)
    }
    /// `n` minutes.
    pub const fn minutes(n: i64) -> Self {
        Self(n * 60_000)
    }
    /// `n` hours.
    pub const fn hours(n: i64) -> Self {
        Self(n * 3_600_000)
    }
    /// `n` days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self(n * 86_400_000)
    }
}

/// Units from the largest, so that a span prints in the largest one that divides it.
const UNITS: [(&str, i64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |size: i64| self.0 != 0 && self.0 % size == 0;
        // 24 h stays hours: the trade says "48 hours", not "2 days"; days begin at three.
        let fits = |unit: &str, size: i64| whole(size) && (unit != "d" || self.0 >= 3 * size);
        let (unit, size) = UNITS.into_iter().find(|(unit, size)| fits(unit, *size)).unwrap_or(("ms", 1));
        write!(out, "{} {unit}", self.0 / size)
    }
}
impl fmt::Debug for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
impl FromStr for Span {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a length of time; write a whole number and a unit: ms, s, min, h or d, as in `24 h`");
        let (number, unit) = text.trim().split_once(' ').ok_or_else(bad)?;
        let size = UNITS.into_iter().find(|(name, _)| *name == unit.trim()).ok_or_else(bad)?.1;
        let number: i64 = number.parse().map_err(|_| bad())?;
        number.checked_mul(size).filter(|ms| *ms >= 0).map(Self).ok_or_else(bad)
    }
}
impl Serialize for Span {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Add<Span> for Instant {
    type Output = Instant;
    fn add(self, span: Span) -> Instant {
        Instant(self.0.saturating_add(span.0))
    }
}
impl Sub<Span> for Instant {
    type Output = Instant;
    fn sub(self, span: Span) -> Instant {
        Instant(self.0.saturating_sub(span.0))
    }
}
impl Sub for Instant {
    type Output = Span;
    fn sub(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Instant {
    /// The instant as a calendar time in UTC; out-of-range instants clamp to the calendar's ends.
    pub fn timestamp(self) -> jiff::Timestamp {
        let end = if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(end)
    }
    /// The first moment, in UTC, at which someone born on `birth` is `years` old. Someone born on 29 February has the birthday on
    /// 1 March of a common year.
    pub fn birthday(birth: Date, years: i16) -> Option<Instant> {
        let year = birth.year().checked_add(years)?;
        let day = Date::new(year, birth.month(), birth.day()).or_else(|_| Date::new(year, 3, 1)).ok()?;
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Instant(midnight.timestamp().as_millisecond()))
    }
    /// Whole years between a date of birth and this instant, counted in UTC: a birthday counts from its first moment.
    pub fn years_since(self, birth: Date) -> i16 {
        let today = self.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        let before_birthday = (today.month(), today.day()) < (birth.month(), birth.day());
        today.year() - birth.year() - i16::from(before_birthday)
    }
}
impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:.3}", self.timestamp())
    }
}
impl fmt::Debug for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
impl FromStr for Instant {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.parse::<jiff::Timestamp>();
        parsed.map(|t| Self(t.as_millisecond())).map_err(|_| format!("`{text}` is not an RFC 3339 time such as 2026-11-21T10:00:00Z"))
    }
}
impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_print_as_the_trade_says_them_and_read_back() {
        for (span, text) in [
            (Span::hours(24), "24 h"),
            (Span::hours(48), "48 h"),
            (Span::days(180), "180 d"),
            (Span::minutes(10), "10 min"),
            (Span(1), "1 ms"),
            (Span(0), "0 ms"),
        ] {
            assert_eq!(span.to_string(), text);
            assert_eq!(text.parse(), Ok(span));
        }
        assert!("1 day".parse::<Span>().is_err());
        assert!("-1 h".parse::<Span>().is_err());
    }

    #[test]
    fn an_instant_reads_back_what_it_prints() {
        let instant = Instant(1_795_000_000_123);
        assert_eq!(instant.to_string().parse(), Ok(instant));
        assert_eq!(Instant(0).to_string(), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn someone_is_18_from_the_first_moment_of_the_birthday_and_not_a_millisecond_before() {
        let birth = jiff::civil::date(2008, 11, 21);
        let birthday: Instant = "2026-11-21T00:00:00Z".parse().unwrap_or_default();
        assert_eq!(birthday.years_since(birth), 18);
        assert_eq!((birthday - Span(1)).years_since(birth), 17);
        assert_eq!(Instant::birthday(birth, 18), Some(birthday));
        let leap = jiff::civil::date(2008, 2, 29);
        let day_after: Instant = "2026-03-01T00:00:00Z".parse().unwrap_or_default();
        assert_eq!((day_after.years_since(leap), (day_after - Span(1)).years_since(leap)), (18, 17));
        assert_eq!(Instant::birthday(leap, 18), Some(day_after));
    }
}
