//! Loads what withdrawing an unlink request looks at.

use super::{Facts, WithdrawUnlink};
use crate::{creator::link, index, sealed};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for WithdrawUnlink {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { link: index::invitation_to(tx, self.owner, self.link)?, now: tx.now })
    }
}

/// `POST /creator/{org}/links/{link}/withdraw_unlink`
pub async fn post(visit: web::Visit) -> web::Answer {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    match sealed::perform(&visit, link, WithdrawUnlink { owner, link }).await {
        Ok(()) => visit.redirect(&format!("/creator/{owner}/links/{link}"), "linking.withdraw_unlink.done"),
        Err(refusal) => link::again(visit, refusal).await,
    }
}
