//! A centre's pages: ads as a tree of campaigns and ad groups, making one from what may be used, one ad with its conditions.

use super::{
    MEMBERS, PAGE, after,
    api::{self, detail},
    cut,
    picker::{self, Chooser},
    sealed, view,
};
use crate::{
    Event, Item, Reader, Road, Scope,
    apply_post_code::{ApplyPostCode, io as applying},
    assets::typed,
    authorise_post::code,
    create_ad_group::CreateAdGroup,
    create_campaign::{CreateCampaign, Objective},
    create_spark_ad::CreateSparkAd,
    delete_ad::DeleteAd,
    forget_post_code::ForgetPostCode,
    index::{
        ad_accounts::{self, Reached},
        ads::{self, Ad, AdState, Filter},
        posts,
    },
    pause_ad::PauseAd,
    resume_ad::ResumeAd,
};
use kernel::{AccountId, AdAccountId, AdGroupId, AdId, Capability, Check, Instant, May, OrgId, Problem, Refusal, UserId};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use store::{Ask, Tx};
use web::{Answer, Form, Visit, context};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let members = May::Members(MEMBERS);
    routes.page("/centre/{org}/ads", members, list);
    routes.form("/centre/{org}/ads/campaigns", CreateCampaign::MAY, create_campaign);
    routes.form("/centre/{org}/ads/groups", CreateAdGroup::MAY, create_ad_group);
    routes.page("/centre/{org}/ads/codes", members, codes);
    routes.form("/centre/{org}/ads/codes", ApplyPostCode::MAY, apply);
    routes.page("/centre/{org}/ads/codes/forget", members, codes);
    routes.form("/centre/{org}/ads/codes/forget", ForgetPostCode::MAY, forget);
    routes.page("/centre/{org}/ads/new", CreateSparkAd::MAY, new);
    routes.form("/centre/{org}/ads/new", CreateSparkAd::MAY, create);
    routes.page("/centre/{org}/ads/{ad}", members, one);
    routes.form("/centre/{org}/ads/{ad}/pause", PauseAd::MAY, pause);
    routes.form("/centre/{org}/ads/{ad}/resume", ResumeAd::MAY, resume);
    routes.form("/centre/{org}/ads/{ad}/delete", DeleteAd::MAY, delete);
}

/// How many ad accounts a choice shows.
const AD_ACCOUNTS: i64 = 200;

/// The ad accounts that the reader sees, and the one that was asked for; else the first in which the reader runs ads, sooner one with
/// campaigns than one without; else the first.
fn chosen(tx: &mut Tx<'_>, centre: OrgId, user: UserId, asked: Option<AdAccountId>) -> Result<(Vec<Reached>, Option<Reached>), Refusal> {
    let reader = Reader::of(tx, centre, user)?;
    let all = ad_accounts::list(tx, centre, reader, &ad_accounts::Filter { limit: AD_ACCOUNTS, ..ad_accounts::Filter::default() })?;
    let one = match asked {
        Some(id) => Some(ad_accounts::of_centre(tx, centre, reader, id)?),
        None => first(tx, centre, user, &all)?.cloned(),
    };
    Ok((all, one))
}

fn first<'a>(tx: &mut Tx<'_>, centre: OrgId, user: UserId, all: &'a [Reached]) -> Result<Option<&'a Reached>, Refusal> {
    let begun = ads::with_campaigns(tx, &all.iter().map(|reached| reached.ad_account.id).collect::<Vec<_>>())?;
    let (sooner, later): (Vec<_>, Vec<_>) = all.iter().partition(|reached| begun.contains(&reached.ad_account.id));
    for reached in sooner.into_iter().chain(later) {
        if ad_accounts::role_in(tx, reached.ad_account.id, centre, user)?.is_some_and(crate::AdRole::runs_ads) {
            return Ok(Some(reached));
        }
    }
    Ok(all.first())
}

fn options(all: &[Reached]) -> Vec<Json> {
    all.iter().map(|it| json!({"value": it.ad_account.id, "label": it.ad_account.name})).collect()
}

