//! A member's role on an ad account is taken back. What a group gives them stays until they leave the group.

use crate::{
    AdRole, Event,
    assets::{self, Acting, Denied},
};
use kernel::{AdAccountId, Capability, May, OrgId, Rules, UserId, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct TakeAdRole {
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// Whom.
    pub user: UserId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What whoever asks is.
    pub acting: Acting,
    /// What the member was given.
    pub given: Option<AdRole>,
    /// Whether whoever asks gives up their own.
    pub is_self: bool,
}

impl Capability for TakeAdRole {
    const NAME: &'static str = "centers.take_ad_role";
    const MAY: May = May::Members(assets::io::MEMBERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ad_account_is_managed, role_was_given];
    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::AdRoleTaken { ad_account: self.ad_account, centre: self.centre, user: self.user }]
    }
}

/// Whoever asks manages the ad account, or gives up their own role.
fn ad_account_is_managed(_: &TakeAdRole, facts: &Facts) -> Result<(), Denied> {
    if facts.is_self { Ok(()) } else { assets::manages(facts.acting) }
}

/// The member was given a role.
fn role_was_given(_: &TakeAdRole, facts: &Facts) -> Result<(), Denied> {
    facts.given.map(|_| ()).ok_or(Denied::NoRoleGiven)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, USER, an_admin};
    use kernel::decide;

    #[test]
    fn a_role_is_taken_by_those_who_manage_the_ad_account_or_given_up() {
        let ask = TakeAdRole { centre: CENTRE, ad_account: AD_ACCOUNT, user: USER };
        let facts = |acting, given, is_self| Facts { acting, given, is_self };
        let given = Some(AdRole::Analyst);
        let analyst = Acting { is_admin: false, role: given };
        assert!(decide(&ask, &facts(an_admin(), given, false)).is_ok());
        assert!(decide(&ask, &facts(analyst, given, true)).is_ok());
        assert_eq!(decide(&ask, &facts(analyst, given, false)), Err(vec![Denied::NotAdAccountAdmin]));
        assert_eq!(decide(&ask, &facts(an_admin(), None, false)), Err(vec![Denied::NoRoleGiven]));
    }
}
