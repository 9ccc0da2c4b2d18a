//! Loads what refusing an unlink looks at.

use super::{Facts, RefuseUnlink};
use crate::{index, sealed, seller::link, typed};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for RefuseUnlink {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.shop)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { link: index::link_from(tx, self.shop, self.link)?, now: tx.now })
    }
}

/// `POST /shop/{org}/links/{link}/refuse_unlink`
pub async fn post(visit: web::Visit) -> web::Answer {
    let (shop, link) = (visit.org()?, visit.param("link")?);
    let done = match typed::reason("reason", visit.form().text("reason")) {
        Ok(reason) => sealed::perform(&visit, link, RefuseUnlink { shop, link, reason }).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => visit.redirect(&format!("/shop/{shop}/links/{link}"), "linking.refuse_unlink.done"),
        Err(refusal) => link::again(visit, refusal).await,
    }
}
