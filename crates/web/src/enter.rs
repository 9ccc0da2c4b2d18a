//! The one door. Who asks, may they, is it their own form: decided here, for every route, before any handler runs.

use crate::{
    App, Credential, Form, Membership, Person, Route, Surface, Upload, Visit,
    memory::Place,
    problem,
    visit::{Known, Request},
};
use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequest, Multipart, RawPathParams},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::Response,
};
use kernel::{Actor, May, OrgId, Refusal, Who};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock},
};
use store::part::Entry;

/// Headers on every answer. The policy admits our own files only: no inline script, no inline style, no frames, no plug-ins.
pub const PRODUCT_HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), microphone=(), camera=(self)"),
    ("x-frame-options", "DENY"),
];

/// The same, ready to be put on.
static DRESS: LazyLock<[(HeaderName, HeaderValue); 7]> =
    LazyLock::new(|| PRODUCT_HEADERS.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))));

/// The name of the session cookie: over TLS with the prefix that pins it to this host.
pub fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// The name of the cookie that ties an anonymous form to its browser.
pub fn visitor_cookie(secure: bool) -> &'static str {
    if secure { "__Host-visitor" } else { "visitor" }
}

pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn credential(headers: &HeaderMap, secure: bool, dialect: Option<&crate::Dialect>) -> Option<Credential> {
    // A dialect has its own header and hears nothing else; what its header holds opens no other door.
    if let Some(dialect) = dialect {
        let token = headers.get(dialect.token).and_then(|value| value.to_str().ok()).map(str::trim);
        return token.filter(|token| !token.is_empty()).map(|token| Credential::App(token.to_owned()));
    }
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let session = || cookie(headers, session_cookie(secure)).map(|secret| Credential::Session(secret.to_owned()));
    bearer.map(|token| Credential::Token(token.trim().to_owned())).or_else(session)
}

/// What the proxies say of whom they speak for: every line of the header in its order, since a proxy may write a line of its own
/// below the one that its client has sent. A line that is no text is illegible, not absent.
fn forwarded(headers: &HeaderMap) -> Option<String> {
    let lines: Vec<_> = headers.get_all("x-forwarded-for").into_iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// A request of another site's page is refused before anything else is looked at.
fn is_foreign(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site") {
        return true;
    }
    let host = text("host").unwrap_or_default();
    text("origin").is_some_and(|origin| origin != base_url && origin.split_once("://").is_none_or(|(_, rest)| rest != host))
}

async fn read_body(
    route: &Route,
    request: axum::extract::Request,
) -> Result<(HeaderMap, Vec<(String, String)>, String, String, axum::body::Bytes, Form, SocketAddr), Refusal> {
    let (mut parts, body) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), |info| info.0);
    let params = match <RawPathParams as axum::extract::FromRequestParts<()>>::from_request_parts(&mut parts, &()).await {
        Ok(params) => params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        Err(_) => Vec::new(),
    };
    let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let too_large = || Refusal::Malformed(vec![kernel::Problem::new("body", "web.body_too_large").with("limit", route.limit as i64)]);
    if route.surface != Surface::Api && kind.starts_with("multipart/form-data") {
        let headers = parts.headers.clone();
        let mut request = axum::extract::Request::from_parts(parts, Body::new(http_body_util::Limited::new(body, route.limit)));
        // The route's own limit holds, not the library's.
        axum::extract::DefaultBodyLimit::disable().apply(&mut request);
        let form = read_multipart(request).await.map_err(|_| too_large())?;
        return Ok((headers, params, path, query, axum::body::Bytes::new(), form, peer));
    }
    let bytes = axum::body::to_bytes(body, route.limit).await.map_err(|_| too_large())?;
    let form =
        if kind.starts_with("application/x-www-form-urlencoded") { Form::parse(&String::from_utf8_lossy(&bytes)) } else { Form::default() };
    Ok((parts.headers, params, path, query, bytes, form, peer))
}

async fn read_multipart(request: axum::extract::Request) -> Result<Form, axum::extract::multipart::MultipartError> {
    let mut form = Form::default();
    let Ok(mut parts) = Multipart::from_request(request, &()).await else { return Ok(form) };
    while let Some(field) = parts.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = field.bytes().await?;
                form.push_file(name, Upload { name: file, bytes });
            }
            None => {
                let text = field.text().await?;
                form.push(name, text);
            }
        }
    }
    Ok(form)
}

