//! "Why can('t) they?": one question, its answer in words, and the chain of consents as a picture. The same page serves centres,
//! creators, shops and operators; each asks about what is theirs.

use super::{
    asker::Asker,
    check::{engine, fresh},
    denial,
    journal::Journal,
    picks,
    picture::{self, Names},
    rule_key,
    shapes::{Asked, RoleCode, ScopeCode},
};
use accounts::index as creators;
use centers::{Reader, index as centres};
use decisions::{Answer, Says};
use kernel::{AccountId, OrgId, OrgKind, Problem, Refusal, Role};
use serde_json::{Map, Value as Json, json};
use store::Tx;
use web::{Answer as Reply, Visit, context};

/// Who finds the page in their menu: everyone who may ask about something.
pub const MEMBERS: &[Role] = &[
    Role::ShopOwner,
    Role::ShopManager,
    Role::ShopStaff,
    Role::CreatorOwner,
    Role::CreatorStaff,
    Role::CentreAdmin,
    Role::CentreMember,
    Role::OperatorAdmin,
    Role::OperatorSupport,
    Role::OperatorReviewer,
    Role::OperatorPolicy,
];

/// How many choices a list offers; beyond that an id or a handle is typed.
pub(super) const CHOICES: i64 = 200;

/// What the form offers and what was asked.
#[derive(Default)]
struct Shown {
    users: Vec<Json>,
    accounts: Vec<Json>,
    ad_accounts: Vec<Json>,
}

/// `GET /org/{org}/why`
pub async fn get(visit: Visit) -> Reply {
    let org = visit.org()?;
    let kinds = kinds(visit.role().ok_or(Refusal::NotFound)?.org());
    let wanted = visit.query("question").unwrap_or_default();
    let kind = kinds.iter().copied().find(|kind| *kind == wanted).or(kinds.first().copied()).unwrap_or_default();
    let (mut again, mut answered) = (None, None);
    match asked(&visit, org, kind).await {
        Ok(None) => {}
        Ok(Some(asked)) => match self::answered(&visit, asked).await {
            Ok(answer) => answered = Some(answer),
            Err(Refusal::NotFound) => again = Some(Refusal::malformed("account", "decisions.nothing_to_ask")),
            Err(refusal) => return Err(refusal),
        },
        Err(Refusal::NotFound) => again = Some(Refusal::malformed("account", "decisions.nothing_to_ask")),
        Err(refusal @ Refusal::Malformed(_)) => again = Some(refusal),
        Err(refusal) => return Err(refusal),
    }
    let typed: Map<String, Json> = visit.queries().values().into_iter().map(|(name, value)| (name.to_owned(), Json::from(value))).collect();
    let path = format!("/org/{org}/why");
    let tab = |code: &&str| json!({"label": say(&visit, &format!("decisions.kind_{code}")), "href": format!("{path}?question={code}"), "active": *code == kind});
    let questions: Vec<Json> = kinds.iter().map(tab).collect();
    let scopes: Vec<Json> = ["posts", "live", "messages"]
        .into_iter()
        .map(|code| json!({"value": code, "label": say(&visit, &format!("centers.scope.{code}"))}))
        .collect();
    let shown = if kind == "use" { offered(&visit, org).await? } else { Shown::default() };
    let picks = if kind == "use" || answered.is_some() { None } else { Some(picks::load(&visit, org, kind).await?) };
    let role = visit.role().map(Role::org);
    let facts = context! {
        title => "decisions.why_title", path, question => kind, questions, users => shown.users, accounts => shown.accounts,
        ad_accounts => shown.ad_accounts, scopes, typed, answered, picks, asks_centre => role != Some(OrgKind::Centre),
    };
    match again {
        Some(refusal) => visit.page_again("decisions/why.html", facts, refusal).await,
        None => visit.page("decisions/why.html", facts).await,
    }
}

