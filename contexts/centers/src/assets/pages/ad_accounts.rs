//! The list of ad accounts, one ad account with who is on it, and what can be done with it.

use super::{done, people, roles};
use crate::{
    assets::{
        api::{self, NewAdAccount},
        paging,
        typed::{self, CURRENCIES, LONGEST},
        view,
    },
    changes,
    close_ad_account::CloseAdAccount,
    create_identity::CreateIdentity,
    delete_identity::DeleteIdentity,
    give_ad_role::GiveAdRole,
    home,
    index::{changes::Filter, partners},
    promise_ad_role::PromiseAdRole,
    rename_ad_account::RenameAdAccount,
    share_ad_account::ShareAdAccount,
    take_ad_role::TakeAdRole,
};
use kernel::{AdAccountId, OrgId, Refusal, Role};
use serde_json::{Map, Value as Json, json};
use store::Ask;
use web::{Answer, Visit, context};

/// The parts of the list's address that are its state.
const STATE: &[&str] = &["q", "own", "user", "size"];

/// `GET /centre/{org}/ad_accounts?q=&own=&user=&after=`
pub async fn list(visit: Visit) -> Answer {
    let (org, actor, filter) = (visit.org()?, visit.actor().clone(), paging::ad_accounts(&visit)?);
    let of = filter.of;
    let (page, of) = visit
        .read(move |tx| {
            let of = of.map(|user| view::person(tx, user)).transpose()?;
            Ok((view::ad_accounts(tx, org, &actor, &filter)?, of))
        })
        .await?;
    let base = format!("/centre/{org}");
    let is_admin = visit.role() == Some(Role::CentreAdmin);
    let none = Map::new();
    let asked = visit.query("own").unwrap_or_default();
    let tab = |value: &str, key: &str| {
        let href = paging::address(&visit, STATE, Some(("own", value)));
        json!({"label": visit.say(&format!("centers.ad_accounts.{key}"), &none), "href": href, "active": asked == value})
    };
    let tabs = [tab("", "all"), tab("yes", "own"), tab("no", "of_partners")];
    let view::AdAccountPage { items, next, total } = page;
    let facts = context! {
        title => "centers.ad_accounts.title", base, items, total, tabs, is_admin, of,
        search => visit.query("q").unwrap_or_default(),
        hidden => ["own", "user"].iter().filter_map(|name| visit.query(name).map(|value| json!({"name": name, "value": value}))).collect::<Vec<_>>(),
        filtered => STATE.iter().any(|name| *name != "size" && visit.query(name).is_some()),
        next => next.map(|after| paging::address(&visit, STATE, Some(("after", &after)))),
        first => visit.query("after").map(|_| paging::address(&visit, STATE, None)),
    };
    visit.page("centers/ad_accounts.html", facts).await
}

fn new_facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let currencies: Vec<Json> = CURRENCIES.iter().map(|code| json!({"value": code, "label": code})).collect();
    let base = format!("/centre/{}", visit.org()?);
    Ok(context! { title => "centers.open_ad_account.title", base, currencies, zone => visit.zone(), most => LONGEST })
}

/// `GET /centre/{org}/ad_accounts/new`
pub async fn new(visit: Visit) -> Answer {
    let facts = new_facts(&visit)?;
    visit.page("centers/ad_account_new.html", facts).await
}

/// `POST /centre/{org}/ad_accounts/new`
pub async fn open(visit: Visit) -> Answer {
    let (org, form) = (visit.org()?, visit.form());
    let text = |name: &str| form.text(name).to_owned();
    let sent = NewAdAccount { name: text("name"), currency: text("currency"), zone: text("zone") };
    let outcome = match api::new_ad_account(org, &sent) {
        Ok(ask) => {
            let id = ask.ad_account;
            visit.perform(ask).await.map(|_| id)
        }
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(id) => visit.redirect(&format!("/centre/{org}/ad_accounts/{id}"), "centers.open_ad_account.done"),
        Err(refusal) => visit.page_again("centers/ad_account_new.html", new_facts(&visit)?, refusal).await,
    }
}

