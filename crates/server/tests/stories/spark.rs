//! What owners grant and centres hand on, codes for posts, and Spark ads.

use super::Told;
use crate::{client::Reply, house::Member};
use kernel::{Role, Span};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What the stories of centres remember by name.
#[derive(Default)]
pub(super) struct Advertised {
    /// Of each ad account an ad group.
    groups: BTreeMap<String, String>,
    /// The last ad of a post, with the centre's member who made it and the creator whose post it is.
    pub(super) ads: BTreeMap<String, (String, String, String)>,
    /// Of an account.
    grants: BTreeMap<String, String>,
    /// The last code, and its authorisation.
    code: (String, String),
}

/// The step as a reply, if it is one of these; `Some(None)` where nothing was sent.
pub(super) fn step(told: &mut Told<'_>, act: &str) -> Option<Option<Reply>> {
    let words: Vec<&str> = act.split(' ').collect();
    match words[..] {
        [person, "joins", centre, "as", name] => {
            let (org, user) = (told.people[centre].org, told.people[person].user);
            told.house.perform(access::AddMember { org, user, role: Role::CentreMember });
            let member = told.house.member(org, user);
            told.people.insert(name.into(), member);
            told.named.centres.insert(name.into(), centre.into());
            Some(None)
        }
        ["post", id, "of", handle] => Some(Some(record(told, handle, id, "public"))),
        ["post", id, "of", handle, "is", visibility] => Some(Some(record(told, handle, id, visibility))),
        [owner, "switches", to @ ("on" | "off"), id, "of", handle] => {
            let path = format!("accounts/{}/posts/{id}/switch", told.accounts[handle]);
            Some(Some(told.post(owner, "creators", &path, json!({"on": to == "on"}))))
        }
        [handle, "is", "marked", "as", "political"] => {
            let (operator, account) = (told.operator.org, told.accounts[handle]);
            let reason = "a ministry".to_owned();
            told.house.perform(accounts::mark_political::MarkPolitical { operator, account, political: true, reason });
            Some(None)
        }
        [member, verb @ ("pauses" | "resumes"), "the", "ad", "of", id] => {
            let ad = told.spark.ads[id].0.clone();
            let verb = if verb == "pauses" { "pause" } else { "resume" };
            Some(Some(told.post(member, "centres", &format!("ads/{ad}/{verb}"), json!({}))))
        }
        _ => sentence(told, act),
    }
}

fn sentence(told: &mut Told<'_>, act: &str) -> Option<Option<Reply>> {
    if let Some(rest) = act.strip_prefix("the ad of ") {
        let (id, state) = rest.split_once(" is ")?;
        seen(told, id, state);
        return Some(None);
    }
    if let Some((centre, rest)) = act.split_once(" is granted ") {
        let (scopes, handle) = rest.split_once(" on ")?;
        return Some(Some(granted(told, centre, &list(scopes), handle)));
    }
    if let Some((centre, rest)) = act.split_once(" assigns ") {
        let (handle, rest) = rest.split_once(" to ")?;
        let (member, scopes) = rest.split_once(" for ")?;
        let body = json!({"accounts": [told.accounts[handle]], "members": [told.people[member].user], "scopes": list(scopes)});
        return Some(Some(told.post(centre, "centres", "assignments", body)));
    }
    if let Some((centre, rest)) = act.split_once(" takes ") {
        let (handle, member) = rest.split_once(" from ")?;
        let path =
            format!("/api/v1/centres/{}/accounts/{}/members/{}", told.people[centre].org, told.accounts[handle], told.people[member].user);
        return Some(Some(sent(told.person(centre), "DELETE", &path, json!({}))));
    }
    for verb in ["withhold", "restore"] {
        if let Some((centre, rest)) = act.split_once(&format!(" {verb}s ")) {
            let (handle, ad_account) = rest.split_once(if verb == "withhold" { " from " } else { " for " })?;
            let path = format!("accounts/{}/ad_accounts/{}/{verb}", told.accounts[handle], told.named.ad_accounts[ad_account]);
            return Some(Some(told.post(centre, "centres", &path, json!({}))));
        }
    }
    if let Some((name, rest)) = act.split_once(" may show ") {
        return may_show(told, name, rest);
    }
    if let Some((owner, rest)) = act.split_once(" narrows the grant on ") {
        let (handle, scopes) = rest.split_once(" to ")?;
        let path = format!("grants/{}/narrow", told.spark.grants[handle]);
        return Some(Some(told.post(owner, "creators", &path, json!({"scopes": list(scopes)}))));
    }
    if let Some((owner, handle)) = act.split_once(" ends the grant on ") {
        let path = format!("grants/{}/end", told.spark.grants[handle]);
        return Some(Some(told.post(owner, "creators", &path, json!({"reason": "enough"}))));
    }
    if let Some((owner, rest)) = act.split_once(" links ") {
        let (handle, scopes) = rest.split_once(" to themself for ")?;
        let body = json!({"account": told.accounts[handle], "scopes": list(scopes)});
        return Some(Some(told.post(owner, "creators", "own_links", body)));
    }
    if let Some((owner, handle)) = act.split_once(" unlinks themself from ") {
        let member = &told.people[owner];
        let path = format!("/api/v1/creators/{}/own_links/{}/{}", member.org, told.accounts[handle], member.user);
        return Some(Some(sent(told.person(owner), "DELETE", &path, json!({}))));
    }
    of_codes(told, act).or_else(|| advertised(told, act))
}

