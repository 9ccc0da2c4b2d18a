//! REST for both sides. Lists answer `{items, next}`; `next` is the `after` of the page that follows.

use super::{
    CREATORS, MEMBERS, after, cut,
    picker::{self, Chooser, UsableAccount, UsableItem},
    size,
    view::{self, AdGroupView, AdView, AppliedCode, CampaignView, PostCodeView, ShownAd},
};
use crate::{
    Item, Reader, Road, Scope,
    apply_post_code::{ApplyPostCode, io as applying},
    assets::typed,
    authorise_post::{AuthorisePost, code},
    create_ad_group::CreateAdGroup,
    create_campaign::{CreateCampaign, Objective},
    create_spark_ad::CreateSparkAd,
    delete_ad::DeleteAd,
    delete_authorisation::DeleteAuthorisation,
    extend_authorisation::ExtendAuthorisation,
    forget_post_code::ForgetPostCode,
    granting::paging,
    index::{
        ad_accounts,
        ads::{self, Ad, AdState, Filter},
        posts,
    },
    pause_ad::PauseAd,
    resume_ad::ResumeAd,
    rules::spark::{self, io::About},
    switch_post::SwitchPost,
};
use kernel::{AccountId, AdAccountId, AdGroupId, AdId, AuthorisationId, CampaignId, Capability, May, OrgId, Problem, Refusal, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::Tx;
use utoipa::ToSchema;
use web::{Answer, Method, StatusCode, Visit};

const LIST: &[(&str, &str)] = &[
    ("ad_account", "of which ad account"),
    ("size", "how many at the most, 1 to 100; 20 unless said"),
    ("after", "`next` of the page before"),
];

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    campaigns_of_centre(routes);
    ads_of_centre(routes);
    posts_of_owner(routes);
}

