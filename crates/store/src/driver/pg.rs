//! PostgreSQL, over a blocking client: the writer and the readers have threads of their own.

use super::{Driver, NotCommitted, Row, Value};
use crate::log::Head;
use kernel::Refusal;
use postgres::{
    Client, NoTls, SimpleQueryMessage, Statement,
    types::{IsNull, ToSql, Type, private::BytesMut},
};
use std::collections::HashMap;

/// A connection to the server.
pub struct Pg {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// How many prepared statements a connection keeps.
const MOST_STATEMENTS: usize = 2_000;

fn fault(error: postgres::Error) -> Refusal {
    let detail = error.as_db_error().map(|e| e.to_string()).unwrap_or_default();
    Refusal::Fault(format!("postgresql: {error} {detail}"))
}

impl Pg {
    /// Connects, and refuses a server that could lose acknowledged work.
    pub fn open(url: &str) -> Result<Self, Refusal> {
        let client = Client::connect(url, NoTls).map_err(fault)?;
        let mut pg = Self { client, statements: HashMap::new() };
        for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
            let rows = pg.query("SELECT current_setting($1)", &[setting.into()])?;
            let value = rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()?.unwrap_or_default();
            if value == "off" {
                return Err(Refusal::Fault(format!("PostgreSQL runs with {setting}=off; acknowledged work could be lost. Turn it on.")));
            }
        }
        // A process that stops in the middle of a transaction holds the writers' turn; the server then ends its connection.
        pg.batch("SET idle_in_transaction_session_timeout = '60s'")?;
        Ok(pg)
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, Refusal> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        if self.statements.len() >= MOST_STATEMENTS {
            self.statements.clear();
        }
        let statement = self.client.prepare(sql).map_err(|e| Refusal::Fault(format!("{:?} in {sql}", fault(e))))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Value::Int(number) => number.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
        }
    }
    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::VARCHAR, Type::NAME].contains(ty)
    }
    postgres::types::to_sql_checked!();
}

fn row(found: &postgres::Row) -> Result<Row, Refusal> {
    let cell = |position: usize| -> Result<Value, Refusal> {
        Ok(match *found.columns()[position].type_() {
            Type::INT8 => found.try_get::<_, Option<i64>>(position).map_err(fault)?.map_or(Value::Null, Value::Int),
            Type::INT4 => found.try_get::<_, Option<i32>>(position).map_err(fault)?.map_or(Value::Null, |n| Value::Int(n.into())),
            Type::BOOL => found.try_get::<_, Option<bool>>(position).map_err(fault)?.map_or(Value::Null, |b| Value::Int(b.into())),
            Type::TEXT | Type::VARCHAR | Type::NAME => {
                found.try_get::<_, Option<String>>(position).map_err(fault)?.map_or(Value::Null, Value::Text)
            }
            ref other => {
                return Err(Refusal::Fault(format!("postgresql: a column of type {other}; only BIGINT and TEXT are common ground")));
            }
        })
    };
    (0..found.len()).map(cell).collect::<Result<_, _>>().map(Row)
}

impl Driver for Pg {
    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, Refusal> {
        let statement = self.statement(sql)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|value| value as _).collect();
        self.client.query(&statement, &args).map_err(fault)?.iter().map(row).collect()
    }
    fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, Refusal> {
        let statement = self.statement(sql)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|value| value as _).collect();
        self.client.execute(&statement, &args).map_err(fault)
    }
    fn batch(&mut self, sql: &str) -> Result<(), Refusal> {
        self.client.batch_execute(sql).map_err(fault)
    }
    fn begin_write(&mut self) -> Result<Head, Refusal> {
        // The head's row lock makes every process write in turn, so positions commit in order and nothing can deadlock.
        let sql = "BEGIN; SELECT seq, hash, at FROM head WHERE id = 1 FOR UPDATE; SAVEPOINT piece";
        let answers = self.client.simple_query(sql).map_err(fault)?;
        let rows = answers.iter().filter_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => {
                let number = |column| row.get(column).and_then(|text| text.parse().ok()).map_or(Value::Null, Value::Int);
                Some(Row(vec![number(0), row.get(1).into(), number(2)]))
            }
            _ => None,
        });
        super::head(&rows.collect::<Vec<_>>())
    }
    fn next_savepoint(&mut self) -> Result<(), Refusal> {
        self.batch("RELEASE SAVEPOINT piece; SAVEPOINT piece")
    }
    fn undo_to_savepoint(&mut self) -> Result<(), Refusal> {
        self.batch("ROLLBACK TO SAVEPOINT piece")
    }
    fn commit(&mut self, end: Option<&Head>) -> Result<(), NotCommitted> {
        // One message for both; a head is two numbers and hexadecimal digits, so nothing needs quoting.
        let sql = end.map_or("COMMIT".to_owned(), |Head { seq, hash, at }| {
            format!("UPDATE head SET seq = {seq}, hash = '{hash}', at = {} WHERE id = 1; COMMIT", at.0)
        });
        self.client.batch_execute(&sql).map_err(|error| {
            // An error that the server itself reports means that it undid the work.
            if error.as_db_error().is_some() && !self.client.is_closed() {
                NotCommitted::Undone(fault(error))
            } else {
                NotCommitted::Unknown(fault(error))
            }
        })
    }
    fn begin_migration(&mut self) -> Result<(), Refusal> {
        // Any number will do, as long as all our processes use the same one.
        self.batch("BEGIN; SELECT pg_advisory_xact_lock(4242002)")
    }
    fn begin_read(&mut self) -> Result<(), Refusal> {
        self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    }
    fn dialect(&self, ddl: &str) -> String {
        ddl.to_owned()
    }
    fn is_broken(&self) -> bool {
        self.client.is_closed()
    }
    fn version(&mut self) -> Result<String, Refusal> {
        let rows = self.query("SELECT current_setting('server_version')", &[])?;
        Ok(format!("PostgreSQL {}", rows.first().map(|r| r.text(0)).transpose()?.unwrap_or("?")))
    }
}
