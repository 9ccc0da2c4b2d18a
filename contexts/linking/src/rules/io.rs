//! Loads what the shared rules look at.

use super::{Facts, Policy, Shop};
use crate::{Kind, index};
use kernel::{AccountId, Actor, OrgId, Refusal};
use store::Tx;

/// The facts about a shop, an account, and what has been between them and others.
pub fn load(tx: &mut Tx<'_>, shop: OrgId, account: AccountId, kind: Kind, actor: &Actor) -> Result<Facts, Refusal> {
    // All that can be asked before the shop's values are known.
    tx.ahead(|tx| {
        let _rehearsed = (
            access::index::org(tx, shop),
            accounts::index::account(tx, account),
            accounts::index::against(tx, account),
            index::bonds(tx, account),
        );
    });
    let org = access::index::org(tx, shop)?.ok_or(Refusal::NotFound)?;
    let account = accounts::index::account(tx, account)?.ok_or(Refusal::NotFound)?;
    let policy = tx.policy::<Policy>(org.scope())?;
    let used = index::used(tx, shop, tx.now - policy.marketing_links_window.value)?;
    let (open_violations, findings) = accounts::index::against(tx, account.id)?;
    let (linked, unlinked_at) = index::bonds(tx, account.id)?;
    Ok(Facts {
        now: tx.now,
        kind,
        shop: Shop { id: org.id, name: org.name, region: org.region, merchant: org.merchant, state: org.state, opened_at: org.opened_at },
        open_violations,
        findings: findings.into_iter().collect(),
        linked: linked.map(|link| link.pair),
        unlinked_at,
        official_now: used.official_now,
        marketing_now: used.marketing_now,
        unlinks_ever: used.unlinks(kind),
        marketing_links: used.marketing_links,
        origin: actor.origin,
        policy,
        account,
    })
}
