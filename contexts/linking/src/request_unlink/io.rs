//! Loads what an unlink request looks at.

use super::{Facts, Policy, RequestUnlink};
use crate::{creator::link, index, rules, sealed, typed};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Scope, Tx};

impl Ask for RequestUnlink {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let link = index::invitation_to(tx, self.owner, self.link)?;
        let shared = rules::io::load(tx, link.pair.shop, link.pair.account, link.pair.role, actor)?;
        let scope = Scope { region: shared.shop.region, merchant: shared.shop.merchant.code() };
        Ok(Facts { link, policy: tx.policy::<Policy>(scope)?, shared })
    }
}

/// `POST /creator/{org}/links/{link}/request_unlink`
pub async fn post(visit: web::Visit) -> web::Answer {
    match send(&visit).await {
        Ok(back) => visit.redirect(&back, "linking.request_unlink.done"),
        Err(refusal) => link::again(visit, refusal).await,
    }
}

/// Where to go on when it is done.
async fn send(visit: &web::Visit) -> Result<String, Refusal> {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    let reason = typed::reason("reason", visit.form().text("reason"))?;
    sealed::perform(visit, link, RequestUnlink { owner, link, reason }).await?;
    Ok(format!("/creator/{owner}/links/{link}"))
}
