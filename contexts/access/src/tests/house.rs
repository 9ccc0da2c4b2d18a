//! The house for these tests: SQLite always, PostgreSQL as well where the test command has started one.

use crate::{AddMember, FoundOrg, Merchant, SignUp, password, register};
use kernel::{Actor, Instant, OrgId, OrgKind, Refusal, Region, Role, Span, UserId};
use std::{
    collections::BTreeMap,
    net::IpAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Config, Database, Driver, Keys, ManualClock, Packs, Scope, Store, Tx};
use tower::ServiceExt;
use web::{App, Doors, Room, StatusCode};

pub const START: Instant = Instant(1_795_000_000_000);
pub const PASSWORD: &str = "three old ladders";

static CONTEXT: Room = crate::CONTEXT;
static ROOMS: &[&Room] = &[&CONTEXT];
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Deriving a password costs next to nothing here; what it costs in earnest is the base pack's.
const QUICK: &str = r#"
[access.password]
memory_kib = { value = 64, source = "tests", seen = "2026-11-21", sure = "ours" }
passes = { value = 1, source = "tests", seen = "2026-11-21", sure = "ours" }
"#;

struct Nowhere;
impl web::origin::Countries for Nowhere {
    fn country(&self, _: IpAddr) -> Option<Region> {
        None
    }
}

pub struct House {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    send: Arc<dyn Fn(axum::extract::Request) -> Reply + Send + Sync>,
    dir: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// An answer.
pub struct Reply {
    pub status: StatusCode,
    pub headers: web::HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn location(&self) -> &str {
        self.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|bad| panic!("{bad}: {}", self.body))
    }
    /// What stands in a page between two texts.
    pub fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self.body.split_once(before).unwrap_or_else(|| panic!("no `{before}` in {}", self.body));
        rest.split_once(after).unwrap().0.to_owned()
    }
}

/// Runs a promise on every database there is.
pub fn everywhere(promise: impl Fn(&House)) {
    promise(&House::on(|dir| Database::Sqlite(dir.join("countersign.db"))));
    if let Ok(server) = std::env::var("COUNTERSIGN_TEST_PG") {
        let name = format!("access_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let mut db = store::driver::pg::Pg::open(&server, false).unwrap();
        db.batch(&format!("CREATE DATABASE {name}")).unwrap();
        let front = server.rsplit_once('/').unwrap().0;
        promise(&House::on(|_| Database::Postgres(format!("{front}/{name}"))));
        let _ = db.batch(&format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

impl House {
    fn on(database: impl FnOnce(&PathBuf) -> Database) -> House {
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("countersign-access-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let base = include_str!("../../../../packs/base.toml");
        let config = Config {
            database: database(&dir),
            parts: vec![&CONTEXT.part],
            packs: Packs::parse([("base", base), ("quick", QUICK)], &["quick"]).unwrap(),
            clock: clock.clone(),
            gate: crate::gate,
            keys: Keys::open(&dir.join("keys")).unwrap(),
            readers: 2,
        };
        let store = Store::open(config).unwrap();
        let web =
            web::Config { base_url: "http://localhost".into(), secure: false, trusted_proxies: Vec::new(), zone: "Europe/London".into() };
        let doors = Doors {
            identify: crate::identify,
            touch: crate::touch,
            memberships: crate::memberships,
            told_by: "access",
            unread: |_, _| Ok(0),
        };
        let (_, router) = App::new(store.clone(), web, doors, ROOMS, Box::new(Nowhere), Default::default()).unwrap();
        let send = move |request: axum::extract::Request| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let response = router.clone().oneshot(request).await.unwrap();
                let (parts, body) = response.into_parts();
                let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                // Templates write a slash as an entity, which browsers read as a slash.
                let body = String::from_utf8(bytes.to_vec()).unwrap().replace("&#x2f;", "/");
                Reply { status: parts.status, headers: parts.headers, body }
            })
        };
        House { store, clock, send: Arc::new(send), dir }
    }

    pub fn write<T: Send + 'static>(&self, work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
        self.store.write_blocking(work)
    }
    pub fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> T {
        self.store.read_blocking(work).unwrap()
    }
    pub fn perform<A: store::Ask>(&self, actor: Actor, ask: A) -> Result<(), Refusal> {
        self.write(move |tx| store::perform(tx, &actor, &ask))
    }
    pub fn pass(&self, span: Span) {
        self.clock.advance(span);
    }
    /// What the clock does when its turn comes.
    pub fn tick(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.store.tick()).unwrap();
    }

    /// Someone with a shown address and the password of these tests.
    pub fn person(&self, name: &str) -> UserId {
        let ask = SignUp {
            user: store::fresh(),
            email: format!("{name}@example.com"),
            name: name.to_owned(),
            lang: "en".into(),
            zone: "Europe/London".into(),
        };
        let user = ask.user;
        self.write(move |tx| {
            let hash = password::Hash::of(PASSWORD, &*tx.policy::<password::Policy>(Scope::PLATFORM)?)?;
            register(tx, &Actor::SYSTEM, &ask, &hash)
        })
        .unwrap();
        user
    }

    pub fn org(&self, kind: OrgKind, name: &str, owner: UserId) -> OrgId {
        let org = store::fresh();
        let region = Region::new(b"GB");
        let ask = FoundOrg { org, kind, name: name.into(), region, merchant: Merchant::Open, categories: vec![], owner };
        self.perform(Actor::SYSTEM, ask).unwrap();
        org
    }

    pub fn add(&self, org: OrgId, name: &str, role: Role) -> UserId {
        let user = self.person(name);
        self.perform(Actor::SYSTEM, AddMember { org, user, role }).unwrap();
        user
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { house: self, cookies: BTreeMap::new(), bearer: None, page: String::new(), lang: "en" }
    }

    /// A browser in which `name` has signed in with the password.
    pub fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let reply = browser.sign_in(name, PASSWORD);
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        browser
    }

    pub fn program(&self, token: &str) -> Browser<'_> {
        Browser { bearer: Some(token.to_owned()), ..self.browser() }
    }

    /// The path in the last mail to an address.
    pub fn mailed_link(&self, email: &str) -> String {
        let email = email.to_owned();
        self.read(move |tx| {
            let row = tx.one("SELECT body FROM outbox WHERE target = $1 ORDER BY made DESC, seq DESC LIMIT 1", store::args![email])?;
            let letter: store::outbox::Letter = row.unwrap().json(0)?;
            Ok(letter.link)
        })
    }
}

