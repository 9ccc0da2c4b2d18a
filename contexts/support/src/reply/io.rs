//! Loads what a reply looks at; the form and the REST call.

use super::{Facts, Policy, Reply};
use crate::{ask, index, list, typed, view};
use kernel::{Actor, OrgId, Refusal, TicketId};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for Reply {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let ticket = index::own(tx, self.org, self.ticket)?.ticket;
        let org = access::index::org(tx, self.org)?.ok_or(Refusal::NotFound)?;
        Ok(Facts {
            now: tx.now,
            by: actor.user(),
            entries: index::count_entries(tx, self.ticket)?,
            region: org.region,
            policy: tx.policy::<Policy>(org.scope())?,
            promise: tx.policy::<ask::Policy>(org.scope())?,
            ticket,
        })
    }
}

/// `POST /org/{org}/tickets/{ticket}/reply`
pub async fn post(visit: Visit) -> Answer {
    let sent = send(&visit).await;
    list::io::after(visit, sent, "support.reply.done").await
}

async fn send(visit: &Visit) -> Result<(), Refusal> {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    // A word more is right whatever has happened meanwhile; but the form must have been this ticket's.
    visit.sealed_version("ticket", &ticket.to_string())?;
    let text = typed::text(visit.form().text("text"), typed::LONGEST)?;
    visit.perform(Reply { org, ticket, text }).await.map(drop)
}

/// `POST /api/v1/orgs/{org}/tickets/{ticket}/reply`
pub async fn api(visit: Visit) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let body: typed::Said = visit.json()?;
    let ask = Reply { org, ticket, text: typed::text(&body.text, typed::LONGEST)? };
    visit.command(ask, StatusCode::OK, move |tx| view::for_customer(tx, org, ticket)).await
}