fn campaigns_of_centre(routes: &mut web::Routes) {
    let (members, get, post) = (May::Members(MEMBERS), Method::GET, Method::POST);
    routes
        .api(get.clone(), "/api/v1/centres/{org}/campaigns", members, campaigns)
        .says("The campaigns of an ad account, the newest first")
        .queries(LIST)
        .answers::<CampaignPage>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/campaigns", CreateCampaign::MAY, create_campaign)
        .says("Make a campaign")
        .takes::<CampaignBody>()
        .answers::<CampaignView>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/ad_groups", members, ad_groups)
        .says("The ad groups of a campaign, the newest first")
        .queries(&[
            ("ad_account", "of which ad account"),
            ("campaign", "of which campaign"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<AdGroupPage>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/ad_groups", CreateAdGroup::MAY, create_ad_group)
        .says("Make an ad group")
        .takes::<AdGroupBody>()
        .answers::<AdGroupView>();
    routes
        .api(get, "/api/v1/centres/{org}/post_codes", members, applied_codes)
        .says("The codes for posts that were applied to an ad account, the last first")
        .queries(LIST)
        .answers::<AppliedPage>();
    routes
        .api(post, "/api/v1/centres/{org}/post_codes", ApplyPostCode::MAY, apply)
        .says("Apply a code for a post in an ad account")
        .takes::<ApplyBody>()
        .answers::<AppliedCode>();
    routes
        .api(Method::DELETE, "/api/v1/centres/{org}/ad_accounts/{ad_account}/post_codes/{authorisation}", ForgetPostCode::MAY, forget)
        .says("Remove a code that is over from an ad account's list")
        .answers::<Forgotten>();
}

fn ads_of_centre(routes: &mut web::Routes) {
    let (members, get, post) = (May::Members(MEMBERS), Method::GET, Method::POST);
    routes
        .api(get.clone(), "/api/v1/centres/{org}/ads/usable_accounts", members, usable_accounts)
        .says("The accounts that the member sees from an ad account, and what stands against ads of theirs")
        .queries(&[("ad_account", "from which ad account")])
        .answers::<UsableAccounts>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/ads/usable_items", members, usable_items)
        .says("An account's newest posts or lives, and what stands against showing each in an ad")
        .queries(&[
            ("ad_account", "from which ad account"),
            ("account", "whose"),
            ("kind", "post or live"),
            ("q", "a part of the title, or how the id begins"),
        ])
        .answers::<UsableItems>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/ads", members, list)
        .says("The ads of an ad account, the newest first")
        .queries(&[
            ("ad_account", "of which ad account"),
            ("ad_group", "only those of this ad group"),
            ("account", "only those that show this account"),
            ("state", "running, paused or deleted; all but the deleted unless said"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<AdPage>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/ads", CreateSparkAd::MAY, create)
        .says("Make a Spark ad of a post or a live")
        .takes::<AdBody>()
        .answers::<AdView>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/ads/precheck", CreateSparkAd::MAY, precheck)
        .says("Ask every condition of a Spark ad without making it")
        .takes::<AdBody>()
        .answers::<SparkPrecheck>();
    routes
        .api(get, "/api/v1/centres/{org}/ads/{ad}", members, one)
        .says("One ad, with every condition as it holds now")
        .answers::<AdDetail>();
    routes.api(post.clone(), "/api/v1/centres/{org}/ads/{ad}/pause", PauseAd::MAY, pause).says("Pause an ad").answers::<AdView>();
    routes
        .api(post, "/api/v1/centres/{org}/ads/{ad}/resume", ResumeAd::MAY, resume)
        .says("Set a paused ad running again; every condition is asked as for a new one")
        .takes::<ResumeBody>()
        .answers::<AdView>();
    routes.api(Method::DELETE, "/api/v1/centres/{org}/ads/{ad}", DeleteAd::MAY, delete).says("Delete an ad").answers::<AdView>();
}

fn posts_of_owner(routes: &mut web::Routes) {
    let (creators, get, post) = (May::Members(CREATORS), Method::GET, Method::POST);
    routes
        .api(get.clone(), "/api/v1/creators/{org}/accounts/{account}/posts", creators, own_posts)
        .says("An account's newest posts with their ad switches")
        .queries(&[("q", "a part of the title, or how the id begins")])
        .answers::<OwnPosts>();
    routes
        .api(post.clone(), "/api/v1/creators/{org}/accounts/{account}/posts/{post}/switch", SwitchPost::MAY, switch)
        .says("Let ads show a post, or no longer")
        .takes::<SwitchBody>()
        .answers::<OwnPost>();
    routes
        .api(get.clone(), "/api/v1/creators/{org}/post_codes", creators, own_codes)
        .says("A creator's codes for posts, the newest first")
        .queries(&[
            ("account", "only those of this account"),
            ("post", "only those of this post; needs the account"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<PostCodePage>();
    routes
        .api(post.clone(), "/api/v1/creators/{org}/post_codes", AuthorisePost::MAY, authorise)
        .says("Make a code with which an ad account may show one post; it is shown this one time")
        .takes::<CodeBody>()
        .answers::<NewCode>();
    routes
        .api(post, "/api/v1/creators/{org}/post_codes/{authorisation}/extend", ExtendAuthorisation::MAY, extend)
        .says("Let a code last longer")
        .takes::<DaysBody>()
        .answers::<PostCodeView>();
    routes
        .api(Method::DELETE, "/api/v1/creators/{org}/post_codes/{authorisation}", DeleteAuthorisation::MAY, delete_code)
        .says("Delete a code that no running ad rests on")
        .answers::<PostCodeView>();
    routes
        .api(get.clone(), "/api/v1/creators/{org}/ads", creators, shown)
        .says("The ads that show a creator's posts and lives, the newest first")
        .queries(&[
            ("account", "only those that show this account"),
            ("state", "running, paused or deleted; all but the deleted unless said"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<ShownPage>();
    routes
        .api(get, "/api/v1/creators/{org}/ads/{ad}", creators, shown_one)
        .says("One ad that shows a creator's post or live")
        .answers::<ShownAd>();
}

macro_rules! pages {
    ($($name:ident of $item:ty;)*) => {$(
        /// Some, and where the next ones begin.
        #[derive(Serialize, ToSchema)]
        struct $name {
            /// The rows.
            items: Vec<$item>,
            /// What `after` has to be for the next page; nothing at the end.
            next: Option<String>,
        }
    )*};
}

pages! {
    CampaignPage of CampaignView;
    AdGroupPage of AdGroupView;
    AdPage of AdView;
    AppliedPage of AppliedCode;
    PostCodePage of PostCodeView;
    ShownPage of ShownAd;
}

/// A code that stands in a list no longer.
#[derive(Serialize, ToSchema)]
#[schema(as = PostCodeForgotten)]
struct Forgotten {
    /// Of which ad account.
    #[schema(value_type = String)]
    ad_account: AdAccountId,
    /// Which.
    #[schema(value_type = String)]
    authorisation: AuthorisationId,
}

/// The accounts to choose from.
#[derive(Serialize, ToSchema)]
struct UsableAccounts {
    /// By nickname.
    items: Vec<UsableAccount>,
}

/// The posts or lives to choose from.
#[derive(Serialize, ToSchema)]
struct UsableItems {
    /// The newest first.
    items: Vec<UsableItem>,
}

/// A new campaign.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CampaignBody {
    /// In which ad account.
    #[schema(value_type = String)]
    ad_account: AdAccountId,
    /// What it is called, 1 to 100 characters.
    name: String,
    /// What it is for.
    objective: Objective,
}

/// A new ad group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdGroupBody {
    /// In which ad account.
    #[schema(value_type = String)]
    ad_account: AdAccountId,
    /// In which campaign.
    #[schema(value_type = String)]
    campaign: CampaignId,
    /// What it is called, 1 to 100 characters.
    name: String,
}

/// A code to apply.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApplyBody {
    /// In which ad account.
    #[schema(value_type = String)]
    ad_account: AdAccountId,
    /// The code, `#` and 32 characters.
    code: String,
}

/// A new Spark ad.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AdBody {
    /// In which ad account.
    #[schema(value_type = String)]
    ad_account: AdAccountId,
    /// In which ad group.
    #[schema(value_type = String)]
    ad_group: AdGroupId,
    /// What it is called, 1 to 100 characters.
    name: String,
    /// Whose post or live.
    #[schema(value_type = String)]
    account: AccountId,
    /// The post's id; or `live`.
    #[serde(default)]
    post: Option<String>,
    /// The live's id; or `post`.
    #[serde(default)]
    live: Option<String>,
    /// By which right: `grant`, `own_link` or `code`. Left out, the strongest that holds is taken.
    #[serde(default)]
    road: Option<String>,
    /// The authorisation behind the code, where the road is `code`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    authorisation: Option<AuthorisationId>,
}

/// By which right an ad goes on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResumeBody {
    /// `grant`, `own_link` or `code`. Left out, the strongest that holds is taken.
    #[serde(default)]
    road: Option<String>,
    /// The authorisation behind the code, where the road is `code`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    authorisation: Option<AuthorisationId>,
}

/// Whether ads may show a post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SwitchBody {
    /// Whether they may from now on.
    on: bool,
}

/// A new code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CodeBody {
    /// Of which account.
    #[schema(value_type = String)]
    account: AccountId,
    /// For which post.
    post: String,
    /// For how many days: 7, 30, 60 or 365.
    days: i64,
}

/// How much longer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DaysBody {
    /// By how many days: 7, 30, 60 or 365.
    days: i64,
}

/// A code that was made.
#[derive(Serialize, ToSchema)]
struct NewCode {
    /// The code. It is shown this one time.
    code: String,
    /// What it is for.
    #[serde(flatten)]
    authorisation: PostCodeView,
}

/// The dry run of a Spark ad.
#[derive(Serialize, ToSchema)]
struct SparkPrecheck {
    /// Whether every rule agrees now.
    possible: bool,
    /// Every rule's answer, in reading order.
    #[schema(value_type = Vec<Object>)]
    checks: Vec<Json>,
}

/// An ad with its conditions.
#[derive(Serialize, ToSchema)]
struct AdDetail {
    /// The ad.
    #[serde(flatten)]
    ad: AdView,
    /// Every condition as it holds now, for the person on whom the ad rests.
    #[schema(value_type = Vec<Object>)]
    conditions: Vec<Json>,
}

/// A post with its switch.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnPost {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    pub at: kernel::Instant,
    /// Plays.
    pub plays: i64,
    /// Who can see it: `public`, `friends`, `private` or `removed`.
    pub visibility: &'static str,
    /// Whether ads may show it.
    pub is_on: bool,
    /// How many codes for it are in force.
    pub codes: usize,
    /// How many ads show it now.
    pub running_ads: i64,
}

/// An account's posts.
#[derive(Serialize, ToSchema)]
struct OwnPosts {
    /// The newest first.
    items: Vec<OwnPost>,
}

/// An ad account that the reader sees; another is not there.
pub(super) fn seen_ad_account(tx: &mut Tx<'_>, centre: OrgId, user: UserId, id: AdAccountId) -> Result<(), Refusal> {
    let reader = Reader::of(tx, centre, user)?;
    ad_accounts::of_centre(tx, centre, reader, id).map(drop)
}

fn named<T: std::str::FromStr>(visit: &Visit, name: &str) -> Result<T, Refusal> {
    let text = visit.query(name).unwrap_or_default();
    text.parse().map_err(|_| Problem::new(name, "centers.ads.bad_id").with("given", text).into())
}

fn maybe<T: std::str::FromStr>(visit: &Visit, name: &str) -> Result<Option<T>, Refusal> {
    if visit.query(name).is_some() { named(visit, name).map(Some) } else { Ok(None) }
}

/// `state`, as asked for.
pub(super) fn state(visit: &Visit) -> Result<Option<AdState>, Refusal> {
    let Some(text) = visit.query("state") else { return Ok(None) };
    AdState::from_code(text).map(Some).ok_or_else(|| Problem::new("state", "centers.ads.bad_state").with("given", text).into())
}

/// The road that a request names.
fn road(code: Option<&str>, authorisation: Option<AuthorisationId>) -> Result<Option<Road>, Refusal> {
    match (code, authorisation) {
        (None, None) => Ok(None),
        (Some("grant"), None) => Ok(Some(Road::Grant)),
        (Some("own_link"), None) => Ok(Some(Road::OwnLink)),
        (Some("code") | None, Some(id)) => Ok(Some(Road::Code(id))),
        (given, _) => Err(Problem::new("road", "centers.create_spark_ad.bad_road").with("given", given.unwrap_or_default()).into()),
    }
}

async fn campaigns(visit: Visit) -> Answer {
    let (org, user, id) = (visit.org()?, visit.user()?, named(&visit, "ad_account")?);
    let (size, after) = (size(&visit)?, after(&visit)?);
    let read = move |tx: &mut Tx<'_>| {
        seen_ad_account(tx, org, user, id)?;
        ads::campaigns(tx, id, after, size + 1)
    };
    let mut found = visit.read(read).await?;
    let next = cut(&mut found, size, |it| (it.made_at, it.id.to_string()));
    visit.answer(StatusCode::OK, &CampaignPage { items: found.into_iter().map(CampaignView::from).collect(), next })
}

async fn create_campaign(visit: Visit) -> Answer {
    let (centre, by, campaign) = (visit.org()?, visit.user()?, store::fresh());
    let CampaignBody { ad_account, name, objective } = visit.json()?;
    let name = typed::name("name", &name)?;
    let ask = CreateCampaign { campaign, centre, by, ad_account, name, objective };
    let view = move |tx: &mut Tx<'_>| ads::campaign(tx, ad_account, campaign)?.map(CampaignView::from).ok_or(Refusal::NotFound);
    visit.command(ask, StatusCode::CREATED, view).await
}

async fn ad_groups(visit: Visit) -> Answer {
    let (org, user, id, campaign) = (visit.org()?, visit.user()?, named(&visit, "ad_account")?, named(&visit, "campaign")?);
    let (size, after) = (size(&visit)?, after(&visit)?);
    let read = move |tx: &mut Tx<'_>| {
        seen_ad_account(tx, org, user, id)?;
        ads::campaign(tx, id, campaign)?.ok_or(Refusal::NotFound)?;
        ads::ad_groups(tx, campaign, after, size + 1)
    };
    let mut found = visit.read(read).await?;
    let next = cut(&mut found, size, |it| (it.made_at, it.id.to_string()));
    visit.answer(StatusCode::OK, &AdGroupPage { items: found.into_iter().map(AdGroupView::from).collect(), next })
}

async fn create_ad_group(visit: Visit) -> Answer {
    let (centre, by, ad_group) = (visit.org()?, visit.user()?, store::fresh());
    let AdGroupBody { ad_account, campaign, name } = visit.json()?;
    let name = typed::name("name", &name)?;
    let ask = CreateAdGroup { ad_group, centre, by, ad_account, campaign, name };
    let view = move |tx: &mut Tx<'_>| ads::ad_group(tx, ad_account, ad_group)?.map(AdGroupView::from).ok_or(Refusal::NotFound);
    visit.command(ask, StatusCode::CREATED, view).await
}

async fn applied_codes(visit: Visit) -> Answer {
    let (org, user, id): (_, _, AdAccountId) = (visit.org()?, visit.user()?, named(&visit, "ad_account")?);
    let (size, after) = (size(&visit)?, paging::after(&visit)?);
    let read = move |tx: &mut Tx<'_>| {
        seen_ad_account(tx, org, user, id)?;
        let mut found = posts::applied(tx, id, None, after, size + 1)?;
        let next = cut(&mut found, size, |(code, used)| (used.since, code.authorised.authorisation.to_string()));
        let items = found.iter().map(|(code, used)| view::applied(tx, code, used)).collect::<Result<_, _>>()?;
        Ok(AppliedPage { items, next })
    };
    let page = visit.read(read).await?;
    visit.answer(StatusCode::OK, &page)
}

