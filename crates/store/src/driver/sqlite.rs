//! SQLite, bundled: one file, WAL, every commit on disk before it is acknowledged.

use super::{Driver, NotCommitted, Row, Statements, Value};
use crate::{args, log::Head};
use kernel::Refusal;
use rusqlite::{
    CachedStatement, Connection, OpenFlags, Statement,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};
use std::path::Path;

/// The oldest SQLite we run on: earlier ones can corrupt a WAL when one connection checkpoints while another writes.
const OLDEST: i32 = 3_051_003;

/// A connection to the database file.
pub struct Sqlite {
    connection: Connection,
}

fn fault(error: rusqlite::Error) -> Refusal {
    Refusal::Fault(format!("sqlite: {error}"))
}

impl Sqlite {
    /// Opens (and creates) the file for the writer, or opens it for a reader.
    pub fn open(path: &Path, writer: bool) -> Result<Self, Refusal> {
        if rusqlite::version_number() < OLDEST {
            let found = rusqlite::version();
            return Err(Refusal::Fault(format!("SQLite {found} can corrupt its write-ahead log; 3.51.3 or later is needed")));
        }
        let access =
            if writer { OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
        let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(fault)?;
        connection.set_prepared_statement_cache_capacity(512);
        connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(fault)?;
        // FULL, not NORMAL: NORMAL was measured to lose acknowledged commands when the power goes.
        let pragmas = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;
             PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864;";
        connection.execute_batch(pragmas).map_err(fault)?;
        let journal = keep_a_write_ahead_log(&connection).map_err(fault)?;
        if journal != "wal" {
            return Err(Refusal::Fault(format!("SQLite cannot keep a write-ahead log here (journal mode {journal}); use a local disk")));
        }
        if !writer {
            connection.execute_batch("PRAGMA query_only = ON;").map_err(fault)?;
        }
        // A statement is planned once. Without this SQLite looks at the values that are bound and plans anew when they change: in a
        // profile of commands that was a third of the writer's time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fault)?;
        let durable: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).map_err(fault)?;
        if durable < 2 {
            return Err(Refusal::Fault("SQLite does not run with synchronous=FULL; acknowledged work could be lost".into()));
        }
        Ok(Self { connection })
    }

    /// The statement, ready to run. It is parsed once and kept.
    fn prepared(&self, sql: &str, args: &[Value]) -> Result<CachedStatement<'_>, Refusal> {
        let prepared = self.connection.prepare_cached(&numbered(sql));
        let mut statement = prepared.map_err(|e| Refusal::Fault(format!("sqlite: {e} in {sql}")))?;
        bind(&mut statement, args)?;
        Ok(statement)
    }

    /// Copies the whole database to a new file while others go on reading and writing; answers the log's end in the copy.
    pub fn copy_to(&self, target: &Path) -> Result<Head, Refusal> {
        let mut copy = Connection::open(target).map_err(fault)?;
        let backup = rusqlite::backup::Backup::new(&self.connection, &mut copy).map_err(fault)?;
        // In one step: between two steps any write would make the copy begin again, so under load it would never end.
        while !matches!(backup.step(-1).map_err(fault)?, rusqlite::backup::StepResult::Done) {}
        drop(backup);
        copy.execute_batch("PRAGMA journal_mode = DELETE;").map_err(fault)?;
        let head = |row: &rusqlite::Row<'_>| Ok(Head { seq: row.get(0)?, hash: row.get(1)?, at: kernel::Instant(row.get(2)?) });
        copy.query_row("SELECT seq, hash, at FROM head WHERE id = 1", [], head).map_err(fault)
    }
}

/// Answers the journal mode that came of it. Of two programs that open a new file at once both look at it before either changes it,
/// and SQLite answers one of them that it is locked instead of letting it wait: so it waits here until it is alone, as long as it
/// would wait for any lock.
fn keep_a_write_ahead_log(connection: &Connection) -> rusqlite::Result<String> {
    loop {
        match connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)) {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK")?;
            }
            answered => return answered,
        }
    }
}

