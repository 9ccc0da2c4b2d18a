//! The OpenAPI 3.1 document, made from the same table that serves the routes, so that neither can be ahead of the other.

use crate::{Answer, Route, Routes, Surface, Visit, routes::Shape};
use axum::{
    http::{Method, header},
    response::IntoResponse,
};
use kernel::{May, Refusal};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

pub(crate) fn routes(routes: &mut Routes) {
    routes.asset("/api/openapi.json", |visit| async move {
        Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], visit.app().openapi()?.to_owned())
            .into_response())
    });
    routes.page("/api", May::Anyone, readable);
}

/// The document for people: every route with who may use it, grouped by its first words.
async fn readable(visit: Visit) -> Answer {
    let document: Json = serde_json::from_str(visit.app().openapi()?).map_err(|bad| Refusal::Fault(bad.to_string()))?;
    let mut groups: Map<String, Json> = Map::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let group = operation["tags"][0].as_str().unwrap_or("other").to_owned();
            let schema = |content: &Json| {
                content["content"]["application/json"]["schema"]["$ref"]
                    .as_str()
                    .map(|name| name.rsplit('/').next().unwrap_or_default().to_owned())
            };
            let answers = |operation: &Json| ["200", "201", "202"].iter().find_map(|status| schema(&operation["responses"][status]));
            let entry = json!({
                "id": operation["operationId"], "method": method.to_uppercase(), "path": path, "summary": operation["summary"],
                "may": operation["x-may"], "takes": schema(&operation["requestBody"]), "answers": answers(operation),
                "parameters": operation["parameters"],
            });
            if let Json::Array(list) = groups.entry(group).or_insert_with(|| json!([])) {
                list.push(entry);
            }
        }
    }
    let schemas: Map<String, Json> = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), serde_json::to_string_pretty(schema).unwrap_or_default().into()))
        .collect();
    visit.page("api.html", crate::context! { title => "web.api_title", groups => groups, schemas => schemas }).await
}

/// Who may use a route, for documents and golden files.
pub fn may_text(may: May) -> String {
    match may {
        May::Members(roles) => roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(" "),
        May::Person => "any signed-in person".into(),
        May::Known => "any signed-in person or program".into(),
        May::Anyone => "anyone".into(),
        May::Platform => "the platform only".into(),
    }
}

/// What stands in a place of a path: an id that says what it names, the log's position, or another system's own id.
fn place(name: &str) -> Json {
    use kernel::id::{Account, Endpoint, Import, Kind, Link, Org, Ticket, Token, User, Violation};
    let prefix = match name {
        "org" | "shop" => Org::PREFIX,
        "account" => Account::PREFIX,
        "link" => Link::PREFIX,
        "user" => User::PREFIX,
        "token" => Token::PREFIX,
        "ticket" => Ticket::PREFIX,
        "endpoint" => Endpoint::PREFIX,
        "violation" => Violation::PREFIX,
        "import" => Import::PREFIX,
        "seq" => return json!({"type": "integer", "format": "int64", "minimum": 1}),
        _ => return json!({"type": "string", "minLength": 1}),
    };
    json!({"type": "string", "pattern": format!("^{prefix}_[0-9a-f]{{32}}$")})
}

fn parameters(route: &Route) -> Vec<Json> {
    let places = route.path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')));
    let mut all: Vec<Json> = places.map(|name| json!({"name": name, "in": "path", "required": true, "schema": place(name)})).collect();
    all.extend(route.queries.iter().map(
        |(name, meaning)| json!({"name": name, "in": "query", "required": false, "description": meaning, "schema": {"type": "string"}}),
    ));
    if route.kept {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false, "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            "description": "The first answer under a key is kept for 24 hours and repeated; another request under the same key is refused."
        }));
    }
    all
}

/// A shape by its name. One name has one meaning in the whole document, or a reader is told the wrong one.
fn body(shape: &Shape, schemas: &mut Map<String, Json>) -> Result<Json, Refusal> {
    for (name, schema) in shape.parts.iter().chain(std::iter::once(&(shape.name.clone(), shape.schema.clone()))) {
        let schema = serde_json::to_value(schema).map_err(|bad| Refusal::Fault(bad.to_string()))?;
        if schemas.get(name).is_some_and(|known| *known != schema) {
            return Err(Refusal::Fault(format!(
                "two shapes of the API are called {name}; `#[schema(as = …)]` names one of them otherwise"
            )));
        }
        schemas.insert(name.clone(), schema);
    }
    Ok(json!({"$ref": format!("#/components/schemas/{}", shape.name)}))
}

