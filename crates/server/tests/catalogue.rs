//! Who is told of what, against the events that there really are: a row for no event tells nobody, and an event without a row
//! is one that nobody has thought about.

use notify::catalogue::{ROWS, UNTOLD};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// Every kind of an event: what its type says could have stood where nothing of it does.
fn kinds<E: kernel::Event + DeserializeOwned>() -> (&'static str, BTreeSet<String>) {
    let said = serde_json::from_value::<E>(serde_json::json!({"kind": "?"})).err().unwrap().to_string();
    let (_, listed) = said.split_once("expected one of ").unwrap_or_else(|| panic!("{}: {said}", E::CONTEXT));
    (E::CONTEXT, listed.split('`').skip(1).step_by(2).map(str::to_owned).collect())
}

fn real() -> BTreeMap<&'static str, BTreeSet<String>> {
    [
        kinds::<access::Event>(),
        kinds::<accounts::Event>(),
        kinds::<linking::Event>(),
        kinds::<support::Event>(),
        kinds::<centers::Event>(),
        kinds::<apps::Event>(),
        kinds::<notify::Event>(),
    ]
    .into()
}

#[test]
fn every_row_of_the_catalogue_is_about_an_event_that_happens() {
    let real = real();
    let unreal: Vec<_> = ROWS.iter().filter(|row| !real.get(row.context).is_some_and(|kinds| kinds.contains(row.kind))).collect();
    assert!(unreal.is_empty(), "{unreal:?}");
    let acting = server::CONTEXTS.iter().filter(|room| !room.part.capabilities.is_empty());
    let missing: Vec<_> = acting.map(|room| room.part.name).filter(|name| !real.contains_key(name)).collect();
    assert!(missing.is_empty(), "{missing:?} are not looked at here");
}

#[test]
fn every_event_is_told_or_kept_on_purpose() {
    for (context, kinds) in real() {
        let told = ROWS.iter().filter(|row| row.context == context).map(|row| row.kind);
        let untold = UNTOLD.iter().filter(|(name, _)| *name == context).flat_map(|(_, kinds)| kinds.iter().copied());
        let (told, untold): (BTreeSet<&str>, BTreeSet<&str>) = (told.collect(), untold.collect());
        assert_eq!(told.intersection(&untold).collect::<Vec<_>>(), Vec::<&&str>::new(), "{context}: told and not told");
        let known: BTreeSet<&str> = told.union(&untold).copied().collect();
        let kinds: BTreeSet<&str> = kinds.iter().map(String::as_str).collect();
        assert_eq!(kinds, known, "{context}: left what happens, right what the catalogue knows");
    }
}
