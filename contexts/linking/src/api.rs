//! Linking's REST API: every act of both sides' pages, as JSON. Lists answer `{items, next}`; `next` is the `after` of the
//! page that follows.

use crate::{
    Kind,
    accept::Accept,
    approve_unlink::ApproveUnlink,
    creator,
    decline::Decline,
    fit::Fit,
    index::{self, Side},
    invite::{self, Invite},
    paging::{self, LinkPage},
    quotas::{self, Quotas},
    refuse_unlink::RefuseUnlink,
    request_unlink::RequestUnlink,
    seller, typed,
    view::{self, LinkView},
    withdraw::Withdraw,
    withdraw_unlink::WithdrawUnlink,
};
use accounts::Account;
use kernel::{AccountId, Capability, Instant, LinkId, May, OrgId, Refusal, Region};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::Tx;
use utoipa::ToSchema;
use web::{Answer, Method, StatusCode, Visit};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    shop_reads(routes);
    shop_acts(routes);
    creator_routes(routes);
}

fn shop_reads(routes: &mut web::Routes) {
    let (members, get) = (May::Members(seller::MEMBERS), Method::GET);
    routes
        .api(get.clone(), "/api/v1/shops/{org}/links", members, shop_list)
        .says("A shop's links and invitations")
        .queries(paging::QUERIES)
        .answers::<LinkPage>();
    routes.api(get.clone(), "/api/v1/shops/{org}/links/{link}", members, shop_one).says("One link of a shop").answers::<LinkView>();
    routes
        .api(get.clone(), "/api/v1/shops/{org}/quotas", members, shop_quotas)
        .says("What a shop has used of its places and quotas, with every limit's source")
        .answers::<Quotas>();
    routes
        .api(get, "/api/v1/shops/{org}/accounts", members, search)
        .says("Accounts by handle or nickname; the beginning is enough, and a typo is forgiven")
        .queries(&[
            ("q", "handle or nickname"),
            ("region", "only accounts of this country, such as GB"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<AccountPage>();
}

fn shop_acts(routes: &mut web::Routes) {
    let post = Method::POST;
    routes
        .api(post.clone(), "/api/v1/shops/{org}/links", Invite::MAY, shop_invite)
        .says("Invite an account")
        .takes::<InviteBody>()
        .answers::<LinkView>()
        .done(&[201]);
    routes
        .api(post.clone(), "/api/v1/shops/{org}/links/precheck", Invite::MAY, precheck)
        .says("Ask every rule of an invitation without inviting")
        .takes::<PrecheckBody>()
        .answers::<Prechecked>()
        .unkept();
    routes
        .api(post.clone(), "/api/v1/shops/{org}/links/{link}/withdraw", Withdraw::MAY, withdraw)
        .says("Take an invitation back")
        .answers::<LinkView>();
    routes
        .api(post.clone(), "/api/v1/shops/{org}/links/{link}/unlink/approve", ApproveUnlink::MAY, approve)
        .says("Agree to the owner's request to unlink")
        .answers::<LinkView>();
    routes
        .api(post, "/api/v1/shops/{org}/links/{link}/unlink/refuse", RefuseUnlink::MAY, refuse)
        .says("Refuse the owner's request to unlink")
        .takes::<ReasonBody>()
        .answers::<LinkView>();
}

fn creator_routes(routes: &mut web::Routes) {
    let (owners, get, post) = (May::Members(creator::MEMBERS), Method::GET, Method::POST);
    routes
        .api(get.clone(), "/api/v1/creators/{org}/links", owners, creator_list)
        .says("A creator's links and invitations")
        .queries(paging::QUERIES)
        .answers::<LinkPage>();
    routes.api(get, "/api/v1/creators/{org}/links/{link}", owners, creator_one).says("One link of a creator").answers::<LinkView>();
    routes
        .api(post.clone(), "/api/v1/creators/{org}/links/{link}/accept", Accept::MAY, accept)
        .says("Accept an invitation")
        .answers::<LinkView>();
    routes
        .api(post.clone(), "/api/v1/creators/{org}/links/{link}/decline", Decline::MAY, decline)
        .says("Decline an invitation")
        .takes::<MaybeReasonBody>()
        .answers::<LinkView>();
    routes
        .api(post.clone(), "/api/v1/creators/{org}/links/{link}/unlink", RequestUnlink::MAY, request_unlink)
        .says("Ask to unlink")
        .takes::<ReasonBody>()
        .answers::<LinkView>();
    routes
        .api(post, "/api/v1/creators/{org}/links/{link}/unlink/withdraw", WithdrawUnlink::MAY, withdraw_unlink)
        .says("Take a request to unlink back")
        .answers::<LinkView>();
}

/// Whom to invite, as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InviteBody {
    /// The account.
    #[schema(value_type = String, example = "acc_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    account: AccountId,
    /// As what.
    role: Kind,
    /// What its owner reads with the invitation, up to 500 characters.
    #[serde(default)]
    message: String,
}

/// Whom an invitation would be for, as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PrecheckBody {
    /// The account.
    #[schema(value_type = String, example = "acc_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    account: AccountId,
    /// As what.
    role: Kind,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReasonBody {
    /// One sentence for the other side, up to 500 characters.
    #[schema(example = "The season is over.")]
    reason: String,
}

/// Why, where one likes to say it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MaybeReasonBody {
    /// One sentence for the other side, up to 500 characters; may be left out.
    #[serde(default)]
    #[schema(example = "Not my subject.")]
    reason: String,
}

/// The dry run of an invitation.
#[derive(Debug, Serialize, ToSchema)]
struct Prechecked {
    /// Whether every rule agrees now.
    possible: bool,
    /// From when on it can succeed by waiting alone, where waiting helps against every reason.
    #[schema(value_type = Option<String>, format = DateTime)]
    earliest: Option<Instant>,
    /// Every rule's answer, in reading order.
    #[schema(value_type = Vec<RuleAnswer>)]
    checks: Vec<Json>,
    /// How well account and shop go together: advice, never a refusal.
    fit: Fit,
}

/// A rule's answer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the answer is made of words by the house; this is its shape for the documentation")]
struct RuleAnswer {
    /// The rule.
    name: String,
    /// The rule as a statement, in the reader's language.
    rule: String,
    /// `pass` or `fail`.
    state: String,
    /// Why not: a stable code.
    code: Option<String>,
    /// Why not, in words.
    text: Option<String>,
    /// What helps.
    remedy: Option<String>,
    /// From when on it is true by itself.
    until: Option<String>,
    /// Where the rule's value is written.
    source: Option<quotas::Source>,
}

/// An account as a search shows it.
#[derive(Debug, Serialize, ToSchema)]
struct AccountItem {
    /// Its id.
    #[schema(value_type = String)]
    id: AccountId,
    /// Its handle, without `@`.
    handle: String,
    /// Its nickname.
    nickname: String,
    /// Its country.
    #[schema(value_type = String)]
    region: Region,
    /// Whether a creator has claimed it and can answer an invitation.
    claimed: bool,
    /// Followers.
    followers: i64,
    /// How many posts it has.
    posts_count: i64,
    /// Likes.
    likes: i64,
    /// What it is about.
    categories: Vec<String>,
}

/// Accounts, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
struct AccountPage {
    /// The accounts.
    items: Vec<AccountItem>,
    /// What `after` has to be for the next page; nothing at the end.
    next: Option<String>,
}

impl From<Account> for AccountItem {
    fn from(account: Account) -> AccountItem {
        let Account { id, handle, nickname, region, claimed, followers, posts_count, likes, categories, .. } = account;
        AccountItem { id, handle, nickname, region, claimed, followers, posts_count, likes, categories }
    }
}

async fn list(visit: Visit, side: Side) -> Answer {
    let (org, wanted) = (visit.org()?, paging::wanted(&visit)?);
    let page = visit.read(move |tx| paging::page(tx, side, org, &wanted)).await?;
    visit.answer(StatusCode::OK, &page)
}

async fn shop_list(visit: Visit) -> Answer {
    list(visit, Side::Shop).await
}

async fn creator_list(visit: Visit) -> Answer {
    list(visit, Side::Owner).await
}

fn of_shop(tx: &mut Tx<'_>, shop: OrgId, link: LinkId) -> Result<LinkView, Refusal> {
    let found = index::of_shop(tx, shop, link)?;
    view::view(tx, &found)
}

fn of_owner(tx: &mut Tx<'_>, owner: OrgId, link: LinkId) -> Result<LinkView, Refusal> {
    let found = index::of_owner(tx, owner, link)?;
    view::view(tx, &found)
}

async fn shop_one(visit: Visit) -> Answer {
    let (shop, link) = (visit.org()?, visit.param("link")?);
    let view = visit.read(move |tx| of_shop(tx, shop, link)).await?;
    visit.answer(StatusCode::OK, &view)
}

async fn creator_one(visit: Visit) -> Answer {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    let view = visit.read(move |tx| of_owner(tx, owner, link)).await?;
    visit.answer(StatusCode::OK, &view)
}

async fn shop_quotas(visit: Visit) -> Answer {
    let shop = visit.org()?;
    let quotas = visit.read(move |tx| quotas::load(tx, shop)).await?;
    visit.answer(StatusCode::OK, &quotas)
}

async fn search(visit: Visit) -> Answer {
    let query = visit.query("q").unwrap_or_default().to_owned();
    let region: Option<Region> = visit.queries().parsed_opt("region", "linking.bad_region")?;
    let size = paging::size(visit.query("size"))?;
    // The words that a search stopped at are part of its cursor, so it travels exactly as it was given.
    let after = visit.queries().opt("after").map(|_| visit.queries().raw("after").to_owned());
    let found = visit.read(move |tx| accounts::index::search(tx, &query, region, size, after.as_deref())).await;
    // Of all that was given only the cursor can be malformed there; here it has another name.
    let found = found.map_err(|refusal| match refusal {
        Refusal::Malformed(_) => Refusal::malformed("after", "accounts.list.bad_cursor"),
        other => other,
    })?;
    let items = found.accounts.into_iter().map(AccountItem::from).collect();
    visit.answer(StatusCode::OK, &AccountPage { items, next: found.next })
}

async fn shop_invite(visit: Visit) -> Answer {
    let (shop, link) = (visit.org()?, store::fresh());
    let InviteBody { account, role, message } = visit.json()?;
    let message = typed::optional("message", &message)?;
    let ask = Invite { link, shop, account, kind: role, message };
    visit.command(ask, StatusCode::CREATED, move |tx| of_shop(tx, shop, link)).await
}

async fn precheck(visit: Visit) -> Answer {
    let (shop, actor) = (visit.org()?, visit.actor().clone());
    let PrecheckBody { account, role } = visit.json()?;
    let invite::io::Prechecked { checks, fit, .. } = visit.read(move |tx| invite::io::precheck(tx, &actor, shop, account, role)).await?;
    let against: Vec<_> = checks.iter().filter_map(|check| check.denial.as_ref()).collect();
    let (possible, earliest) = (against.is_empty(), invite::io::earliest(&against));
    let checks = checks.iter().map(|check| visit.check(Invite::NAME, check)).collect();
    visit.answer(StatusCode::OK, &Prechecked { possible, earliest, checks, fit })
}

async fn withdraw(visit: Visit) -> Answer {
    let (shop, link) = (visit.org()?, visit.param("link")?);
    visit.command(Withdraw { shop, link }, StatusCode::OK, move |tx| of_shop(tx, shop, link)).await
}

async fn approve(visit: Visit) -> Answer {
    let (shop, link) = (visit.org()?, visit.param("link")?);
    visit.command(ApproveUnlink { shop, link }, StatusCode::OK, move |tx| of_shop(tx, shop, link)).await
}

async fn refuse(visit: Visit) -> Answer {
    let (shop, link) = (visit.org()?, visit.param("link")?);
    let reason = typed::reason("reason", &visit.json::<ReasonBody>()?.reason)?;
    visit.command(RefuseUnlink { shop, link, reason }, StatusCode::OK, move |tx| of_shop(tx, shop, link)).await
}

async fn accept(visit: Visit) -> Answer {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    visit.command(Accept { owner, link }, StatusCode::OK, move |tx| of_owner(tx, owner, link)).await
}

async fn decline(visit: Visit) -> Answer {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    let reason = typed::optional("reason", &visit.json::<MaybeReasonBody>()?.reason)?;
    visit.command(Decline { owner, link, reason }, StatusCode::OK, move |tx| of_owner(tx, owner, link)).await
}

async fn request_unlink(visit: Visit) -> Answer {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    let reason = typed::reason("reason", &visit.json::<ReasonBody>()?.reason)?;
    visit.command(RequestUnlink { owner, link, reason }, StatusCode::OK, move |tx| of_owner(tx, owner, link)).await
}

async fn withdraw_unlink(visit: Visit) -> Answer {
    let (owner, link) = (visit.org()?, visit.param("link")?);
    visit.command(WithdrawUnlink { owner, link }, StatusCode::OK, move |tx| of_owner(tx, owner, link)).await
}
