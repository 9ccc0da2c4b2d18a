//! The two databases behind one text of SQL. This module is the only place that names a driver.
//!
//! The common ground: `BIGINT` and `TEXT`, `$1` placeholders, `ON CONFLICT`, `RETURNING`, partial unique indexes and
//! keyset paging. PostgreSQL sums `BIGINT` into `NUMERIC`, so write `CAST(SUM(x) AS BIGINT)`.

pub mod gather;
pub mod pg;
pub(crate) mod pg_wake;
pub mod sqlite;

use crate::log::Head;
use kernel::{Id, Instant, Kind, Refusal};
use serde::de::{DeserializeOwned, IntoDeserializer, value::StrDeserializer};
use std::sync::Arc;

/// A value on its way in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A BIGINT.
    Int(i64),
    /// A TEXT.
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Int(i64::from(value))
    }
}
impl From<Instant> for Value {
    fn from(value: Instant) -> Self {
        Value::Int(value.0)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}
impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Value::Text(value.clone())
    }
}
impl<K: Kind> From<Id<K>> for Value {
    fn from(value: Id<K>) -> Self {
        Value::Text(value.to_string())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// `args![shop, now, "marketing"]`: values for `$1`, `$2`, `$3`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*][..] };
}

/// One row of an answer. Reading a column as what it is not is our fault, not the reader's.
/// Cheap to clone: a transaction remembers what it was answered.
#[derive(Clone, Debug)]
pub struct Row(Arc<Vec<Value>>);

fn mismatch(column: usize, wanted: &str, value: Option<&Value>) -> Refusal {
    let shape = match value {
        None => "missing",
        Some(Value::Null) => "null",
        Some(Value::Int(_)) => "a number",
        Some(Value::Text(_)) => "a text",
    };
    Refusal::Fault(format!("column {column} should be {wanted} and is {shape}"))
}

impl Row {
    pub(crate) fn new(cells: Vec<Value>) -> Row {
        Row(Arc::new(cells))
    }
    /// A number.
    pub fn int(&self, column: usize) -> Result<i64, Refusal> {
        self.opt_int(column)?.ok_or_else(|| mismatch(column, "a number", self.0.get(column)))
    }
    /// A number or nothing.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, Refusal> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(Some(*value)),
            Some(Value::Null) => Ok(None),
            other => Err(mismatch(column, "a number", other)),
        }
    }
    /// A yes or no, stored as 1 or 0.
    pub fn flag(&self, column: usize) -> Result<bool, Refusal> {
        Ok(self.int(column)? != 0)
    }
    /// A text.
    pub fn text(&self, column: usize) -> Result<&str, Refusal> {
        self.opt_text(column)?.ok_or_else(|| mismatch(column, "a text", self.0.get(column)))
    }
    /// A text or nothing.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, Refusal> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            other => Err(mismatch(column, "a text", other)),
        }
    }
    /// An id.
    pub fn id<K: Kind>(&self, column: usize) -> Result<Id<K>, Refusal> {
        self.text(column)?.parse().map_err(|bad| Refusal::Fault(format!("column {column}: {bad}")))
    }
    /// An id or nothing.
    pub fn opt_id<K: Kind>(&self, column: usize) -> Result<Option<Id<K>>, Refusal> {
        if self.opt_text(column)?.is_some() { self.id(column).map(Some) } else { Ok(None) }
    }
    /// A moment.
    pub fn at(&self, column: usize) -> Result<Instant, Refusal> {
        self.int(column).map(Instant)
    }
    /// A moment or nothing.
    pub fn opt_at(&self, column: usize) -> Result<Option<Instant>, Refusal> {
        Ok(self.opt_int(column)?.map(Instant))
    }
    /// A value kept as JSON.
    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T, Refusal> {
        serde_json::from_str(self.text(column)?).map_err(|bad| Refusal::Fault(format!("column {column}: {bad}")))
    }
    /// A code that serde knows, such as a snake_case enum kept as bare text.
    pub fn code<T: DeserializeOwned>(&self, column: usize) -> Result<T, Refusal> {
        let text: StrDeserializer<'_, serde::de::value::Error> = self.text(column)?.into_deserializer();
        T::deserialize(text).map_err(|bad| Refusal::Fault(format!("column {column}: {bad}")))
    }
}

