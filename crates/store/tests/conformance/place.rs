//! A place for one test: a data directory of its own and, on PostgreSQL, a database of its own. Gone afterwards.

use crate::notes;
use kernel::Instant;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{Config, Database, Keys, ManualClock, Packs, Part, Refusal, Store};

const VARIABLE: &str = "COUNTERSIGN_TEST_PG";

/// Where the clocks of the tests begin.
pub const START: Instant = Instant(1_795_000_000_000);

pub struct Place {
    pub dir: PathBuf,
    pub clock: Arc<ManualClock>,
    server: Option<(String, String)>,
}

impl Place {
    pub fn sqlite() -> Place {
        Place::of(&scratch())
    }

    pub fn of(dir: &Path) -> Place {
        Place { dir: dir.to_owned(), clock: Arc::new(ManualClock::at(START)), server: None }
    }

    pub fn postgres() -> Place {
        let server = std::env::var(VARIABLE).unwrap_or_else(|_| {
            panic!(
                "{VARIABLE} is not set, and these promises are kept on a real PostgreSQL. `cargo xtask test` starts one and sets it; \
                 or name a server yourself: {VARIABLE}=postgres://user@127.0.0.1:5432/postgres cargo test -p store"
            )
        });
        let name = format!("store_{}", &store::clock::secret()[..16]);
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).unwrap();
        Place { dir: scratch(), clock: Arc::new(ManualClock::at(START)), server: Some((server, name)) }
    }

    pub fn is_postgres(&self) -> bool {
        self.server.is_some()
    }

    pub fn database(&self) -> Database {
        match &self.server {
            None => Database::Sqlite(self.dir.join("countersign.db")),
            Some((server, name)) => {
                let (base, _) = server.rsplit_once('/').unwrap();
                Database::Postgres(format!("{base}/{name}"))
            }
        }
    }

    pub fn config(&self) -> Config {
        self.config_of(notes::PARTS)
    }

    pub fn config_of(&self, parts: &[&'static Part]) -> Config {
        Config {
            database: self.database(),
            parts: parts.to_vec(),
            packs: Packs::parse([("base", notes::PACK)], &[]).unwrap(),
            clock: self.clock.clone(),
            gate: |_, _| Ok(()),
            keys: self.keys(),
            readers: 2,
        }
    }

    pub fn keys(&self) -> Keys {
        Keys::open(&self.dir.join("keys")).unwrap()
    }

    pub fn open(&self) -> Store {
        Store::open(self.config()).unwrap()
    }

    pub fn refuses(&self) -> String {
        match Store::open(self.config()) {
            Ok(_) => panic!("the store opened"),
            Err(Refusal::Fault(why)) => why,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Statements past the store, as someone with the database's password could run them.
    pub fn meddle(&self, sql: &str) {
        match self.database() {
            Database::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap(),
            Database::Postgres(url) => postgres::Client::connect(&url, postgres::NoTls).unwrap().batch_execute(sql).unwrap(),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
        if let Some((server, name)) = &self.server
            && let Ok(mut client) = postgres::Client::connect(server, postgres::NoTls)
        {
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

pub fn scratch() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("countersign-store-{}", &store::clock::secret()[..16]));
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// Whether any file below `dir` holds `text` in plain.
pub fn holds(dir: &Path, text: &str) -> bool {
    std::fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match std::fs::read(&path) {
            _ if path.is_dir() => holds(&path, text),
            Ok(bytes) => bytes.windows(text.len()).any(|w| w == text.as_bytes()),
            // A reader that ends after its store takes the write-ahead log with it.
            Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => false,
            Err(other) => panic!("{other}"),
        }
    })
}

/// Waits for an answer on this thread.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}