fn asked<T: std::str::FromStr>(form: &Form, name: &str) -> Result<Option<T>, Refusal> {
    form.parsed_opt(name, "centers.ads.bad_id")
}

/// An ad group with its ads, as the tree shows it.
#[derive(Serialize)]
struct Branch {
    group: view::AdGroupView,
    ads: Vec<view::AdView>,
    total: i64,
}

/// How many ad groups of a campaign, and ads of an ad group, the tree shows before it leads to a list of their own.
const BRANCHES: i64 = 20;
const LEAVES: i64 = 10;

fn branches(
    tx: &mut Tx<'_>,
    visit: &Visit,
    ad_account: AdAccountId,
    campaign: kernel::CampaignId,
    state: Option<AdState>,
) -> Result<Vec<Branch>, Refusal> {
    let mut branches = Vec::new();
    for group in ads::ad_groups(tx, campaign, None, BRANCHES)? {
        let filter = Filter { ad_group: Some(group.id), state, ..Filter::default() };
        let found = ads::ads(tx, ad_account, &filter, None, LEAVES)?;
        let total = ads::count_ads(tx, ad_account, &filter)?;
        let ads = found.iter().map(|ad| view::ad(tx, visit, ad)).collect::<Result<_, _>>()?;
        branches.push(Branch { group: group.into(), ads, total });
    }
    Ok(branches)
}

/// What the list of ads shows.
struct Listed {
    all: Vec<Reached>,
    one: Option<Reached>,
    /// Campaigns with their branches, unless one ad group is asked for.
    tree: Vec<(view::CampaignView, Vec<Branch>)>,
    /// The ads of the ad group that is asked for.
    flat: Option<(view::AdGroupView, Vec<view::AdView>)>,
    next: Option<String>,
    counts: Vec<(Option<AdState>, i64)>,
    may_run: bool,
}

/// `GET /centre/{org}/ads?ad_account=&ad_group=&state=&after=`
async fn list(visit: Visit) -> Answer {
    show_list(visit, None).await
}

async fn show_list(visit: Visit, refusal: Option<Refusal>) -> Answer {
    let (org, user, said, after, state) = (visit.org()?, visit.user()?, visit.clone(), after(&visit)?, api::state(&visit)?);
    // A form that came back says by itself in which ad account it stood.
    let from = if refusal.is_some() { visit.form() } else { visit.queries() };
    let (wanted, group): (Option<AdAccountId>, Option<AdGroupId>) = (asked(from, "ad_account")?, asked(visit.queries(), "ad_group")?);
    let listed = visit.read(move |tx| load(tx, &said, org, user, (wanted, group, state, after))).await?;
    let base = format!("/centre/{org}");
    let here = listed.one.as_ref().map(|one| one.ad_account.id);
    let address = |state: Option<AdState>| {
        let account = here.map_or_else(String::new, |id| format!("ad_account={id}"));
        let group = group.map_or_else(String::new, |id| format!("&ad_group={id}"));
        let state = state.map_or_else(String::new, |state| format!("&state={}", state.code()));
        format!("{base}/ads?{account}{group}{state}")
    };
    let tabs: Vec<Json> = listed
        .counts
        .iter()
        .map(|(which, count)| {
            let label = visit.say(&format!("centers.ads.which.{}", which.map_or("all", AdState::code)), &Map::new());
            json!({"label": label, "href": address(*which), "active": *which == state, "count": count})
        })
        .collect();
    let next = listed.next.as_ref().map(|next| format!("{}&after={next}", address(state)));
    let objectives: Vec<Json> = Objective::ALL
        .iter()
        .map(|it| {
            let label = visit.say(&format!("centers.create_campaign.objectives.{}", it.code()), &Map::new());
            json!({"value": it.code(), "label": label})
        })
        .collect();
    let ad_account = listed.one.as_ref().map(|one| json!({"id": one.ad_account.id, "name": one.ad_account.name}));
    let tree: Vec<Json> = listed.tree.into_iter().map(|(campaign, branches)| json!({"campaign": campaign, "branches": branches})).collect();
    let flat = listed.flat.map(|(group, ads)| json!({"group": group, "ads": ads}));
    let (options, may_run) = (options(&listed.all), listed.may_run);
    let facts = context! { title => "centers.ads.title", base, ad_account, options, tabs, tree, flat, next, objectives, may_run };
    match refusal {
        None => visit.page("centers/ads.html", facts).await,
        Some(refusal) => visit.page_again("centers/ads.html", facts, refusal).await,
    }
}

