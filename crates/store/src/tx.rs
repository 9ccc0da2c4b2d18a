//! A transaction, as the contexts see it.

use crate::{
    House, Row, Value,
    driver::{Statements, is_question},
    known::Known,
    log::{Head, Recorded},
    packs::Scope,
    part::{Gate, Part},
};
use kernel::{Actor, Event, Instant, Policy, Refusal};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// A transaction. Reading ones see one snapshot; writing ones have their turn to themselves.
pub struct Tx<'a> {
    /// The moment of this transaction. It never runs backwards, whatever the machine's clock does.
    pub now: Instant,
    pub(crate) db: &'a mut dyn Statements,
    pub(crate) house: &'a House,
    pub(crate) head: Head,
    pub(crate) recorded: Vec<Arc<Recorded>>,
    actor: String,
    cause: String,
    pack: String,
    depth: u8,
    pub(crate) replaying: bool,
    /// Whether a statement has failed. PostgreSQL then refuses every further one, and SQLite may have left the transaction.
    pub(crate) failed: bool,
    /// Whether anything may have been written.
    pub(crate) wrote: bool,
    /// Whether questions are only being sent ahead.
    sending_ahead: bool,
    kept_pack: bool,
    known: Known,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(db: &'a mut dyn Statements, house: &'a House, head: Head) -> Self {
        let now = house.clock.now();
        Tx::at(now, db, house, head)
    }

    /// At a moment that was looked up before; not before the log's last.
    pub(crate) fn at(now: Instant, db: &'a mut dyn Statements, house: &'a House, head: Head) -> Self {
        let now = now.max(head.at);
        let (actor, cause, pack) = ("system".into(), String::new(), String::new());
        Tx {
            now,
            db,
            house,
            head,
            recorded: Vec::new(),
            actor,
            cause,
            pack,
            depth: 0,
            replaying: false,
            failed: false,
            wrote: false,
            sending_ahead: false,
            kept_pack: false,
            known: Known::default(),
        }
    }

    /// Every row. A question that this transaction has asked before is answered from memory, until a row of its tables changes:
    /// verbs, gates, tables and views each ask for what they need, whoever has asked for it before them.
    pub fn all(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, Refusal> {
        self.sound()?;
        let is_question = is_question(sql);
        if is_question && let Some(rows) = self.known.answer(sql, args) {
            return Ok(rows);
        }
        if self.sending_ahead {
            return if is_question { self.db.ahead(sql, args).map(|()| Vec::new()) } else { Err(only_questions()) };
        }
        let rows = self.db.query(sql, args);
        self.failed = rows.is_err();
        match &rows {
            _ if !is_question => self.changing(sql),
            Ok(rows) => self.known.keep(sql, args, rows),
            Err(_) => {}
        }
        rows
    }
    /// Tells the transaction a row that it has just written, as the answer to the question that will be asked for it.
    pub fn tell(&mut self, sql: &str, args: &[Value], row: &[Value]) {
        self.known.told(sql, args, Row::new(row.to_vec()));
    }
    /// How many questions the database has answered in this transaction: tests hold them down.
    pub fn questions(&self) -> usize {
        self.known.asked
    }
    fn changing(&mut self, sql: &str) {
        self.wrote = true;
        self.known.forget(sql);
    }
    /// The first row, if any.
    pub fn one(&mut self, sql: &str, args: &[Value]) -> Result<Option<Row>, Refusal> {
        Ok(self.all(sql, args)?.into_iter().next())
    }
    /// A number from the first row's first column, 0 without a row.
    pub fn count(&mut self, sql: &str, args: &[Value]) -> Result<i64, Refusal> {
        self.one(sql, args)?.map_or(Ok(0), |row| Ok(row.opt_int(0)?.unwrap_or(0)))
    }
    /// Sends every question of `ask` to the database at once, so that asking them one by one afterwards costs one round trip
    /// in all. It is a rehearsal: each question is answered with no rows for now, what `ask` makes of that is forgotten, and
    /// a question that is not asked again in the same words, or only after a change, has merely cost its sending. A database
    /// that lives in this process has no round trips, so `ask` is not called there.
    pub fn ahead(&mut self, ask: impl FnOnce(&mut Self)) {
        if self.sending_ahead {
            ask(self);
        } else if self.db.has_round_trips() && !self.failed {
            // A question that fails is noticed by a later statement, the commit at the latest.
            self.sending_ahead = true;
            ask(self);
            self.sending_ahead = false;
        }
    }
    /// Changes rows and counts them.
    pub fn run(&mut self, sql: &str, args: &[Value]) -> Result<u64, Refusal> {
        self.sound()?;
        if self.sending_ahead {
            return Err(only_questions());
        }
        self.changing(sql);
        let changed = self.db.execute(sql, args);
        self.failed = changed.is_err();
        changed
    }
    /// Changes rows where nobody wants their number: on PostgreSQL it is only sent along, so it costs no round trip, and rows for
    /// one table go there together. When it fails, something after it fails, and nothing of the transaction is kept.
    pub fn put(&mut self, sql: &str, args: &[Value]) -> Result<(), Refusal> {
        self.sound()?;
        if self.sending_ahead {
            return Err(only_questions());
        }
        self.changing(sql);
        let put = self.db.put(sql, args);
        self.failed = put.is_err();
        put
    }
    /// After a failed statement both databases refuse every further one, until [`Tx::attempt`] or the transaction is undone.
    fn sound(&self) -> Result<(), Refusal> {
        if self.failed {
            Err(Refusal::Fault("a statement of this transaction failed before; its refusal was not passed on".into()))
        } else {
            Ok(())
        }
    }

    /// Does `work`, or nothing of it: when it refuses or panics, its writes and its events are undone and the transaction
    /// goes on. For one row of many, and for asks that may be denied without that being anyone's failure.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.sound()?;
        let (head, recorded, depth) = (self.head.clone(), self.recorded.len(), self.depth);
        let acting = (self.actor.clone(), self.cause.clone(), self.pack.clone());
        self.db.put("SAVEPOINT attempt", &[]).inspect_err(|_| self.failed = true)?;
        let done = catch_unwind(AssertUnwindSafe(|| work(self)));
        let done = done.unwrap_or_else(|_| Err(Refusal::Fault("a piece of work panicked".into())));
        // Statements that were only sent along have failed or not by the time the savepoint is released.
        let done = done.and_then(|done| {
            self.sound()?;
            self.db.execute("RELEASE SAVEPOINT attempt", &[])?;
            Ok(done)
        });
        if done.is_err() {
            self.undone();
            (self.head, self.depth) = (head, depth);
            self.recorded.truncate(recorded);
            (self.actor, self.cause, self.pack) = acting;
            (self.failed, self.sending_ahead) = (true, false);
            self.db.undo_to("attempt")?;
            self.db.put("RELEASE SAVEPOINT attempt", &[])?;
            self.failed = false;
        }
        done
    }

    /// What was written is being undone: a pack's content that was kept with it is kept again next time.
    pub(crate) fn undone(&mut self) {
        self.known.forget_all();
        if std::mem::take(&mut self.kept_pack) {
            self.house.packs.forget_kept();
        }
    }

    /// The values that a verb reads, as they are in force for this scope now. What is recorded next names their hash.
    pub fn policy<P: Policy>(&mut self, scope: Scope) -> Result<Arc<P>, Refusal> {
        let resolved = self.house.packs.resolve(scope, self.now);
        if self.pack != resolved.hash {
            self.pack.clone_from(&resolved.hash);
        }
        resolved.values::<P>()
    }

    /// The log's end that this transaction sees: after what it has recorded itself.
    pub fn as_of(&self) -> i64 {
        self.head.seq
    }
    /// Whether the log is being replayed: tables follow, but nothing leaves the house a second time.
    pub fn is_replaying(&self) -> bool {
        self.replaying
    }
    /// The keys that seal and sign.
    pub fn keys(&self) -> &'a crate::Keys {
        &self.house.keys
    }
    pub(crate) fn gate(&self) -> Gate {
        self.house.gate
    }
    pub(crate) fn parts(&self) -> &'a [&'static Part] {
        &self.house.parts
    }
    /// An event names the pack that decided its own ask, not one that an earlier ask looked at.
    pub(crate) fn deciding(&mut self) {
        self.pack.clear();
    }
    pub(crate) fn acting_as(&mut self, actor: &Actor) {
        if self.depth == 0 {
            self.actor = actor.principal();
            self.cause = crate::fresh::<kernel::id::Cause>().to_string();
        }
    }

    pub(crate) fn deeper(&mut self, deepest: u8, work: impl FnOnce(&mut Self) -> Result<(), Refusal>) -> Result<(), Refusal> {
        if self.depth == deepest {
            return Err(Refusal::Fault(format!("events cause events more than {deepest} deep: a loop")));
        }
        self.depth += 1;
        let pack = self.pack.clone();
        let done = work(self);
        self.depth -= 1;
        self.pack = pack;
        done
    }

    /// Appends one event to the log.
    pub(crate) fn record<E: Event>(&mut self, event: &E) -> Result<Arc<Recorded>, Refusal> {
        let mut recorded = Recorded::of(event, self.now)?;
        recorded.actor.clone_from(&self.actor);
        recorded.cause.clone_from(&self.cause);
        recorded.pack.clone_from(&self.pack);
        self.keep_pack()?;
        crate::log::append(self, &mut recorded, event.person())?;
        let recorded = Arc::new(recorded);
        self.recorded.push(recorded.clone());
        Ok(recorded)
    }

    /// The first time a pack decides something, its content is kept under its hash.
    fn keep_pack(&mut self) -> Result<(), Refusal> {
        if self.db.is_rehearsal() {
            return Ok(());
        }
        let Some(body) = self.house.packs.body_once(&self.pack) else { return Ok(()) };
        self.kept_pack = true;
        let (hash, now) = (self.pack.clone(), self.now);
        self.put(
            "INSERT INTO packs (hash, first_used, body) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",
            crate::args![hash, now, body],
        )
    }
}

fn only_questions() -> Refusal {
    Refusal::Fault("only questions can be sent ahead".into())
}
