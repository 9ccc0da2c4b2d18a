//! One link as its owner sees it ("View link info"): the facts, what happened, and how to leave ("Send unlink request"), with
//! every wait and quota shown before anyone clicks.

use super::{answers, blocked, drawn};
use crate::{
    index,
    quotas::{self, Quota},
    request_unlink::{self, RequestUnlink},
    sealed,
    timeline::{self, Moment},
    view::{self, LinkView},
    withdraw_unlink::WithdrawUnlink,
};
use kernel::{Actor, Check, Instant, LinkId, OrgId, Refusal, Span};
use serde_json::{Map, json};
use store::Tx;
use web::{Answer, Visit, context};

struct Seen {
    link: LinkView,
    moments: Vec<Moment>,
    checks: Vec<Check>,
    unlinks: Option<Quota>,
    /// From when it may be left, where it is in force.
    earliest_at: Option<Instant>,
    unanswered_after: Span,
}

/// `GET /creator/{org}/links/{link}`
pub async fn page(visit: Visit) -> Answer {
    show(visit, None).await
}

/// The page once more, after one of its forms was refused. What was typed is in the form.
pub async fn again(visit: Visit, refusal: Refusal) -> Answer {
    show(visit, Some(refusal)).await
}

async fn show(visit: Visit, refused: Option<Refusal>) -> Answer {
    let (org, id, actor) = (visit.org()?, visit.param::<LinkId>("link")?, visit.actor().clone());
    let Seen { link, moments, checks, unlinks, earliest_at, unanswered_after } = visit.read(move |tx| load(tx, org, id, &actor)).await?;
    // What waits for an answer is read where it is answered: mails and notices lead to links, whatever stage they are in.
    if link.stage == "invited" && refused.is_none() {
        return visit.redirect(&format!("/creator/{org}/invitations/{id}"), "");
    }
    let base = format!("/creator/{org}");
    let crumbs =
        json!([{"label": visit.say("linking.creator.links", &Map::new()), "href": format!("{base}/links")}, {"label": link.shop.name}]);
    let against = blocked(&visit, &checks);
    let list = if link.stage == "leaving" { drawn::<WithdrawUnlink>(&visit, &checks) } else { drawn::<RequestUnlink>(&visit, &checks) };
    let events = timeline::drawn(&visit, &moments, None);
    let seal = sealed::seal(&visit, id, link.version);
    let facts = context! {
        title => "linking.creator.link", crumbs, base, link, events, against, checks => list, unlinks, earliest_at, unanswered_after,
        seal, most => crate::typed::MOST,
    };
    match refused {
        None => visit.page("linking/creator_link.html", facts).await,
        Some(refusal) => visit.page_again("linking/creator_link.html", facts, refusal).await,
    }
}

fn load(tx: &mut Tx<'_>, org: OrgId, id: LinkId, actor: &Actor) -> Result<Seen, Refusal> {
    let found = index::of_side(tx, org, id)?.filter(|found| found.link.pair.owner == org).ok_or(Refusal::NotFound)?;
    let pair = found.link.pair;
    let link = view::view(tx, &found)?;
    let checks = match link.stage {
        "linked" => answers(tx, actor, &RequestUnlink { owner: org, link: id, reason: String::new() })?,
        "leaving" => answers(tx, actor, &WithdrawUnlink { owner: org, link: id })?,
        _ => Vec::new(),
    };
    let shop = access::index::org(tx, pair.shop)?.ok_or(Refusal::NotFound)?;
    let policy = tx.policy::<request_unlink::Policy>(shop.scope())?;
    let name = format!("{}_unlinks", pair.role.code());
    let unlinks = quotas::load(tx, pair.shop)?.quotas.into_iter().find(|quota| quota.name == name);
    let earliest_at = link.linked_at.map(|at| at + policy.earliest.value);
    let moments = timeline::of_link(tx, org, &found, 100)?;
    Ok(Seen { link, moments, checks, unlinks, earliest_at, unanswered_after: policy.unanswered_after.value })
}