/// What the door finds out in one snapshot.
async fn recognise(
    app: &App,
    route: &Arc<Route>,
    credential: Option<Credential>,
    org: Option<OrgId>,
    origin: kernel::Origin,
) -> Result<Known, Refusal> {
    let place = Place::of(route, credential.as_ref(), org);
    if let Some(place) = &place
        && let Some(known) = app.0.memory.recall(app, place, origin).await?
    {
        return Ok(known);
    }
    let (doors, route) = (app.0.doors, route.clone());
    let known = app
        .store()
        .read(move |tx| {
            let person: Option<Person> = credential.as_ref().map(|shown| (doors.identify)(tx, shown)).transpose()?.flatten();
            let (who, confirmed_at) = person.as_ref().map_or((Who::Anonymous, None), |p| (p.who.clone(), p.confirmed_at));
            let actor = Actor { who, origin, confirmed_at };
            // An unknown token is refused even where nobody needs one: its sender believes to be someone.
            if person.is_none() && matches!(credential, Some(Credential::Token(_) | Credential::App(_))) {
                return Err(Refusal::Unauthenticated);
            }
            let console = route.surface == Surface::Console;
            let memberships: Vec<Membership> = match &person {
                Some(person) if console || route.lags => (doors.memberships)(tx, person.user)?,
                _ => Vec::new(),
            };
            let entry = Entry { actor: &actor, permission: route.path, may: route.may, step_up: route.step_up, org };
            let admitted = if person.is_none() && !matches!(route.may, May::Anyone) {
                Err(Refusal::Unauthenticated)
            } else {
                store::admit(tx, &entry)
            };
            let unread = match org {
                Some(org) if console && admitted.is_ok() => (doors.unread)(tx, org)?,
                _ => 0,
            };
            Ok(Known { actor, person, memberships, unread, as_of: tx.as_of(), now: tx.now, admitted })
        })
        .await?;
    if let Some(person) = known.person.clone().filter(|person| person.stale) {
        app.store().write(move |tx| (doors.touch)(tx, &person)).await?;
    }
    if let Some(place) = place {
        app.0.memory.keep(place, &known);
    }
    Ok(known)
}

/// Whether what the request showed still stands for the person whom the door knew by it.
pub(crate) async fn is_still_known(visit: &Visit, headers: &HeaderMap) -> Result<bool, Refusal> {
    let (app, user) = (visit.app(), visit.user()?);
    let (doors, shown) = (app.0.doors, credential(headers, app.config().secure, None));
    let Some(shown) = shown else { return Ok(false) };
    app.store().read(move |tx| Ok((doors.identify)(tx, &shown)?.is_some_and(|person| person.user == user))).await
}

fn token_matches(app: &App, route: &Route, headers: &HeaderMap, form: &Form, known: &Known) -> bool {
    let by_cookie = !matches!(known.actor.who, Who::Token { .. } | Who::App { .. }) && route.surface != Surface::Wire;
    let changes = !matches!(route.method, Method::GET | Method::HEAD);
    if !changes || !by_cookie || (route.surface == Surface::Api && known.person.is_none()) {
        return true;
    }
    let shown = form.opt("csrf").or_else(|| headers.get("x-csrf-token").and_then(|value| value.to_str().ok())).unwrap_or_default();
    let secret = cookie(headers, session_cookie(app.config().secure))
        .filter(|_| known.person.is_some())
        .or_else(|| cookie(headers, visitor_cookie(app.config().secure)));
    secret.is_some_and(|secret| app.store().keys().proves("csrf", secret, shown))
}

/// Takes a request through the door and answers it.
pub(crate) async fn enter(app: App, route: Arc<Route>, request: axum::extract::Request) -> Response {
    let surface = route.surface;
    let dialect = route.dialect;
    let refuse = |visit: &Visit, refusal: Refusal| {
        let response = match dialect {
            Some(dialect) => problem::in_dialect(visit, dialect, &refusal),
            None => problem::answer(visit, refusal),
        };
        visit.finish(response)
    };
    let answer = admit(app.clone(), route, request).await;
    let mut response = match answer {
        Ok((visit, handler)) => {
            let shown = visit.clone();
            match handler(visit).await {
                Ok(response) => shown.finish(response),
                Err(refusal) => refuse(&shown, refusal),
            }
        }
        Err(early) => {
            let (visit, refusal) = *early;
            refuse(&visit, refusal)
        }
    };
    dress(&app, surface, &mut response);
    response
}

type Handler = Box<dyn FnOnce(Visit) -> std::pin::Pin<Box<dyn Future<Output = crate::Answer> + Send>> + Send>;

