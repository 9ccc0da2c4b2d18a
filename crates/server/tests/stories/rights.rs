//! What centres ask, owners grant, and members are given.

use super::Told;
use crate::{client::Reply, house::Member};
use kernel::{OrgId, Role, Span};
use serde_json::{Value as Json, json};

/// What these sentences remember: the last request of a centre, the last one that an owner scanned, and which centre people joined.
#[derive(Default)]
pub struct Rights {
    pub(super) asked: std::collections::BTreeMap<String, Json>,
    scanned: std::collections::BTreeMap<String, Json>,
    works_in: std::collections::BTreeMap<String, OrgId>,
}

/// `posts,live` as a list; `nothing` is none.
fn scopes(text: &str) -> Vec<&str> {
    text.split(',').filter(|scope| *scope != "nothing").collect()
}

/// Of several outcomes the only one, as an answer of its own.
fn only(reply: Reply) -> Reply {
    let denials = reply.json()["items"][0]["denials"].clone();
    if reply.status != 200 || denials.as_array().is_some_and(Vec::is_empty) {
        return reply;
    }
    Reply { status: 409, body: json!({"reasons": denials}).to_string(), ..reply }
}

impl Told<'_> {
    /// The sentence, if it is about rights: what was answered, where something was asked.
    pub(super) fn rights(&mut self, words: &[&str]) -> Option<Option<Reply>> {
        Some(match *words {
            [name, "joins", centre] => {
                let (org, user) = (self.people[centre].org, self.people[name].user);
                self.house.perform(access::add_member::AddMember { org, user, role: Role::CentreMember });
                self.rights.works_in.insert(name.into(), org);
                None
            }
            [name, "leaves", centre] => {
                let (org, user) = (self.people[centre].org, self.people[name].user);
                self.house.perform(access::RemoveMember { org, user });
                None
            }
            [centre, "asks", "for", wanted] => Some(self.asks(centre, wanted)),
            [centre, "takes", "its", "code", "back"] => {
                let id = self.rights.asked[centre]["id"].as_str().unwrap().to_owned();
                let member = self.person(centre);
                let path = format!("/api/v1/centres/{}/requests/{id}/withdraw", member.org);
                Some(member.client.post(&path, json!({})))
            }
            [owner, "scans", centre] => Some(self.scans(owner, centre)),
            [owner, "grants", handle, "for", wanted] => Some(self.grants(owner, handle, wanted)),
            [owner, "refuses", "the", "code"] => {
                let id = self.rights.scanned[owner]["id"].as_str().unwrap().to_owned();
                let member = self.person(owner);
                let path = format!("/api/v1/creators/{}/requests/{id}/refuse", member.org);
                Some(member.client.post(&path, json!({})))
            }
            [owner, "leaves", centre, "only", wanted, "on", handle] => {
                Some(self.change(owner, centre, handle, "narrow", json!({"scopes": scopes(wanted)})))
            }
            [owner, "ends", centre, "on", handle] => Some(self.change(owner, centre, handle, "end", json!({}))),
            [centre, "gives", handle, "back"] => {
                let (account, member) = (self.accounts[handle], self.person(centre));
                let path = format!("/api/v1/centres/{}/accounts/{account}/end", member.org);
                Some(member.client.post(&path, json!({})))
            }
            [centre, "gives", name, handle, "for", wanted] => {
                let (account, user) = (self.accounts[handle], self.people[name].user);
                let member = self.person(centre);
                let path = format!("/api/v1/centres/{}/assignments", member.org);
                let body = json!({"accounts": [account], "members": [user], "scopes": scopes(wanted)});
                Some(only(member.client.post(&path, body)))
            }
            [name, "links", handle, "for", wanted] => {
                let (account, member) = (self.accounts[handle], self.person(name));
                let path = format!("/api/v1/creators/{}/own_links", member.org);
                Some(member.client.post(&path, json!({"account": account, "scopes": scopes(wanted)})))
            }
            [name, "may", "use", handle, "for", wanted] => {
                let (account, user) = (self.accounts[handle], self.people[name].user);
                let centre = self.rights.works_in.get(name).copied().unwrap_or(self.people[name].org);
                let roads = self.house.store.read_blocking(move |tx| centers::index::grants::scopes_of(tx, centre, account, user)).unwrap();
                assert_eq!(serde_json::to_value(roads.all()).unwrap(), json!(scopes(wanted)), "{}", self.line);
                None
            }
            _ => return None,
        })
    }

    fn asks(&mut self, centre: &str, wanted: &str) -> Reply {
        let member = self.person(centre);
        let path = format!("/api/v1/centres/{}/requests", member.org);
        let reply = member.client.post(&path, json!({"scopes": scopes(wanted)}));
        if reply.status == 201 {
            self.rights.asked.insert(centre.into(), reply.json());
        }
        reply
    }

    fn scans(&mut self, owner: &str, centre: &str) -> Reply {
        let code = self.rights.asked[centre]["address"].clone();
        let member = self.person(owner);
        let path = format!("/api/v1/creators/{}/scans", member.org);
        let reply = member.client.post(&path, json!({"code": code}));
        if reply.status == 200 {
            self.rights.scanned.insert(owner.into(), reply.json());
        }
        reply
    }

    fn grants(&mut self, owner: &str, handle: &str, wanted: &str) -> Reply {
        let (account, request) = (self.accounts[handle], self.rights.scanned[owner].clone());
        let member = self.people[owner].clone();
        // Granting takes a confirmation; a program has it by naming the act.
        let (org, user) = (member.org, member.user);
        let named = &["centers.authorise"];
        let store = &self.house.store;
        let secret =
            store.write_blocking(move |tx| access::issue_token::issue_for(tx, org, user, "granting", named, Span::days(1))).unwrap();
        let mut confirmed: Member = member;
        confirmed.client.token = Some(secret);
        let path = format!("/api/v1/creators/{org}/requests/{}/authorise", request["id"].as_str().unwrap());
        let body = json!({"account": account, "scopes": scopes(wanted), "matching_code": request["matching_code"]});
        confirmed.client.post(&path, body)
    }

    fn change(&mut self, owner: &str, centre: &str, handle: &str, verb: &str, body: Json) -> Reply {
        let (account, centre) = (self.accounts[handle], self.people[centre].org);
        let held = self.house.store.read_blocking(move |tx| centers::index::grants::grant(tx, centre, account)).unwrap();
        let grant = held.unwrap_or_else(|| panic!("nothing is granted: {}", self.line)).held.grant;
        let member = self.person(owner);
        member.client.post(&format!("/api/v1/creators/{}/grants/{grant}/{verb}", member.org), body)
    }
}
