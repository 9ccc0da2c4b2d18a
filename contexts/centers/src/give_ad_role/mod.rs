//! A member of the centre gets a role on an ad account: as far as the share goes where it is a partner's.

use crate::{
    AdRole, Event,
    assets::{self, Acting, Denied},
};
use access::OrgState;
use kernel::{AdAccountId, Capability, May, OrgId, Rules, UserId, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct GiveAdRole {
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// Whom.
    pub user: UserId,
    /// As what.
    pub role: AdRole,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// What whoever asks is.
    pub acting: Acting,
    /// The most that a share allows; nothing where the centre owns the ad account.
    pub at_most: Option<AdRole>,
    /// Whether the person is a member of the centre.
    pub is_member: bool,
    /// What they were given before.
    pub given: Option<AdRole>,
}

impl Capability for GiveAdRole {
    const NAME: &'static str = "centers.give_ad_role";
    const MAY: May = May::Members(assets::io::MEMBERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> =
        rules![centre_is_normal, ad_account_is_managed, person_is_a_member, role_is_within_the_share, role_is_another];
    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::AdRoleGiven { ad_account: self.ad_account, centre: self.centre, user: self.user, role: self.role }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &GiveAdRole, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// Whoever asks manages the ad account.
fn ad_account_is_managed(_: &GiveAdRole, facts: &Facts) -> Result<(), Denied> {
    assets::manages(facts.acting)
}

/// Only members of the centre get a role.
fn person_is_a_member(_: &GiveAdRole, facts: &Facts) -> Result<(), Denied> {
    if facts.is_member { Ok(()) } else { Err(Denied::NotAMember) }
}

/// The role is not more than the owner shares.
fn role_is_within_the_share(ask: &GiveAdRole, facts: &Facts) -> Result<(), Denied> {
    match facts.at_most {
        Some(role) if ask.role > role => Err(Denied::BeyondShare { role }),
        Some(_) | None => Ok(()),
    }
}

/// The member was not given this role before.
fn role_is_another(ask: &GiveAdRole, facts: &Facts) -> Result<(), Denied> {
    if facts.given == Some(ask.role) { Err(Denied::SameRole { role: ask.role }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, USER, an_admin};
    use kernel::decide;

    fn facts() -> Facts {
        Facts { centre: OrgState::Normal, acting: an_admin(), at_most: None, is_member: true, given: None }
    }
    fn denied(role: AdRole, facts: &Facts) -> Vec<Denied> {
        let ask = GiveAdRole { centre: CENTRE, ad_account: AD_ACCOUNT, user: USER, role };
        decide(&ask, facts).err().unwrap_or_default()
    }

    #[test]
    fn a_share_caps_the_role_and_owning_does_not() {
        for role in AdRole::ALL {
            assert_eq!(denied(role, &facts()), []);
            for most in AdRole::ALL {
                let shared = Facts { at_most: Some(most), ..facts() };
                let expected = if role > most { vec![Denied::BeyondShare { role: most }] } else { vec![] };
                assert_eq!(denied(role, &shared), expected, "{role:?} of {most:?}");
            }
        }
    }

    #[test]
    fn only_members_get_a_role_and_only_another_one() {
        assert_eq!(denied(AdRole::Admin, &Facts { is_member: false, ..facts() }), [Denied::NotAMember]);
        let role = AdRole::Operator;
        assert_eq!(denied(role, &Facts { given: Some(role), ..facts() }), [Denied::SameRole { role }]);
        assert_eq!(denied(AdRole::Analyst, &Facts { given: Some(role), ..facts() }), []);
    }

    #[test]
    fn whoever_does_not_manage_the_ad_account_is_refused() {
        let acting = Acting { is_admin: false, role: Some(AdRole::Operator) };
        assert_eq!(denied(AdRole::Analyst, &Facts { acting, ..facts() }), [Denied::NotAdAccountAdmin]);
    }
}
