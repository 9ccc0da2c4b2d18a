//! Campaigns, ad groups and ads, and the names under which ads may appear.

use crate::{Advert, Event, Item, Road};
use kernel::{AccountId, AdAccountId, AdGroupId, AdId, AuthorisationId, CampaignId, Instant, OrgId, Refusal, UserId};
use serde::{Deserialize, Serialize};
use store::{Recorded, Row, Tx, Value, args};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let (at, seq) = (recorded.at, recorded.seq);
    match event {
        Event::IdentityCreated { identity, ad_account, name, .. } => {
            let sql = "INSERT INTO identities (id, ad_account, name, made_at) VALUES ($1, $2, $3, $4)";
            tx.put(sql, args![*identity, *ad_account, name, at])
        }
        Event::IdentityDeleted { identity, .. } => tx.put("DELETE FROM identities WHERE id = $1", args![*identity]),
        Event::CampaignCreated { campaign, centre, ad_account, name, objective } => {
            let sql = "INSERT INTO campaigns (id, ad_account, centre, name, objective, made_at) VALUES ($1, $2, $3, $4, $5, $6)";
            tx.put(sql, args![*campaign, *ad_account, *centre, name, objective, at])
        }
        Event::AdGroupCreated { ad_group, campaign, ad_account, name, .. } => {
            let sql = "INSERT INTO ad_groups (id, campaign, ad_account, name, made_at) VALUES ($1, $2, $3, $4, $5)";
            tx.put(sql, args![*ad_group, *campaign, *ad_account, name, at])
        }
        Event::AdCreated { advert, ad_group, name, item, road, by } => {
            let Advert { ad, centre, ad_account, account, owner } = *advert;
            let (item_kind, item) = match item {
                Item::Post(id) => ("post", id),
                Item::Live(id) => ("live", id),
            };
            let (road, authorisation) = road_columns(*road);
            let sql =
                "INSERT INTO ads (id, ad_group, ad_account, centre, account, owner, name, item_kind, item, road, authorisation, made_by,
                       rests_on, made_at, state, because, changed_at, seq)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, 'running', '', $13, $14)";
            let values = args![ad, *ad_group, ad_account, centre, account, owner, name, item_kind, item, road, authorisation, *by, at, seq];
            tx.put(sql, values)
        }
        Event::AdPaused { advert, because } => state(tx, advert, AdState::Paused, &because.join(" "), at, seq),
        Event::AdResumed { advert, road, by } => {
            let (road, authorisation) = road_columns(*road);
            let sql = "UPDATE ads SET road = $2, authorisation = $3, rests_on = $4 WHERE id = $1";
            tx.put(sql, args![advert.ad, road, authorisation, *by])?;
            state(tx, advert, AdState::Running, "", at, seq)
        }
        Event::AdDeleted { advert } => state(tx, advert, AdState::Deleted, "", at, seq),
        _ => Ok(()),
    }
}

const fn road_columns(road: Road) -> (&'static str, Option<AuthorisationId>) {
    match road {
        Road::Grant => ("grant", None),
        Road::OwnLink => ("own_link", None),
        Road::Code(authorisation) => ("code", Some(authorisation)),
    }
}

fn state(tx: &mut Tx<'_>, advert: &Advert, state: AdState, because: &str, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE ads SET state = $2, because = $3, changed_at = $4, seq = $5 WHERE id = $1";
    tx.put(sql, args![advert.ad, state.code(), because, at, seq])
}

// ---- questions ----

/// Whether an ad runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdState {
    /// It is shown.
    Running,
    /// A member or a missing right stopped it; a person may resume it.
    Paused,
    /// It is gone for good.
    Deleted,
}

impl AdState {
    /// Every state, in the order in which pages list them.
    pub const ALL: [AdState; 3] = [AdState::Running, AdState::Paused, AdState::Deleted];
    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            AdState::Running => "running",
            AdState::Paused => "paused",
            AdState::Deleted => "deleted",
        }
    }
    /// The state with this code.
    pub fn from_code(code: &str) -> Option<AdState> {
        AdState::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A campaign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Campaign {
    /// Which.
    pub id: CampaignId,
    /// Of which ad account.
    pub ad_account: AdAccountId,
    /// The centre whose member made it.
    pub centre: OrgId,
    /// What it is called.
    pub name: String,
    /// What it is for: a code of [`crate::create_campaign::Objective`].
    pub objective: String,
    /// When it was made.
    pub made_at: Instant,
}

/// An ad group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdGroup {
    /// Which.
    pub id: AdGroupId,
    /// Of which campaign.
    pub campaign: CampaignId,
    /// Of which ad account.
    pub ad_account: AdAccountId,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub made_at: Instant,
}