fn of_codes(told: &mut Told<'_>, act: &str) -> Option<Option<Reply>> {
    if let Some((owner, rest)) = act.split_once(" makes a code for ") {
        let (id, rest) = rest.split_once(" of ")?;
        let (handle, days) = rest.split_once(" for ")?;
        let days: i64 = days.trim_end_matches(" days").parse().unwrap();
        let reply = told.post(owner, "creators", "post_codes", json!({"account": told.accounts[handle], "post": id, "days": days}));
        if reply.status == 201 {
            let made = reply.json();
            told.spark.code = (text(&made["code"]), text(&made["id"]));
        }
        return Some(Some(reply));
    }
    if let Some((member, ad_account)) = act.split_once(" applies the code in ") {
        let body = json!({"ad_account": told.named.ad_accounts[ad_account], "code": told.spark.code.0});
        return Some(Some(told.post(member, "centres", "post_codes", body)));
    }
    if let Some((owner, days)) = act.split_once(" extends the code by ") {
        let path = format!("post_codes/{}/extend", told.spark.code.1);
        let days: i64 = days.trim_end_matches(" days").parse().unwrap();
        return Some(Some(told.post(owner, "creators", &path, json!({"days": days}))));
    }
    let owner = act.strip_suffix(" deletes the code")?;
    let path = format!("/api/v1/creators/{}/post_codes/{}", told.people[owner].org, told.spark.code.1);
    Some(Some(sent(told.person(owner), "DELETE", &path, json!({}))))
}

/// A member makes an ad of a post or a live: `Mo advertises 7 of mei in Main`, and `by code` where the road is named.
fn advertised(told: &mut Told<'_>, act: &str) -> Option<Option<Reply>> {
    let (member, rest) = act.split_once(" advertises ")?;
    let (id, rest) = rest.split_once(" of ")?;
    let (handle, ad_account) = rest.split_once(" in ")?;
    let ad_account_id = told.named.ad_accounts[ad_account];
    // Whoever may not run ads makes no campaign; the ad's own conditions are what the story is about.
    let group = match told.spark.groups.get(ad_account) {
        Some(group) => group.clone(),
        None => {
            let body = json!({"ad_account": ad_account_id, "name": "Autumn", "objective": "traffic"});
            let campaign = text(&told.post(member, "centres", "campaigns", body).must(201).json()["id"]);
            let body = json!({"ad_account": ad_account_id, "campaign": campaign, "name": "London"});
            let group = text(&told.post(member, "centres", "ad_groups", body).must(201).json()["id"]);
            told.spark.groups.insert(ad_account.into(), group.clone());
            group
        }
    };
    let body = json!({"ad_account": ad_account_id, "ad_group": group, "name": id, "account": told.accounts[handle], "post": id});
    // The dry run says the same as the act.
    let dry = told.post(member, "centres", "ads/precheck", body.clone());
    let reply = told.post(member, "centres", "ads", body);
    match reply.status {
        201 => assert_eq!(dry.json()["possible"], true, "{act}"),
        409 => assert_eq!(dry.json()["possible"], false, "{act}"),
        other => assert_eq!(dry.status, other, "{act}"),
    }
    if reply.status == 201 {
        let owner = told.owners[handle].clone();
        told.spark.ads.insert(id.into(), (text(&reply.json()["id"]), member.into(), owner));
        // Whoever comes back to their ads finds the ad account with campaigns, whichever comes first by its name.
        let person = told.people[member].clone();
        let page = told.house.browser(&person).get(&format!("/centre/{}/ads", person.org)).must(200).body;
        assert!(page.contains(&format!("new?ad_account={ad_account_id}")), "{act}");
    }
    Some(Some(reply))
}

