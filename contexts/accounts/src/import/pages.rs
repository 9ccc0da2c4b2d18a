//! The operator's pages and the REST calls of imports.

use super::{
    Choices, Kind, Outcome, Progress, Report,
    columns::Column,
    io::{self, BadRows, Kept, Prepared, Stage},
    table, xlsx,
};
use crate::fields;
use kernel::{Actor, ImportId, OrgId, Problem, Refusal};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use web::{Answer, StatusCode, Visit, context};

/// How far a commit has come.
#[derive(Default)]
struct Job {
    done: AtomicUsize,
    total: AtomicUsize,
}

/// The commits that this process is busy with.
fn jobs() -> &'static Mutex<HashMap<ImportId, Arc<Job>>> {
    static JOBS: OnceLock<Mutex<HashMap<ImportId, Arc<Job>>>> = OnceLock::new();
    JOBS.get_or_init(Mutex::default)
}

fn job(id: ImportId) -> Option<Arc<Job>> {
    jobs().lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
}

/// Takes a job away when the commit is over, however it ends.
struct Ends(ImportId);

impl Drop for Ends {
    fn drop(&mut self) {
        jobs().lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

fn quiet() -> Progress {
    Arc::new(|_, _| ())
}

fn kinds(visit: &Visit) -> Vec<Json> {
    let kind =
        |kind: Kind| json!({"value": kind.code(), "label": visit.say(&format!("accounts.import.kind_{}", kind.code()), &Map::new())});
    [Kind::Accounts, Kind::Posts].map(kind).to_vec()
}

/// `GET /operator/{org}/imports`: what was imported, and a place for the next file.
pub async fn page(visit: Visit) -> Answer {
    let facts = listed(&visit).await?;
    visit.page("accounts/imports.html", facts).await
}

async fn listed(visit: &Visit) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let imports = visit.read(move |tx| io::history(tx, org)).await?;
    let kinds = kinds(visit);
    Ok(context! { title => "accounts.import.title", org => org.to_string(), imports, kinds })
}

/// `GET /operator/{org}/imports/template`: an empty file with one example, as CSV or XLSX.
pub async fn template(visit: Visit) -> Answer {
    let kind = visit.query("kind").and_then(Kind::from_code).unwrap_or(Kind::Accounts);
    let label = |column: &Column| visit.say(&format!("accounts.import.column_{}", column.code()), &Map::new());
    let header: Vec<String> = Column::of(kind).iter().map(label).collect();
    let example: Vec<&str> = Column::of(kind).iter().map(|column| column.example()).collect();
    let rows = [header.iter().map(String::as_str).collect(), example];
    if visit.query("form") == Some("xlsx") {
        let kept = xlsx::write(&rows);
        let kind_of_file = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return visit.download(&format!("{}.xlsx", kind.code()), kind_of_file, kept);
    }
    visit.download(&format!("{}.csv", kind.code()), "text/csv; charset=utf-8", csv_of(&rows))
}

/// Comma-separated values that spreadsheets open as what they are: with a mark of their encoding, and without formulas. Every cell
/// stands in quotes: a spreadsheet that parts cells at semicolons would else find a formula behind one.
fn csv_of<T: AsRef<str>>(rows: &[Vec<T>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        // Writing to memory cannot fail.
        let _ = writer.write_record(row.iter().map(|cell| table::safe(cell.as_ref())));
    }
    writer.into_inner().unwrap_or_default()
}

/// `POST /operator/{org}/imports`: reads the file and keeps it until it is committed.
pub async fn upload(visit: Visit) -> Answer {
    match kept(&visit).await {
        Ok(id) => visit.redirect(&format!("/operator/{}/imports/{id}", visit.org()?), ""),
        Err(refusal) => {
            let facts = listed(&visit).await?;
            visit.page_again("accounts/imports.html", facts, refusal).await
        }
    }
}

async fn kept(visit: &Visit) -> Result<ImportId, Refusal> {
    let (org, form) = (visit.org()?, visit.form());
    let kind = Kind::from_code(form.text("kind")).ok_or_else(|| Refusal::malformed("kind", "accounts.import.kind_unknown"))?;
    let file = form.upload("file").cloned().ok_or_else(|| Refusal::malformed("file", "accounts.import.file_empty"))?;
    let table = Arc::new(table::read(&file.bytes)?);
    let prepared = Prepared::unchecked(kind, table, Choices::default(), org);
    let (id, actor): (ImportId, Actor) = (store::fresh(), visit.actor().clone());
    visit.write(move |tx| io::keep(tx, &actor, id, &prepared, &file.name)).await?;
    Ok(id)
}

/// What the form of the preview says.
fn choices(visit: &Visit, header: &[String]) -> Result<Choices, Refusal> {
    let form = visit.form();
    let region = match form.opt("region") {
        None => None,
        Some(text) => {
            let unknown = || Problem::new("region", "accounts.register.region_bad").with("given", text);
            Some(fields::region(text).ok_or_else(unknown)?)
        }
    };
    let said = |(at, name): (usize, &String)| Some((name.clone(), form.raw_opt(&format!("column_{at}"))?));
    let columns = header.iter().enumerate().filter_map(said).collect();
    Ok(Choices { only_good: form.text("rows") == "good", create_missing: form.ticked("create_missing"), region, columns })
}

trait RawOpt {
    fn raw_opt(&self, name: &str) -> Option<String>;
}

impl RawOpt for web::Form {
    /// A field that was sent, also when it is empty: an empty choice says that a column means nothing.
    fn raw_opt(&self, name: &str) -> Option<String> {
        self.all(name).first().map(|value| (*value).to_owned())
    }
}

async fn prepared(visit: &Visit, import: &Kept) -> Result<Prepared, Refusal> {
    let (org, id) = (visit.org()?, import.id);
    let table = visit.read(move |tx| io::table_of(tx, org, id)).await?;
    Ok(Prepared::unchecked(import.kind, Arc::new(table), import.choices.clone(), org))
}

/// What is wrong with a row, in the reader's words, with the place of its column.
fn problem(visit: &Visit, mapping: &[Option<Column>], problem: &Problem) -> Json {
    let column = mapping.iter().position(|column| column.is_some_and(|column| column.code() == problem.field));
    let fix = visit.say(&format!("{}_fix", problem.code), &problem.facts);
    json!({"column": column, "text": format!("{} {fix}", visit.say(&problem.code, &problem.facts))})
}

fn preview_row(visit: &Visit, prepared: &Prepared, row: &table::Row, outcome: &Outcome) -> Json {
    let (state, problems) = match outcome {
        Outcome::New => ("new", Vec::new()),
        Outcome::Change => ("change", Vec::new()),
        Outcome::Same => ("same", Vec::new()),
        Outcome::Bad(problems) => ("bad", problems.iter().map(|one| problem(visit, &prepared.mapping, one)).collect()),
    };
    let short = |cell: &String| if cell.chars().count() > 60 { cell.chars().take(59).chain(['…']).collect() } else { cell.clone() };
    let cells: Vec<String> = row.cells.iter().take(prepared.table.header.len()).map(short).collect();
    json!({"line": row.line, "state": state, "cells": cells, "problems": problems})
}

/// How many rows of each sort the preview shows; the error file has all bad ones.
const SHOWN: usize = 100;

fn with(mut facts: web::Facts, more: web::Facts) -> web::Facts {
    facts.extend(more);
    facts
}

/// `GET /operator/{org}/imports/{import}`: the preview, the progress, or what it came to.
pub async fn one(visit: Visit) -> Answer {
    let (org, id): (OrgId, ImportId) = (visit.org()?, visit.param("import")?);
    // The job is looked for first: one that ends while the row is read is then still shown as running, never as a preview.
    let job = job(id);
    let import = visit.read(move |tx| io::find(tx, org, id)).await?;
    let shown = context! { title => "accounts.import.title", org => org.to_string(), import => import.clone(), id => id.to_string() };
    if let Some(job) = job {
        let (done, total) = (job.done.load(Ordering::Relaxed), job.total.load(Ordering::Relaxed));
        return visit.page("accounts/import.html", with(context! { step => "running", done, total }, shown)).await;
    }
    if import.stage == Stage::Done {
        return visit.page("accounts/import.html", with(context! { step => "done", report => import.report }, shown)).await;
    }
    let prepared = prepared(&visit, &import).await?;
    let missing = super::columns::missing(import.kind, &prepared.mapping);
    let name = |column: &Column| visit.say(&format!("accounts.import.column_{}", column.code()), &Map::new());
    let options: Vec<Json> = Column::of(import.kind).iter().map(|column| json!({"value": column.code(), "label": name(column)})).collect();
    let columns: Vec<Json> = prepared
        .table
        .header
        .iter()
        .enumerate()
        .map(|(at, theirs)| json!({"at": at, "theirs": theirs, "ours": prepared.mapping[at].map(Column::code)}))
        .collect();
    let compared = prepared.clone();
    let report = visit.read(move |tx| io::compare(tx, &compared, &quiet())).await?;
    let worth = io::worth_a_look(&report, SHOWN);
    let lines: HashMap<usize, &table::Row> = prepared.table.rows.iter().map(|row| (row.line, row)).collect();
    let rows: Vec<Json> = report
        .outcomes
        .iter()
        .filter(|(line, _)| worth.contains(line))
        .filter_map(|(line, outcome)| lines.get(line).map(|row| preview_row(&visit, &prepared, row, outcome)))
        .collect();
    let missing: Vec<String> = missing.iter().map(name).collect();
    let region = import.choices.region.map(|region| region.to_string());
    let more = context! {
        step => "preview",
        interrupted => import.stage == Stage::Running,
        failed => import.stage == Stage::Failed,
        header => prepared.table.header.clone(),
        regions => fields::regions(visit.lang()),
        choices => context! { only_good => import.choices.only_good, create_missing => import.choices.create_missing, region },
        shown_rows => rows.len(),
        columns, options, missing, rows, report,
    };
    visit.page("accounts/import.html", with(more, shown)).await
}

/// `POST /operator/{org}/imports/{import}`: looks again with other choices, or commits.
pub async fn decide(visit: Visit) -> Answer {
    let (org, id): (OrgId, ImportId) = (visit.org()?, visit.param("import")?);
    let import = visit.read(move |tx| io::find(tx, org, id)).await?;
    let here = format!("/operator/{org}/imports/{id}");
    if import.stage == Stage::Done || job(id).is_some() {
        return visit.redirect(&here, "");
    }
    let table = visit.read(move |tx| io::table_of(tx, org, id)).await?;
    let choices = choices(&visit, &table.header)?;
    let commits = visit.form().text("act") == "commit";
    let kept = choices.clone();
    let stage = if commits { Stage::Running } else { Stage::Draft };
    if !commits {
        visit.write(move |tx| io::stands(tx, org, id, stage, &kept)).await?;
        return visit.redirect(&here, "");
    }
    let prepared = Prepared::new(import.kind, Arc::new(table), choices, org)?;
    visit.write(move |tx| io::stands(tx, org, id, stage, &kept)).await?;
    start(&visit, id, prepared);
    visit.redirect(&here, "")
}

/// Commits in the background. The page asks for how far it has come; it is over for all, or for none, of the rows.
fn start(visit: &Visit, id: ImportId, prepared: Prepared) {
    let job = Arc::new(Job::default());
    {
        let mut jobs = jobs().lock().unwrap_or_else(PoisonError::into_inner);
        if jobs.contains_key(&id) {
            return;
        }
        jobs.insert(id, job.clone());
    }
    let ends = Ends(id);
    let progress: Progress = Arc::new(move |done, total| {
        job.done.store(done, Ordering::Relaxed);
        job.total.store(total, Ordering::Relaxed);
    });
    let (visit, actor) = (visit.clone(), visit.actor().clone());
    tokio::spawn(async move {
        let _ends = ends;
        let (org, choices) = (prepared.operator, prepared.choices.clone());
        let done = visit.write(move |tx| io::commit_kept(tx, &actor, id, &prepared, &progress)).await;
        if done.is_err() {
            // Nothing was applied; the preview says why, since it compares again.
            let _ = visit.write(move |tx| io::stands(tx, org, id, Stage::Failed, &choices)).await;
        }
    });
}

/// `GET /operator/{org}/imports/{import}/errors`: the bad rows as they were, with one more column that says what is wrong.
pub async fn errors(visit: Visit) -> Answer {
    let (org, id): (OrgId, ImportId) = (visit.org()?, visit.param("import")?);
    let import = visit.read(move |tx| io::find(tx, org, id)).await?;
    let bad = if import.stage == Stage::Done {
        visit.read(move |tx| io::bad_of(tx, org, id)).await?
    } else {
        let prepared = prepared(&visit, &import).await?;
        let compared = prepared.clone();
        let report = visit.read(move |tx| io::compare(tx, &compared, &quiet())).await?;
        io::bad_rows(&prepared, &report)
    };
    visit.download(
        &format!("{}-errors.csv", import.kind.code()),
        "text/csv; charset=utf-8",
        error_file(&|key, facts| visit.say(key, facts), &bad),
    )
}

/// Words for a key and its arguments, in somebody's language.
type Say<'a> = dyn Fn(&str, &Map<String, Json>) -> String + 'a;

/// The bad rows as comma-separated values, with one more column that says what is wrong.
pub(super) fn error_file(say: &Say<'_>, bad: &BadRows) -> Vec<u8> {
    let width = bad.header.len();
    let none = Map::new();
    let last = say("accounts.import.column_problem", &none);
    let mut rows = vec![bad.header.iter().cloned().chain([last]).collect::<Vec<_>>()];
    for row in &bad.rows {
        let mut cells = row.cells.clone();
        cells.resize(width, String::new());
        let said = row.problems.iter().map(|(field, code, facts)| {
            let column =
                if field.is_empty() { String::new() } else { format!("{}: ", say(&format!("accounts.import.column_{field}"), &none)) };
            format!("{column}{} {}", say(code, facts), say(&format!("{code}_fix"), facts))
        });
        cells.push(said.collect::<Vec<_>>().join(" "));
        rows.push(cells);
    }
    csv_of(&rows)
}

// ---- REST ----

/// One problem of one row.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RowProblem {
    /// The line of the file.
    pub line: usize,
    /// The column, by its code; empty when the whole row is meant.
    pub column: String,
    /// The words' key.
    pub code: String,
    /// What is wrong and what is accepted, in the reader's language.
    pub text: String,
}

