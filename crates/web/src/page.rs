//! Pages: templates with the reader's words, times and figures.

use crate::{Answer, Visit, Words, words::Reader};
use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use kernel::{Check, Denial, Instant, OrgId, OrgKind, Refusal, Role, UserId};
use minijinja::Value;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

/// The words of the frame and of the parts pages are made of.
pub(crate) const WORDS: &str = include_str!("../templates/words.toml");
/// The words of the lifecycle that every agreement shares.
pub(crate) const CONSENT: &str = include_str!("../templates/consent.toml");

/// The cited value among a reason's facts, as `{text, seen, sure, value}`.
fn source(facts: &Map<String, Json>) -> Json {
    let cited = facts.values().find(|value| value.get("source").is_some() && value.get("sure").is_some());
    cited
        .map_or(Json::Null, |cited| json!({"text": cited["source"], "seen": cited["seen"], "sure": cited["sure"], "value": cited["value"]}))
}

pub(crate) fn denial(all: &Words, reader: &Reader, denial: &Denial) -> Json {
    let fix = format!("{}_fix", denial.code);
    let remedy = if all.has(&fix) { Json::from(all.say(reader, &fix, &denial.facts)) } else { Json::Null };
    json!({
        "code": denial.code,
        "text": all.say(reader, &denial.code, &denial.facts),
        "remedy": remedy,
        "until": denial.until,
        "source": source(&denial.facts),
    })
}

/// The words of a rule: its verb's own, else its context's.
pub(crate) fn rule_words(all: &Words, reader: &Reader, capability: &str, rule: &str) -> String {
    let context = capability.split('.').next().unwrap_or_default();
    let own = format!("{capability}.rule_{rule}");
    let key = if all.has(&own) { own } else { format!("{context}.rules.{rule}") };
    all.say(reader, &key, &Map::new())
}

pub(crate) fn check(all: &Words, reader: &Reader, capability: &str, check: &Check) -> Json {
    let mut said = check.denial.as_ref().map_or_else(|| json!({}), |against| denial(all, reader, against));
    if let Json::Object(fields) = &mut said {
        fields.insert("name".into(), check.rule.into());
        fields.insert("rule".into(), rule_words(all, reader, capability, check.rule).into());
        fields.insert("state".into(), if check.denial.is_some() { "fail" } else { "pass" }.into());
    }
    said
}

/// Where the reader is once the language has been changed: after a form that is the page that held it, since its address
/// answers nobody who only looks.
fn back(visit: &Visit) -> String {
    let query = visit.query_text();
    let here = || if query.is_empty() { visit.path().to_owned() } else { format!("{}?{query}", visit.path()) };
    if *visit.method() == axum::http::Method::GET { here() } else { crate::problem::came_from(visit).unwrap_or_else(here) }
}

/// What every page knows besides its own facts; `layout.html` says what each is for.
#[derive(Serialize)]
struct Frame<'a> {
    lang: &'static str,
    theme: Option<&'a str>,
    path: &'a str,
    back: String,
    query: &'a str,
    title: String,
    zone: &'a str,
    now: Instant,
    as_of: i64,
    csrf: String,
    user: Option<User<'a>>,
    org: Option<Org<'a>>,
    orgs: Vec<Org<'a>>,
    nav: Vec<Place>,
    menu: Vec<Place>,
    live: Option<String>,
    flash: Vec<Said>,
    again: Option<Json>,
}

#[derive(Serialize)]
struct User<'a> {
    name: &'a str,
    email: &'a str,
    id: UserId,
}

#[derive(Serialize)]
struct Org<'a> {
    id: OrgId,
    name: &'a str,
    kind: OrgKind,
    role: Role,
    href: String,
}

/// Where a menu leads.
#[derive(Serialize)]
struct Place {
    key: &'static str,
    href: String,
    icon: &'static str,
    label: String,
    active: bool,
    badge: Option<i64>,
}

#[derive(Serialize)]
struct Said {
    kind: String,
    text: String,
}

