//! Loads what a closing looks at; both sides' forms and REST calls.

use super::{Close, Facts};
use crate::{Outcome, desk, index, list, typed, view};
use kernel::{Actor, OrgId, Problem, Refusal, TicketId};
use serde::Deserialize;
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for Close {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.by_org)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (found, is_desk) = index::of_side(tx, self.by_org, self.ticket)?;
        Ok(Facts { by: actor.user(), is_desk, ticket: found.ticket })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CloseTicket)]
pub struct Body {
    /// `solved`; of whoever asked also `withdrawn`; of support also `not_possible`.
    #[schema(example = "solved")]
    pub outcome: String,
    /// A last word; may be left out.
    #[serde(default)]
    pub text: String,
}

fn ask(visit: &Visit, body: &Body) -> Result<Close, Refusal> {
    let bad = || Problem::new("outcome", "support.close.bad_outcome").with("given", body.outcome.as_str());
    let outcome = Outcome::from_code(&body.outcome).ok_or_else(bad)?;
    let text = typed::text_or_none(&body.text, typed::LONGEST)?;
    Ok(Close { by_org: visit.org()?, ticket: visit.param("ticket")?, outcome, text })
}

async fn close(visit: &Visit) -> Result<(), Refusal> {
    let text = |name: &str| visit.form().text(name).to_owned();
    let ask = ask(visit, &Body { outcome: text("outcome"), text: text("text") })?;
    list::io::perform_sealed(visit, ask.ticket, ask).await
}

/// `POST /org/{org}/tickets/{ticket}/close`
pub async fn post(visit: Visit) -> Answer {
    let done = close(&visit).await;
    list::io::after(visit, done, "support.close.done").await
}

/// `POST /operator/{org}/tickets/{ticket}/close`
pub async fn post_desk(visit: Visit) -> Answer {
    let done = close(&visit).await;
    desk::io::after(visit, done, "support.close.done").await
}

/// `POST /api/v1/orgs/{org}/tickets/{ticket}/close`
pub async fn api(visit: Visit) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let body: Body = visit.json()?;
    let ask = ask(&visit, &body)?;
    visit.command(ask, StatusCode::OK, move |tx| view::for_customer(tx, org, ticket)).await
}

/// `POST /api/v1/operator/{org}/tickets/{ticket}/close`
pub async fn api_desk(visit: Visit) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let body: Body = visit.json()?;
    let ask = ask(&visit, &body)?;
    visit.command(ask, StatusCode::OK, move |tx| view::for_desk(tx, org, ticket)).await
}
