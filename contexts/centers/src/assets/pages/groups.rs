//! A centre's asset groups, and one with its ad accounts and members.

use super::{done, people, roles};
use crate::{
    AdRole,
    assets::{paging, typed, view},
    group_assets::GroupAssets,
    make_group::MakeGroup,
    remove_group::RemoveGroup,
    rename_group::RenameGroup,
    ungroup_assets::UngroupAssets,
};
use kernel::{AdAccountId, AssetGroupId, OrgId, Refusal, UserId};
use serde_json::{Value as Json, json};
use store::Ask;
use web::{Answer, Visit, context};

const STATE: &[&str] = &["q", "size"];

async fn list_facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let (org, after, size) = (visit.org()?, paging::group(visit)?, paging::size(visit)?);
    let search = visit.query("q").unwrap_or_default().to_owned();
    let asked = search.clone();
    let page = visit.read(move |tx| view::groups(tx, org, &asked, after, size)).await?;
    let view::GroupPage { items, next } = page;
    let base = format!("/centre/{org}");
    Ok(context! {
        title => "centers.groups.title", base, items, search, most => typed::LONGEST,
        next => next.map(|after| paging::address(visit, STATE, Some(("after", &after)))),
        first => visit.query("after").map(|_| paging::address(visit, STATE, None)),
    })
}

/// `GET /centre/{org}/groups?q=&after=`
pub async fn list(visit: Visit) -> Answer {
    let facts = list_facts(&visit).await?;
    visit.page("centers/groups.html", facts).await
}

/// `POST /centre/{org}/groups`
pub async fn make(visit: Visit) -> Answer {
    let (centre, group): (OrgId, AssetGroupId) = (visit.org()?, store::fresh());
    let outcome = match typed::name("name", visit.form().text("name")) {
        Ok(name) => visit.perform(MakeGroup { group, centre, name }).await.map(drop),
        Err(problem) => Err(problem.into()),
    };
    let next = format!("/centre/{centre}/groups/{group}");
    let again = |refusal| async { visit.page_again("centers/groups.html", list_facts(&visit).await?, refusal).await };
    done(&visit, outcome, &next, "centers.make_group.done", again).await
}

/// How many ad accounts the page offers to add.
const LISTED: i64 = 1_000;

async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let (org, id, actor): (OrgId, AssetGroupId, _) = (visit.org()?, visit.param("group")?, visit.actor().clone());
    let (one, people, all) = visit
        .read(move |tx| {
            let filter = crate::index::ad_accounts::Filter { limit: LISTED, ..Default::default() };
            Ok((view::group_detail(tx, org, id)?, people(tx, org)?, view::ad_accounts(tx, org, &actor, &filter)?.items))
        })
        .await?;
    let free = all.iter().filter(|offered| one.ad_accounts.iter().all(|held| held.id != offered.id));
    let free: Vec<Json> = free.map(|offered| json!({"value": offered.id, "label": offered.name})).collect();
    let base = format!("/centre/{org}");
    Ok(context! { title => "centers.groups.one", base, one, people, free, roles => roles(visit, AdRole::Admin), most => typed::LONGEST })
}

/// `GET /centre/{org}/groups/{group}`
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("centers/group.html", facts).await
}

fn here(visit: &Visit) -> Result<String, Refusal> {
    let id: AssetGroupId = visit.param("group")?;
    Ok(format!("/centre/{}/groups/{id}", visit.org()?))
}

/// A form that came back stands at its own address; whoever loads that address again gets the group.
pub async fn back(visit: Visit) -> Answer {
    let here = here(&visit)?;
    visit.redirect(&here, "")
}

async fn act<A: Ask>(visit: &Visit, ask: Result<A, Refusal>, next: &str, said: &str) -> Answer {
    let outcome = match ask {
        Ok(ask) => visit.perform(ask).await.map(drop),
        Err(refusal) => Err(refusal),
    };
    let again = |refusal| async { visit.page_again("centers/group.html", facts(visit).await?, refusal).await };
    done(visit, outcome, next, said, again).await
}

/// `POST …/rename`
pub async fn rename(visit: Visit) -> Answer {
    let (centre, group) = (visit.org()?, visit.param("group")?);
    let name = typed::name("name", visit.form().text("name")).map_err(Refusal::from);
    act(&visit, name.map(|name| RenameGroup { centre, group, name }), &here(&visit)?, "centers.rename_group.done").await
}

/// `POST …/remove`
pub async fn remove(visit: Visit) -> Answer {
    let (centre, group) = (visit.org()?, visit.param("group")?);
    act(&visit, Ok(RemoveGroup { centre, group }), &format!("/centre/{centre}/groups"), "centers.remove_group.done").await
}

/// `POST …/add`: an ad account, or a member with a role.
pub async fn add(visit: Visit) -> Answer {
    let (centre, group, form) = (visit.org()?, visit.param("group")?, visit.form());
    let ask = || -> Result<GroupAssets, Refusal> {
        let one = |text| typed::id::<AdAccountId>("ad_account", "centers.assets.ad_account_bad", text);
        let ad_accounts = form.opt("ad_account").map(one).transpose()?.into_iter().collect();
        let members = match form.opt("user") {
            Some(user) => vec![(typed::id("user", "centers.assets.member_bad", user)?, typed::role("role", form.text("role"))?)],
            None => Vec::new(),
        };
        Ok(GroupAssets { centre, group, ad_accounts, members })
    };
    act(&visit, ask(), &here(&visit)?, "centers.group_assets.done").await
}

/// `POST …/take_out`: an ad account or a member.
pub async fn take_out(visit: Visit) -> Answer {
    let (centre, group, form) = (visit.org()?, visit.param("group")?, visit.form());
    let ask = || -> Result<UngroupAssets, Refusal> {
        let one = |text| typed::id::<AdAccountId>("ad_account", "centers.assets.ad_account_bad", text);
        let who = |text| typed::id::<UserId>("user", "centers.assets.member_bad", text);
        let ad_accounts = form.opt("ad_account").map(one).transpose()?.into_iter().collect();
        let members = form.opt("user").map(who).transpose()?.into_iter().collect();
        Ok(UngroupAssets { centre, group, ad_accounts, members })
    };
    act(&visit, ask(), &here(&visit)?, "centers.ungroup_assets.done").await
}