type Wanted = (Option<AdAccountId>, Option<AdGroupId>, Option<AdState>, Option<(Instant, String)>);

fn load(tx: &mut Tx<'_>, visit: &Visit, org: OrgId, user: UserId, (wanted, group, state, after): Wanted) -> Result<Listed, Refusal> {
    let (all, one) = chosen(tx, org, user, wanted)?;
    let nothing = Listed { all, one, tree: Vec::new(), flat: None, next: None, counts: Vec::new(), may_run: false };
    let Some(ad_account) = nothing.one.as_ref().map(|one| one.ad_account.id) else { return Ok(nothing) };
    let may_run = ad_accounts::role_in(tx, ad_account, org, user)?.is_some_and(crate::AdRole::runs_ads);
    let of = |state| Filter { ad_group: group, state, ..Filter::default() };
    let mut counts = Vec::new();
    for which in [None, Some(AdState::Running), Some(AdState::Paused), Some(AdState::Deleted)] {
        counts.push((which, ads::count_ads(tx, ad_account, &of(which))?));
    }
    if let Some(group) = group {
        let group = ads::ad_group(tx, ad_account, group)?.ok_or(Refusal::NotFound)?;
        let mut found = ads::ads(tx, ad_account, &of(state), after, PAGE + 1)?;
        let next = cut(&mut found, PAGE, api::place);
        let shown = found.iter().map(|ad| view::ad(tx, visit, ad)).collect::<Result<_, _>>()?;
        return Ok(Listed { flat: Some((group.into(), shown)), next, counts, may_run, ..nothing });
    }
    let mut campaigns = ads::campaigns(tx, ad_account, after, PAGE + 1)?;
    let next = cut(&mut campaigns, PAGE, |it| (it.made_at, it.id.to_string()));
    let mut tree = Vec::new();
    for campaign in campaigns {
        let branches = branches(tx, visit, ad_account, campaign.id, state)?;
        tree.push((campaign.into(), branches));
    }
    Ok(Listed { tree, next, counts, may_run, ..nothing })
}

fn missing(name: &str) -> Refusal {
    Refusal::malformed(name, "centers.ads.missing")
}

/// `POST /centre/{org}/ads/campaigns`
async fn create_campaign(visit: Visit) -> Answer {
    let done = async {
        let (centre, by, form) = (visit.org()?, visit.user()?, visit.form());
        let ad_account = asked(form, "ad_account")?.ok_or_else(|| missing("ad_account"))?;
        let name = typed::name("name", form.text("name"))?;
        let given = form.text("objective");
        let unknown = || Problem::new("objective", "centers.create_campaign.bad_objective").with("given", given);
        let objective = Objective::from_code(given).ok_or_else(unknown)?;
        visit.perform(CreateCampaign { campaign: store::fresh(), centre, by, ad_account, name, objective }).await?;
        Ok::<_, Refusal>(format!("/centre/{centre}/ads?ad_account={ad_account}"))
    };
    match done.await {
        Ok(back) => visit.redirect(&back, "centers.create_campaign.done"),
        Err(refusal) => show_list(visit, Some(refusal)).await,
    }
}