fn problem(text: &str) -> Json {
    json!({"description": text, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}})
}

/// Every status that a route can answer with, and what it answers then.
fn responses(route: &Route, schemas: &mut Map<String, Json>) -> Result<Json, Refusal> {
    let mut all = json!({
        "401": problem("Nobody is signed in, or the token is unknown."),
        "403": problem("The role or the token's scopes do not include this, or it has to be confirmed first."),
        "404": problem("There is no such thing, or it is not yours."),
        "429": problem("Too many tries."),
        "500": problem("A fault of ours; nothing was changed."),
    });
    if route.method != Method::GET {
        all["409"] = problem("The rules say no, with every reason; or the page is out of date.");
    }
    if route.method != Method::GET || !route.queries.is_empty() {
        all["422"] = problem("What was sent makes no sense: every problem with its field.");
    }
    if route.lags {
        all["503"] = problem("This server has not heard of what was asked for yet; `Retry-After` says when to ask again.");
    }
    let shape = route.answers.map(|shape| body(&shape(), schemas)).transpose()?;
    for status in route.done.iter().map(u16::to_string) {
        if all.get(&status).is_none() {
            all[&status] = json!({"description": "Done."});
        }
        if let Some(shape) = &shape {
            all[&status]["content"]["application/json"] = json!({"schema": shape});
        }
    }
    Ok(all)
}

fn operation(route: &Route, schemas: &mut Map<String, Json>) -> Result<Json, Refusal> {
    let id = format!(
        "{}_{}",
        route.method.as_str().to_lowercase(),
        route.path.replace(['{', '}'], "").replace('/', "_").trim_start_matches("_api_v1_")
    );
    let tag = route.path.trim_start_matches("/api/v1/").split('/').find(|part| !part.starts_with('{')).unwrap_or("other");
    let mut operation = json!({
        "operationId": id, "tags": [tag], "summary": route.summary, "parameters": parameters(route), "responses": responses(route, schemas)?,
        "x-may": may_text(route.may), "x-confirm-first": route.step_up,
    });
    if let Some(shape) = route.takes {
        operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": body(&shape(), schemas)?}}});
    }
    if !route.files.is_empty() {
        let types: Map<String, Json> = route.files.iter().map(|kind| ((*kind).to_owned(), json!({}))).collect();
        operation["requestBody"] = json!({"required": true, "content": types});
    }
    if matches!(route.may, May::Anyone) {
        operation["security"] = json!([]);
    }
    Ok(operation)
}

pub(crate) fn document(routes: &[Arc<Route>], base_url: &str) -> Result<String, Refusal> {
    let mut schemas = Map::new();
    let reason = json!({"type": "object", "properties": {
        "code": {"type": "string", "description": "Stable, `linking.unlink.too_soon`."}, "field": {"type": "string"}, "text": {"type": "string"},
        "remedy": {"type": ["string", "null"]}, "until": {"type": ["string", "null"], "format": "date-time"}, "facts": {"type": "object"}, "source": {"type": ["object", "null"]}}});
    schemas.insert(
        "Problem".into(),
        json!({"type": "object", "required": ["type", "title", "status", "code", "reasons"], "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"},
        "reasons": {"type": "array", "items": reason}, "retry_at": {"type": ["string", "null"], "format": "date-time"}}}),
    );
    let mut paths: Map<String, Json> = Map::new();
    for route in routes.iter().filter(|route| route.surface == Surface::Api) {
        let made = operation(route, &mut schemas)?;
        if let Json::Object(methods) = paths.entry(route.path).or_insert_with(|| json!({})) {
            methods.insert(route.method.as_str().to_lowercase(), made);
        }
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Countersign", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
            "description": "Every permission in this trade is countersigned. Each answer carries `countersign-seq` (the log's position after it) or `countersign-as-of` (the position it shows)."},
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    });
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::shape;

    #[derive(utoipa::ToSchema)]
    #[schema(as = Thing)]
    #[expect(dead_code, reason = "a shape for the documentation")]
    struct One {
        number: i64,
    }

    #[derive(utoipa::ToSchema)]
    #[schema(as = Thing)]
    #[expect(dead_code, reason = "a shape for the documentation")]
    struct Other {
        text: String,
    }

    #[test]
    fn a_name_has_one_meaning_in_the_whole_document() {
        let mut schemas = Map::new();
        assert!(body(&shape::<One>(), &mut schemas).is_ok());
        assert!(body(&shape::<One>(), &mut schemas).is_ok());
        assert!(body(&shape::<Other>(), &mut schemas).is_err());
    }
}
