//! An admin closes an ad account. With it go every role on it, its shares, its places in groups and its identities.

use crate::{
    Event,
    assets::{self, Denied},
    index::{ad_accounts::Given, partners::Share},
};
use kernel::{AdAccountId, AssetGroupId, Capability, IdentityId, May, OrgId, Rules, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct CloseAdAccount {
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Every role on it, in every centre.
    pub given: Vec<Given>,
    /// With whom it is shared.
    pub shares: Vec<Share>,
    /// The groups that it is in, with their centres.
    pub groups: Vec<(AssetGroupId, OrgId)>,
    /// Its identities.
    pub identities: Vec<IdentityId>,
}

impl Capability for CloseAdAccount {
    const NAME: &'static str = "centers.close_ad_account";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (ad_account, centre) = (self.ad_account, self.centre);
        let mut events = vec![Event::AdAccountClosed { ad_account, centre }];
        events.extend(assets::roles_end(&facts.given));
        events.extend(facts.groups.iter().map(|(group, centre)| Event::AdAccountUngrouped { group: *group, centre: *centre, ad_account }));
        events.extend(facts.shares.iter().map(|share| Event::AdAccountUnshared { ad_account, centre, partner: share.partner }));
        events.extend(facts.identities.iter().map(|identity| Event::IdentityDeleted { identity: *identity, centre, ad_account }));
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AdRole,
        assets::tests::{AD_ACCOUNT, CENTRE, PARTNER, USER, away, given},
    };
    use kernel::decide;

    #[test]
    fn nothing_dangles_when_an_ad_account_closes() {
        let facts = Facts {
            given: vec![given(CENTRE, USER, AdRole::Admin), given(PARTNER, USER, AdRole::Operator)],
            shares: vec![away().share],
            groups: vec![(AssetGroupId::new(7), PARTNER)],
            identities: vec![IdentityId::new(8)],
        };
        let events = decide(&CloseAdAccount { centre: CENTRE, ad_account: AD_ACCOUNT }, &facts).unwrap();
        let ad_account = AD_ACCOUNT;
        let expected = [
            Event::AdAccountClosed { ad_account, centre: CENTRE },
            Event::AdRoleTaken { ad_account, centre: CENTRE, user: USER },
            Event::AdRoleTaken { ad_account, centre: PARTNER, user: USER },
            Event::AdAccountUngrouped { group: AssetGroupId::new(7), centre: PARTNER, ad_account },
            Event::AdAccountUnshared { ad_account, centre: CENTRE, partner: PARTNER },
            Event::IdentityDeleted { identity: IdentityId::new(8), centre: CENTRE, ad_account },
        ];
        assert_eq!(events, expected);
    }
}
