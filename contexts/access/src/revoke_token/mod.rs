//! Revoke a token: from the next request on it is unknown.

pub mod io;

use crate::{Event, index::ApiToken, invite_member::HEADS};
use kernel::{Capability, Instant, May, OrgId, Rules, TokenId, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct RevokeToken {
    /// Whose token.
    pub org: OrgId,
    /// Which.
    pub token: TokenId,
}

/// All that the rules may look at.
pub struct Facts {
    /// The token.
    pub token: ApiToken,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It was revoked before.
    AlreadyRevoked {
        /// When.
        revoked_at: Instant,
    },
}

impl kernel::Denied for Denied {}

impl Capability for RevokeToken {
    const NAME: &'static str = "access.revoke_token";
    const MAY: May = May::Members(HEADS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![token_is_not_revoked_yet];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::TokenRevoked { token: self.token, org: self.org }]
    }
}

fn token_is_not_revoked_yet(_: &RevokeToken, facts: &Facts) -> Result<(), Denied> {
    facts.token.revoked_at.map_or(Ok(()), |revoked_at| Err(Denied::AlreadyRevoked { revoked_at }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::UserId;

    #[test]
    fn a_token_is_revoked_once() {
        let (org, token) = (OrgId::new(1), TokenId::new(2));
        let facts = |revoked_at| {
            let at = Instant(5);
            let (user, name) = (UserId::new(1), String::new());
            Facts {
                token: ApiToken { id: token, org, user, name, scopes: vec![], issued_at: at, expires_at: at, revoked_at, used_at: None },
            }
        };
        let ask = RevokeToken { org, token };
        assert!(kernel::decide(&ask, &facts(None)).is_ok());
        let revoked_at = Instant(7);
        assert_eq!(kernel::decide(&ask, &facts(Some(revoked_at))), Err(vec![Denied::AlreadyRevoked { revoked_at }]));
    }
}
