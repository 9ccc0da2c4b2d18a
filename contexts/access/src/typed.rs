//! What people type: names and addresses, checked for form. Pure.

use kernel::Problem;

/// The longest name of a person, an organisation or a token, in characters.
const LONGEST_NAME: usize = 60;
/// The longest address that mail can be sent to, in bytes.
const LONGEST_EMAIL: usize = 254;

/// Characters that print nothing and can make one name look like another.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A name: not empty, not too long, without hidden characters.
pub fn name(field: &str, typed: &str) -> Result<String, Problem> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(Problem::new(field, "access.name_missing"));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Problem::new(field, "access.name_too_long").with("most", LONGEST_NAME as i64));
    }
    if name.chars().any(is_hidden) {
        return Err(Problem::new(field, "access.name_hides"));
    }
    Ok(name.to_owned())
}

/// An address that mail could be sent to. Whether it exists only mail can tell.
pub fn email(field: &str, typed: &str) -> Result<String, Problem> {
    let email = crate::email_key(typed);
    let sound = email.split_once('@').is_some_and(|(local, host)| {
        let labels = host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        !local.is_empty() && labels && host.contains('.') && !host.contains('@')
    });
    let plain = email.chars().all(|c| !c.is_whitespace() && !is_hidden(c) && !matches!(c, '<' | '>' | '"' | ',' | ';' | '(' | ')'));
    if sound && plain && email.len() <= LONGEST_EMAIL { Ok(email) } else { Err(Problem::new(field, "access.email_malformed")) }
}

/// A reason that others will read.
pub fn reason(field: &str, typed: &str) -> Result<String, Problem> {
    const LONGEST: usize = 500;
    let reason = typed.trim();
    if reason.is_empty() {
        return Err(Problem::new(field, "access.reason_missing"));
    }
    if reason.chars().count() > LONGEST {
        return Err(Problem::new(field, "access.reason_too_long").with("most", LONGEST as i64));
    }
    Ok(reason.to_owned())
}

/// Categories, one in each line or between commas, each once.
pub fn categories(field: &str, typed: &str) -> Result<Vec<String>, Problem> {
    const MOST: usize = 20;
    let mut list: Vec<String> = Vec::new();
    for part in typed.split([',', '，', '、', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let category = name(field, part)?;
        if !list.contains(&category) {
            list.push(category);
        }
    }
    if list.len() > MOST { Err(Problem::new(field, "access.categories_too_many").with("most", MOST as i64)) } else { Ok(list) }
}

/// A time zone that the zone table knows.
pub fn zone(field: &str, typed: &str) -> Result<String, Problem> {
    let known = !typed.is_empty() && jiff::tz::TimeZone::get(typed).is_ok();
    if known { Ok(typed.to_owned()) } else { Err(Problem::new(field, "access.zone_unknown").with("given", typed)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_sixty_characters_of_any_script_and_no_more() {
        assert_eq!(name("name", &format!(" {} ", "谊".repeat(60))), Ok("谊".repeat(60)));
        assert_eq!(name("name", &"谊".repeat(61)).unwrap_err().code, "access.name_too_long");
        assert_eq!(name("name", " \t ").unwrap_err().code, "access.name_missing");
        assert_eq!(name("name", "Ann\u{202e}nna").unwrap_err().code, "access.name_hides");
    }

    #[test]
    fn addresses_are_kept_in_lower_case_and_odd_ones_refused() {
        assert_eq!(email("email", " Ann@Example.COM "), Ok("ann@example.com".into()));
        let long = format!("{}@example.com", "a".repeat(242));
        assert!(email("email", &long).is_ok());
        assert!(email("email", &format!("a{long}")).is_ok() == (long.len() < 254));
        for bad in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@example",
            "ann@exa mple.com",
            "a@b@example.com",
            "ann@.com",
            "<ann@example.com>",
            "ann@-x.com",
            "a\n@example.com",
        ] {
            assert!(email("email", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn categories_are_read_from_lines_and_commas_each_once() {
        assert_eq!(
            categories("c", "Beauty, Home，美妆、Beauty\n\nPets"),
            Ok(vec!["Beauty".into(), "Home".into(), "美妆".into(), "Pets".into()])
        );
        let twenty: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        assert!(categories("c", &twenty.join(",")).is_ok());
        assert!(categories("c", &format!("{},x", twenty.join(","))).is_err());
    }
}