/// `POST /centre/{org}/ads/groups`
async fn create_ad_group(visit: Visit) -> Answer {
    let done = async {
        let (centre, by, form) = (visit.org()?, visit.user()?, visit.form());
        let ad_account = asked(form, "ad_account")?.ok_or_else(|| missing("ad_account"))?;
        let campaign = asked(form, "campaign")?.ok_or_else(|| missing("campaign"))?;
        let name = typed::name("group_name", form.text("group_name"))?;
        visit.perform(CreateAdGroup { ad_group: store::fresh(), centre, by, ad_account, campaign, name }).await?;
        Ok::<_, Refusal>(format!("/centre/{centre}/ads?ad_account={ad_account}"))
    };
    match done.await {
        Ok(back) => visit.redirect(&back, "centers.create_ad_group.done"),
        Err(refusal) => show_list(visit, Some(refusal)).await,
    }
}

/// `GET /centre/{org}/ads/codes?ad_account=&after=`: the codes that were applied, and a form for one more.
async fn codes(visit: Visit) -> Answer {
    show_codes(visit, None).await
}

async fn show_codes(visit: Visit, refusal: Option<Refusal>) -> Answer {
    let (org, user, after) = (visit.org()?, visit.user()?, crate::granting::paging::after(&visit)?);
    let from = if refusal.is_some() { visit.form() } else { visit.queries() };
    let wanted = asked(from, "ad_account")?;
    let (all, one, items, next) = visit
        .read(move |tx| {
            let (all, one) = chosen(tx, org, user, wanted)?;
            let Some(id) = one.as_ref().map(|one| one.ad_account.id) else { return Ok((all, one, Vec::new(), None)) };
            let mut found = posts::applied(tx, id, None, after, PAGE + 1)?;
            let next = cut(&mut found, PAGE, |(code, used)| (used.since, code.authorised.authorisation.to_string()));
            let items = found.iter().map(|(code, used)| view::applied(tx, code, used)).collect::<Result<Vec<_>, Refusal>>()?;
            Ok((all, one, items, next))
        })
        .await?;
    let base = format!("/centre/{org}");
    let ad_account = one.map(|one| json!({"id": one.ad_account.id, "name": one.ad_account.name}));
    let next = next.map(|next| {
        format!("{base}/ads/codes?ad_account={}&after={next}", ad_account.as_ref().map_or("", |it| it["id"].as_str().unwrap_or_default()))
    });
    let facts = context! { title => "centers.ads.codes", base, ad_account, options => options(&all), items, next };
    match refusal {
        None => visit.page("centers/ad_codes.html", facts).await,
        Some(refusal) => visit.page_again("centers/ad_codes.html", facts, refusal).await,
    }
}

/// `POST /centre/{org}/ads/codes`
async fn apply(visit: Visit) -> Answer {
    let done = async {
        let (centre, by) = (visit.org()?, visit.user()?);
        let ad_account = asked(visit.form(), "ad_account")?.ok_or_else(|| missing("ad_account"))?;
        let digest = code::digest(&code::read("code", visit.form().text("code"))?);
        let ask = ApplyPostCode { centre, by, ad_account, digest };
        applying::try_code(visit.app().store(), visit.actor(), &web::client(visit.address()), ask).await?;
        Ok::<_, Refusal>(format!("/centre/{centre}/ads/codes?ad_account={ad_account}"))
    };
    match done.await {
        Ok(back) => visit.redirect(&back, "centers.apply_post_code.done"),
        Err(refusal) => show_codes(visit, Some(refusal)).await,
    }
}

/// `POST /centre/{org}/ads/codes/forget`
async fn forget(visit: Visit) -> Answer {
    let done = async {
        let (centre, by) = (visit.org()?, visit.user()?);
        let ad_account = asked(visit.form(), "ad_account")?.ok_or_else(|| missing("ad_account"))?;
        let authorisation = asked(visit.form(), "authorisation")?.ok_or_else(|| missing("authorisation"))?;
        visit.perform(ForgetPostCode { centre, by, ad_account, authorisation }).await?;
        Ok::<_, Refusal>(format!("/centre/{centre}/ads/codes?ad_account={ad_account}"))
    };
    match done.await {
        Ok(back) => visit.redirect(&back, "centers.forget_post_code.done"),
        Err(refusal) => show_codes(visit, Some(refusal)).await,
    }
}

