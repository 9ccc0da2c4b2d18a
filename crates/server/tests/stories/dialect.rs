//! What people do by TikTok's SDK, told beside what others do and see in the console: `SDK: ` and a sentence.

use super::Told;
use crate::{
    business::{self, App, Sdk},
    client::Reply,
    house::Member,
};
use kernel::Span;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The app through which they act, and the token of each.
#[derive(Default)]
pub(super) struct Dialect {
    app: Option<App>,
    tokens: BTreeMap<String, String>,
    groups: BTreeMap<String, String>,
    addresses: BTreeMap<String, String>,
}

/// The sentence, if it is one of these; `Some(None)` where nothing was sent.
pub(super) fn step(told: &mut Told<'_>, act: &str) -> Option<Option<Reply>> {
    let words: Vec<&str> = act.split(' ').collect();
    if let ["SDK:", who, rest @ ..] = &words[..] {
        return by_sdk(told, who, rest).map(Some);
    }
    match words[..] {
        [person, "accepts", "the", "invitation", "of", centre] => {
            let (org, user) = (told.people[centre].org, told.people[person].user);
            business::join(&told.house, org, user, &told.dialect.addresses[person]);
            let member = told.house.member(org, user);
            told.people.insert(person.into(), member);
            told.named.centres.insert(person.into(), centre.into());
            Some(None)
        }
        [owner, "reads", "that", person, "used", handle, "for", centre] => {
            reads_of_use(told, owner, person, handle, centre);
            Some(None)
        }
        _ => None,
    }
}

fn by_sdk(told: &mut Told<'_>, who: &str, rest: &[&str]) -> Option<Reply> {
    let bc = told.people[who].org.to_string();
    let mut sdk = sdk(told, who);
    Some(match *rest {
        ["opens", ad_account] => {
            let info = json!({"name": ad_account, "currency": "GBP", "timezone": "Europe/London"});
            let said = sdk.post("/bc/advertiser/create/", &json!({"bc_id": bc, "advertiser_info": info}));
            if let Some(id) = said["data"]["advertiser_id"].as_str() {
                told.named.ad_accounts.insert(ad_account.into(), id.parse().unwrap());
            }
            reply(&said)
        }
        ["asks", "for", wanted] => {
            let roles: Vec<&str> = wanted.split(',').map(role).collect();
            let said = sdk.get("/bc/asset/account/authorization/", &[("bc_id", bc.into()), ("tt_account_roles", json!(roles))]);
            if said["code"] == 0 {
                told.rights.asked.insert(who.into(), json!({"address": said["data"]["bc_auth_qr_code"]}));
            }
            reply(&said)
        }
        ["gives", person, handle, "for", wanted] => {
            let roles: Vec<&str> = wanted.split(',').map(role).collect();
            let (user, account) = (told.people[person].user, told.accounts[handle]);
            let body = json!({"bc_id": bc, "user_id": user, "asset_type": "TT_ACCOUNT", "asset_id": account, "tt_account_roles": roles});
            reply(&sdk.post("/bc/asset/assign/", &body))
        }
        ["makes", person, role, "on", ad_account] => {
            let (user, asset) = (told.people[person].user, told.named.ad_accounts[ad_account]);
            let role = role.to_uppercase();
            let body = json!({"bc_id": bc, "user_id": user, "asset_type": "ADVERTISER", "asset_id": asset, "advertiser_role": role});
            reply(&sdk.post("/bc/asset/assign/", &body))
        }
        ["invites", person, "as", role, "on", ad_account] => {
            let user = told.house.person(person);
            let email = told.house.store.read_blocking(move |tx| Ok(access::index::user(tx, user)?.unwrap().email)).unwrap();
            let (asset, role) = (told.named.ad_accounts[ad_account], role.to_uppercase());
            let body = json!({"bc_id": bc, "emails": [email], "asset_ids": [asset], "advertiser_role": role});
            let client = told.house.client();
            told.people.insert(person.into(), Member { org: told.people[who].org, user, client });
            told.dialect.addresses.insert(person.into(), email);
            reply(&sdk.post("/bc/member/invite/", &body))
        }
        ["looks", "at", "the", "posts", "of", handle, "in", ad_account] => {
            let (advertiser, account) = (json!(told.named.ad_accounts[ad_account]), json!(told.accounts[handle]));
            let kind = json!("BC_AUTH_TT");
            let of = [
                ("advertiser_id", advertiser),
                ("identity_id", account),
                ("identity_type", kind),
                ("identity_authorized_bc_id", bc.into()),
            ];
            reply(&sdk.get("/identity/video/get/", &of))
        }
        ["advertises", post, "of", handle, "in", ad_account] => {
            let (advertiser, account) = (told.named.ad_accounts[ad_account], told.accounts[handle]);
            let group = group(told, &mut sdk, ad_account, &json!(advertiser));
            let creative = json!({
                "ad_name": "Autumn", "identity_type": "BC_AUTH_TT", "identity_id": account, "identity_authorized_bc_id": bc, "tiktok_item_id": post,
            });
            let said = sdk.post("/ad/create/", &json!({"advertiser_id": advertiser, "adgroup_id": group, "creatives": [creative]}));
            if let Some(ad) = said["data"]["ad_ids"][0].as_str() {
                let owner = told.owners[handle].clone();
                told.spark.ads.insert(post.into(), (ad.into(), who.into(), owner));
            }
            reply(&said)
        }
        _ => return None,
    })
}

