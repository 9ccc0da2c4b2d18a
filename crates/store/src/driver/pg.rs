//! PostgreSQL. The writer and the readers have threads of their own, and each connection a small runtime that runs while
//! its thread waits for an answer.
//!
//! A round trip costs more than most statements, so those whose answer nobody needs are sent along with the next one that
//! is waited for. Rows for one table are gathered first ([`gather`](super::gather)) and inserted by one statement. The server
//! does what it is sent in order; after a failure it refuses everything up to the savepoint or the transaction's end.

use super::pg_wake::CHANNEL;
use super::{
    Driver, NotCommitted, Question, Row, Statements, Value,
    gather::{Gathered, Shape, many_questions},
};
use crate::log::Head;
use kernel::Refusal;
use std::{
    collections::HashMap,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};
use tokio_postgres::{
    Client, Error, NoTls, Statement,
    types::{IsNull, ToSql, Type, private::BytesMut},
};

/// A connection to the server.
pub struct Pg {
    client: Arc<Client>,
    statements: HashMap<String, Statement>,
    /// Statements that were sent and not waited for.
    sent: Vec<Sent>,
    /// Questions that were sent and whose answers have not been asked for.
    asked: Vec<Asked>,
    /// Rows that were not sent yet.
    gathered: Vec<Gathered>,
    /// What is known of each statement that was put: how its rows are gathered, where they can be.
    shapes: HashMap<String, Option<Arc<Shape>>>,
    /// How each question is asked for many, where it can be.
    questions: HashMap<String, Option<String>>,
    runtime: tokio::runtime::Runtime,
}

type Sent = Pin<Box<dyn Future<Output = Result<u64, Error>> + Send>>;

/// A question that was sent ahead.
struct Asked {
    sql: String,
    args: Vec<Value>,
    rows: Rows,
}

/// The answer to a question that was sent.
enum Rows {
    Underway(Pin<Box<dyn Future<Output = Result<Vec<tokio_postgres::Row>, Error>> + Send>>),
    Here(Option<Result<Vec<tokio_postgres::Row>, Error>>),
}

impl Rows {
    /// Takes in what has come of it.
    fn take_in(&mut self, cx: &mut Context<'_>) {
        if let Rows::Underway(rows) = self
            && let Poll::Ready(rows) = rows.as_mut().poll(cx)
        {
            *self = Rows::Here(Some(rows));
        }
    }
}

impl Future for Rows {
    type Output = Result<Vec<tokio_postgres::Row>, Error>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.take_in(cx);
        match &mut *self {
            Rows::Underway(_) => Poll::Pending,
            Rows::Here(rows) => rows.take().map_or(Poll::Pending, Poll::Ready),
        }
    }
}

/// Whoever writes finds rows by their keys, and by nothing else. Without statistics, in its first minutes, the server believes that tables
/// are small and reads them from end to end, and it plans statements over columns of values anew each time.
const BY_KEY: &str =
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

/// How many statements may be on their way before they are waited for all the same.
const MOST_SENT: usize = 200;

/// How many prepared statements a connection keeps.
const MOST_STATEMENTS: usize = 2_000;

fn fault(error: Error) -> Refusal {
    // What the driver says is only the kind; what really happened is behind it.
    let detail = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Refusal::Fault(format!("postgresql: {error}{detail}"))
}

