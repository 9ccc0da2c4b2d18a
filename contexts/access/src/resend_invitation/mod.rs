//! Send an open invitation again: a new link by mail and the whole time to answer. The old link works no longer.

pub mod io;

use crate::{
    Event, Invitation,
    invite_member::{self, HEADS},
};
use kernel::{Capability, Cited, Instant, May, OrgId, Rules, Span, Standing, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct ResendInvitation {
    /// Whose invitation.
    pub org: OrgId,
    /// Which.
    pub invitation: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// The invitation.
    pub invitation: Invitation,
    /// Now.
    pub now: Instant,
    /// How long an invitation can be accepted.
    pub invite: Arc<invite_member::Policy>,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values this verb reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How long after one mail the next can go out, so that nobody is flooded.
    pub wait: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.resend_invitation";
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It was accepted, withdrawn or closed before.
    NoLongerOpen {
        /// Where it stands.
        standing: Standing,
    },
    /// The last mail went out a moment ago.
    SentJustNow {
        /// How long it takes.
        wait: Cited<Span>,
        /// From when on it can be sent again.
        allowed_at: Instant,
    },
}

impl kernel::Denied for Denied {
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::SentJustNow { allowed_at, .. } => Some(*allowed_at),
            Denied::NoLongerOpen { .. } => None,
        }
    }
}

impl Capability for ResendInvitation {
    const NAME: &'static str = "access.resend_invitation";
    const MAY: May = May::Members(HEADS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![invitation_is_open, last_mail_is_not_too_fresh];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let closes_at = facts.now + facts.invite.closes_after.value;
        vec![Event::InvitationResent { invitation: self.invitation.clone(), org: self.org, closes_at }]
    }
}

fn invitation_is_open(_: &ResendInvitation, facts: &Facts) -> Result<(), Denied> {
    match facts.invitation.standing_at(facts.now) {
        Standing::Asked => Ok(()),
        standing => Err(Denied::NoLongerOpen { standing }),
    }
}

fn last_mail_is_not_too_fresh(_: &ResendInvitation, facts: &Facts) -> Result<(), Denied> {
    let wait = facts.policy.wait.clone();
    let allowed_at = facts.invitation.since + wait.value;
    if facts.now >= allowed_at { Ok(()) } else { Err(Denied::SentJustNow { wait, allowed_at }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{cited, invitation};

    fn decided(invitation: Invitation, now: Instant) -> Result<Vec<Event>, Vec<Denied>> {
        let ask = ResendInvitation { org: invitation.org, invitation: invitation.id.clone() };
        let invite = invite_member::Policy { closes_after: cited(Span::hours(48)), most_open: cited(50) };
        let policy = Policy { wait: cited(Span::minutes(1)) };
        kernel::decide(&ask, &Facts { invitation, now, invite: Arc::new(invite), policy: Arc::new(policy) })
    }

    #[test]
    fn an_open_invitation_gets_the_whole_time_again_until_the_millisecond_before_it_closes() {
        let now = invitation().closes_at - Span(1);
        let events = decided(invitation(), now).unwrap();
        assert!(matches!(&events[..], [Event::InvitationResent { closes_at, .. }] if *closes_at == now + Span::hours(48)), "{events:?}");
        let standing = Standing::Expired;
        assert_eq!(decided(invitation(), invitation().closes_at), Err(vec![Denied::NoLongerOpen { standing }]));
        for standing in Standing::ALL.into_iter().filter(|standing| *standing != Standing::Asked) {
            assert_eq!(decided(Invitation { standing, ..invitation() }, now), Err(vec![Denied::NoLongerOpen { standing }]));
        }
    }

    #[test]
    fn the_next_mail_waits_a_minute() {
        let allowed_at = invitation().since + Span::minutes(1);
        assert!(decided(invitation(), allowed_at).is_ok());
        let wait = cited(Span::minutes(1));
        assert_eq!(decided(invitation(), allowed_at - Span(1)), Err(vec![Denied::SentJustNow { wait, allowed_at }]));
    }
}
