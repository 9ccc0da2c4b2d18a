//! Someone who was invited gets a role on an ad account as soon as they join. A promise is worth what its invitation is: it lasts
//! through another sending, and nothing comes of it once the invitation is withdrawn or over.

use crate::{
    AdRole, Event,
    assets::{self, Acting, Denied},
};
use access::OrgState;
use kernel::{AdAccountId, Capability, May, OrgId, Rules, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct PromiseAdRole {
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// To whom: whoever accepts this invitation of the centre.
    pub invitation: String,
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
    /// Whether the invitation waits for an answer.
    pub is_open: bool,
    /// What was promised before.
    pub promised: Option<AdRole>,
}

impl Capability for PromiseAdRole {
    const NAME: &'static str = "centers.promise_ad_role";
    /// Whom a centre invites is its admins' to know.
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> =
        rules![centre_is_normal, ad_account_is_managed, invitation_is_open, role_is_within_the_share, role_is_another];
    fn events(&self, _: &Facts) -> Vec<Event> {
        let Self { centre, ad_account, role, .. } = *self;
        vec![Event::AdRolePromised { invitation: self.invitation.clone(), ad_account, centre, role }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &PromiseAdRole, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// Whoever asks manages the ad account.
fn ad_account_is_managed(_: &PromiseAdRole, facts: &Facts) -> Result<(), Denied> {
    assets::manages(facts.acting)
}

/// The invitation waits for an answer.
fn invitation_is_open(_: &PromiseAdRole, facts: &Facts) -> Result<(), Denied> {
    if facts.is_open { Ok(()) } else { Err(Denied::InvitationOver) }
}

/// The role is not more than the owner shares.
fn role_is_within_the_share(ask: &PromiseAdRole, facts: &Facts) -> Result<(), Denied> {
    match facts.at_most {
        Some(role) if ask.role > role => Err(Denied::BeyondShare { role }),
        Some(_) | None => Ok(()),
    }
}

/// Another role was promised before, or none.
fn role_is_another(ask: &PromiseAdRole, facts: &Facts) -> Result<(), Denied> {
    if facts.promised == Some(ask.role) { Err(Denied::PromisedAlready { role: ask.role }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, an_admin};
    use kernel::decide;

    fn facts() -> Facts {
        Facts { centre: OrgState::Normal, acting: an_admin(), at_most: None, is_open: true, promised: None }
    }
    fn denied(role: AdRole, facts: &Facts) -> Vec<Denied> {
        let ask = PromiseAdRole { centre: CENTRE, ad_account: AD_ACCOUNT, invitation: "inv_1".into(), role };
        decide(&ask, facts).err().unwrap_or_default()
    }

    #[test]
    fn an_open_invitation_is_promised_what_the_share_allows_and_nothing_twice() {
        let role = AdRole::Operator;
        assert_eq!(denied(role, &facts()), []);
        assert_eq!(denied(role, &Facts { is_open: false, ..facts() }), [Denied::InvitationOver]);
        assert_eq!(denied(role, &Facts { promised: Some(role), ..facts() }), [Denied::PromisedAlready { role }]);
        assert_eq!(denied(role, &Facts { promised: Some(AdRole::Analyst), ..facts() }), []);
        assert_eq!(denied(role, &Facts { at_most: Some(role), ..facts() }), []);
        let most = AdRole::Analyst;
        assert_eq!(denied(role, &Facts { at_most: Some(most), ..facts() }), [Denied::BeyondShare { role: most }]);
    }
}
