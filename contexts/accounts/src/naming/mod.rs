//! What handles and nicknames look like. Registering, renaming and importing ask the same questions.

use kernel::Cited;
use serde::Deserialize;

/// The packs' values about names.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// A handle has at least so many characters.
    pub handle_least: Cited<u32>,
    /// A handle has at most so many characters.
    pub handle_most: Cited<u32>,
    /// A nickname has at most so many characters.
    pub nickname_most: Cited<u32>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "accounts.naming";
}

/// Whether a handle has the platform's form: letters and digits of any script, `_` and `.`, no dot at its end, and of the
/// length that the packs allow.
pub fn handle_fits(handle: &str, policy: &Policy) -> bool {
    let length = handle.chars().count() as u64;
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    handle.chars().all(fits)
        && !handle.ends_with('.')
        && handle.chars().any(char::is_alphanumeric)
        && (u64::from(policy.handle_least.value)..=u64::from(policy.handle_most.value)).contains(&length)
}

/// Whether a nickname can be shown: not empty, not too long, no control characters.
pub fn nickname_fits(nickname: &str, policy: &Policy) -> bool {
    let length = nickname.chars().count() as u64;
    !nickname.trim().is_empty() && length <= u64::from(policy.nickname_most.value) && !nickname.chars().any(char::is_control)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A value as a pack would cite it.
    pub(crate) fn cited<T>(value: T) -> Cited<T> {
        Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: kernel::Sure::Ours }
    }

    /// The values that the tests of other verbs use too.
    pub(crate) fn policy() -> Policy {
        Policy { handle_least: cited(2), handle_most: cited(24), nickname_most: cited(30) }
    }

    #[test]
    fn a_handle_has_2_to_24_letters_digits_underscores_and_dots() {
        for good in ["ab", "_x_", "luna.k", "小美", "abcdefghijklmnopqrstuvwx"] {
            assert!(handle_fits(good, &policy()), "{good}");
        }
        for bad in ["a", "abcdefghijklmnopqrstuvwxy", "luna.", "lu na", "@luna", "..", "__", "", "lu\u{202e}na"] {
            assert!(!handle_fits(bad, &policy()), "{bad}");
        }
    }

    #[test]
    fn a_nickname_has_1_to_30_characters_of_any_script() {
        assert!(nickname_fits("小美的厨房 🍳 مطبخ", &policy()));
        assert!(nickname_fits(&"x".repeat(30), &policy()));
        assert!(!nickname_fits(&"x".repeat(31), &policy()));
        assert!(!nickname_fits(" ", &policy()));
        assert!(!nickname_fits("a\nb", &policy()));
    }
}
