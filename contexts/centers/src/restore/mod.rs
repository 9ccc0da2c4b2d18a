//! An admin lets an account be used again in an ad account from which it was withheld. Ads that paused stay paused until somebody
//! resumes them. Source: the Business API's `/bc/asset/advertiser/assign/`.

use crate::{
    Event,
    granting::{self, Denied},
    index::grants::Grant,
};
use access::OrgState;
use kernel::{AccountId, AdAccountId, Capability, May, OrgId, Role, Rules, rules};

pub mod io;

/// What the admin asks for.
#[derive(Clone, Debug)]
pub struct Restore {
    /// For which centre.
    pub centre: OrgId,
    /// Which account.
    pub account: AccountId,
    /// For which ad account.
    pub ad_account: AdAccountId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// What the centre holds.
    pub grant: Grant,
    /// Whether the account is withheld from the ad account.
    pub is_withheld: bool,
}

impl Capability for Restore {
    const NAME: &'static str = "centers.restore";
    const MAY: May = May::Members(&[Role::CentreAdmin]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, account_is_withheld];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccountRestored { held: facts.grant.held, ad_account: self.ad_account }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &Restore, facts: &Facts) -> Result<(), Denied> {
    granting::centre_is_normal(facts.centre)
}

/// The account is withheld from the ad account.
fn account_is_withheld(_: &Restore, facts: &Facts) -> Result<(), Denied> {
    if facts.is_withheld { Ok(()) } else { Err(Denied::NotWithheld) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{grant, held, scopes};
    use kernel::decide;

    #[test]
    fn only_what_is_withheld_is_restored_and_only_by_a_centre_that_may_act() {
        let ad_account = AdAccountId::new(7);
        let ask = Restore { centre: OrgId::new(1), account: AccountId::new(3), ad_account };
        let facts = Facts { centre: OrgState::Normal, grant: grant(scopes(1)), is_withheld: true };
        assert_eq!(decide(&ask, &facts), Ok(vec![Event::AccountRestored { held: held(), ad_account }]));
        let served = Facts { is_withheld: false, ..facts.clone() };
        assert_eq!(decide(&ask, &served), Err(vec![Denied::NotWithheld]));
        let state = OrgState::Suspended;
        assert_eq!(decide(&ask, &Facts { centre: state, ..facts }), Err(vec![Denied::CentreNotNormal { state }]));
    }
}