fn sdk(told: &mut Told<'_>, who: &str) -> Sdk {
    if told.dialect.app.is_none() {
        told.dialect.app = Some(business::app(&told.house));
    }
    if !told.dialect.tokens.contains_key(who) {
        let token = business::token(&told.house, told.dialect.app.as_ref().unwrap(), &told.people[who]);
        told.dialect.tokens.insert(who.into(), token);
    }
    Sdk::new(&told.house, &told.dialect.tokens[who])
}

/// The ad group of an ad account, made by the SDK when it is first needed.
fn group(told: &mut Told<'_>, sdk: &mut Sdk, ad_account: &str, advertiser: &Json) -> String {
    if let Some(group) = told.dialect.groups.get(ad_account) {
        return group.clone();
    }
    let body = json!({"advertiser_id": advertiser, "campaign_name": "Autumn", "objective_type": "TRAFFIC"});
    let campaign = sdk.post("/campaign/create/", &body)["data"]["campaign_id"].clone();
    let body = json!({"advertiser_id": advertiser, "campaign_id": campaign, "adgroup_name": "London"});
    let group = sdk.post("/adgroup/create/", &body)["data"]["adgroup_id"].as_str().expect("an ad group").to_owned();
    told.dialect.groups.insert(ad_account.into(), group.clone());
    group
}

fn role(scope: &str) -> &str {
    match scope {
        "posts" => "POST",
        "live" => "LIVE",
        "messages" => "DIRECT_MESSAGE",
        other => other,
    }
}

/// An answer of the dialect as the REST API would give it, so that stories expect refusals in one way: the stable names of the
/// reasons stand in the message.
fn reply(said: &Json) -> Reply {
    let names = |text: &str| -> Vec<Json> {
        let named = text.split('(').skip(1).filter_map(|rest| rest.split_once(')')).map(|(name, _)| name);
        named.filter(|name| name.split('.').count() > 1 && !name.contains(' ')).map(|name| json!({"code": name})).collect()
    };
    let (status, body) = match said["code"].as_u64().unwrap() {
        0 => (200, said["data"].clone()),
        40_007 => (404, said.clone()),
        _ => (409, json!({"reasons": names(said["message"].as_str().unwrap())})),
    };
    Reply { status, headers: Vec::new(), body: body.to_string() }
}

/// The owner's page about a centre's grant names who used the account.
fn reads_of_use(told: &mut Told<'_>, owner: &str, person: &str, handle: &str, centre: &str) {
    let (account, centre, user) = (told.accounts[handle], told.people[centre].org, told.people[person].user);
    let grant = told.house.store.read_blocking(move |tx| centers::index::grants::grant(tx, centre, account)).unwrap().unwrap().held.grant;
    let name = told.house.store.read_blocking(move |tx| Ok(access::index::user(tx, user)?.unwrap().name)).unwrap();
    let member = &told.people[owner];
    let page = told.house.browser(member).get(&format!("/creator/{}/access/{grant}", member.org)).must(200).body;
    assert!(page.contains(&name), "{name} is not on {owner}'s page: {page}");
    told.house.clock.advance(Span::minutes(1));
}
