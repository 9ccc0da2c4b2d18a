//! How a context plugs into the store.

use crate::{AnyAsk, Recorded, Tx};
use kernel::{Actor, Capability, May, OrgId, Policy, Refusal};

/// What a context gives to the store.
pub struct Part {
    /// The context's name, the first word of its verbs.
    pub name: &'static str,
    /// Its migrations: number in the house's one series, name, text.
    pub schema: &'static [(u32, &'static str, &'static str)],
    /// Tables that `reindex` empties and fills again from the log.
    pub tables: &'static [&'static str],
    /// Brings this context's tables in step with one event, its own or another's.
    pub apply: fn(&mut Tx<'_>, &Recorded) -> Result<(), Refusal>,
    /// What this context asks for when an event of another happens. Pure.
    pub react: fn(&Recorded) -> Vec<Box<dyn AnyAsk>>,
    /// The ask that a deadline of this context makes when it is due: kind, subject.
    pub due: fn(&str, &str) -> Option<Box<dyn AnyAsk>>,
    /// Its verbs.
    pub capabilities: &'static [Described],
    /// The pack sections that it reads.
    pub policies: &'static [Values],
}

impl Part {
    /// A part that does nothing yet; contexts override what they have.
    pub const fn named(name: &'static str) -> Part {
        Part {
            name,
            schema: &[],
            tables: &[],
            apply: |_, _| Ok(()),
            react: |_| Vec::new(),
            due: |_, _| None,
            capabilities: &[],
            policies: &[],
        }
    }
}

/// A verb as golden files, the permission page and the tests see it.
pub struct Described {
    /// `linking.unlink`.
    pub name: &'static str,
    /// Who may ask.
    pub may: May,
    /// Whether a recent confirmation is needed.
    pub step_up: bool,
    /// Its rules' names.
    pub rules: fn() -> Vec<&'static str>,
}

impl Described {
    /// The description of a verb.
    pub const fn of<C: Capability>() -> Described {
        Described { name: C::NAME, may: C::MAY, step_up: C::STEP_UP, rules: || C::RULES.iter().map(|rule| rule.name).collect() }
    }
}

/// A pack section together with the type that reads it.
pub struct Values {
    /// `linking.unlink`.
    pub section: &'static str,
    /// Whether the section's values can be read, completely and without a rest.
    pub check: fn(serde_json::Value) -> Result<(), String>,
}

impl Values {
    /// The section that `P` reads.
    pub const fn of<P: Policy>() -> Values {
        Values { section: P::SECTION, check: |values| serde_json::from_value::<P>(values).map(drop).map_err(|bad| bad.to_string()) }
    }
}

/// What the gate is asked: may `actor` use `permission`, which `may` describes, for `org`?
pub struct Entry<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// What.
    pub permission: &'static str,
    /// Who may.
    pub may: May,
    /// Whether a recent confirmation is needed.
    pub step_up: bool,
    /// For which organisation, where membership counts.
    pub org: Option<OrgId>,
}

/// The one place that decides who may. `contexts/access` provides it.
pub type Gate = fn(&mut Tx<'_>, &Entry<'_>) -> Result<(), Refusal>;
