//! An asset group gets another name.

use crate::{
    Event,
    assets::{self, Denied},
};
use access::OrgState;
use kernel::{AssetGroupId, Capability, May, OrgId, Rules, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct RenameGroup {
    /// For which centre.
    pub centre: OrgId,
    /// Which group.
    pub group: AssetGroupId,
    /// The new name.
    pub name: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// The present name.
    pub present: String,
    /// Whether another group of the centre has this name.
    pub is_taken: bool,
}

impl Capability for RenameGroup {
    const NAME: &'static str = "centers.rename_group";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, name_is_another, name_is_free];
    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::AssetGroupRenamed { group: self.group, centre: self.centre, name: self.name.clone() }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &RenameGroup, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// The name is another one.
fn name_is_another(ask: &RenameGroup, facts: &Facts) -> Result<(), Denied> {
    if ask.name == facts.present { Err(Denied::NameUnchanged) } else { Ok(()) }
}

/// No other group of the centre has this name.
fn name_is_free(_: &RenameGroup, facts: &Facts) -> Result<(), Denied> {
    if facts.is_taken { Err(Denied::GroupNameTaken) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::CENTRE;
    use kernel::decide;

    #[test]
    fn a_group_takes_a_name_that_no_other_has() {
        let ask = RenameGroup { centre: CENTRE, group: AssetGroupId::new(7), name: "UK".into() };
        let facts = |present: &str, is_taken| Facts { centre: OrgState::Normal, present: present.into(), is_taken };
        assert!(decide(&ask, &facts("GB", false)).is_ok());
        assert_eq!(decide(&ask, &facts("GB", true)), Err(vec![Denied::GroupNameTaken]));
        assert_eq!(decide(&ask, &facts("UK", false)), Err(vec![Denied::NameUnchanged]));
    }
}
