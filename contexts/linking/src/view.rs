//! A link as pages and the API show it: the same shape for both sides, with nothing in it that the other side may not see.

use crate::{Kind, Link, Stage, index::Found};
use kernel::{AccountId, Instant, LinkId, OrgId, Refusal, Region};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

/// A link.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct LinkView {
    /// Its id.
    #[schema(value_type = String, example = "lnk_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    pub id: LinkId,
    /// As what the account is linked.
    pub role: Kind,
    /// `invited`, `linked`, `leaving`, `declined`, `withdrawn`, `expired` or `ended`.
    pub stage: &'static str,
    /// The shop.
    pub shop: ShopCard,
    /// The account.
    pub account: AccountCard,
    /// When the shop invited.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Instant,
    /// Until when the open question can be answered: the invitation, or the request to leave.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Instant>,
    /// Since when it is or was in force.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub linked_at: Option<Instant>,
    /// When it was over, where it is.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub over_at: Option<Instant>,
    /// What the shop wrote to the owner.
    pub message: String,
    /// The last request to leave.
    pub unlink: Option<UnlinkView>,
    /// When it last changed: what lists are ordered by.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Instant,
    /// The log's position of its last change; a page's forms are bound to it.
    pub version: i64,
}

/// A shop on a link.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ShopCard {
    /// Its id.
    #[schema(value_type = String)]
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its country.
    #[schema(value_type = String)]
    pub region: Region,
}

/// An account on a link.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AccountCard {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// Its handle, without `@`.
    pub handle: String,
    /// Its nickname.
    pub nickname: String,
    /// Its country.
    #[schema(value_type = String)]
    pub region: Region,
    /// Followers.
    pub followers: i64,
}

/// A request to leave.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct UnlinkView {
    /// `asked`, `in_force` (granted), `declined`, `withdrawn` or `expired`.
    pub standing: &'static str,
    /// When the owner asked.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Instant,
    /// When it is granted at the latest.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Instant,
    /// Why the owner wants to leave.
    pub reason: String,
    /// Why the shop refused; `rule:…` where a rule did.
    pub answer: String,
}

/// Asks for what views of links show besides the links: before a list of them, all at once.
pub(crate) fn ahead(tx: &mut Tx<'_>, link: &Link) {
    tx.ahead(|tx| {
        let _rehearsed = (access::index::org(tx, link.pair.shop), accounts::index::account(tx, link.pair.account));
    });
}

/// A link as it stands at the transaction's moment.
pub fn view(tx: &mut Tx<'_>, found: &Found) -> Result<LinkView, Refusal> {
    let (link, now) = (&found.link, tx.now);
    ahead(tx, link);
    let shop = access::index::org(tx, link.pair.shop)?.ok_or(Refusal::NotFound)?;
    let account = accounts::index::account(tx, link.pair.account)?.ok_or(Refusal::NotFound)?;
    let (stage, closes_at, over_at) = match link.stage(now) {
        Stage::Invited { until } => ("invited", Some(until), None),
        Stage::Linked { .. } => ("linked", None, None),
        Stage::Leaving { request, .. } => ("leaving", Some(request.consent.closes_at), None),
        Stage::Over { standing, at } => (standing.code(), None, Some(at)),
    };
    let unlink = link.unlink.as_ref().map(|request| UnlinkView {
        standing: request.consent.standing.code(),
        asked_at: request.consent.asked_at,
        closes_at: request.consent.closes_at,
        reason: request.reason.clone(),
        answer: request.answer.clone(),
    });
    Ok(LinkView {
        id: link.id(),
        role: link.pair.role,
        stage,
        shop: ShopCard { id: shop.id, name: shop.name, region: shop.region },
        account: AccountCard {
            id: account.id,
            handle: account.handle,
            nickname: account.nickname,
            region: account.region,
            followers: account.followers,
        },
        asked_at: link.consent.asked_at,
        closes_at,
        linked_at: link.linked_at,
        over_at,
        message: link.message.clone(),
        unlink,
        changed_at: found.changed_at,
        version: found.version,
    })
}