/// What making an ad has been told so far.
#[derive(Clone)]
struct Told {
    ad_account: Option<AdAccountId>,
    ad_group: Option<AdGroupId>,
    account: Option<AccountId>,
    scope: Scope,
    item: String,
    query: String,
}

fn told(form: &Form) -> Result<Told, Refusal> {
    let scope = if form.text("kind") == "live" { Scope::Live } else { Scope::Posts };
    let (item, query) = (form.text("item").to_owned(), form.text("q").to_owned());
    Ok(Told {
        ad_account: asked(form, "ad_account")?,
        ad_group: asked(form, "ad_group")?,
        account: asked(form, "account")?,
        scope,
        item,
        query,
    })
}

impl Told {
    fn item(&self) -> Item {
        if self.scope == Scope::Live { Item::Live(self.item.clone()) } else { Item::Post(self.item.clone()) }
    }
}

/// What the page of a new ad shows.
#[derive(Default)]
struct Picked {
    all: Vec<Reached>,
    ad_account: Option<AdAccountId>,
    /// Ad groups of the ad account, with their campaign's name.
    groups: Vec<Json>,
    ad_group: Option<AdGroupId>,
    accounts: Vec<picker::UsableAccount>,
    items: Vec<picker::UsableItem>,
    item: Option<view::ItemView>,
    checks: Vec<Check>,
    road: Option<&'static str>,
}

/// `GET /centre/{org}/ads/new?ad_account=&ad_group=&account=&kind=&q=&item=`: one choice after the other.
async fn new(visit: Visit) -> Answer {
    let told = told(visit.queries())?;
    show_new(visit, told, None).await
}

async fn show_new(visit: Visit, told: Told, refusal: Option<Refusal>) -> Answer {
    let (org, said, asked) = (visit.org()?, visit.clone(), told.clone());
    let picked = visit.read(move |tx| pick(tx, &said, &asked)).await?;
    let base = format!("/centre/{org}");
    let here = format!("{base}/ads/new");
    let so_far = {
        let account = picked.ad_account.map_or_else(String::new, |id| format!("ad_account={id}"));
        let group = picked.ad_group.map_or_else(String::new, |id| format!("&ad_group={id}"));
        format!("{here}?{account}{group}")
    };
    let of_account = told.account.map(|id| format!("{so_far}&account={id}"));
    let against: Vec<Json> = picked.checks.iter().filter_map(|check| check.denial.as_ref()).map(|denial| visit.denial(denial)).collect();
    let (bad, good): (Vec<_>, Vec<_>) = picked.checks.iter().partition(|check| check.denial.is_some());
    let checks: Vec<Json> = bad.into_iter().chain(good).map(|check| visit.check(CreateSparkAd::NAME, check)).collect();
    let account = told.account.and_then(|id| picked.accounts.iter().find(|it| it.account.id == id));
    let kind = if told.scope == Scope::Live { "live" } else { "post" };
    let (options, name) = (options(&picked.all), visit.form().text("name").to_owned());
    let facts = context! {
        title => "centers.create_spark_ad.title", base, here, so_far, of_account, options, kind, checks, against, account, name,
        ad_account => picked.ad_account, groups => picked.groups, ad_group => picked.ad_group, accounts => picked.accounts,
        items => picked.items, item => picked.item, query => told.query, road => picked.road,
    };
    match refusal {
        None => visit.page("centers/ad_new.html", facts).await,
        Some(refusal) => visit.page_again("centers/ad_new.html", facts, refusal).await,
    }
}

/// How many ad groups a choice shows.
const GROUPS: i64 = 100;

