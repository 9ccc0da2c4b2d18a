//! The change log of a centre, in words: who did what, when. Names, not ids.

pub mod pages;

use crate::index::{
    ad_accounts,
    changes::{self, Change, Filter},
    groups,
};
use kernel::{AdAccountId, AssetGroupId, Instant, OrgId, Refusal, TokenId, UserId};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use store::{Tx, args};
use utoipa::ToSchema;
use web::Visit;

/// An entry of the change log.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CentreChange {
    /// Its position in the log.
    pub seq: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Who did it: a member's name, the other side's organisation, or the platform.
    pub who: String,
    /// `user`, `account`, `asset` or `business`.
    pub activity: String,
    /// What happened, as a code: `centers.ad_account_opened`.
    pub event: String,
    /// What happened, in words.
    pub text: String,
    /// What the event says, ids included.
    #[schema(value_type = Object)]
    pub facts: Map<String, Json>,
}

/// A page of the change log.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CentreChangePage {
    /// The entries, newest first.
    pub items: Vec<CentreChange>,
    /// What `after` has to be for the next page; nothing at the end.
    pub next: Option<String>,
    /// How many there are in all, whatever the page.
    pub total: i64,
}

/// An entry with the names that its words need.
pub struct Named {
    change: Change,
    names: Map<String, Json>,
    who: Option<String>,
}

/// A page of the log, with names.
pub struct Page {
    /// The entries.
    pub items: Vec<Named>,
    /// Before which position the next page begins.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: i64,
}

/// Loads a page of a centre's change log. `filter.limit` is how many it holds.
pub fn load(tx: &mut Tx<'_>, centre: OrgId, filter: &Filter) -> Result<Page, Refusal> {
    let mut found = changes::list(tx, centre, &Filter { limit: filter.limit + 1, ..filter.clone() })?;
    let more = found.len() as i64 > filter.limit;
    found.truncate(usize::try_from(filter.limit).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|last| last.seq.to_string());
    let total = changes::count(tx, centre, filter)?;
    let mut names = Names { centre, known: HashMap::new() };
    let items = found.into_iter().map(|change| names.entry(tx, change)).collect::<Result<_, _>>()?;
    Ok(Page { items, next, total })
}

/// The names that were looked up for one page.
struct Names {
    centre: OrgId,
    known: HashMap<String, Option<String>>,
}

impl Names {
    fn entry(&mut self, tx: &mut Tx<'_>, change: Change) -> Result<Named, Refusal> {
        let mut names = change.facts.clone();
        for value in names.values_mut() {
            let name = match value.as_str() {
                Some(text) => self.name(tx, text)?,
                None => None,
            };
            if let Some(name) = name {
                *value = name.into();
            }
        }
        let who = self.who(tx, &change)?;
        Ok(Named { change, names, who })
    }

    /// What an id names; nothing for what is no id.
    fn name(&mut self, tx: &mut Tx<'_>, text: &str) -> Result<Option<String>, Refusal> {
        if let Some(known) = self.known.get(text) {
            return Ok(known.clone());
        }
        let name = self.look_up(tx, text)?;
        self.known.insert(text.to_owned(), name.clone());
        Ok(name)
    }

    fn look_up(&self, tx: &mut Tx<'_>, text: &str) -> Result<Option<String>, Refusal> {
        if let Ok(id) = text.parse::<OrgId>() {
            return Ok(access::index::org(tx, id)?.map(|org| org.name));
        }
        if let Ok(id) = text.parse::<UserId>() {
            return Ok(access::index::user(tx, id)?.map(|user| user.name));
        }
        if let Ok(id) = text.parse::<kernel::AccountId>() {
            return Ok(accounts::index::account(tx, id)?.map(|account| format!("@{}", account.handle)));
        }
        if let Ok(id) = text.parse::<AdAccountId>() {
            return Ok(ad_accounts::ad_account(tx, id)?.map(|one| one.name));
        }
        if let Ok(id) = text.parse::<AssetGroupId>()
            && let Ok(group) = groups::group(tx, self.centre, id)
        {
            return Ok(Some(group.name));
        }
        // What is gone, and what has a name only in its own event, is named by the log.
        let is_id = text.split_once('_').is_some_and(|(_, digits)| digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        if is_id { self.named_in_log(tx, text) } else { Ok(None) }
    }

    /// The last name under which this centre's log knows something.
    fn named_in_log(&self, tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Refusal> {
        let sql = "SELECT facts FROM centre_changes WHERE centre = $1 AND activity = 'asset' AND facts LIKE $2 AND facts LIKE '%\"name\":%'
                   ORDER BY seq DESC LIMIT 1";
        let row = tx.one(sql, args![self.centre, format!("%\"{id}\"%")])?;
        let facts = row.map(|row| row.json::<Map<String, Json>>(0)).transpose()?.unwrap_or_default();
        Ok(facts.get("name").and_then(Json::as_str).map(str::to_owned))
    }

    /// Who did it: a name on one's own side, the organisation's on the other, nobody where it was the platform.
    fn who(&mut self, tx: &mut Tx<'_>, change: &Change) -> Result<Option<String>, Refusal> {
        let token = change.actor.parse::<TokenId>().ok();
        if let Some(token) = token.map(|token| access::index::token(tx, self.centre, token)).transpose()?.flatten() {
            return Ok(Some(token.name));
        }
        // What an app did for a person, that person did.
        let app = token.map(|token| apps::index::behind(tx, token)).transpose()?.flatten();
        let user = change.actor.parse::<UserId>().ok().or(app.as_ref().map(|(_, user)| *user));
        if let Some(user) = user
            && access::index::role(tx, self.centre, user)?.is_some()
        {
            let name = self.name(tx, &user.to_string())?;
            return Ok(name.map(|name| app.map_or(name.clone(), |(app, _)| format!("{name} · {app}"))));
        }
        if user.is_none() && token.is_none() {
            return Ok(None);
        }
        // Whoever is no member acts for the other side, or has left since.
        for side in ["owner", "partner", "centre"] {
            let other = change.facts.get(side).and_then(Json::as_str).and_then(|text| text.parse::<OrgId>().ok());
            let Some(other) = other.filter(|other| *other != self.centre) else { continue };
            let acts = match user {
                Some(user) => access::index::role(tx, other, user)?.is_some(),
                None => true,
            };
            if acts {
                return self.name(tx, &other.to_string());
            }
        }
        user.map_or(Ok(None), |user| self.name(tx, &user.to_string()))
    }
}

impl Named {
    /// The entry in the reader's language.
    pub fn said(self, visit: &Visit) -> CentreChange {
        let Named { change, mut names, who } = self;
        let none = Map::new();
        for (field, scope) in [("scopes", "centers.scope"), ("because", "centers.spark")] {
            let Some(codes) = names.get(field).and_then(Json::as_array) else { continue };
            let word = |code: &str| {
                // A reason comes with its whole name, a scope by its own.
                let key = if code.contains('.') { code.to_owned() } else { format!("{scope}.{code}") };
                if visit.app().words().has(&key) { visit.say(&key, &none) } else { code.to_owned() }
            };
            let said: Vec<String> = codes.iter().filter_map(Json::as_str).map(word).collect();
            names.insert(field.into(), said.join(" · ").into());
        }
        let key = format!("centers.changes.{}", change.event);
        let text = if visit.app().words().has(&key) { visit.say(&key, &names) } else { change.event.clone() };
        let who = who.unwrap_or_else(|| visit.say("centers.changes.platform", &none));
        let Change { seq, at, activity, event, facts, .. } = change;
        CentreChange { seq, at, who, activity, event, text, facts }
    }
}
