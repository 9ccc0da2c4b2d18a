//! What pages and the API show of ads and codes: names with the ids, reasons in words.

use crate::{
    Item, Road,
    granting::view::{self as names, AccountName, OrgName, PersonName},
    index::{
        ad_accounts,
        ads::{self, Ad, AdState, Campaign},
        posts::{self, Authorisation, CodeStatus},
    },
};
use kernel::{AdAccountId, AdGroupId, AdId, AuthorisationId, CampaignId, Instant, Refusal};
use serde::Serialize;
use serde_json::Map;
use store::Tx;
use utoipa::ToSchema;
use web::Visit;

/// A reason in words.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = SparkReason)]
pub struct Reason {
    /// Stable.
    pub code: String,
    /// What was or is missing.
    pub text: String,
    /// What helps.
    pub remedy: String,
}

/// The reason behind a code, for this reader.
pub fn reason(visit: &Visit, code: &str) -> Reason {
    let none = Map::new();
    Reason { code: code.to_owned(), text: visit.say(code, &none), remedy: visit.say(&format!("{code}_fix"), &none) }
}

/// An ad account by name.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AdAccountName {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AdAccountId,
    /// What people call it.
    pub name: String,
}

/// An ad account by name.
pub fn ad_account(tx: &mut Tx<'_>, id: AdAccountId) -> Result<AdAccountName, Refusal> {
    Ok(AdAccountName { id, name: ad_accounts::ad_account(tx, id)?.map(|it| it.name).unwrap_or_default() })
}

/// What an ad shows.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ItemView {
    /// `post` or `live`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its title, where it has one.
    pub title: String,
}

/// What an ad shows, with its title.
pub fn item(tx: &mut Tx<'_>, account: kernel::AccountId, item: &Item) -> Result<ItemView, Refusal> {
    let (kind, title) = match item {
        Item::Post(id) => ("post", accounts::index::post_of(tx, account, id)?.map(|post| post.title)),
        Item::Live(id) => ("live", accounts::index::live_of(tx, account, id)?.map(|live| live.title)),
    };
    Ok(ItemView { kind, id: item.id().to_owned(), title: title.unwrap_or_default() })
}

/// The code of a road, as shown.
pub const fn road(road: Road) -> &'static str {
    match road {
        Road::Grant => "grant",
        Road::OwnLink => "own_link",
        Road::Code(_) => "code",
    }
}

/// An ad, as the centre sees it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AdView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AdId,
    /// What it is called.
    pub name: String,
    /// The centre for which it runs.
    pub centre: OrgName,
    /// In which ad account.
    pub ad_account: AdAccountName,
    /// In which ad group.
    #[schema(value_type = String)]
    pub ad_group: AdGroupId,
    /// Whose post or live.
    pub account: AccountName,
    /// Which.
    pub item: ItemView,
    /// By which right: `grant`, `own_link` or `code`.
    pub road: &'static str,
    /// The code's authorisation, where it is by code.
    #[schema(value_type = Option<String>)]
    pub authorisation: Option<AuthorisationId>,
    /// Who made it.
    pub made_by: PersonName,
    /// On whose right it rests.
    pub rests_on: PersonName,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
    /// Whether it runs.
    pub state: AdState,
    /// What was missing when it was paused; nothing when a member paused it.
    pub because: Vec<Reason>,
    /// Since when it stands so.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Instant,
    /// The log's position of its last change; a page's forms are bound to it.
    pub version: i64,
}

/// An ad, as the centre sees it.
pub fn ad(tx: &mut Tx<'_>, visit: &Visit, ad: &Ad) -> Result<AdView, Refusal> {
    let authorisation = if let Road::Code(id) = ad.road { Some(id) } else { None };
    Ok(AdView {
        id: ad.advert.ad,
        name: ad.name.clone(),
        centre: names::org(tx, ad.advert.centre)?,
        ad_account: ad_account(tx, ad.advert.ad_account)?,
        ad_group: ad.ad_group,
        account: names::account(tx, ad.advert.account)?,
        item: item(tx, ad.advert.account, &ad.item)?,
        road: road(ad.road),
        authorisation,
        made_by: names::person(tx, ad.made_by)?,
        rests_on: names::person(tx, ad.rests_on)?,
        made_at: ad.made_at,
        state: ad.state,
        because: ad.because.iter().map(|code| reason(visit, code)).collect(),
        changed_at: ad.changed_at,
        version: ad.version,
    })
}

/// An ad, as the owner of the account that it shows sees it. What the centre calls its ad accounts and who works there is its own.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ShownAd {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AdId,
    /// What the centre calls it.
    pub name: String,
    /// The centre for which it runs.
    pub centre: OrgName,
    /// The account.
    pub account: AccountName,
    /// The post or live.
    pub item: ItemView,
    /// By which right: `grant`, `own_link` or `code`.
    pub road: &'static str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
    /// Whether it runs.
    pub state: AdState,
    /// What was missing when it was paused; nothing when the centre paused it.
    pub because: Vec<Reason>,
    /// Since when it stands so.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Instant,
}

