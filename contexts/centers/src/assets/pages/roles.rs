//! Many members get a role on many ad accounts at once: choose, look at each pair's outcome, then do it.

use super::{people, roles};
use crate::{
    AdRole,
    assets::{
        api::{self, ManyRoles},
        paging, typed, view,
    },
};
use kernel::{AdAccountId, Refusal, UserId};
use serde_json::{Value as Json, json};
use web::{Answer, Visit, context};

/// How many ad accounts the page lists to choose from.
const LISTED: i64 = 1_000;

async fn facts(visit: &Visit, chosen: Json) -> Result<web::Facts, Refusal> {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let (people, all) = visit
        .read(move |tx| {
            let filter = crate::index::ad_accounts::Filter { limit: LISTED, ..Default::default() };
            Ok((people(tx, org)?, view::ad_accounts(tx, org, &actor, &filter)?))
        })
        .await?;
    let base = format!("/centre/{org}");
    let ad_accounts: Vec<Json> =
        all.items.iter().map(|one| json!({"value": one.id, "label": one.name, "owner": one.owner.name, "own": one.own})).collect();
    Ok(
        context! { title => "centers.give_ad_role.many", base, people, ad_accounts, roles => roles(visit, AdRole::Admin), chosen, list => format!("{base}/ad_accounts?size={}", paging::MOST) },
    )
}

/// `GET /centre/{org}/ad_accounts/roles`
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit, json!({"users": [], "ad_accounts": [], "role": "analyst"})).await?;
    visit.page("centers/ad_roles.html", facts).await
}

fn sent(visit: &Visit) -> Result<ManyRoles, Refusal> {
    let form = visit.form();
    let users = form.all("user").into_iter().map(|text| typed::id::<UserId>("user", "centers.assets.member_bad", text));
    let ad_accounts =
        form.all("ad_account").into_iter().map(|text| typed::id::<AdAccountId>("ad_account", "centers.assets.ad_account_bad", text));
    let (users, ad_accounts) = (users.collect::<Result<_, _>>()?, ad_accounts.collect::<Result<_, _>>()?);
    Ok(ManyRoles { ad_accounts, users, role: form.text("role").to_owned() })
}

/// `POST /centre/{org}/ad_accounts/roles`: `apply=yes` does what the preview showed.
pub async fn post(visit: Visit) -> Answer {
    let form = visit.form();
    let chosen = json!({"users": form.all("user"), "ad_accounts": form.all("ad_account"), "role": form.text("role")});
    let dry = form.text("apply") != "yes";
    let mut facts = facts(&visit, chosen).await?;
    let outcome = match sent(&visit) {
        Ok(sent) => api::many(&visit, sent, dry).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(pairs) => {
            facts.insert("pairs".into(), web::fact(&pairs));
            facts.insert("dry".into(), dry.into());
            visit.page("centers/ad_roles.html", facts).await
        }
        Err(refusal) => visit.page_again("centers/ad_roles.html", facts, refusal).await,
    }
}
