//! The policy book: every rule's value in force for a region, a merchant type and a day, with where it is written. The same
//! book is a page, a REST answer and `countersign policy show`.

use crate::{
    CONTEXTS, Settings,
    house::{open_store, packs},
};
use access::Merchant;
use accounts::fields;
use clap::Args;
use kernel::{Instant, May, OrgId, Problem, Refusal, Region, Span};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::{fmt::Write as _, sync::Arc};
use store::{Packs, Scope, SystemClock};
use utoipa::ToSchema;
use web::{
    Answer, Lang, StatusCode, Visit, Words, context,
    words::{self, Reader},
};

/// The sections that bind shops and creators; the others are about how this house is run.
const BINDING: &[&str] = &["linking", "accounts", "support"];

/// The book for one scope and day.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Book {
    /// The country.
    #[schema(value_type = String)]
    pub region: Region,
    /// The merchant type; empty for whoever is no shop.
    pub merchant: String,
    /// The moment for which the values are in force.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// The hash of all values in force: what events remember.
    pub hash: String,
    /// The sections, by context.
    pub sections: Vec<Section>,
}

/// The values that one verb, or several, read.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Section {
    /// `linking.rules`.
    pub name: String,
    /// In words.
    pub title: String,
    /// The values.
    pub values: Vec<Value>,
}

/// One value with its source.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Value {
    /// `owner_age`.
    pub name: String,
    /// In words.
    pub title: String,
    /// The value, as the pack says it.
    #[schema(value_type = Object)]
    pub value: Json,
    /// The value in words.
    pub text: String,
    /// Where it is written.
    pub source: String,
    /// The day on which that was read.
    pub seen: String,
    /// `official`, `guide`, `copied`, `conflicting`, `ours` or `operator`.
    pub sure: String,
    /// The pack that says so.
    pub pack: String,
    /// Since when, where the pack names a day.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Instant>,
}

fn said(all: &Words, reader: &Reader, key: &str) -> Option<String> {
    let key = format!("server.operations.policy.{key}");
    all.has(&key).then(|| all.say(reader, &key, &Map::new()))
}

/// A value in the reader's words: lengths of time, countries and kinds by name, lists joined.
fn text(all: &Words, reader: &Reader, value: &Json) -> String {
    match value {
        Json::Bool(yes) => said(all, reader, if *yes { "yes" } else { "no" }).unwrap_or_default(),
        Json::Number(number) => number.as_i64().map_or_else(|| number.to_string(), words::grouped),
        Json::Array(list) if list.is_empty() => said(all, reader, "empty").unwrap_or_default(),
        Json::Array(list) => {
            let each: Vec<String> = list.iter().map(|one| text(all, reader, one)).collect();
            each.join(if reader.lang == Lang::Zh { "、" } else { ", " })
        }
        Json::String(code) => word(all, reader, code),
        other => other.to_string(),
    }
}

fn word(all: &Words, reader: &Reader, code: &str) -> String {
    let span = code.parse::<Span>().ok();
    if code == "none" || span == Some(Span(0)) {
        return said(all, reader, "none").unwrap_or_default();
    }
    if let Some(span) = span {
        return words::span(reader.lang, span);
    }
    let known = ["web.regions", "access.kinds"].iter().map(|scope| format!("{scope}.{code}")).find(|key| all.has(key));
    known.map_or_else(|| code.to_owned(), |key| all.say(reader, &key, &Map::new()))
}

/// The book of a scope at a moment, of the sections that begin with one of `beginnings`; of all when there are none.
pub fn book(packs: &Packs, all: &Words, reader: &Reader, scope: Scope, at: Instant, beginnings: &[&str]) -> Book {
    let resolved = packs.resolve(scope, at);
    let wanted =
        |name: &str| beginnings.is_empty() || beginnings.iter().any(|start| name == *start || name.starts_with(&format!("{start}.")));
    let mut sections: Vec<Section> = resolved
        .sections
        .iter()
        .filter(|(name, _)| wanted(name))
        .map(|(name, values)| {
            let value = |(key, found): (&String, &store::packs::InForce)| {
                let field = |field: &str| found.cited[field].as_str().unwrap_or_default().to_owned();
                Value {
                    name: key.clone(),
                    title: said(all, reader, &format!("{name}.{key}")).unwrap_or_else(|| key.clone()),
                    value: found.cited["value"].clone(),
                    text: text(all, reader, &found.cited["value"]),
                    source: field("source"),
                    seen: field("seen"),
                    sure: field("sure"),
                    pack: found.pack.clone(),
                    from: (found.from > Instant(0)).then_some(found.from),
                }
            };
            Section {
                name: name.clone(),
                title: said(all, reader, &format!("section.{name}")).unwrap_or_else(|| name.clone()),
                values: values.iter().map(value).collect(),
            }
        })
        .collect();
    // In the order in which the contexts stand, then as the packs name them.
    let place = |section: &Section| CONTEXTS.iter().position(|room| section.name.split('.').next() == Some(room.part.name));
    sections.sort_by_key(|section| place(section).unwrap_or(usize::MAX));
    Book { region: scope.region, merchant: scope.merchant.to_owned(), at, hash: resolved.hash.clone(), sections }
}

