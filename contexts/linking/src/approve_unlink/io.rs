//! Loads what approving an unlink looks at.

use super::{ApproveUnlink, Facts};
use crate::{index, rules, sealed, seller::link};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for ApproveUnlink {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.shop)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let link = index::link_from(tx, self.shop, self.link)?;
        let shared = rules::io::load(tx, link.pair.shop, link.pair.account, link.pair.role, actor)?;
        Ok(Facts { link, shared })
    }
}

/// `POST /shop/{org}/links/{link}/approve_unlink`
pub async fn post(visit: web::Visit) -> web::Answer {
    let (shop, link) = (visit.org()?, visit.param("link")?);
    match sealed::perform(&visit, link, ApproveUnlink { shop, link }).await {
        Ok(()) => visit.redirect(&format!("/shop/{shop}/links/{link}"), "linking.approve_unlink.done"),
        Err(refusal) => link::again(visit, refusal).await,
    }
}
