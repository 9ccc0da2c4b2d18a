//! Rules, events, states and reactions are pure: they look at what they are given and answer, so that they can be
//! retried, dried-run, simulated and tested at the millisecond. Whatever meets the world stands in `io.rs`.

use super::tokens::{Path, Source};
use super::{Finding, file, finds, hold};
use crate::repository::File;

/// What a pure file may take from `store`: types that only describe. Everything else there reads or writes.
const PURE_IN_STORE: &[&str] = &["AnyAsk", "Recorded", "Scope"];

/// Crates that meet the world, one way or another.
const WORLDLY: &[&str] = &[
    "web",
    "axum",
    "tokio",
    "tower",
    "tower_http",
    "rusqlite",
    "postgres",
    "minijinja",
    "ring",
    "rand",
    "getrandom",
    "reqwest",
    "ureq",
    "lettre",
];

/// The modules of std that meet the world.
const WORLDLY_STD: &[&str] = &["fs", "net", "env", "io", "thread", "process", "time", "os"];

/// Words that are the world wherever they stand.
const WORLDLY_WORDS: &[(&str, &str)] = &[
    ("async", "waits"),
    ("await", "waits"),
    ("Tx", "reads or writes the store"),
    ("SystemTime", "looks at a clock"),
    ("thread_rng", "throws dice"),
    ("now_v7", "throws dice"),
    ("new_v4", "throws dice"),
];

/// Two pieces of text that, in this order, make a string look like SQL.
const SQL: &[(&str, &str)] =
    &[("select ", " from "), ("insert into ", ""), ("update ", " set "), ("delete from ", ""), ("create table ", ""), ("on conflict", "")];

fn pure_files_are_pure(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| is_pure(&file.path)).flat_map(check).collect()
}

/// `mod.rs` of a verb's folder, and `events.rs`, `state.rs`, `reactions.rs` wherever they stand in a context; and all of
/// the kernel and the decisions.
fn is_pure(path: &str) -> bool {
    if path.starts_with("crates/kernel/src/") || path.starts_with("crates/decisions/src/") {
        return path.ends_with(".rs");
    }
    let Some((_, inside)) = path.strip_prefix("contexts/").and_then(|rest| rest.split_once("/src/")) else { return false };
    let name = inside.rsplit('/').next().unwrap_or_default();
    matches!(name, "events.rs" | "state.rs" | "reactions.rs") || (name == "mod.rs" && inside.contains('/'))
}

fn check(file: &File) -> Vec<Finding> {
    let source = Source::read(&file.text);
    let accepted = "load it in io.rs and hand it over in Facts, or return it as an event";
    let paths = source.paths.iter().filter_map(|path| impure(path).map(|why| Finding::new(file, path.line, why, accepted)));
    let sql = source.strings.iter().filter(|(text, _)| is_sql(text));
    let strings = sql.map(|(text, line)| Finding::new(file, *line, format!("{text} is SQL"), "ask the database in io.rs or index.rs"));
    paths.chain(strings).collect()
}

fn impure(path: &Path) -> Option<String> {
    let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
    let shown = segments.join("::");
    let worldly = match segments.as_slice() {
        ["store", name, ..] => !PURE_IN_STORE.contains(name),
        ["std", module, ..] => WORLDLY_STD.contains(module),
        [.., _, "now"] => true,
        [krate, _, ..] => WORLDLY.contains(krate),
        _ => false,
    };
    let word = WORLDLY_WORDS.iter().find(|(word, _)| segments.contains(word));
    match word {
        Some((_, why)) => Some(format!("`{shown}` {why}, in a file that must be pure")),
        None => worldly.then(|| format!("`{shown}` meets the world, in a file that must be pure")),
    }
}

fn is_sql(literal: &str) -> bool {
    let text = literal.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    SQL.iter().any(|(first, then)| text.split_once(first).is_some_and(|(_, rest)| format!(" {rest}").contains(then)))
}

#[test]
fn rules_events_states_and_reactions_are_pure() {
    hold(pure_files_are_pure);
}

#[test]
fn every_kind_of_impurity_is_found() {
    let verb = r#"//! Tx in words is fine.
use store::{AnyAsk, Tx};
use kernel::Instant;
async fn f() {}
fn g() -> Instant { Instant::now() }
fn h() { let x = web::html("x"); std::fs::read("x"); Uuid::now_v7(); }
const Q: &str = "select id from links";
fn fine(web: u8) -> String { format!("Select one from these: {web}, with update and set.") }
#[cfg(test)]
mod tests { use store::Tx; }
"#;
    let expected = [2, 4, 5, 6, 6, 6, 7].map(|line| format!("contexts/linking/src/unlink/mod.rs:{line}"));
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let planted = [file("contexts/linking/src/unlink/mod.rs", &verb.replace("Select one from", "Choose one of"))];
    finds(pure_files_are_pure, &planted, &expected);
    finds(pure_files_are_pure, &[file("crates/kernel/src/time.rs", "use std::time::SystemTime;")], &["crates/kernel/src/time.rs:1"]);
    finds(pure_files_are_pure, &[file("contexts/linking/src/state.rs", "use store::Log;")], &["contexts/linking/src/state.rs:1"]);
    finds(pure_files_are_pure, &[file("contexts/linking/src/unlink/io.rs", verb), file("contexts/linking/src/lib.rs", verb)], &[]);
}
