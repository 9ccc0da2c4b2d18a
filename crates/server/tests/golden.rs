//! Golden files: what the house promises, generated and compared, so that a change of behaviour is a diff that someone reads.

use crate::house::{House, On};
use kernel::{May, Role, Standing, Step};
use server::CONTEXTS;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::PathBuf,
};
use store::Scope;
use web::{Lang, words::Reader};

/// Compares with `golden/NAME`; with COUNTERSIGN_GOLDEN=write (`cargo xtask golden`) writes it instead.
pub fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../golden").join(name);
    if std::env::var("COUNTERSIGN_GOLDEN").is_ok_and(|mode| mode == "write") {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept == text {
        return;
    }
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (kept.lines().collect(), text.lines().collect());
    let gone = old.difference(&new).map(|line| format!("- {line}"));
    let come = new.difference(&old).map(|line| format!("+ {line}"));
    let all: Vec<String> = gone.chain(come).take(60).collect();
    panic!("golden/{name} differs. If the change is meant, run `cargo xtask golden` and review the diff.\n{}", all.join("\n"));
}

fn may(may: May) -> String {
    web::openapi::may_text(may)
}

#[test]
fn golden_permissions() {
    let house = House::open(On::Sqlite);
    let mut text = String::from("Who may use each route. Generated; a route cannot exist without this line.\n\n");
    let mut routes: Vec<_> = house.app.routes().iter().filter(|route| route.surface != web::Surface::Asset).collect();
    routes.sort_by_key(|route| (route.path, route.method.to_string()));
    for route in routes {
        let confirm = if route.step_up { " · confirms first" } else { "" };
        writeln!(text, "{:6} {} | {}{confirm}", route.method, route.path, may(route.may)).unwrap();
    }
    text.push_str("\nWho may ask each verb.\n\n");
    for verb in CONTEXTS.iter().flat_map(|room| room.part.capabilities) {
        let confirm = if verb.step_up { " · confirms first" } else { "" };
        writeln!(text, "{} | {}{confirm}", verb.name, may(verb.may)).unwrap();
    }
    golden("permissions.txt", &text);
}

#[test]
fn golden_states() {
    let mut text = String::from("Consent: every step in every standing, in time (late: from the closing on).\n\n");
    let asked = kernel::Consent::ask(kernel::OrgId::new(1), kernel::OrgId::new(2), crate::house::START, kernel::Span::hours(48));
    let say = |result: Result<(), kernel::Unfit>| match result {
        Ok(()) => "✔".to_owned(),
        Err(unfit) => serde_json::to_value(unfit).unwrap()["code"].as_str().unwrap().to_owned(),
    };
    for standing in Standing::ALL {
        for step in Step::ALL {
            let consent = kernel::Consent { standing, ..asked.clone() };
            let (early, late) = (say(consent.admits(step, asked.asked_at)), say(consent.admits(step, asked.closes_at)));
            writeln!(text, "{:10} {:9} {early:20} late: {late}", standing.code(), format!("{step:?}").to_lowercase()).unwrap();
        }
    }
    golden("states.txt", &text);
}

#[test]
fn golden_rulebook() {
    let house = House::open(On::Sqlite);
    let words = house.app.words();
    let readers = [Reader::new(Lang::En, "UTC"), Reader::new(Lang::Zh, "UTC")];
    let mut text = String::from("The rule book: every verb's rules in both languages, and every value with its source.\n");
    for verb in CONTEXTS.iter().flat_map(|room| room.part.capabilities) {
        writeln!(text, "\n{}", verb.name).unwrap();
        for rule in (verb.rules)() {
            let context = verb.name.split('.').next().unwrap();
            let own = format!("{}.rule_{rule}", verb.name);
            let key = if words.has(&own) { own } else { format!("{context}.rules.{rule}") };
            assert!(words.has(&key), "the rule {rule} of {} has no words: {key}", verb.name);
            let said: Vec<String> = readers.iter().map(|reader| words.say(reader, &key, &serde_json::Map::new())).collect();
            writeln!(text, "  {rule} | {} | {}", said[0], said[1]).unwrap();
        }
    }
    let scopes = [("GB", "open"), ("GB", "invited"), ("US", "us_individual"), ("US", "us_business")];
    for (region, merchant) in scopes {
        writeln!(text, "\n== {region} {merchant}").unwrap();
        let resolved = house.store.packs().resolve(Scope { region: region.parse().unwrap(), merchant }, crate::house::START);
        for (section, values) in &resolved.sections {
            for (key, value) in values {
                let c = &value.cited;
                let line = format!(
                    "{section}.{key} = {} | {} | seen {} | {} | pack {}",
                    c["value"],
                    c["source"].as_str().unwrap(),
                    c["seen"].as_str().unwrap(),
                    c["sure"].as_str().unwrap(),
                    value.pack
                );
                writeln!(text, "{line}").unwrap();
            }
        }
    }
    golden("rulebook.txt", &text);
}

