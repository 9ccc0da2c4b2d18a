//! How many commands the store commits in a second, and what one costs.
//!
//! `cargo run --release -p store --example commit_rate -- <new folder, or postgres://… of an empty database> [threads] [commands]`
//!
//! A command is what a typical verb does: four look-ups, one event, four rows in tables, a deadline, a mail.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement reads the clock and may stop at a fault")]

use kernel::{Actor, Capability, Instant, May, OrgId, Refusal, Rules, Span};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, sync::Arc};
use store::{Ask, Config, Database, Keys, Packs, Part, Recorded, Store, SystemClock, Tx, args, deadline, outbox};

const TABLES: &str =
    "CREATE TABLE links (id TEXT PRIMARY KEY, shop TEXT NOT NULL, account TEXT NOT NULL, at BIGINT NOT NULL, state TEXT NOT NULL);
     CREATE INDEX links_shop ON links (shop, at);
     CREATE TABLE history (link TEXT NOT NULL, seq BIGINT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (link, seq));
     CREATE TABLE counts (shop TEXT PRIMARY KEY, links BIGINT NOT NULL);";

static BENCH: Part = Part { schema: &[(900, "bench", TABLES)], tables: &["links", "history", "counts"], apply, ..Part::named("bench") };

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Event {
    Invited { id: String, shop: String, account: String, closes_at: Instant },
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "bench";
    fn subject(&self) -> String {
        let Event::Invited { id, .. } = self;
        id.clone()
    }
    fn parties(&self) -> Vec<OrgId> {
        vec![OrgId::new(1), OrgId::new(2)]
    }
}

fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    let Some(Event::Invited { id, shop, account, closes_at }) = recorded.event().transpose()? else { return Ok(()) };
    let sql = "INSERT INTO links (id, shop, account, at, state) VALUES ($1, $2, $3, $4, 'asked')";
    tx.put(sql, args![&id, &shop, &account, recorded.at])?;
    tx.put("INSERT INTO history (link, seq, what) VALUES ($1, $2, 'invited')", args![&id, recorded.seq])?;
    let sql = "INSERT INTO counts (shop, links) VALUES ($1, 1) ON CONFLICT (shop) DO UPDATE SET links = counts.links + 1";
    tx.put(sql, args![&shop])?;
    deadline::set(tx, "bench", "close", &id, closes_at)?;
    outbox::post(tx, &format!("invited {id}"), "mail", &account, "{}")
}

struct Invite {
    id: String,
    shop: String,
    account: String,
}

struct Facts {
    now: Instant,
}

#[derive(Debug, PartialEq, Serialize)]
enum Denied {}
impl kernel::Denied for Denied {}

impl Capability for Invite {
    const NAME: &'static str = "bench.invite";
    const MAY: May = May::Anyone;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = &[];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (id, shop, account) = (self.id.clone(), self.shop.clone(), self.account.clone());
        vec![Event::Invited { id, shop, account, closes_at: facts.now + Span::hours(48) }]
    }
}

impl Ask for Invite {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        tx.one("SELECT shop, account, at, state FROM links WHERE id = $1", args![&self.id])?;
        tx.one("SELECT links FROM counts WHERE shop = $1", args![&self.shop])?;
        tx.all("SELECT id, at FROM links WHERE shop = $1 ORDER BY at DESC LIMIT 10", args![&self.shop])?;
        tx.one("SELECT what FROM history WHERE link = $1 AND seq > $2", args![&self.id, 0])?;
        Ok(Facts { now: tx.now })
    }
}

/// Processor time of this process so far, in milliseconds.
fn processor() -> i64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<i64> = stat.rsplit(") ").next().unwrap_or("").split(' ').filter_map(|field| field.parse().ok()).collect();
    // After the state letter and ten numbers come utime and stime, in hundredths of a second.
    fields.get(10..12).map_or(0, |times| times.iter().sum::<i64>() * 10)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let target = arguments.first().cloned().unwrap_or_else(|| "commit_rate.data".into());
    let number = |at: usize, otherwise: usize| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (threads, commands) = (number(1, 64), number(2, 50_000));
    let is_url = target.starts_with("postgres");
    let dir = if is_url { std::env::temp_dir().join(store::clock::secret()) } else { PathBuf::from(&target) };
    std::fs::create_dir_all(&dir).unwrap();
    let database = if is_url { Database::Postgres(target) } else { Database::Sqlite(dir.join("countersign.db")) };
    let keys = Keys::open(&dir.join("keys")).unwrap();
    let packs = Packs::parse([], &[]).unwrap();
    let config = Config { database, parts: vec![&BENCH], packs, clock: Arc::new(SystemClock), gate: |_, _| Ok(()), keys, readers: 2 };
    let store = Store::open(config).unwrap();
    store.keep_checkpoints(&dir.join(store::checkpoint::FILE)).unwrap();

    let (started, used) = (std::time::Instant::now(), processor());
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let store = &store;
            scope.spawn(move || {
                for n in 0..commands / threads {
                    let id = store::fresh::<kernel::id::Link>().to_string();
                    let (shop, account) = (format!("shop {}", (thread * 31 + n) % 1_000), format!("account {n}"));
                    let ask = Invite { id, shop, account };
                    store.write_blocking(move |tx| store::perform(tx, &Actor::SYSTEM, &ask)).unwrap();
                }
            });
        }
    });
    let (took, used) = (started.elapsed(), processor() - used);
    let done = (commands / threads * threads) as f64;
    let cost = used as f64 / done;
    println!(
        "{:.0} commands/s, {cost:.3} ms of processor each (without PostgreSQL's own), {threads} threads, {done} commands",
        done / took.as_secs_f64()
    );

    let started = std::time::Instant::now();
    let kept = store::checkpoint::read(&dir.join(store::checkpoint::FILE), &store.keys().public()).unwrap();
    let verified = store.read_blocking(move |tx| store::checkpoint::verify(tx, kept, |_| ())).unwrap();
    println!("verify: {:.0} events/s, {} faults", verified.events as f64 / started.elapsed().as_secs_f64(), verified.broken.len());

    let started = std::time::Instant::now();
    let events = store::reindex::reindex(&store, |_| ()).unwrap();
    println!("reindex: {:.0} events/s", events as f64 / started.elapsed().as_secs_f64());
}