/// An ad as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ad {
    /// Which, and whose.
    pub advert: Advert,
    /// In which ad group.
    pub ad_group: AdGroupId,
    /// What it is called.
    pub name: String,
    /// What it shows.
    pub item: Item,
    /// By which right.
    pub road: Road,
    /// Who made it.
    pub made_by: UserId,
    /// Whose right it rests on: who made it, or who resumed it last.
    pub rests_on: UserId,
    /// When it was made.
    pub made_at: Instant,
    /// Whether it runs.
    pub state: AdState,
    /// Which conditions were missing when it was paused; none when a member paused it.
    pub because: Vec<String>,
    /// Since when it stands so.
    pub changed_at: Instant,
    /// The position of its last event, which is the version that pages are sealed with.
    pub version: i64,
}

const AD: &str =
    "id, centre, ad_account, account, owner, ad_group, name, item_kind, item, road, authorisation, made_by, rests_on, made_at, state,
    because, changed_at, seq";

fn read(row: &Row) -> Result<Ad, Refusal> {
    let item = row.text(8)?.to_owned();
    let item = if row.text(7)? == "live" { Item::Live(item) } else { Item::Post(item) };
    let road = match (row.text(9)?, row.opt_id(10)?) {
        ("code", Some(authorisation)) => Road::Code(authorisation),
        ("own_link", _) => Road::OwnLink,
        _ => Road::Grant,
    };
    Ok(Ad {
        advert: Advert { ad: row.id(0)?, centre: row.id(1)?, ad_account: row.id(2)?, account: row.id(3)?, owner: row.id(4)? },
        ad_group: row.id(5)?,
        name: row.text(6)?.to_owned(),
        item,
        road,
        made_by: row.id(11)?,
        rests_on: row.id(12)?,
        made_at: row.at(13)?,
        state: row.code(14)?,
        because: row.text(15)?.split_whitespace().map(str::to_owned).collect(),
        changed_at: row.at(16)?,
        version: row.int(17)?,
    })
}

/// Where the next page of a list begins: after the thing with this id, which was made at this moment.
pub type Cursor = (Instant, String);

fn place(cursor: Option<Cursor>) -> Cursor {
    cursor.unwrap_or_else(|| (Instant(i64::MAX), "~".into()))
}

/// One ad of an ad account. Whether the reader sees the ad account is for the caller to ask first.
pub fn ad(tx: &mut Tx<'_>, ad_account: AdAccountId, id: AdId) -> Result<Option<Ad>, Refusal> {
    let sql = format!("SELECT {AD} FROM ads WHERE id = $1 AND ad_account = $2");
    tx.one(&sql, args![id, ad_account])?.map(|row| read(&row)).transpose()
}

/// One ad by its id, whoever it belongs to: pages and verbs then ask whether the reader sees its ad account.
pub fn ad_by_id(tx: &mut Tx<'_>, id: AdId) -> Result<Option<Ad>, Refusal> {
    tx.one(&format!("SELECT {AD} FROM ads WHERE id = $1"), args![id])?.map(|row| read(&row)).transpose()
}

/// One ad that shows an account of this owner.
pub fn ad_of_owner(tx: &mut Tx<'_>, owner: OrgId, id: AdId) -> Result<Option<Ad>, Refusal> {
    let sql = format!("SELECT {AD} FROM ads WHERE id = $1 AND owner = $2");
    tx.one(&sql, args![id, owner])?.map(|row| read(&row)).transpose()
}

/// Which ads a list shows; what is `None` does not narrow it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only those of this ad group.
    pub ad_group: Option<AdGroupId>,
    /// Only those that show this account.
    pub account: Option<AccountId>,
    /// Only those that show this post or live.
    pub item: Option<String>,
    /// Only those in this state; without it, all that are not deleted.
    pub state: Option<AdState>,
}

impl Filter {
    fn conditions(&self, values: &mut Vec<Value>) -> String {
        let mut sql = String::new();
        let mut narrow = |column: &str, value: Value| {
            values.push(value);
            sql.push_str(&format!(" AND {column} = ${}", values.len()));
        };
        self.ad_group.into_iter().for_each(|id| narrow("ad_group", id.into()));
        self.account.into_iter().for_each(|id| narrow("account", id.into()));
        self.item.iter().for_each(|id| narrow("item", id.clone().into()));
        match self.state {
            Some(state) => narrow("state", state.code().into()),
            None => sql.push_str(" AND state <> 'deleted'"),
        }
        sql
    }
}

fn listed(tx: &mut Tx<'_>, key: &str, of: Value, filter: &Filter, after: Option<Cursor>, limit: i64) -> Result<Vec<Ad>, Refusal> {
    let (at, id) = place(after);
    let mut values = vec![of, at.into(), id.into(), limit.into()];
    let wheres = filter.conditions(&mut values);
    let sql = format!(
        "SELECT {AD} FROM ads WHERE {key} = $1 AND (made_at < $2 OR (made_at = $2 AND id < $3)){wheres}
         ORDER BY made_at DESC, id DESC LIMIT $4"
    );
    tx.all(&sql, &values)?.iter().map(read).collect()
}

