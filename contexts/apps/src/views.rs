//! What pages and the REST API show.

use crate::{App, Authorisation, Tier, Trust, index, scopes};
use kernel::{AppId, Instant, OrgId, Refusal, TokenId};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

/// A permission scope. Its number is TikTok's; it is a text because it can be larger than a JavaScript number.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AppScope)]
pub struct ScopeView {
    /// TikTok's number.
    pub number: String,
    /// The name of its words: `apps.scopes.members`.
    pub code: String,
}

/// The scopes with these numbers, in the order in which pages list them.
pub(crate) fn scopes_of(numbers: &[u64]) -> Vec<ScopeView> {
    let chosen = scopes::SCOPES.iter().filter(|scope| numbers.contains(&scope.number));
    chosen.map(|scope| ScopeView { number: scope.number.to_string(), code: scope.code.to_owned() }).collect()
}

/// An app, as its developer sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = App)]
pub struct AppView {
    /// `app_…`: what SDKs call `app_id`.
    #[schema(value_type = String)]
    pub id: AppId,
    /// The developer's organisation.
    #[schema(value_type = String)]
    pub org: OrgId,
    /// What people call it.
    pub name: String,
    /// The addresses to which it may send people back.
    pub redirects: Vec<String>,
    /// What it asks people for.
    pub scopes: Vec<ScopeView>,
    /// How often it may call.
    pub tier: Tier,
    /// How many people let it act for them.
    pub trusted_by: i64,
    /// When it was registered.
    #[schema(value_type = String, format = DateTime)]
    pub registered_at: Instant,
    /// Since when its secret is in force.
    #[schema(value_type = String, format = DateTime)]
    pub secret_since: Instant,
    /// The secret, once: when it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// An app as it is now.
pub(crate) fn app(tx: &mut Tx<'_>, app: App, secret: Option<String>) -> Result<AppView, Refusal> {
    let trusted_by = index::trusted_by(tx, app.id)?;
    let App { id, org, name, redirects, scopes, tier, registered_at, secret_since, .. } = app;
    let scopes = scopes_of(&scopes);
    Ok(AppView { id, org, name, redirects, scopes, tier, trusted_by, registered_at, secret_since, secret })
}

/// A list of apps.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppList {
    /// The apps, the oldest first.
    pub items: Vec<AppView>,
    /// Send it as `after` for the next page; absent on the last one.
    #[schema(value_type = Option<String>)]
    pub next: Option<AppId>,
}

/// A person's trust in an app, as they see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AppAuthorisation)]
pub struct TrustView {
    /// Which.
    #[schema(value_type = String)]
    pub id: TokenId,
    /// The app.
    #[schema(value_type = String)]
    pub app: AppId,
    /// What people call it; empty when it is gone.
    pub app_name: String,
    /// The developer's organisation.
    pub developer: String,
    /// The organisations in which it may act.
    pub orgs: Vec<NamedOrg>,
    /// What it may do there.
    pub scopes: Vec<ScopeView>,
    /// Where it stands.
    pub state: Trust,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub authorised_at: Instant,
    /// When the app last made use of it, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<Instant>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Instant>,
}

/// An organisation by id and name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedOrg {
    /// Which.
    #[schema(value_type = String)]
    pub id: OrgId,
    /// What people call it.
    pub name: String,
    /// `centre` or `creator`.
    pub kind: String,
}

/// A list of authorisations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrustList {
    /// The authorisations, the newest first.
    pub items: Vec<TrustView>,
}

/// An organisation with its name.
pub(crate) fn named(tx: &mut Tx<'_>, org: OrgId) -> Result<Option<NamedOrg>, Refusal> {
    let found = access::index::org(tx, org)?;
    Ok(found.map(|found| NamedOrg { id: found.id, name: found.name, kind: found.kind.code().to_owned() }))
}

/// A person's trust in an app.
pub(crate) fn trust(tx: &mut Tx<'_>, given: Authorisation) -> Result<TrustView, Refusal> {
    let now = tx.now;
    let state = given.at(now);
    let app = index::any_app(tx, given.app)?;
    let developer = app.as_ref().map(|app| named(tx, app.org)).transpose()?.flatten().map_or_else(String::new, |org| org.name);
    let orgs = given.orgs.iter().map(|org| named(tx, *org)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let Authorisation { id, app: of, scopes, authorised_at, used_at, revoked_at, .. } = given;
    let (app_name, scopes) = (app.map_or_else(String::new, |app| app.name), scopes_of(&scopes));
    Ok(TrustView { id, app: of, app_name, developer, orgs, scopes, state, authorised_at, used_at, revoked_at })
}
