//! Policy packs: the rules' values, with sources. The code has none.
//!
//! Packs lie on top of each other: `base`, the region's, the merchant type's, those the operator switched on, and the
//! operator's own. A value may be a list of versions, each `from` a day; the topmost pack with a version in force wins.

use crate::clock::sha256;
use kernel::{Instant, Policy, Refusal, Region};
use serde_json::{Map, Value as Json};
use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

/// For whom a rule's values are asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Scope {
    /// The shop's region.
    pub region: Region,
    /// The shop's merchant type, by the name of its pack.
    pub merchant: &'static str,
}

impl Scope {
    /// The platform's own values, where no shop is concerned.
    pub const PLATFORM: Scope = Scope { region: Region::new(b"ZZ"), merchant: "" };
}

/// One version of one value.
#[derive(Clone, Debug)]
struct Version {
    from: Instant,
    cited: Json,
}

/// One pack: sections of values.
#[derive(Clone, Debug)]
struct Pack {
    name: String,
    sections: BTreeMap<String, BTreeMap<String, Vec<Version>>>,
}

/// A value in force, and where it comes from.
#[derive(Clone, Debug, serde::Serialize)]
pub struct InForce {
    /// `{value, source, seen, sure}`.
    pub cited: Json,
    /// The pack that says so.
    pub pack: String,
    /// Since when; the beginning of time when the pack names no day.
    pub from: Instant,
}

/// All values in force for a scope.
pub struct Resolved {
    /// Of everything below: what an event remembers.
    pub hash: String,
    /// Section → name → value.
    pub sections: BTreeMap<String, BTreeMap<String, InForce>>,
    typed: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

/// The packs of this installation.
pub struct Packs {
    packs: Vec<Pack>,
    switched_on: Vec<String>,
    changes: Vec<Instant>,
    resolved: RwLock<HashMap<(Scope, usize), Arc<Resolved>>>,
    kept: Mutex<HashSet<String>>,
}

fn fault(text: String) -> Refusal {
    Refusal::Fault(text)
}

fn version(pack: &str, key: &str, mut fields: Map<String, Json>) -> Result<Version, Refusal> {
    let from = match fields.remove("from") {
        None => Instant(0),
        Some(Json::String(day)) => {
            format!("{day}T00:00:00Z").parse().map_err(|_| fault(format!("pack {pack}, {key}: `from` must be a day such as 2026-11-21")))?
        }
        Some(_) => return Err(fault(format!("pack {pack}, {key}: `from` must be a day in quotes"))),
    };
    for need in ["value", "source", "seen", "sure"] {
        if !fields.contains_key(need) {
            return Err(fault(format!(
                "pack {pack}, {key}: `{need}` is missing; a value names its source, the day it was seen and how sure it is"
            )));
        }
    }
    Ok(Version { from, cited: Json::Object(fields) })
}

fn versions(pack: &str, key: &str, value: Json) -> Result<Vec<Version>, Refusal> {
    let list = match value {
        Json::Array(list) => list,
        one => vec![one],
    };
    let mut versions = Vec::new();
    for entry in list {
        let Json::Object(fields) = entry else { return Err(fault(format!("pack {pack}, {key}: write {{ value, source, seen, sure }}"))) };
        versions.push(version(pack, key, fields)?);
    }
    versions.sort_by_key(|version| version.from);
    Ok(versions)
}

impl Pack {
    fn parse(name: &str, text: &str) -> Result<Pack, Refusal> {
        let table: BTreeMap<String, BTreeMap<String, Map<String, Json>>> =
            toml::from_str(text).map_err(|bad| fault(format!("pack {name}: {bad}")))?;
        let mut sections = BTreeMap::new();
        for (context, verbs) in table {
            for (verb, values) in verbs {
                let section = format!("{context}.{verb}");
                let read = |(key, value): (String, Json)| versions(name, &format!("{section}.{key}"), value).map(|list| (key, list));
                sections.insert(section.clone(), values.into_iter().map(read).collect::<Result<_, _>>()?);
            }
        }
        Ok(Pack { name: name.to_owned(), sections })
    }
}

impl Packs {
    /// Reads packs from `(name, text)`; `switched_on` lists, bottom to top, those that apply to everyone besides `base`.
    pub fn parse<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>, switched_on: &[&str]) -> Result<Packs, Refusal> {
        let packs = texts.into_iter().map(|(name, text)| Pack::parse(name, text)).collect::<Result<Vec<_>, _>>()?;
        if let Some(unknown) = switched_on.iter().find(|name| !packs.iter().any(|pack| pack.name == **name)) {
            let known: Vec<_> = packs.iter().map(|pack| pack.name.as_str()).collect();
            return Err(fault(format!("there is no pack `{unknown}`; there are {}", known.join(", "))));
        }
        let versions = packs.iter().flat_map(|pack| pack.sections.values()).flat_map(BTreeMap::values).flatten();
        let mut changes: Vec<Instant> = versions.map(|version| version.from).collect();
        changes.sort_unstable();
        changes.dedup();
        let switched_on = switched_on.iter().map(|name| (*name).to_owned()).collect();
        Ok(Packs { packs, switched_on, changes, resolved: RwLock::default(), kept: Mutex::default() })
    }