/// The ads of an ad account, the newest first.
pub fn ads(tx: &mut Tx<'_>, ad_account: AdAccountId, filter: &Filter, after: Option<Cursor>, limit: i64) -> Result<Vec<Ad>, Refusal> {
    listed(tx, "ad_account", ad_account.into(), filter, after, limit)
}

/// The ads that show an owner's accounts, the newest first.
pub fn ads_of_owner(tx: &mut Tx<'_>, owner: OrgId, filter: &Filter, after: Option<Cursor>, limit: i64) -> Result<Vec<Ad>, Refusal> {
    listed(tx, "owner", owner.into(), filter, after, limit)
}

/// How many ads of an ad account fit a filter.
pub fn count_ads(tx: &mut Tx<'_>, ad_account: AdAccountId, filter: &Filter) -> Result<i64, Refusal> {
    let mut values = vec![ad_account.into()];
    let wheres = filter.conditions(&mut values);
    tx.count(&format!("SELECT COUNT(*) FROM ads WHERE ad_account = $1{wheres}"), &values)
}

/// How many ads show an owner's accounts and fit a filter.
pub fn count_ads_of_owner(tx: &mut Tx<'_>, owner: OrgId, filter: &Filter) -> Result<i64, Refusal> {
    let mut values = vec![owner.into()];
    let wheres = filter.conditions(&mut values);
    tx.count(&format!("SELECT COUNT(*) FROM ads WHERE owner = $1{wheres}"), &values)
}

fn campaign_row(row: &Row) -> Result<Campaign, Refusal> {
    let (name, objective) = (row.text(3)?.to_owned(), row.text(4)?.to_owned());
    Ok(Campaign { id: row.id(0)?, ad_account: row.id(1)?, centre: row.id(2)?, name, objective, made_at: row.at(5)? })
}

/// One campaign of an ad account.
pub fn campaign(tx: &mut Tx<'_>, ad_account: AdAccountId, id: CampaignId) -> Result<Option<Campaign>, Refusal> {
    let sql = "SELECT id, ad_account, centre, name, objective, made_at FROM campaigns WHERE id = $1 AND ad_account = $2";
    tx.one(sql, args![id, ad_account])?.map(|row| campaign_row(&row)).transpose()
}

/// The campaigns of an ad account, the newest first.
pub fn campaigns(tx: &mut Tx<'_>, ad_account: AdAccountId, after: Option<Cursor>, limit: i64) -> Result<Vec<Campaign>, Refusal> {
    let (at, id) = place(after);
    let sql = "SELECT id, ad_account, centre, name, objective, made_at FROM campaigns
               WHERE ad_account = $1 AND (made_at < $2 OR (made_at = $2 AND id < $3)) ORDER BY made_at DESC, id DESC LIMIT $4";
    tx.all(sql, args![ad_account, at, id, limit])?.iter().map(campaign_row).collect()
}

/// Those of these ad accounts that have a campaign.
pub fn with_campaigns(tx: &mut Tx<'_>, ad_accounts: &[AdAccountId]) -> Result<Vec<AdAccountId>, Refusal> {
    if ad_accounts.is_empty() {
        return Ok(Vec::new());
    }
    let places = (1..=ad_accounts.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    let sql =
        format!("SELECT a.id FROM ad_accounts a WHERE a.id IN ({places}) AND EXISTS (SELECT 1 FROM campaigns c WHERE c.ad_account = a.id)");
    let values: Vec<store::Value> = ad_accounts.iter().map(|id| (*id).into()).collect();
    tx.all(&sql, &values)?.iter().map(|row| row.id(0)).collect()
}

fn ad_group_row(row: &Row) -> Result<AdGroup, Refusal> {
    Ok(AdGroup { id: row.id(0)?, campaign: row.id(1)?, ad_account: row.id(2)?, name: row.text(3)?.to_owned(), made_at: row.at(4)? })
}

/// One ad group of an ad account.
pub fn ad_group(tx: &mut Tx<'_>, ad_account: AdAccountId, id: AdGroupId) -> Result<Option<AdGroup>, Refusal> {
    let sql = "SELECT id, campaign, ad_account, name, made_at FROM ad_groups WHERE id = $1 AND ad_account = $2";
    tx.one(sql, args![id, ad_account])?.map(|row| ad_group_row(&row)).transpose()
}

/// The ad groups of a campaign, the newest first.
pub fn ad_groups(tx: &mut Tx<'_>, campaign: CampaignId, after: Option<Cursor>, limit: i64) -> Result<Vec<AdGroup>, Refusal> {
    let (at, id) = place(after);
    let sql = "SELECT id, campaign, ad_account, name, made_at FROM ad_groups
               WHERE campaign = $1 AND (made_at < $2 OR (made_at = $2 AND id < $3)) ORDER BY made_at DESC, id DESC LIMIT $4";
    tx.all(sql, args![campaign, at, id, limit])?.iter().map(ad_group_row).collect()
}

/// What stands behind an ad as its identity: ads are counted for each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Backing {
    /// The account, as a centre holds it (`BC_AUTH_TT`).
    Grant(OrgId, AccountId),
    /// The account, as a person linked it (`TT_USER`).
    OwnLink(UserId, AccountId),
    /// A code for one post (`AUTH_CODE`).
    Code(AuthorisationId),
}

