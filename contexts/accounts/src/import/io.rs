//! Compares a file with what is known, and commits it in one transaction: all of it, or the good rows, or nothing.

use super::{
    Choices, Facts, Import, Kind, Known, Outcome, Rows, Subject,
    columns::{self, Column},
    rows,
    table::Table,
};
use crate::{Source, index};
use kernel::{Actor, ImportId, Instant, OrgId, Problem, Refusal};
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use store::{Ask, Row, Scope, Tx, args, perform};

/// Told how many of how many rows are done.
pub type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

impl Ask for Import {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let known = self.subjects.iter().map(|subject| known(tx, subject)).collect::<Result<_, _>>()?;
        Ok(Facts { known, today: crate::state::day_of(tx.now), naming: tx.policy(Scope::PLATFORM)? })
    }
}

fn known(tx: &mut Tx<'_>, subject: &Subject) -> Result<Option<Known>, Refusal> {
    let Some(account) = index::by_handle(tx, &subject.handle)? else { return Ok(None) };
    let (source, posts) = match &subject.rows {
        Rows::Account(_) => (Source::AccountsFile, HashMap::new()),
        Rows::Posts(_) => (Source::PostsFile, index::all_posts(tx, account.id)?),
    };
    Ok(Some(Known { stated: index::stated(tx, account.id, source)?, account, posts }))
}

/// A file that is ready to be compared and committed.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What it is about.
    pub kind: Kind,
    /// Its rows.
    pub table: Arc<Table>,
    /// Which of its columns is which.
    pub mapping: Vec<Option<Column>>,
    /// What the person chose.
    pub choices: Choices,
    /// For whom unclaimed accounts are held.
    pub operator: OrgId,
}

/// What a file comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Report {
    /// Rows that are not empty.
    pub rows: usize,
    /// Rows that make something new.
    pub new: usize,
    /// Rows that change something.
    pub change: usize,
    /// Rows that say what is known.
    pub same: usize,
    /// Rows that cannot be taken.
    pub bad: usize,
    /// Columns of the file that nothing was made of.
    pub unused: Vec<String>,
    /// What became of each row, by its line; only what is needed to show it.
    #[serde(skip)]
    #[schema(ignore)]
    pub outcomes: Vec<(usize, Outcome)>,
}

impl Prepared {
    /// Finds out which column is which; refused when one that is needed is not there.
    pub fn new(kind: Kind, table: Arc<Table>, choices: Choices, operator: OrgId) -> Result<Prepared, Refusal> {
        let prepared = Prepared::unchecked(kind, table, choices, operator);
        if let Some(problem) = prepared.unknown() {
            return Err(problem.into());
        }
        let missing = columns::missing(kind, &prepared.mapping);
        let header: String = prepared.table.header.join(", ").chars().take(200).collect();
        let problem = |column: Column| {
            Problem::new(column.code(), "accounts.import.column_missing").with("column", column.code()).with("given", header.as_str())
        };
        if missing.is_empty() { Ok(prepared) } else { Err(Refusal::Malformed(missing.into_iter().map(problem).collect())) }
    }

    /// What the person said of a column that is not there, or with a field that is none.
    fn unknown(&self) -> Option<Problem> {
        let header = &self.table.header;
        self.choices.columns.iter().find_map(|(theirs, ours)| {
            if !columns::names(header, theirs) {
                let given: String = header.join(", ").chars().take(200).collect();
                return Some(Problem::new("map", "accounts.import.map_column").with("column", theirs.as_str()).with("given", given));
            }
            let known = ours.is_empty() || Column::from_code(self.kind, ours).is_some();
            let fields: Vec<&str> = Column::of(self.kind).iter().map(|column| column.code()).collect();
            (!known)
                .then(|| Problem::new("map", "accounts.import.map_field").with("given", ours.as_str()).with("fields", fields.join(", ")))
        })
    }

    /// The same without asking whether every needed column is there: for the page on which they are said.
    pub fn unchecked(kind: Kind, table: Arc<Table>, choices: Choices, operator: OrgId) -> Prepared {
        let mapping = columns::mapping(kind, &table.header, &choices.columns);
        Prepared { kind, table, mapping, choices, operator }
    }

    fn ask(&self, subjects: Vec<Subject>, bad_rows: usize) -> Import {
        Import { operator: self.operator, subjects, bad_rows, choices: self.choices.clone() }
    }

