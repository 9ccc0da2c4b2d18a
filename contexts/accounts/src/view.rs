//! What the API and the pages show of an account. Dates of birth stay inside: whoever needs an age asks a rule.

use crate::{Account, AccountState, Ecommerce, Finding, Post, TrendPoint, Violation, index};
use kernel::{AccountId, Instant, OrgId, Refusal, Region, ViolationId};
use serde::Serialize;
use store::Tx;

/// An account.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AccountView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// The organisation that owns it.
    #[schema(value_type = String)]
    pub owner: OrgId,
    /// Whether its own creator holds it.
    pub claimed: bool,
    /// The unique name, without `@`.
    pub handle: String,
    /// The name shown.
    pub nickname: String,
    /// The country in which it was registered; `ZZ` when none is known.
    #[schema(value_type = String)]
    pub region: Region,
    /// Whether it is in order.
    #[schema(value_type = String)]
    pub state: AccountState,
    /// Whether it may sell.
    #[schema(value_type = String)]
    pub ecommerce: Ecommerce,
    /// Whether it is one of a government, a politician or a political party: no ad may show it.
    pub political: bool,
    /// Followers.
    pub followers: i64,
    /// Likes.
    pub likes: i64,
    /// Mean views of a post.
    pub views: i64,
    /// Engagement in basis points.
    pub engagement_bp: i64,
    /// How many posts it has.
    pub posts_count: i64,
    /// Whether a brand speaks through it.
    pub brand_account: bool,
    /// What it is about.
    pub categories: Vec<String>,
    /// When it was registered or imported here.
    #[schema(value_type = String)]
    pub registered_at: Instant,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> AccountView {
        AccountView {
            id: account.id,
            owner: account.owner,
            claimed: account.claimed,
            handle: account.handle,
            nickname: account.nickname,
            region: account.region,
            state: account.state,
            ecommerce: account.ecommerce,
            political: account.political,
            followers: account.followers,
            likes: account.likes,
            views: account.views,
            engagement_bp: account.engagement_bp,
            posts_count: account.posts_count,
            brand_account: account.brand_account,
            categories: account.categories,
            registered_at: account.registered_at,
        }
    }
}

impl AccountView {
    /// One account as it is now.
    pub fn of(tx: &mut Tx<'_>, id: AccountId) -> Result<AccountView, Refusal> {
        index::account(tx, id)?.map(AccountView::from).ok_or(Refusal::NotFound)
    }
}

/// A state as pages show it.
#[derive(Serialize)]
pub(crate) struct Badge {
    label: String,
    tone: &'static str,
}

/// Everything that is to be known of an account at a glance: its state first, then what is unusual.
pub(crate) fn states(visit: &web::Visit, account: &AccountView) -> Vec<Badge> {
    let badge = |code: &str, tone| Badge { label: visit.say(&format!("accounts.states.{code}"), &serde_json::Map::new()), tone };
    let tone = match account.state {
        AccountState::Normal => "ok",
        AccountState::Suspended => "bad",
        AccountState::Closed => "mute",
    };
    let unusual = [
        (account.ecommerce == Ecommerce::Withdrawn, "withdrawn", "warn"),
        (account.political, "political", "warn"),
        (!account.claimed, "unclaimed", "info"),
    ];
    let unusual = unusual.into_iter().filter(|(is, ..)| *is).map(|(_, code, tone)| badge(code, tone));
    std::iter::once(badge(account.state.code(), tone)).chain(unusual).collect()
}

/// A page of accounts.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AccountList {
    /// The accounts.
    pub accounts: Vec<AccountView>,
    /// What to pass as `cursor` for the next page; nothing at the end.
    pub next: Option<String>,
}

/// A violation.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ViolationView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: ViolationId,
    /// What was violated.
    pub reason: String,
    /// When it was found.
    #[schema(value_type = String)]
    pub found_at: Instant,
    /// When it was closed; open until then.
    #[schema(value_type = Option<String>)]
    pub closed_at: Option<Instant>,
    /// How it was closed.
    pub outcome: Option<String>,
}

impl From<Violation> for ViolationView {
    fn from(violation: Violation) -> ViolationView {
        let Violation { id, reason, found_at, closed_at, outcome, .. } = violation;
        ViolationView { id, reason, found_at, closed_at, outcome }
    }
}

/// A word that the word list found.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FindingView {
    /// `religion`, `politics` or `false_advertising`.
    pub topic: &'static str,
    /// The word.
    pub word: String,
    /// The post or live.
    pub post: String,
    /// When that was published.
    #[schema(value_type = String)]
    pub at: Instant,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> FindingView {
        let Finding { topic, word, post, at } = finding;
        FindingView { topic: topic.code(), word, post, at }
    }
}

/// A day of an account's chart.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DayView {
    /// The day, UTC.
    pub day: String,
    /// Followers as last known on that day.
    pub followers: Option<i64>,
    /// Likes on the posts published that day.
    pub likes: i64,
    /// Plays of the posts published that day.
    pub plays: i64,
}

impl From<TrendPoint> for DayView {
    fn from(point: TrendPoint) -> DayView {
        DayView { day: point.day.to_string(), followers: point.followers, likes: point.likes, plays: point.plays }
    }
}

/// An account with what hangs on it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AccountDetail {
    /// The account.
    pub account: AccountView,
    /// Its violations, newest first.
    pub violations: Vec<ViolationView>,
    /// What the word list found, dismissed findings left out.
    pub findings: Vec<FindingView>,
    /// The last 90 days on which anything is known.
    pub trend: Vec<DayView>,
    /// The newest posts.
    #[schema(value_type = Vec<Object>)]
    pub posts: Vec<Post>,
}

/// Everything that a detail page shows.
pub(crate) fn detail(tx: &mut Tx<'_>, account: Account) -> Result<AccountDetail, Refusal> {
    const POSTS: i64 = 20;
    let id = account.id;
    Ok(AccountDetail {
        account: account.into(),
        violations: index::violations(tx, id)?.into_iter().map(ViolationView::from).collect(),
        findings: index::content_findings(tx, id)?.into_iter().map(FindingView::from).collect(),
        trend: index::trend(tx, id)?.into_iter().map(DayView::from).collect(),
        posts: index::posts(tx, id, Instant(i64::MAX), POSTS)?,
    })
}

/// The days as the kit's chart takes them.
pub(crate) fn chart(days: &[DayView]) -> serde_json::Value {
    serde_json::json!({
        "times": days.iter().map(|day| format!("{}T00:00:00.000Z", day.day)).collect::<Vec<_>>(),
        "followers": days.iter().map(|day| day.followers).collect::<Vec<_>>(),
        "has_posts": days.iter().any(|day| day.plays > 0 || day.likes > 0),
        "plays": days.iter().map(|day| day.plays).collect::<Vec<_>>(),
        "likes": days.iter().map(|day| day.likes).collect::<Vec<_>>(),
    })
}