/// How many entries of the change log the page shows.
const SHOWN: i64 = 10;

async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let (org, actor, id): (OrgId, _, AdAccountId) = (visit.org()?, visit.actor().clone(), visit.param("ad_account")?);
    let (is_admin, said) = (visit.role() == Some(Role::CentreAdmin), visit.clone());
    let (one, people, partners, last) = visit
        .read(move |tx| {
            let one = view::ad_account_detail(tx, org, &actor, id)?;
            let mut people = if one.manages { people(tx, org)? } else { Vec::new() };
            if is_admin {
                // Whoever was invited can be told what they will be.
                for invitation in access::index::open_invitations(tx, org)? {
                    let facts = Map::from_iter([("email".to_owned(), Json::from(invitation.email))]);
                    people.push(json!({"value": invitation.id, "label": said.say("centers.promise_ad_role.invited", &facts)}));
                }
            }
            let mut with = Vec::new();
            if is_admin && one.ad_account.own {
                for found in partners::list(tx, org, false, None, 1_000)? {
                    if found.consent.standing == kernel::Standing::InForce {
                        let card = view::centre(tx, found.other(org))?;
                        with.push(json!({"value": card.id, "label": card.name}));
                    }
                }
            }
            let filter = Filter { about: Some(id.to_string()), limit: SHOWN, ..Filter::default() };
            let last = if one.manages { changes::load(tx, org, &filter)?.items } else { Vec::new() };
            Ok((one, people, with, last))
        })
        .await?;
    let base = format!("/centre/{org}");
    let events: Vec<Json> = last.into_iter().map(|entry| home::drawn(&entry.said(visit))).collect();
    let (own_roles, all_roles) = (roles(visit, one.ad_account.at_most), roles(visit, crate::AdRole::Admin));
    let (user, seal) = (visit.user()?, visit.seal("ad_account", &id.to_string(), one.ad_account.version));
    Ok(context! {
        title => "centers.ad_accounts.one", base, one, people, partners, events, is_admin, own_roles, all_roles, user, seal, most => LONGEST,
    })
}

/// `GET /centre/{org}/ad_accounts/{ad_account}`
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("centers/ad_account.html", facts).await
}

/// A form that came back stands at its own address; whoever loads that address again gets the ad account.
pub async fn back(visit: Visit) -> Answer {
    let here = here(&visit)?;
    visit.redirect(&here, "")
}

fn here(visit: &Visit) -> Result<String, Refusal> {
    let id: AdAccountId = visit.param("ad_account")?;
    Ok(format!("/centre/{}/ad_accounts/{id}", visit.org()?))
}

async fn again(visit: &Visit, refusal: Refusal) -> Answer {
    let facts = facts(visit).await?;
    visit.page_again("centers/ad_account.html", facts, refusal).await
}

/// Performs what a form asks, and goes back to the ad account.
async fn act<A: Ask>(visit: &Visit, ask: Result<A, Refusal>, said: &str) -> Answer {
    let here = here(visit)?;
    let outcome = match ask {
        Ok(ask) => visit.perform(ask).await.map(drop),
        Err(refusal) => Err(refusal),
    };
    done(visit, outcome, &here, said, |refusal| again(visit, refusal)).await
}

/// `POST …/rename`
pub async fn rename(visit: Visit) -> Answer {
    let (centre, ad_account) = (visit.org()?, visit.param("ad_account")?);
    let name = typed::name("name", visit.form().text("name")).map_err(Refusal::from);
    act(&visit, name.map(|name| RenameAdAccount { centre, ad_account, name }), "centers.rename_ad_account.done").await
}

/// `POST …/close`: the list afterwards, for the ad account is gone.
pub async fn close(visit: Visit) -> Answer {
    let (centre, ad_account): (OrgId, AdAccountId) = (visit.org()?, visit.param("ad_account")?);
    visit.sealed_version("ad_account", &ad_account.to_string())?;
    let outcome = visit.perform(CloseAdAccount { centre, ad_account }).await.map(drop);
    let list = format!("/centre/{centre}/ad_accounts");
    done(&visit, outcome, &list, "centers.close_ad_account.done", |refusal| again(&visit, refusal)).await
}

