//! The pages of both sides: what a centre asks for, holds and hands on; what an owner answers, sees and ends.

pub(crate) mod asking;
pub(crate) mod centre;
pub(crate) mod moments;
pub(crate) mod owner;

use crate::{Scope, Scopes};
use kernel::{Problem, Refusal};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use web::{StatusCode, Visit};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    asking::routes(routes);
    centre::routes(routes);
    owner::routes(routes);
}

/// What was wrong with a form the last time; nothing on the first visit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Again {
    #[serde(skip)]
    pub status: StatusCode,
    /// Why the rules said no.
    pub denials: Vec<Json>,
    /// What was wrong with the fields: `{field, text}`.
    pub errors: Vec<Json>,
}

impl Again {
    pub fn first() -> Again {
        Again { status: StatusCode::OK, denials: Vec::new(), errors: Vec::new() }
    }

    /// After a refusal that the page itself can explain; any other goes on to the house's own page.
    pub fn after(visit: &Visit, refusal: Refusal) -> Result<Again, Refusal> {
        match refusal {
            Refusal::Denied { denials, .. } => {
                let denials = denials.iter().map(|denial| visit.denial(denial)).collect();
                Ok(Again { status: StatusCode::CONFLICT, denials, ..Again::first() })
            }
            Refusal::Malformed(problems) => {
                let errors = problems.iter().map(|problem| error(visit, problem)).collect();
                Ok(Again { status: StatusCode::UNPROCESSABLE_ENTITY, errors, ..Again::first() })
            }
            other => Err(other),
        }
    }
}

fn error(visit: &Visit, problem: &Problem) -> Json {
    let remedy = visit.say(&format!("{}_fix", problem.code), &problem.facts);
    json!({"field": problem.field, "text": format!("{} {remedy}", visit.say(&problem.code, &problem.facts))})
}

/// Every scope with its permissions, as the pages' boxes show them: which are chosen, and which cannot be.
pub(crate) fn boxes(among: Scopes, chosen: Scopes) -> Vec<Json> {
    let one = |scope: Scope| json!({"code": scope.code(), "permissions": scope.permissions(), "chosen": chosen.contains(scope)});
    among.iter().map(one).collect()
}

/// The scopes that a form's boxes name.
pub(crate) fn chosen(visit: &Visit) -> Result<Scopes, Refusal> {
    crate::granting::code::scopes("scopes", visit.form().all("scopes"))
}

/// A word of the reader's.
pub(crate) fn say(visit: &Visit, key: &str) -> String {
    visit.say(&format!("centers.pages.{key}"), &Map::new())
}