/// `path?name=value&…`, with the values escaped.
pub(crate) fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    let escaped = |value: &str| value.bytes().map(byte).collect::<String>();
    let all: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    if all.is_empty() { path.to_owned() } else { format!("{path}?{}", all.join("&")) }
}

fn bad(field: &str, given: &str) -> Problem {
    Problem::new(field, format!("server.operations.policy.bad_{field}")).with("given", given)
}

/// The last moment of a day, UTC: a value that begins on that day is in force then.
fn end_of(day: &str) -> Option<Instant> {
    format!("{day}T00:00:00Z").parse::<Instant>().ok().map(|begin| begin + Span::days(1) - Span(1))
}

fn at(visit: &Visit) -> Result<Instant, Refusal> {
    match visit.query("at") {
        None => Ok(visit.now()),
        Some(day) => end_of(day).ok_or_else(|| bad("at", day).into()),
    }
}

/// The scope in the address; without one, that of an invited shop in Britain, since a book must be open at some page.
fn scope(visit: &Visit) -> Result<Scope, Refusal> {
    let region = match visit.query("region") {
        None => Region::new(b"GB"),
        Some(code) => code.parse().map_err(|_| bad("region", code))?,
    };
    let merchant = match visit.query("merchant") {
        None if region == Region::new(b"US") => Merchant::UsBusiness,
        None => Merchant::Invited,
        Some(code) => Merchant::from_code(code).ok_or_else(|| bad("merchant", code))?,
    };
    Ok(Scope { region, merchant: merchant.code() })
}

fn shelf(visit: &Visit, scope: Scope, at: Instant, beginnings: &[&str]) -> Book {
    book(visit.app().store().packs(), visit.app().words(), &visit.reader(), scope, at, beginnings)
}

/// What every act checks, in words: verb by verb.
fn checks(visit: &Visit, beginnings: &[&str]) -> Vec<Json> {
    let all = visit.app().words();
    let reader = visit.reader();
    let none = Map::new();
    let mut verbs = Vec::new();
    for part in visit.app().store().parts().iter().filter(|part| beginnings.is_empty() || beginnings.contains(&part.name)) {
        for verb in part.capabilities.iter().filter(|verb| !matches!(verb.may, May::Platform)) {
            let said = |rule: &&str| {
                let keys = [format!("{}.rule_{rule}", verb.name), format!("{}.rules.{rule}", part.name)];
                keys.iter().find(|key| all.has(key)).map_or_else(|| (*rule).to_owned(), |key| all.say(&reader, key, &none))
            };
            let rules: Vec<String> = (verb.rules)().iter().map(said).collect();
            if !rules.is_empty() {
                verbs.push(json!({"name": verb.name, "rules": rules}));
            }
        }
    }
    verbs
}

/// `GET /operator/{org}/policy`
pub async fn page(visit: Visit) -> Answer {
    let (scope, at) = (scope(&visit)?, at(&visit)?);
    let merchants: Vec<Json> = Merchant::ALL
        .iter()
        .map(
            |merchant| json!({"value": merchant.code(), "label": visit.say(&format!("access.merchants.{}", merchant.code()), &Map::new())}),
        )
        .collect();
    let regions: Vec<Json> = fields::regions(visit.lang()).iter().map(|it| json!({"value": it.value, "label": it.label})).collect();
    let context = context! {
        title => "server.operations.policy.title",
        book => shelf(&visit, scope, at, &[]),
        checks => checks(&visit, &[]),
        day => visit.query("at").unwrap_or_default(),
        packs => visit.app().store().packs().names(),
        is_own => false,
        merchants, regions,
    };
    visit.page("operations/policy.html", context).await
}