fn pick(tx: &mut Tx<'_>, visit: &Visit, told: &Told) -> Result<Picked, Refusal> {
    let (centre, by) = (visit.org()?, visit.user()?);
    let (all, one) = chosen(tx, centre, by, told.ad_account)?;
    let mut picked = Picked { all, ..Picked::default() };
    let Some(ad_account) = one.map(|one| one.ad_account.id) else { return Ok(picked) };
    picked.ad_account = Some(ad_account);
    for campaign in ads::campaigns(tx, ad_account, None, GROUPS)? {
        for group in ads::ad_groups(tx, campaign.id, None, GROUPS)? {
            picked.groups.push(json!({"value": group.id, "label": format!("{} · {}", campaign.name, group.name)}));
        }
    }
    picked.ad_group = match told.ad_group {
        Some(id) => Some(ads::ad_group(tx, ad_account, id)?.ok_or(Refusal::NotFound)?.id),
        None => None,
    };
    let Some(ad_group) = picked.ad_group else { return Ok(picked) };
    let who = Chooser { centre, by, ad_account };
    picked.accounts = picker::accounts(tx, visit, who)?;
    let Some(account) = told.account else { return Ok(picked) };
    if told.item.is_empty() {
        picked.items = picker::items(tx, visit, who, account, told.scope, &told.query)?;
        return Ok(picked);
    }
    let (item, ad, name) = (told.item(), store::fresh(), String::new());
    let ask = CreateSparkAd { ad, centre, by, ad_account, ad_group, name, account, item: item.clone(), road: None };
    let facts = ask.facts(tx, visit.actor())?;
    picked.road = Some(view::road(facts.road));
    picked.checks = kernel::precheck(&ask, &facts);
    picked.item = Some(view::item(tx, account, &item)?);
    Ok(picked)
}

/// `POST /centre/{org}/ads/new`
async fn create(visit: Visit) -> Answer {
    let told = told(visit.form())?;
    let (ad, asked) = (store::fresh(), told.clone());
    let done = async {
        let (centre, by) = (visit.org()?, visit.user()?);
        let ad_account = asked.ad_account.ok_or_else(|| missing("ad_account"))?;
        let ad_group = asked.ad_group.ok_or_else(|| missing("ad_group"))?;
        let account = asked.account.ok_or_else(|| missing("account"))?;
        let name = typed::name("name", visit.form().text("name"))?;
        let item = asked.item();
        visit.perform(CreateSparkAd { ad, centre, by, ad_account, ad_group, name, account, item, road: None }).await?;
        Ok::<_, Refusal>(format!("/centre/{centre}/ads/{ad}"))
    };
    match done.await {
        Ok(back) => visit.redirect(&back, "centers.create_spark_ad.done"),
        Err(refusal) => show_new(visit, told, Some(refusal)).await,
    }
}

/// `GET /centre/{org}/ads/{ad}`
async fn one(visit: Visit) -> Answer {
    show_one(visit, None).await
}

async fn show_one(visit: Visit, refusal: Option<Refusal>) -> Answer {
    let (org, id, said): (_, AdId, _) = (visit.org()?, visit.param("ad")?, visit.clone());
    let (ad, conditions, resumable, events) = visit
        .read(move |tx| {
            let (found, ad, conditions) = detail(tx, &said, id)?;
            let centre = said.org()?;
            let by = said.user()?;
            let resume = ResumeAd { centre, by, ad: id, road: None };
            let paused = found.state == AdState::Paused;
            let checks = if paused { kernel::precheck(&resume, &resume.facts(tx, said.actor())?) } else { Vec::new() };
            Ok((ad, conditions, checks, moments(tx, &said, centre, &found)?))
        })
        .await?;
    let base = format!("/centre/{org}");
    let against: Vec<Json> = resumable.iter().filter_map(|check| check.denial.as_ref()).map(|denial| visit.denial(denial)).collect();
    let seal = visit.seal("ad", &id.to_string(), ad.version);
    let crumbs = json!([
        {"label": visit.say("centers.ads.title", &Map::new()), "href": format!("{base}/ads?ad_account={}", ad.ad_account.id)},
        {"label": ad.name},
    ]);
    let (bad, good): (Vec<_>, Vec<_>) = conditions.into_iter().partition(|it| it["state"] == "fail");
    let conditions: Vec<Json> = bad.into_iter().chain(good).collect();
    let facts = context! { title => "centers.ads.ad", crumbs, base, ad, conditions, against, seal, events };
    match refusal {
        None => visit.page("centers/ad.html", facts).await,
        Some(refusal) => visit.page_again("centers/ad.html", facts, refusal).await,
    }
}