/// What a file came to.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ImportAnswer {
    /// The import, unless it was only compared.
    #[schema(value_type = Option<String>)]
    pub import: Option<ImportId>,
    /// Whether anything was committed.
    pub committed: bool,
    /// The counts.
    pub report: Report,
    /// The first hundred problems.
    pub problems: Vec<RowProblem>,
}

fn problems(visit: &Visit, bad: &BadRows) -> Vec<RowProblem> {
    let each = bad.rows.iter().flat_map(|row| row.problems.iter().map(move |problem| (row.line, problem)));
    each.take(SHOWN)
        .map(|(line, (field, code, facts))| {
            let text = format!("{} {}", visit.say(code, facts), visit.say(&format!("{code}_fix"), facts));
            RowProblem { line, column: field.clone(), code: code.clone(), text }
        })
        .collect()
}

/// `POST /api/v1/orgs/{org}/imports?kind=…`: the file is the body. Without `only_good` one bad row stops everything.
pub async fn api_import(visit: Visit) -> Answer {
    let org = visit.org()?;
    let flag = |name: &str| matches!(visit.query(name), Some("1" | "true" | "yes"));
    let kind = visit.query("kind").and_then(Kind::from_code).ok_or_else(|| Refusal::malformed("kind", "accounts.import.kind_unknown"))?;
    let region = match visit.query("region") {
        None => None,
        Some(text) => Some(fields::region(text).ok_or_else(|| Problem::new("region", "accounts.register.region_bad").with("given", text))?),
    };
    let columns = visit.queries().all("map").into_iter().filter_map(|pair| pair.split_once('='));
    let columns = columns.map(|(theirs, ours)| (theirs.trim().to_owned(), ours.trim().to_owned())).collect();
    let choices = Choices { only_good: flag("only_good"), create_missing: flag("create_missing"), region, columns };
    let table = Arc::new(table::read(visit.bytes())?);
    let prepared = Prepared::new(kind, table, choices, org)?;
    let compared = prepared.clone();
    let report = visit.read(move |tx| io::compare(tx, &compared, &quiet())).await?;
    let bad = io::bad_rows(&prepared, &report);
    if flag("dry_run") || (report.bad > 0 && !prepared.choices.only_good) {
        let status = if flag("dry_run") { StatusCode::OK } else { StatusCode::CONFLICT };
        let answer = ImportAnswer { import: None, committed: false, problems: problems(&visit, &bad), report };
        return visit.answer(status, &answer);
    }
    let name = visit.query("name").unwrap_or(kind.code()).to_owned();
    let (id, actor): (ImportId, Actor) = (store::fresh(), visit.actor().clone());
    let committed = prepared.clone();
    let report = visit
        .write(move |tx| {
            io::keep(tx, &actor, id, &committed, &name)?;
            io::commit_kept(tx, &actor, id, &committed, &quiet())
        })
        .await?;
    let bad = io::bad_rows(&prepared, &report);
    visit.answer(StatusCode::CREATED, &ImportAnswer { import: Some(id), committed: true, problems: problems(&visit, &bad), report })
}

