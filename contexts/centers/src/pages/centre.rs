//! A centre's accounts: the list, one account with who may use it and why, and handing accounts to members.

use super::{Again, boxes, chosen, moments};
use crate::{
    Reader, Scopes, assets,
    assign::{
        Assign,
        io::{self as assigning, Many},
    },
    end_grant::EndGrant,
    granting::{
        api::{self, AccountView},
        paging, serving, view,
    },
    index::grants,
    narrow_grant::NarrowGrant,
    restore::Restore,
    unassign::Unassign,
    withhold::Withhold,
};
use kernel::{AccountId, Capability, May, OrgId, Refusal, Role, UserId};
use serde_json::{Value as Json, json};
use store::{Ask, Tx};
use web::{Answer, Visit, context};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let (members, admins) = (May::Members(api::MEMBERS), May::Members(api::ADMINS));
    routes.page("/centre/{org}/accounts", members, list);
    routes.page("/centre/{org}/accounts/{account}", members, one);
    routes.form("/centre/{org}/accounts/{account}/narrow", admins, narrow);
    routes.form("/centre/{org}/accounts/{account}/end", admins, end);
    routes.form("/centre/{org}/accounts/{account}/members/{user}/unassign", Unassign::MAY, unassign);
    routes.form("/centre/{org}/accounts/{account}/ad_accounts/{ad_account}/withhold", Withhold::MAY, withhold);
    routes.form("/centre/{org}/accounts/{account}/ad_accounts/{ad_account}/restore", Restore::MAY, restore);
    routes.page("/centre/{org}/assign", admins, assign_page);
    routes.form("/centre/{org}/assign", Assign::MAY, assign);
}

/// `GET /centre/{org}/accounts?q=&after=`
pub async fn list(visit: Visit) -> Answer {
    let (org, user, size, after) = (visit.org()?, visit.user()?, paging::size(&visit)?, paging::after(&visit)?);
    let query = visit.query("q").unwrap_or_default().to_owned();
    let like = query.clone();
    let (page, total, own) = visit
        .read(move |tx| {
            let reader = Reader::of(tx, org, user)?;
            let page = api::account_page(tx, org, reader, &like, after, size)?;
            Ok((page, grants::count_of_centre(tx, org, reader)?, own_links(tx, user)?))
        })
        .await?;
    let mut rows = Vec::new();
    for grant in page.items {
        let (account, base) = (grant.account.id, format!("/centre/{org}"));
        rows.push(json!({"id": account, "name": grant.account.nickname, "href": format!("{base}/accounts/{account}"), "grant": grant}));
    }
    let (base, is_admin) = (format!("/centre/{org}"), visit.role() == Some(Role::CentreAdmin));
    let kept = if query.is_empty() { String::new() } else { format!("q={}&", encoded(&query)) };
    let next = page.next.map(|after| format!("{base}/accounts?{kept}after={after}"));
    let facts = context! { title => "centers.pages.accounts", base, rows, next, total, query, is_admin, own };
    visit.page("centers/accounts.html", facts).await
}

/// A text as it stands in an address.
fn encoded(text: &str) -> String {
    let each = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(each).collect()
}

