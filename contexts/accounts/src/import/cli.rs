//! The command line's way in: a file by its path, for the installation's operator.

use super::{
    Choices, Kind, Progress,
    io::{self, BadRows, Prepared},
    pages, table,
};
use crate::fields;
use kernel::{Actor, Problem, Refusal};
use serde_json::{Map, Value as Json, json};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
};
use store::Store;
use web::{Lang, Words, words::Reader};

/// What is imported, from where, and how.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    /// What the file is about: accounts or posts.
    #[arg(value_parser = |code: &str| Kind::from_code(code).ok_or("say accounts or posts"))]
    pub kind: Kind,
    /// The CSV or XLSX file.
    pub file: PathBuf,
    /// Commit the good rows and leave the bad ones out; otherwise one bad row stops everything.
    #[arg(long)]
    pub only_good: bool,
    /// Register accounts that posts name and that are not known.
    #[arg(long)]
    pub create_missing: bool,
    /// The country of accounts for which the file states none: a code such as GB, or a name.
    #[arg(long, value_parser = |text: &str| fields::region(text).ok_or("not a country that is known"))]
    pub region: Option<kernel::Region>,
    /// Which column is which, where its name does not say so: `--map "Fame=followers"`. May be repeated; a field that
    /// is none is answered with the list of those there are.
    #[arg(long, value_parser = pair)]
    pub map: Vec<(String, String)>,
    /// Say what would happen and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the rows that cannot be taken to this file, each with what is wrong.
    #[arg(long)]
    pub errors: Option<PathBuf>,
    /// The language of the answer: en or zh.
    #[arg(long, default_value = "en", value_parser = |code: &str| Lang::from_code(code).ok_or("say en or zh"))]
    pub lang: Lang,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (theirs, ours) = text.split_once('=').ok_or("write their name, =, and our code, as in Fame=followers")?;
    Ok((theirs.trim().to_owned(), ours.trim().to_owned()))
}

/// What came of it.
pub struct Imported {
    /// To print: the counts, and the first problems.
    pub text: String,
    /// Whether every row was taken, or would be in a dry run.
    pub complete: bool,
}

/// How many problems are printed; `--errors` writes all.
const PRINTED: usize = 50;

/// Imports a file for the installation's operator. `progress` is told a stage in the reader's words, what is done, and of how much.
pub fn run(store: &Store, options: &Options, words: &Words, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<Imported, Refusal> {
    let reader = Reader::new(options.lang, "UTC");
    let say = |key: &str, facts: &Map<String, Json>| words.say(&reader, &format!("accounts.import.{key}"), facts);
    let none = Map::new();
    progress(&say("reading", &none), 0, 1);
    let prepared = prepare(store, options)?;
    let comparing = say("comparing", &none);
    let compared = prepared.clone();
    let mut report = told(&comparing, progress, |tell| {
        let store = store.clone();
        Box::new(move || store.read_blocking(move |tx| io::compare(tx, &compared, &tell)))
    })?;
    let mut bad = io::bad_rows(&prepared, &report);
    let stops = !bad.rows.is_empty() && !options.only_good;
    if !options.dry_run && !stops {
        let committing = say("committing", &none);
        let name = options.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (id, committed) = (store::fresh(), prepared.clone());
        report = told(&committing, progress, |tell| {
            let store = store.clone();
            Box::new(move || {
                store.write_blocking(move |tx| {
                    io::keep(tx, &Actor::SYSTEM, id, &committed, &name)?;
                    io::commit_kept(tx, &Actor::SYSTEM, id, &committed, &tell)
                })
            })
        })?;
        bad = io::bad_rows(&prepared, &report);
    }
    if let Some(path) = &options.errors {
        let file = pages::error_file(&|key, facts| words.say(&reader, key, facts), &bad);
        std::fs::write(path, file).map_err(|bad| unwritable(path, &bad))?;
    }
    let counts = json!({"rows": report.rows, "new": report.new, "change": report.change, "same": report.same, "bad": report.bad});
    let Json::Object(counts) = counts else { return Err(Refusal::Fault("counts are an object".into())) };
    let mut text = format!("{}\n", say("rows_counted", &counts));
    if options.dry_run || stops {
        text.push_str(&format!("{}\n", say(if stops { "nothing_committed" } else { "dry_run" }, &none)));
    }
    if !report.unused.is_empty() {
        let mut facts = Map::new();
        facts.insert("columns".into(), report.unused.join(", ").into());
        text.push_str(&format!("{}\n", say("columns_unused", &facts)));
    }
    for line in sentences(&bad, words, &reader).iter().take(PRINTED) {
        text.push_str(&format!("{line}\n"));
    }
    Ok(Imported { text, complete: bad.rows.is_empty() })
}

fn prepare(store: &Store, options: &Options) -> Result<Prepared, Refusal> {
    let unreadable = |bad: std::io::Error| Problem::new("file", "accounts.import.file_unreadable").with("said", bad.to_string());
    let length = std::fs::metadata(&options.file).map_err(unreadable)?.len();
    if length > table::BYTES as u64 {
        return Err(Problem::new("file", "accounts.import.file_too_large").with("most", table::BYTES >> 20).into());
    }
    let table = Arc::new(table::read(&std::fs::read(&options.file).map_err(unreadable)?)?);
    let Options { only_good, create_missing, region, map, .. } = options.clone();
    let choices = Choices { only_good, create_missing, region, columns: map };
    Prepared::new(options.kind, table, choices, store.write_blocking(access::set_up::operator)?)
}

fn unwritable(path: &Path, bad: &std::io::Error) -> Refusal {
    Problem::new("errors", "accounts.import.file_unwritable").with("name", path.display().to_string()).with("said", bad.to_string()).into()
}

/// Does `work` on a thread of its own and passes on here what it tells of its progress.
fn told<T: Send>(
    stage: &str,
    progress: &mut dyn FnMut(&str, u64, u64),
    work: impl FnOnce(Progress) -> Box<dyn FnOnce() -> Result<T, Refusal> + Send>,
) -> Result<T, Refusal> {
    let (tell, said) = mpsc::channel();
    // Nobody listens any more when this thread has gone; the work goes on all the same.
    let tell: Progress = Arc::new(move |done, total| {
        let _ = tell.send((done as u64, total as u64));
    });
    let work = work(tell);
    std::thread::scope(|scope| {
        let working = scope.spawn(work);
        said.iter().for_each(|(done, total)| progress(stage, done, total));
        working.join().unwrap_or_else(|_| Err(Refusal::Fault("an import panicked".into())))
    })
}

/// Every problem as one line of text: `Line 12, Followers: …`.
fn sentences(bad: &BadRows, words: &Words, reader: &Reader) -> Vec<String> {
    bad.rows.iter().flat_map(|row| row.problems.iter().map(|problem| sentence(row.line, problem, words, reader))).collect()
}

fn sentence(line: usize, problem: &(String, String, Map<String, Json>), words: &Words, reader: &Reader) -> String {
    let (field, code, facts) = problem;
    let column = words.say(reader, &format!("accounts.import.column_{field}"), &Map::new());
    let mut place = Map::new();
    place.insert("line".into(), line.into());
    place.insert("column".into(), column.into());
    let place = words.say(reader, if field.is_empty() { "accounts.import.place_row" } else { "accounts.import.place_cell" }, &place);
    format!("{place} {} {}", words.say(reader, code, facts), words.say(reader, &format!("{code}_fix"), facts))
}
