//! kill -9 under load, fifty rounds per database: what was acknowledged is there, nothing is there twice, the chain holds, and
//! every table equals what the log says. A lost acknowledged command, planted by hand, must be found.

use crate::{
    client::Client,
    house::{Dir, On, fresh_database},
};
use access::Merchant;
use kernel::{AccountId, Actor, LinkId, OrgId, OrgKind, Refusal, Span};
use serde_json::json;
use server::{Settings, house};
use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{Store, SystemClock, Tx, perform};

const ROUNDS: u64 = 50;
const CLIENTS: usize = 8;

/// A shop and a creator with accounts, and tokens of both.
#[derive(Clone)]
struct Pair {
    shop: OrgId,
    shop_token: String,
    owner: OrgId,
    owner_token: String,
    accounts: Vec<AccountId>,
}

/// What a client was told, and under which key it asked.
#[derive(Clone, Debug)]
struct Told {
    key: String,
    path: String,
    token: String,
    body: serde_json::Value,
    answer: Option<(u16, String, i64)>,
}

fn found(tx: &mut Tx<'_>, kind: OrgKind, name: &str) -> Result<(OrgId, kernel::UserId), Refusal> {
    let (org, owner) = (store::fresh(), store::fresh());
    let email = format!("{owner}@example.com");
    perform(tx, &Actor::SYSTEM, &access::sign_up::SignUp { user: owner, email, name: name.into(), lang: "en".into(), zone: "UTC".into() })?;
    let region = "GB".parse().map_err(Refusal::Fault)?;
    let found =
        access::found_org::FoundOrg { org, kind, name: name.into(), region, merchant: Merchant::Invited, categories: vec![], owner };
    perform(tx, &Actor::SYSTEM, &found)?;
    Ok((org, owner))
}

fn pair(tx: &mut Tx<'_>, n: usize) -> Result<Pair, Refusal> {
    let (shop, seller) = found(tx, OrgKind::Shop, &format!("Shop {n}"))?;
    let (owner, creator) = found(tx, OrgKind::Creator, &format!("Creator {n}"))?;
    let mut accounts = Vec::new();
    for a in 0..6 {
        let account = store::fresh();
        let handle = format!("crash.{n}.{a}");
        let (nickname, region, birth) = (handle.clone(), "GB".parse().map_err(Refusal::Fault)?, jiff::civil::date(1990, 1, 1));
        perform(tx, &Actor::SYSTEM, &accounts::register::Register { account, owner, handle, nickname, region, birth, categories: vec![] })?;
        accounts.push(account);
    }
    let shop_token = access::issue_token::issue_for(tx, shop, seller, "crash", &["*"], Span::days(30))?;
    let owner_token = access::issue_token::issue_for(tx, owner, creator, "crash", &["*"], Span::days(30))?;
    Ok(Pair { shop, shop_token, owner, owner_token, accounts })
}

struct Server {
    child: Child,
    address: SocketAddr,
}

fn start(settings: &Settings) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["serve", "--listen"]).arg(settings.listen.to_string()).arg("--data").arg(&settings.data);
    if let Some(url) = &settings.database {
        command.arg("--database").arg(url);
    }
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut client = Client { address: Some(settings.listen), ..Client::default() };
    // Readiness is asked for, not waited for: each attempt is one connection.
    for _ in 0..2_000 {
        if client.try_send("GET", "/healthz", &[], b"").is_ok_and(|reply| reply.status == 200) {
            return Server { child, address: settings.listen };
        }
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let mut child = child;
    child.kill().and_then(|()| child.wait()).unwrap();
    panic!("the server did not become ready");
}

