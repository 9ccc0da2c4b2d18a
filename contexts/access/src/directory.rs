//! The operator's directory: every organisation, found by kind, state and name.

use crate::{
    Merchant, OrgState,
    index::{self, Orgs},
    shown,
    suspend_org::GUARDS,
    views::{OrgList, OrgView},
};
use kernel::{OrgId, OrgKind, Refusal, Role};
use serde_json::{Value as Json, json};
use web::{Answer, StatusCode, Visit, context};

/// Who may look at it.
pub const READERS: &[Role] = &[Role::OperatorAdmin, Role::OperatorSupport, Role::OperatorReviewer, Role::OperatorPolicy];

/// How many rows a page has.
const PAGE: i64 = 50;

/// What the address asks for. What is not understood is refused, not ignored.
fn wanted(visit: &Visit) -> Result<Orgs, Refusal> {
    let kind = visit.query("kind").map(|code| OrgKind::from_code(code).ok_or_else(|| Refusal::malformed("kind", "access.kind_unknown")));
    let state =
        visit.query("state").map(|code| OrgState::from_code(code).ok_or_else(|| Refusal::malformed("state", "access.state_unknown")));
    let limit = visit.query("limit").map_or(Ok(PAGE), |text| match text.parse() {
        Ok(limit @ 1..=200) => Ok(limit),
        Ok(_) | Err(_) => Err(Refusal::malformed("limit", "access.limit_unknown")),
    })?;
    let after = visit.query("after").map(|text| read_place(text).ok_or_else(|| Refusal::malformed("after", "access.after_unknown")));
    let search = visit.query("q").unwrap_or_default().to_owned();
    Ok(Orgs { kind: kind.transpose()?, state: state.transpose()?, search, after: after.transpose()?, limit })
}

/// A place in the list as text: the id and the name that the list is ordered by.
fn write_place(place: &(String, OrgId)) -> String {
    format!("{}~{}", place.1, place.0)
}
fn read_place(text: &str) -> Option<(String, OrgId)> {
    let (id, name) = text.split_once('~')?;
    Some((name.to_owned(), id.parse().ok()?))
}

/// One page of what is wanted, and where the next begins.
async fn find(visit: &Visit, wanted: Orgs) -> Result<(Vec<crate::Org>, Option<String>), Refusal> {
    let limit = wanted.limit;
    let mut found = visit.read(move |tx| index::orgs(tx, &Orgs { limit: limit + 1, ..wanted })).await?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|org| write_place(&index::place(org)));
    Ok((found, next))
}

/// The address of this list with one thing changed.
fn with(visit: &Visit, name: &str, value: &str) -> String {
    let keep = ["q", "kind", "state"].into_iter().filter(|key| *key != name);
    let kept = keep.filter_map(|key| visit.query(key).map(|value| format!("{key}={}", escape(value))));
    let changed = (!value.is_empty()).then(|| format!("{name}={}", escape(value)));
    let query = kept.chain(changed).collect::<Vec<_>>().join("&");
    if query.is_empty() { visit.path().to_owned() } else { format!("{}?{query}", visit.path()) }
}

fn escape(text: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(escape).collect()
}

/// A filter of the list, as the page's parts take it.
fn filter(visit: &Visit, name: &str, label: &str, scope: &str, codes: &[&str]) -> Json {
    let none = serde_json::Map::new();
    let chosen = visit.query(name).unwrap_or_default();
    let say = |code: &str| visit.say(&format!("{scope}.{code}"), &none);
    let all = json!({"value": "", "label": visit.say("access.directory.all", &none), "selected": chosen.is_empty()});
    let each = codes.iter().map(|code| json!({"value": code, "label": say(code), "selected": *code == chosen}));
    let shown = if chosen.is_empty() { Json::Null } else { say(chosen).into() };
    let options: Vec<Json> = std::iter::once(all).chain(each).collect();
    json!({"name": name, "label": visit.say(label, &none), "options": options, "chosen": shown, "remove": with(visit, name, "")})
}

/// `GET /operator/{org}/shops`.
pub async fn page(visit: Visit) -> Answer {
    let wanted = wanted(&visit)?;
    let (orgs, next) = find(&visit, wanted).await?;
    let kinds = OrgKind::ALL.map(OrgKind::code);
    let states = OrgState::ALL.map(OrgState::code);
    let filters = [
        filter(&visit, "kind", "access.directory.kind", "access.kinds", &kinds),
        filter(&visit, "state", "access.directory.state", "access.states", &states),
    ];
    let filtered = ["q", "kind", "state"].into_iter().any(|name| visit.query(name).is_some());
    let facts = context! {
        title => "access.directory.title",
        operator => visit.org()?,
        orgs,
        filters,
        filtered,
        search => visit.query("q").unwrap_or_default(),
        next => next.map(|place| with(&visit, "after", &place)),
        first => visit.query("after").map(|_| with(&visit, "after", "")),
        path => visit.path(),
    };
    visit.page("access/directory.html", facts).await
}

/// `GET /operator/{org}/shops/{shop}`.
pub async fn detail(visit: Visit) -> Answer {
    let shop: OrgId = visit.param("shop")?;
    let (org, members, people, history) = visit
        .read(move |tx| {
            let org = index::org(tx, shop)?.ok_or(Refusal::NotFound)?;
            let members = index::members(tx, shop)?;
            let people = members.iter().map(|member| Ok(index::user(tx, member.user)?.is_some_and(|user| user.suspended)));
            let people = people.collect::<Result<Vec<bool>, Refusal>>()?;
            let history = store::log::before(tx, Some(&shop.to_string()), i64::MAX, 20)?;
            Ok((org, members, people, history))
        })
        .await?;
    let members: Vec<Json> =
        members.iter().zip(people).map(|(member, suspended)| json!({"member": member, "suspended": suspended})).collect();
    let fitting = Merchant::ALL.into_iter().filter(|merchant| merchant.fits(org.region) && *merchant != org.merchant).map(Merchant::code);
    let merchants = shown::options(&visit, "access.merchants", fitting);
    let history: Vec<Json> = history.iter().filter(|event| event.context == "access").map(|event| line(&visit, event)).collect();
    let facts = context! {
        title => "access.directory.detail",
        operator => visit.org()?,
        org,
        members,
        merchants,
        history,
        guards => visit.role().is_some_and(|role| GUARDS.contains(&role)),
        admin => visit.role() == Some(Role::OperatorAdmin),
    };
    visit.page("access/org.html", facts).await
}

/// An event as a line of a timeline.
fn line(visit: &Visit, event: &store::Recorded) -> Json {
    let facts = event.body.as_object().cloned().unwrap_or_default();
    let tone = match event.kind.as_str() {
        "org_suspended" | "member_removed" => "warn",
        "org_reinstated" | "org_founded" => "ok",
        _ => "mute",
    };
    let reason = event.body.get("reason").and_then(Json::as_str);
    json!({"at": event.at, "text": visit.say(&format!("access.happened.{}", event.kind), &facts), "detail": reason, "tone": tone})
}

/// `GET /api/v1/operators/{org}/orgs`.
pub async fn api(visit: Visit) -> Answer {
    let (found, next) = find(&visit, wanted(&visit)?).await?;
    visit.answer(StatusCode::OK, &OrgList { items: found.into_iter().map(OrgView::from).collect(), next })
}

/// `GET /api/v1/operators/{org}/orgs/{shop}`.
pub async fn api_one(visit: Visit) -> Answer {
    let shop: OrgId = visit.param("shop")?;
    let view = visit.read(move |tx| crate::rename_org::io::view(tx, shop)).await?;
    visit.answer(StatusCode::OK, &view)
}