    fn report(&self, mut outcomes: Vec<(usize, Outcome)>) -> Report {
        outcomes.sort_by_key(|(line, _)| *line);
        let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|(_, outcome)| wanted(outcome)).count();
        let unused = self.table.header.iter().zip(&self.mapping).filter(|(_, column)| column.is_none());
        Report {
            rows: self.table.rows.len(),
            new: count(|outcome| *outcome == Outcome::New),
            change: count(|outcome| *outcome == Outcome::Change),
            same: count(|outcome| *outcome == Outcome::Same),
            bad: count(|outcome| matches!(outcome, Outcome::Bad(_))),
            unused: unused.map(|(name, _)| name.clone()).filter(|name| !name.is_empty() && !columns::is_our_own(name)).collect(),
            outcomes,
        }
    }
}

/// How many accounts are compared and committed in one step; progress is told after each.
const STEP: usize = 50;

/// Goes through the accounts of a file step by step. `each` gets the ask for a step and the facts that it was compared with.
fn walk(
    tx: &mut Tx<'_>,
    prepared: &Prepared,
    progress: &Progress,
    mut each: impl FnMut(&mut Tx<'_>, &Import) -> Result<(), Refusal>,
) -> Result<Report, Refusal> {
    let sheet = rows::read(prepared.kind, &prepared.table, &prepared.mapping, store::fresh);
    let total = prepared.table.rows.len();
    let mut outcomes = sheet.settled;
    let bad_rows = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Bad(_))).count();
    progress(outcomes.len(), total);
    let mut subjects = sheet.subjects.into_iter().peekable();
    let mut first = true;
    while first || subjects.peek().is_some() {
        first = false;
        let ask = prepared.ask(subjects.by_ref().take(STEP).collect(), bad_rows);
        let facts = ask.facts(tx, &Actor::SYSTEM)?;
        outcomes.extend(ask.plans(&facts).flat_map(|plan| plan.rows));
        each(tx, &ask)?;
        progress(outcomes.len(), total);
    }
    Ok(prepared.report(outcomes))
}

/// What a commit would come to. Changes nothing.
pub fn compare(tx: &mut Tx<'_>, prepared: &Prepared, progress: &Progress) -> Result<Report, Refusal> {
    walk(tx, prepared, progress, |_, _| Ok(()))
}

/// Commits in the transaction it is given: a refusal leaves nothing behind.
pub fn commit(tx: &mut Tx<'_>, actor: &Actor, prepared: &Prepared, progress: &Progress) -> Result<Report, Refusal> {
    walk(tx, prepared, progress, |tx, ask| perform(tx, actor, ask))
}

/// A row that was left out, as the error file shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BadRow {
    /// Where it stands in the file.
    pub line: usize,
    /// Its cells, as they are in the file.
    pub cells: Vec<String>,
    /// What is wrong: field, words' key and arguments.
    pub problems: Vec<(String, String, serde_json::Map<String, serde_json::Value>)>,
}

/// The rows that were left out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BadRows {
    /// The file's columns.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<BadRow>,
}

/// The bad rows of a report, with their cells.
pub fn bad_rows(prepared: &Prepared, report: &Report) -> BadRows {
    let lines: HashMap<usize, &super::table::Row> = prepared.table.rows.iter().map(|row| (row.line, row)).collect();
    let bad = |(line, outcome): &(usize, Outcome)| match outcome {
        Outcome::Bad(problems) => {
            let problems = problems.iter().map(|p| (p.field.clone(), p.code.clone(), p.facts.clone())).collect();
            let cells = lines.get(line).map(|row| row.cells.clone()).unwrap_or_default();
            Some(BadRow { line: *line, cells, problems })
        }
        Outcome::New | Outcome::Change | Outcome::Same => None,
    };
    BadRows { header: prepared.table.header.clone(), rows: report.outcomes.iter().filter_map(bad).collect() }
}

/// Where an import stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Read and compared, not committed.
    Draft,
    /// Being committed. When the program ended meanwhile, nothing of it is there and it can be committed again.
    Running,
    /// Committed.
    Done,
    /// Refused or failed while it was being committed; nothing of it is there.
    Failed,
}

impl Stage {
    /// The stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Stage::Draft => "draft",
            Stage::Running => "running",
            Stage::Done => "done",
            Stage::Failed => "failed",
        }
    }
}

/// An import as it is kept, without its rows.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Kept {
    /// Its id.
    #[schema(value_type = String)]
    pub id: ImportId,
    /// What it is about.
    pub kind: Kind,
    /// The file's name.
    pub name: String,
    /// When it was read.
    #[schema(value_type = String)]
    pub made_at: Instant,
    /// Where it stands.
    pub stage: Stage,
    /// What it came to, once it is committed.
    pub report: Report,
    /// What the person chose.
    #[serde(skip)]
    #[schema(ignore)]
    pub choices: Choices,
}

const COLUMNS: &str = "id, kind, name, made_at, state, report, choices";