/// `POST …/give`: to a member at once, to somebody invited when they join.
pub async fn give(visit: Visit) -> Answer {
    let (centre, ad_account, form) = (visit.org()?, visit.param("ad_account")?, visit.form());
    let (chosen, role) = (form.text("user"), || typed::role("role", form.text("role")));
    if chosen.starts_with("inv_") {
        let ask =
            || -> Result<PromiseAdRole, Refusal> { Ok(PromiseAdRole { centre, ad_account, invitation: chosen.into(), role: role()? }) };
        return act(&visit, ask(), "centers.promise_ad_role.done").await;
    }
    let ask = || -> Result<GiveAdRole, Refusal> {
        let user = typed::id("user", "centers.assets.member_bad", chosen)?;
        Ok(GiveAdRole { centre, ad_account, user, role: role()? })
    };
    act(&visit, ask(), "centers.give_ad_role.done").await
}

/// `POST …/take`: whoever gave up their only role lands on the list.
pub async fn take(visit: Visit) -> Answer {
    let (centre, ad_account): (OrgId, AdAccountId) = (visit.org()?, visit.param("ad_account")?);
    let user = typed::id("user", "centers.assets.member_bad", visit.form().text("user"))?;
    let outcome = visit.perform(TakeAdRole { centre, ad_account, user }).await.map(drop);
    let (actor, here) = (visit.actor().clone(), here(&visit)?);
    let seen = visit.read(move |tx| view::ad_account_detail(tx, centre, &actor, ad_account)).await.is_ok();
    let next = if seen { here } else { format!("/centre/{centre}/ad_accounts") };
    done(&visit, outcome, &next, "centers.take_ad_role.done", |refusal| again(&visit, refusal)).await
}

/// `POST …/share`
pub async fn share(visit: Visit) -> Answer {
    let (centre, ad_account, form) = (visit.org()?, visit.param("ad_account")?, visit.form());
    let ask = || -> Result<ShareAdAccount, Refusal> {
        let partner = typed::id("partner", "centers.ask_partner.partner_bad", form.text("partner"))?;
        Ok(ShareAdAccount { centre, ad_account, partner, role: typed::role("most", form.text("most"))? })
    };
    act(&visit, ask(), "centers.share_ad_account.done").await
}

/// `POST …/unshare`: to the list where the centre gave back what was a partner's.
pub async fn unshare(visit: Visit) -> Answer {
    let (centre, ad_account): (OrgId, AdAccountId) = (visit.org()?, visit.param("ad_account")?);
    let partner = typed::id("partner", "centers.ask_partner.partner_bad", visit.form().text("partner"))?;
    let ask = api::unshare_ask(&visit, ad_account, partner).await?;
    let next = if partner == centre { format!("/centre/{centre}/ad_accounts") } else { here(&visit)? };
    let outcome = visit.perform(ask).await.map(drop);
    done(&visit, outcome, &next, "centers.unshare_ad_account.done", |refusal| again(&visit, refusal)).await
}

/// `POST …/create_identity`
pub async fn create_identity(visit: Visit) -> Answer {
    let (centre, ad_account) = (visit.org()?, visit.param("ad_account")?);
    let name = typed::name("identity_name", visit.form().text("identity_name")).map_err(Refusal::from);
    let ask = name.map(|name| CreateIdentity { identity: store::fresh(), centre, ad_account, name });
    act(&visit, ask, "centers.create_identity.done").await
}

/// `POST …/delete_identity`
pub async fn delete_identity(visit: Visit) -> Answer {
    let (centre, ad_account) = (visit.org()?, visit.param("ad_account")?);
    let identity = visit.form().text("identity").parse().map_err(|_| Refusal::NotFound);
    act(&visit, identity.map(|identity| DeleteIdentity { centre, ad_account, identity }), "centers.delete_identity.done").await
}