/// An ad, as the owner of the account sees it.
pub fn shown_ad(tx: &mut Tx<'_>, visit: &Visit, ad: &Ad) -> Result<ShownAd, Refusal> {
    Ok(ShownAd {
        id: ad.advert.ad,
        name: ad.name.clone(),
        centre: names::org(tx, ad.advert.centre)?,
        account: names::account(tx, ad.advert.account)?,
        item: item(tx, ad.advert.account, &ad.item)?,
        road: road(ad.road),
        made_at: ad.made_at,
        state: ad.state,
        because: ad.because.iter().map(|code| reason(visit, code)).collect(),
        changed_at: ad.changed_at,
    })
}

/// A campaign.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CampaignView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: CampaignId,
    /// Of which ad account.
    #[schema(value_type = String)]
    pub ad_account: AdAccountId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub objective: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
}

impl From<Campaign> for CampaignView {
    fn from(campaign: Campaign) -> CampaignView {
        let Campaign { id, ad_account, name, objective, made_at, .. } = campaign;
        CampaignView { id, ad_account, name, objective, made_at }
    }
}

/// An ad group.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AdGroupView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AdGroupId,
    /// Of which campaign.
    #[schema(value_type = String)]
    pub campaign: CampaignId,
    /// Of which ad account.
    #[schema(value_type = String)]
    pub ad_account: AdAccountId,
    /// What it is called.
    pub name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
}

impl From<ads::AdGroup> for AdGroupView {
    fn from(group: ads::AdGroup) -> AdGroupView {
        let ads::AdGroup { id, campaign, ad_account, name, made_at } = group;
        AdGroupView { id, campaign, ad_account, name, made_at }
    }
}

/// A code for one post. The code itself is shown once, when it is made.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PostCodeView {
    /// The authorisation's id.
    #[schema(value_type = String)]
    pub id: AuthorisationId,
    /// Whose post.
    pub account: AccountName,
    /// Which.
    pub post: ItemView,
    /// What it is worth now.
    pub status: CodeStatus,
    /// For how many days it was made or last extended.
    pub days: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
    /// The first moment at which it is worth nothing.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
    /// When it ended, if it did.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Instant>,
    /// How many running ads rest on it.
    pub running_ads: i64,
    /// Who applied it: each centre once.
    pub used_by: Vec<OrgName>,
}

/// A code as it is worth at the transaction's moment.
pub fn code(tx: &mut Tx<'_>, found: &Authorisation) -> Result<PostCodeView, Refusal> {
    let of = &found.authorised;
    let running = ads::running(tx, &ads::Which::Code(of.authorisation))?.len();
    let running_ads = i64::try_from(running).unwrap_or(i64::MAX);
    let mut centres: Vec<_> = posts::uses(tx, of.authorisation)?.into_iter().map(|used| used.centre).collect();
    centres.sort_unstable();
    centres.dedup();
    Ok(PostCodeView {
        id: of.authorisation,
        account: names::account(tx, of.account)?,
        post: item(tx, of.account, &Item::Post(of.post.clone()))?,
        status: found.status(tx.now, running_ads),
        days: found.days,
        made_at: found.made_at,
        expires_at: found.expires_at,
        ended_at: found.ended_at,
        running_ads,
        used_by: centres.into_iter().map(|centre| names::org(tx, centre)).collect::<Result<_, _>>()?,
    })
}

/// A code that was applied to an ad account, as whoever runs ads there sees it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AppliedCode {
    /// The authorisation's id.
    #[schema(value_type = String)]
    pub id: AuthorisationId,
    /// Whose post.
    pub account: AccountName,
    /// Which.
    pub post: ItemView,
    /// What it is worth now.
    pub status: CodeStatus,
    /// When it was applied here.
    #[schema(value_type = String, format = DateTime)]
    pub applied_at: Instant,
    /// The first moment at which it is worth nothing.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
}

/// A code that was applied to an ad account.
pub fn applied(tx: &mut Tx<'_>, found: &Authorisation, used: &posts::Use) -> Result<AppliedCode, Refusal> {
    let of = &found.authorised;
    let mine = ads::Filter { state: Some(AdState::Running), item: Some(of.post.clone()), ..ads::Filter::default() };
    let running = ads::ads(tx, used.ad_account, &mine, None, 1_000)?;
    let running = running.iter().filter(|ad| ad.road == Road::Code(of.authorisation)).count();
    Ok(AppliedCode {
        id: of.authorisation,
        account: names::account(tx, of.account)?,
        post: item(tx, of.account, &Item::Post(of.post.clone()))?,
        status: found.status(tx.now, i64::try_from(running).unwrap_or(i64::MAX)),
        applied_at: used.since,
        expires_at: found.expires_at,
    })
}