impl Pg {
    /// Connects, and refuses a server that could lose acknowledged work.
    pub fn open(url: &str, writer: bool) -> Result<Self, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Refusal::Fault(format!("postgresql: {error}")))?;
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).map_err(fault)?;
        runtime.spawn(connection);
        let mut pg = Self {
            client: Arc::new(client),
            statements: HashMap::new(),
            sent: Vec::new(),
            asked: Vec::new(),
            gathered: Vec::new(),
            shapes: HashMap::new(),
            questions: HashMap::new(),
            runtime,
        };
        for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
            let rows = pg.query("SELECT current_setting($1)", &[setting.into()])?;
            let value = rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()?.unwrap_or_default();
            if value == "off" {
                return Err(Refusal::Fault(format!("PostgreSQL runs with {setting}=off; acknowledged work could be lost. Turn it on.")));
            }
        }
        // A process that stops in the middle of a transaction holds the writers' turn; the server then ends its connection.
        pg.batch("SET idle_in_transaction_session_timeout = '60s'; SET jit = off")?;
        if writer {
            pg.batch(BY_KEY)?;
        }
        Ok(pg)
    }

    /// Sends `work` after everything that was sent before, and waits for it all.
    fn wait<T>(&mut self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Refusal> {
        self.wait_for(work).map_err(fault)
    }

    fn wait_for<T>(&mut self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let sent = std::mem::take(&mut self.sent);
        let asked = &mut self.asked;
        let all = async {
            let mut work = pin!(work);
            let early = poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))).await;
            for earlier in sent {
                earlier.await?;
            }
            match early {
                Poll::Ready(done) => done,
                Poll::Pending => work.await,
            }
        };
        let mut all = pin!(all);
        // The connection takes in no more while an answer before it is left lying, so those that were asked for ahead are taken in
        // on the way.
        let taking_in = poll_fn(|cx| {
            asked.iter_mut().for_each(|asked| asked.rows.take_in(cx));
            all.as_mut().poll(cx)
        });
        self.runtime.block_on(taking_in)
    }

    /// Sends `work` without waiting for it.
    fn send(&mut self, work: impl Future<Output = Result<u64, Error>> + Send + 'static) -> Result<(), Refusal> {
        let mut work: Sent = Box::pin(work);
        // The first poll puts it in the connection's queue, behind those before it.
        let done = self.runtime.block_on(poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx))));
        match done {
            Poll::Ready(done) => done.map(drop).map_err(fault),
            Poll::Pending if self.sent.len() >= MOST_SENT => self.wait(work).map(drop),
            Poll::Pending => {
                self.sent.push(work);
                Ok(())
            }
        }
    }

    /// Sends statements without arguments, without waiting for them.
    fn send_batch(&mut self, sql: &'static str) -> Result<(), Refusal> {
        let client = self.client.clone();
        self.send(async move { client.batch_execute(sql).await.map(|()| 0) })
    }

    /// What was asked before a change does not answer who asks after it. It is waited for like a statement, so that its failure
    /// is noticed.
    fn forget_asked(&mut self) {
        let asked = std::mem::take(&mut self.asked);
        self.sent.extend(asked.into_iter().map(|Asked { rows, .. }| -> Sent { Box::pin(async { rows.await.map(|_| 0) }) }));
    }

    /// Forgets what was sent and what was to be sent: it is being undone.
    fn forget_all(&mut self) {
        self.sent.clear();
        self.asked.clear();
        self.gathered.clear();
    }

    /// Sends the gathered rows that `sql` may look at or change.
    fn send_gathered_for(&mut self, sql: &str) -> Result<(), Refusal> {
        if self.gathered.iter().any(|rows| rows.concerns(sql)) {
            let (now, later) = std::mem::take(&mut self.gathered).into_iter().partition(|rows| rows.concerns(sql));
            self.gathered = later;
            return Vec::into_iter(now).try_for_each(|rows| self.send_rows(rows));
        }
        Ok(())
    }

    fn send_all_gathered(&mut self) -> Result<(), Refusal> {
        std::mem::take(&mut self.gathered).into_iter().try_for_each(|rows| self.send_rows(rows))
    }

    fn send_rows(&mut self, rows: Gathered) -> Result<(), Refusal> {
        if let Some(alone) = rows.alone() {
            return self.send_one(&rows.shape.one, alone);
        }
        let (client, statement) = (self.client.clone(), self.statement(&rows.shape.many)?);
        self.send(async move { client.execute_raw(&statement, rows.columns).await })
    }

    fn send_one(&mut self, sql: &str, args: Vec<Value>) -> Result<(), Refusal> {
        let (client, statement) = (self.client.clone(), self.statement(sql)?);
        self.send(async move { client.execute_raw(&statement, args).await })
    }

    /// How the rows of a statement are gathered, where they can be.
    fn shape(&mut self, sql: &str) -> Result<Option<Arc<Shape>>, Refusal> {
        if let Some(known) = self.shapes.get(sql) {
            return Ok(known.clone());
        }
        let shape = if is_change(sql) { Shape::of(sql, &self.types(sql)?).map(Arc::new) } else { None };
        self.shapes.insert(sql.to_owned(), shape.clone());
        Ok(shape)
    }

    /// The types of a statement's arguments.
    fn types(&mut self, sql: &str) -> Result<Vec<&'static str>, Refusal> {
        let known = |kind: &Type| match *kind {
            Type::INT8 => "int8",
            Type::TEXT => "text",
            _ => "another",
        };
        Ok(self.statement(sql)?.params().iter().map(known).collect())
    }

    /// The one question for all who ask it in the same words, where there can be one.
    fn for_many(&mut self, sql: &str) -> Result<Option<String>, Refusal> {
        if let Some(known) = self.questions.get(sql) {
            return Ok(known.clone());
        }
        let many = many_questions(sql, &self.types(sql)?);
        self.questions.insert(sql.to_owned(), many.clone());
        Ok(many)
    }

    /// Sends a question: a value for each argument, or a column of values.
    fn ask<T: ToSql + Sync + Send + 'static>(&mut self, statement: Statement, values: Vec<T>) -> Rows {
        let client = self.client.clone();
        self.started(async move {
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
            client.query(&statement, &values).await
        })
    }

    /// The first poll puts it in the connection's queue, behind what was sent before.
    fn started(&mut self, rows: impl Future<Output = Result<Vec<tokio_postgres::Row>, Error>> + Send + 'static) -> Rows {
        let mut rows = Rows::Underway(Box::pin(rows));
        self.runtime.block_on(poll_fn(|cx| {
            rows.take_in(cx);
            Poll::Ready(())
        }));
        rows
    }

    /// Asks all at once: the same words once for everybody, and everything in one round trip.
    fn query_together(&mut self, questions: &[Question]) -> Result<Vec<Vec<Row>>, Refusal> {
        let mut same: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, (sql, _)) in questions.iter().enumerate() {
            same.entry(sql).or_default().push(at);
        }
        // Everything is prepared before anything is sent: no answer may be left lying while another is waited for.
        let mut ready: Vec<(Statement, bool, Vec<usize>)> = Vec::new();
        for (sql, places) in same {
            self.send_gathered_for(sql)?;
            let many = if places.len() > 1 { self.for_many(sql)? } else { None };
            ready.push((self.statement(many.as_deref().unwrap_or(sql))?, many.is_some(), places));
        }
        let values = |at: usize| questions.get(at).map_or(&[][..], |(_, values)| values);
        let mut underway: Vec<(Vec<usize>, Rows)> = Vec::new();
        for (statement, together, places) in ready {
            if together {
                let column = |n: usize| -> Vec<Value> { places.iter().filter_map(|at| values(*at).get(n)).cloned().collect() };
                let columns: Vec<Vec<Value>> = (0..statement.params().len()).map(column).collect();
                underway.push((places, self.ask(statement, columns)));
            } else {
                underway.extend(places.into_iter().map(|at| (vec![at], self.ask(statement.clone(), values(at).to_vec()))));
            }
        }
        let mut answers = vec![Vec::new(); questions.len()];
        for (places, rows) in underway {
            for found in self.wait(rows)? {
                match places.as_slice() {
                    [alone] => answers[*alone].push(row(&found, 0)?),
                    _ => {
                        let whose: i64 = found.try_get(0).map_err(fault)?;
                        let at = usize::try_from(whose - 1).ok().and_then(|at| places.get(at));
                        let at = *at.ok_or_else(|| Refusal::Fault("postgresql: an answer to no question".into()))?;
                        answers[at].push(row(&found, 2)?);
                    }
                }
            }
        }
        Ok(answers)
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, Refusal> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        if self.statements.len() >= MOST_STATEMENTS {
            self.statements.clear();
            self.shapes.clear();
            self.questions.clear();
        }
        let client = self.client.clone();
        let statement = self.wait(client.prepare(sql)).map_err(|refusal| Refusal::Fault(format!("{refusal:?} in {sql}")))?;
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
    tokio_postgres::types::to_sql_checked!();
}