/// What an organisation of this kind asks, the most usual first.
const fn kinds(org: OrgKind) -> &'static [&'static str] {
    match org {
        OrgKind::Centre => &["use"],
        OrgKind::Shop => &["invite", "link", "unlink", "sell"],
        OrgKind::Creator => &["unlink", "link", "sell", "use"],
        OrgKind::Operator => &["use", "invite", "link", "unlink", "sell"],
        OrgKind::Brand => &[],
    }
}

fn say(visit: &Visit, key: &str) -> String {
    visit.say(key, &Map::new())
}

/// What the organisation can ask about.
async fn offered(visit: &Visit, org: OrgId) -> Result<Shown, Refusal> {
    let kind = visit.role().ok_or(Refusal::NotFound)?.org();
    let (user, is_admin) = (visit.user()?, visit.role() == Some(Role::CentreAdmin));
    let (users, accounts, ad_accounts) = visit
        .read(move |tx| match kind {
            OrgKind::Centre => {
                let reader = Reader::of(tx, org, user)?;
                let members = access::index::members(tx, org)?;
                let members = members.into_iter().filter(|member| is_admin || member.user == user).take(CHOICES as usize);
                let people = members.map(|member| json!({"value": member.user, "label": member.name})).collect();
                let held = centres::grants::of_centre(tx, org, reader, None, CHOICES)?;
                let accounts = held.iter().map(|grant| handle(tx, grant.held.account)).collect::<Result<_, _>>()?;
                let filter = centres::ad_accounts::Filter { limit: CHOICES, ..Default::default() };
                let reached = centres::ad_accounts::list(tx, org, reader, &filter)?;
                let ads = reached.iter().map(|one| json!({"value": one.ad_account.id, "label": one.ad_account.name})).collect();
                Ok((people, accounts, ads))
            }
            OrgKind::Creator => {
                let own = creators::of_owner(tx, org)?;
                let accounts = own.iter().map(|one| json!({"value": one.id, "label": format!("@{}", one.handle)})).collect();
                Ok((Vec::new(), accounts, Vec::new()))
            }
            OrgKind::Shop | OrgKind::Brand | OrgKind::Operator => Ok((Vec::new(), Vec::new(), Vec::new())),
        })
        .await?;
    Ok(Shown { users, accounts, ad_accounts })
}

fn handle(tx: &mut Tx<'_>, id: AccountId) -> Result<Json, Refusal> {
    let label = creators::account(tx, id)?.map_or_else(|| id.to_string(), |account| format!("@{}", account.handle));
    Ok(json!({"value": id, "label": label}))
}

