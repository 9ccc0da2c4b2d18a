//! The house's values in TikTok's words.

use kernel::Instant;

/// `2026-11-22 01:57:40`, in UTC.
pub(crate) fn time(at: Instant) -> String {
    let text = at.to_string();
    text.get(..19).unwrap_or(&text).replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_to_the_second_in_utc() {
        let at: Instant = "2026-11-22T01:57:40.999Z".parse().unwrap();
        assert_eq!(time(at), "2026-11-22 01:57:40");
    }
}
