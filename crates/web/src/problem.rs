//! A refusal as the surface says it: a page in the reader's language, or problem+json with every reason as data and in words.

use crate::{Answer, Surface, Visit, page};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Problem, Refusal};
use serde_json::{Value as Json, json};

/// A refusal as every surface says it. `kind` names its words (`web.refused_title`) and its page's picture.
struct Said {
    status: StatusCode,
    kind: &'static str,
    reasons: Vec<Json>,
    retry_at: Option<kernel::Instant>,
}

fn problems(visit: &Visit, all: &[Problem]) -> Vec<Json> {
    let fix = |problem: &Problem| {
        let key = format!("{}_fix", problem.code);
        if visit.app().words().has(&key) { Json::from(visit.say(&key, &problem.facts)) } else { Json::Null }
    };
    let one = |problem: &Problem| json!({"field": problem.field, "code": problem.code, "text": visit.say(&problem.code, &problem.facts), "remedy": fix(problem), "facts": problem.facts});
    all.iter().map(one).collect()
}

fn say(visit: &Visit, refusal: &Refusal) -> Said {
    let plain = |status, kind| Said { status, kind, reasons: Vec::new(), retry_at: None };
    match refusal {
        Refusal::Malformed(all) => Said { reasons: problems(visit, all), ..plain(StatusCode::UNPROCESSABLE_ENTITY, "malformed") },
        Refusal::Unauthenticated => plain(StatusCode::UNAUTHORIZED, "unauthenticated"),
        Refusal::Forbidden { permission } => {
            Said { reasons: vec![json!({"code": "forbidden", "permission": permission})], ..plain(StatusCode::FORBIDDEN, "forbidden") }
        }
        Refusal::ConfirmFirst => plain(StatusCode::FORBIDDEN, "confirm_first"),
        Refusal::NotFound => plain(StatusCode::NOT_FOUND, "not_found"),
        Refusal::Denied { denials, .. } => {
            let reason = |denial: &kernel::Denial| {
                let mut said = visit.denial(denial);
                said["facts"] = Json::Object(denial.facts.clone());
                said
            };
            // Waiting helps only when it helps against every reason.
            let retry_at = denials.iter().map(|denial| denial.until).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
            Said { reasons: denials.iter().map(reason).collect(), retry_at, ..plain(StatusCode::CONFLICT, "refused") }
        }
        Refusal::Stale => plain(StatusCode::CONFLICT, "stale"),
        Refusal::KeyReused => plain(StatusCode::UNPROCESSABLE_ENTITY, "key_reused"),
        Refusal::TooMany { retry_at } => Said { retry_at: Some(*retry_at), ..plain(StatusCode::TOO_MANY_REQUESTS, "busy") },
        Refusal::Behind { retry_at } => Said { retry_at: Some(*retry_at), ..plain(StatusCode::SERVICE_UNAVAILABLE, "behind") },
        Refusal::Fault(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "fault"),
    }
}

/// The same in a foreign API's words. A failure is ours alone, so it is noted here.
pub(crate) fn in_dialect(visit: &Visit, dialect: &crate::Dialect, refusal: &Refusal) -> Response {
    if let Refusal::Fault(why) = refusal {
        tracing::error!(route = visit.route(), why, "a request failed");
    }
    (dialect.refuse)(visit, refusal)
}