async fn own_scope(visit: &Visit) -> Result<Scope, Refusal> {
    let id = visit.org()?;
    let org = visit.read(move |tx| access::index::org(tx, id)?.ok_or(Refusal::NotFound)).await?;
    Ok(org.scope())
}

/// `GET /org/{org}/rules`
pub async fn own_page(visit: Visit) -> Answer {
    let (scope, at) = (own_scope(&visit).await?, at(&visit)?);
    let none: [Json; 0] = [];
    let context = context! {
        title => "server.operations.policy.own_title",
        book => shelf(&visit, scope, at, BINDING),
        checks => checks(&visit, BINDING),
        day => visit.query("at").unwrap_or_default(),
        is_own => true,
        packs => none,
        merchants => none,
        regions => none,
    };
    visit.page("operations/policy.html", context).await
}

/// `GET /api/v1/operator/{org}/rules`
pub async fn api(visit: Visit) -> Answer {
    let book = shelf(&visit, scope(&visit)?, at(&visit)?, &[]);
    visit.answer(StatusCode::OK, &book)
}

/// `GET /api/v1/orgs/{org}/rules`
pub async fn own_api(visit: Visit) -> Answer {
    let book = shelf(&visit, own_scope(&visit).await?, at(&visit)?, BINDING);
    visit.answer(StatusCode::OK, &book)
}

/// What `countersign policy show` is told.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// A context or a section, such as `linking` or `linking.rules`; everything when left out.
    pub section: Option<String>,
    /// The shop whose values to print, by its id.
    #[arg(long, conflicts_with_all = ["region", "merchant"], value_parser = shop_id)]
    pub shop: Option<OrgId>,
    /// A two-letter country code.
    #[arg(long)]
    pub region: Option<Region>,
    /// A merchant type: open, invited, us_individual or us_business.
    #[arg(long)]
    pub merchant: Option<String>,
    /// The day for which the values are in force, such as 2026-11-21; today when left out.
    #[arg(long)]
    pub at: Option<String>,
    /// The language: en or zh.
    #[arg(long, default_value = "en")]
    pub lang: String,
}

fn shop_id(text: &str) -> Result<OrgId, String> {
    text.parse().map_err(|bad: kernel::id::BadId| bad.to_string())
}

fn fault(text: impl Into<String>) -> Refusal {
    Refusal::Fault(text.into())
}

/// The book as plain text. Only `--shop` needs the database.
pub fn print(settings: &Settings, options: &Options) -> Result<String, Refusal> {
    let lang =
        Lang::from_code(&options.lang).ok_or_else(|| fault(format!("there is no language `{}`; there are en and zh", options.lang)))?;
    let reader = Reader::new(lang, &settings.zone);
    let all = Words::parse(CONTEXTS.iter().flat_map(|room| room.words.iter().copied()))?;
    let at = match &options.at {
        None => store::Clock::now(&SystemClock),
        Some(day) => end_of(day).ok_or_else(|| fault(format!("`{day}` is not a day such as 2026-11-21")))?,
    };
    let scope = match options.shop {
        Some(shop) => scope_of(settings, shop)?,
        None => named_scope(options)?,
    };
    let packs = packs(settings)?;
    let beginnings: Vec<&str> = options.section.as_deref().into_iter().collect();
    let book = book(&packs, &all, &reader, scope, at, &beginnings);
    if book.sections.is_empty() {
        return Err(fault(format!("there is no section `{}`; there are {}", beginnings.join(""), packs.sections().join(", "))));
    }
    Ok(plain(&all, &reader, &book))
}

fn scope_of(settings: &Settings, shop: OrgId) -> Result<Scope, Refusal> {
    let store = open_store(settings, Arc::new(SystemClock))?;
    let org = store.read_blocking(move |tx| access::index::org(tx, shop))?;
    org.map(|org| org.scope()).ok_or_else(|| fault(format!("there is no organisation {shop}")))
}

fn named_scope(options: &Options) -> Result<Scope, Refusal> {
    let unknown = |code: &String| {
        let known = Merchant::ALL.map(Merchant::code).join(", ");
        fault(format!("there is no merchant type `{code}`; there are {known}"))
    };
    let merchant = options.merchant.as_ref().map(|code| Merchant::from_code(code).ok_or_else(|| unknown(code))).transpose()?;
    Ok(Scope { region: options.region.unwrap_or(Scope::PLATFORM.region), merchant: merchant.map_or("", Merchant::code) })
}

