//! Loads what a diagnosis looks at; its page for either side, and its endpoint.

use super::{Cause, Facts, Verdict, Who, causes, kind_of, next_step_is_free, verdict};
use crate::{
    Kind, Link, creator,
    index::{self, Found, Side, Which},
    invite, request_unlink, rules, seller,
    view::{self, AccountCard, LinkView, ShopCard},
};
use kernel::{AccountId, Actor, Instant, LinkId, May, OrgId, Problem, Refusal};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use store::{Scope, Tx};
use utoipa::ToSchema;
use web::{Answer, Method, StatusCode, Visit, context};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let (shops, creators) = (May::Members(seller::MEMBERS), May::Members(creator::MEMBERS));
    routes.page("/shop/{org}/diagnose", shops, shop_page);
    routes.page("/creator/{org}/diagnose", creators, creator_page);
    routes
        .api(Method::GET, "/api/v1/shops/{org}/diagnose", shops, shop_api)
        .says("Why an account is still binding, or why it failed")
        .queries(&[("account", "the account's id"), ("role", "official or marketing: as what it would be invited, where nothing is open")])
        .answers::<DiagnosisView>();
    routes
        .api(Method::GET, "/api/v1/creators/{org}/diagnose", creators, creator_api)
        .says("Why a link of an own account is still binding, or why it failed")
        .queries(&[("link", "the link's id")])
        .answers::<DiagnosisView>();
}

/// A diagnosis as data: what a ticket keeps.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Diagnosis {
    /// The answer in one word.
    pub verdict: Verdict,
    /// Whether the rules of the next step all agree.
    pub next_is_free: bool,
    /// As what the account is or would be linked.
    pub role: Kind,
    /// The agreement, where there is one.
    pub link: Option<LinkView>,
    /// The shop.
    pub shop: ShopCard,
    /// The account.
    pub account: AccountCard,
    /// Every cause.
    pub causes: Vec<Cause>,
}

/// The diagnosis of an account, for a shop.
pub fn for_shop(tx: &mut Tx<'_>, actor: &Actor, shop: OrgId, account: AccountId, role: Option<Kind>) -> Result<Diagnosis, Refusal> {
    let found = index::last_between(tx, shop, account)?;
    let kind = kind_of(found.as_ref().map(|found| &found.link), tx.now, role);
    diagnosis(tx, actor, false, (shop, account, kind), found)
}

/// The diagnosis of a link, for the account's owner.
pub fn for_owner(tx: &mut Tx<'_>, actor: &Actor, owner: OrgId, link: LinkId) -> Result<Diagnosis, Refusal> {
    let found = index::of_side(tx, owner, link)?.filter(|found| found.link.pair.owner == owner).ok_or(Refusal::NotFound)?;
    let pair = found.link.pair;
    diagnosis(tx, actor, true, (pair.shop, pair.account, pair.role), Some(found))
}

fn diagnosis(
    tx: &mut Tx<'_>,
    actor: &Actor,
    by_owner: bool,
    (shop, account, kind): (OrgId, AccountId, Kind),
    found: Option<Found>,
) -> Result<Diagnosis, Refusal> {
    let facts = facts(tx, actor, by_owner, (shop, account, kind), found.as_ref().map(|found| found.link.clone()))?;
    let shared = &facts.shared;
    let shop = ShopCard { id: shop, name: shared.shop.name.clone(), region: shared.shop.region };
    let link = found.map(|found| view::view(tx, &found)).transpose()?;
    let (verdict, next_is_free, causes) = (verdict(&facts), next_step_is_free(&facts), causes(&facts));
    Ok(Diagnosis { verdict, next_is_free, role: kind, link, shop, account: card(shared.account.clone()), causes })
}

fn facts(
    tx: &mut Tx<'_>,
    actor: &Actor,
    by_owner: bool,
    (shop, account, kind): (OrgId, AccountId, Kind),
    link: Option<Link>,
) -> Result<Facts, Refusal> {
    let shared = rules::io::load(tx, shop, account, kind, actor)?;
    let scope = Scope { region: shared.shop.region, merchant: shared.shop.merchant.code() };
    let moving = Scope { region: shared.account.region, ..Scope::PLATFORM };
    Ok(Facts {
        by_owner,
        link,
        open_until: index::unanswered(tx, shop, account)?.map(|link| link.consent.closes_at).filter(|until| tx.now < *until),
        invite: tx.policy::<invite::Policy>(scope)?,
        request_unlink: tx.policy::<request_unlink::Policy>(scope)?,
        fixed_regions: tx.policy::<accounts::move_region::Policy>(moving)?.fixed.clone(),
        shared,
    })
}

fn card(account: accounts::Account) -> AccountCard {
    let accounts::Account { id, handle, nickname, region, followers, .. } = account;
    AccountCard { id, handle, nickname, region, followers }
}

/// A diagnosis in the reader's words.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct DiagnosisView {
    /// The answer in one word.
    pub verdict: Verdict,
    /// The answer in a sentence.
    pub answer: String,
    /// Whether the rules of the next step all agree.
    pub next_is_free: bool,
    /// As what the account is or would be linked.
    pub role: Kind,
    /// The agreement, where there is one.
    pub link: Option<LinkView>,
    /// The shop.
    pub shop: ShopCard,
    /// The account.
    pub account: AccountCard,
    /// Every cause.
    pub causes: Vec<CauseView>,
}

