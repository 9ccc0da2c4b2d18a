//! Whose token is it? Apps act with tokens that do not expire: they end when someone ends them.

use crate::{Trust, index, scopes};
use access::OrgState;
use kernel::{Refusal, Span, Who};
use store::Tx;
use web::Person;

/// Being in use is noted this often, not with every call.
const NOTED_EVERY: Span = Span::minutes(1);

/// On whose behalf an app calls that shows this token: nobody's once the person or the app's developer may not act.
pub fn identify(tx: &mut Tx<'_>, token: &str) -> Result<Option<Person>, Refusal> {
    let now = tx.now;
    let Some(given) = index::of_token(tx, &index::digest(token))?.filter(|given| given.at(now) == Trust::InForce) else { return Ok(None) };
    let Some(app) = index::any_app(tx, given.app)? else { return Ok(None) };
    let may_act = access::index::org(tx, app.org)?.is_some_and(|developer| developer.state == OrgState::Normal);
    let user = access::index::user(tx, given.user)?.filter(|user| may_act && !user.suspended);
    Ok(user.map(|user| Person {
        who: Who::App { app: app.id, token: given.id, user: user.id, orgs: given.orgs, scopes: scopes::permissions(&given.scopes) },
        user: user.id,
        confirmed_at: None,
        name: user.name,
        email: user.email,
        lang: user.lang,
        zone: user.zone,
        known_until: None,
        stale: given.used_at.is_none_or(|used_at| now >= used_at + NOTED_EVERY),
    }))
}

/// Notes that an app's token is in use.
pub fn touch(tx: &mut Tx<'_>, person: &Person) -> Result<(), Refusal> {
    let now = tx.now;
    match &person.who {
        Who::App { token, .. } => index::used(tx, *token, now),
        Who::Anonymous | Who::User { .. } | Who::Token { .. } | Who::System => Ok(()),
    }
}
