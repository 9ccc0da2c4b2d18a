//! What happens in and between Business Centers, as stories tell it.

use super::Told;
use crate::{client::Reply, house::Member};
use access::Merchant;
use kernel::{AdAccountId, AssetGroupId, OrgId, OrgKind, PartnershipId, Role};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What the story has named.
#[derive(Default)]
pub(super) struct Named {
    /// In which centre a person works.
    pub(super) centres: BTreeMap<String, String>,
    pub(super) ad_accounts: BTreeMap<String, AdAccountId>,
    groups: BTreeMap<String, AssetGroupId>,
    /// The last partnership of two centres, in either order.
    partnerships: BTreeMap<(String, String), PartnershipId>,
}

/// One line, if it is about centres: what was answered, or nothing where the line was only looked at.
pub(super) fn step(told: &mut Told<'_>, act: &str) -> Option<Option<Reply>> {
    let words: Vec<&str> = act.split(' ').collect();
    match words[..] {
        ["centre", name, region] => {
            let centre = told.house.org(OrgKind::Centre, name, region, Merchant::Open);
            told.named.centres.insert(name.into(), name.into());
            told.people.insert(name.into(), centre);
            Some(None)
        }
        ["member", person, "of", name] => {
            let org = told.people[name].org;
            told.named.centres.insert(person.into(), name.into());
            let member = told.house.colleague(org, Role::CentreMember);
            told.people.insert(person.into(), member);
            Some(None)
        }
        [name, "opens", ad_account] => Some(Some(opens(told, name, ad_account))),
        [name, "renames", ad_account, new] => {
            let path = at(told, name, ad_account, "/name");
            let reply = put(told.person(name), &path, &json!({"name": new}));
            if reply.status == 200 {
                let id = told.named.ad_accounts.remove(ad_account)?;
                told.named.ad_accounts.insert(new.into(), id);
            }
            Some(Some(reply))
        }
        [name, "closes", ad_account] => {
            let path = at(told, name, ad_account, "");
            Some(Some(delete(told.person(name), &path)))
        }
        [name, "makes", person, role, "on", ad_account] => {
            let user = told.people[person].user;
            let path = at(told, name, ad_account, &format!("/members/{user}"));
            Some(Some(put(told.person(name), &path, &json!({"role": role}))))
        }
        [name, "takes", person, "off", ad_account] => {
            let user = told.people[person].user;
            let path = at(told, name, ad_account, &format!("/members/{user}"));
            Some(Some(delete(told.person(name), &path)))
        }
        [person, "is", role @ ("admin" | "operator" | "analyst" | "nothing"), "on", ad_account] => {
            let (org, user, id) = (told.people[person].org, told.people[person].user, told.named.ad_accounts[ad_account]);
            let found = told.house.store.read_blocking(move |tx| centers::index::ad_accounts::role_in(tx, id, org, user)).unwrap();
            assert_eq!(found.map_or("nothing", centers::AdRole::code), role, "{act}");
            Some(None)
        }
        [person, "finds", ad_account] => {
            let path = at(told, person, ad_account, "");
            told.person(person).client.get(&path).must(200);
            Some(None)
        }
        [person, "finds", "no", ad_account] => {
            finds_none(told, person, ad_account);
            Some(None)
        }
        [name, "asks", other, "to", "be", "partners"] => {
            let partner = told.people[other].org;
            let path = of(told, name, "/partners");
            let reply = told.person(name).client.post(&path, json!({"partner": partner}));
            if reply.status == 201 {
                let id: PartnershipId = reply.json()["id"].as_str()?.parse().ok()?;
                told.named.partnerships.insert((name.into(), other.into()), id);
                told.named.partnerships.insert((other.into(), name.into()), id);
            }
            Some(Some(reply))
        }
        [name, verb @ ("accept" | "decline" | "withdraw" | "end"), "with", other] => {
            let id = told.named.partnerships[&(name.to_owned(), other.to_owned())];
            let path = of(told, name, &format!("/partners/{id}/{verb}"));
            Some(Some(told.person(name).client.post(&path, json!({}))))
        }
        [name, "shares", ad_account, "with", other, "up", "to", role] => {
            let partner = told.people[other].org;
            let path = at(told, name, ad_account, &format!("/shares/{partner}"));
            Some(Some(put(told.person(name), &path, &json!({"role": role}))))
        }
        [name, "stops", "sharing", ad_account, "with", other] => {
            let partner = told.people[other].org;
            let path = at(told, name, ad_account, &format!("/shares/{partner}"));
            Some(Some(delete(told.person(name), &path)))
        }
        [name, "groups", ad_account, "as", group] => Some(Some(groups(told, name, ad_account, group))),
        [name, "puts", person, "into", group, "as", role] => {
            let (user, id) = (told.people[person].user, told.named.groups[group]);
            let path = of(told, name, &format!("/groups/{id}/add"));
            Some(Some(told.person(name).client.post(&path, json!({"members": [{"user": user, "role": role}]}))))
        }
        [name, "takes", person, "out", "of", group] => {
            let (user, id) = (told.people[person].user, told.named.groups[group]);
            let path = of(told, name, &format!("/groups/{id}/remove"));
            Some(Some(told.person(name).client.post(&path, json!({"members": [user]}))))
        }
        [name, "removes", "group", group] => {
            let id = told.named.groups[group];
            let path = of(told, name, &format!("/groups/{id}"));
            Some(Some(delete(told.person(name), &path)))
        }
        [person, "is", "removed"] => {
            let Member { org, user, .. } = told.people[person];
            told.house.perform(access::RemoveMember { org, user });
            Some(None)
        }
        [name, "is", "suspended"] if told.named.centres.contains_key(name) => {
            let org = told.people[name].org;
            let operator = told.operator.org;
            told.house.perform(access::SuspendOrg { operator, org, reason: "looked into".into() });
            Some(None)
        }
        [name, "logs", event] => {
            logs(told, name, event);
            Some(None)
        }
        _ => None,
    }
}

