//! The owner's side: scanning a code, answering a request, and who may use one's accounts.

use super::{Again, boxes, chosen, moments};
use crate::{
    Scopes,
    authorise::Authorise,
    end_grant::EndGrant,
    granting::{api, code, paging, view},
    index::{grants, requests},
    link_own::LinkOwn,
    narrow_grant::NarrowGrant,
    refuse_request::RefuseRequest,
    scan_request::{ScanRequest, io as scanning},
    unlink_own::UnlinkOwn,
};
use kernel::{AccountId, Actor, Capability, Denial, GrantId, Instant, May, OrgId, Refusal, RequestId, Role, Standing};
use serde_json::{Value as Json, json};
use store::{Ask, Tx, part::Entry};
use web::{Answer, StatusCode, Visit, context};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let (creators, owners) = (May::Members(api::CREATORS), May::Members(api::OWNERS));
    routes.page("/grant/{code}", May::Person, landing);
    routes.page("/creator/{org}/scan", owners, scan_page);
    routes.form("/creator/{org}/scan", ScanRequest::MAY, scan);
    routes.page("/creator/{org}/requests/{request}", owners, answer_page);
    routes.form("/creator/{org}/requests/{request}/authorise", Authorise::MAY, authorise);
    routes.form("/creator/{org}/requests/{request}/refuse", RefuseRequest::MAY, refuse);
    routes.page("/creator/{org}/access", creators, list);
    routes.page("/creator/{org}/access/{grant}", creators, one);
    routes.form("/creator/{org}/access/{grant}/narrow", owners, narrow);
    routes.form("/creator/{org}/access/{grant}/end", owners, end);
    routes.page("/creator/{org}/own_links", creators, own_page);
    routes.form("/creator/{org}/own_links", LinkOwn::MAY, link_own);
    routes.form("/creator/{org}/own_links/{account}/{user}/end", UnlinkOwn::MAY, unlink_own);
}

/// `GET /grant/{code}`: where the QR code leads. Nothing is looked up and nothing happens before the owner goes on.
pub async fn landing(visit: Visit) -> Answer {
    let code: String = visit.param("code")?;
    let owners: Vec<Json> = visit
        .memberships()
        .iter()
        .filter(|membership| membership.role == Role::CreatorOwner)
        .map(|membership| json!({"org": membership.org, "name": membership.name}))
        .collect();
    let name = visit.person().map(|person| person.name.clone()).unwrap_or_default();
    let facts = context! { title => "centers.pages.landing", code, owners, name };
    visit.page("centers/landing.html", facts).await
}

/// `GET /creator/{org}/scan`
pub async fn scan_page(visit: Visit) -> Answer {
    show_scan(visit, Again::first(), None).await
}

