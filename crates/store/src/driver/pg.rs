//! PostgreSQL, over a blocking client: the writer and the readers have threads of their own.

use super::{Driver, Row, Value};
use kernel::Refusal;
use postgres::{
    Client, NoTls, Statement,
    types::{IsNull, ToSql, Type, private::BytesMut},
};
use std::collections::HashMap;

/// A connection to the server.
pub struct Pg {
    client: Client,
    statements: HashMap<String, Statement>,
}

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
        Ok(pg)
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, Refusal> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
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
    fn begin_write(&mut self) -> Result<(), Refusal> {
        // The head's row lock makes every process write in turn, so positions commit in order and nothing can deadlock.
        self.batch("BEGIN; SELECT seq FROM head WHERE id = 1 FOR UPDATE")
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
