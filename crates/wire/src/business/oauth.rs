//! How an app comes to its token, what the token is for, and its end.

use super::call::{Caller, denied};
use apps::{give_back, take_token};
use centers::{index::ad_accounts, reader::Reader};
use kernel::{AppId, OrgId, OrgKind, Refusal};
use serde_json::{Value as Json, json};
use store::Tx;

/// A text that is no app's id belongs to no app, like a wrong secret.
fn app_id(caller: &Caller, name: &str) -> Result<AppId, Refusal> {
    caller.given.text(name)?.parse().map_err(|_| denied("app_unknown", &[]))
}

/// Every ad account of the centres among these that the person sees: what TikTok calls the token's advertisers.
fn advertisers(tx: &mut Tx<'_>, user: kernel::UserId, orgs: &[OrgId]) -> Result<Vec<ad_accounts::AdAccount>, Refusal> {
    let mut all: Vec<ad_accounts::AdAccount> = Vec::new();
    for org in orgs {
        let is_centre = access::index::org(tx, *org)?.is_some_and(|org| org.kind == OrgKind::Centre);
        // Whoever left the centre sees nothing of it.
        let reader = if is_centre { Reader::of(tx, *org, user).ok() } else { None };
        let Some(reader) = reader else { continue };
        for reached in ad_accounts::list(tx, *org, reader, &ad_accounts::Filter { limit: MOST, ..ad_accounts::Filter::default() })? {
            if !all.iter().any(|known| known.id == reached.ad_account.id) {
                all.push(reached.ad_account);
            }
        }
    }
    Ok(all)
}

/// How many ad accounts of one centre are listed with a token.
const MOST: i64 = 10_000;

fn exchanged(tx: &mut Tx<'_>, caller: &Caller, names: [&str; 3]) -> Result<Json, Refusal> {
    caller.given.require(&names)?;
    let [id, secret, code] = names;
    let (app, secret, code) = (app_id(caller, id)?, caller.given.text(secret)?, caller.given.text(code)?);
    let (token, given) = take_token::io::exchange(tx, &caller.actor, app, &secret, &code)?;
    let ids: Vec<_> = advertisers(tx, given.user, &given.orgs)?.into_iter().map(|account| account.id).collect();
    Ok(json!({"access_token": token, "advertiser_ids": ids, "scope": given.scopes}))
}

/// `POST /oauth2/access_token/`
pub fn access_token(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    exchanged(tx, caller, ["app_id", "secret", "auth_code"])
}

/// `POST /oauth2/token/`, and its twin for forms: the same in the words of the standard.
pub fn token(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["client_id", "client_secret", "code", "grant_type"])?;
    let kind = caller.given.text("grant_type")?;
    if kind != "authorization_code" {
        return Err(denied("grant_type", &[("given", kind.into())]));
    }
    exchanged(tx, caller, ["client_id", "client_secret", "code"])
}

/// `POST /oauth2/revoke_token/`
pub fn revoke_token(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["app_id", "secret", "access_token"])?;
    let app = app_id(caller, "app_id")?;
    let ended = give_back::io::give_back(tx, &caller.actor, app, &given.text("secret")?, &given.text("access_token")?)?;
    let ids: Vec<_> = advertisers(tx, ended.user, &ended.orgs)?.into_iter().map(|account| account.id).collect();
    Ok(json!({"app_id": app, "advertiser_ids": ids}))
}

/// `GET /oauth2/advertiser/get/`
pub fn advertiser_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["app_id", "secret"])?;
    let (app, secret) = (app_id(caller, "app_id")?, caller.given.text("secret")?);
    if !apps::index::shows_its_secret(tx, app, &secret)? {
        return Err(denied("app_unknown", &[]));
    }
    if !matches!(&caller.actor.who, kernel::Who::App { app: own, .. } if *own == app) {
        return Err(denied("another_apps_token", &[]));
    }
    let (_, orgs) = caller.trust()?;
    let list: Vec<Json> = advertisers(tx, caller.user()?, orgs)?
        .into_iter()
        .map(|account| json!({"advertiser_id": account.id, "advertiser_name": account.name}))
        .collect();
    Ok(json!({"list": list}))
}
