//! The house under test: both databases, a clock that is moved by hand, and a loopback socket.

use crate::client::Client;
use access::Merchant;
use kernel::{Actor, Instant, OrgId, OrgKind, Region, Role, Span, UserId};
use serde_json::json;
use server::Settings;
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{ManualClock, Store};
use tokio::sync::watch;

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum On {
    Sqlite,
    Postgres,
}

impl On {
    pub const BOTH: [On; 2] = [On::Sqlite, On::Postgres];
}

pub const START: Instant = Instant(1_790_000_000_000);

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A name that no other test and no other run uses.
pub fn unique() -> String {
    format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst))
}

/// A new, empty PostgreSQL database on the server that the test command started.
pub fn fresh_database() -> String {
    let server = std::env::var("COUNTERSIGN_TEST_PG").unwrap_or_else(|_| {
        panic!("COUNTERSIGN_TEST_PG is not set: run `cargo xtask test`, which starts a PostgreSQL, or set it to postgres://USER@127.0.0.1:PORT/postgres")
    });
    let name = unique();
    let mut db = store::driver::pg::Pg::open(&server, false).unwrap();
    store::Driver::batch(&mut db, &format!("CREATE DATABASE {name}")).unwrap();
    let (front, _) = server.rsplit_once('/').unwrap();
    format!("{front}/{name}")
}

/// A directory of its own, removed at the end.
pub struct Dir(pub PathBuf);

