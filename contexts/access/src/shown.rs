//! Forms shown again with what was wrong, and what every page of this context shares.

use kernel::{Actor, OrgKind, Refusal, UserId, Who};
use serde_json::{Map, Value as Json, json};
use web::{Answer, Facts, StatusCode, Visit};

/// The page again, with every reason at its top and everything typed still there except passwords. A refusal that is about
/// more than the form goes on to its own page.
pub(crate) async fn again(visit: &Visit, template: &str, mut facts: Facts, refusal: Refusal) -> Answer {
    let (status, errors) = match &refusal {
        Refusal::Malformed(problems) => {
            let one = |problem: &kernel::Problem| {
                let remedy = visit.say(&format!("{}_fix", problem.code), &problem.facts);
                json!({"field": problem.field, "text": visit.say(&problem.code, &problem.facts), "remedy": remedy})
            };
            (StatusCode::UNPROCESSABLE_ENTITY, problems.iter().map(one).collect::<Vec<_>>())
        }
        Refusal::Denied { denials, .. } => (StatusCode::CONFLICT, denials.iter().map(|denial| visit.denial(denial)).collect()),
        Refusal::TooMany { retry_at } => {
            let mut said = Map::new();
            said.insert("retry_at".into(), json!(retry_at));
            (StatusCode::TOO_MANY_REQUESTS, vec![json!({"text": visit.say("access.too_many_tries", &said), "until": retry_at})])
        }
        Refusal::Unauthenticated
        | Refusal::Forbidden { .. }
        | Refusal::ConfirmFirst
        | Refusal::NotFound
        | Refusal::Stale
        | Refusal::KeyReused
        | Refusal::Behind { .. }
        | Refusal::Fault(_) => return Err(refusal),
    };
    let wrong = errors.iter().filter_map(|error| Some((error["field"].as_str()?.to_owned(), error["text"].clone())));
    let wrong = Json::Object(wrong.collect());
    facts.extend(web::context! { wrong, errors, typed => visit.form().values() });
    visit.page_with(status, template, facts).await
}

/// Only for oneself: whoever else asks is told that there is nobody.
pub(crate) fn own(actor: &Actor, user: UserId) -> Result<(), Refusal> {
    if actor.who == Who::System || actor.user() == Some(user) { Ok(()) } else { Err(Refusal::NotFound) }
}

/// Where to go after signing in: a path of ours, never another site's.
pub(crate) fn next(visit: &Visit) -> String {
    let typed = visit.query("next").or_else(|| visit.form().opt("next")).unwrap_or("/");
    let ours = typed.starts_with('/') && !typed.starts_with("//") && !typed.contains('\\') && !typed.chars().any(char::is_control);
    if ours { typed.to_owned() } else { "/".to_owned() }
}

/// The cookie that holds what this browser is called by; with the prefix that pins it to this host where TLS is on.
fn cookie(visit: &Visit, name: &str) -> String {
    if visit.app().config().secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie of ours, as sent.
pub(crate) fn kept<'a>(visit: &'a Visit, name: &str) -> Option<&'a str> {
    visit.cookie(&cookie(visit, name)).filter(|value| value.len() == 64)
}

/// Sets a cookie of ours.
pub(crate) fn keep(visit: &Visit, name: &str, value: &str, seconds: i64) {
    visit.set_cookie(&cookie(visit, name), value, seconds, false);
}

/// The console of one kind of organisation begins here.
pub(crate) fn home(kind: OrgKind, org: kernel::OrgId) -> String {
    format!("/{}/{org}", kind.code())
}

/// The countries that can be chosen: those where such shops exist, first of all.
pub const REGIONS: [&str; 20] =
    ["US", "GB", "IE", "DE", "FR", "IT", "ES", "NL", "PL", "MX", "BR", "JP", "ID", "TH", "VN", "MY", "PH", "SG", "SA", "CN"];

/// `[{value, label}]` for a select of countries.
pub(crate) fn regions(visit: &Visit) -> Vec<Json> {
    REGIONS.iter().map(|code| json!({"value": code, "label": visit.say(&format!("web.regions.{code}"), &Map::new())})).collect()
}

/// `[{value, label}]` for a select of codes whose words stand under `scope`.
pub(crate) fn options<'a>(visit: &Visit, scope: &str, codes: impl IntoIterator<Item = &'a str>) -> Vec<Json> {
    codes.into_iter().map(|code| json!({"value": code, "label": visit.say(&format!("{scope}.{code}"), &Map::new())})).collect()
}

/// `[{value, label}]` for a select of the roles of a kind of organisation.
pub(crate) fn roles(visit: &Visit, kind: OrgKind) -> Vec<Json> {
    let codes = kernel::Role::ALL.into_iter().filter(|role| role.org() == kind).map(kernel::Role::code);
    options(visit, "access.roles", codes)
}
