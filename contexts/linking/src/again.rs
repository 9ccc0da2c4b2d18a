//! A form that was not accepted comes back on its own page, with every reason and with everything that was typed.

use kernel::{Problem, Refusal};
use serde::Serialize;
use serde_json::{Value as Json, json};
use web::{StatusCode, Visit};

/// What was wrong the last time; nothing on the first visit.
#[derive(Clone, Debug, Serialize)]
pub struct Again {
    /// What the page answers with.
    #[serde(skip)]
    pub status: StatusCode,
    /// Why the rules said no.
    pub denials: Vec<Json>,
    /// What was wrong with the fields: `{field, text}`.
    pub errors: Vec<Json>,
}

impl Again {
    /// The first visit.
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
    let fix = format!("{}_fix", problem.code);
    let mut text = visit.say(&problem.code, &problem.facts);
    if visit.app().words().has(&fix) {
        text.push(' ');
        text.push_str(&visit.say(&fix, &problem.facts));
    }
    json!({"field": problem.field, "text": text})
}
