//! Whom an id names, in the words that people use. People do not know links and tickets by their numbers.

use kernel::{AccountId, AdAccountId, LinkId, OrgId, Refusal, TicketId, UserId};
use std::collections::BTreeMap;
use store::Tx;

/// What people call it; nothing for what has no name of its own, or is no more.
pub(crate) fn name(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Refusal> {
    if let Ok(user) = id.parse::<UserId>() {
        return Ok(access::index::user(tx, user)?.map(|user| user.name));
    }
    if let Ok(org) = id.parse::<OrgId>() {
        return Ok(access::index::org(tx, org)?.map(|org| org.name));
    }
    if let Ok(account) = id.parse::<AccountId>() {
        return handle(tx, account);
    }
    if let Ok(ad_account) = id.parse::<AdAccountId>() {
        return Ok(centers::index::ad_accounts::ad_account(tx, ad_account)?.map(|one| one.name));
    }
    if let Ok(link) = id.parse::<LinkId>() {
        let Some(link) = linking::index::link(tx, link)? else { return Ok(None) };
        return both(handle(tx, link.pair.account)?, access::index::org(tx, link.pair.shop)?.map(|shop| shop.name));
    }
    if let Ok(ticket) = id.parse::<TicketId>() {
        let Some(ticket) = support::index::ticket(tx, ticket)? else { return Ok(None) };
        let about = ticket.about.account().map(|account| handle(tx, account)).transpose()?.flatten();
        return both(about, access::index::org(tx, ticket.slip.org)?.map(|org| org.name));
    }
    if let Some(invitation) = access::index::invitation_by_id(tx, id)? {
        return Ok(access::index::org(tx, invitation.org)?.map(|org| org.name));
    }
    Ok(None)
}

/// The names of several, each looked up once.
pub(crate) fn names<'a>(tx: &mut Tx<'_>, ids: impl IntoIterator<Item = &'a str>) -> Result<BTreeMap<String, String>, Refusal> {
    let mut known = BTreeMap::new();
    for id in ids {
        if !known.contains_key(id)
            && let Some(name) = name(tx, id)?
        {
            known.insert(id.to_owned(), name);
        }
    }
    Ok(known)
}

fn handle(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<String>, Refusal> {
    Ok(accounts::index::account(tx, account)?.map(|account| format!("@{}", account.handle)))
}

fn both(one: Option<String>, other: Option<String>) -> Result<Option<String>, Refusal> {
    let said: Vec<String> = [one, other].into_iter().flatten().collect();
    Ok((!said.is_empty()).then(|| said.join(" · ")))
}