/// A member's own links, to whosever accounts.
fn own_links(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<view::OwnLinkView>, Refusal> {
    grants::own_links_of(tx, user)?.iter().map(|link| view::own_link(tx, link)).collect()
}

/// `GET /centre/{org}/accounts/{account}`
pub async fn one(visit: Visit) -> Answer {
    show(visit, Again::first()).await
}

async fn show(visit: Visit, again: Again) -> Answer {
    let (org, user, account): (_, _, AccountId) = (visit.org()?, visit.user()?, visit.param("account")?);
    let is_admin = visit.role() == Some(Role::CentreAdmin);
    let filter = assets::paging::ad_accounts(&visit)?;
    let (view, served, moments) = visit
        .read(move |tx| {
            let view = api::account_view(tx, org, user, account)?;
            let moments = if is_admin { told(tx, org, account)? } else { Vec::new() };
            let served = serving::page(tx, org, user, account, &filter)?;
            Ok((view, served, moments))
        })
        .await?;
    let AccountView { grant, own, holders, uses } = view;
    let base = format!("/centre/{org}");
    let crumbs = json!([{"label": super::say(&visit, "accounts"), "href": format!("{base}/accounts")}, {"label": grant.account.nickname}]);
    let seal = visit.seal("grant", &grant.id.to_string(), grant.version);
    let events = moments::drawn(&visit, &moments);
    let (scopes, status) = (boxes(grant.scopes, grant.scopes), again.status);
    let reason = visit.form().text("reason").to_owned();
    let query = visit.query("q").unwrap_or_default().to_owned();
    let page = format!("{base}/accounts/{account}");
    let next = served.next.as_ref();
    let next = next.map(|after| assets::paging::address_at(&page, &visit, &["q", "size"], Some(("after", after.as_str()))));
    let first = visit.query("after").map(|_| assets::paging::address_at(&page, &visit, &["q", "size"], None));
    let facts = context! {
        title => "centers.pages.account", crumbs, base, grant, own, holders, uses, events, seal, scopes, is_admin, again, reason,
        served, query, next, first,
    };
    visit.page_with(status, "centers/account.html", facts).await
}

fn told(tx: &mut Tx<'_>, org: OrgId, account: AccountId) -> Result<Vec<moments::Moment>, Refusal> {
    grants::grant(tx, org, account)?.map_or(Ok(Vec::new()), |grant| moments::of_grant(tx, org, &grant))
}

/// Performs what a form of the account's page asks, if the grant is still what the page showed.
async fn sealed<A: Ask>(visit: &Visit, ask: impl Fn(kernel::GrantId) -> A + Send + 'static) -> Result<(), Refusal> {
    let (org, account, actor) = (visit.org()?, visit.param::<AccountId>("account")?, visit.actor().clone());
    let grant = visit.read(move |tx| grants::grant(tx, org, account)?.ok_or(Refusal::Stale)).await?.held.grant;
    let shown = visit.sealed_version("grant", &grant.to_string())?;
    let work = move |tx: &mut Tx<'_>| {
        let found = grants::of_centre_by_id(tx, org, grant)?.ok_or(Refusal::NotFound)?;
        if found.version == shown { store::perform(tx, &actor, &ask(grant)) } else { Err(Refusal::Stale) }
    };
    visit.write(work).await
}

async fn done(visit: Visit, outcome: Result<(), Refusal>, back: String, said: &str) -> Answer {
    match outcome {
        Ok(()) => visit.redirect(&back, said),
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show(visit, again).await
        }
    }
}

/// `POST /centre/{org}/accounts/{account}/narrow`
pub async fn narrow(visit: Visit) -> Answer {
    let (org, account): (_, AccountId) = (visit.org()?, visit.param("account")?);
    let outcome = match chosen(&visit) {
        Ok(scopes) => sealed(&visit, move |grant| NarrowGrant { org, grant, scopes }).await,
        Err(refusal) => Err(refusal),
    };
    done(visit, outcome, format!("/centre/{org}/accounts/{account}"), "centers.narrow_grant.done").await
}

/// `POST /centre/{org}/accounts/{account}/end`
pub async fn end(visit: Visit) -> Answer {
    let org = visit.org()?;
    let outcome = match api::reason(visit.form().text("reason")) {
        Ok(reason) => sealed(&visit, move |grant| EndGrant { org, grant, reason: reason.clone() }).await,
        Err(refusal) => Err(refusal),
    };
    done(visit, outcome, format!("/centre/{org}/accounts"), "centers.end_grant.done").await
}

/// `POST /centre/{org}/accounts/{account}/members/{user}/unassign`
pub async fn unassign(visit: Visit) -> Answer {
    let (centre, account, user) = (visit.org()?, visit.param("account")?, visit.param("user")?);
    let outcome = visit.perform(Unassign { centre, account, user }).await.map(drop);
    done(visit, outcome, format!("/centre/{centre}/accounts/{account}"), "centers.unassign.done").await
}

/// `POST /centre/{org}/accounts/{account}/ad_accounts/{ad_account}/withhold`
pub async fn withhold(visit: Visit) -> Answer {
    let (centre, account, ad_account) = (visit.org()?, visit.param("account")?, visit.param("ad_account")?);
    let outcome = visit.perform(Withhold { centre, account, ad_account }).await.map(drop);
    done(visit, outcome, format!("/centre/{centre}/accounts/{account}#ad-accounts"), "centers.withhold.done").await
}

/// `POST /centre/{org}/accounts/{account}/ad_accounts/{ad_account}/restore`
pub async fn restore(visit: Visit) -> Answer {
    let (centre, account, ad_account) = (visit.org()?, visit.param("account")?, visit.param("ad_account")?);
    let outcome = visit.perform(Restore { centre, account, ad_account }).await.map(drop);
    done(visit, outcome, format!("/centre/{centre}/accounts/{account}#ad-accounts"), "centers.restore.done").await
}