pub(crate) fn answer(visit: &Visit, refusal: Refusal) -> Response {
    if let Refusal::Fault(why) = &refusal {
        tracing::error!(route = visit.route(), why, "a request failed");
    }
    let said = say(visit, &refusal);
    let made = if visit.surface() == Surface::Console { on_a_page(visit, &refusal, &said) } else { as_json(visit, &said) };
    let mut response = made.unwrap_or_else(|bad| {
        tracing::error!(?bad, "the page of a refusal cannot be drawn");
        said.status.into_response()
    });
    if let Some(at) = said.retry_at {
        let seconds = ((at - visit.now()).0.max(0) + 999) / 1000;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn as_json(visit: &Visit, said: &Said) -> Answer {
    let body = json!({
        "type": format!("/problems/{}", said.kind),
        "title": visit.say(&format!("web.{}_title", said.kind), &serde_json::Map::new()),
        "status": said.status.as_u16(),
        "code": said.kind,
        "reasons": said.reasons,
        "retry_at": said.retry_at,
    });
    let mut response = (said.status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
    if said.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Ok(response)
}

/// The reasons of a refusal that the form's own page can explain; none for one that is about more than the form.
pub(crate) fn on_the_form(visit: &Visit, refusal: &Refusal) -> Option<(StatusCode, Json)> {
    let said = match refusal {
        Refusal::Malformed(_) | Refusal::Denied { .. } | Refusal::Stale => say(visit, refusal),
        Refusal::Unauthenticated
        | Refusal::Forbidden { .. }
        | Refusal::ConfirmFirst
        | Refusal::NotFound
        | Refusal::KeyReused
        | Refusal::TooMany { .. }
        | Refusal::Behind { .. }
        | Refusal::Fault(_) => return None,
    };
    let of_a_field = |reason: &&Json| reason["field"].is_string();
    let wrong: serde_json::Map<String, Json> = said
        .reasons
        .iter()
        .filter(of_a_field)
        .filter_map(|reason| Some((reason["field"].as_str()?.to_owned(), text_and_remedy(reason).into())))
        .collect();
    let errors: Vec<Json> =
        said.reasons.iter().filter(of_a_field).map(|reason| json!({"field": reason["field"], "text": text_and_remedy(reason)})).collect();
    let denials: Vec<&Json> = said.reasons.iter().filter(|reason| !of_a_field(reason)).collect();
    // What has changed meanwhile may have taken the form away: what was written into it stands above it then as well.
    let stale = matches!(refusal, Refusal::Stale);
    let written = if stale { written(visit) } else { Vec::new() };
    let again =
        json!({"typed": visit.form().values(), "wrong": wrong, "errors": errors, "denials": denials, "stale": stale, "written": written});
    Some((said.status, again))
}

fn text_and_remedy(reason: &Json) -> String {
    [&reason["text"], &reason["remedy"]].into_iter().filter_map(Json::as_str).collect::<Vec<_>>().join(" ")
}

/// What a person wrote into the form, so that they can copy it: not the form's own notes, choices and keys.
fn written(visit: &Visit) -> Vec<&str> {
    let is_prose = |text: &str| text.chars().any(|c| c.is_whitespace() || !c.is_ascii());
    let own = ["csrf", "seal", "next", "back"];
    visit.form().values().into_iter().filter(|(name, text)| !own.contains(name) && is_prose(text.trim())).map(|(_, text)| text).collect()
}

/// The page that the reader came from, as a path of ours.
pub(crate) fn came_from(visit: &Visit) -> Option<String> {
    visit.header("referer").and_then(|page| page.split_once("://")).and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()))
}

fn on_a_page(visit: &Visit, refusal: &Refusal, said: &Said) -> Answer {
    let here = || {
        let query = visit.query_text();
        let path = if query.is_empty() { visit.path().to_owned() } else { format!("{}?{query}", visit.path()) };
        // After a form the way back is the page that held it: its address answers GET only.
        let path = if *visit.method() == axum::http::Method::GET { path } else { came_from(visit).unwrap_or_else(|| "/".into()) };
        form_urlencoded::byte_serialize(path.as_bytes()).collect::<String>()
    };
    let (template, frame) = (
        if said.kind == "not_found" { "not_found.html" } else { "error.html" },
        if visit.person().is_some() { "layout.html" } else { "bare.html" },
    );
    match refusal {
        Refusal::Unauthenticated => visit.redirect(&format!("/sign_in?next={}", here()), ""),
        Refusal::ConfirmFirst => visit.redirect(&format!("/me/confirm?next={}", here()), ""),
        _ => {
            let back = came_from(visit)
                .filter(|path| *path != visit.path())
                .map(|href| json!({"label": visit.say("web.back", &serde_json::Map::new()), "href": href}));
            let refusal = json!({"kind": said.kind, "status": said.status.as_u16(), "denials": said.reasons, "until": said.retry_at, "back": back, "written": written(visit)});
            let title = format!("web.{}_title", said.kind);
            page::render(visit, said.status, template, crate::context! { title, frame, refusal => refusal }, None)
        }
    }
}
