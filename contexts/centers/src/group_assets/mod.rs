//! Ad accounts and members are put into an asset group. A member who is in it already gets the role that is named now.

use crate::{
    AdRole, Event,
    assets::{self, Denied},
};
use access::OrgState;
use kernel::{AdAccountId, AssetGroupId, Capability, May, OrgId, Rules, UserId, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct GroupAssets {
    /// For which centre.
    pub centre: OrgId,
    /// Which group.
    pub group: AssetGroupId,
    /// Which ad accounts.
    pub ad_accounts: Vec<AdAccountId>,
    /// Which members, each with the role that the group gives them.
    pub members: Vec<(UserId, AdRole)>,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// What is in it.
    pub ad_accounts: Vec<AdAccountId>,
    /// Who is in it.
    pub members: Vec<(UserId, AdRole)>,
    /// Those of the named people who are no members of the centre.
    pub strangers: Vec<UserId>,
}

impl Capability for GroupAssets {
    const NAME: &'static str = "centers.group_assets";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, people_are_members, something_changes];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (group, centre) = (self.group, self.centre);
        let new = self.ad_accounts.iter().filter(|one| !facts.ad_accounts.contains(one));
        let new = new.map(|ad_account| Event::AdAccountGrouped { group, centre, ad_account: *ad_account });
        let joined = self.members.iter().filter(|one| !facts.members.contains(one));
        let joined = joined.map(|(user, role)| Event::MemberGrouped { group, centre, user: *user, role: *role });
        new.chain(joined).collect()
    }
}

/// The centre may act.
fn centre_is_normal(_: &GroupAssets, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// Only members of the centre are put into a group.
fn people_are_members(_: &GroupAssets, facts: &Facts) -> Result<(), Denied> {
    if facts.strangers.is_empty() { Ok(()) } else { Err(Denied::NotAMember) }
}

/// Something is put in that is not in it already.
fn something_changes(ask: &GroupAssets, facts: &Facts) -> Result<(), Denied> {
    let stays =
        ask.ad_accounts.iter().all(|one| facts.ad_accounts.contains(one)) && ask.members.iter().all(|one| facts.members.contains(one));
    if stays { Err(Denied::NothingChanges) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, USER};
    use kernel::decide;

    fn decided(facts: &Facts) -> Result<Vec<Event>, Vec<Denied>> {
        let members = vec![(USER, AdRole::Operator)];
        decide(&GroupAssets { centre: CENTRE, group: AssetGroupId::new(7), ad_accounts: vec![AD_ACCOUNT], members }, facts)
    }
    fn facts() -> Facts {
        Facts { centre: OrgState::Normal, ad_accounts: vec![], members: vec![], strangers: vec![] }
    }

    #[test]
    fn what_is_in_a_group_already_is_not_put_in_again() {
        assert_eq!(decided(&facts()).unwrap().len(), 2);
        let members = vec![(USER, AdRole::Analyst)];
        let events = decided(&Facts { ad_accounts: vec![AD_ACCOUNT], members, ..facts() }).unwrap();
        assert!(matches!(events[..], [Event::MemberGrouped { role: AdRole::Operator, .. }]), "{events:?}");
        let members = vec![(USER, AdRole::Operator)];
        assert_eq!(decided(&Facts { ad_accounts: vec![AD_ACCOUNT], members, ..facts() }), Err(vec![Denied::NothingChanges]));
    }

    #[test]
    fn nobody_from_outside_is_put_into_a_group() {
        assert_eq!(decided(&Facts { strangers: vec![USER], ..facts() }), Err(vec![Denied::NotAMember]));
    }
}
