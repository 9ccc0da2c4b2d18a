//! Sign up: become someone who can sign in. That the address is one's own is shown later, by mail.

pub mod io;

use crate::Event;
use kernel::{Capability, Cited, May, Rules, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the actor asks for. The password is derived and kept by the shell; it never comes near an event.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// The new person's id.
    pub user: UserId,
    /// The address they will sign in with.
    pub email: String,
    /// What people call them.
    pub name: String,
    /// `en` or `zh`.
    pub lang: String,
    /// An IANA time zone.
    pub zone: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// Whether the platform itself asks: the first operator, the demo, the command line. It vouches for the address.
    pub by_platform: bool,
    /// Whether someone signs in with this address already.
    pub taken: bool,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values this verb reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Whether anyone may sign up; otherwise one needs an operator.
    pub open: Cited<bool>,
    /// How long the link works that shows that the address is one's own.
    pub link_lasts: Cited<kernel::Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.sign_up";
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// This installation does not take sign-ups.
    NotOpen {
        /// The value that says so.
        open: Cited<bool>,
    },
    /// Someone signs in with this address already. Strangers are not told.
    EmailTaken,
}

impl kernel::Denied for Denied {}

impl Capability for SignUp {
    const NAME: &'static str = "access.sign_up";
    const MAY: May = May::Anyone;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![sign_up_is_open, email_is_free];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (email, name) = (crate::email_key(&self.email), self.name.clone());
        let (lang, zone) = (self.lang.clone(), self.zone.clone());
        vec![Event::UserSignedUp { user: self.user, email, name, lang, zone, verified: facts.by_platform }]
    }
}

fn sign_up_is_open(_: &SignUp, facts: &Facts) -> Result<(), Denied> {
    let open = facts.policy.open.clone();
    if facts.by_platform || open.value { Ok(()) } else { Err(Denied::NotOpen { open }) }
}

fn email_is_free(_: &SignUp, facts: &Facts) -> Result<(), Denied> {
    if facts.taken { Err(Denied::EmailTaken) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cited;

    fn decide(by_platform: bool, taken: bool, open: bool) -> Result<Vec<Event>, Vec<Denied>> {
        let policy = Arc::new(Policy { open: cited(open), link_lasts: cited(kernel::Span::hours(48)) });
        let ask =
            SignUp { user: UserId::new(1), email: "Ann@Example.com".into(), name: "Ann".into(), lang: "en".into(), zone: "UTC".into() };
        kernel::decide(&ask, &Facts { by_platform, taken, policy })
    }

    #[test]
    fn where_sign_up_is_closed_only_the_platform_makes_people() {
        assert_eq!(decide(false, false, false), Err(vec![Denied::NotOpen { open: cited(false) }]));
        assert!(decide(true, false, false).is_ok() && decide(false, false, true).is_ok());
        assert_eq!(decide(true, true, true), Err(vec![Denied::EmailTaken]));
    }

    #[test]
    fn an_address_counts_as_shown_only_when_the_platform_vouches_for_it() {
        let verified = |by_platform| match decide(by_platform, false, true).unwrap().remove(0) {
            Event::UserSignedUp { verified, email, .. } => (verified, email),
            other => panic!("{other:?}"),
        };
        assert_eq!(verified(false), (false, "ann@example.com".into()));
        assert!(verified(true).0);
    }
}
