//! Linking's own table, kept in step with its events, and the questions that rules, pages and other contexts ask of it.

use crate::{Event, Kind, Link, events::Pair, state::after};
use kernel::{AccountId, Instant, LinkId, OrgId, Refusal, Standing};
use store::{Recorded, Row, Tx, args, deadline};

/// Brings the table and the deadlines in step with one event.
pub fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    let Some(event) = recorded.event::<Event>() else { return Ok(()) };
    let event = event?;
    let pair = event.pair();
    // An invitation is the first that is heard of a link.
    let before = if matches!(event, Event::Invited { .. }) { None } else { owned(tx, pair.owner, pair.link)? };
    let Some(now) = after(before, &event, recorded.at) else { return Ok(()) };
    save(tx, &now, recorded, &event)?;
    plan(tx, &event)
}

fn save(tx: &mut Tx<'_>, link: &Link, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let body = serde_json::to_string(link).map_err(|bad| Refusal::Fault(bad.to_string()))?;
    let standing = link.consent.standing.code();
    let leaving = link
        .unlink
        .as_ref()
        .is_some_and(|request| request.consent.standing == Standing::Asked && link.consent.standing == Standing::InForce);
    let ended = (link.consent.standing == Standing::Ended).then_some(link.consent.since);
    let (id, pair) = (link.id(), link.pair);
    if matches!(event, Event::Invited { .. }) {
        let sql = "INSERT INTO links (id, kind, shop, account, owner, standing, leaving, changed_at, linked_at, ended_at, seq, body)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let values = args![
            id,
            pair.role.code(),
            pair.shop,
            pair.account,
            pair.owner,
            standing,
            leaving,
            recorded.at,
            link.linked_at,
            ended,
            recorded.seq,
            &body
        ];
        tx.put(sql, values)?;
    } else {
        // Shop and account never change. Naming them lets answers about other shops and accounts hold.
        let sql = "UPDATE links SET standing = $4, leaving = $5, changed_at = $6, linked_at = $7, ended_at = $8, seq = $9, body = $10
                   WHERE id = $1 AND shop = $2 AND account = $3";
        tx.put(sql, args![id, pair.shop, pair.account, standing, leaving, recorded.at, link.linked_at, ended, recorded.seq, &body])?;
    }
    // Whoever asked is answered with the link as it stands now.
    let row = args![body, recorded.seq, recorded.at];
    tx.tell(OF_SHOP, args![id, pair.shop], row);
    tx.tell(OF_OWNER, args![id, pair.owner], row);
    Ok(())
}

/// What the clock has to do after an event.
fn plan(tx: &mut Tx<'_>, event: &Event) -> Result<(), Refusal> {
    let link = event.pair().link.to_string();
    match event {
        Event::Invited { closes_at, .. } => deadline::set(tx, "linking", "expire", &link, *closes_at),
        Event::UnlinkAsked { closes_at, .. } => deadline::set(tx, "linking", "grant_unlink", &link, *closes_at),
        Event::Linked { .. } | Event::Declined { .. } | Event::Withdrawn { .. } | Event::Expired { .. } => {
            deadline::clear(tx, "linking", "expire", &link)
        }
        Event::UnlinkRefused { .. } | Event::UnlinkWithdrawn { .. } | Event::Unlinked { .. } => {
            deadline::clear(tx, "linking", "grant_unlink", &link)
        }
        Event::NameFollowed { .. } => Ok(()),
    }
}

/// A link with the position of its last event, which is the version that pages are sealed with.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The link.
    pub link: Link,
    /// The last event's position.
    pub version: i64,
    /// When that was: what lists are ordered by.
    pub changed_at: Instant,
}

impl Found {
    /// Its place in a list, after which the next page begins.
    pub fn cursor(&self) -> Cursor {
        (self.changed_at, self.link.id())
    }
}

fn found(row: &Row) -> Result<Found, Refusal> {
    Ok(Found { link: row.json(0)?, version: row.int(1)?, changed_at: row.at(2)? })
}

/// A link by its id, whoever it belongs to: for the rules and the clock. Pages ask [`of_shop`] or [`of_owner`].
pub fn link(tx: &mut Tx<'_>, id: LinkId) -> Result<Option<Link>, Refusal> {
    tx.one("SELECT body FROM links WHERE id = $1", args![id])?.map(|row| row.json(0)).transpose()
}

/// A link of which `owner` is the creator's side.
fn owned(tx: &mut Tx<'_>, owner: OrgId, id: LinkId) -> Result<Option<Link>, Refusal> {
    tx.one("SELECT body FROM links WHERE id = $1 AND owner = $2", args![id, owner])?.map(|row| row.json(0)).transpose()
}