/// The reader's own pages.
const OWN_PAGES: [(&str, &str, &str); 3] = [
    ("/me/profile", "user", "access.profile.title"),
    ("/me/security", "shield-lock", "access.security.title"),
    ("/me/apps", "plug", "apps.mine.title"),
];

/// The menu of an organisation.
fn nav(visit: &Visit, here: &crate::Membership, say: &impl Fn(&str) -> String) -> Vec<Place> {
    let (path, unread) = (visit.path(), visit.known().unread);
    let mut items: Vec<_> = visit.app().rooms().iter().flat_map(|room| room.menu).collect();
    items.sort_by_key(|item| item.order);
    let seen = items.iter().filter(|item| item.kind == here.kind && item.may.contains(&here.role));
    let place = |item: &&crate::MenuItem| {
        let href = item.href.replace("{org}", &here.org.to_string());
        let badge = Some(unread).filter(|unread| *unread > 0 && href.ends_with("/notifications"));
        Place { key: item.label, href, icon: item.icon, label: say(item.label), active: false, badge }
    };
    let mut places: Vec<Place> = seen.map(place).collect();
    // The page is under the one whose address is the longest beginning of its own.
    let under = |place: &&mut Place| path.strip_prefix(&place.href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if let Some(place) = places.iter_mut().filter(under).max_by_key(|place| place.href.len()) {
        place.active = true;
    }
    places
}

fn frame<'a>(visit: &'a Visit, title: &str, again: Option<Json>) -> Frame<'a> {
    let (reader, words, none) = (visit.reader(), visit.app().words(), Map::new());
    let say = |key: &str| words.say(&reader, key, &none);
    let known = visit.known();
    let own = visit.org_or_none().and_then(|org| known.memberships.iter().find(|membership| membership.org == org));
    // Pages without an organisation of their own (one's profile, a refusal) keep the menu of the first one.
    let here = own.or_else(|| known.memberships.first());
    fn org(m: &crate::Membership) -> Org<'_> {
        Org { id: m.org, name: &m.name, kind: m.kind, role: m.role, href: format!("/{}/{}", m.kind.code(), m.org) }
    }
    let own_page = |(href, icon, key): (&str, &'static str, &'static str)| Place {
        key,
        href: href.to_owned(),
        icon,
        label: say(key),
        active: false,
        badge: None,
    };
    let flash = visit.cookie("flash").map(|said| {
        visit.set_cookie("flash", "", 0, false);
        let (kind, key) = said.split_once('!').unwrap_or(("ok", said));
        Said { kind: kind.to_owned(), text: say(key) }
    });
    Frame {
        lang: reader.lang.code(),
        theme: visit.cookie("theme").filter(|theme| matches!(*theme, "light" | "dark")),
        path: visit.path(),
        back: back(visit),
        query: visit.query_text(),
        title: if title.is_empty() { String::new() } else { say(title) },
        zone: visit.zone(),
        now: visit.now(),
        as_of: visit.as_of(),
        csrf: visit.csrf(),
        user: visit.person().map(|person| User { name: &person.name, email: &person.email, id: person.user }),
        org: here.map(org),
        orgs: known.memberships.iter().map(org).collect(),
        nav: here.map_or_else(Vec::new, |here| nav(visit, here, &say)),
        menu: OWN_PAGES.map(own_page).into(),
        live: own.map(|own| format!("/org/{}/live", own.org)),
        flash: flash.into_iter().collect(),
        again,
    }
}

pub(crate) fn render(visit: &Visit, status: StatusCode, template: &str, mut facts: crate::Facts, again: Option<Json>) -> Answer {
    let title = facts.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    facts.insert("page".into(), crate::fact(&frame(visit, &title, again)));
    let found = visit.app().0.templates.get_template(template);
    let html = found.and_then(|found| found.render(Value::from(facts))).map_err(|bad| Refusal::Fault(format!("{template}: {bad:#}")))?;
    let language = visit.lang().code();
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_LANGUAGE, language)], html).into_response())
}