async fn admit(app: App, route: Arc<Route>, request: axum::extract::Request) -> Result<(Visit, Handler), Box<(Visit, Refusal)>> {
    let early = |refusal: Refusal| Box::new((Visit::lost(app.clone(), route.surface, HeaderMap::new(), "/"), refusal));
    let (headers, params, path, query, bytes, form, peer) = read_body(&route, request).await.map_err(early)?;
    let request = Request {
        method: route.method.clone(),
        path,
        query: Form::parse(&query),
        query_text: query,
        headers,
        params,
        form,
        bytes,
        route: route.path,
    };
    let (address, origin) = app.origin(peer.ip(), forwarded(&request.headers).as_deref());
    let credential = credential(&request.headers, app.config().secure, route.dialect);
    let org = request.params.iter().find(|(name, _)| name == "org").map(|(_, value)| value.parse::<OrgId>());
    let lost = |request: &Request| Visit::lost(app.clone(), route.surface, request.headers.clone(), &request.path);
    let org = match org {
        Some(Err(_)) => {
            return Err(Box::new((lost(&request), if credential.is_some() { Refusal::NotFound } else { Refusal::Unauthenticated })));
        }
        Some(Ok(org)) => Some(org),
        None => None,
    };
    let known = match recognise(&app, &route, credential, org, origin).await {
        Ok(known) => known,
        Err(refusal) => return Err(Box::new((lost(&request), refusal))),
    };
    let foreign = !matches!(route.method, Method::GET | Method::HEAD)
        && route.dialect.is_none()
        && is_foreign(&request.headers, &app.config().base_url);
    let own_form = token_matches(&app, &route, &request.headers, &request.form, &known);
    let admitted = known.admitted.clone();
    let visit = Visit::new(app.clone(), route.surface, request, known, org, address);
    admitted.map_err(|refusal| Box::new((visit.clone(), refusal)))?;
    if foreign || !own_form {
        return Err(Box::new((visit, Refusal::Stale)));
    }
    let handler: Handler = Box::new(move |visit| (route.handler)(visit));
    Ok((visit, handler))
}

/// A path or a method that a foreign API does not have, in its own words.
fn lost_in_dialect(app: &App, headers: &HeaderMap, path: &str) -> Option<Response> {
    let dialect = app.0.dialects.iter().find(|dialect| path.starts_with(dialect.prefix))?;
    let visit = Visit::lost(app.clone(), Surface::Wire, headers.clone(), path);
    let methods: Vec<Method> = app.routes().iter().filter(|route| route.path == path).map(|route| route.method.clone()).collect();
    let mut response = (dialect.lost)(&visit, &methods);
    dress(app, Surface::Wire, &mut response);
    Some(response)
}

/// A path of ours, asked by a method that it does not have: someone has reloaded what a form once answered, or a program errs.
pub(crate) async fn wrong_method(app: App, request: axum::extract::Request) -> Response {
    let known_to_a_dialect = app.0.dialects.iter().any(|dialect| request.uri().path().starts_with(dialect.prefix));
    let mut response = lost(app, request).await;
    if !known_to_a_dialect {
        *response.status_mut() = axum::http::StatusCode::METHOD_NOT_ALLOWED;
    }
    response
}

/// A path that leads nowhere.
pub(crate) async fn lost(app: App, request: axum::extract::Request) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(response) = lost_in_dialect(&app, request.headers(), &path) {
        return response;
    }
    let surface = if path.starts_with("/api/") { Surface::Api } else { Surface::Console };
    let headers = request.headers().clone();
    let route = Route {
        method: Method::GET,
        path: "",
        may: May::Anyone,
        surface,
        handler: Arc::new(|_| Box::pin(async { Err(Refusal::NotFound) })),
        limit: 0,
        summary: "",
        takes: None,
        answers: None,
        done: &[],
        files: &[],
        kept: false,
        queries: &[],
        step_up: false,
        lags: false,
        dialect: None,
    };
    let credential = credential(&headers, app.config().secure, None);
    let mut visit = Visit::lost(app.clone(), surface, headers, &path);
    if let Ok(known) = recognise(&app, &Arc::new(route), credential, None, kernel::Origin::Unknown).await {
        visit = visit.as_known(known);
    }
    let response = problem::answer(&visit, Refusal::NotFound);
    let mut response = visit.finish(response);
    dress(&app, surface, &mut response);
    response
}

/// The headers that every answer wears.
fn dress(app: &App, surface: Surface, response: &mut Response) {
    let headers = response.headers_mut();
    // With its type, its length and what its route adds.
    headers.reserve(DRESS.len() + 8);
    for (name, value) in DRESS.iter() {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    if app.config().secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    if surface != Surface::Asset {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
}

/// The client's address, as text for logs and lock-outs: IPv6 clients by their /64, since a whole one belongs to one client.
pub fn client(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_own_line_below_its_clients_counts_last() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded(&headers), None);
        headers.append("x-forwarded-for", HeaderValue::from_static("81.2.69.142"));
        headers.append("x-forwarded-for", HeaderValue::from_static("203.0.113.9"));
        assert_eq!(forwarded(&headers).as_deref(), Some("81.2.69.142,203.0.113.9"));
        headers.append("x-forwarded-for", HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(forwarded(&headers).unwrap().rsplit(',').next(), Some("\u{fffd}"), "illegible, not absent");
    }
}