/// A cause in the reader's words.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CauseView {
    /// Stable: `network_differs`.
    pub code: &'static str,
    /// What it is.
    pub text: String,
    /// What helps.
    pub remedy: String,
    /// Who must act.
    pub who: Who,
    /// Until when that can be done, or when it passes by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// Whether only support can help.
    pub support_only: bool,
    /// Whether it only may be the cause, because it cannot be seen from here.
    pub possible: bool,
    /// The facts that the text names, with the source of a rule's value.
    #[schema(value_type = Object)]
    pub facts: Map<String, Json>,
}

fn said(visit: &Visit, diagnosis: Diagnosis) -> DiagnosisView {
    let Diagnosis { verdict, next_is_free, role, link, shop, account, causes } = diagnosis;
    let key = match verdict {
        Verdict::Linked => "linked_now",
        Verdict::Ended => "ended_now",
        other => other.code(),
    };
    let answer = visit.say(&format!("linking.diagnose.{key}"), &Map::new());
    let causes = causes.into_iter().map(|cause| said_cause(visit, cause)).collect();
    DiagnosisView { verdict, answer, next_is_free, role, link, shop, account, causes }
}

fn said_cause(visit: &Visit, cause: Cause) -> CauseView {
    let Cause { code, who, until, support_only, possible, facts } = cause;
    let key = format!("linking.diagnose.{code}");
    let (text, remedy) = (visit.say(&key, &facts), visit.say(&format!("{key}_fix"), &facts));
    CauseView { code, text, remedy, who, until, support_only, possible, facts }
}

/// An id in the query. One that is not an id is said to be none, rather than looked up in vain.
fn asked<T: std::str::FromStr>(visit: &Visit, name: &'static str) -> Result<Option<T>, Refusal> {
    let Some(text) = visit.query(name) else { return Ok(None) };
    let bad = || Problem::new(name, format!("linking.diagnose.bad_{name}")).with("given", text);
    text.parse().map(Some).map_err(|_| bad().into())
}

fn needed<T>(asked: Option<T>, name: &'static str) -> Result<T, Refusal> {
    asked.ok_or_else(|| Refusal::malformed(name, &format!("linking.diagnose.bad_{name}")))
}

async fn of_account(visit: &Visit, account: AccountId, role: Option<Kind>) -> Result<DiagnosisView, Refusal> {
    let (shop, actor) = (visit.org()?, visit.actor().clone());
    let diagnosis = visit.read(move |tx| for_shop(tx, &actor, shop, account, role)).await?;
    Ok(said(visit, diagnosis))
}

async fn of_link(visit: &Visit, link: LinkId) -> Result<DiagnosisView, Refusal> {
    let (owner, actor) = (visit.org()?, visit.actor().clone());
    let diagnosis = visit.read(move |tx| for_owner(tx, &actor, owner, link)).await?;
    Ok(said(visit, diagnosis))
}

/// `GET /api/v1/shops/{org}/diagnose?account=&role=`
async fn shop_api(visit: Visit) -> Answer {
    let account = needed(asked(&visit, "account")?, "account")?;
    let view = of_account(&visit, account, asked(&visit, "role")?).await?;
    visit.answer(StatusCode::OK, &view)
}

/// `GET /api/v1/creators/{org}/diagnose?link=`
async fn creator_api(visit: Visit) -> Answer {
    let link = needed(asked(&visit, "link")?, "link")?;
    let view = of_link(&visit, link).await?;
    visit.answer(StatusCode::OK, &view)
}

/// How many accounts or links a page offers to choose from.
const OFFERED: i64 = 20;

/// `GET /shop/{org}/diagnose?q=&account=&role=`
async fn shop_page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let (account, role) = (asked::<AccountId>(&visit, "account")?, asked::<Kind>(&visit, "role")?);
    let query = visit.query("q").unwrap_or_default().to_owned();
    let diagnosis = match account {
        Some(account) => Some(of_account(&visit, account, role).await?),
        None => None,
    };
    let (wanted, is_chosen) = (query.clone(), account.is_some());
    let (hits, recent) = visit.read(move |tx| choices(tx, Side::Shop, org, &wanted, is_chosen)).await?;
    let base = format!("/shop/{org}");
    let facts = context! { title => "linking.diagnose.title", org, base, is_shop => true, query, hits, recent, diagnosis };
    visit.page("linking/diagnose.html", facts).await
}

/// `GET /creator/{org}/diagnose?link=`
async fn creator_page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let link = asked::<LinkId>(&visit, "link")?;
    let diagnosis = match link {
        Some(link) => Some(of_link(&visit, link).await?),
        None => None,
    };
    let is_chosen = link.is_some();
    let (hits, recent) = visit.read(move |tx| choices(tx, Side::Owner, org, "", is_chosen)).await?;
    let base = format!("/creator/{org}");
    let facts = context! { title => "linking.diagnose.title", org, base, is_shop => false, query => "", hits, recent, diagnosis };
    visit.page("linking/diagnose.html", facts).await
}

/// What there is to choose from: the accounts that a search finds, or the links that changed last.
fn choices(tx: &mut Tx<'_>, side: Side, org: OrgId, query: &str, is_chosen: bool) -> Result<(Vec<AccountCard>, Vec<LinkView>), Refusal> {
    if !query.is_empty() {
        let found = accounts::index::search(tx, query, None, OFFERED, None)?;
        return Ok((found.accounts.into_iter().map(card).collect(), Vec::new()));
    }
    if is_chosen {
        return Ok((Vec::new(), Vec::new()));
    }
    let found = index::list(tx, side, org, Which::All, None, OFFERED)?;
    Ok((Vec::new(), found.iter().map(|found| view::view(tx, found)).collect::<Result<_, _>>()?))
}
