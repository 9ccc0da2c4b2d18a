//! A rule's value never comes alone: every value of a policy pack says where it is written, when that was read and
//! how sure we are.

use super::{Finding, file, finds, hold, line_of};
use crate::repository::File;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How much a source can be relied on; `operator` only stands in packs that are not ours.
const SURE: [&str; 5] = ["official", "guide", "copied", "conflicting", "ours"];
/// The section about the pack itself: its name, its region, from when it is in force.
const HEADER: &str = "pack";
const ACCEPTED: &str =
    "{ value = …, source = \"where it is written\", seen = \"2026-11-21\", sure = \"official | guide | copied | conflicting | ours\" }";

fn every_value_is_cited(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| file.path.starts_with("packs/") && file.path.ends_with(".toml")).flat_map(check).collect()
}

fn check(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    match DeTable::parse(&file.text) {
        Ok(table) => walk(file, "", table.get_ref(), &mut findings),
        Err(error) => findings.push(Finding::new(file, 1, error.to_string(), "TOML")),
    }
    findings.sort_by_key(|finding| finding.line);
    findings
}

fn walk(file: &File, section: &str, table: &DeTable<'_>, findings: &mut Vec<Finding>) {
    for (name, value) in table {
        let name_text: &str = name.get_ref();
        let key = if section.is_empty() { name_text.to_owned() } else { format!("{section}.{name_text}") };
        let mut found = |what: String| findings.push(Finding::new(file, line_of(&file.text, name.span().start), what, ACCEPTED));
        match value.get_ref() {
            DeValue::Table(_) if key == HEADER => {}
            DeValue::Table(inner) if inner.contains_key("value") => {
                if let Some(lack) = lack(inner) {
                    found(format!("`{key}` {lack}"));
                }
            }
            DeValue::Table(inner) => walk(file, &key, inner, findings),
            _ => found(format!("`{key}` is a value without a source")),
        }
    }
}

fn lack(cited: &DeTable<'_>) -> Option<String> {
    let text = |name: &str| cited.get(name).and_then(|value: &Spanned<DeValue<'_>>| value.get_ref().as_str()).unwrap_or_default();
    let is_day = |day: &str| {
        day.len() == 10 && day.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() })
    };
    if text("source").trim().is_empty() {
        Some("has no source".to_owned())
    } else if !is_day(text("seen")) {
        Some(format!("was seen on {:?}, which is no day", text("seen")))
    } else if !SURE.contains(&text("sure")) {
        Some(format!("is sure as {:?}, which is not a degree", text("sure")))
    } else {
        None
    }
}

#[test]
fn every_value_in_the_packs_has_a_source_a_day_and_a_degree() {
    hold(every_value_is_cited);
}

#[test]
fn values_without_source_day_or_degree_are_found() {
    let pack = r#"[pack]
name = "us"
[linking.unlink]
fine = { value = "24 h", source = "univ. 1", seen = "2026-11-21", sure = "official" }
bare = 3
no_source = { value = 1, source = "", seen = "2026-11-21", sure = "ours" }
no_day = { value = 1, source = "G1", seen = "lately", sure = "ours" }
unsure = { value = 1, source = "G1", seen = "2026-11-21", sure = "perhaps" }
"#;
    finds(
        every_value_is_cited,
        &[file("packs/us.toml", pack)],
        &["packs/us.toml:5", "packs/us.toml:6", "packs/us.toml:7", "packs/us.toml:8"],
    );
}