fn of(told: &Told<'_>, name: &str, rest: &str) -> String {
    format!("/api/v1/centres/{}{rest}", told.people[name].org)
}

fn at(told: &Told<'_>, name: &str, ad_account: &str, rest: &str) -> String {
    of(told, name, &format!("/ad_accounts/{}{rest}", told.named.ad_accounts[ad_account]))
}

fn put(member: &mut Member, path: &str, body: &Json) -> Reply {
    member.client.send("PUT", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
}

fn delete(member: &mut Member, path: &str) -> Reply {
    member.client.send("DELETE", path, &[], b"")
}

fn opens(told: &mut Told<'_>, name: &str, ad_account: &str) -> Reply {
    let path = of(told, name, "/ad_accounts");
    let body = json!({"name": ad_account, "currency": "GBP", "zone": "Europe/London"});
    let reply = told.person(name).client.post(&path, body);
    if reply.status == 201 {
        told.named.ad_accounts.insert(ad_account.into(), reply.json()["id"].as_str().unwrap().parse().unwrap());
    }
    reply
}

fn groups(told: &mut Told<'_>, name: &str, ad_account: &str, group: &str) -> Reply {
    let path = of(told, name, "/groups");
    let reply = told.person(name).client.post(&path, json!({"name": group}));
    if reply.status != 201 {
        return reply;
    }
    let id: AssetGroupId = reply.json()["id"].as_str().unwrap().parse().unwrap();
    told.named.groups.insert(group.into(), id);
    let ad_account = told.named.ad_accounts[ad_account];
    let path = of(told, name, &format!("/groups/{id}/add"));
    told.person(name).client.post(&path, json!({"ad_accounts": [ad_account]}))
}

/// What is not a person's to see answers exactly as what does not exist: alone, in the list, in its count and in a search.
fn finds_none(told: &mut Told<'_>, person: &str, ad_account: &str) {
    let hidden = at(told, person, ad_account, "");
    let (id, nothing): (AdAccountId, AdAccountId) = (told.named.ad_accounts[ad_account], store::fresh());
    let missing = hidden.replace(&id.to_string(), &nothing.to_string());
    let list = of(told, person, "/ad_accounts");
    let org: OrgId = told.people[person].org;
    let page = format!("/centre/{org}/ad_accounts/{id}");
    let mut browser = told.house.browser(&told.people[person].clone());
    let member = told.person(person);
    let same = |one: Reply, other: Reply| {
        let plain = |reply: &Reply| reply.body.replace(&id.to_string(), "").replace(&nothing.to_string(), "");
        assert_eq!((one.status, plain(&one)), (other.status, plain(&other)), "{hidden}");
    };
    same(member.client.get(&hidden).must(404), member.client.get(&missing).must(404));
    for (path, body) in [("/name", json!({"name": "Mine"})), (&*format!("/members/{}", member.user), json!({"role": "admin"}))] {
        same(put(member, &format!("{hidden}{path}"), &body), put(member, &format!("{missing}{path}"), &body));
    }
    for query in ["", "?q=a", "?own=yes", "?own=no", "?size=1"] {
        let all = member.client.get(&format!("{list}{query}")).must(200).json();
        let items = all["items"].as_array().unwrap();
        assert!(items.iter().all(|one| one["id"] != id.to_string()), "{query} {all}");
        assert!(all["total"].as_u64().unwrap() >= items.len() as u64);
    }
    let counted = member.client.get(&list).must(200).json();
    assert_eq!(counted["total"], counted["items"].as_array().unwrap().len());
    browser.get(&page).must(404);
    assert!(!browser.get(&format!("/centre/{org}/ad_accounts")).must(200).body.contains(&id.to_string()));
}

/// The last entry of a centre's change log is of this kind, and says so in words of both languages that hold no id.
fn logs(told: &mut Told<'_>, name: &str, event: &str) {
    for lang in ["en", "zh"] {
        let path = of(told, name, &format!("/changes?size=1&lang={lang}"));
        let page = told.person(name).client.get(&path).must(200).json();
        let last = &page["items"][0];
        assert_eq!(last["event"], event, "{last}");
        let text = last["text"].as_str().unwrap();
        let id = |word: &str| word.split_once('_').is_some_and(|(_, digits)| digits.len() >= 32);
        assert!(text != event && !text.contains('{') && !text.split([' ', '“', '”']).any(id), "{text}");
    }
}