async fn apply(visit: Visit) -> Answer {
    let (centre, by) = (visit.org()?, visit.user()?);
    let ApplyBody { ad_account, code: typed } = visit.json()?;
    let digest = code::digest(&code::read("code", &typed)?);
    let store = visit.app().store().clone();
    let tries = applying::counted(&store, by, &web::client(visit.address())).await?;
    let of = digest.clone();
    let view = move |tx: &mut Tx<'_>| {
        let found = posts::by_digest(tx, &of)?.ok_or(Refusal::NotFound)?;
        let uses = posts::uses(tx, found.authorised.authorisation)?;
        let used = uses.iter().find(|used| used.ad_account == ad_account).ok_or(Refusal::NotFound)?;
        view::applied(tx, &found, used)
    };
    let ask = ApplyPostCode { centre, by, ad_account, digest: digest.clone() };
    let answer = visit.command(ask, StatusCode::CREATED, view).await;
    applying::judged(&store, tries, digest).await?;
    answer
}

async fn forget(visit: Visit) -> Answer {
    let (centre, by) = (visit.org()?, visit.user()?);
    let (ad_account, authorisation) = (visit.param("ad_account")?, visit.param("authorisation")?);
    let ask = ForgetPostCode { centre, by, ad_account, authorisation };
    visit.command(ask, StatusCode::OK, move |_| Ok(Forgotten { ad_account, authorisation })).await
}

