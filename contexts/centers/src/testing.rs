//! A real store for the tests of this crate: SQLite always, PostgreSQL as well where the test command has started one.

use access::Merchant;
use kernel::{AccountId, Actor, Capability, Instant, May, OrgId, OrgKind, Refusal, Region, Rules, UserId};
use serde::Serialize;
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Ask, Config, Database, Driver, Keys, ManualClock, Packs, Part, Store, Tx};

/// When every test begins.
pub(crate) const START: Instant = Instant(1_795_000_000_000);

static PARTS: [Part; 4] = [access::CONTEXT.part, accounts::CONTEXT.part, linking::CONTEXT.part, crate::PART];
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A store with this context and those before it.
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

impl House {
    /// One on each database there is.
    pub fn all() -> Vec<House> {
        let mut houses = vec![House::on(|dir| Database::Sqlite(dir.join("countersign.db")))];
        if let Ok(server) = std::env::var("COUNTERSIGN_TEST_PG") {
            let name = format!("centers_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
            let mut db = store::driver::pg::Pg::open(&server, false).unwrap();
            db.batch(&format!("CREATE DATABASE {name}")).unwrap();
            let front = server.rsplit_once('/').unwrap().0;
            houses.push(House::on(|_| Database::Postgres(format!("{front}/{name}"))));
        }
        houses
    }

    fn on(database: impl FnOnce(&PathBuf) -> Database) -> House {
        let dir = std::env::temp_dir().join(format!("countersign-centers-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        std::fs::create_dir_all(&dir).unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let config = Config {
            database: database(&dir),
            parts: PARTS.iter().collect(),
            packs: Packs::parse([("base", include_str!("../../../packs/base.toml"))], &[]).unwrap(),
            clock: clock.clone(),
            gate: access::gate,
            keys: Keys::open(&dir.join("keys")).unwrap(),
            readers: 2,
        };
        House { store: Store::open(config).unwrap(), clock, dir }
    }

    /// Goes the one way as the platform.
    pub fn perform<A: Ask>(&self, ask: A) -> Result<(), Refusal> {
        self.store.write_blocking(move |tx| store::perform(tx, &Actor::SYSTEM, &ask))
    }

    /// Lets things happen that other verbs would make happen.
    pub fn happen<E: kernel::Event + Clone + PartialEq>(&self, events: Vec<E>) {
        self.perform(Happen(events)).unwrap();
    }

    /// Lets the clock do what is due.
    pub fn tick(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(self.store.tick()).unwrap();
    }

    /// Looks.
    pub fn see<T: Send + 'static>(&self, look: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> T {
        self.store.read_blocking(look).unwrap()
    }

    /// An organisation with its head.
    pub fn org(&self, kind: OrgKind, name: &str) -> (OrgId, UserId) {
        let (org, owner) = (store::fresh(), self.person(name));
        let (name, region, merchant) = (name.to_owned(), Region::new(b"GB"), Merchant::Open);
        self.perform(access::FoundOrg { org, kind, name, region, merchant, categories: Vec::new(), owner }).unwrap();
        (org, owner)
    }

    /// A person who signs in.
    pub fn person(&self, name: &str) -> UserId {
        let user: UserId = store::fresh();
        let (email, name, zone) = (format!("{user}@example.com"), name.to_owned(), "Europe/London".to_owned());
        self.perform(access::SignUp { user, email, name, lang: "en".into(), zone }).unwrap();
        user
    }

    /// An account of a creator.
    pub fn account(&self, owner: OrgId, handle: &str) -> AccountId {
        let account = store::fresh();
        let (handle, birth) = (handle.to_owned(), jiff::civil::date(2000, 1, 1));
        let (nickname, region) = (handle.clone(), Region::new(b"GB"));
        self.perform(accounts::register::Register { account, owner, handle, nickname, region, birth, categories: Vec::new() }).unwrap();
        account
    }
}

/// Makes events happen as they are: the tables and the reactions cannot tell.
#[derive(Debug)]
struct Happen<E>(Vec<E>);

#[derive(PartialEq, Debug, Serialize)]
enum Never {}

impl kernel::Denied for Never {}

impl<E: kernel::Event + Clone + PartialEq> Capability for Happen<E> {
    const NAME: &'static str = "centers.happen";
    const MAY: May = May::Platform;
    type Facts = ();
    type Denied = Never;
    type Event = E;
    const RULES: Rules<Self> = &[];
    fn events(&self, (): &()) -> Vec<E> {
        self.0.clone()
    }
}

impl<E: kernel::Event + Clone + PartialEq> Ask for Happen<E> {
    fn facts(&self, _: &mut Tx<'_>, _: &Actor) -> Result<(), Refusal> {
        Ok(())
    }
}
