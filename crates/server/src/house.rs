//! Opens the house: the contexts in their total order, the packs, the keys, the database, and the door.

use kernel::Refusal;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{Clock, Config, Database, Keys, Packs, Store};
use web::{App, Doors, Room, origin::Net};

/// The contexts, in the total order in which they may know each other; also the order in which to read them.
pub static CONTEXTS: &[&Room] = &[
    &access::CONTEXT,
    &apps::CONTEXT,
    &accounts::CONTEXT,
    &linking::CONTEXT,
    &centers::CONTEXT,
    &support::CONTEXT,
    &notify::CONTEXT,
    &crate::answers::CONTEXT,
    &wire::CONTEXT,
    &crate::operations::CONTEXT,
];

/// The packs that ship with the program, by name.
pub const PACKS: &[(&str, &str)] = &[
    ("base", include_str!("../../../packs/base.toml")),
    ("us", include_str!("../../../packs/us.toml")),
    ("gb", include_str!("../../../packs/gb.toml")),
    ("mx", include_str!("../../../packs/mx.toml")),
    ("id", include_str!("../../../packs/id.toml")),
    ("th", include_str!("../../../packs/th.toml")),
    ("vn", include_str!("../../../packs/vn.toml")),
    ("my", include_str!("../../../packs/my.toml")),
    ("ph", include_str!("../../../packs/ph.toml")),
    ("sg", include_str!("../../../packs/sg.toml")),
    ("open", include_str!("../../../packs/open.toml")),
    ("invited", include_str!("../../../packs/invited.toml")),
    ("us_individual", include_str!("../../../packs/us_individual.toml")),
    ("us_business", include_str!("../../../packs/us_business.toml")),
    ("guide_2024", include_str!("../../../packs/guide_2024.toml")),
];

/// The file in the data directory that holds the operator's own values; it lies on top of every pack.
pub const OWN_PACK: &str = "own.toml";

/// The database file in a data directory.
pub const DATABASE: &str = "countersign.db";

/// What a restored house forgets: whoever was signed in when the backup was made signs in again, and no link works twice.
pub const EMPTIED_BY_RESTORE: &[&str] = &["sessions", "one_time_links", "devices"];

/// How to open the house.
#[derive(Clone)]
pub struct Settings {
    /// Where the database file, keys, blobs and checkpoints are.
    pub data: PathBuf,
    /// A PostgreSQL URL; without one, SQLite in the data directory.
    pub database: Option<String>,
    /// Packs that apply to everyone besides `base`.
    pub packs: Vec<String>,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The address people type; by default the one that is listened on.
    pub base_url: Option<String>,
    /// Proxies that end TLS and whose word about client addresses is believed.
    pub trusted_proxies: Vec<Net>,
    /// The secret that the house's keys are bound to, beyond what lies in the data directory.
    pub secret: Option<String>,
    /// The zone of readers who have chosen none.
    pub zone: String,
    /// Where mail goes.
    pub mail: Option<notify::MailConfig>,
}

impl Settings {
    /// Loopback, SQLite, nothing special.
    pub fn local(data: &Path, listen: SocketAddr) -> Settings {
        Settings {
            data: data.to_owned(),
            database: None,
            packs: Vec::new(),
            listen,
            base_url: None,
            trusted_proxies: Vec::new(),
            secret: None,
            zone: "UTC".into(),
            mail: None,
        }
    }

