//! Pages: templates with the reader's words, times and figures.

use crate::{Answer, Visit, Words, words::Reader};
use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use kernel::{Check, Denial, Refusal};
use minijinja::{Value, value::Serde};
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

/// What every page knows besides its own facts.
fn frame(visit: &Visit, title: &str, again: Option<Json>) -> Json {
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
        "again": again,
    })
}

pub(crate) fn render(visit: &Visit, status: StatusCode, template: &str, mut facts: crate::Facts, again: Option<Json>) -> Answer {
    let title = facts.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    facts.insert("page".into(), Value::from(Serde(frame(visit, &title, again))));
    let found = visit.app().0.templates.get_template(template);
    let html = found.and_then(|found| found.render(Value::from(facts))).map_err(|bad| Refusal::Fault(format!("{template}: {bad:#}")))?;
    let language = visit.lang().code();
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_LANGUAGE, language)], html).into_response())
}
