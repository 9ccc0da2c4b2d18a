//! Loads what another priority looks at; support's form and the REST call.

use super::{Facts, Prioritise};
use crate::{Priority, desk, index, list, view};
use kernel::{Actor, OrgId, Problem, Refusal, TicketId};
use serde::Deserialize;
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for Prioritise {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { by: actor.user(), ticket: index::for_desk(tx, self.operator, self.ticket)?.ticket })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetPriority)]
pub struct Body {
    /// `normal`, `high` or `urgent`.
    #[schema(example = "high")]
    pub priority: String,
}

fn ask(visit: &Visit, typed: &str) -> Result<Prioritise, Refusal> {
    let bad = || Problem::new("priority", "support.prioritise.bad_priority").with("given", typed);
    let priority = Priority::from_code(typed).ok_or_else(bad)?;
    Ok(Prioritise { operator: visit.org()?, ticket: visit.param("ticket")?, priority })
}

/// `POST /operator/{org}/tickets/{ticket}/priority`
pub async fn post(visit: Visit) -> Answer {
    let done = match ask(&visit, visit.form().text("priority")) {
        Ok(ask) => list::io::perform_sealed(&visit, ask.ticket, ask).await,
        Err(refusal) => Err(refusal),
    };
    desk::io::after(visit, done, "support.prioritise.done").await
}

/// `POST /api/v1/operator/{org}/tickets/{ticket}/priority`
pub async fn api(visit: Visit) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let body: Body = visit.json()?;
    let ask = ask(&visit, &body.priority)?;
    visit.command(ask, StatusCode::OK, move |tx| view::for_desk(tx, org, ticket)).await
}