    /// What would be insecure, in plain sentences; empty when the house may open.
    pub fn insecure(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.listen.ip().is_loopback()
            && self.base_url.as_ref().is_none_or(|url| url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost"))
        {
            return faults;
        }
        if !self.base_url.as_ref().is_some_and(|url| url.starts_with("https://")) {
            faults.push("people must reach it over TLS: set --base-url to the https:// address that the proxy in front serves".into());
        }
        if self.trusted_proxies.is_empty() {
            faults.push("name the proxy that ends TLS with --trusted-proxy, as an address or a net such as 10.0.0.0/24".into());
        }
        if self.secret.as_ref().is_none_or(|secret| secret.len() < 32) {
            faults.push("set COUNTERSIGN_SECRET to at least 32 characters, for example from `openssl rand -hex 32`".into());
        }
        faults
    }
}

/// The open house.
pub struct House {
    /// What handlers see.
    pub app: App,
    /// The door.
    pub router: web::Router,
    /// How it was opened.
    pub settings: Settings,
    /// Answers about permission that are to be logged.
    pub answers: tokio::sync::mpsc::Receiver<crate::answers::Entry>,
}

/// The shipped packs with the operator's own on top.
pub fn packs(settings: &Settings) -> Result<Packs, Refusal> {
    let own = settings.data.join(OWN_PACK);
    let text = if own.exists() {
        std::fs::read_to_string(&own).map_err(|e| Refusal::Fault(format!("{}: {e}", own.display())))?
    } else {
        String::new()
    };
    let mut switched_on: Vec<&str> = settings.packs.iter().map(String::as_str).collect();
    switched_on.push("own");
    let packs = Packs::parse(PACKS.iter().copied().chain([("own", text.as_str())]), &switched_on)?;
    check(&packs)?;
    Ok(packs)
}

/// Every section of every pack stack must be readable by the verb that reads it, and read by some verb.
fn check(packs: &Packs) -> Result<(), Refusal> {
    let readers: Vec<&store::Values> = CONTEXTS.iter().flat_map(|room| room.part.policies).collect();
    if let Some(unread) = packs.sections().iter().find(|section| !readers.iter().any(|reader| reader.section == **section)) {
        return Err(Refusal::Fault(format!("packs: nothing reads the section [{unread}]")));
    }
    Ok(())
}

/// With what the store is opened.
pub fn store_config(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Config, Refusal> {
    std::fs::create_dir_all(&settings.data).map_err(|e| Refusal::Fault(format!("{}: {e}", settings.data.display())))?;
    let database = match &settings.database {
        Some(url) => Database::Postgres(url.clone()),
        None => Database::Sqlite(settings.data.join(DATABASE)),
    };
    Ok(Config {
        database,
        parts: CONTEXTS.iter().map(|room| &room.part).collect(),
        packs: packs(settings)?,
        clock,
        gate: access::gate,
        keys: Keys::bound(&settings.data.join("keys"), settings.secret.as_deref())?,
        readers: 4,
    })
}

/// Opens the store alone: for the command line.
pub fn open_store(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Store, Refusal> {
    Store::open(store_config(settings, clock)?)
}

/// Whose credential this is: people and their organisations' programs are known to `access`, other people's programs to `apps`.
fn identify(tx: &mut store::Tx<'_>, shown: &web::Credential) -> Result<Option<web::Person>, Refusal> {
    match shown {
        web::Credential::App(token) => apps::identify(tx, token),
        web::Credential::Session(_) | web::Credential::Token(_) => access::identify(tx, shown),
    }
}

fn touch(tx: &mut store::Tx<'_>, person: &web::Person) -> Result<(), Refusal> {
    access::touch(tx, person)?;
    apps::touch(tx, person)
}

/// Opens the house. Opening reads and waits, so it has a thread of its own: it may be called from an async worker.
pub fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<House, Refusal> {
    let opened = std::thread::scope(|scope| scope.spawn(|| open_here(settings, clock)).join());
    opened.unwrap_or_else(|_| Err(Refusal::Fault("opening the house panicked".into())))
}

fn open_here(settings: Settings, clock: Arc<dyn Clock>) -> Result<House, Refusal> {
    let store = open_store(&settings, clock)?;
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let secure = base_url.starts_with("https://");
    let config = web::Config { base_url, secure, trusted_proxies: settings.trusted_proxies.clone(), zone: settings.zone.clone() };
    let mut extra = web::app::Extra::default();
    if let Some(mail) = settings.mail.clone() {
        extra.insert(std::any::TypeId::of::<notify::MailConfig>(), Box::new(mail));
    }
    let data = crate::operations::log::DataDir(settings.data.clone());
    extra.insert(std::any::TypeId::of::<crate::operations::log::DataDir>(), Box::new(data));
    let engine = crate::answers::Engine::start(&store, CONTEXTS)?;
    extra.insert(std::any::TypeId::of::<Arc<crate::answers::Engine>>(), Box::new(engine));
    let (journal, answers) = crate::answers::Journal::new();
    extra.insert(std::any::TypeId::of::<crate::answers::Journal>(), Box::new(journal));
    extra.insert(std::any::TypeId::of::<wire::Windows>(), Box::new(wire::Windows::default()));
    store.keep_checkpoints(&settings.data.join(store::checkpoint::FILE))?;
    let doors = Doors { identify, memberships: access::memberships, touch, told_by: access::CONTEXT.part.name, unread: notify::unread };
    let (app, router) = App::new(store, config, doors, CONTEXTS, Box::new(web::origin::CountryTable::built_in()?), extra)?;
    Ok(House { app, router, settings, answers })
}