impl Dir {
    pub fn new() -> Dir {
        let dir = std::env::temp_dir().join(format!("countersign-{}", unique()));
        std::fs::create_dir_all(&dir).unwrap();
        Dir(dir)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct House {
    pub address: SocketAddr,
    pub store: Store,
    pub app: web::App,
    pub clock: Arc<ManualClock>,
    pub dir: Dir,
    pub database: Option<String>,
    stop: watch::Sender<bool>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl House {
    pub fn open(on: On) -> House {
        let database = (on == On::Postgres).then(fresh_database);
        House::open_at(database, START)
    }

    pub fn open_at(database: Option<String>, now: Instant) -> House {
        let (dir, clock) = (Dir::new(), Arc::new(ManualClock::at(now)));
        House::open_in(dir, database, clock)
    }

    /// A further process' worth of house on the same database, with the same keys.
    pub fn neighbour(&self) -> House {
        let dir = Dir::new();
        std::fs::create_dir_all(dir.0.join("keys")).unwrap();
        for file in std::fs::read_dir(self.dir.0.join("keys")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), dir.0.join("keys").join(file.file_name())).unwrap();
        }
        House::open_in(dir, self.database.clone(), self.clock.clone())
    }

    fn open_in(dir: Dir, database: Option<String>, clock: Arc<ManualClock>) -> House {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (listener, address) = runtime.block_on(server::serve::listen(SocketAddr::from(([127, 0, 0, 1], 0)))).unwrap();
        let mut settings = Settings::local(&dir.0, address);
        settings.database.clone_from(&database);
        settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        let house = server::house::open(settings, clock.clone()).unwrap();
        let (store, app) = (house.app.store().clone(), house.app.clone());
        let (stop, stopped) = watch::channel(false);
        runtime.spawn(async move { server::serve::serve(house, listener, stopped).await.unwrap() });
        House { address, store, app, clock, dir, database, stop, runtime: Some(runtime) }
    }

    pub fn client(&self) -> Client {
        Client { address: Some(self.address), ..Client::default() }
    }

    /// Moves the clock and lets it act.
    pub fn pass(&self, span: Span) {
        self.clock.advance(span);
        self.tick();
    }

    pub fn clock_now(&self) -> Instant {
        store::Clock::now(self.clock.as_ref())
    }

    pub fn tick(&self) {
        let store = self.store.clone();
        self.runtime.as_ref().unwrap().block_on(async move { while store.tick().await.unwrap().0 > 0 {} });
    }

    pub fn perform<A: store::Ask>(&self, ask: A) {
        self.try_perform(ask).unwrap();
    }

    pub fn try_perform<A: store::Ask>(&self, ask: A) -> Result<(), kernel::Refusal> {
        self.store.write_blocking(move |tx| store::perform(tx, &Actor::SYSTEM, &ask))
    }

    pub fn person(&self, name: &str) -> UserId {
        let user = store::fresh();
        let (email, name) = (format!("{}@example.com", unique()), name.to_owned());
        self.perform(access::sign_up::SignUp { user, email, name, lang: "en".into(), zone: "Europe/London".into() });
        user
    }

    pub fn org(&self, kind: OrgKind, name: &str, region: &str, merchant: Merchant) -> Member {
        let (org, owner) = (store::fresh(), self.person(name));
        let region: Region = region.parse().unwrap();
        self.perform(access::found_org::FoundOrg {
            org,
            kind,
            name: name.into(),
            region,
            merchant,
            categories: vec!["Food".into()],
            owner,
        });
        self.member(org, owner)
    }

    pub fn shop(&self, name: &str, region: &str, merchant: Merchant) -> Member {
        self.org(OrgKind::Shop, name, region, merchant)
    }

    pub fn creator(&self, name: &str, region: &str) -> Member {
        self.org(OrgKind::Creator, name, region, Merchant::Open)
    }

    pub fn operator(&self) -> Member {
        self.org(OrgKind::Operator, "Operator", "GB", Merchant::Open)
    }

    /// One more member with this role.
    pub fn colleague(&self, org: OrgId, role: Role) -> Member {
        let user = self.person(role.code());
        self.perform(access::add_member::AddMember { org, user, role });
        self.member(org, user)
    }

    /// Someone who speaks to the house as this member, with a token for everything that the role may.
    pub fn member(&self, org: OrgId, user: UserId) -> Member {
        let secret =
            self.store.write_blocking(move |tx| access::issue_token::issue_for(tx, org, user, "test", &["*"], Span::days(365))).unwrap();
        let client = Client { token: Some(secret), ..self.client() };
        Member { org, user, client }
    }

    /// The same person in a browser.
    pub fn browser(&self, member: &Member) -> Client {
        let user = member.user;
        let (secret, _) = self.store.write_blocking(move |tx| access::session::open(tx, user, "test")).unwrap();
        let mut client = self.client();
        client.cookies.insert("session".into(), secret);
        client
    }

    pub fn account(&self, owner: &Member, handle: &str, region: &str) -> kernel::AccountId {
        let account = store::fresh();
        let birth = jiff::civil::date(1998, 4, 2);
        let (nickname, region) = (handle.to_owned(), region.parse().unwrap());
        self.perform(accounts::register::Register {
            account,
            owner: owner.org,
            handle: handle.into(),
            nickname,
            region,
            birth,
            categories: vec!["Food".into()],
        });
        account
    }

    /// Invites and accepts.
    pub fn link(&self, shop: &mut Member, owner: &mut Member, account: kernel::AccountId, role: &str) -> String {
        let link = shop.invite(account, role).must(201).json()["id"].as_str().unwrap().to_owned();
        owner.accept(&link).must(200);
        link
    }

    pub fn verify(&self) -> store::log::Verified {
        self.store.read_blocking(|tx| store::log::verify(tx, &[], |_| {})).unwrap()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        }
    }
}

#[derive(Clone)]
pub struct Member {
    pub org: OrgId,
    pub user: UserId,
    pub client: Client,
}

impl Member {
    pub fn invite(&mut self, account: kernel::AccountId, role: &str) -> crate::client::Reply {
        let path = format!("/api/v1/shops/{}/links", self.org);
        self.client.post(&path, json!({"account": account, "role": role}))
    }
    pub fn accept(&mut self, link: &str) -> crate::client::Reply {
        self.act(link, "accept", json!({}))
    }
    /// What a creator does to a link.
    pub fn act(&mut self, link: &str, verb: &str, body: serde_json::Value) -> crate::client::Reply {
        let path = format!("/api/v1/creators/{}/links/{link}/{verb}", self.org);
        self.client.post(&path, body)
    }
    /// What a shop does to a link.
    pub fn answer(&mut self, link: &str, verb: &str, body: serde_json::Value) -> crate::client::Reply {
        let path = format!("/api/v1/shops/{}/links/{link}/{verb}", self.org);
        self.client.post(&path, body)
    }
}