#[test]
fn golden_openapi() {
    let house = House::open(On::Sqlite);
    let mut document: serde_json::Value = serde_json::from_str(house.app.openapi().unwrap()).unwrap();
    document["servers"] = serde_json::json!([]);
    golden("openapi.json", &format!("{}\n", serde_json::to_string_pretty(&document).unwrap()));
}

fn is_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(kind, digits)| kind.len() < 6 && digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn shape(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "yes/no".into(),
        Value::Number(_) => "number".into(),
        Value::String(text) if text.parse::<kernel::Instant>().is_ok() => "time".into(),
        Value::String(text) if is_id(text) => format!("id {}", text.split('_').next().unwrap_or_default()),
        Value::String(_) => "text".into(),
        Value::Array(list) => format!("[{}]", list.first().map(shape).unwrap_or_default()),
        Value::Object(fields) => {
            format!("{{{}}}", fields.iter().map(|(name, value)| format!("{name}: {}", shape(value))).collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn golden_events_and_reactions() {
    let house = House::open(On::Sqlite);
    server::demo::build(&house.store, &house.clock, house.app.words()).unwrap();
    let events = house.store.read_blocking(|tx| store::log::after(tx, 0, 100_000)).unwrap();
    let mut shapes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut reactions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for event in &events {
        let name = format!("{}.{}", event.context, event.kind);
        for (field, value) in event.body.as_object().into_iter().flatten().filter(|(field, _)| *field != "kind") {
            shapes.entry(name.clone()).or_default().insert(format!("{field}: {}", shape(value)));
        }
        for part in house.store.parts() {
            for ask in (part.react)(event) {
                reactions.entry(name.clone()).or_default().insert(ask.name().to_owned());
            }
        }
    }
    let mut text = String::from("What events of the demo's world look like: every field and the shapes it takes.\n\n");
    for (name, fields) in shapes {
        writeln!(text, "{name}\n  {}", fields.into_iter().collect::<Vec<_>>().join("\n  ")).unwrap();
    }
    golden("events.txt", &text);
    let mut text = String::from("Event → what the platform asks for in the same transaction.\n\n");
    for (name, asks) in reactions {
        writeln!(text, "{name} → {}", asks.into_iter().collect::<Vec<_>>().join(", ")).unwrap();
    }
    golden("reactions.txt", &text);
}

#[test]
fn golden_pages() {
    let house = House::open(On::Sqlite);
    let world = server::demo::build(&house.store, &house.clock, house.app.words()).unwrap();
    let mut text = String::from("Every page that a menu leads to, with its title in both languages.\n\n");
    let people = [
        ("seller", Role::ShopOwner, world.seller),
        ("creator", Role::CreatorOwner, world.creator),
        ("operator", Role::OperatorAdmin, world.operator),
    ];
    for (name, role, (user, org)) in people {
        let mut browser = house.browser(&crate::house::Member { org, user, client: house.client() });
        for item in CONTEXTS.iter().flat_map(|room| room.menu).filter(|item| item.kind == role.org() && item.may.contains(&role)) {
            let path = item.href.replace("{org}", &org.to_string());
            let titles: Vec<String> = ["en", "zh"]
                .iter()
                .map(|lang| {
                    browser.cookies.insert("lang".into(), (*lang).into());
                    let page = browser.get(&path).must(200).body;
                    let title = page
                        .split_once("<title>")
                        .and_then(|(_, rest)| rest.split_once("</title>"))
                        .map(|(title, _)| title.trim().to_owned());
                    title.unwrap_or_default()
                })
                .collect();
            writeln!(text, "{name:8} {} | {} | {}", item.href, titles[0], titles[1]).unwrap();
        }
    }
    golden("pages.txt", &text);
}
