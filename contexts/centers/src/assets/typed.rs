//! What people type about ad accounts and groups, checked for form. Pure.

use kernel::Problem;

/// The currencies in which ad accounts are kept, ISO 4217.
pub const CURRENCIES: [&str; 21] = [
    "AED", "AUD", "BRL", "CAD", "CNY", "EUR", "GBP", "HKD", "IDR", "JPY", "KRW", "MXN", "MYR", "PHP", "PLN", "SAR", "SGD", "THB", "TWD",
    "USD", "VND",
];

/// The longest name of an ad account, a group or an identity, in characters.
pub const LONGEST: usize = 100;

/// Characters that print nothing and can make one name look like another.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A name: not empty, not too long, without hidden characters.
pub fn name(field: &str, typed: &str) -> Result<String, Problem> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(Problem::new(field, "centers.assets.name_missing"));
    }
    if name.chars().count() > LONGEST {
        return Err(Problem::new(field, "centers.assets.name_too_long").with("most", LONGEST as i64));
    }
    if name.chars().any(is_hidden) {
        return Err(Problem::new(field, "centers.assets.name_hides"));
    }
    Ok(name.to_owned())
}

/// A currency of the list.
pub fn currency(field: &str, typed: &str) -> Result<String, Problem> {
    let code = typed.trim().to_ascii_uppercase();
    if CURRENCIES.contains(&code.as_str()) {
        Ok(code)
    } else {
        Err(Problem::new(field, "centers.assets.currency_unknown").with("given", typed))
    }
}

/// A time zone that the zone table knows.
pub fn zone(field: &str, typed: &str) -> Result<String, Problem> {
    let zone = typed.trim();
    let known = !zone.is_empty() && jiff::tz::TimeZone::get(zone).is_ok();
    if known { Ok(zone.to_owned()) } else { Err(Problem::new(field, "centers.assets.zone_unknown").with("given", typed)) }
}

/// A role on an ad account.
pub fn role(field: &str, typed: &str) -> Result<crate::AdRole, Problem> {
    crate::AdRole::from_code(typed.trim()).ok_or_else(|| Problem::new(field, "centers.assets.role_unknown").with("given", typed))
}

/// An id of its own form; `words` is the problem's code.
pub fn id<T: std::str::FromStr>(field: &str, words: &str, typed: &str) -> Result<T, Problem> {
    typed.trim().parse().map_err(|_| Problem::new(field, words).with("given", typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_up_to_a_hundred_characters_of_any_script() {
        assert_eq!(name("name", &format!(" {} ", "春".repeat(100))), Ok("春".repeat(100)));
        assert_eq!(name("name", &"春".repeat(101)).unwrap_err().code, "centers.assets.name_too_long");
        assert_eq!(name("name", "  ").unwrap_err().code, "centers.assets.name_missing");
        assert_eq!(name("name", "a\u{200b}b").unwrap_err().code, "centers.assets.name_hides");
    }

    #[test]
    fn currencies_zones_and_roles_are_those_of_their_lists() {
        assert_eq!(currency("currency", " gbp "), Ok("GBP".into()));
        assert!(currency("currency", "XXX").is_err());
        assert!(CURRENCIES.is_sorted());
        assert_eq!(zone("zone", "Europe/London"), Ok("Europe/London".into()));
        assert!(zone("zone", "Mars/Base").is_err() && zone("zone", "").is_err());
        assert_eq!(role("role", "operator"), Ok(crate::AdRole::Operator));
        assert!(role("role", "owner").is_err());
    }
}
