//! An asset group is removed: its members lose what it gave them, and its ad accounts stay.

use crate::{
    Event,
    assets::{self, Denied},
};
use kernel::{AdAccountId, AssetGroupId, Capability, May, OrgId, Rules, UserId, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct RemoveGroup {
    /// For which centre.
    pub centre: OrgId,
    /// Which group.
    pub group: AssetGroupId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What is in it.
    pub ad_accounts: Vec<AdAccountId>,
    /// Who is in it.
    pub members: Vec<UserId>,
}

impl Capability for RemoveGroup {
    const NAME: &'static str = "centers.remove_group";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (group, centre) = (self.group, self.centre);
        let members = facts.members.iter().map(|user| Event::MemberUngrouped { group, centre, user: *user });
        let all = facts.ad_accounts.iter().map(|ad_account| Event::AdAccountUngrouped { group, centre, ad_account: *ad_account });
        members.chain(all).chain([Event::AssetGroupRemoved { group, centre }]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, USER};
    use kernel::decide;

    #[test]
    fn a_removed_group_lets_go_of_all_that_was_in_it() {
        let group = AssetGroupId::new(7);
        let facts = Facts { ad_accounts: vec![AD_ACCOUNT], members: vec![USER] };
        let expected = vec![
            Event::MemberUngrouped { group, centre: CENTRE, user: USER },
            Event::AdAccountUngrouped { group, centre: CENTRE, ad_account: AD_ACCOUNT },
            Event::AssetGroupRemoved { group, centre: CENTRE },
        ];
        assert_eq!(decide(&RemoveGroup { centre: CENTRE, group }, &facts), Ok(expected));
    }
}
