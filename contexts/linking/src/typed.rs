//! What people write with an invitation, a request or an answer.

use crate::grant_unlink;
use kernel::{Problem, Refusal};

/// How many characters a message or a reason may have. A form's limit, not a rule of the trade.
pub const MOST: usize = 500;

/// A text that may be empty.
pub fn optional(field: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > MOST {
        return Err(Problem::new(field, "linking.text_too_long").with("most", MOST).into());
    }
    Ok(text.to_owned())
}

/// A reason that must be given. It may not look like the rule's own: those begin with `rule:` and come from the clock only.
pub fn reason(field: &str, text: &str) -> Result<String, Refusal> {
    let said = optional(field, text)?;
    if said.is_empty() {
        return Err(Refusal::malformed(field, "linking.reason_missing"));
    }
    let taken = [grant_unlink::VIOLATION_OPEN, grant_unlink::UNLINKS_SPENT].contains(&said.as_str());
    if taken { Err(Problem::new(field, "linking.reason_taken").with("given", said).into()) } else { Ok(said) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_have_500_characters_and_not_one_more() {
        assert_eq!(optional("message", &"谊".repeat(MOST)).map(|text| text.chars().count()), Ok(MOST));
        assert!(optional("message", &"谊".repeat(MOST + 1)).is_err());
        assert_eq!(optional("message", " \n "), Ok(String::new()));
    }

    #[test]
    fn a_reason_says_something_and_not_what_only_the_clock_says() {
        assert!(reason("reason", " ").is_err());
        assert!(reason("reason", grant_unlink::VIOLATION_OPEN).is_err());
        assert_eq!(reason("reason", " the season is not over "), Ok("the season is not over".into()));
    }
}
