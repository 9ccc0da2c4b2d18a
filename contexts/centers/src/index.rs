//! Own tables, kept in step with the events, and the questions that rules, pages and other contexts ask of them.

pub mod ad_accounts;
pub mod ads;
pub mod changes;
pub mod grants;
pub mod groups;
pub mod identities;
pub mod partners;
pub mod posts;
pub mod requests;
pub mod withheld;

use crate::Event;
use kernel::Refusal;
use store::{Recorded, Tx};

/// Brings every table in step with one event. Each table takes what concerns it.
pub fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    changes::apply(tx, recorded)?;
    let Some(event) = recorded.event::<Event>() else { return Ok(()) };
    let event = event?;
    ad_accounts::apply(tx, recorded, &event)?;
    partners::apply(tx, recorded, &event)?;
    groups::apply(tx, recorded, &event)?;
    requests::apply(tx, recorded, &event)?;
    grants::apply(tx, recorded, &event)?;
    withheld::apply(tx, recorded, &event)?;
    posts::apply(tx, recorded, &event)?;
    ads::apply(tx, recorded, &event)
}

/// A part of a name as a LIKE pattern, with what LIKE reads specially taken literally.
pub(crate) fn containing(search: &str) -> String {
    let literal = search.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{literal}%")
}
