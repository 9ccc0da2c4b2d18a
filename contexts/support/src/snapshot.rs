//! Looks at what a ticket is about, as it is now.

use crate::{
    About, Snapshot,
    ask::Subject,
    state::{AccountSeen, LinkSeen, Reason, ShopSeen},
};
use access::Org;
use kernel::{AccountId, Actor, LinkId, OrgKind, Refusal};
use linking::diagnose;
use store::Tx;

/// What `org` asks about, and what is true of it. What is not theirs to see is not there.
pub fn look(tx: &mut Tx<'_>, org: &Org, subject: Subject, actor: &Actor) -> Result<(About, Snapshot), Refusal> {
    match subject {
        Subject::Link(link) => at_link(tx, org, link, actor),
        Subject::Account(account) => at_account(tx, org, account, actor),
        Subject::Own => {
            let shop = (org.kind == OrgKind::Shop).then(|| shop_seen(org));
            Ok((About::Shop { shop: org.id }, Snapshot { shop, ..Snapshot::default() }))
        }
        Subject::Other => Ok((About::Other, Snapshot::default())),
    }
}

fn at_link(tx: &mut Tx<'_>, org: &Org, id: LinkId, actor: &Actor) -> Result<(About, Snapshot), Refusal> {
    let found = linking::index::of_side(tx, org.id, id)?.ok_or(Refusal::NotFound)?;
    let pair = found.link.pair;
    let view = linking::view::view(tx, &found)?;
    let diagnosis = if pair.owner == org.id {
        diagnose::io::for_owner(tx, actor, org.id, id)?
    } else {
        diagnose::io::for_shop(tx, actor, org.id, pair.account, Some(pair.role))?
    };
    let snapshot = Snapshot {
        account: account_seen(tx, pair.account)?,
        shop: access::index::org(tx, pair.shop)?.map(|shop| shop_seen(&shop)),
        link: Some(LinkSeen {
            role: pair.role,
            stage: view.stage.to_owned(),
            asked_at: view.asked_at,
            closes_at: view.closes_at,
            linked_at: view.linked_at,
        }),
        reasons: reasons(diagnosis),
    };
    Ok((About::Link { link: id, shop: pair.shop, account: pair.account }, snapshot))
}

fn at_account(tx: &mut Tx<'_>, org: &Org, account: AccountId, actor: &Actor) -> Result<(About, Snapshot), Refusal> {
    let known = accounts::index::account(tx, account)?.ok_or(Refusal::NotFound)?;
    let is_shop = org.kind == OrgKind::Shop;
    // A shop may ask about any account that it may invite; a creator about their own.
    if !is_shop && known.owner != org.id {
        return Err(Refusal::NotFound);
    }
    let mut snapshot = Snapshot { account: account_seen(tx, account)?, ..Snapshot::default() };
    if is_shop {
        snapshot.shop = Some(shop_seen(org));
        snapshot.reasons = reasons(diagnose::io::for_shop(tx, actor, org.id, account, None)?);
    }
    Ok((About::Account { account }, snapshot))
}

/// What linking's diagnosis says at this moment.
fn reasons(diagnosis: diagnose::io::Diagnosis) -> Vec<Reason> {
    let reason = |cause: diagnose::Cause| Reason {
        code: cause.code.to_owned(),
        who: cause.who.code().to_owned(),
        possible: cause.possible,
        facts: cause.facts,
        until: cause.until,
    };
    diagnosis.causes.into_iter().map(reason).collect()
}

fn shop_seen(shop: &Org) -> ShopSeen {
    ShopSeen { name: shop.name.clone(), region: shop.region, merchant: shop.merchant, state: shop.state }
}

fn account_seen(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<AccountSeen>, Refusal> {
    let Some(account) = accounts::index::account(tx, id)? else { return Ok(None) };
    Ok(Some(AccountSeen {
        handle: account.handle,
        nickname: account.nickname,
        region: account.region,
        state: account.state,
        ecommerce: account.ecommerce,
        open_violations: accounts::index::open_violations(tx, id)?,
        findings: accounts::index::content_findings_count(tx, id)?,
        is_linked: linking::index::in_force(tx, id)?.is_some(),
    }))
}
