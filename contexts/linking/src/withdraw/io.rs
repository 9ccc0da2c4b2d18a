//! Loads what withdrawing an invitation looks at.

use super::{Facts, Withdraw};
use crate::{index, sealed, seller::link};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for Withdraw {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.shop)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { link: index::link_from(tx, self.shop, self.link)?, now: tx.now })
    }
}

/// `POST /shop/{org}/links/{link}/withdraw`
pub async fn post(visit: web::Visit) -> web::Answer {
    let (shop, link) = (visit.org()?, visit.param("link")?);
    match sealed::perform(&visit, link, Withdraw { shop, link }).await {
        Ok(()) => visit.redirect(&format!("/shop/{shop}/links/{link}"), "linking.withdraw.done"),
        Err(refusal) => link::again(visit, refusal).await,
    }
}