/// The same; anything else is not there.
pub fn invitation_to(tx: &mut Tx<'_>, owner: OrgId, id: LinkId) -> Result<Link, Refusal> {
    owned(tx, owner, id)?.ok_or(Refusal::NotFound)
}

/// A link of which `shop` is the shop's side; anything else is not there.
pub fn link_from(tx: &mut Tx<'_>, shop: OrgId, id: LinkId) -> Result<Link, Refusal> {
    let row = tx.one("SELECT body FROM links WHERE id = $1 AND shop = $2", args![id, shop])?;
    row.ok_or(Refusal::NotFound)?.json(0)
}

const OF_SHOP: &str = "SELECT body, seq, changed_at FROM links WHERE id = $1 AND shop = $2";
const OF_OWNER: &str = "SELECT body, seq, changed_at FROM links WHERE id = $1 AND owner = $2";

/// A link of which `shop` is the shop's side, with its version.
pub fn of_shop(tx: &mut Tx<'_>, shop: OrgId, id: LinkId) -> Result<Found, Refusal> {
    let row = tx.one(OF_SHOP, args![id, shop])?;
    found(&row.ok_or(Refusal::NotFound)?)
}

/// A link of which `owner` is the creator's side, with its version.
pub fn of_owner(tx: &mut Tx<'_>, owner: OrgId, id: LinkId) -> Result<Found, Refusal> {
    let row = tx.one(OF_OWNER, args![id, owner])?;
    found(&row.ok_or(Refusal::NotFound)?)
}

/// A link that `org` is a side of.
pub fn of_side(tx: &mut Tx<'_>, org: OrgId, id: LinkId) -> Result<Option<Found>, Refusal> {
    let sql = "SELECT body, seq, changed_at FROM links WHERE id = $1 AND (shop = $2 OR owner = $2)";
    tx.one(sql, args![id, org])?.map(|row| found(&row)).transpose()
}

/// Which side of its links an organisation stands on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The shop.
    Shop,
    /// The creator who owns the account.
    Owner,
}

/// Which of a side's links a list shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Waiting for the owner's answer.
    Invited,
    /// In force, without an open request to leave.
    Linked,
    /// In force, and the owner has asked to leave.
    Leaving,
    /// Over.
    Over,
    /// All.
    All,
}

impl Which {
    /// Every choice, in the order of the filter.
    pub const ALL: [Which; 5] = [Which::All, Which::Invited, Which::Linked, Which::Leaving, Which::Over];
    /// The stable code, as in the address.
    pub const fn code(self) -> &'static str {
        match self {
            Which::Invited => "invited",
            Which::Linked => "linked",
            Which::Leaving => "leaving",
            Which::Over => "over",
            Which::All => "all",
        }
    }
    /// The choice with this code.
    pub fn from_code(code: &str) -> Option<Which> {
        Which::ALL.into_iter().find(|which| which.code() == code)
    }
    const fn condition(self) -> &'static str {
        match self {
            Which::Invited => "standing = 'asked'",
            Which::Linked => "standing = 'in_force' AND leaving = 0",
            Which::Leaving => "standing = 'in_force' AND leaving = 1",
            Which::Over => "standing IN ('declined', 'withdrawn', 'expired', 'ended')",
            Which::All => "1 = 1",
        }
    }
}

/// Where the next page of a list begins: after this change of this link.
pub type Cursor = (Instant, LinkId);

/// A side's links, the last changed first, after `cursor`.
pub fn list(tx: &mut Tx<'_>, side: Side, org: OrgId, which: Which, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Found>, Refusal> {
    let column = if side == Side::Shop { "shop" } else { "owner" };
    let (at, id) = cursor.map_or((Instant(i64::MAX), String::from("~")), |(at, id)| (at, id.to_string()));
    let sql = format!(
        "SELECT body, seq, changed_at FROM links WHERE {column} = $1 AND {} AND (changed_at < $2 OR (changed_at = $2 AND id < $3))
         ORDER BY changed_at DESC, id DESC LIMIT $4",
        which.condition()
    );
    tx.all(&sql, args![org, at, id, limit])?.iter().map(found).collect()
}

/// How many links of each choice a side has.
pub fn counts(tx: &mut Tx<'_>, side: Side, org: OrgId) -> Result<Vec<(Which, i64)>, Refusal> {
    let column = if side == Side::Shop { "shop" } else { "owner" };
    let count = |which: Which| format!("CAST(SUM(CASE WHEN {} THEN 1 ELSE 0 END) AS BIGINT)", which.condition());
    let sql = format!("SELECT {} FROM links WHERE {column} = $1", Which::ALL.map(count).join(", "));
    let row = tx.one(&sql, args![org])?;
    Which::ALL
        .iter()
        .enumerate()
        .map(|(at, which)| Ok((*which, row.as_ref().map_or(Ok(None), |row| row.opt_int(at))?.unwrap_or(0))))
        .collect()
}