async fn show_scan(visit: Visit, again: Again, retry_at: Option<Instant>) -> Answer {
    let org = visit.org()?;
    let open = visit
        .read(move |tx| {
            let open = requests::open_of_owner(tx, org)?;
            open.iter().map(|found| view::request(tx, found)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let (base, status) = (format!("/creator/{org}"), again.status);
    let facts = context! { title => "centers.pages.scan", base, open, again, retry_at };
    visit.page_with(status, "centers/scan.html", facts).await
}

/// `POST /creator/{org}/scan`
pub async fn scan(visit: Visit) -> Answer {
    let (owner, code) = (visit.org()?, visit.form().text("code").to_owned());
    match scanning::present(&visit, owner, &code).await {
        Ok(request) => visit.redirect(&format!("/creator/{owner}/requests/{request}"), ""),
        // Guessing has an end; how long it lasts is said on the page itself.
        Err(Refusal::TooMany { retry_at }) => {
            let again = Again { status: StatusCode::TOO_MANY_REQUESTS, ..Again::first() };
            show_scan(visit, again, Some(retry_at)).await
        }
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show_scan(visit, again, None).await
        }
    }
}

/// What the owner sees of a request before answering.
struct Seen {
    request: view::RequestView,
    accounts: Vec<Json>,
    confirmed: bool,
    /// Reasons against that no choice of an account changes.
    against: Vec<Denial>,
}

/// `GET /creator/{org}/requests/{request}`
pub async fn answer_page(visit: Visit) -> Answer {
    show_answer(visit, Again::first()).await
}

async fn show_answer(visit: Visit, again: Again) -> Answer {
    let (org, request, actor) = (visit.org()?, visit.param::<RequestId>("request")?, visit.actor().clone());
    let said = visit.clone();
    let Seen { request, accounts, confirmed, against } = visit.read(move |tx| load(tx, org, request, &actor, &said)).await?;
    let base = format!("/creator/{org}");
    let seal = visit.seal("access_request", &request.id.to_string(), request.version);
    let picked = if visit.form().opt("seal").is_some() { chosen(&visit).unwrap_or(Scopes::NONE) } else { request.scopes };
    let scopes = boxes(request.scopes, picked.and(request.scopes));
    let account = visit.form().text("account").to_owned();
    let (is_open, status) = (request.is_open(), again.status);
    let denials: Vec<Json> = against.iter().map(|denial| visit.denial(denial)).collect();
    let facts = context! {
        title => "centers.pages.answer", base, request, accounts, scopes, account, seal, confirmed, is_open, denials, again,
    };
    visit.page_with(status, "centers/answer.html", facts).await
}

fn load(tx: &mut Tx<'_>, org: OrgId, id: RequestId, actor: &Actor, visit: &Visit) -> Result<Seen, Refusal> {
    let found = requests::of_owner_by_id(tx, org, id)?.ok_or(Refusal::NotFound)?;
    let request = view::request(tx, &found)?;
    let entry = Entry { actor, permission: Authorise::NAME, may: Authorise::MAY, step_up: true, org: Some(org) };
    let confirmed = match store::admit(tx, &entry) {
        Ok(()) => true,
        Err(Refusal::ConfirmFirst) => false,
        Err(other) => return Err(other),
    };
    let matching_code = code::matching(tx.keys(), id);
    let own = accounts::index::of_owner(tx, org)?;
    let meant = own.into_iter().filter(|account| found.account.is_none_or(|named| named == account.id));
    let (mut accounts, mut shared): (Vec<Json>, Option<Vec<Denial>>) = (Vec::new(), None);
    for account in meant {
        let ask = Authorise {
            grant: store::fresh(),
            owner: org,
            request: id,
            account: account.id,
            scopes: found.scopes,
            matching_code: matching_code.clone(),
        };
        let facts = ask.facts(tx, actor)?;
        let held = facts.held.as_ref().map_or(Scopes::NONE, |grant| grant.scopes);
        let denials: Vec<Denial> = kernel::precheck(&ask, &facts).into_iter().filter_map(|check| check.denial).collect();
        let blocked = denials.first().map(|denial| visit.denial(denial));
        // What stands against every account stands against the request.
        shared = Some(shared.map_or(denials.clone(), |shared| shared.into_iter().filter(|one| denials.contains(one)).collect()));
        accounts.push(json!({
            "value": account.id, "label": account.nickname, "text": format!("@{}", account.handle), "held": held, "blocked": blocked,
        }));
    }
    let against = if accounts.len() == 1 { shared.unwrap_or_default() } else { Vec::new() };
    Ok(Seen { request, accounts, confirmed, against })
}

/// Performs what a form of the request's page asks, if the request is still what the page showed.
async fn answered<A: Ask>(visit: &Visit, request: RequestId, ask: A) -> Result<(), Refusal> {
    let (owner, actor) = (visit.org()?, visit.actor().clone());
    let shown = visit.sealed_version("access_request", &request.to_string())?;
    let work = move |tx: &mut Tx<'_>| {
        let found = requests::of_owner_by_id(tx, owner, request)?.ok_or(Refusal::NotFound)?;
        // A request that is over says so itself: that is clearer than "look again".
        let is_over = found.consent.standing != Standing::Asked;
        if found.version == shown || is_over { store::perform(tx, &actor, &ask) } else { Err(Refusal::Stale) }
    };
    visit.write(work).await
}

/// `POST /creator/{org}/requests/{request}/authorise`
pub async fn authorise(visit: Visit) -> Answer {
    let (owner, request) = (visit.org()?, visit.param::<RequestId>("request")?);
    match send_authorisation(&visit, owner, request).await {
        Ok(()) => visit.redirect(&format!("/creator/{owner}/access"), "centers.authorise.done"),
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show_answer(visit, again).await
        }
    }
}

