//! Ad accounts and members are taken out of an asset group; members lose what it gave them.

use crate::{
    Event,
    assets::{self, Denied},
};
use kernel::{AdAccountId, AssetGroupId, Capability, May, OrgId, Rules, UserId, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct UngroupAssets {
    /// For which centre.
    pub centre: OrgId,
    /// Which group.
    pub group: AssetGroupId,
    /// Which ad accounts.
    pub ad_accounts: Vec<AdAccountId>,
    /// Which members.
    pub members: Vec<UserId>,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What is in it.
    pub ad_accounts: Vec<AdAccountId>,
    /// Who is in it.
    pub members: Vec<UserId>,
}

impl Capability for UngroupAssets {
    const NAME: &'static str = "centers.ungroup_assets";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![something_changes];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (group, centre) = (self.group, self.centre);
        let gone = self.members.iter().filter(|one| facts.members.contains(one));
        let gone = gone.map(|user| Event::MemberUngrouped { group, centre, user: *user });
        let out = self.ad_accounts.iter().filter(|one| facts.ad_accounts.contains(one));
        gone.chain(out.map(|ad_account| Event::AdAccountUngrouped { group, centre, ad_account: *ad_account })).collect()
    }
}

/// Something is taken out that is in it.
fn something_changes(ask: &UngroupAssets, facts: &Facts) -> Result<(), Denied> {
    let in_it =
        ask.ad_accounts.iter().any(|one| facts.ad_accounts.contains(one)) || ask.members.iter().any(|one| facts.members.contains(one));
    if in_it { Ok(()) } else { Err(Denied::NothingChanges) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, USER};
    use kernel::decide;

    #[test]
    fn only_what_is_in_a_group_is_taken_out_of_it() {
        let ask = UngroupAssets { centre: CENTRE, group: AssetGroupId::new(7), ad_accounts: vec![AD_ACCOUNT], members: vec![USER] };
        let facts = Facts { ad_accounts: vec![AD_ACCOUNT], members: vec![] };
        assert!(matches!(decide(&ask, &facts).unwrap()[..], [Event::AdAccountUngrouped { .. }]));
        assert_eq!(decide(&ask, &Facts { ad_accounts: vec![], members: vec![] }), Err(vec![Denied::NothingChanges]));
    }
}
