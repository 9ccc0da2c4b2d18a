//! One open invitation: who asks, what a yes would mean, what the rules say, and the two answers.

use super::{answers, blocked, drawn};
use crate::{
    accept::Accept,
    fit::{self, Fit},
    index, request_unlink, rules, sealed,
    view::{self, LinkView},
};
use kernel::{Actor, Check, LinkId, OrgId, Refusal, Span};
use serde::Serialize;
use serde_json::{Map, json};
use store::{Ask, Scope, Tx};
use web::{Answer, Visit, context};

/// What a yes would mean, in figures from the packs in force.
#[derive(Serialize)]
struct Terms {
    earliest: Span,
    unanswered_after: Span,
    relink_wait: Span,
}

struct Seen {
    link: LinkView,
    checks: Vec<Check>,
    fit: Fit,
    terms: Terms,
}

/// `GET /creator/{org}/invitations/{link}`
pub async fn page(visit: Visit) -> Answer {
    show(visit, None).await
}

/// The page once more, after one of its answers was refused. What was typed is in the form.
pub async fn again(visit: Visit, refusal: Refusal) -> Answer {
    show(visit, Some(refusal)).await
}

async fn show(visit: Visit, refused: Option<Refusal>) -> Answer {
    let (org, id, actor) = (visit.org()?, visit.param::<LinkId>("link")?, visit.actor().clone());
    let Seen { link, checks, fit, terms } = visit.read(move |tx| load(tx, org, id, &actor)).await?;
    // What has been answered is read where links are read; an answer that was refused has its reasons here.
    if link.stage != "invited" {
        match refused {
            None => return visit.redirect(&format!("/creator/{org}/links/{id}"), ""),
            Some(refusal @ Refusal::Stale) => return super::link::again(visit, refusal).await,
            Some(_) => (),
        }
    }
    let base = format!("/creator/{org}");
    let crumbs =
        json!([{"label": visit.say("linking.creator.links", &Map::new()), "href": format!("{base}/links")}, {"label": link.shop.name}]);
    let against = blocked(&visit, &checks);
    let may_decline = blocked(&visit, &[]);
    let mut list = drawn::<Accept>(&visit, &checks);
    list.push(fit::io::advice(&visit, &fit));
    let seal = sealed::seal(&visit, id, link.version);
    let facts = context! {
        title => "linking.creator.invitation", crumbs, base, link, terms, against, may_decline, checks => list, seal,
        most => crate::typed::MOST,
    };
    match refused {
        None => visit.page("linking/creator_invitation.html", facts).await,
        Some(refusal) => visit.page_again("linking/creator_invitation.html", facts, refusal).await,
    }
}

fn load(tx: &mut Tx<'_>, org: OrgId, id: LinkId, actor: &Actor) -> Result<Seen, Refusal> {
    let ask = Accept { owner: org, link: id };
    let facts = ask.facts(tx, actor)?;
    let found = index::of_side(tx, org, id)?.ok_or(Refusal::NotFound)?;
    let shop = access::index::org(tx, found.link.pair.shop)?.ok_or(Refusal::NotFound)?;
    let fit = fit::score(&facts.shared.account.categories, &shop.categories);
    let terms = terms(tx, shop.scope())?;
    Ok(Seen { link: view::view(tx, &found)?, checks: answers(tx, actor, &ask)?, fit, terms })
}

fn terms(tx: &mut Tx<'_>, scope: Scope) -> Result<Terms, Refusal> {
    let leaving = tx.policy::<request_unlink::Policy>(scope)?;
    let shared = tx.policy::<rules::Policy>(scope)?;
    let (earliest, unanswered_after) = (leaving.earliest.value, leaving.unanswered_after.value);
    Ok(Terms { earliest, unanswered_after, relink_wait: shared.relink_wait.value })
}