fn chooser(visit: &Visit) -> Result<Chooser, Refusal> {
    Ok(Chooser { centre: visit.org()?, by: visit.user()?, ad_account: named(visit, "ad_account")? })
}

async fn usable_accounts(visit: Visit) -> Answer {
    let (who, said) = (chooser(&visit)?, visit.clone());
    let read = move |tx: &mut Tx<'_>| {
        seen_ad_account(tx, who.centre, who.by, who.ad_account)?;
        picker::accounts(tx, &said, who)
    };
    let items = visit.read(read).await?;
    visit.answer(StatusCode::OK, &UsableAccounts { items })
}

async fn usable_items(visit: Visit) -> Answer {
    let (who, account, said) = (chooser(&visit)?, named(&visit, "account")?, visit.clone());
    let scope = match visit.query("kind") {
        None | Some("post") => Scope::Posts,
        Some("live") => Scope::Live,
        Some(_) => return Err(Refusal::malformed("kind", "centers.create_spark_ad.bad_item")),
    };
    let query = visit.query("q").unwrap_or_default().to_owned();
    let read = move |tx: &mut Tx<'_>| {
        seen_ad_account(tx, who.centre, who.by, who.ad_account)?;
        picker::items(tx, &said, who, account, scope, &query)
    };
    let items = visit.read(read).await?;
    visit.answer(StatusCode::OK, &UsableItems { items })
}