fn kept(row: &Row) -> Result<Kept, Refusal> {
    Ok(Kept {
        id: row.id(0)?,
        kind: row.code(1)?,
        name: row.text(2)?.to_owned(),
        made_at: row.at(3)?,
        stage: row.code(4)?,
        report: row.json(5)?,
        choices: row.json(6)?,
    })
}

/// An operator's import.
pub fn find(tx: &mut Tx<'_>, operator: OrgId, id: ImportId) -> Result<Kept, Refusal> {
    let row = tx.one(&format!("SELECT {COLUMNS} FROM imports WHERE id = $1 AND operator = $2"), args![id, operator])?;
    row.map_or(Err(Refusal::NotFound), |row| kept(&row))
}

/// An operator's imports, newest first.
pub fn history(tx: &mut Tx<'_>, operator: OrgId) -> Result<Vec<Kept>, Refusal> {
    let sql = format!("SELECT {COLUMNS} FROM imports WHERE operator = $1 ORDER BY made_at DESC, id DESC LIMIT 100");
    tx.all(&sql, args![operator])?.iter().map(kept).collect()
}

/// The rows of an import that is not committed yet.
pub fn table_of(tx: &mut Tx<'_>, operator: OrgId, id: ImportId) -> Result<Table, Refusal> {
    let row = tx.one("SELECT body FROM imports WHERE id = $1 AND operator = $2", args![id, operator])?.ok_or(Refusal::NotFound)?;
    Ok(super::table::kept(row.text(0)?))
}

/// The rows that a commit left out.
pub fn bad_of(tx: &mut Tx<'_>, operator: OrgId, id: ImportId) -> Result<BadRows, Refusal> {
    let row = tx.one("SELECT bad FROM imports WHERE id = $1 AND operator = $2", args![id, operator])?.ok_or(Refusal::NotFound)?;
    row.json(0)
}

/// How long a file waits to be committed before it is forgotten.
const WAITS: kernel::Span = kernel::Span::days(1);

/// Keeps a file until it is committed, and forgets those that nobody committed in a day.
pub fn keep(tx: &mut Tx<'_>, actor: &Actor, id: ImportId, prepared: &Prepared, name: &str) -> Result<(), Refusal> {
    let (now, forgotten) = (tx.now, tx.now - WAITS);
    tx.run("DELETE FROM imports WHERE operator = $1 AND state <> 'done' AND made_at < $2", args![prepared.operator, forgotten])?;
    let sql = "INSERT INTO imports (id, operator, kind, name, made_at, made_by, state, choices, report, bad, body)
               VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9, $10)";
    let (report, bad) = (json(&Report::default())?, json(&BadRows::default())?);
    let (choices, body) = (json(&prepared.choices)?, super::table::keep(&prepared.table));
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    tx.run(sql, args![id, prepared.operator, prepared.kind.code(), name, now, actor.principal(), choices, report, bad, body]).map(drop)
}

/// Where an import stands from now on, and with which choices.
pub fn stands(tx: &mut Tx<'_>, operator: OrgId, id: ImportId, stage: Stage, choices: &Choices) -> Result<(), Refusal> {
    let sql = "UPDATE imports SET state = $3, choices = $4 WHERE id = $1 AND operator = $2 AND state <> 'done'";
    tx.run(sql, args![id, operator, stage.code(), json(choices)?]).map(drop)
}

/// Commits a kept import and notes what it came to, in one transaction: there is no moment at which only one of the two is there.
pub fn commit_kept(tx: &mut Tx<'_>, actor: &Actor, id: ImportId, prepared: &Prepared, progress: &Progress) -> Result<Report, Refusal> {
    if find(tx, prepared.operator, id)?.stage == Stage::Done {
        return Err(Refusal::Stale);
    }
    let report = commit(tx, actor, prepared, progress)?;
    let (said, bad, choices) = (json(&report)?, json(&bad_rows(prepared, &report))?, json(&prepared.choices)?);
    let sql = "UPDATE imports SET state = 'done', report = $2, bad = $3, choices = $4, body = '' WHERE id = $1";
    tx.run(sql, args![id, said, bad, choices])?;
    Ok(report)
}

fn json<T: Serialize>(value: &T) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|bad| Refusal::Fault(bad.to_string()))
}

/// The lines of a report that are worth a look: the first bad ones, and the first of the others.
pub fn worth_a_look(report: &Report, most: usize) -> HashSet<usize> {
    let is_bad = |outcome: &Outcome| matches!(outcome, Outcome::Bad(_));
    let bad = report.outcomes.iter().filter(|(_, outcome)| is_bad(outcome)).take(most);
    let good = report.outcomes.iter().filter(|(_, outcome)| !is_bad(outcome)).take(most);
    bad.chain(good).map(|(line, _)| *line).collect()
}