async fn send_authorisation(visit: &Visit, owner: OrgId, request: RequestId) -> Result<(), Refusal> {
    let account: AccountId = visit.form().parsed("account", "centers.pages.account_missing")?;
    let matching_code = visit.form().text("matching_code").to_owned();
    let ask = Authorise { grant: store::fresh(), owner, request, account, scopes: chosen(visit)?, matching_code };
    answered(visit, request, ask).await
}

/// `POST /creator/{org}/requests/{request}/refuse`
pub async fn refuse(visit: Visit) -> Answer {
    let (owner, request) = (visit.org()?, visit.param::<RequestId>("request")?);
    match answered(&visit, request, RefuseRequest { owner, request }).await {
        Ok(()) => visit.redirect(&format!("/creator/{owner}/access"), "centers.refuse_request.done"),
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show_answer(visit, again).await
        }
    }
}

/// `GET /creator/{org}/access?standing=&after=`: who may use my accounts.
pub async fn list(visit: Visit) -> Answer {
    let (org, standing, size, after) = (visit.org()?, api::standing(&visit)?, paging::size(&visit)?, paging::after(&visit)?);
    let is_owner = visit.role() == Some(Role::CreatorOwner);
    let (page, total, open) = visit
        .read(move |tx| {
            let open = if is_owner { requests::open_of_owner(tx, org)? } else { Vec::new() };
            let open = open.iter().map(|found| view::request(tx, found)).collect::<Result<Vec<_>, _>>()?;
            Ok((api::owners_page(tx, org, standing, after, size)?, grants::count_of_owner(tx, org)?, open))
        })
        .await?;
    let base = format!("/creator/{org}");
    let rows: Vec<Json> = page
        .items
        .into_iter()
        .map(|grant| {
            let seal = visit.seal("grant", &grant.id.to_string(), grant.version);
            let reason = moments::reason(&visit, &grant.reason);
            json!({"id": grant.id, "name": grant.centre.name, "seal": seal, "reason": reason, "grant": grant})
        })
        .collect();
    let tab = |code: &str, count: Json| json!({"label": super::say(&visit, code), "href": format!("{base}/access?standing={code}"), "active": standing.code() == code, "count": count});
    let tabs = [tab("in_force", json!(total)), tab("ended", Json::Null)];
    let next = page.next.map(|after| format!("{base}/access?standing={}&after={after}", standing.code()));
    let is_ended = standing == Standing::Ended;
    let facts = context! { title => "centers.pages.access", base, rows, tabs, next, open, is_owner, is_ended };
    visit.page("centers/access.html", facts).await
}

/// `GET /creator/{org}/access/{grant}`
pub async fn one(visit: Visit) -> Answer {
    show_one(visit, Again::first()).await
}

async fn show_one(visit: Visit, again: Again) -> Answer {
    let (org, id) = (visit.org()?, visit.param::<GrantId>("grant")?);
    let (view, moments) = visit
        .read(move |tx| {
            let view = api::owners_grant(tx, org, id)?;
            let grant = grants::of_owner_by_id(tx, org, id)?.ok_or(Refusal::NotFound)?;
            Ok((view, moments::of_grant(tx, org, &grant)?))
        })
        .await?;
    let (base, is_owner, status) = (format!("/creator/{org}"), visit.role() == Some(Role::CreatorOwner), again.status);
    let crumbs = json!([{"label": super::say(&visit, "access"), "href": format!("{base}/access")}, {"label": view.grant.centre.name}]);
    let seal = visit.seal("grant", &id.to_string(), view.grant.version);
    let events = moments::drawn(&visit, &moments);
    let scopes = boxes(view.grant.scopes, view.grant.scopes);
    let reason = visit.form().text("reason").to_owned();
    let why = moments::reason(&visit, &view.grant.reason);
    let facts = context! {
        title => "centers.pages.access_one", crumbs, base, grant => view.grant, uses => view.uses, events, seal, scopes, is_owner, again,
        reason, why,
    };
    visit.page_with(status, "centers/access_one.html", facts).await
}

