//! An admin withholds an account that the centre holds from one ad account: by the centre's grant nobody may use it there any more.
//! A member's own link and a code for a post are roads of their own. Source: the Business API's `/bc/asset/advertiser/unassign/`.

use crate::{Event, granting::Denied, index::grants::Grant};
use kernel::{AccountId, AdAccountId, Capability, Instant, May, OrgId, Role, Rules, rules};

pub mod io;

/// What the admin asks for.
#[derive(Clone, Debug)]
pub struct Withhold {
    /// For which centre.
    pub centre: OrgId,
    /// Which account.
    pub account: AccountId,
    /// From which ad account.
    pub ad_account: AdAccountId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What the centre holds.
    pub grant: Grant,
    /// Since when the account is withheld from the ad account, if it is.
    pub withheld_since: Option<Instant>,
}

impl Capability for Withhold {
    const NAME: &'static str = "centers.withhold";
    const MAY: May = May::Members(&[Role::CentreAdmin]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![account_serves_the_ad_account];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccountWithheld { held: facts.grant.held, ad_account: self.ad_account }]
    }
}

/// The account may be used in the ad account so far.
fn account_serves_the_ad_account(_: &Withhold, facts: &Facts) -> Result<(), Denied> {
    facts.withheld_since.map_or(Ok(()), |since| Err(Denied::AlreadyWithheld { since }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, grant, held, scopes};
    use kernel::decide;

    #[test]
    fn an_account_is_withheld_from_an_ad_account_once() {
        let ad_account = AdAccountId::new(7);
        let ask = Withhold { centre: OrgId::new(1), account: AccountId::new(3), ad_account };
        let facts = Facts { grant: grant(scopes(1)), withheld_since: None };
        assert_eq!(decide(&ask, &facts), Ok(vec![Event::AccountWithheld { held: held(), ad_account }]));
        let again = Facts { withheld_since: Some(NOW), ..facts };
        assert_eq!(decide(&ask, &again), Err(vec![Denied::AlreadyWithheld { since: NOW }]));
    }
}