/// SQLite takes `$n` for a name and numbers names by first appearance; `?n` is the n-th value, without a name to look up.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

fn bind(statement: &mut Statement<'_>, args: &[Value]) -> Result<(), Refusal> {
    let wanted = statement.parameter_count();
    let given = args.get(..wanted).ok_or_else(|| Refusal::Fault(format!("a statement wants more than {} arguments", args.len())))?;
    for (value, place) in given.iter().zip(1..) {
        statement.raw_bind_parameter(place, value).map_err(fault)?;
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn value(cell: ValueRef<'_>) -> Result<Value, Refusal> {
    match cell {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(text) => Ok(Value::Text(String::from_utf8_lossy(text).into_owned())),
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(Refusal::Fault("sqlite: only BIGINT and TEXT are common ground".into())),
    }
}

impl Statements for Sqlite {
    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, Refusal> {
        let mut statement = self.prepared(sql, args)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(fault)? {
            let cells = (0..columns).map(|column| row.get_ref(column).map_err(fault).and_then(value));
            found.push(Row::new(cells.collect::<Result<_, _>>()?));
        }
        Ok(found)
    }
    fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, Refusal> {
        let mut statement = self.prepared(sql, args)?;
        statement.raw_execute().map(|changed| changed as u64).map_err(fault)
    }
    fn undo_to(&mut self, name: &str) -> Result<(), Refusal> {
        self.execute(&format!("ROLLBACK TO SAVEPOINT {name}"), &[]).map(drop)
    }
}

impl Driver for Sqlite {
    fn batch(&mut self, sql: &str) -> Result<(), Refusal> {
        self.connection.execute_batch(sql).map_err(fault)
    }
    fn begin_write(&mut self) -> Result<Head, Refusal> {
        self.execute("BEGIN IMMEDIATE", &[])?;
        super::head(&self.query(super::HEAD, &[])?)
    }
    fn rollback(&mut self) -> Result<(), Refusal> {
        self.execute("ROLLBACK", &[]).map(drop)
    }
    fn commit(&mut self, end: Option<&Head>) -> Result<(), NotCommitted> {
        if let Some(Head { seq, hash, at }) = end {
            let sql = "UPDATE head SET seq = $1, hash = $2, at = $3 WHERE id = 1";
            self.execute(sql, args![*seq, hash, *at]).map_err(NotCommitted::Undone)?;
        }
        let committed = self.connection.prepare_cached("COMMIT").and_then(|mut statement| statement.raw_execute());
        committed.map(drop).map_err(|error| match error.sqlite_error_code() {
            // A full disk is met while the log's pages are written, before they are made durable: undoing them is safe.
            Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::DatabaseBusy) => NotCommitted::Undone(fault(error)),
            _ => NotCommitted::Unknown(fault(error)),
        })
    }
    fn begin_migration(&mut self) -> Result<(), Refusal> {
        self.batch("BEGIN IMMEDIATE")
    }
    fn begin_read(&mut self) -> Result<Head, Refusal> {
        self.execute("BEGIN", &[])?;
        super::head(&self.query(super::HEAD, &[])?)
    }
    fn end_read(&mut self) -> Result<(), Refusal> {
        self.rollback()
    }
    fn dialect(&self, ddl: &str) -> String {
        // Only INTEGER PRIMARY KEY is the row's own key in SQLite; its integers have 64 bits all the same.
        ddl.replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY")
    }
    fn is_broken(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_may_be_opened_by_many_at_the_same_moment() {
        let folder = std::env::temp_dir().join(format!("countersign-sqlite-{}", &crate::clock::secret()[..16]));
        std::fs::create_dir_all(&folder).unwrap();
        for round in 0..20 {
            let path = folder.join(format!("{round}.db"));
            let start = std::sync::Barrier::new(8);
            let open = || {
                start.wait();
                Sqlite::open(&path, true).map(drop)
            };
            let opened: Vec<_> = std::thread::scope(|scope| {
                let all: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
                all.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(opened.iter().all(Result::is_ok), "{round}: {opened:?}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
