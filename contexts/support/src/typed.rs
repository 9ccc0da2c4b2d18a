//! What people type, checked before anything is asked.

use kernel::{Problem, Refusal};
use serde::Deserialize;

/// How long a message may be.
pub(crate) const LONGEST: usize = 4_000;
/// How long the reason of an act may be: it is shown on the account's page.
pub(crate) const LONGEST_REASON: usize = 500;

/// The JSON of whatever only needs a text.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// What to say, 1 to 4,000 characters.
    #[schema(example = "Thank you.")]
    pub text: String,
}

/// A text that must be there.
pub(crate) fn text(typed: &str, most: usize) -> Result<String, Refusal> {
    let text = text_or_none(typed, most)?;
    if text.is_empty() { Err(Refusal::malformed("text", "support.text_missing")) } else { Ok(text) }
}

/// A text that may be empty.
pub(crate) fn text_or_none(typed: &str, most: usize) -> Result<String, Refusal> {
    let text = typed.trim();
    if text.chars().count() > most {
        return Err(Problem::new("text", "support.text_too_long").with("most", most).into());
    }
    Ok(text.to_owned())
}

/// A cause by its code in linking's diagnosis, or nothing.
pub(crate) fn cause(typed: &str) -> Result<String, Refusal> {
    let is_known = typed.is_empty() || linking::diagnose::CODES.contains(&typed);
    if is_known { Ok(typed.to_owned()) } else { Err(Problem::new("cause", "support.bad_cause").with("given", typed).into()) }
}

/// How many tickets a page holds, unless it is told otherwise.
pub(crate) const SIZES: [i64; 3] = [20, 50, 100];

/// A number of rows, 1 to 100.
pub(crate) fn size(typed: Option<&str>) -> Result<i64, Refusal> {
    let Some(typed) = typed else { return Ok(SIZES[0]) };
    let number = typed.parse().ok().filter(|number| (1..=100).contains(number));
    number.ok_or_else(|| Problem::new("size", "support.bad_size").with("given", typed).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_have_as_many_characters_as_stated_and_not_one_more() {
        assert!(text(&"字".repeat(LONGEST), LONGEST).is_ok());
        assert!(text(&"字".repeat(LONGEST + 1), LONGEST).is_err());
        assert!(text("  ", LONGEST).is_err());
        assert_eq!(text_or_none(" ", LONGEST), Ok(String::new()));
    }

    #[test]
    fn a_cause_is_one_that_the_diagnosis_knows() {
        assert!(cause("in_wait").is_ok());
        assert!(cause("").is_ok());
        assert!(cause("<b>").is_err());
    }

    #[test]
    fn one_to_a_hundred_rows_are_shown() {
        assert_eq!(size(None), Ok(20));
        assert!(size(Some("1")).is_ok() && size(Some("100")).is_ok());
        assert!(size(Some("0")).is_err() && size(Some("101")).is_err() && size(Some("x")).is_err());
    }
}
