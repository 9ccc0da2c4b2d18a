//! A house with one shop and its owner, and a clock that is moved by hand.

use access::{FoundOrg, Merchant, RenameOrg, SignUp};
use kernel::{Actor, EndpointId, Instant, OrgId, OrgKind, Refusal, Region, UserId};
use notify::{
    Endpoint, Event,
    add_endpoint::AddEndpoint,
    index,
    webhooks::{Webhooks, client::Client},
};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use store::{Ask, Config, Database, Driver, Keys, ManualClock, Packs, Part, Store, Tx};

static ACCESS: Part = access::CONTEXT.part;
static ACCOUNTS: Part = accounts::CONTEXT.part;
static NOTIFY: Part = notify::CONTEXT.part;

const START: Instant = Instant(1_795_000_000_000);

pub struct World {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub shop: OrgId,
    pub owner: UserId,
    dir: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// What the tests' own pack says: everything on loopback is allowed, and nobody waits long.
pub const LENIENT: &str = r#"
[notify.webhooks]
plain_http = { value = true, source = "test", seen = "2026-11-21", sure = "operator" }
private_addresses = { value = true, source = "test", seen = "2026-11-21", sure = "operator" }
time_out = { value = "500 ms", source = "test", seen = "2026-11-21", sure = "operator" }
"#;

static COUNT: AtomicU32 = AtomicU32::new(0);

impl World {
    /// The same house on SQLite and, where a server is given, on PostgreSQL.
    pub async fn everywhere(pack: &str, lang: &str) -> Vec<World> {
        let mut worlds = vec![World::new(pack, lang).await];
        if let Ok(server) = std::env::var("COUNTERSIGN_TEST_PG") {
            let name = format!("notify_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
            let front = server.rsplit_once('/').unwrap().0.to_owned();
            let made = name.clone();
            let make = move || store::driver::pg::Pg::open(&server, false).unwrap().batch(&format!("CREATE DATABASE {made}"));
            tokio::task::spawn_blocking(make).await.unwrap().unwrap();
            worlds.push(World::on(Some(Database::Postgres(format!("{front}/{name}"))), pack, lang).await);
        }
        worlds
    }

    pub async fn new(pack: &str, lang: &str) -> World {
        World::on(None, pack, lang).await
    }

    async fn on(database: Option<Database>, pack: &str, lang: &str) -> World {
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("countersign-notify-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let base = include_str!("../../../../packs/base.toml");
        let clock = Arc::new(ManualClock::at(START));
        let config = Config {
            database: database.unwrap_or_else(|| Database::Sqlite(dir.join("test.db"))),
            parts: vec![&ACCESS, &ACCOUNTS, &NOTIFY],
            packs: Packs::parse([("base", base), ("test", pack)], &["test"]).unwrap(),
            clock: clock.clone(),
            gate: access::gate,
            keys: Keys::open(&dir.join("keys")).unwrap(),
            readers: 2,
        };
        let store = Store::open(config).unwrap();
        let (shop, owner): (OrgId, UserId) = (store::fresh(), store::fresh());
        let world = World { store, clock, shop, owner, dir };
        let (email, name) = ("owner@shop.example".to_owned(), "Ann".to_owned());
        world.ask(SignUp { user: owner, email, name, lang: lang.into(), zone: "Asia/Shanghai".into() }).await.unwrap();
        let region = Region::new(b"GB");
        let found =
            FoundOrg { org: shop, kind: OrgKind::Shop, name: "One".into(), region, merchant: Merchant::Open, categories: vec![], owner };
        world.ask(found).await.unwrap();
        world
    }

    /// Asks as the platform.
    pub async fn ask<A: Ask>(&self, ask: A) -> Result<(), Refusal> {
        self.store.write(move |tx| store::perform(tx, &Actor::SYSTEM, &ask)).await
    }

    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> T {
        self.store.write(work).await.unwrap()
    }

    pub async fn add(&self, url: &str, types: &[&str]) -> Endpoint {
        let (org, endpoint): (OrgId, EndpointId) = (self.shop, store::fresh());
        let types = types.iter().map(|wanted| (*wanted).to_owned()).collect();
        self.ask(AddEndpoint { org, endpoint, url: url.into(), types }).await.unwrap();
        self.write(move |tx| index::endpoint(tx, org, endpoint)).await.unwrap()
    }

    /// Something that endpoints are told of.
    pub async fn something_happens(&self, name: &str) {
        self.ask(RenameOrg { org: self.shop, name: name.into() }).await.unwrap();
    }

    pub fn sender(&self, client: Option<Client>) -> Arc<Webhooks> {
        Arc::new(client.map_or_else(|| Webhooks::new(self.store.clone()), |client| Webhooks::with(self.store.clone(), client)))
    }

    /// Sends all that is due.
    pub async fn send(&self, sender: &Arc<Webhooks>) -> usize {
        notify::senders::round(&self.store, sender).await.unwrap()
    }

    pub async fn deliveries(&self, endpoint: &Endpoint) -> Vec<index::Delivery> {
        let endpoint = endpoint.clone();
        self.write(move |tx| index::deliveries(tx, &endpoint, Instant(i64::MAX), 100)).await
    }

    pub async fn attempts(&self, endpoint: &Endpoint, delivery: &str) -> Vec<index::Attempt> {
        let (endpoint, delivery) = (endpoint.clone(), delivery.to_owned());
        self.write(move |tx| index::attempts(tx, &endpoint, &delivery)).await
    }

    /// The kinds of this context's events, oldest first.
    pub async fn happened(&self) -> Vec<String> {
        let all = self.write(|tx| store::log::after(tx, 0, 1_000)).await;
        all.into_iter().filter(|event| event.context == <Event as kernel::Event>::CONTEXT).map(|event| event.kind).collect()
    }
}
