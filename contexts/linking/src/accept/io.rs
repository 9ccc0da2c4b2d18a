//! Loads what accepting an invitation looks at.

use super::{Accept, Facts};
use crate::{creator::invitation, index, rules, sealed};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for Accept {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let link = index::invitation_to(tx, self.owner, self.link)?;
        let shared = rules::io::load(tx, link.pair.shop, link.pair.account, link.pair.role, actor)?;
        Ok(Facts { link, shared })
    }
}

/// `POST /creator/{org}/invitations/{link}/accept`
pub async fn post(visit: web::Visit) -> web::Answer {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    match sealed::perform(&visit, link, Accept { owner, link }).await {
        Ok(()) => visit.redirect(&format!("/creator/{owner}/links/{link}"), "linking.accept.done"),
        Err(refusal) => invitation::again(visit, refusal).await,
    }
}
