//! Sign in: a browser acts for a person from now on.
//!
//! The password is looked at outside the transaction, after the try was counted; the answer is the same, and takes as long,
//! whether there is no such person or the password is wrong.

pub mod io;

use crate::{Event, User};
use kernel::{Capability, Cited, May, Rules, SessionId, Span, UserId, rules};
use serde::{Deserialize, Serialize};

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The person whose address was typed or whose link was used; nobody when there is none.
    pub user: Option<UserId>,
    /// The new session.
    pub session: SessionId,
    /// Whether the password and code were right, or the link was open.
    pub proven: bool,
}

/// All that the rules may look at.
pub struct Facts {
    /// The person.
    pub user: Option<User>,
}

/// The values that sessions and tries are held to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many tries one account has in a window, from strangers; and as many from each browser it knows.
    pub account_tries: Cited<i64>,
    /// How many tries one network address has in a window.
    pub address_tries: Cited<i64>,
    /// How long a try counts.
    pub window: Cited<Span>,
    /// A session ends when nothing was asked of it for so long.
    pub idle: Cited<Span>,
    /// A session ends so long after signing in, whatever is asked of it.
    pub absolute: Cited<Span>,
    /// How long the code may be typed after the password.
    pub second_step: Cited<Span>,
    /// How long a browser is known to an account after signing in.
    pub device: Cited<Span>,
    /// How long a link works that an operator makes for someone to sign in with.
    pub link_lasts: Cited<Span>,
    /// How long a link works that lets one choose another password.
    pub reset_lasts: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.sign_in";
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// No such person, or the password or code is wrong: the two cannot be told apart.
    NotRecognised,
    /// The platform has locked the person out. Said only to whoever knows the password.
    Suspended,
}

impl kernel::Denied for Denied {}

impl Capability for SignIn {
    const NAME: &'static str = "access.sign_in";
    const MAY: May = May::Anyone;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![person_is_recognised, person_is_not_suspended];

    fn events(&self, _: &Facts) -> Vec<Event> {
        let session = self.session;
        self.user.map(|user| Event::SignedIn { user, session }).into_iter().collect()
    }
}

fn person_is_recognised(ask: &SignIn, facts: &Facts) -> Result<(), Denied> {
    if ask.proven && facts.user.is_some() { Ok(()) } else { Err(Denied::NotRecognised) }
}

fn person_is_not_suspended(ask: &SignIn, facts: &Facts) -> Result<(), Denied> {
    let suspended = facts.user.as_ref().is_some_and(|user| user.suspended);
    if ask.proven && suspended { Err(Denied::Suspended) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Instant;

    fn user(suspended: bool) -> User {
        let (id, signed_up_at) = (UserId::new(1), Instant(0));
        let text = String::new;
        User { id, email: text(), name: text(), lang: text(), zone: text(), verified: true, suspended, second_factor: false, signed_up_at }
    }
    fn denied(user: Option<User>, proven: bool) -> Vec<Denied> {
        let ask = SignIn { user: user.as_ref().map(|user| user.id), session: SessionId::new(1), proven };
        kernel::decide(&ask, &Facts { user }).err().unwrap_or_default()
    }

    #[test]
    fn a_stranger_learns_nothing_about_who_there_is() {
        assert_eq!(denied(None, false), denied(Some(user(false)), false));
        assert_eq!(denied(None, false), denied(Some(user(true)), false));
        assert_eq!(denied(None, true), [Denied::NotRecognised]);
    }

    #[test]
    fn someone_locked_out_is_told_so_only_with_the_right_password() {
        assert_eq!(denied(Some(user(true)), true), [Denied::Suspended]);
        assert_eq!(denied(Some(user(false)), true), []);
    }
}
