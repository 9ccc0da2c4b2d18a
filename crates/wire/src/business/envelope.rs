//! How every answer is wrapped: HTTP 200, a code, a message, the request's id and the data.

use super::{call::Call, codes, has_version, say};
use kernel::Refusal;
use serde_json::{Map, Value as Json, json};
use web::{Answer, IntoResponse, Method, Response, StatusCode, Visit, header};

/// An id that names one request in logs: when it came, and something that no other has.
fn request_id(visit: &Visit) -> String {
    let at = say::time(visit.now()).replace(['-', ' ', ':'], "");
    format!("{at}{}", store::clock::secret().get(..18).unwrap_or_default().to_uppercase())
}

fn wrapped(visit: &Visit, code: u32, message: &str, data: Json, flat: bool) -> Response {
    let id = request_id(visit);
    let mut body = Map::new();
    match data {
        Json::Object(fields) if flat => body.extend(fields),
        data => {
            body.insert("data".into(), data);
        }
    }
    body.insert("code".into(), code.into());
    body.insert("message".into(), message.into());
    body.insert("request_id".into(), id.clone().into());
    let headers = [(header::CONTENT_TYPE.as_str(), "application/json"), ("x-tt-logid", id.as_str()), ("x-tt-trace-id", id.as_str())];
    (StatusCode::OK, headers, Json::Object(body).to_string()).into_response()
}

/// What was asked for.
pub(crate) fn done(visit: &Visit, call: &Call, data: Json) -> Answer {
    Ok(wrapped(visit, codes::OK, "OK", data, call.flat))
}

/// Why not: the code, and the house's own reasons in the message.
pub(crate) fn refuse(visit: &Visit, refusal: &Refusal) -> Response {
    let (code, message) = codes::said(visit, refusal);
    wrapped(visit, code, &message, json!({}), false)
}

/// A path that leads nowhere, or another method of one that leads somewhere.
pub(crate) fn lost(visit: &Visit, methods: &[Method]) -> Response {
    let path = visit.path();
    if !path.ends_with('/') {
        // The gateway in front of the real API answers so: no slash, no page.
        return (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "404 page not found").into_response();
    }
    if !methods.is_empty() {
        let said = visit.say("wire.method", &Map::new());
        let mut response = wrapped(visit, codes::METHOD_FORBIDDEN, &said, json!({}), false);
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        return response;
    }
    let (code, key) = if has_version(path) { (codes::NOT_IMPLEMENTED, "wire.unknown_call") } else { (codes::BAD_VERSION, "wire.version") };
    wrapped(visit, code, &visit.say(key, &Map::new()), json!({}), false)
}
