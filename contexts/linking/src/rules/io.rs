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
            accounts::index::open_violations(tx, account),
            accounts::index::content_findings(tx, account),
            index::in_force(tx, account),
            index::unlinked_at(tx, account),
            index::used_now(tx, shop),
        );
    });
    let org = access::index::org(tx, shop)?.ok_or(Refusal::NotFound)?;
    let account = accounts::index::account(tx, account)?.ok_or(Refusal::NotFound)?;
    let policy = tx.policy::<Policy>(org.scope())?;
    let used = index::used(tx, shop, tx.now - policy.marketing_links_window.value)?;
    let open_violations = accounts::index::open_violations(tx, account.id)?;
    let findings = topics(&accounts::index::content_findings(tx, account.id)?);
    Ok(Facts {
        now: tx.now,
        kind,
        shop: Shop { id: org.id, name: org.name, region: org.region, merchant: org.merchant, state: org.state, opened_at: org.opened_at },
        open_violations,
        findings,
        linked: index::in_force(tx, account.id)?.map(|link| link.pair),
        unlinked_at: index::unlinked_at(tx, account.id)?,
        official_now: used.official_now,
        marketing_now: used.marketing_now,
        unlinks_ever: used.unlinks(kind),
        marketing_links: used.marketing_links,
        origin: actor.origin,
        policy,
        account,
    })
}

/// How often each topic was found.
fn topics(findings: &[accounts::Finding]) -> Vec<(String, i64)> {
    let mut count = std::collections::BTreeMap::new();
    for finding in findings {
        *count.entry(finding.topic.code().to_owned()).or_insert(0) += 1;
    }
    count.into_iter().collect()
}
