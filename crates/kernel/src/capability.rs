//! A capability is something one may ask for. It names who may ask, and the rules that decide whether now.
//!
//! The rules are plain functions in reading order; *all* are asked, so an answer holds every reason, and the same list
//! serves the decision, the dry run before it and the greyed-out button.

use crate::{Denial, Instant, Role};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// Something one may ask for. Its type is the ask itself, with what the actor chose.
pub trait Capability: Sized + 'static {
    /// `context.verb`: also its permission, its section in the packs, its words and its key in the log.
    const NAME: &'static str;
    /// Who may ask.
    const MAY: May;
    /// Whether the person must have confirmed who they are in the last minutes.
    const STEP_UP: bool = false;
    /// All that the rules may look at.
    type Facts;
    /// Why not.
    type Denied: Denied;
    /// What will have happened.
    type Event: Event;
    /// The rules, in reading order.
    const RULES: Rules<Self>;
    /// What happens when every rule agrees.
    fn events(&self, facts: &Self::Facts) -> Vec<Self::Event>;
}

/// Who may ask for something. One gate reads it, for every surface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum May {
    /// Members, with one of these roles, of the organisation that the ask is made for.
    Members(&'static [Role]),
    /// Any signed-in person, for themselves.
    Person,
    /// Whoever is known: a person, or a program that acts for its organisation. What they may see of it, the handler judges.
    Known,
    /// Everyone, signed in or not; the verb's own facts (a password, a one-time link) decide.
    Anyone,
    /// The platform itself: a deadline, a reaction or an operator at the command line.
    Platform,
}

/// One rule: its name is a true statement about an allowed ask.
pub struct Rule<C: Capability> {
    /// The function's name.
    pub name: &'static str,
    /// `Ok` when the statement is true.
    pub check: fn(&C, &C::Facts) -> Result<(), C::Denied>,
}

/// A verb's rules.
pub type Rules<C> = &'static [Rule<C>];

/// `rules![has_waited, allowance_is_left]`: rules named after their functions.
#[macro_export]
macro_rules! rules {
    ($($(#[$attr:meta])* $rule:path),* $(,)?) => {
        &[$($crate::Rule { name: $crate::capability::last_segment(stringify!($rule)), check: $rule }),*]
    };
}

/// `eligibility::is_adult` → `is_adult`.
pub const fn last_segment(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut at = bytes.len();
    while at > 0 && bytes[at - 1] != b':' && bytes[at - 1] != b' ' {
        at -= 1;
    }
    path.split_at(at).1
}

/// A typed reason against. It serialises to an object with `code` (the variant) and its fields.
pub trait Denied: Serialize + Debug + PartialEq {
    /// The name under which its words stand; by default the verb's own.
    fn scope(&self) -> Option<&'static str> {
        None
    }
    /// The earliest moment at which this reason can be gone by itself, where waiting helps.
    fn until(&self) -> Option<Instant> {
        None
    }
}

/// Something that has happened. Serialises with `kind` (the variant, past tense) and its fields.
pub trait Event: Serialize + DeserializeOwned + Debug + Send + Sync + 'static {
    /// The context that owns it.
    const CONTEXT: &'static str;
    /// The one thing it is about, as the log's key.
    fn subject(&self) -> String;
    /// The organisations that see it in their logs and live pages.
    fn parties(&self) -> Vec<crate::OrgId>;
    /// The person whose data it holds, if any: its body is then sealed under that person's own key, so that erasing the
    /// person is destroying one key while the chain still verifies.
    fn person(&self) -> Option<String> {
        None
    }
}

/// A rule's answer in a dry run.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Check {
    /// The rule.
    pub rule: &'static str,
    /// Why not, when it says no.
    pub denial: Option<Denial>,
}

/// Asks every rule: what will have happened, or every reason why not.
pub fn decide<C: Capability>(ask: &C, facts: &C::Facts) -> Result<Vec<C::Event>, Vec<C::Denied>> {
    let denied: Vec<C::Denied> = C::RULES.iter().filter_map(|rule| (rule.check)(ask, facts).err()).collect();
    if denied.is_empty() { Ok(ask.events(facts)) } else { Err(denied) }
}

/// The same rules as a list of answers, for the page that shows them before anyone clicks.
pub fn precheck<C: Capability>(ask: &C, facts: &C::Facts) -> Vec<Check> {
    let answer = |rule: &Rule<C>| Check { rule: rule.name, denial: (rule.check)(ask, facts).err().map(|d| Denial::of::<C>(&d)) };
    C::RULES.iter().map(answer).collect()
}