/// One client's load until the server goes: invite, then accept, decline or withdraw; a third of the answers is asked for twice.
fn load(pair: &Pair, address: SocketAddr, seed: u64, stop: &AtomicBool) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    let mut n = seed;
    while !stop.load(Ordering::SeqCst) {
        n += 1;
        let account = pair.accounts[(n % pair.accounts.len() as u64) as usize];
        let key = format!("{seed}-{n}");
        let invite = Told {
            key: format!("{key}-i"),
            path: format!("/api/v1/shops/{}/links", pair.shop),
            token: pair.shop_token.clone(),
            body: json!({"account": account, "role": "marketing"}),
            answer: None,
        };
        let invited = send(invite, address);
        let link = invited
            .answer
            .as_ref()
            .filter(|(status, ..)| *status == 201)
            .and_then(|(_, body, _)| serde_json::from_str::<serde_json::Value>(body).ok()?["id"].as_str().map(str::to_owned));
        let lost = invited.answer.is_none();
        told.push(invited);
        if lost {
            break;
        }
        let Some(link) = link else { continue };
        let (org, token, side, verb) = match n % 5 {
            0 => (pair.owner, &pair.owner_token, "creators", "accept"),
            1 | 2 => (pair.owner, &pair.owner_token, "creators", "decline"),
            _ => (pair.shop, &pair.shop_token, "shops", "withdraw"),
        };
        let answer = Told {
            key: format!("{key}-a"),
            path: format!("/api/v1/{side}/{org}/links/{link}/{verb}"),
            token: token.clone(),
            body: json!({}),
            answer: None,
        };
        let answered = send(answer, address);
        let lost = answered.answer.is_none();
        if n.is_multiple_of(3) && !lost {
            let again = send(Told { answer: None, ..answered.clone() }, address);
            if let (Some((status, body, _)), Some((first, told, _))) = (&again.answer, &answered.answer)
                && *first == 200
            {
                assert_eq!((status, body), (first, told), "a repeated key answered something else");
            }
        }
        told.push(answered);
        if lost {
            break;
        }
    }
    told
}

fn send(mut told: Told, address: SocketAddr) -> Told {
    let mut client = Client { address: Some(address), token: Some(told.token.clone()), ..Client::default() };
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", told.key.as_str())];
    let reply = client.try_send("POST", &told.path, &headers, told.body.to_string().as_bytes());
    told.answer = reply.ok().map(|reply| {
        let seq = reply.seq();
        (reply.status, reply.body, seq)
    });
    told
}

/// What is wrong with the house after a crash, given what its clients were told.
fn audit(store: &Store, told: &[Told]) -> Vec<String> {
    let acknowledged: Vec<(String, i64)> = told
        .iter()
        .filter_map(|t| t.answer.as_ref().map(|(status, body, seq)| (*status, body, *seq)))
        .filter(|(status, ..)| matches!(status, 200 | 201))
        .filter_map(|(_, body, seq)| serde_json::from_str::<serde_json::Value>(body).ok()?["id"].as_str().map(|id| (id.to_owned(), seq)))
        .collect();
    store
        .read_blocking(move |tx| {
            let mut faults = Vec::new();
            for (link, seq) in acknowledged {
                let rows = tx.all("SELECT seq FROM events WHERE subject = $1", store::args![&link])?;
                if rows.is_empty() || tx.as_of() < seq {
                    faults.push(format!("{link} was acknowledged at {seq} and is not there"));
                }
                let invited = tx.count("SELECT COUNT(*) FROM events WHERE subject = $1 AND kind = 'invited'", store::args![&link])?;
                if invited != 1 {
                    faults.push(format!("{link} was invited {invited} times"));
                }
                let id: LinkId = link.parse().map_err(|_| Refusal::NotFound)?;
                if linking::index::link(tx, id)?.is_none() {
                    faults.push(format!("{link} is in the log and not in its table"));
                }
            }
            let verified = store::log::verify(tx, &[], |_| {})?;
            faults.extend(verified.broken.iter().map(|broken| format!("{broken:?}")));
            Ok(faults)
        })
        .unwrap_or_else(|refusal| vec![format!("{refusal:?}")])
}