/// Whether a text changes rows of the one table that it names first.
fn is_change(sql: &str) -> bool {
    ["INSERT ", "UPDATE ", "DELETE "].iter().any(|verb| sql.trim_start().starts_with(verb))
}

/// A row without its first `skip` columns.
fn row(found: &tokio_postgres::Row, skip: usize) -> Result<Row, Refusal> {
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
    (skip..found.len()).map(cell).collect::<Result<_, _>>().map(Row::new)
}

fn rows(found: &[tokio_postgres::Row]) -> Result<Vec<Row>, Refusal> {
    found.iter().map(|found| row(found, 0)).collect()
}

impl Statements for Pg {
    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, Refusal> {
        if let Some(at) = self.asked.iter().position(|asked| asked.sql == sql && asked.args == args) {
            let Asked { rows, .. } = self.asked.swap_remove(at);
            let found = self.wait(rows)?;
            return self::rows(&found);
        }
        if !super::is_question(sql) {
            self.forget_asked();
        }
        self.send_gathered_for(sql)?;
        let (client, statement) = (self.client.clone(), self.statement(sql)?);
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|value| value as _).collect();
        rows(&self.wait(client.query(&statement, &args))?)
    }
    fn query_all(&mut self, questions: &[Question]) -> Vec<Result<Vec<Row>, Refusal>> {
        if let [(sql, args)] = questions {
            return vec![self.query(sql, args)];
        }
        // A failure ends the transaction up to the savepoint; then everyone asks for themselves.
        let together = self.put("SAVEPOINT together", &[]).and_then(|()| self.query_together(questions));
        match together {
            Ok(answers) => {
                let released = self.put("RELEASE SAVEPOINT together", &[]);
                answers.into_iter().map(|rows| released.clone().map(|()| rows)).collect()
            }
            Err(_) => {
                let mut apart = |(sql, args): &Question| {
                    self.undo_to("together")?;
                    self.query(sql, args)
                };
                let answers = questions.iter().map(&mut apart).collect();
                let _ = self.undo_to("together").and_then(|()| self.put("RELEASE SAVEPOINT together", &[]));
                answers
            }
        }
    }
    fn has_round_trips(&self) -> bool {
        true
    }
    fn ahead(&mut self, sql: &str, args: &[Value]) -> Result<(), Refusal> {
        if self.asked.iter().any(|asked| asked.sql == sql && asked.args == args) {
            return Ok(());
        }
        self.send_gathered_for(sql)?;
        let statement = self.statement(sql)?;
        let rows = self.ask(statement, args.to_vec());
        self.asked.push(Asked { sql: sql.to_owned(), args: args.to_vec(), rows });
        Ok(())
    }
    fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, Refusal> {
        self.forget_asked();
        self.send_all_gathered()?;
        let (client, statement) = (self.client.clone(), self.statement(sql)?);
        self.wait(client.execute_raw(&statement, args))
    }
    fn put(&mut self, sql: &str, args: &[Value]) -> Result<(), Refusal> {
        self.forget_asked();
        let Some(shape) = self.shape(sql)? else {
            // Savepoints part what came before from what comes after, whatever the table.
            if is_change(sql) { self.send_gathered_for(sql) } else { self.send_all_gathered() }?;
            return self.send_one(sql, args.to_vec());
        };
        // Each table's changes keep their order; those of different tables do not touch each other.
        let fits = |rows: &Gathered| Arc::ptr_eq(&rows.shape, &shape) && rows.takes(args);
        if let Some(rows) = self.gathered.iter_mut().find(|rows| fits(rows)) {
            rows.push(args);
            return Ok(());
        }
        self.send_gathered_for(sql)?;
        self.gathered.push(Gathered::new(shape, args));
        Ok(())
    }
    fn undo_to(&mut self, name: &str) -> Result<(), Refusal> {
        self.forget_all();
        self.batch(&format!("ROLLBACK TO SAVEPOINT {name}"))
    }
}

