//! A shop was renamed: its official account follows. Where the new name does not fit an account, the shop cannot take it.

use crate::{Event, events::Pair};
use kernel::{Capability, Cited, May, OrgId, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the platform asks for when a shop is renamed.
#[derive(Clone, Debug)]
pub struct FollowName {
    /// The shop.
    pub shop: OrgId,
    /// Its new name.
    pub name: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The shop's official account, if it has one.
    pub official: Option<Pair>,
    /// How many characters an official account's name may have.
    pub length: Cited<usize>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The official account cannot bear this name.
    NameTooLong {
        /// How long the name is.
        length: usize,
        /// How long it may be.
        allowed: Cited<usize>,
    },
}

impl kernel::Denied for Denied {}

impl Capability for FollowName {
    const NAME: &'static str = "linking.follow_name";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![name_fits_the_official_account];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        facts.official.iter().map(|pair| Event::NameFollowed { pair: *pair, name: self.name.clone() }).collect()
    }
}

/// The name fits the official account, if there is one.
fn name_fits_the_official_account(ask: &FollowName, facts: &Facts) -> Result<(), Denied> {
    let length = ask.name.chars().count();
    let fits = facts.official.is_none() || length <= facts.length.value;
    if fits { Ok(()) } else { Err(Denied::NameTooLong { length, allowed: facts.length.clone() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Kind,
        rules::tests::{cited, pair},
    };
    use kernel::decide;

    #[test]
    fn a_name_of_29_characters_fits_and_one_of_30_does_not() {
        let facts = Facts { official: Some(pair(Kind::Official)), length: cited(29) };
        let rename = |length| FollowName { shop: OrgId::new(1), name: "谊".repeat(length) };
        assert!(decide(&rename(29), &facts).is_ok());
        assert_eq!(decide(&rename(30), &facts), Err(vec![Denied::NameTooLong { length: 30, allowed: cited(29) }]));
        assert_eq!(decide(&rename(30), &Facts { official: None, ..facts }), Ok(vec![]));
    }
}