/// The operator's imports.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Imports {
    /// Newest first, at most a hundred.
    pub imports: Vec<Kept>,
}

/// `GET /api/v1/orgs/{org}/imports`
pub async fn api_history(visit: Visit) -> Answer {
    let org = visit.org()?;
    let imports = visit.read(move |tx| io::history(tx, org)).await?;
    visit.answer(StatusCode::OK, &Imports { imports })
}

/// `GET /api/v1/orgs/{org}/imports/{import}`
pub async fn api_one(visit: Visit) -> Answer {
    let (org, id): (OrgId, ImportId) = (visit.org()?, visit.param("import")?);
    let import = visit.read(move |tx| io::find(tx, org, id)).await?;
    visit.answer(StatusCode::OK, &import)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spreadsheet_finds_a_formula_and_the_file_reads_back() {
        let rows = [vec!["name", "song"], vec!["a;=cmd|'/c calc'!A0", "=1+1"], vec!["小美 \"x\"", "line\none"]];
        let file = csv_of(&rows);
        let text = String::from_utf8(file.clone()).unwrap();
        assert!(text.contains("\"a;=cmd|'/c calc'!A0\",\"'=1+1\"\r\n"), "{text}");
        let back = table::read(&file).unwrap();
        assert_eq!(back.header, rows[0]);
        let cells: Vec<Vec<&str>> = back.rows.iter().map(|row| row.cells.iter().map(|cell| table::unquoted(cell)).collect()).collect();
        assert_eq!(cells, rows[1..]);
    }
}
