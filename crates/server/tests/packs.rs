//! The packs: every value has a reader, every reader has its values, in every stack that an installation can have.

use kernel::{Instant, Region};
use server::{CONTEXTS, house::PACKS};
use store::{Packs, Scope, Values};

fn readers() -> Vec<&'static Values> {
    CONTEXTS.iter().flat_map(|room| room.part.policies).collect()
}

fn faults(packs: &Packs) -> Vec<String> {
    let mut faults = Vec::new();
    for section in packs.sections() {
        if !readers().iter().any(|reader| reader.section == section) {
            faults.push(format!("nothing reads [{section}]"));
        }
    }
    let regions = ["US", "GB", "MX", "ID", "TH", "VN", "MY", "PH", "SG", "FR"];
    for region in regions {
        for merchant in ["", "open", "invited", "us_individual", "us_business"] {
            let region: Region = region.parse().unwrap();
            let resolved = packs.resolve(Scope { region, merchant }, Instant(1_795_000_000_000));
            for reader in readers() {
                if let Err(bad) = (reader.check)(resolved.section(reader.section)) {
                    faults.push(format!("{region} {merchant} [{}]: {bad}", reader.section));
                }
            }
        }
    }
    faults
}

fn parse(extra: &str, on: &[&str]) -> Packs {
    Packs::parse(PACKS.iter().copied().chain([("own", extra)]), on).unwrap()
}

#[test]
fn every_value_is_read_and_every_rule_has_its_values_in_every_stack() {
    assert_eq!(faults(&parse("", &["own"])), Vec::<String>::new());
    assert_eq!(faults(&parse("", &["guide_2024", "own"])), Vec::<String>::new());
}

#[test]
fn a_value_that_nobody_reads_is_found() {
    let value = "{ value = 1, source = \"x\", seen = \"2026-11-21\", sure = \"operator\" }";
    assert!(!faults(&parse(&format!("[linking.invite]\nno_such_value = {value}"), &["own"])).is_empty());
    assert!(!faults(&parse(&format!("[linking.no_such_verb]\nx = {value}"), &["own"])).is_empty());
}

#[test]
fn a_value_without_its_source_is_refused() {
    let bad = Packs::parse([("base", "[linking.invite]\nopen_for = { value = \"1 h\" }")], &[]);
    assert!(bad.is_err());
}

#[test]
fn the_guide_of_2024_limits_marketing_unlinks_only_where_it_is_switched_on() {
    let scope = Scope { region: Region::new(b"GB"), merchant: "invited" };
    let value = |on: &[&str]| parse("", on).resolve(scope, Instant(0)).section("linking.rules")["marketing_unlinks"]["value"].clone();
    assert_eq!(value(&["own"]), "none");
    assert_eq!(value(&["guide_2024", "own"]), 3);
}

#[test]
fn a_value_comes_into_force_on_its_day_and_not_a_millisecond_before() {
    let own = "[linking.invite]\nopen_for = [{ value = \"24 h\", from = \"2026-12-01\", source = \"x\", seen = \"2026-11-21\", sure = \"operator\" }]";
    let packs = parse(own, &["own"]);
    let scope = Scope { region: Region::new(b"GB"), merchant: "open" };
    let day: Instant = "2026-12-01T00:00:00Z".parse().unwrap();
    let at = |now: Instant| packs.resolve(scope, now).section("linking.invite")["open_for"]["value"].clone();
    assert_eq!(at(day), "24 h");
    assert_eq!(at(day - kernel::Span(1)), "48 h");
    assert_ne!(packs.resolve(scope, day).hash, packs.resolve(scope, day - kernel::Span(1)).hash);
}