async fn list(visit: Visit) -> Answer {
    let (org, user, id) = (visit.org()?, visit.user()?, named(&visit, "ad_account")?);
    let (size, after, said) = (size(&visit)?, after(&visit)?, visit.clone());
    let filter = Filter { ad_group: maybe(&visit, "ad_group")?, account: maybe(&visit, "account")?, item: None, state: state(&visit)? };
    let read = move |tx: &mut Tx<'_>| {
        seen_ad_account(tx, org, user, id)?;
        let mut found = ads::ads(tx, id, &filter, after, size + 1)?;
        let next = cut(&mut found, size, place);
        let items = found.iter().map(|ad| view::ad(tx, &said, ad)).collect::<Result<_, _>>()?;
        Ok(AdPage { items, next })
    };
    let page = visit.read(read).await?;
    visit.answer(StatusCode::OK, &page)
}

/// Where an ad stands in a list.
pub(super) fn place(ad: &Ad) -> (kernel::Instant, String) {
    (ad.made_at, ad.advert.ad.to_string())
}

fn ask(visit: &Visit, ad: AdId, body: AdBody) -> Result<CreateSparkAd, Refusal> {
    let AdBody { ad_account, ad_group, name, account, post, live, road: by_road, authorisation } = body;
    let item = match (post, live) {
        (Some(post), None) => Item::Post(post),
        (None, Some(live)) => Item::Live(live),
        _ => return Err(Refusal::malformed("post", "centers.create_spark_ad.bad_item")),
    };
    let (centre, by, name) = (visit.org()?, visit.user()?, typed::name("name", &name)?);
    Ok(CreateSparkAd { ad, centre, by, ad_account, ad_group, name, account, item, road: road(by_road.as_deref(), authorisation)? })
}

