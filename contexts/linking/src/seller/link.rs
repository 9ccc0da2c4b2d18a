//! One link as the shop sees it: the facts, what happened, and the one thing that the shop can do now.

use crate::{
    approve_unlink::ApproveUnlink,
    quotas::{self, Quota},
    refuse_unlink::RefuseUnlink,
    sealed,
    timeline::{self, Moment},
    view::{self, LinkView},
    withdraw::Withdraw,
};
use accounts::{Account, TrendPoint};
use kernel::{Actor, Denial, LinkId, OrgId, Refusal};
use serde_json::{Map, Value as Json, json};
use store::{Ask, Tx};
use web::{Answer, Visit, context};

struct Seen {
    link: LinkView,
    moments: Vec<Moment>,
    possible: Possible,
    refusable: Possible,
    unlinks: Option<Quota>,
    figures: Option<(Account, Vec<TrendPoint>)>,
}

/// Whether an act is possible now, and why not.
#[derive(Default)]
struct Possible {
    forbidden: bool,
    denials: Vec<Denial>,
}

/// `GET /shop/{org}/links/{link}`
pub async fn page(visit: Visit) -> Answer {
    show(visit, None).await
}

/// From the address of one of its forms to the page.
pub async fn back(visit: Visit) -> Answer {
    let link = visit.param::<LinkId>("link")?;
    visit.redirect(&format!("/shop/{}/links/{link}", visit.org()?), "")
}

/// The page once more, after one of its forms was refused. What was typed is in the form.
pub async fn again(visit: Visit, refusal: Refusal) -> Answer {
    show(visit, Some(refusal)).await
}

async fn show(visit: Visit, refused: Option<Refusal>) -> Answer {
    let (org, id, actor) = (visit.org()?, visit.param::<LinkId>("link")?, visit.actor().clone());
    let seen = visit.read(move |tx| load(tx, org, id, &actor)).await?;
    let base = format!("/shop/{org}");
    let events = timeline::drawn(&visit, &seen.moments, None);
    let stands_against = blocked(&visit, &seen.possible);
    let refusal_blocked = blocked(&visit, &seen.refusable);
    let seal = sealed::seal(&visit, id, seen.link.version);
    let chart = seen.figures.as_ref().map(|(_, trend)| chart(&visit, trend));
    let account = seen.figures.as_ref().map(|(account, _)| account);
    let crumbs = json!([
        {"label": visit.say("linking.seller.links", &Map::new()), "href": format!("{base}/links")},
        {"label": seen.link.account.nickname},
    ]);
    let Seen { link, unlinks, .. } = &seen;
    let facts = context! {
        title => "linking.seller.link", crumbs, base, link, unlinks, events, stands_against, refusal_blocked, seal, account, chart,
        most => crate::typed::MOST,
    };
    match refused {
        None => visit.page("linking/link.html", facts).await,
        Some(refusal) => visit.page_again("linking/link.html", facts, refusal).await,
    }
}

fn load(tx: &mut Tx<'_>, org: OrgId, id: LinkId, actor: &Actor) -> Result<Seen, Refusal> {
    let found = crate::index::of_shop(tx, org, id)?;
    let link = view::view(tx, &found)?;
    let (possible, refusable) = match link.stage {
        "invited" => (possible(tx, actor, &Withdraw { shop: org, link: id })?, Possible::default()),
        "leaving" => {
            let refuse = RefuseUnlink { shop: org, link: id, reason: String::new() };
            (possible(tx, actor, &ApproveUnlink { shop: org, link: id })?, possible(tx, actor, &refuse)?)
        }
        _ => Default::default(),
    };
    let name = format!("{}_unlinks", link.role.code());
    let unlinks = quotas::load(tx, org)?.quotas.into_iter().find(|quota| quota.name == name);
    let is_linked = matches!(link.stage, "linked" | "leaving");
    let figures = if is_linked { figures(tx, &link)? } else { None };
    Ok(Seen { moments: timeline::of_link(tx, org, &found, 100)?, link, possible, refusable, unlinks, figures })
}

/// The account's figures are the shop's business while it is linked.
fn figures(tx: &mut Tx<'_>, link: &LinkView) -> Result<Option<(Account, Vec<TrendPoint>)>, Refusal> {
    let Some(account) = accounts::index::account(tx, link.account.id)? else { return Ok(None) };
    Ok(Some((account, accounts::index::trend(tx, link.account.id)?)))
}

fn possible<A: Ask>(tx: &mut Tx<'_>, actor: &Actor, ask: &A) -> Result<Possible, Refusal> {
    match store::precheck(tx, actor, ask) {
        Ok(checks) => Ok(Possible { forbidden: false, denials: checks.into_iter().filter_map(|check| check.denial).collect() }),
        Err(Refusal::Forbidden { .. }) => Ok(Possible { forbidden: true, denials: Vec::new() }),
        Err(other) => Err(other),
    }
}

/// What stands against an act, in words; nothing when it is possible.
fn blocked(visit: &Visit, possible: &Possible) -> Vec<Json> {
    if possible.forbidden {
        let none = Map::new();
        return vec![
            json!({"text": visit.say("linking.seller.not_your_role", &none), "remedy": visit.say("linking.seller.not_your_role_fix", &none)}),
        ];
    }
    possible.denials.iter().map(|denial| visit.denial(denial)).collect()
}

/// Followers day by day, as the kit draws them; the middle of the day is on that day in every zone where people live.
fn chart(visit: &Visit, trend: &[TrendPoint]) -> Json {
    let times: Vec<String> = trend.iter().map(|point| format!("{}T12:00:00Z", point.day)).collect();
    let followers: Vec<Option<i64>> = trend.iter().map(|point| point.followers).collect();
    let label = visit.say("linking.seller.followers", &Map::new());
    json!({"times": times, "series": [{"label": label, "values": followers}]})
}
