//! A centre asks: the list of its requests with the form for a new one, and one request with its code.

use super::{Again, boxes, chosen};
use crate::{
    Scopes,
    granting::{api, paging},
    index::requests,
    request_access::{RequestAccess, io as asking},
    withdraw_request::WithdrawRequest,
};
use kernel::{AccountId, Capability, May, Problem, Refusal, RequestId};
use serde_json::json;
use web::{Answer, Visit, context};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let admins = May::Members(api::ADMINS);
    routes.page("/centre/{org}/requests", admins, list);
    routes.form("/centre/{org}/requests", RequestAccess::MAY, ask);
    routes.page("/centre/{org}/requests/{request}", admins, one);
    routes.page("/centre/{org}/requests/{request}/code.svg", admins, api::picture_svg);
    routes.page("/centre/{org}/requests/{request}/code.png", admins, api::picture_png);
    routes.form("/centre/{org}/requests/{request}/withdraw", WithdrawRequest::MAY, withdraw);
}

/// `GET /centre/{org}/requests?after=&account=`
pub async fn list(visit: Visit) -> Answer {
    show(visit, Again::first(), Scopes::ALL).await
}

async fn show(visit: Visit, again: Again, wanted: Scopes) -> Answer {
    let (org, size, after) = (visit.org()?, paging::size(&visit)?, paging::after(&visit)?);
    let (items, next) = visit.read(move |tx| api::request_page(tx, org, after, size)).await?;
    let base = format!("/centre/{org}");
    let next = next.map(|after| format!("{base}/requests?after={after}"));
    let handle = visit.form().opt("handle").or_else(|| visit.query("handle")).unwrap_or_default().to_owned();
    let status = again.status;
    // On the first visit the two that ads need are chosen.
    let scopes = boxes(Scopes::ALL, wanted);
    let facts = context! { title => "centers.pages.requests", base, items, next, scopes, handle, again };
    visit.page_with(status, "centers/requests.html", facts).await
}

/// `POST /centre/{org}/requests`
pub async fn ask(visit: Visit) -> Answer {
    match make(&visit).await {
        Ok(request) => visit.redirect(&format!("/centre/{}/requests/{request}", visit.org()?), "centers.pages.asked"),
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            let wanted = chosen(&visit).unwrap_or(Scopes::NONE);
            show(visit, again, wanted).await
        }
    }
}

async fn make(visit: &Visit) -> Result<RequestId, Refusal> {
    let (org, actor, scopes) = (visit.org()?, visit.actor().clone(), chosen(visit)?);
    let handle = visit.form().opt("handle").map(str::to_owned);
    visit
        .write(move |tx| {
            let account: Option<AccountId> = match &handle {
                None => None,
                Some(handle) => {
                    let found = accounts::index::by_handle(tx, handle)?;
                    let unknown = || Problem::new("handle", "centers.pages.no_such_account").with("given", handle.as_str());
                    Some(found.ok_or_else(unknown)?.id)
                }
            };
            Ok(asking::make(tx, &actor, org, scopes, account)?.request.id)
        })
        .await
}

/// `GET /centre/{org}/requests/{request}`
pub async fn one(visit: Visit) -> Answer {
    show_one(visit, Again::first()).await
}

async fn show_one(visit: Visit, again: Again) -> Answer {
    let view = api::seen_request(&visit).await?;
    let (base, status) = (format!("/centre/{}", visit.org()?), again.status);
    let crumbs =
        json!([{"label": super::say(&visit, "requests"), "href": format!("{base}/requests")}, {"label": super::say(&visit, "request")}]);
    let seal = visit.seal("access_request", &view.request.id.to_string(), view.request.version);
    let is_open = view.request.is_open();
    let scopes = boxes(view.request.scopes, view.request.scopes);
    let facts = context! {
        title => "centers.pages.request", crumbs, base, seal, is_open, scopes, again, address => view.address, request => view.request,
    };
    visit.page_with(status, "centers/request.html", facts).await
}

/// `POST /centre/{org}/requests/{request}/withdraw`
pub async fn withdraw(visit: Visit) -> Answer {
    let (centre, request): (_, RequestId) = (visit.org()?, visit.param("request")?);
    match send_withdrawal(&visit, WithdrawRequest { centre, request }).await {
        Ok(()) => visit.redirect(&format!("/centre/{centre}/requests"), "centers.withdraw_request.done"),
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show_one(visit, again).await
        }
    }
}

async fn send_withdrawal(visit: &Visit, ask: WithdrawRequest) -> Result<(), Refusal> {
    let actor = visit.actor().clone();
    let shown = visit.sealed_version("access_request", &ask.request.to_string())?;
    let work = move |tx: &mut store::Tx<'_>| {
        let found = requests::of_centre_by_id(tx, ask.centre, ask.request)?.ok_or(Refusal::NotFound)?;
        if found.version == shown { store::perform(tx, &actor, &ask) } else { Err(Refusal::Stale) }
    };
    visit.write(work).await
}
