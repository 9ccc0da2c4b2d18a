//! Where everything is kept, and the one way in which anything changes.
//!
//! [`ask`] is the way: permit → facts → decide → events → tables → reactions, in one transaction that [`writer`] commits
//! together with its neighbours. [`log`] keeps what happened, chained so that tampering shows; [`packs`] hold the rules'
//! values; [`part`] is how a context plugs in. [`driver`] is the only place that knows SQLite and PostgreSQL apart.

pub mod ask;
pub mod backup;
pub mod blobs;
pub mod checkpoint;
pub mod clock;
pub mod deadline;
pub mod driver;
mod end;
mod follow;
mod foreseen;
pub mod idempotency;
pub mod keys;
mod known;
pub mod log;
pub mod migrate;
pub mod outbox;
pub mod packs;
pub mod part;
mod past;
mod reach;
mod reader;
pub mod reindex;
mod side_by_side;
mod tx;
mod verify;
mod writer;

pub use ask::{AnyAsk, Ask, admit, perform, precheck};
pub use clock::{Clock, ManualClock, SystemClock, fresh};
pub use driver::{Connection, Driver, Row, Statements, Value};
pub use end::End;
pub use follow::{Follower, News};
pub use keys::Keys;
pub use log::Recorded;
pub use packs::{Packs, Scope};
pub use part::{Described, Gate, Part, Values};
pub use past::Said;
pub use tx::Tx;

pub use kernel::Refusal;

use std::{path::PathBuf, sync::Arc};

/// Which database.
#[derive(Clone, Debug)]
pub enum Database {
    /// The SQLite file in the data directory.
    Sqlite(PathBuf),
    /// A PostgreSQL server by its URL.
    Postgres(String),
}

/// What a store is opened with.
pub struct Config {
    /// Where the log lives.
    pub database: Database,
    /// The contexts, in their total order.
    pub parts: Vec<&'static Part>,
    /// The rules' values.
    pub packs: Packs,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Who may what.
    pub gate: Gate,
    /// The keys that seal and sign.
    pub keys: Keys,
    /// How many threads read at the same time.
    pub readers: usize,
}

/// What every transaction can see of the house.
pub(crate) struct House {
    pub parts: Vec<&'static Part>,
    pub packs: Packs,
    pub clock: Arc<dyn Clock>,
    pub gate: Gate,
    pub keys: Keys,
    pub database: Database,
    pub checkpoints: checkpoint::Keeper,
}

/// The open store. Cheap to clone; the last clone's end closes it, after everything that was handed over is done.
#[derive(Clone)]
pub struct Store {
    house: Arc<House>,
    writer: writer::Writer,
    readers: reader::Readers,
    ends: end::Ends,
}

impl Store {
    /// Opens the database, brings its tables up to date, and checks that the log's end verifies.
    pub fn open(config: Config) -> Result<Store, Refusal> {
        // A PostgreSQL client brings its own small runtime, which must not start on an async worker.
        let opened = std::thread::scope(|scope| scope.spawn(|| Store::open_here(config)).join());
        opened.unwrap_or_else(|_| Err(Refusal::Fault("opening the store panicked".into())))
    }

    fn open_here(config: Config) -> Result<Store, Refusal> {
        let (house, readers) = House::of(config);
        let house = Arc::new(house);
        let mut first = house.connect(true)?;
        migrate::bring_up_to_date(first.as_mut(), &house.parts)?;
        keys::belong(first.as_mut(), &house.keys)?;
        log::check_the_end(first.as_mut(), house.clock.now())?;
        let writer = writer::Writer::start(house.clone(), first)?;
        let readers = reader::Readers::start(&house, readers)?;
        writer.listen(&readers)?;
        Ok(Store { house, writer, readers, ends: end::Ends::default() })
    }

    /// Does `work` in a transaction that may write. It is on disk when this returns; a refusal leaves nothing behind. `work` may
    /// be done a second time, when the first was undone for the sake of another's, so it must change nothing but the database.
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
        self.writer.submit(work).await
    }

    /// The same, for threads that are not the server's.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.writer.submit_blocking(work)
    }

    /// Does `work` on one snapshot.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.readers.submit(work).await
    }

    /// The same, for threads that are not the server's.
    pub fn read_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.readers.submit_blocking(work)
    }

    /// Where the log ends now. Cheap under load: those who wait at the same time share one look.
    pub async fn end(&self) -> Result<End, Refusal> {
        self.ends.look(&self.readers).await
    }

    /// Whether nothing of a context has happened after the position `since`, up to `until`. What this process has not heard of
    /// yet may have happened.
    pub fn is_unmoved(&self, context: &str, since: i64, until: i64) -> bool {
        self.writer.feed.is_unmoved(context, since, until)
    }

    /// Everything that happens from now on, in the log's order, also what other processes write.
    pub fn follow(&self) -> tokio::sync::broadcast::Receiver<Arc<Recorded>> {
        self.writer.feed.sender.subscribe()
    }

    /// Everything of these contexts after a position of the log, to be waited for on a thread of its own.
    pub fn follower(&self, contexts: Vec<&'static str>, after: i64) -> Follower {
        let feed = &self.writer.feed;
        Follower::new(feed.sender.subscribe(), feed.position.clone(), self.readers.clone(), contexts, after)
    }

    /// Passes on what other processes have written since the last call. The ticker calls it.
    pub async fn catch_up(&self) -> Result<(), Refusal> {
        self.writer.catch_up(&self.readers).await
    }

    /// The rules' values.
    pub fn packs(&self) -> &Packs {
        &self.house.packs
    }

    /// The contexts.
    pub fn parts(&self) -> &[&'static Part] {
        &self.house.parts
    }

    /// The time, as every rule sees it.
    pub fn now(&self) -> kernel::Instant {
        self.house.clock.now()
    }

    /// The keys that seal and sign.
    pub fn keys(&self) -> &Keys {
        &self.house.keys
    }

    /// Which database this is.
    pub fn database(&self) -> &Database {
        &self.house.database
    }
}

impl House {
    /// The house that a configuration describes, and how many readers it wants.
    pub fn of(config: Config) -> (House, usize) {
        let Config { database, parts, packs, clock, gate, keys, readers } = config;
        (House { parts, packs, clock, gate, keys, database, checkpoints: checkpoint::Keeper::default() }, readers)
    }

    /// A new connection.
    pub fn connect(&self, writer: bool) -> Result<Connection, Refusal> {
        Ok(match &self.database {
            Database::Sqlite(path) => Box::new(driver::sqlite::Sqlite::open(path, writer)?),
            Database::Postgres(url) => Box::new(driver::pg::Pg::open(url, writer)?),
        })
    }
}