fn ad_view(tx: &mut Tx<'_>, visit: &Visit, id: AdId) -> Result<AdView, Refusal> {
    let ad = ads::ad_by_id(tx, id)?.ok_or(Refusal::NotFound)?;
    view::ad(tx, visit, &ad)
}

async fn create(visit: Visit) -> Answer {
    let (id, body, said) = (store::fresh(), visit.json()?, visit.clone());
    let ask = ask(&visit, id, body)?;
    visit.command(ask, StatusCode::CREATED, move |tx| ad_view(tx, &said, id)).await
}

async fn precheck(visit: Visit) -> Answer {
    let ask = ask(&visit, store::fresh(), visit.json()?)?;
    let checks = visit.precheck(ask).await?;
    let possible = checks.iter().all(|check| check.denial.is_none());
    let checks = checks.iter().map(|check| visit.check(CreateSparkAd::NAME, check)).collect();
    visit.answer(StatusCode::OK, &SparkPrecheck { possible, checks })
}

/// An ad that the reader sees, and every condition as it holds now.
pub(super) fn detail(tx: &mut Tx<'_>, visit: &Visit, id: AdId) -> Result<(Ad, AdView, Vec<Json>), Refusal> {
    let ad = ads::ad_by_id(tx, id)?.ok_or(Refusal::NotFound)?;
    seen_ad_account(tx, visit.org()?, visit.user()?, ad.advert.ad_account)?;
    let facts = spark::io::load(tx, &About::made(&ad))?;
    let conditions = spark::answers(&facts).iter().map(|check| visit.check(CreateSparkAd::NAME, check)).collect();
    let view = view::ad(tx, visit, &ad)?;
    Ok((ad, view, conditions))
}