/// Why a commit failed.
#[derive(Clone, Debug)]
pub enum NotCommitted {
    /// The database undid everything and goes on.
    Undone(Refusal),
    /// Whether the work is on disk cannot be known from here.
    Unknown(Refusal),
}

/// Asks for the log's head.
pub(crate) const HEAD: &str = "SELECT seq, hash, at FROM head WHERE id = 1";

/// The head of a log of which nothing else is known than its row.
pub(crate) fn head(rows: &[Row]) -> Result<Head, Refusal> {
    let row = rows.first().ok_or_else(|| Refusal::Fault("the log has no head".into()))?;
    Ok(Head { seq: row.int(0)?, hash: row.text(1)?.to_owned(), at: row.at(2)? })
}

/// A question and its values.
pub type Question = (String, Vec<Value>);

/// An open connection, as the threads that own one keep it.
pub type Connection = Box<dyn Driver + Send>;

/// Where statements go: a connection, or what stands before one.
pub trait Statements {
    /// Runs a statement and reads its rows.
    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, Refusal>;
    /// Asks many questions at once: an answer to each, in their order. One that fails spoils no other.
    fn query_all(&mut self, questions: &[Question]) -> Vec<Result<Vec<Row>, Refusal>> {
        questions.iter().map(|(sql, args)| self.query(sql, args)).collect()
    }
    /// Whether waiting for an answer costs more than the answer, so that questions are better asked together.
    fn has_round_trips(&self) -> bool {
        false
    }
    /// Sends a question whose answer [`Statements::query`] will be asked for, in the same words and before anything changes.
    fn ahead(&mut self, _sql: &str, _args: &[Value]) -> Result<(), Refusal> {
        Ok(())
    }
    /// Whether nothing that is written here is kept: work is only being rehearsed.
    fn is_rehearsal(&self) -> bool {
        false
    }
    /// Runs a statement and counts the rows it changed.
    fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, Refusal>;
    /// Runs a statement whose count nobody wants. Where that saves a round trip it is only sent along, or its row is gathered with
    /// others; when it fails, a later statement fails, or the commit.
    fn put(&mut self, sql: &str, args: &[Value]) -> Result<(), Refusal> {
        self.execute(sql, args).map(drop)
    }
    /// Undoes what was done since the savepoint `name`, also what was only sent along; it stays.
    fn undo_to(&mut self, name: &str) -> Result<(), Refusal>;
}

/// One connection.
pub trait Driver: Statements {
    /// Runs statements without arguments or rows.
    fn batch(&mut self, sql: &str) -> Result<(), Refusal>;
    /// Opens a transaction that may write, and answers the log's head. Whoever else writes waits.
    fn begin_write(&mut self) -> Result<Head, Refusal>;
    /// Undoes the transaction, also what was only sent along.
    fn rollback(&mut self) -> Result<(), Refusal>;
    /// Moves the log's head to `end`, where one is given, and commits.
    fn commit(&mut self, end: Option<&Head>) -> Result<(), NotCommitted>;
    /// Opens a transaction in which no other process changes tables.
    fn begin_migration(&mut self) -> Result<(), Refusal>;
    /// Opens a transaction that sees one snapshot and cannot write, and answers the log's head in it.
    fn begin_read(&mut self) -> Result<Head, Refusal>;
    /// Ends a transaction that only read. Nobody waits for it.
    fn end_read(&mut self) -> Result<(), Refusal>;
    /// A migration's text in this database's words.
    fn dialect(&self, ddl: &str) -> String;
    /// Whether the connection is lost and another one is needed.
    fn is_broken(&self) -> bool;
}

/// Whether a text only asks.
pub fn is_question(sql: &str) -> bool {
    sql.trim_start().starts_with("SELECT")
}