async fn sealed<A: Ask>(visit: &Visit, grant: GrantId, ask: A) -> Result<(), Refusal> {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let shown = visit.sealed_version("grant", &grant.to_string())?;
    let work = move |tx: &mut Tx<'_>| {
        let found = grants::of_owner_by_id(tx, org, grant)?.ok_or(Refusal::NotFound)?;
        if found.version == shown { store::perform(tx, &actor, &ask) } else { Err(Refusal::Stale) }
    };
    visit.write(work).await
}

/// `POST /creator/{org}/access/{grant}/narrow`
pub async fn narrow(visit: Visit) -> Answer {
    let (org, grant) = (visit.org()?, visit.param::<GrantId>("grant")?);
    let outcome = match chosen(&visit) {
        Ok(scopes) => sealed(&visit, grant, NarrowGrant { org, grant, scopes }).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(()) => visit.redirect(&format!("/creator/{org}/access/{grant}"), "centers.narrow_grant.done"),
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show_one(visit, again).await
        }
    }
}

/// `POST /creator/{org}/access/{grant}/end`
pub async fn end(visit: Visit) -> Answer {
    let (org, grant) = (visit.org()?, visit.param::<GrantId>("grant")?);
    let outcome = match api::reason(visit.form().text("reason")) {
        Ok(reason) => sealed(&visit, grant, EndGrant { org, grant, reason }).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(()) => visit.redirect(&format!("/creator/{org}/access"), "centers.end_grant.done"),
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show_one(visit, again).await
        }
    }
}

/// `GET /creator/{org}/own_links`: people's own TikTok-for-Business links.
pub async fn own_page(visit: Visit) -> Answer {
    show_own(visit, Again::first()).await
}

async fn show_own(visit: Visit, again: Again) -> Answer {
    let (org, user) = (visit.org()?, visit.user()?);
    let (links, accounts) = visit
        .read(move |tx| {
            let accounts = accounts::index::of_owner(tx, org)?;
            let named: Vec<Json> = accounts
                .iter()
                .map(|account| json!({"value": account.id, "label": format!("{} @{}", account.nickname, account.handle)}))
                .collect();
            Ok((api::own_links_seen(tx, org, user)?, named))
        })
        .await?;
    let picked = if visit.form().opt("account").is_some() { chosen(&visit).unwrap_or(Scopes::NONE) } else { Scopes::ALL };
    let (base, scopes, status) = (format!("/creator/{org}"), boxes(Scopes::ALL, picked), again.status);
    let account = visit.form().text("account").to_owned();
    let facts = context! { title => "centers.pages.own_links", base, links, accounts, scopes, account, again, own => user };
    visit.page_with(status, "centers/own_links.html", facts).await
}

async fn owned(visit: Visit, outcome: Result<(), Refusal>, said: &str) -> Answer {
    match outcome {
        Ok(()) => visit.redirect(&format!("/creator/{}/own_links", visit.org()?), said),
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show_own(visit, again).await
        }
    }
}

/// `POST /creator/{org}/own_links`
pub async fn link_own(visit: Visit) -> Answer {
    let outcome = send_own(&visit).await;
    owned(visit, outcome, "centers.link_own.done").await
}

async fn send_own(visit: &Visit) -> Result<(), Refusal> {
    let account = visit.form().parsed("account", "centers.pages.account_missing")?;
    visit.perform(LinkOwn { owner: visit.org()?, account, scopes: chosen(visit)? }).await.map(drop)
}

/// `POST /creator/{org}/own_links/{account}/{user}/end`
pub async fn unlink_own(visit: Visit) -> Answer {
    let ask = UnlinkOwn { owner: visit.org()?, account: visit.param("account")?, user: visit.param("user")? };
    let outcome = visit.perform(ask).await.map(drop);
    owned(visit, outcome, "centers.unlink_own.done").await
}