async fn one(visit: Visit) -> Answer {
    let (id, said) = (visit.param("ad")?, visit.clone());
    let (_, ad, conditions) = visit.read(move |tx| detail(tx, &said, id)).await?;
    visit.answer(StatusCode::OK, &AdDetail { ad, conditions })
}

async fn pause(visit: Visit) -> Answer {
    let (centre, by, ad, said) = (visit.org()?, visit.user()?, visit.param("ad")?, visit.clone());
    visit.command(PauseAd { centre, by, ad }, StatusCode::OK, move |tx| ad_view(tx, &said, ad)).await
}

async fn resume(visit: Visit) -> Answer {
    let (centre, by, ad, said) = (visit.org()?, visit.user()?, visit.param("ad")?, visit.clone());
    let ResumeBody { road: by_road, authorisation } = visit.json()?;
    let ask = ResumeAd { centre, by, ad, road: road(by_road.as_deref(), authorisation)? };
    visit.command(ask, StatusCode::OK, move |tx| ad_view(tx, &said, ad)).await
}

async fn delete(visit: Visit) -> Answer {
    let (centre, by, ad, said) = (visit.org()?, visit.user()?, visit.param("ad")?, visit.clone());
    visit.command(DeleteAd { centre, by, ad }, StatusCode::OK, move |tx| ad_view(tx, &said, ad)).await
}

/// How many posts a creator's list shows.
const POSTS: i64 = 50;

/// An account's newest posts that fit the query, with their switches.
pub(super) fn posts_with_switches(tx: &mut Tx<'_>, owner: OrgId, account: AccountId, query: &str) -> Result<Vec<OwnPost>, Refusal> {
    accounts::index::own_account(tx, owner, account)?.ok_or(Refusal::NotFound)?;
    let found = if query.is_empty() {
        accounts::index::posts(tx, account, kernel::Instant(i64::MAX), POSTS)?
    } else {
        accounts::index::find_posts(tx, account, query, POSTS)?
    };
    let on = posts::switched_on(tx, account)?;
    found.into_iter().map(|post| own_post(tx, owner, account, post, |id| on.contains_key(id))).collect()
}

/// One post with its switch.
pub(super) fn post_with_switch(tx: &mut Tx<'_>, owner: OrgId, account: AccountId, id: &str) -> Result<OwnPost, Refusal> {
    accounts::index::own_account(tx, owner, account)?.ok_or(Refusal::NotFound)?;
    let post = accounts::index::post_of(tx, account, id)?.ok_or(Refusal::NotFound)?;
    let is_on = posts::is_on(tx, account, id)?;
    own_post(tx, owner, account, post, |_| is_on)
}

fn own_post(
    tx: &mut Tx<'_>,
    owner: OrgId,
    account: AccountId,
    post: accounts::Post,
    is_on: impl Fn(&str) -> bool,
) -> Result<OwnPost, Refusal> {
    let now = tx.now;
    let codes = posts::authorisations(tx, owner, Some((account, Some(&post.id))), None, 1_000)?;
    let codes = codes.iter().filter(|code| code.in_force(now)).count();
    let running = Filter { account: Some(account), item: Some(post.id.clone()), state: Some(AdState::Running), ..Filter::default() };
    Ok(OwnPost {
        is_on: is_on(&post.id),
        codes,
        running_ads: ads::count_ads_of_owner(tx, owner, &running)?,
        id: post.id,
        title: post.title,
        at: post.at,
        plays: post.plays,
        visibility: post.visibility.code(),
    })
}

async fn own_posts(visit: Visit) -> Answer {
    let (owner, account) = (visit.org()?, visit.param("account")?);
    let query = visit.query("q").unwrap_or_default().to_owned();
    let items = visit.read(move |tx| posts_with_switches(tx, owner, account, &query)).await?;
    visit.answer(StatusCode::OK, &OwnPosts { items })
}