fn plain(all: &Words, reader: &Reader, book: &Book) -> String {
    let mut text = String::new();
    let merchant = said(all, reader, "cli_none").filter(|_| book.merchant.is_empty()).unwrap_or_else(|| book.merchant.clone());
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} · {} · {}", book.region, merchant, words::date(reader, book.at));
    for section in &book.sections {
        let _ = writeln!(text, "\n{}  [{}]", section.title, section.name);
        for value in &section.values {
            let sure = said(all, reader, &format!("sure.{}", value.sure)).unwrap_or_else(|| value.sure.clone());
            let since = value.from.map(|from| format!(" · {}", words::date(reader, from))).unwrap_or_default();
            let _ =
                writeln!(text, "  {}: {}\n    {} · {} · {sure} · {}{since}", value.title, value.text, value.source, value.seen, value.pack);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::PACKS;

    fn all() -> Words {
        Words::parse(CONTEXTS.iter().flat_map(|room| room.words.iter().copied())).unwrap()
    }

    fn shipped() -> Packs {
        Packs::parse(PACKS.iter().copied(), &[]).unwrap()
    }

    #[test]
    fn every_value_of_every_pack_has_a_name_in_both_languages() {
        let (packs, all) = (shipped(), all());
        let mut nameless = Vec::new();
        for merchant in Merchant::ALL {
            for region in ["US", "GB", "MX", "ID", "TH", "VN", "MY", "PH", "SG"] {
                let resolved = packs.resolve(Scope { region: region.parse().unwrap(), merchant: merchant.code() }, Instant(i64::MAX / 2));
                for (section, values) in &resolved.sections {
                    let keys = values.keys().map(|key| format!("server.operations.policy.{section}.{key}"));
                    nameless.extend(keys.chain([format!("server.operations.policy.section.{section}")]).filter(|key| !all.has(key)));
                }
            }
        }
        nameless.sort();
        nameless.dedup();
        assert!(nameless.is_empty(), "{nameless:#?}");
    }

    #[test]
    fn a_merchant_types_own_value_stands_on_top_with_the_pack_it_comes_from() {
        let (packs, all) = (shipped(), all());
        let reader = Reader::new(Lang::En, "UTC");
        let of = |merchant: Merchant| {
            let scope = Scope { region: Region::new(b"GB"), merchant: merchant.code() };
            let book = book(&packs, &all, &reader, scope, Instant(1_795_000_000_000), &["linking.rules"]);
            let value = book.sections[0].values.iter().find(|value| value.name == "marketing_accounts").unwrap();
            (value.text.clone(), value.pack.clone())
        };
        assert_eq!(of(Merchant::Open).0, "0");
        assert_eq!(of(Merchant::Invited), ("4".into(), "invited".into()));
    }

    #[test]
    fn values_read_as_people_say_them() {
        let all = all();
        let en = Reader::new(Lang::En, "UTC");
        let zh = Reader::new(Lang::Zh, "UTC");
        assert_eq!(text(&all, &en, &json!("48 h")), "48 hours");
        assert_eq!(text(&all, &zh, &json!("48 h")), "48 小时");
        assert_eq!(text(&all, &en, &json!("none")), "no limit");
        assert_eq!(text(&all, &zh, &json!(true)), "是");
    }

    #[test]
    fn a_value_that_begins_on_a_day_is_in_force_on_that_day_and_not_the_day_before() {
        let first = "[x.y]\na = [{ value = 1, source = \"s\", seen = \"2026-11-21\", sure = \"ours\" }, { value = 2, from = \"2027-01-01\", source = \"s\", seen = \"2026-11-21\", sure = \"ours\" }]";
        let packs = Packs::parse([("base", first)], &[]).unwrap();
        let reader = Reader::new(Lang::En, "UTC");
        let value =
            |day: &str| book(&packs, &all(), &reader, Scope::PLATFORM, end_of(day).unwrap(), &[]).sections[0].values[0].value.clone();
        assert_eq!(value("2026-12-31"), 1);
        assert_eq!(value("2027-01-01"), 2);
        assert!(end_of("2027-02-30").is_none() && end_of("soon").is_none());
    }
}
