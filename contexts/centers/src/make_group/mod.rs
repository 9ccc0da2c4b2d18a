//! An admin makes an asset group: its members have their role on each of its ad accounts.

use crate::{
    Event,
    assets::{self, Denied},
};
use access::OrgState;
use kernel::{AssetGroupId, Capability, Cited, May, OrgId, Rules, rules};
use serde::Deserialize;
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct MakeGroup {
    /// The group's id, made by the shell.
    pub group: AssetGroupId,
    /// For which centre.
    pub centre: OrgId,
    /// What people will call it.
    pub name: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// Whether a group of the centre has this name.
    pub is_taken: bool,
    /// How many groups the centre has.
    pub groups: i64,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many groups one centre has at the most.
    pub most: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.make_group";
}

impl Capability for MakeGroup {
    const NAME: &'static str = "centers.make_group";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, name_is_free, groups_are_left];
    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::AssetGroupMade { group: self.group, centre: self.centre, name: self.name.clone() }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &MakeGroup, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// No group of the centre has this name.
fn name_is_free(_: &MakeGroup, facts: &Facts) -> Result<(), Denied> {
    if facts.is_taken { Err(Denied::GroupNameTaken) } else { Ok(()) }
}

/// The centre has room for another group.
fn groups_are_left(_: &MakeGroup, facts: &Facts) -> Result<(), Denied> {
    let allowed = &facts.policy.most;
    if facts.groups < allowed.value { Ok(()) } else { Err(Denied::GroupsFull { allowed: allowed.clone() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{CENTRE, cited};
    use kernel::decide;

    #[test]
    fn a_centre_makes_groups_of_different_names_as_many_as_the_pack_says() {
        let ask = MakeGroup { group: AssetGroupId::new(7), centre: CENTRE, name: "UK".into() };
        let policy = Arc::new(Policy { most: cited(2) });
        let facts = |is_taken, groups| Facts { centre: OrgState::Normal, is_taken, groups, policy: policy.clone() };
        assert!(decide(&ask, &facts(false, 1)).is_ok());
        assert_eq!(decide(&ask, &facts(true, 2)), Err(vec![Denied::GroupNameTaken, Denied::GroupsFull { allowed: cited(2) }]));
    }
}