impl Driver for Pg {
    fn batch(&mut self, sql: &str) -> Result<(), Refusal> {
        self.forget_asked();
        self.send_all_gathered()?;
        let client = self.client.clone();
        self.wait(client.batch_execute(sql))
    }
    fn begin_write(&mut self) -> Result<Head, Refusal> {
        // The head's row lock makes every process write in turn, so positions commit in order and nothing can deadlock.
        self.send_batch("BEGIN")?;
        super::head(&self.query(&format!("{} FOR UPDATE", super::HEAD), &[])?)
    }
    fn rollback(&mut self) -> Result<(), Refusal> {
        self.forget_all();
        self.batch("ROLLBACK")
    }
    fn commit(&mut self, end: Option<&Head>) -> Result<(), NotCommitted> {
        self.forget_asked();
        self.send_all_gathered().map_err(NotCommitted::Undone)?;
        // One message for both; a head is two numbers and hexadecimal digits, so nothing needs quoting.
        let sql = end.map_or("COMMIT".to_owned(), |Head { seq, hash, at }| {
            format!("UPDATE head SET seq = {seq}, hash = '{hash}', at = {} WHERE id = 1; NOTIFY {CHANNEL}, '{seq}'; COMMIT", at.0)
        });
        // Whatever is underway is waited for as well: after its failure the server would answer a commit by undoing everything.
        let client = self.client.clone();
        self.wait_for(client.batch_execute(&sql)).map_err(|error| {
            // An error that the server itself reports means that it undid the work.
            let told = error.as_db_error().is_some() && !self.client.is_closed();
            if told { NotCommitted::Undone(fault(error)) } else { NotCommitted::Unknown(fault(error)) }
        })
    }
    fn begin_migration(&mut self) -> Result<(), Refusal> {
        // Any number will do, as long as all our processes use the same one.
        self.batch("BEGIN; SELECT pg_advisory_xact_lock(4242002)")
    }
    fn begin_read(&mut self) -> Result<Head, Refusal> {
        self.send_batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        super::head(&self.query(super::HEAD, &[])?)
    }
    fn end_read(&mut self) -> Result<(), Refusal> {
        self.forget_all();
        self.send_batch("ROLLBACK")?;
        // The connection has one turn to send it, so that the server does not keep the snapshot until someone reads again.
        self.runtime.block_on(tokio::task::yield_now());
        Ok(())
    }
    fn dialect(&self, ddl: &str) -> String {
        // Texts are ordered by their bytes, as in SQLite, whatever language the server was set up for: keys are searched by
        // their beginnings and lists are paged by their order.
        ddl.replace(" TEXT", " TEXT COLLATE \"C\"")
    }
    fn is_broken(&self) -> bool {
        self.client.is_closed()
    }
}
