//! Loads what declining an invitation looks at.

use super::{Decline, Facts};
use crate::{creator::invitation, index, sealed, typed};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for Decline {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { link: index::invitation_to(tx, self.owner, self.link)?, now: tx.now })
    }
}

/// `POST /creator/{org}/invitations/{link}/decline`
pub async fn post(visit: web::Visit) -> web::Answer {
    match send(&visit).await {
        Ok(back) => visit.redirect(&back, "linking.decline.done"),
        Err(refusal) => invitation::again(visit, refusal).await,
    }
}

/// Where to go on when it is done.
async fn send(visit: &web::Visit) -> Result<String, Refusal> {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    let reason = typed::optional("reason", visit.form().text("reason"))?;
    sealed::perform(visit, link, Decline { owner, link, reason }).await?;
    Ok(format!("/creator/{owner}"))
}
