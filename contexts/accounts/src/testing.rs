//! A real store for the tests of this crate: SQLite always, PostgreSQL as well where the test command has started one.

use kernel::{Instant, OrgId, Refusal, Region};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Config, Database, Driver, Keys, ManualClock, Packs, Part, Store, Tx};

/// The operator of every test.
pub(crate) const OPERATOR: OrgId = OrgId::new(9);
/// A creator.
pub(crate) const CREATOR: OrgId = OrgId::new(5);
/// When every test begins.
pub(crate) const START: Instant = Instant(1_795_000_000_000);

static PART: Part = crate::CONTEXT.part;
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A store with this context alone. The gate lets the platform in and nobody else.
pub(crate) struct House {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    dir: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn gate(_: &mut Tx<'_>, entry: &store::part::Entry<'_>) -> Result<(), Refusal> {
    if entry.actor.who == kernel::Who::System { Ok(()) } else { Err(Refusal::Unauthenticated) }
}

impl House {
    /// One on each database there is.
    pub fn all() -> Vec<House> {
        let mut houses = vec![House::sqlite()];
        if let Ok(server) = std::env::var("COUNTERSIGN_TEST_PG") {
            let name = format!("accounts_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
            let mut db = store::driver::pg::Pg::open(&server, false).unwrap();
            db.batch(&format!("CREATE DATABASE {name}")).unwrap();
            let front = server.rsplit_once('/').unwrap().0;
            houses.push(House::on(|_| Database::Postgres(format!("{front}/{name}"))));
        }
        houses
    }

    /// One on SQLite.
    pub fn sqlite() -> House {
        House::on(|dir| Database::Sqlite(dir.join("countersign.db")))
    }

    fn on(database: impl FnOnce(&PathBuf) -> Database) -> House {
        let dir = std::env::temp_dir().join(format!("countersign-accounts-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        std::fs::create_dir_all(&dir).unwrap();
        let base = include_str!("../../../packs/base.toml");
        let clock = Arc::new(ManualClock::at(START));
        let config = Config {
            database: database(&dir),
            parts: vec![&PART],
            packs: Packs::parse([("base", base)], &[]).unwrap(),
            clock: clock.clone(),
            gate,
            keys: Keys::open(&dir.join("keys")).unwrap(),
            readers: 2,
        };
        House { store: Store::open(config).unwrap(), clock, dir }
    }

    /// Goes the one way as the platform.
    pub fn perform<A: store::Ask>(&self, ask: A) -> Result<(), Refusal> {
        self.store.write_blocking(move |tx| store::perform(tx, &kernel::Actor::SYSTEM, &ask))
    }

    /// Looks.
    pub fn see<T: Send + 'static>(&self, look: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> T {
        self.store.read_blocking(look).unwrap()
    }

    /// Registers an account for the creator.
    pub fn register(&self, handle: &str, nickname: &str) -> kernel::AccountId {
        let account = store::fresh();
        self.perform(crate::register::Register {
            account,
            owner: CREATOR,
            handle: handle.into(),
            nickname: nickname.into(),
            region: Region::new(b"GB"),
            birth: jiff::civil::date(2000, 1, 1),
            categories: Vec::new(),
        })
        .unwrap();
        account
    }
}