    /// The values in force for `scope` at `now`. Computed once between two changes.
    pub fn resolve(&self, scope: Scope, now: Instant) -> Arc<Resolved> {
        let epoch = self.changes.partition_point(|change| *change <= now);
        if let Some(known) = self.resolved.read().unwrap_or_else(PoisonError::into_inner).get(&(scope, epoch)) {
            return known.clone();
        }
        let made = Arc::new(self.stack(scope, now));
        self.resolved.write().unwrap_or_else(PoisonError::into_inner).entry((scope, epoch)).or_insert(made).clone()
    }

    /// The next moment after `now` at which any value can be another.
    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        self.changes.iter().copied().find(|change| *change > now)
    }

    fn stack(&self, scope: Scope, now: Instant) -> Resolved {
        let region = scope.region.code().to_ascii_lowercase();
        let mut names = vec!["base", region.as_str(), scope.merchant];
        names.extend(self.switched_on.iter().map(String::as_str));
        let mut sections: BTreeMap<String, BTreeMap<String, InForce>> = BTreeMap::new();
        for pack in names.iter().filter_map(|name| self.packs.iter().find(|pack| pack.name == *name)) {
            for (section, values) in &pack.sections {
                for (key, versions) in values {
                    let Some(version) = versions.iter().rev().find(|version| version.from <= now) else { continue };
                    let value = InForce { cited: version.cited.clone(), pack: pack.name.clone(), from: version.from };
                    sections.entry(section.clone()).or_default().insert(key.clone(), value);
                }
            }
        }
        let hash = sha256(serde_json::to_string(&sections).unwrap_or_default().as_bytes());
        Resolved { hash, sections, typed: RwLock::default() }
    }

    /// The content behind a hash, the first time it is asked for.
    pub(crate) fn body_once(&self, hash: &str) -> Option<String> {
        if hash.is_empty() || !self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(hash.to_owned()) {
            return None;
        }
        let resolved = self.resolved.read().unwrap_or_else(PoisonError::into_inner);
        resolved.values().find(|known| known.hash == hash).and_then(|known| serde_json::to_string(&known.sections).ok())
    }

    /// A transaction that kept a pack's content was rolled back: keep it again next time.
    pub(crate) fn forget_kept(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Every section that any pack names.
    pub fn sections(&self) -> Vec<String> {
        let all: std::collections::BTreeSet<_> = self.packs.iter().flat_map(|pack| pack.sections.keys().cloned()).collect();
        all.into_iter().collect()
    }

    /// The packs' names.
    pub fn names(&self) -> Vec<&str> {
        self.packs.iter().map(|pack| pack.name.as_str()).collect()
    }
}

impl Resolved {
    /// A section as JSON: name → `{value, source, seen, sure}`.
    pub fn section(&self, section: &str) -> Json {
        let values = self.sections.get(section).into_iter().flatten();
        Json::Object(values.map(|(key, value)| (key.clone(), value.cited.clone())).collect())
    }

    /// The values that `P` reads, parsed once.
    pub fn values<P: Policy>(&self) -> Result<Arc<P>, Refusal> {
        let id = TypeId::of::<P>();
        let known = self.typed.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(known) = known.and_then(|known| known.downcast::<P>().ok()) {
            return Ok(known);
        }
        let parsed: P =
            serde_json::from_value(self.section(P::SECTION)).map_err(|bad| fault(format!("packs, section {}: {bad}", P::SECTION)))?;
        let parsed = Arc::new(parsed);
        self.typed.write().unwrap_or_else(PoisonError::into_inner).insert(id, parsed.clone());
        Ok(parsed)
    }
}
