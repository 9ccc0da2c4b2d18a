//! Loads what opening a ticket again looks at; both sides' forms and REST calls.

use super::{Facts, Policy, Reopen};
use crate::{ask, desk, index, list, typed, view};
use kernel::{Actor, OrgId, Refusal, TicketId};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for Reopen {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.by_org)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (found, is_desk) = index::of_side(tx, self.by_org, self.ticket)?;
        let org = access::index::org(tx, found.ticket.slip.org)?.ok_or(Refusal::NotFound)?;
        Ok(Facts {
            now: tx.now,
            by: actor.user(),
            is_desk,
            region: org.region,
            policy: tx.policy::<Policy>(org.scope())?,
            promise: tx.policy::<ask::Policy>(org.scope())?,
            ticket: found.ticket,
        })
    }
}

fn ask(visit: &Visit, text: &str) -> Result<Reopen, Refusal> {
    Ok(Reopen { by_org: visit.org()?, ticket: visit.param("ticket")?, text: typed::text(text, typed::LONGEST)? })
}

async fn reopen(visit: &Visit) -> Result<(), Refusal> {
    let ask = ask(visit, visit.form().text("text"))?;
    list::io::perform_sealed(visit, ask.ticket, ask).await
}

/// `POST /org/{org}/tickets/{ticket}/reopen`
pub async fn post(visit: Visit) -> Answer {
    let done = reopen(&visit).await;
    list::io::after(visit, done, "support.reopen.done").await
}

/// `POST /operator/{org}/tickets/{ticket}/reopen`
pub async fn post_desk(visit: Visit) -> Answer {
    let done = reopen(&visit).await;
    desk::io::after(visit, done, "support.reopen.done").await
}

/// `POST /api/v1/orgs/{org}/tickets/{ticket}/reopen`
pub async fn api(visit: Visit) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let body: typed::Said = visit.json()?;
    let ask = ask(&visit, &body.text)?;
    visit.command(ask, StatusCode::OK, move |tx| view::for_customer(tx, org, ticket)).await
}

/// `POST /api/v1/operator/{org}/tickets/{ticket}/reopen`
pub async fn api_desk(visit: Visit) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let body: typed::Said = visit.json()?;
    let ask = ask(&visit, &body.text)?;
    visit.command(ask, StatusCode::OK, move |tx| view::for_desk(tx, org, ticket)).await
}