/// The account's link that is in force.
pub fn in_force(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Link>, Refusal> {
    tx.one("SELECT body FROM links WHERE account = $1 AND standing = 'in_force'", args![account])?.map(|row| row.json(0)).transpose()
}

/// The account's links and invitations, the last changed first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId, limit: i64) -> Result<Vec<Found>, Refusal> {
    let sql = "SELECT body, seq, changed_at FROM links WHERE account = $1 ORDER BY changed_at DESC, id DESC LIMIT $2";
    tx.all(sql, args![account, limit])?.iter().map(found).collect()
}

/// The last agreement between a shop and an account, whatever became of it.
pub fn last_between(tx: &mut Tx<'_>, shop: OrgId, account: AccountId) -> Result<Option<Found>, Refusal> {
    let sql = "SELECT body, seq, changed_at FROM links WHERE shop = $1 AND account = $2 ORDER BY changed_at DESC, id DESC LIMIT 1";
    tx.one(sql, args![shop, account])?.map(|row| found(&row)).transpose()
}

/// The invitation of this shop to this account that nobody has answered, whether or not its time is over.
pub fn unanswered(tx: &mut Tx<'_>, shop: OrgId, account: AccountId) -> Result<Option<Link>, Refusal> {
    tx.one("SELECT body FROM links WHERE shop = $1 AND account = $2 AND standing = 'asked'", args![shop, account])?
        .map(|row| row.json(0))
        .transpose()
}

/// The shop's official account.
pub fn official(tx: &mut Tx<'_>, shop: OrgId) -> Result<Option<Pair>, Refusal> {
    // What is in force was linked. Said so that the index of links that were is enough.
    let row = tx.one(
        "SELECT body FROM links WHERE shop = $1 AND kind = 'official' AND standing = 'in_force' AND linked_at IS NOT NULL",
        args![shop],
    )?;
    Ok(row.map(|row| row.json::<Link>(0)).transpose()?.map(|link| link.pair))
}

/// What a shop has used of its places and quotas.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Used {
    /// Official accounts now.
    pub official_now: u32,
    /// Marketing accounts now.
    pub marketing_now: u32,
    /// Official accounts unlinked, ever.
    pub official_unlinks: u32,
    /// Marketing accounts unlinked, ever.
    pub marketing_unlinks: u32,
    /// When the marketing links since `since` were made, oldest first.
    pub marketing_links: Vec<Instant>,
}

/// What `shop` has used. Sums over its links, never counters; `since` bounds the window of marketing links.
pub fn used(tx: &mut Tx<'_>, shop: OrgId, since: Instant) -> Result<Used, Refusal> {
    let sql = "SELECT kind, standing, COUNT(*), 0 FROM links WHERE shop = $1 AND linked_at IS NOT NULL GROUP BY kind, standing
               UNION ALL SELECT kind, 'since', 1, linked_at FROM links WHERE shop = $1 AND kind = 'marketing' AND linked_at > $2";
    let mut used = Used::default();
    for row in tx.all(sql, args![shop, since])? {
        let place = match (row.text(0)?, row.text(1)?) {
            ("official", "in_force") => &mut used.official_now,
            ("official", "ended") => &mut used.official_unlinks,
            ("marketing", "in_force") => &mut used.marketing_now,
            ("marketing", "ended") => &mut used.marketing_unlinks,
            ("marketing", "since") => {
                used.marketing_links.push(row.at(3)?);
                continue;
            }
            _ => continue,
        };
        *place = u32::try_from(row.int(2)?).unwrap_or(u32::MAX);
    }
    // Put in order here: SQLite would build a tree for it, which costs more than the question.
    used.marketing_links.sort_unstable();
    Ok(used)
}

impl Used {
    /// Unlinks of one kind, ever.
    pub fn unlinks(&self, kind: Kind) -> u32 {
        if kind == Kind::Official { self.official_unlinks } else { self.marketing_unlinks }
    }
}

/// The account's link that is in force, and when it was last unlinked from any shop.
pub(crate) fn bonds(tx: &mut Tx<'_>, account: AccountId) -> Result<(Option<Link>, Option<Instant>), Refusal> {
    let sql = "SELECT (SELECT body FROM links WHERE account = $1 AND standing = 'in_force'),
               (SELECT MAX(ended_at) FROM links WHERE account = $1 AND ended_at IS NOT NULL)";
    let Some(row) = tx.one(sql, args![account])? else { return Ok((None, None)) };
    let linked = if row.opt_text(0)?.is_some() { Some(row.json(0)?) } else { None };
    Ok((linked, row.opt_at(1)?))
}
