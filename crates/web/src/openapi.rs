//! The OpenAPI 3.1 document, made from the same table that serves the routes, so that neither can be ahead of the other.

use crate::{Answer, Route, Routes, Surface, Visit, routes::Shape};
use axum::{
    http::{Method, header},
    response::IntoResponse,
};
use kernel::May;
use serde_json::{Map, Value as Json, json};

pub(crate) fn routes(routes: &mut Routes) {
    routes.asset("/api/openapi.json", |visit| async move {
        Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], visit.app().openapi().to_owned())
            .into_response())
    });
    routes.page("/api", May::Anyone, readable);
}

/// The document for people: every route with who may use it, grouped by its first words.
async fn readable(visit: Visit) -> Answer {
    let document: Json = serde_json::from_str(visit.app().openapi()).map_err(|bad| kernel::Refusal::Fault(bad.to_string()))?;
    let mut groups: Map<String, Json> = Map::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let group = operation["tags"][0].as_str().unwrap_or("other").to_owned();
            let schema = |content: &Json| {
                content["content"]["application/json"]["schema"]["$ref"]
                    .as_str()
                    .map(|name| name.rsplit('/').next().unwrap_or_default().to_owned())
            };
            let entry = json!({
                "id": operation["operationId"], "method": method.to_uppercase(), "path": path, "summary": operation["summary"],
                "may": operation["x-may"], "takes": schema(&operation["requestBody"]), "answers": schema(&operation["responses"]["200"]),
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
        May::Anyone => "anyone".into(),
        May::Platform => "the platform only".into(),
    }
}

fn parameters(route: &Route) -> Vec<Json> {
    let places = route.path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')));
    let mut all: Vec<Json> =
        places.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})).collect();
    all.extend(route.queries.iter().map(
        |(name, meaning)| json!({"name": name, "in": "query", "required": false, "description": meaning, "schema": {"type": "string"}}),
    ));
    if route.method != Method::GET {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false, "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            "description": "The first answer under a key is kept for 24 hours and repeated; another request under the same key is refused."
        }));
    }
    all
}

fn body(shape: &Shape, schemas: &mut Map<String, Json>) -> Json {
    for (name, schema) in shape.parts.iter().chain(std::iter::once(&(shape.name.clone(), shape.schema.clone()))) {
        schemas.insert(name.clone(), serde_json::to_value(schema).unwrap_or_default());
    }
    json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{}", shape.name)}}})
}

fn operation(route: &Route, schemas: &mut Map<String, Json>) -> Json {
    let id = format!(
        "{}_{}",
        route.method.as_str().to_lowercase(),
        route.path.replace(['{', '}'], "").replace('/', "_").trim_start_matches("_api_v1_")
    );
    let tag = route.path.trim_start_matches("/api/v1/").split('/').find(|part| !part.starts_with('{')).unwrap_or("other");
    let problem = |text: &str| json!({"description": text, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
    let mut responses = json!({
        "401": problem("Nobody is signed in, or the token is unknown."), "403": problem("The role or the token's scopes do not include this."),
        "404": problem("There is no such thing, or it is not yours."), "429": problem("Too many tries."),
    });
    let done = if let Some(shape) = &route.answers {
        json!({"description": "Done.", "content": body(shape, schemas)})
    } else {
        json!({"description": "Done."})
    };
    responses["200"] = done.clone();
    if route.method != Method::GET {
        responses["201"] = done;
        responses["409"] = problem("The rules say no, with every reason; or the page is out of date.");
        responses["422"] = problem("What was sent makes no sense: every problem with its field.");
    }
    let mut operation = json!({
        "operationId": id, "tags": [tag], "summary": route.summary, "parameters": parameters(route), "responses": responses,
        "x-may": may_text(route.may), "x-confirm-first": route.step_up,
    });
    if let Some(shape) = &route.takes {
        operation["requestBody"] = json!({"required": true, "content": body(shape, schemas)});
    }
    if matches!(route.may, May::Anyone) {
        operation["security"] = json!([]);
    }
    operation
}

pub(crate) fn document(routes: &[Route], base_url: &str) -> String {
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
        let made = operation(route, &mut schemas);
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
    document.to_string()
}