/// How many of an ad's moments a page shows.
const MOMENTS: i64 = 50;

/// What has happened to an ad: who did it is a name on one's own side, the organisation's on the other, the platform's rules otherwise.
pub(super) fn moments(tx: &mut Tx<'_>, visit: &Visit, org: OrgId, ad: &Ad) -> Result<Vec<Json>, Refusal> {
    let none = Map::new();
    let mut moments = Vec::new();
    for recorded in store::log::before(tx, Some(&ad.advert.ad.to_string()), i64::MAX, MOMENTS)? {
        let Some(event) = recorded.event::<Event>() else { continue };
        let (key, tone, icon, because) = match event? {
            Event::AdCreated { .. } => ("created", "ok", "plus", Vec::new()),
            Event::AdPaused { because, .. } if because.is_empty() => ("paused", "mute", "player-pause", because),
            Event::AdPaused { because, .. } => ("stopped", "bad", "player-pause", because),
            Event::AdResumed { .. } => ("resumed", "ok", "player-play", Vec::new()),
            Event::AdDeleted { .. } => ("deleted", "mute", "trash", Vec::new()),
            _ => continue,
        };
        let person = recorded.actor.parse::<UserId>().ok();
        let own = person.map(|user| access::index::role(tx, org, user)).transpose()?.flatten().is_some();
        let who = match person {
            // What the rules stopped was nobody's act, although somebody's act led to it.
            _ if key == "stopped" => visit.say("centers.ads.by_rules", &none),
            Some(user) if own => access::index::user(tx, user)?.map(|user| user.name).unwrap_or_default(),
            _ => access::index::org(tx, ad.advert.centre)?.map(|org| org.name).unwrap_or_default(),
        };
        let detail: Vec<String> = because.iter().map(|code| visit.say(code, &none)).collect();
        let text = visit.say(&format!("centers.ads.event.{key}"), &none);
        moments.push(json!({"at": recorded.at, "text": text, "detail": detail.join(" "), "who": who, "tone": tone, "icon": icon}));
    }
    Ok(moments)
}

async fn acted(visit: Visit, outcome: Result<(), Refusal>, said: &str) -> Answer {
    let (org, ad): (_, AdId) = (visit.org()?, visit.param("ad")?);
    match outcome {
        Ok(()) => visit.redirect(&format!("/centre/{org}/ads/{ad}"), said),
        Err(refusal) => show_one(visit, Some(refusal)).await,
    }
}

/// `POST /centre/{org}/ads/{ad}/pause`
async fn pause(visit: Visit) -> Answer {
    let (centre, by, ad) = (visit.org()?, visit.user()?, visit.param("ad")?);
    let outcome = sealed(&visit, ad, PauseAd { centre, by, ad }).await;
    acted(visit, outcome, "centers.pause_ad.done").await
}

/// `POST /centre/{org}/ads/{ad}/resume`
async fn resume(visit: Visit) -> Answer {
    let (centre, by, ad) = (visit.org()?, visit.user()?, visit.param("ad")?);
    let outcome = sealed(&visit, ad, ResumeAd { centre, by, ad, road: None::<Road> }).await;
    acted(visit, outcome, "centers.resume_ad.done").await
}

/// `POST /centre/{org}/ads/{ad}/delete`
async fn delete(visit: Visit) -> Answer {
    let (centre, by, ad) = (visit.org()?, visit.user()?, visit.param("ad")?);
    let outcome = sealed(&visit, ad, DeleteAd { centre, by, ad }).await;
    acted(visit, outcome, "centers.delete_ad.done").await
}