/// What the page has been told so far.
#[derive(Clone)]
struct Told {
    accounts: Vec<AccountId>,
    members: Vec<UserId>,
    scopes: Scopes,
}

fn told_by(form: &web::Form) -> Told {
    let scopes = form.all("scopes").into_iter().filter_map(crate::Scope::from_code).collect();
    Told {
        accounts: form.all("account").into_iter().filter_map(|id| id.parse().ok()).collect(),
        members: form.all("member").into_iter().filter_map(|id| id.parse().ok()).collect(),
        scopes,
    }
}

/// `GET /centre/{org}/assign?account=&member=&scopes=`: choose, and see what would become of each pair.
pub async fn assign_page(visit: Visit) -> Answer {
    let told = told_by(visit.queries());
    let asked = !told.accounts.is_empty() && !told.members.is_empty();
    let mut again = Again::first();
    let outcomes = if asked {
        let many = Many { centre: visit.org()?, accounts: told.accounts.clone(), users: told.members.clone(), scopes: told.scopes };
        match preview(&visit, many).await {
            Ok(outcomes) => outcomes,
            Err(refusal) => {
                again = Again::after(&visit, refusal)?;
                Vec::new()
            }
        }
    } else {
        Vec::new()
    };
    show_assign(visit, told, outcomes, false, again).await
}

async fn preview(visit: &Visit, many: Many) -> Result<Vec<api::OutcomeView>, Refusal> {
    let (many, actor, said) = (api::sized(many)?, visit.actor().clone(), visit.clone());
    visit
        .read(move |tx| {
            let found = assigning::preview(tx, &actor, &many)?;
            api::outcomes(tx, &said, many.scopes, found)
        })
        .await
}

async fn show_assign(visit: Visit, told: Told, outcomes: Vec<api::OutcomeView>, applied: bool, again: Again) -> Answer {
    let org = visit.org()?;
    let (held, members) = visit
        .read(move |tx| {
            let held = grants::of_centre(tx, org, Reader::Admin, None, 1_000)?;
            let names = held.iter().map(|grant| Ok((grant.scopes, view::account(tx, grant.held.account)?)));
            Ok((names.collect::<Result<Vec<_>, Refusal>>()?, access::index::members(tx, org)?))
        })
        .await?;
    let accounts: Vec<Json> = held
        .into_iter()
        .map(|(scopes, account)| json!({"chosen": told.accounts.contains(&account.id), "scopes": scopes, "account": account}))
        .collect();
    let members: Vec<Json> = members
        .into_iter()
        .map(|member| {
            let role = member.role.code();
            json!({"id": member.user, "name": member.name, "email": member.email, "role": role, "chosen": told.members.contains(&member.user)})
        })
        .collect();
    let (base, status) = (format!("/centre/{org}"), again.status);
    let possible = outcomes.iter().filter(|outcome| outcome.denials.is_empty()).count();
    let scopes = boxes(Scopes::ALL, told.scopes);
    let facts = context! { title => "centers.pages.assign", base, accounts, members, scopes, outcomes, possible, applied, again };
    visit.page_with(status, "centers/assign.html", facts).await
}

/// `POST /centre/{org}/assign`
pub async fn assign(visit: Visit) -> Answer {
    let told = told_by(visit.form());
    let many = Many { centre: visit.org()?, accounts: told.accounts.clone(), users: told.members.clone(), scopes: told.scopes };
    match apply(&visit, many).await {
        Ok(outcomes) if outcomes.iter().all(|outcome| outcome.denials.is_empty()) => {
            visit.redirect(&format!("/centre/{}/accounts", visit.org()?), "centers.assign.done")
        }
        Ok(outcomes) => show_assign(visit, told, outcomes, true, Again::first()).await,
        Err(refusal) => {
            let again = Again::after(&visit, refusal)?;
            show_assign(visit, told, Vec::new(), false, again).await
        }
    }
}

async fn apply(visit: &Visit, many: Many) -> Result<Vec<api::OutcomeView>, Refusal> {
    let (many, actor, said) = (api::sized(many)?, visit.actor().clone(), visit.clone());
    visit
        .write(move |tx| {
            let found = assigning::apply(tx, &actor, &many)?;
            api::outcomes(tx, &said, many.scopes, found)
        })
        .await
}
