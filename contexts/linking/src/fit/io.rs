//! The advice in the reader's words.

use super::{Fit, source};
use serde_json::{Map, Value as Json, json};
use web::Visit;

/// The advice as one line of a page's checklist: `{state: "advice", rule, text, source}`.
pub fn advice(visit: &Visit, fit: &Fit) -> Json {
    let facts = |value: Json| if let Json::Object(facts) = value { facts } else { Map::new() };
    let rule = match fit.score {
        Some(score) => visit.say("linking.fit.score", &facts(json!({"score": score}))),
        None => visit.say("linking.fit.no_score", &Map::new()),
    };
    let said = fit.reasons.iter().map(|reason| visit.say(&format!("linking.fit.{}", reason.key()), &facts(json!(reason))));
    let mut lines: Vec<String> = said.collect();
    lines.push(visit.say("linking.fit.advice", &Map::new()));
    json!({"state": "advice", "name": "category_match", "rule": rule, "text": lines.join(" "), "source": source()})
}
