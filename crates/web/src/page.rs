//! Pages: templates with the reader's words, times and figures.

use crate::{
    Answer, Room, Visit, Words,
    words::{self, Reader},
};
use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use kernel::{Check, Denial, Instant, Refusal, Span};
use minijinja::{
    Environment, Error, ErrorKind, State, Value,
    value::{Kwargs, Serde},
};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// The words of the frame and of the parts pages are made of.
pub(crate) const WORDS: &str = include_str!("../templates/words.toml");
/// The words of the lifecycle that every agreement shares.
pub(crate) const CONSENT: &str = include_str!("../templates/consent.toml");

macro_rules! templates {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("../templates/", $name)))),*] };
}

fn own() -> [(&'static str, &'static str); 8] {
    templates!["layout.html", "bare.html", "head.html", "shared.html", "kit.html", "error.html", "not_found.html", "api.html"]
}

fn reader(state: &State<'_, '_>) -> Reader {
    let page = state.lookup("page").unwrap_or_default();
    let text = |name: &str| page.get_attr(name).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    Reader::new(crate::Lang::from_code(&text("lang")).unwrap_or_default(), &text("zone"))
}

fn now(state: &State<'_, '_>) -> Instant {
    let page = state.lookup("page").unwrap_or_default();
    page.get_attr("now").ok().and_then(|value| value.as_str().and_then(|text| text.parse().ok())).unwrap_or_default()
}

fn instant(text: &str) -> Result<Instant, Error> {
    text.parse().map_err(|bad: String| Error::new(ErrorKind::InvalidOperation, bad))
}

fn json(value: &Value) -> Json {
    serde_json::to_value(value).unwrap_or(Json::Null)
}

fn whole(value: &Value) -> Option<i64> {
    i64::try_from(value.clone()).ok().or_else(|| f64::try_from(value.clone()).ok().map(|number| number.round() as i64))
}

/// `none` prints as a dash: a missing figure is not zero.
fn figure(value: &Value, print: impl Fn(i64) -> String) -> String {
    whole(value).map_or_else(|| "–".to_owned(), print)
}

pub(crate) fn environment(all: Arc<Words>, rooms: &'static [&'static Room]) -> Result<Environment<'static>, Refusal> {
    let mut env = Environment::new();
    let broken = |bad: Error| Refusal::Fault(format!("a page cannot be read: {bad:#}"));
    for (name, text) in own().into_iter().chain(rooms.iter().flat_map(|room| room.templates.iter().copied())) {
        env.add_template(name, text).map_err(broken)?;
    }
    let said = all.clone();
    env.add_function("t", move |state: &State<'_, '_>, key: &str, facts: Kwargs| -> Result<String, Error> {
        let mut given = Map::new();
        for name in facts.args() {
            given.insert(name.to_owned(), json(&facts.get::<Value>(name)?));
        }
        Ok(said.say(&reader(state), key, &given))
    });
    env.add_function("has_words", move |key: &str| all.has(key));
    env.add_function("asset", |name: &str| crate::assets::address(name));
    env.add_function("tint", |text: &str| text.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 8);
    env.add_function("money", |state: &State<'_, '_>, minor: i64, currency: &str| {
        let _ = reader(state);
        format!("{currency} {}.{:02}", words::grouped(minor / 100), (minor % 100).abs())
    });
    env.add_filter("datetime", |state: &State<'_, '_>, at: &str| instant(at).map(|at| words::datetime(&reader(state), at)));
    env.add_filter("date", |state: &State<'_, '_>, at: &str| instant(at).map(|at| words::date(&reader(state), at)));
    env.add_filter("ago", |state: &State<'_, '_>, at: &str| instant(at).map(|at| words::ago(reader(state).lang, at, now(state))));
    env.add_filter("number", |value: Value| figure(&value, words::grouped));
    env.add_filter("compact", |state: &State<'_, '_>, value: Value| {
        let lang = reader(state).lang;
        figure(&value, |number| words::compact(lang, number))
    });
    env.add_filter("span", |state: &State<'_, '_>, value: Value| -> Result<String, Error> {
        let lang = reader(state).lang;
        if let Some(text) = value.as_str() {
            let span: Span = text.parse().map_err(|bad: String| Error::new(ErrorKind::InvalidOperation, bad))?;
            return Ok(words::span(lang, span));
        }
        Ok(figure(&value, |ms| words::span(lang, Span(ms))))
    });
    Ok(env)
}

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

