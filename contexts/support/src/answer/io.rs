//! Loads what an answer looks at; support's form and the REST call.

use super::{Answer as Ask, Facts, Policy};
use crate::{desk, index, typed, view};
use kernel::{Actor, OrgId, Refusal, TicketId};
use serde::Deserialize;
use store::{Scope, Tx};
use web::{Answer, StatusCode, Visit};

impl store::Ask for Ask {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let ticket = index::for_desk(tx, self.operator, self.ticket)?.ticket;
        let scope = access::index::org(tx, ticket.slip.org)?.map_or(Scope::PLATFORM, |org| org.scope());
        Ok(Facts { now: tx.now, by: actor.user(), policy: tx.policy::<Policy>(scope)?, ticket })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerTicket)]
pub struct Body {
    /// What to say, 1 to 4,000 characters.
    #[schema(example = "Please send us the order number.")]
    pub text: String,
    /// Whether a word back is needed: the ticket then waits for the customer and closes by itself after a while.
    #[serde(default)]
    pub waits: bool,
}

fn ask(visit: &Visit, body: &Body) -> Result<Ask, Refusal> {
    let text = typed::text(&body.text, typed::LONGEST)?;
    Ok(Ask { operator: visit.org()?, ticket: visit.param("ticket")?, text, waits: body.waits })
}

/// `POST /operator/{org}/tickets/{ticket}/answer`
pub async fn post(visit: Visit) -> Answer {
    let sent = send(&visit).await;
    desk::io::after(visit, sent, "support.answer.done").await
}

async fn send(visit: &Visit) -> Result<(), Refusal> {
    let ticket: TicketId = visit.param("ticket")?;
    // What the customer has added meanwhile makes no answer wrong; but the form must have been this ticket's.
    visit.sealed_version("ticket", &ticket.to_string())?;
    let ask = ask(visit, &Body { text: visit.form().text("text").to_owned(), waits: visit.form().ticked("waits") })?;
    visit.perform(ask).await.map(drop)
}

/// `POST /api/v1/operator/{org}/tickets/{ticket}/answer`
pub async fn api(visit: Visit) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let body: Body = visit.json()?;
    let ask = ask(&visit, &body)?;
    visit.command(ask, StatusCode::OK, move |tx| view::for_desk(tx, org, ticket)).await
}
