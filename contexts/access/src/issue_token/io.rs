//! Issuing a token meets the world. The token is shown once; only its digest is kept.

use super::{Facts, IssueToken, Policy, READ};
use crate::{
    index,
    session::TOKEN_PREFIX,
    shown, typed,
    views::{TokenList, TokenView},
};
use kernel::{Actor, OrgId, Refusal, Span, UserId};
use serde::Deserialize;
use store::{
    Ask, Tx, args,
    clock::{secret, sha256},
};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit, context};

impl Ask for IssueToken {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        let org = index::org(tx, self.org)?.ok_or(Refusal::NotFound)?;
        let now = tx.now;
        let sql = "SELECT COUNT(*) FROM api_tokens WHERE org = $1 AND revoked_at IS NULL AND expires_at > $2";
        let working = tx.count(sql, args![self.org, now])?;
        Ok(Facts { working: usize::try_from(working).unwrap_or(0), now, policy: tx.policy::<Policy>(org.scope())? })
    }
}

/// Issues, and answers the token itself.
pub fn issue(tx: &mut Tx<'_>, actor: &Actor, ask: &IssueToken) -> Result<String, Refusal> {
    store::perform(tx, actor, ask)?;
    let token = format!("{TOKEN_PREFIX}{}", secret());
    tx.run("INSERT INTO token_secrets (digest, token) VALUES ($1, $2)", args![sha256(token.as_bytes()), ask.token])?;
    Ok(token)
}

/// Issues a token for someone whom the platform vouches for, as tests and the demo do, and answers the token itself.
pub fn issue_for(tx: &mut Tx<'_>, org: OrgId, user: UserId, name: &str, scopes: &[&str], lasts: Span) -> Result<String, Refusal> {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    issue(tx, &Actor::SYSTEM, &IssueToken { token: store::fresh(), org, user, name: name.to_owned(), scopes, lasts })
}

/// What is sent to issue a token.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What people call it.
    #[schema(example = "Nightly report")]
    pub name: String,
    /// Permissions: `linking.invite`, `linking.*`, `*`, or `read`.
    #[schema(example = json!(["read"]))]
    pub scopes: Vec<String>,
    /// How long it works: `90 d`.
    #[schema(example = "90 d")]
    pub lasts: String,
}

fn ask(visit: &Visit, sent: NewToken) -> Result<IssueToken, Refusal> {
    let name = typed::name("name", &sent.name)?;
    let lasts: Span = sent.lasts.parse().map_err(|_| Refusal::malformed("lasts", "access.span_unreadable"))?;
    let user: UserId = visit.user()?;
    let mut scopes = sent.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    Ok(IssueToken { token: store::fresh(), org: visit.org()?, user, name, scopes, lasts })
}

/// Every permission that members of this kind of organisation may have, for the page to choose from.
fn permissions(visit: &Visit) -> Vec<&'static str> {
    let kind = visit.role().map(kernel::Role::org);
    let parts = visit.app().store().parts().iter();
    let verbs = parts
        .flat_map(|part| part.capabilities)
        .filter(|verb| matches!(verb.may, kernel::May::Members(roles) if roles.iter().any(|role| Some(role.org()) == kind)));
    verbs.map(|verb| verb.name).collect()
}

async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let (tokens, members) = visit
        .read(move |tx| {
            let now = tx.now;
            let tokens: Vec<_> = index::tokens(tx, org)?.into_iter().map(|one| TokenView::of(one, now)).collect();
            let members: std::collections::BTreeMap<String, String> =
                index::members(tx, org)?.into_iter().map(|member| (member.user.to_string(), member.name)).collect();
            Ok((tokens, members))
        })
        .await?;
    let (read, permissions) = (READ, permissions(visit));
    let lasts = ["7 d", "30 d", "90 d", "365 d"];
    Ok(context! { title => "access.issue_token.title", org, tokens, members, read, permissions, lasts })
}

/// `GET /org/{org}/tokens`.
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("access/tokens.html", facts).await
}

/// `POST /org/{org}/tokens`: the page again, with the token.
pub async fn post(visit: Visit) -> Answer {
    let form = visit.form();
    let scopes = form.all("scopes").into_iter().filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    let sent = NewToken { name: form.text("name").into(), scopes, lasts: form.text("lasts").into() };
    let actor = visit.actor().clone();
    let issued = match ask(&visit, sent) {
        Ok(ask) => visit.write(move |tx| issue(tx, &actor, &ask)).await,
        Err(refusal) => Err(refusal),
    };
    let mut facts = facts(&visit).await?;
    match issued {
        Ok(token) => {
            facts.insert("secret".into(), token.into());
            visit.page("access/tokens.html", facts).await
        }
        Err(refusal) => shown::again(&visit, "access/tokens.html", facts, refusal).await,
    }
}

/// `POST /api/v1/orgs/{org}/tokens`: 201 with the token. The answer is not kept for repeats, since it holds a secret.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.json()?)?;
    let actor = visit.actor().clone();
    let view = visit
        .write(move |tx| {
            let token = issue(tx, &actor, &ask)?;
            let now = tx.now;
            let known = index::token(tx, ask.org, ask.token)?.ok_or(Refusal::NotFound)?;
            Ok(TokenView { secret: Some(token), ..TokenView::of(known, now) })
        })
        .await?;
    visit.answer(StatusCode::CREATED, &view)
}

/// `GET /api/v1/orgs/{org}/tokens`.
pub async fn list(visit: Visit) -> Answer {
    let org = visit.org()?;
    let items = visit
        .read(move |tx| {
            let now = tx.now;
            Ok(index::tokens(tx, org)?.into_iter().map(|one| TokenView::of(one, now)).collect::<Vec<_>>())
        })
        .await?;
    visit.answer(StatusCode::OK, &TokenList { items })
}