/// Both sides see the same state of an ad, and the same reasons: `running`, `paused`, `paused because CODE, CODE`.
fn seen(told: &mut Told<'_>, id: &str, expected: &str) {
    let (state, because) = expected.split_once(" because ").unwrap_or((expected, ""));
    let (ad, member, owner) = told.spark.ads[id].clone();
    let centre = told.people[&member].org;
    // Whoever made the ad may be gone; an admin of the centre sees it in any case.
    let admin = told.named.centres.values().find(|name| told.people[*name].org == centre).unwrap().clone();
    let by_centre = told.get(&admin, "centres", &format!("ads/{ad}"));
    let by_owner = told.get(&owner, "creators", &format!("ads/{ad}"));
    for reply in [by_centre, by_owner] {
        let seen = reply.must(200).json();
        let codes: Vec<String> = seen["because"].as_array().unwrap().iter().map(|reason| text(&reason["code"])).collect();
        assert_eq!(seen["state"], state, "{id} {expected}: {codes:?}");
        let said: Vec<String> = because.split(", ").filter(|code| !code.is_empty()).map(|code| format!("centers.spark.{code}")).collect();
        assert_eq!(codes, said, "{id}");
        assert!(seen["because"].as_array().unwrap().iter().all(|reason| text(&reason["text"]).len() > 10), "said in words");
    }
}

/// From the code that the centre's admin shows to the grant, as both sides do it.
fn granted(told: &mut Told<'_>, centre: &str, scopes: &[&str], handle: &str) -> Reply {
    let (owner, account) = (told.owners[handle].clone(), told.accounts[handle]);
    let asked = told.post(centre, "centres", "requests", json!({"scopes": scopes})).must(201).json();
    // Authorising takes a fresh confirmation, which a program gives by a token that names the act.
    let (org, user) = (told.people[&owner].org, told.people[&owner].user);
    let named = &["*", "centers.authorise"];
    let issue = move |tx: &mut store::Tx<'_>| access::issue_token::issue_for(tx, org, user, "test", named, Span::days(365));
    let secret = told.house.store.write_blocking(issue).unwrap();
    told.person(&owner).client.token = Some(secret);
    let scanned = told.post(&owner, "creators", "scans", json!({"code": asked["address"]})).must(200).json();
    let path = format!("requests/{}/authorise", text(&scanned["id"]));
    let body = json!({"account": account, "scopes": scopes, "matching_code": scanned["matching_code"]});
    let reply = told.post(&owner, "creators", &path, body);
    if reply.status == 200 {
        told.spark.grants.insert(handle.into(), text(&reply.json()["id"]));
    }
    reply
}

fn record(told: &mut Told<'_>, handle: &str, id: &str, visibility: &str) -> Reply {
    let (owner, account) = (told.owners[handle].clone(), told.accounts[handle]);
    let at = told.house.clock_now() - Span::days(2);
    let path = format!("/api/v1/orgs/{}/accounts/{account}/posts", told.people[&owner].org);
    let body = json!({"posts": [{"id": id, "at": at, "title": format!("Post {id}"), "visibility": visibility}]});
    told.person(&owner).client.post(&path, body)
}

/// `Mo may show 7 of mei in Main`, or `… in Main: CODE, CODE` for the reasons against.
fn may_show(told: &mut Told<'_>, name: &str, rest: &str) -> Option<Option<Reply>> {
    let (id, rest) = rest.split_once(" of ")?;
    let (handle, rest) = rest.split_once(" in ")?;
    let (ad_account, reasons) = rest.split_once(": ").unwrap_or((rest, ""));
    let (account, ad_account) = (told.accounts[handle], told.named.ad_accounts[ad_account]);
    let (org, user) = (told.people[name].org, told.people[name].user);
    let asked =
        json!({"question": "use", "user": user, "centre": org, "account": account, "scope": "posts", "ad_account": ad_account, "post": id});
    let answer =
        told.person(name).client.post("/api/v1/decisions/check", json!({"questions": [asked]})).must(200).json()["answers"][0].clone();
    let codes: Vec<String> = answer["reasons"].as_array().unwrap().iter().map(|reason| text(&reason["code"])).collect();
    let said: Vec<String> = reasons.split(", ").filter(|code| !code.is_empty()).map(|code| format!("decisions.{code}")).collect();
    assert_eq!((answer["allowed"].as_bool(), codes), (Some(said.is_empty()), said), "{answer}");
    Some(None)
}

fn list(scopes: &str) -> Vec<&str> {
    scopes.split(" and ").collect()
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn sent(member: &mut Member, method: &str, path: &str, body: Json) -> Reply {
    member.client.send(method, path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
}

impl Told<'_> {
    fn post(&mut self, name: &str, side: &str, path: &str, body: Json) -> Reply {
        let member = self.person(name);
        member.client.post(&format!("/api/v1/{side}/{}/{path}", member.org), body)
    }
    fn get(&mut self, name: &str, side: &str, path: &str) -> Reply {
        let member = self.person(name);
        member.client.get(&format!("/api/v1/{side}/{}/{path}", member.org))
    }
}