impl Backing {
    /// What an ad on this road is counted under.
    pub const fn of(road: Road, centre: OrgId, person: UserId, account: AccountId) -> Backing {
        match road {
            Road::Grant => Backing::Grant(centre, account),
            Road::OwnLink => Backing::OwnLink(person, account),
            Road::Code(authorisation) => Backing::Code(authorisation),
        }
    }
}

/// How many ads that are not deleted an identity backs.
pub fn backed(tx: &mut Tx<'_>, by: Backing) -> Result<i64, Refusal> {
    match by {
        Backing::Grant(centre, account) => {
            let sql = "SELECT COUNT(*) FROM ads WHERE account = $1 AND state <> 'deleted' AND centre = $2 AND road = 'grant'";
            tx.count(sql, args![account, centre])
        }
        Backing::OwnLink(person, account) => {
            let sql = "SELECT COUNT(*) FROM ads WHERE account = $1 AND state <> 'deleted' AND rests_on = $2 AND road = 'own_link'";
            tx.count(sql, args![account, person])
        }
        Backing::Code(authorisation) => {
            tx.count("SELECT COUNT(*) FROM ads WHERE authorisation = $1 AND state <> 'deleted'", args![authorisation])
        }
    }
}

/// Which running ads something that ended may have taken the right from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those that show an account.
    Account(AccountId),
    /// Those of a centre that show an account.
    AccountInCentre(AccountId, OrgId),
    /// Those that show one post or live of an account.
    Item(AccountId, String),
    /// Those that rest on a code.
    Code(AuthorisationId),
    /// Those that run in an ad account.
    AdAccount(AdAccountId),
    /// Those of a centre that run in an ad account.
    AdAccountOf(AdAccountId, OrgId),
    /// Those of a centre that rest on one member.
    Member(OrgId, UserId),
    /// Those that rest on a person, in any centre.
    Person(UserId),
    /// Those of a centre, and its partners' in its ad accounts.
    Centre(OrgId),
}

/// The running ads among these, the oldest first.
pub fn running(tx: &mut Tx<'_>, which: &Which) -> Result<Vec<Ad>, Refusal> {
    let (wheres, values): (&str, Vec<Value>) = match which {
        Which::Account(account) => ("account = $1", vec![(*account).into()]),
        Which::AccountInCentre(account, centre) => ("account = $1 AND centre = $2", vec![(*account).into(), (*centre).into()]),
        Which::Item(account, item) => ("account = $1 AND item = $2", vec![(*account).into(), item.clone().into()]),
        Which::Code(authorisation) => ("authorisation = $1", vec![(*authorisation).into()]),
        Which::AdAccount(ad_account) => ("ad_account = $1", vec![(*ad_account).into()]),
        Which::AdAccountOf(ad_account, centre) => ("ad_account = $1 AND centre = $2", vec![(*ad_account).into(), (*centre).into()]),
        Which::Member(centre, person) => ("centre = $1 AND rests_on = $2", vec![(*centre).into(), (*person).into()]),
        Which::Person(person) => ("rests_on = $1", vec![(*person).into()]),
        Which::Centre(centre) => ("(centre = $1 OR ad_account IN (SELECT id FROM ad_accounts WHERE centre = $1))", vec![(*centre).into()]),
    };
    let sql = format!("SELECT {AD} FROM ads WHERE {wheres} AND state = 'running' ORDER BY made_at, id");
    tx.all(&sql, &values)?.iter().map(read).collect()
}

/// How many of a centre's ads paused because a right ended: all of them for an admin, a standard member's own otherwise.
pub fn count_stopped(tx: &mut Tx<'_>, centre: OrgId, reader: crate::Reader) -> Result<i64, Refusal> {
    let sql = "SELECT COUNT(*) FROM ads WHERE centre = $1 AND state = 'paused' AND because <> ''";
    match reader.only() {
        None => tx.count(sql, args![centre]),
        Some(user) => tx.count(&format!("{sql} AND made_by = $2"), args![centre, user]),
    }
}