fn crash(on: On) {
    let dir = Dir::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut settings = Settings::local(&dir.0, free.local_addr().unwrap());
    drop(free);
    settings.database = (on == On::Postgres).then(fresh_database);
    let store = house::open_store(&settings, Arc::new(SystemClock)).unwrap();
    let pairs: Vec<Pair> = (0..CLIENTS).map(|n| store.write_blocking(move |tx| pair(tx, n)).unwrap()).collect();
    drop(store);
    let mut all: Vec<Told> = Vec::new();
    let mut unknown: Vec<Told> = Vec::new();
    let dice = AtomicU64::new(0x2545_f491_4f6c_dd1d);
    for round in 0..ROUNDS {
        let mut server = start(&settings);
        // Whose answer got lost asks again under the same key: it happened once or not at all, and now it has happened.
        for told in unknown.drain(..) {
            let again = send(told, server.address);
            assert!(again.answer.is_some(), "round {round}: no answer to a repeated ask");
            all.push(again);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = pairs
            .iter()
            .cloned()
            .enumerate()
            .map(|(n, pair)| {
                let (stop, address) = (stop.clone(), server.address);
                std::thread::spawn(move || load(&pair, address, (round + 1) * 1_000_000 + n as u64 * 100_000, &stop))
            })
            .collect();
        let roll = dice.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst) >> 40;
        std::thread::park_timeout(Duration::from_millis(30 + roll % 200));
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        stop.store(true, Ordering::SeqCst);
        for client in clients {
            for told in client.join().unwrap() {
                if told.answer.is_some() { all.push(told) } else { unknown.push(told) }
            }
        }
        let store = house::open_store(&settings, Arc::new(SystemClock)).unwrap();
        assert_eq!(audit(&store, &all), Vec::<String>::new(), "{on:?} round {round}");
    }
    assert!(all.len() as u64 > ROUNDS * 5, "too little happened to mean anything: {}", all.len());
    tables_equal_the_log(&settings);
    a_planted_loss_is_found(&settings, &all, on);
}

fn tables_equal_the_log(settings: &Settings) {
    let store = house::open_store(settings, Arc::new(SystemClock)).unwrap();
    let before = store.read_blocking(store::reindex::state_hash).unwrap();
    store::reindex::reindex(&store, |_| {}).unwrap();
    assert_eq!(store.read_blocking(store::reindex::state_hash).unwrap(), before);
}

/// The harness itself: cut the last acknowledged link off the log, head and all, as a disk that forgot a write would.
fn a_planted_loss_is_found(settings: &Settings, all: &[Told], on: On) {
    let store = house::open_store(settings, Arc::new(SystemClock)).unwrap();
    let keep = store.read_blocking(|tx| Ok(tx.as_of() * 3 / 4)).unwrap();
    drop(store);
    cut(settings, keep, on);
    let store = house::open_store(settings, Arc::new(SystemClock)).unwrap();
    assert!(!audit(&store, all).is_empty(), "a quarter of the log was lost and nobody noticed");
}

fn cut(settings: &Settings, keep: i64, on: On) {
    use store::Driver;
    let mut db: Box<dyn Driver> = match on {
        On::Sqlite => Box::new(store::driver::sqlite::Sqlite::open(Path::new(&settings.data.join("countersign.db")), true).unwrap()),
        On::Postgres => Box::new(store::driver::pg::Pg::open(settings.database.as_ref().unwrap(), true).unwrap()),
    };
    db.execute("DELETE FROM events WHERE seq > $1", store::args![keep]).unwrap();
    db.execute("UPDATE head SET seq = $1, hash = (SELECT hash FROM events WHERE seq = $1), at = (SELECT at FROM events WHERE seq = $1) WHERE id = 1", store::args![keep]).unwrap();
    // The checkpoints know better; here only the clients' own word is put to the test.
    let _ = std::fs::remove_file(settings.data.join(store::checkpoint::FILE));
}

#[test]
fn crash_of_sqlite_loses_nothing_acknowledged() {
    crash(On::Sqlite);
}

#[test]
fn crash_on_postgresql_loses_nothing_acknowledged() {
    crash(On::Postgres);
}
