//! The command line's way in: a file by its path, for the installation's operator.

use super::{
    Choices, Kind, Progress, Report,
    io::{self, BadRows, Prepared},
    table,
};
use kernel::{Actor, OrgKind, Problem, Refusal};
use std::{path::Path, sync::Arc};
use store::{Store, Tx};
use web::{Words, words::Reader};

/// What an import at the command line came to.
pub struct Imported {
    /// The counts.
    pub report: Report,
    /// The rows that were left out or stopped it.
    pub bad: BadRows,
}

/// Imports `path` for the installation's operator. With `dry_run` it says what would happen and changes nothing.
/// One bad row refuses the file, unless `choices.only_good`; compare first to see every row's problem.
pub fn cli(store: &Store, kind: Kind, path: &Path, choices: Choices, dry_run: bool, progress: Progress) -> Result<Imported, Refusal> {
    let unreadable = |bad: std::io::Error| Problem::new("file", "accounts.import.file_unreadable").with("said", bad.to_string());
    let bytes = std::fs::metadata(path)
        .and_then(|found| if found.len() > table::BYTES as u64 { Ok(vec![0; table::BYTES + 1]) } else { std::fs::read(path) })
        .map_err(unreadable)?;
    let table = Arc::new(table::read(&bytes)?);
    let operator = store.read_blocking(operator)?;
    let prepared = Prepared::new(kind, table, choices, operator)?;
    let compared = prepared.clone();
    let quiet: Progress = Arc::new(|_, _| ());
    if dry_run || !prepared.choices.only_good {
        let told = if dry_run { progress.clone() } else { quiet };
        let report = store.read_blocking(move |tx| io::compare(tx, &compared, &told))?;
        if dry_run || report.bad > 0 {
            return Ok(Imported { bad: io::bad_rows(&prepared, &report), report });
        }
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (id, committed) = (store::fresh(), prepared.clone());
    let report = store.write_blocking(move |tx| {
        io::keep(tx, &Actor::SYSTEM, id, &committed, &name)?;
        io::commit_kept(tx, &Actor::SYSTEM, id, &committed, &progress)
    })?;
    Ok(Imported { bad: io::bad_rows(&prepared, &report), report })
}

/// The installation's operator: the one that was founded first.
fn operator(tx: &mut Tx<'_>) -> Result<kernel::OrgId, Refusal> {
    let wanted = access::index::Orgs { kind: Some(OrgKind::Operator), limit: 100, ..Default::default() };
    let first = access::index::orgs(tx, &wanted)?.into_iter().min_by_key(|org| (org.opened_at, org.id));
    first.map(|org| org.id).ok_or_else(|| Refusal::malformed("operator", "accounts.import.no_operator"))
}

/// Every bad row as one line of text: `row 12, followers: …`.
pub fn sentences(bad: &BadRows, words: &Words, reader: &Reader) -> Vec<String> {
    bad.rows.iter().flat_map(|row| row.problems.iter().map(|problem| sentence(row.line, problem, words, reader))).collect()
}

fn sentence(line: usize, problem: &(String, String, serde_json::Map<String, serde_json::Value>), words: &Words, reader: &Reader) -> String {
    let (field, code, facts) = problem;
    let none = serde_json::Map::new();
    let column = if field.is_empty() { String::new() } else { words.say(reader, &format!("accounts.import.column_{field}"), &none) };
    let mut said = facts.clone();
    said.insert("line".into(), line.into());
    said.insert("column".into(), column.into());
    let place = words.say(reader, if field.is_empty() { "accounts.import.place_row" } else { "accounts.import.place_cell" }, &said);
    format!("{place} {} {}", words.say(reader, code, facts), words.say(reader, &format!("{code}_fix"), facts))
}
