//! Give an organisation another name. What bears its name elsewhere follows: a shop's official account does.

pub mod io;

use crate::{Event, Org};
use kernel::{Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

/// The roles that look after how an organisation appears.
pub const KEEPERS: &[Role] =
    &[Role::ShopOwner, Role::ShopManager, Role::CreatorOwner, Role::BrandOwner, Role::CentreAdmin, Role::OperatorAdmin];

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct RenameOrg {
    /// Which organisation.
    pub org: OrgId,
    /// Its new name.
    pub name: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// The organisation.
    pub org: Org,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// That is its name.
    SameName,
}

impl kernel::Denied for Denied {}

impl Capability for RenameOrg {
    const NAME: &'static str = "access.rename_org";
    const MAY: May = May::Members(KEEPERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![name_is_another];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::OrgRenamed { org: self.org, from: facts.org.name.clone(), name: self.name.clone() }]
    }
}

fn name_is_another(ask: &RenameOrg, facts: &Facts) -> Result<(), Denied> {
    if ask.name == facts.org.name { Err(Denied::SameName) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_to_another_one_and_the_old_one_is_remembered() {
        let ask = |name: &str| RenameOrg { org: OrgId::new(1), name: name.into() };
        let facts = Facts { org: crate::testing::shop() };
        assert_eq!(kernel::decide(&ask("Shop"), &facts), Err(vec![Denied::SameName]));
        let renamed = Event::OrgRenamed { org: OrgId::new(1), from: "Shop".into(), name: "shop".into() };
        assert_eq!(kernel::decide(&ask("shop"), &facts), Ok(vec![renamed]));
    }
}
