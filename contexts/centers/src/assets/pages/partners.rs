//! A centre's partners, one partnership with what is shared, and its answers.

use super::done;
use crate::{
    accept_partner::AcceptPartner,
    ask_partner::AskPartner,
    assets::{paging, typed, view},
    decline_partner::DeclinePartner,
    end_partner::EndPartner,
    index::partners,
    withdraw_partner::WithdrawPartner,
};
use kernel::{OrgId, PartnershipId, Refusal, Standing};
use serde_json::{Map, json};
use store::Ask;
use web::{Answer, Visit, context};

const STATE: &[&str] = &["over", "size"];

async fn list_facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let (org, over, before, size) = (visit.org()?, visit.query("over") == Some("yes"), paging::before(visit)?, paging::size(visit)?);
    let page = visit.read(move |tx| view::partnerships(tx, org, over, before, size)).await?;
    let (base, none) = (format!("/centre/{org}"), Map::new());
    let here = format!("{base}/partners");
    let tab = |key: &str, href: String, active: bool| json!({"label": visit.say(&format!("centers.partners.{key}"), &none), "href": href, "active": active});
    let tabs = [tab("now", here.clone(), !over), tab("over", format!("{here}?over=yes"), over)];
    let view::PartnershipPage { items, next } = page;
    Ok(context! {
        title => "centers.partners.title", base, items, tabs, over, own => org,
        next => next.map(|after| paging::address(visit, STATE, Some(("after", &after)))),
        first => visit.query("after").map(|_| paging::address(visit, STATE, None)),
    })
}

/// `GET /centre/{org}/partners?over=&after=`
pub async fn list(visit: Visit) -> Answer {
    let facts = list_facts(&visit).await?;
    visit.page("centers/partners.html", facts).await
}

/// `POST /centre/{org}/partners`
pub async fn ask(visit: Visit) -> Answer {
    let (centre, partnership): (OrgId, PartnershipId) = (visit.org()?, store::fresh());
    let partner = typed::id::<OrgId>("partner", "centers.ask_partner.partner_bad", visit.form().text("partner"));
    let outcome = match partner {
        Ok(partner) => visit.perform(AskPartner { partnership, centre, partner }).await.map(drop),
        Err(problem) => Err(problem.into()),
    };
    let next = format!("/centre/{centre}/partners/{partnership}");
    let again = |refusal| async { visit.page_again("centers/partners.html", list_facts(&visit).await?, refusal).await };
    done(&visit, outcome, &next, "centers.ask_partner.done", again).await
}

async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let (org, id): (OrgId, PartnershipId) = (visit.org()?, visit.param("partnership")?);
    let one = visit.read(move |tx| view::partnership_detail(tx, org, id)).await?;
    let (base, seal) = (format!("/centre/{org}"), visit.seal("partnership", &id.to_string(), one.partnership.version));
    Ok(context! { title => "centers.partners.one", base, one, seal })
}

/// `GET /centre/{org}/partners/{partnership}`
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("centers/partner.html", facts).await
}

/// A form that came back stands at its own address; whoever loads that address again gets the partnership.
pub async fn back(visit: Visit) -> Answer {
    let id: PartnershipId = visit.param("partnership")?;
    visit.redirect(&format!("/centre/{}/partners/{id}", visit.org()?), "")
}

/// Performs what a form asks, if the partnership is still what its page showed.
async fn act<A: Ask>(visit: &Visit, ask: A, said: &str) -> Answer {
    let (org, id, actor): (OrgId, PartnershipId, _) = (visit.org()?, visit.param("partnership")?, visit.actor().clone());
    let shown = visit.sealed_version("partnership", &id.to_string())?;
    let work = move |tx: &mut store::Tx<'_>| {
        let found = partners::of_side(tx, org, id)?;
        // A question whose time is over says so rather than that the page is old.
        let lapsed = found.consent.standing_at(tx.now) == Standing::Expired;
        if found.version == shown || lapsed { store::perform(tx, &actor, &ask) } else { Err(Refusal::Stale) }
    };
    let outcome = visit.write(work).await;
    let again = |refusal| async { visit.page_again("centers/partner.html", facts(visit).await?, refusal).await };
    done(visit, outcome, &format!("/centre/{org}/partners/{id}"), said, again).await
}

/// `POST …/accept`
pub async fn accept(visit: Visit) -> Answer {
    let ask = AcceptPartner { centre: visit.org()?, partnership: visit.param("partnership")? };
    act(&visit, ask, "centers.accept_partner.done").await
}

/// `POST …/decline`
pub async fn decline(visit: Visit) -> Answer {
    let ask = DeclinePartner { centre: visit.org()?, partnership: visit.param("partnership")? };
    act(&visit, ask, "centers.decline_partner.done").await
}

/// `POST …/withdraw`
pub async fn withdraw(visit: Visit) -> Answer {
    let ask = WithdrawPartner { centre: visit.org()?, partnership: visit.param("partnership")? };
    act(&visit, ask, "centers.withdraw_partner.done").await
}

/// `POST …/end`
pub async fn end(visit: Visit) -> Answer {
    let ask = EndPartner { centre: visit.org()?, partnership: visit.param("partnership")? };
    act(&visit, ask, "centers.end_partner.done").await
}
