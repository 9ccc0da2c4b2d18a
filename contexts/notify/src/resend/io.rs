//! Loads the facts; the form and the REST call.

use super::{Facts, Resend};
use crate::outbox::io::MessageView;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for Resend {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let message = store::outbox::find(tx, &self.message)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { is_dead: message.state == "dead" })
    }
}

fn ask(visit: &Visit) -> Result<Resend, Refusal> {
    Ok(Resend { operator: visit.org()?, message: visit.param("message")? })
}

/// `POST /operator/{org}/outbox/{message}/resend`
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let page = format!("/operator/{}/outbox", ask.operator);
    visit.perform(ask).await?;
    visit.redirect(&page, "notify.resend.done")
}

/// `POST /api/v1/orgs/{org}/outbox/{message}/resend`
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let id = ask.message.clone();
    visit.command(ask, StatusCode::ACCEPTED, move |tx| store::outbox::find(tx, &id)?.map(MessageView::from).ok_or(Refusal::NotFound)).await
}