/// What every page knows besides its own facts.
fn frame(visit: &Visit, title: &str) -> Json {
    let reader = visit.reader();
    let words = visit.app().words();
    let none = Map::new();
    let known = visit.known();
    let own = visit.org_or_none().and_then(|org| known.memberships.iter().find(|membership| membership.org == org));
    // Pages without an organisation of their own (one's profile, a refusal) keep the menu of the first one.
    let here = own.or_else(|| known.memberships.first());
    let org_json = |m: &crate::Membership| json!({"id": m.org, "name": m.name, "kind": m.kind, "role": m.role, "href": format!("/{}/{}", m.kind.code(), m.org)});
    let mut items: Vec<_> = visit.app().rooms().iter().flat_map(|room| room.menu).collect();
    items.sort_by_key(|item| item.order);
    let nav: Vec<Json> = here.map_or_else(Vec::new, |here| {
        let seen = items.iter().filter(|item| item.kind == here.kind && item.may.contains(&here.role));
        let entries: Vec<(String, &&crate::MenuItem)> = seen.map(|item| (item.href.replace("{org}", &here.org.to_string()), item)).collect();
        let path = visit.path();
        let under = |href: &str| path == href || path.starts_with(&format!("{href}/"));
        let active = entries.iter().filter(|(href, _)| under(href)).map(|(href, _)| href.len()).max();
        entries
            .iter()
            .map(|(href, item)| {
                let badge = if href.ends_with("/notifications") && known.unread > 0 { Json::from(known.unread) } else { Json::Null };
                let is_active = under(href) && Some(href.len()) == active;
                json!({"key": item.label, "href": href, "icon": item.icon, "label": words.say(&reader, item.label, &none), "active": is_active, "badge": badge})
            })
            .collect()
    });
    let person = visit.person();
    let theme = visit.cookie("theme").filter(|theme| matches!(*theme, "light" | "dark"));
    let flash = visit.cookie("flash").map(|said| {
        visit.set_cookie("flash", "", 0, false);
        let (kind, key) = said.split_once('!').unwrap_or(("ok", said));
        json!([{"kind": kind, "text": words.say(&reader, key, &none)}])
    });
    let own_pages = [
        ("/me/profile", "user", "access.profile.title"),
        ("/me/security", "shield-lock", "access.security.title"),
        ("/me/apps", "plug", "apps.mine.title"),
    ];
    let own_menu: Vec<Json> =
        own_pages.iter().map(|(href, icon, key)| json!({"href": href, "icon": icon, "label": words.say(&reader, key, &none)})).collect();
    json!({
        "lang": reader.lang.code(),
        "theme": theme,
        "path": visit.path(),
        "back": back(visit),
        "query": visit.query_text(),
        "title": if title.is_empty() { String::new() } else { words.say(&reader, title, &none) },
        "zone": visit.zone(),
        "now": visit.now(),
        "as_of": visit.as_of(),
        "csrf": visit.csrf(),
        "user": person.map(|person| json!({"name": person.name, "email": person.email, "id": person.user})),
        "org": here.map(org_json),
        "orgs": known.memberships.iter().map(org_json).collect::<Vec<_>>(),
        "nav": nav,
        "menu": own_menu,
        "live": own.map(|own| format!("/org/{}/live", own.org)),
        "flash": flash.unwrap_or_else(|| json!([])),
    })
}

pub(crate) fn render(visit: &Visit, status: StatusCode, template: &str, mut facts: crate::Facts) -> Answer {
    let title = facts.get("title").and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut page = frame(visit, &title);
    if let (Json::Object(page), Some(again)) = (&mut page, facts.remove("again_on_page")) {
        page.insert("again".into(), again);
    }
    facts.insert("page".into(), page);
    let found = visit.app().0.templates.get_template(template);
    let html =
        found.and_then(|found| found.render(Value::from(Serde(facts)))).map_err(|bad| Refusal::Fault(format!("{template}: {bad:#}")))?;
    let language = visit.lang().code();
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_LANGUAGE, language)], html).into_response())
}
