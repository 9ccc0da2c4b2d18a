//! Let an app act for oneself, in organisations and for acts that one names. The app learns of it by a code that works once.

pub mod io;

use crate::{App, Event};
use kernel::{AppId, Capability, Cited, Instant, May, OrgId, OrgKind, Rules, Span, TokenId, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The kinds of organisation in which an app can act: the dialect has calls for these.
pub const KINDS: &[OrgKind] = &[OrgKind::Centre, OrgKind::Creator];

/// What the actor asks for. The code is made and kept, as a digest, by the shell.
#[derive(Clone, Debug)]
pub struct AuthoriseApp {
    /// Its new id.
    pub authorisation: TokenId,
    /// Which app.
    pub app: AppId,
    /// The person, who asks for themselves.
    pub user: UserId,
    /// The organisations in which the app may act.
    pub orgs: Vec<OrgId>,
    /// What it may do there.
    pub scopes: Vec<u64>,
    /// Where the person is sent back to.
    pub redirect: String,
}

/// All that the rules may look at.
pub struct Facts {
    /// The app.
    pub app: App,
    /// Whether its developer's organisation may act.
    pub developer_is_normal: bool,
    /// The organisations of such kinds that the person belongs to.
    pub own: Vec<OrgId>,
    /// Now.
    pub now: Instant,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values this verb reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How long the code can be exchanged for a token.
    pub code_lasts: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "apps.authorise";
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The platform stopped the app's developer.
    DeveloperStopped,
    /// The app did not register this address.
    RedirectNotRegistered,
    /// The app did not ask for this.
    ScopeNotAsked {
        /// The scope's number.
        number: String,
    },
    /// It would be able to do nothing.
    NothingChosen,
    /// The person does not belong to this organisation.
    NotAMember {
        /// Which.
        org: OrgId,
    },
}

impl kernel::Denied for Denied {}

impl Capability for AuthoriseApp {
    const NAME: &'static str = "apps.authorise";
    const MAY: May = May::Person;
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> =
        rules![developer_may_act, redirect_is_registered, app_asked_for_all_of_it, something_is_chosen, organisations_are_the_persons_own];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AppAuthorised {
            authorisation: self.authorisation,
            app: self.app,
            org: facts.app.org,
            user: self.user,
            orgs: self.orgs.clone(),
            scopes: self.scopes.clone(),
            closes_at: facts.now + facts.policy.code_lasts.value,
        }]
    }
}

fn developer_may_act(_: &AuthoriseApp, facts: &Facts) -> Result<(), Denied> {
    if facts.developer_is_normal { Ok(()) } else { Err(Denied::DeveloperStopped) }
}

/// Compared to the letter: an address that is nearly registered is somebody else's.
fn redirect_is_registered(ask: &AuthoriseApp, facts: &Facts) -> Result<(), Denied> {
    if facts.app.redirects.contains(&ask.redirect) { Ok(()) } else { Err(Denied::RedirectNotRegistered) }
}

fn app_asked_for_all_of_it(ask: &AuthoriseApp, facts: &Facts) -> Result<(), Denied> {
    let more = ask.scopes.iter().find(|number| !facts.app.scopes.contains(number));
    more.map_or(Ok(()), |number| Err(Denied::ScopeNotAsked { number: number.to_string() }))
}

fn something_is_chosen(ask: &AuthoriseApp, _: &Facts) -> Result<(), Denied> {
    if ask.scopes.is_empty() { Err(Denied::NothingChosen) } else { Ok(()) }
}

fn organisations_are_the_persons_own(ask: &AuthoriseApp, facts: &Facts) -> Result<(), Denied> {
    let foreign = ask.orgs.iter().find(|org| !facts.own.contains(org));
    foreign.map_or(Ok(()), |org| Err(Denied::NotAMember { org: *org }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{app, cited};

    const OWN: OrgId = OrgId::new(30);

    fn facts() -> Facts {
        let policy = Arc::new(Policy { code_lasts: cited(Span::hours(1)) });
        Facts { app: app(), developer_is_normal: true, own: vec![OWN], now: Instant(5), policy }
    }

    fn ask() -> AuthoriseApp {
        let (scopes, redirect) = (vec![150], app().redirects[0].clone());
        AuthoriseApp { authorisation: TokenId::new(1), app: app().id, user: UserId::new(4), orgs: vec![OWN], scopes, redirect }
    }

    fn denied(ask: &AuthoriseApp, facts: &Facts) -> Vec<Denied> {
        kernel::decide(ask, facts).err().unwrap_or_default()
    }

    #[test]
    fn a_person_lets_an_app_act_for_an_hour_until_it_fetches_its_token() {
        let done = kernel::decide(&ask(), &facts()).unwrap();
        assert!(matches!(&done[..], [Event::AppAuthorised { closes_at, .. }] if *closes_at == Instant(5) + Span::hours(1)), "{done:?}");
        // Whoever belongs to no centre yet may still let it found one.
        assert_eq!(denied(&AuthoriseApp { orgs: vec![], ..ask() }, &facts()), []);
    }

    #[test]
    fn an_address_that_is_nearly_registered_is_not() {
        for redirect in ["https://reports.example/back/", "https://reports.example/back?x", "https://REPORTS.example/back", ""] {
            assert_eq!(
                denied(&AuthoriseApp { redirect: redirect.into(), ..ask() }, &facts()),
                [Denied::RedirectNotRegistered],
                "{redirect}"
            );
        }
    }

    #[test]
    fn nobody_gives_what_was_not_asked_or_is_not_theirs() {
        let foreign = OrgId::new(31);
        let all = AuthoriseApp { scopes: vec![], orgs: vec![OWN, foreign], ..ask() };
        assert_eq!(denied(&all, &facts()), [Denied::NothingChosen, Denied::NotAMember { org: foreign }]);
        assert_eq!(denied(&AuthoriseApp { scopes: vec![150, 221], ..ask() }, &facts()), [Denied::ScopeNotAsked { number: "221".into() }]);
        assert_eq!(denied(&ask(), &Facts { developer_is_normal: false, ..facts() }), [Denied::DeveloperStopped]);
    }
}
