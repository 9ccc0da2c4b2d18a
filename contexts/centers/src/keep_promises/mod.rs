//! Someone joined by an invitation: they get the roles that were promised with it, as far as the centre still has the ad accounts
//! and their owners still share them.

use crate::{AdRole, Event, assets::Denied};
use kernel::{AdAccountId, Capability, May, OrgId, Rules, UserId, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct KeepPromises {
    /// For which centre.
    pub centre: OrgId,
    /// Who joined.
    pub user: UserId,
    /// By which invitation.
    pub invitation: String,
}

/// A role that was promised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Promise {
    /// On which ad account.
    pub ad_account: AdAccountId,
    /// As what.
    pub role: AdRole,
    /// The most that members of the centre can be on it now; nothing where it is closed or no longer shared.
    pub at_most: Option<AdRole>,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What was promised.
    pub promises: Vec<Promise>,
}

impl Capability for KeepPromises {
    const NAME: &'static str = "centers.keep_promises";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (centre, user) = (self.centre, self.user);
        let given = |promise: &Promise| {
            let role = promise.role.min(promise.at_most?);
            Some(Event::AdRoleGiven { ad_account: promise.ad_account, centre, user, role })
        };
        facts.promises.iter().filter_map(given).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, USER};
    use kernel::decide;

    #[test]
    fn a_promise_is_kept_as_far_as_it_still_can_be() {
        let ask = KeepPromises { centre: CENTRE, user: USER, invitation: "inv_1".into() };
        let kept = |at_most| {
            let promise = Promise { ad_account: AD_ACCOUNT, role: AdRole::Operator, at_most };
            decide(&ask, &Facts { promises: vec![promise] }).unwrap()
        };
        let given = |role| vec![Event::AdRoleGiven { ad_account: AD_ACCOUNT, centre: CENTRE, user: USER, role }];
        assert_eq!(kept(Some(AdRole::Admin)), given(AdRole::Operator));
        assert_eq!(kept(Some(AdRole::Analyst)), given(AdRole::Analyst));
        assert_eq!(kept(None), []);
    }
}