async fn switch(visit: Visit) -> Answer {
    let (owner, account, post): (_, _, String) = (visit.org()?, visit.param("account")?, visit.param("post")?);
    let SwitchBody { on } = visit.json()?;
    let (ask, id) = (SwitchPost { owner, account, post: post.clone(), on }, post);
    visit.command(ask, StatusCode::OK, move |tx| post_with_switch(tx, owner, account, &id)).await
}

async fn own_codes(visit: Visit) -> Answer {
    let (owner, size, after) = (visit.org()?, size(&visit)?, paging::after(&visit)?);
    let (account, post) = (maybe(&visit, "account")?, visit.query("post").map(str::to_owned));
    if account.is_none() && post.is_some() {
        return Err(Refusal::malformed("account", "centers.ads.account_missing"));
    }
    let read = move |tx: &mut Tx<'_>| {
        let of = account.map(|account| (account, post.as_deref()));
        let mut found = posts::authorisations(tx, owner, of, after, size + 1)?;
        let next = cut(&mut found, size, |code| (code.made_at, code.authorised.authorisation.to_string()));
        let items = found.iter().map(|code| view::code(tx, code)).collect::<Result<_, _>>()?;
        Ok(PostCodePage { items, next })
    };
    let page = visit.read(read).await?;
    visit.answer(StatusCode::OK, &page)
}

fn code_view(tx: &mut Tx<'_>, owner: OrgId, id: AuthorisationId) -> Result<PostCodeView, Refusal> {
    let found = posts::authorisation(tx, owner, id)?.ok_or(Refusal::NotFound)?;
    view::code(tx, &found)
}

async fn authorise(visit: Visit) -> Answer {
    let (owner, authorisation, code) = (visit.org()?, store::fresh(), code::fresh());
    let CodeBody { account, post, days } = visit.json()?;
    let ask = AuthorisePost { authorisation, owner, account, post, days, digest: code::digest(&code) };
    let view = move |tx: &mut Tx<'_>| Ok(NewCode { code: code.clone(), authorisation: code_view(tx, owner, authorisation)? });
    visit.command(ask, StatusCode::CREATED, view).await
}

async fn extend(visit: Visit) -> Answer {
    let (owner, authorisation) = (visit.org()?, visit.param("authorisation")?);
    let DaysBody { days } = visit.json()?;
    let ask = ExtendAuthorisation { owner, authorisation, days };
    visit.command(ask, StatusCode::OK, move |tx| code_view(tx, owner, authorisation)).await
}

async fn delete_code(visit: Visit) -> Answer {
    let (owner, authorisation) = (visit.org()?, visit.param("authorisation")?);
    visit.command(DeleteAuthorisation { owner, authorisation }, StatusCode::OK, move |tx| code_view(tx, owner, authorisation)).await
}

async fn shown(visit: Visit) -> Answer {
    let (owner, size, after, said) = (visit.org()?, size(&visit)?, after(&visit)?, visit.clone());
    let filter = Filter { account: maybe(&visit, "account")?, state: state(&visit)?, ..Filter::default() };
    let read = move |tx: &mut Tx<'_>| {
        let mut found = ads::ads_of_owner(tx, owner, &filter, after, size + 1)?;
        let next = cut(&mut found, size, place);
        let items = found.iter().map(|ad| view::shown_ad(tx, &said, ad)).collect::<Result<_, _>>()?;
        Ok(ShownPage { items, next })
    };
    let page = visit.read(read).await?;
    visit.answer(StatusCode::OK, &page)
}

async fn shown_one(visit: Visit) -> Answer {
    let (owner, id, said) = (visit.org()?, visit.param("ad")?, visit.clone());
    let read = move |tx: &mut Tx<'_>| {
        let ad = ads::ad_of_owner(tx, owner, id)?.ok_or(Refusal::NotFound)?;
        view::shown_ad(tx, &said, &ad)
    };
    let ad = visit.read(read).await?;
    visit.answer(StatusCode::OK, &ad)
}
