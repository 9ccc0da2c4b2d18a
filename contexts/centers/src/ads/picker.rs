//! What a member may choose from for an ad: the accounts that they see, and an account's posts and lives, each with whether it may be
//! used now and, where not, every reason.

use super::view::{self, ItemView, Reason, reason};
use crate::{
    Item, Reader, Road, Scope,
    create_spark_ad::io::road,
    granting::view::{self as names, AccountName},
    index::{grants, posts},
    rules::spark::{
        self,
        io::{About, By, Known},
    },
};
use accounts::Visibility;
use kernel::{AccountId, AdAccountId, Instant, OrgId, Refusal, UserId};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;
use web::Visit;

/// Who chooses, for which centre, in which ad account.
#[derive(Clone, Copy, Debug)]
pub struct Chooser {
    /// For which centre.
    pub centre: OrgId,
    /// Who.
    pub by: UserId,
    /// In which ad account.
    pub ad_account: AdAccountId,
}

impl Chooser {
    fn about(&self, account: AccountId, item: Item) -> About {
        let Chooser { centre, by, ad_account } = *self;
        About { centre, person: by, ad_account, account, owner: None, item, by: By::Account }
    }
}

/// An account from which ads can be made, or why not.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct UsableAccount {
    /// The account.
    pub account: AccountName,
    /// What stands against using its posts.
    pub against_posts: Vec<Reason>,
    /// What stands against using its lives.
    pub against_lives: Vec<Reason>,
    /// How many of its posts a code that was applied here allows.
    pub codes: usize,
}

/// How many accounts a picker shows at the most: as many as a centre can hold.
const ACCOUNTS: i64 = 1_000;

/// Every account that the member sees from this ad account, by nickname.
pub fn accounts(tx: &mut Tx<'_>, visit: &Visit, who: Chooser) -> Result<Vec<UsableAccount>, Refusal> {
    let reader = Reader::of(tx, who.centre, who.by)?;
    let mut ids: Vec<AccountId> =
        grants::of_centre(tx, who.centre, reader, None, ACCOUNTS)?.into_iter().map(|grant| grant.held.account).collect();
    ids.extend(grants::own_links_of(tx, who.by)?.into_iter().map(|link| link.account));
    let codes = posts::applied(tx, who.ad_account, None, None, ACCOUNTS)?;
    ids.extend(codes.iter().map(|(code, _)| code.authorised.account));
    ids.sort_unstable();
    ids.dedup();
    let mut known = Known::default();
    let mut usable = Vec::with_capacity(ids.len());
    let now = tx.now;
    for id in ids {
        let mut against = |tx: &mut Tx<'_>, item: Item| -> Result<Vec<Reason>, Refusal> {
            let mut facts = known.facts(tx, &who.about(id, item))?;
            // Which post or live it will be is asked next.
            (facts.is_switched_on, facts.seen_by) = (true, Some(Visibility::Public));
            Ok(spark::missing(&facts).iter().map(|code| reason(visit, code)).collect())
        };
        let (against_posts, against_lives) = (against(tx, Item::Post(String::new()))?, against(tx, Item::Live(String::new()))?);
        let codes = codes.iter().filter(|(code, _)| code.authorised.account == id && code.in_force(now)).count();
        usable.push(UsableAccount { account: names::account(tx, id)?, against_posts, against_lives, codes });
    }
    usable.sort_by(|a, b| a.account.nickname.cmp(&b.account.nickname).then(a.account.id.cmp(&b.account.id)));
    Ok(usable)
}

/// A post or a live from which an ad can be made, or why not.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct UsableItem {
    /// The post or live.
    pub item: ItemView,
    /// When it was published or began.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Plays of a post, viewers of a live.
    pub views: i64,
    /// By which right it would be shown: `grant`, `own_link` or `code`.
    pub road: &'static str,
    /// What stands against it.
    pub against: Vec<Reason>,
}

/// How many posts or lives a picker shows at a time.
const ITEMS: i64 = 50;

/// An account's newest posts, or lives, that fit the query.
pub fn items(
    tx: &mut Tx<'_>,
    visit: &Visit,
    who: Chooser,
    account: AccountId,
    scope: Scope,
    query: &str,
) -> Result<Vec<UsableItem>, Refusal> {
    if !spark::io::sees_account(tx, who.centre, who.by, who.ad_account, account)? {
        return Err(Refusal::NotFound);
    }
    let found: Vec<(Item, Instant, i64)> = if scope == Scope::Live {
        let lives = accounts::index::lives(tx, account)?.into_iter();
        let fits = lives.filter(|live| query.is_empty() || live.id.starts_with(query) || live.title.contains(query));
        fits.take(ITEMS as usize).map(|live| (Item::Live(live.id), live.at, live.viewers)).collect()
    } else {
        let posts = if query.is_empty() {
            accounts::index::posts(tx, account, Instant(i64::MAX), ITEMS)?
        } else {
            accounts::index::find_posts(tx, account, query, ITEMS)?
        };
        // What not everyone can see is nobody's to choose, and its title nobody's to read.
        let public = posts.into_iter().filter(|post| post.visibility == Visibility::Public);
        public.map(|post| (Item::Post(post.id), post.at, post.plays)).collect()
    };
    let mut known = Known::default();
    let mut items = Vec::with_capacity(found.len());
    for (item, at, views) in found {
        let (facts, road): (_, Road) = road(tx, &mut known, who.about(account, item.clone()), None)?;
        let against = spark::missing(&facts).iter().map(|code| reason(visit, code)).collect();
        items.push(UsableItem { item: view::item(tx, account, &item)?, at, views, road: view::road(road), against });
    }
    Ok(items)
}
