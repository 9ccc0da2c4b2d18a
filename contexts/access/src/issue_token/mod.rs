//! Issue a token: a program acts for an organisation, with the issuer's role, within the scopes, until it expires.

pub mod io;

pub use io::issue_for;

use crate::{Event, invite_member::HEADS};
use kernel::{Capability, Cited, Instant, May, OrgId, Rules, Span, TokenId, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The scope that lets a token read and do nothing. Every token may read what its issuer may.
pub const READ: &str = "read";

/// What the actor asks for. The secret is made and kept, as a digest, by the shell.
#[derive(Clone, Debug)]
pub struct IssueToken {
    /// Its new id.
    pub token: TokenId,
    /// For which organisation.
    pub org: OrgId,
    /// With whose role.
    pub user: UserId,
    /// What people call it.
    pub name: String,
    /// The permissions that it may use: `linking.invite`, `linking.*`, `*` or `read`.
    pub scopes: Vec<String>,
    /// How long it works.
    pub lasts: Span,
}

/// All that the rules may look at.
pub struct Facts {
    /// How many tokens of the organisation work.
    pub working: usize,
    /// Now.
    pub now: Instant,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values this verb reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The longest that a token works.
    pub longest: Cited<Span>,
    /// How many working tokens an organisation may have.
    pub most: Cited<usize>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.issue_token";
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It would be able to do nothing.
    NoScope,
    /// This is not a permission.
    ScopeUnreadable {
        /// What was given.
        scope: String,
    },
    /// It would work for longer than is allowed.
    LastsTooLong {
        /// The longest.
        longest: Cited<Span>,
    },
    /// The organisation has as many as it may.
    TooManyTokens {
        /// How many are allowed.
        most: Cited<usize>,
    },
}

impl kernel::Denied for Denied {}

impl Capability for IssueToken {
    const NAME: &'static str = "access.issue_token";
    const MAY: May = May::Members(HEADS);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_has_a_scope, scopes_are_permissions, it_does_not_last_too_long, tokens_are_left];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (name, scopes, expires_at) = (self.name.clone(), self.scopes.clone(), facts.now + self.lasts);
        vec![Event::TokenIssued { token: self.token, org: self.org, user: self.user, name, scopes, expires_at }]
    }
}

fn it_has_a_scope(ask: &IssueToken, _: &Facts) -> Result<(), Denied> {
    if ask.scopes.is_empty() { Err(Denied::NoScope) } else { Ok(()) }
}

fn scopes_are_permissions(ask: &IssueToken, _: &Facts) -> Result<(), Denied> {
    let bad = ask.scopes.iter().find(|scope| !is_scope(scope));
    bad.map_or(Ok(()), |scope| Err(Denied::ScopeUnreadable { scope: scope.clone() }))
}

/// `context.verb`, `context.*`, `*` or `read`.
fn is_scope(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    matches!(text, "*" | READ) || text.split_once('.').is_some_and(|(context, verb)| word(context) && (verb == "*" || word(verb)))
}

fn it_does_not_last_too_long(ask: &IssueToken, facts: &Facts) -> Result<(), Denied> {
    let longest = facts.policy.longest.clone();
    let fits = ask.lasts > Span(0) && ask.lasts <= longest.value;
    if fits { Ok(()) } else { Err(Denied::LastsTooLong { longest }) }
}

fn tokens_are_left(_: &IssueToken, facts: &Facts) -> Result<(), Denied> {
    let most = facts.policy.most.clone();
    if facts.working < most.value { Ok(()) } else { Err(Denied::TooManyTokens { most }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cited;

    fn denied(scopes: &[&str], lasts: Span, working: usize) -> Vec<Denied> {
        let policy = Arc::new(Policy { longest: cited(Span::days(365)), most: cited(2) });
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let ask = IssueToken { token: TokenId::new(1), org: OrgId::new(1), user: UserId::new(1), name: "t".into(), scopes, lasts };
        kernel::decide(&ask, &Facts { working, now: Instant(0), policy }).err().unwrap_or_default()
    }

    #[test]
    fn a_token_lasts_a_year_at_the_most_and_an_organisation_has_so_many() {
        assert_eq!(denied(&["read"], Span::days(365), 1), []);
        assert_eq!(denied(&["read"], Span(Span::days(365).0 + 1), 1), [Denied::LastsTooLong { longest: cited(Span::days(365)) }]);
        assert_eq!(denied(&["read"], Span(0), 1), [Denied::LastsTooLong { longest: cited(Span::days(365)) }]);
        assert_eq!(denied(&["read"], Span(1), 2), [Denied::TooManyTokens { most: cited(2) }]);
    }

    #[test]
    fn a_scope_is_a_permission_or_all_of_a_contexts() {
        assert_eq!(denied(&["linking.*", "linking.approve_unlink", "*", "read"], Span(1), 0), []);
        assert_eq!(denied(&[], Span(1), 0), [Denied::NoScope]);
        for bad in ["", "linking", "linking.", ".invite", "linking.in*", "l.*.x", "Linking.invite", "linking.invite x", "**"] {
            assert_eq!(denied(&[bad], Span(1), 0), [Denied::ScopeUnreadable { scope: bad.into() }], "{bad}");
        }
    }
}