/// The question in the address; nothing while the form has not been sent.
async fn asked(visit: &Visit, org: OrgId, kind: &str) -> Result<Option<Asked>, Refusal> {
    let Some(account) = visit.query("account").map(str::to_owned) else { return Ok(None) };
    let bad = |field: &str| Refusal::malformed(field, "decisions.which");
    let by_handle = account.clone();
    let account: AccountId = match account.parse() {
        Ok(id) => id,
        Err(_) => visit.read(move |tx| creators::by_handle(tx, &by_handle)).await?.map(|found| found.id).ok_or_else(|| bad("account"))?,
    };
    let own = |asked: OrgKind| visit.role().filter(|role| role.org() == asked).map(|_| org);
    let org_in = |field: &str| visit.query(field).and_then(|text| text.parse::<OrgId>().ok()).ok_or_else(|| bad(field));
    let role = || match visit.query("role") {
        Some("official") => Ok(RoleCode::Official),
        Some("marketing") | None => Ok(RoleCode::Marketing),
        Some(_) => Err(bad("role")),
    };
    // A question between two sides is asked when both are named; until then the page helps to find the other one.
    let shop = match (own(OrgKind::Shop), visit.query("shop")) {
        (None, None) if kind == "invite" || kind == "link" => return Ok(None),
        (None, Some(_)) => Some(org_in("shop")?),
        (own, _) => own,
    };
    Ok(Some(match kind {
        "use" => {
            let text = visit.query("user").unwrap_or_default().to_owned();
            let user = match text.parse() {
                Ok(id) => id,
                Err(_) => {
                    visit.read(move |tx| access::index::user_by_email(tx, &text)).await?.map(|found| found.id).ok_or_else(|| bad("user"))?
                }
            };
            let scope = match visit.query("scope") {
                Some("live") => ScopeCode::Live,
                Some("messages") => ScopeCode::Messages,
                Some("posts") | None => ScopeCode::Posts,
                Some(_) => return Err(bad("scope")),
            };
            let post = visit.query("post").map(str::to_owned);
            let ad_account = visit.query("ad_account").and_then(|text| text.parse().ok()).ok_or_else(|| bad("ad_account"))?;
            let asked =
                Asked::Use { user, centre: own(OrgKind::Centre).map_or_else(|| org_in("centre"), Ok)?, account, scope, ad_account, post };
            asked.problem(0).map_err(|_| Refusal::from(Problem::new("post", "decisions.post_without_posts")))?;
            asked
        }
        "invite" => Asked::Invite { shop: shop.ok_or_else(|| bad("shop"))?, account, role: role()? },
        "link" => {
            let shop = shop.ok_or_else(|| bad("shop"))?;
            // As what, the invitation says.
            let invited = visit.read(move |tx| linking::index::last_between(tx, shop, account)).await?;
            let role = match invited.filter(|_| visit.query("role").is_none()) {
                Some(found) if found.link.pair.role == linking::Kind::Official => RoleCode::Official,
                Some(_) => RoleCode::Marketing,
                None => role()?,
            };
            Asked::Link { shop, account, role, network: None }
        }
        "unlink" => Asked::Unlink { account, network: None },
        "sell" => Asked::Sell { account },
        _ => return Ok(None),
    }))
}

async fn answered(visit: &Visit, asked: Asked) -> Result<Json, Refusal> {
    let (engine, asker) = (engine(visit)?, Asker::of(visit)?);
    fresh(visit, &engine, 0).await?;
    let about = picks::about(visit, &asked).await?;
    let names = picture::names(visit, &asked).await?;
    let index = engine.index();
    let question = asked.question(visit.origin());
    if !asker.may_ask(&index, &question) {
        return Err(Refusal::NotFound);
    }
    let noting = visit.app().extra::<Journal>().and_then(|journal| journal.open(visit, visit.now()));
    let mut answer = engine.ask(visit.app().store(), &index, &question, visit.now(), |answer| {
        if let Some(noting) = &noting {
            noting.note(&asked, question.kind(), answer);
        }
        drawn(visit, answer, &names)
    })?;
    answer["about"] = about;
    Ok(answer)
}

fn drawn(visit: &Visit, answer: &Answer<'_>, names: &Names) -> Json {
    let words = visit.app().words();
    let arrives = answer.complete_roads().next().is_some();
    let check = |finding: &decisions::Finding<'_>| {
        let mut said = match finding.says {
            Says::Yes(_) => json!({}),
            Says::No(denied) => visit.denial(&denial(&denied)),
        };
        // What is missing on one road stands in nobody's way where another is complete.
        let state = if finding.holds() {
            "pass"
        } else if finding.road != decisions::Road::Needed && arrives {
            "advice"
        } else {
            "fail"
        };
        said["rule"] = say(visit, &rule_key(words, finding.rule)).into();
        said["state"] = state.into();
        said
    };
    let mut checks: Vec<Json> = answer.findings.iter().map(check).collect();
    checks.sort_by_key(|check| check["state"] != "fail");
    let (passed, told): (Vec<Json>, Vec<Json>) = checks.into_iter().partition(|check| check["state"] == "pass");
    json!({
        "allowed": answer.allowed, "checks": told, "passed": passed, "holds_until": answer.holds_until,
        "could_change_at": answer.could_change_at, "revision": answer.revision, "picture": picture::draw(visit, answer, names),
    })
}