/// A browser, or a program with a token.
pub struct Browser<'a> {
    house: &'a House,
    pub cookies: BTreeMap<String, String>,
    bearer: Option<String>,
    pub page: String,
    pub lang: &'static str,
}

impl Browser<'_> {
    fn send(&mut self, method: &str, path: &str, kind: &str, body: String) -> Reply {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = axum::http::Request::builder().method(method).uri(path).header("host", "localhost").header("user-agent", "tests");
        request = request.header("accept-language", self.lang).header("content-type", kind);
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(token) = &self.bearer {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let reply = (self.house.send)(request.body(web::Body::from(body)).unwrap());
        for line in reply.headers.get_all("set-cookie") {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    pub fn get(&mut self, path: &str) -> Reply {
        let reply = self.send("GET", path, "text/plain", String::new());
        if reply.status == StatusCode::OK {
            self.page.clone_from(&reply.body);
        }
        reply
    }

    fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        self.page.split_once(&mark).and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.to_owned()).unwrap_or_default()
    }

    /// Sends a form of the page that was looked at last, with its token.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = self.hidden("csrf");
        let all = std::iter::once(("csrf", csrf.as_str())).chain(fields.iter().copied());
        let escape = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body = all.map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&");
        let reply = self.send("POST", path, "application/x-www-form-urlencoded", body);
        if reply.status == StatusCode::OK {
            self.page.clone_from(&reply.body);
        }
        reply
    }

    /// Sends a form with the page's seal.
    pub fn post_sealed(&mut self, path: &str) -> Reply {
        let seal = self.hidden("seal");
        self.post(path, &[("seal", &seal)])
    }

    pub fn api(&mut self, method: &str, path: &str, body: serde_json::Value) -> Reply {
        self.send(method, path, "application/json", body.to_string())
    }

    pub fn sign_in(&mut self, name: &str, password: &str) -> Reply {
        self.get("/sign_in");
        let email = format!("{name}@example.com");
        self.post("/sign_in", &[("email", &email), ("password", password)])
    }

    /// Whether the browser is signed in: its own page shows, and is not the way to the sign-in page.
    pub fn is_signed_in(&mut self) -> bool {
        self.get("/me/profile").status == StatusCode::OK
    }
}
