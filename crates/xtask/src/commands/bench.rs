//! `cargo xtask bench`: what the house does in a second and what it costs, on real parts.
//!
//! A clock that others share is noisy, so each figure stands beside the processor's time per operation and beside a bare
//! peer measured in the same run. A figure out of reach of its aim is reported and fails nothing.

mod machine;
mod peers;
mod report;
mod server;

use crate::database::Database;
use crate::run::{cargo, run as start};
use crate::{Outcome, repository};
use machine::cost;
use report::{Line, Measured};
use server::Server;
use std::path::{Path, PathBuf};

/// The parts, in their order.
const PARTS: [&str; 5] = ["start", "sqlite", "postgres", "million", "decisions"];

/// How many clients give commands at the same time.
const CLIENTS: &str = "64";

/// Sizes and parts.
struct Wanted {
    accounts: u64,
    pairs: u64,
    parts: Vec<String>,
    peers: bool,
}

/// Builds the release programs, measures the parts, and writes `bench/RESULTS.md` when none was left out.
pub fn run(arguments: &[String]) -> Outcome {
    let wanted = wanted(arguments)?;
    let results = repository::root().join("bench/RESULTS.md");
    let is_whole = wanted.parts.len() == PARTS.len();
    if is_whole {
        report::around(&results)?;
    }
    let build = "build --release -p server --bin countersign --example bench -p store --example commit_rate -p decisions --example figures";
    start(&mut cargo(&build.split(' ').collect::<Vec<_>>()))?;
    let mut report = report::Report::new(machine::facts());
    let has = |part: &str| wanted.parts.iter().any(|one| one == part);
    if has("start") {
        report.add("Start and memory of the demo's world", &["measured", "aim"], starting()?);
    }
    let columns = ["per second", "p50 ms", "p99 ms", "server ms of CPU each", "database ms of CPU each", "clients ms of CPU each", "aim"];
    if has("sqlite") {
        report.add("Commands on SQLite: invite, accept, invite, accept…", &columns, commands(&wanted, None)?);
    }
    if has("postgres") {
        let database = Database::start()?;
        report.add("Commands on PostgreSQL", &columns, commands(&wanted, Some(&database))?);
    }
    if has("million") {
        report.add(&format!("Reading at {} accounts, SQLite", wanted.accounts), &columns, million(&wanted)?);
    }
    if has("decisions") {
        report.add("Answers about permission, in process, one thread", &["100,000 grants", "1,000,000 grants", "aim"], decisions()?);
        report.add("The same over HTTP, at 100,000 grants, SQLite", &columns, questions()?);
        report.add("From the log to the answer, at 1,000,000 grants", &["measured", "aim"], replayed()?);
    }
    if wanted.peers {
        report.add("The same questions to other engines, at 100,000 grants, one thread", &peers::COLUMNS, peers::asked()?);
    }
    println!("\n{}", report.text());
    if is_whole { report.keep(&results) } else { Ok(()) }
}

fn wanted(arguments: &[String]) -> Outcome<Wanted> {
    let mut wanted = Wanted { accounts: 1_000_000, pairs: 20_000, parts: PARTS.map(str::to_owned).to_vec(), peers: false };
    let usage =
        || "Say `cargo xtask bench [--accounts N] [--pairs N] [--only start,sqlite,postgres,million,decisions] [--peers]`.".to_owned();
    let (flags, pairs): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|word| *word == "--peers");
    wanted.peers = !flags.is_empty();
    for pair in pairs.chunks(2) {
        let [name, value] = pair else { return Err(usage()) };
        match name.as_str() {
            "--accounts" => wanted.accounts = value.parse().map_err(|_| usage())?,
            "--pairs" => wanted.pairs = value.parse().map_err(|_| usage())?,
            "--only" => wanted.parts = value.split(',').map(str::to_owned).collect(),
            _ => return Err(usage()),
        }
    }
    if wanted.parts.iter().all(|part| PARTS.contains(&part.as_str())) { Ok(wanted) } else { Err(usage()) }
}

/// The folder for worlds, on the disk that builds use: a temporary folder may be memory and would make commits look cheap.
fn folder(name: &str) -> Outcome<PathBuf> {
    let folder = repository::target().join("bench").join(name);
    let _old = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    Ok(folder)
}

/// A program of this run.
fn built(name: &str) -> String {
    repository::target().join("release").join(name).display().to_string()
}

fn seed(folder: &Path, accounts: u64, pairs: u64, url: Option<&str>) -> Outcome<Measured> {
    println!("… {accounts} accounts are being registered");
    let (accounts, pairs) = (accounts.to_string(), pairs.to_string());
    let mut words = vec!["seed", folder.to_str().unwrap_or_default(), &accounts, &pairs];
    words.extend(url);
    report::measured(&built("examples/bench"), &words)
}

fn starting() -> Outcome<Vec<Line>> {
    let folder = folder("start")?;
    // The first start makes the tables; what people wait for is the second.
    drop(Server::serve(&folder, None)?);
    let plain = Server::serve(&folder, None)?;
    let demo = Server::demo(&folder)?;
    crate::clock::rest(std::time::Duration::from_secs(2));
    let (plain_memory, demo_memory) = (machine::memory(plain.pid()), machine::memory(demo.pid()));
    let line = |name: &str, value: String, aim: &str| Line { name: name.to_owned(), cells: vec![value, aim.to_owned()] };
    Ok(vec![
        line("`serve`, from its call to the first answer of `/healthz`", format!("{:.0} ms", plain.ready_after * 1_000.0), "500 ms"),
        line("`demo`, the same, with its world made on the way", format!("{:.0} ms", demo.ready_after * 1_000.0), "500 ms"),
        line("memory of an idle, empty house", format!("{:.1} MB", plain_memory), "60 MB"),
        line("memory of the idle demo", format!("{:.1} MB", demo_memory), "60 MB"),
    ])
}

/// What the index of decisions does, at both sizes.
fn decisions() -> Outcome<Vec<Line>> {
    let program = built("examples/figures");
    let (small, large) = (report::measured(&program, &["100000"])?, report::measured(&program, &["1000000"])?);
    let line = |name: &str, key: &str, unit: &str, share: f64, aim: &str| {
        let cell = |seen: &Measured| format!("{:.2} {unit}", seen.value(key) * share);
        Line { name: name.to_owned(), cells: vec![cell(&small), cell(&large), aim.to_owned()] }
    };
    Ok(vec![
        line("may they use this account, all reasons: p50", "use_p50_ns", "µs", 0.001, "0.5 µs"),
        line("the same: p99", "use_p99_ns", "µs", 0.001, "3 µs"),
        line("the same: processor time each", "use_cpu_ns", "µs", 0.001, ""),
        line("may they show this post: p50", "use_post_p50_ns", "µs", 0.001, "0.5 µs"),
        line("the same: p99", "use_post_p99_ns", "µs", 0.001, "3 µs"),
        line("the same: processor time each", "use_post_cpu_ns", "µs", 0.001, ""),
        line("memory per fact (grant, assignment, role, switch), whole index", "bytes_per_fact", "bytes", 1.0, "100 bytes"),
        line("memory per grant, with all that goes with it", "bytes_per_grant", "bytes", 1.0, ""),
        line("an index built from facts, four of them to a grant", "build_seconds", "s", 1.0, "3 s"),
        line("the same: processor time", "build_cpu_seconds", "s", 1.0, ""),
    ])
}

/// Programs that ask about permission: one question to a request, and a thousand.
fn questions() -> Outcome<Vec<Line>> {
    let folder = folder("rights")?;
    report::measured(&built("examples/bench"), &["rights", folder.to_str().unwrap_or_default(), "100000", "100000"])?;
    let server = Server::serve(&folder, None)?;
    let world = std::fs::read_to_string(folder.join("world.txt")).map_err(|error| format!("the world has no names: {error}"))?;
    let token = world.lines().find_map(|line| line.strip_prefix("operator_token ")).unwrap_or_default().to_owned();
    let bearer = format!("Authorization: Bearer {token}");
    let file = folder.join("questions.txt").display().to_string();
    let mut lines = Vec::new();
    let mut note = |name: &str, aim: &str, words: &[&str], each: f64| -> Outcome {
        let before = cost(server.pid());
        let seen = report::measured(&built("examples/bench"), words)?.times(each);
        lines.push(line(name, &seen, cost(server.pid()).since(before), None, aim));
        Ok(())
    };
    let ask = |clients, requests, each| ["checks", &server.address, &file, clients, requests, each, &bearer];
    note("one question to a request, 64 clients", "30,000/s", &ask("64", "200000", "1"), 1.0)?;
    note("the same, 1 client", "", &ask("1", "20000", "1"), 1.0)?;
    note("1,000 questions to a request, 4 clients: a question", "300,000/s", &ask("4", "2000", "1000"), 1_000.0)?;
    let healthz = server::paths(&folder, &["/healthz"])?;
    note("peer: `/healthz`, 64 clients", "", &["get", &server.address, &healthz, CLIENTS, "100000", "Accept: */*"], 1.0)?;
    drop(server);
    let _large = std::fs::remove_dir_all(&folder);
    Ok(lines)
}

/// How long a start takes until a question is answered that needs the whole log, and a write until it is in an answer.
fn replayed() -> Outcome<Vec<Line>> {
    let folder = folder("replay")?;
    let told = report::measured(&built("examples/bench"), &["rights", folder.to_str().unwrap_or_default(), "1000000", "20000"])?;
    let replay = || report::measured(&built("examples/bench"), &["replay", folder.to_str().unwrap_or_default()]);
    // The first one waits for the disk, which still writes what making the world has left; a process that is started again does not.
    let (first, seen) = (replay()?, replay()?);
    let writes = report::measured(&built("examples/bench"), &["seen", folder.to_str().unwrap_or_default()])?;
    let _large = std::fs::remove_dir_all(&folder);
    let after = |key: &str| format!("{:.1} µs", writes.value(key));
    let line = |name: &str, value: String, aim: &str| Line { name: name.to_owned(), cells: vec![value, aim.to_owned()] };
    Ok(vec![
        line("events in the log, 1,000,000 of them grants", format!("{:.0}", told.value("operations")), ""),
        line("read, understood and told to the index, the file in memory", format!("{:.2} s", seen.value("seconds")), "3 s"),
        line("the same from the disk, just after the world was made", format!("{:.2} s", first.value("seconds")), ""),
        line("in memory: processor time of all threads", format!("{:.2} s", seen.value("processor_seconds")), ""),
        line("in memory: an event", format!("{:.2} µs", seen.value("processor_seconds") * 1e6 / seen.value("operations").max(1.0)), ""),
        line(
            "two readers ask without a pause: the last question begun after a write's answer that is answered without it, worst of 5,000",
            after("missed_max_us"),
            "1,000 µs",
        ),
        line("the same: the first answer that knows the write, p50", after("known_p50_us"), "1,000 µs"),
        line("the same: p99", after("known_p99_us"), "1,000 µs"),
        line("the same: the worst; it counts the time in which no reader had a processor", after("known_max_us"), ""),
    ])
}

/// What one kind of operation did, and what it cost whom.
fn line(name: &str, seen: &Measured, server: f64, database: Option<f64>, aim: &str) -> Line {
    let each = |seconds: f64| format!("{:.3}", seconds * 1_000.0 / seen.value("operations").max(1.0));
    let refused = seen.value("refused");
    let name = if refused > 0.0 { format!("{name} ({refused:.0} refused)") } else { name.to_owned() };
    Line {
        name,
        cells: vec![
            format!("{:.0}", seen.value("operations") / seen.value("seconds").max(0.001)),
            format!("{:.2}", seen.value("p50_ms")),
            format!("{:.2}", seen.value("p99_ms")),
            each(server),
            database.map_or("–".to_owned(), each),
            each(seen.processor),
            aim.to_owned(),
        ],
    }
}

fn commands(wanted: &Wanted, database: Option<&Database>) -> Outcome<Vec<Line>> {
    let name = if database.is_some() { "postgres" } else { "sqlite" };
    let folder = folder(name)?;
    seed(&folder, wanted.pairs, wanted.pairs, database.map(Database::url))?;
    let server = Server::serve(&folder, database.map(Database::url))?;
    let pid = database.map(Database::pid);
    let spent = || (cost(server.pid()), pid.map(cost));
    let mut lines = Vec::new();
    let mut note = |name: &str, aim: &str, words: &[&str]| -> Outcome {
        let before = spent();
        let seen = report::measured(&built("examples/bench"), words)?;
        let after = spent();
        let database = after.1.zip(before.1).map(|(after, before)| after.since(before));
        lines.push(line(name, &seen, after.0.since(before.0), database, aim));
        Ok(())
    };
    let plan = folder.join("plan.txt").display().to_string();
    let aim = if database.is_some() { "2,000/s" } else { "5,000/s; 0.2 ms" };
    note("commands over HTTP, 64 clients", aim, &["pairs", &server.address, &plan, CLIENTS])?;
    let healthz = server::paths(&folder, &["/healthz"])?;
    note("peer: `/healthz`, 64 clients", "", &["get", &server.address, &healthz, CLIENTS, "100000", "Accept: */*"])?;
    drop(server);
    let place = match database {
        Some(database) => database.create("peer")?,
        None => folder.join("peer").display().to_string(),
    };
    let before = pid.map(cost);
    let seen = report::measured(&built("examples/commit_rate"), &[&place, CLIENTS, "50000"])?;
    let database = pid.map(cost).zip(before).map(|(after, before)| after.since(before));
    let (rate, cost) = seen.rate_and_cost();
    let each = |seconds: f64| format!("{:.3}", seconds * 1_000.0 / 50_000.0);
    let cells =
        [format!("{rate:.0}"), "–".into(), "–".into(), format!("{cost:.3}"), database.map_or("–".into(), each), "–".into(), String::new()];
    lines.push(Line { name: "peer: the store alone, 64 threads (`commit_rate`)".into(), cells: cells.to_vec() });
    let _large = std::fs::remove_dir_all(&folder);
    Ok(lines)
}

/// What is read: name, path, header, clients, how many times, aim.
fn million(wanted: &Wanted) -> Outcome<Vec<Line>> {
    let folder = folder("million")?;
    let seeded = seed(&folder, wanted.accounts, 4_000.min(wanted.accounts), None)?;
    let server = Server::serve(&folder, None)?;
    let fresh = machine::memory(server.pid());
    let world = std::fs::read_to_string(folder.join("world.txt")).map_err(|error| format!("the world has no names: {error}"))?;
    let of = |name: &str| world.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap_or_default().to_owned();
    let bearer = |name: &str| format!("Authorization: Bearer {}", of(name));
    let cookie = |name: &str| format!("Cookie: session={}", of(name));
    let (operator, shop) = (of("operator"), of("shop"));
    let mut lines = Vec::new();
    let mut note = |name: &str, aim: &str, paths: &str, header: &str, clients: &str, requests: &str| -> Outcome {
        let before = cost(server.pid());
        let seen = report::measured(&built("examples/bench"), &["get", &server.address, paths, clients, requests, header])?;
        lines.push(line(name, &seen, cost(server.pid()).since(before), None, aim));
        Ok(())
    };
    // The shop has links to list once its invitations are answered.
    let plan = folder.join("plan.txt").display().to_string();
    let before = cost(server.pid());
    let seen = report::measured(&built("examples/bench"), &["pairs", &server.address, &plan, CLIENTS])?;
    let commands = line("commands over HTTP, 64 clients", &seen, cost(server.pid()).since(before), None, "5,000/s; 0.2 ms");
    let deep = |base: &str| -> Vec<String> { (0..500).map(|at| format!("{base}cursor={}%20acc_f", at * 100_000)).collect() };
    let pages = server::paths(&folder, &deep(&format!("/operator/{operator}/accounts?")))?;
    let (session, token) = (cookie("operator_session"), bearer("operator_token"));
    note("operator's accounts, page of 50, any depth, 1 client", "p99 20 ms; 1 ms", &pages, &session, "1", "2000")?;
    note("the same, 8 clients", "", &pages, &session, "8", "4000")?;
    let api = server::paths(&folder, &deep(&format!("/api/v1/orgs/{operator}/accounts?limit=50&")))?;
    note("the same 50 accounts by REST, 1 client", "p99 20 ms; 1 ms", &api, &token, "1", "2000")?;
    let filtered = server::paths(&folder, &deep(&format!("/api/v1/orgs/{operator}/accounts?limit=50&region=GB&")))?;
    note("the same of one country by REST, 1 client", "", &filtered, &token, "1", "2000")?;
    let links = server::paths(&folder, &[format!("/shop/{shop}/links")])?;
    note("a shop's links, page, 1 client", "p99 20 ms; 1 ms", &links, &cookie("shop_session"), "1", "2000")?;
    let links = server::paths(&folder, &[format!("/api/v1/shops/{shop}/links")])?;
    note("a shop's links by REST, 1 client", "", &links, &bearer("shop_token"), "1", "2000")?;
    let queries = folder.join("queries.txt").display().to_string();
    note("search by REST: beginnings, every other with a typo, 1 client", "p99 30 ms", &queries, &bearer("shop_token"), "1", "4000")?;
    note("the same, 8 clients", "", &queries, &bearer("shop_token"), "8", "8000")?;
    let healthz = server::paths(&folder, &["/healthz"])?;
    note("peer: `/healthz`, 1 client", "", &healthz, "Accept: */*", "1", "20000")?;
    lines.push(commands);
    let used = machine::memory(server.pid());
    let size = machine::size_of(&folder.join("data/countersign.db"));
    let text = format!(
        "registering them took {:.0} s; start {:.0} ms; memory {fresh:.0} MB after the start, {used:.0} MB after the run; the file {size:.0} MB",
        seeded.value("seconds"),
        server.ready_after * 1_000.0
    );
    lines.push(Line { name: text, cells: vec![String::new(); 7] });
    drop(server);
    let _large = std::fs::remove_dir_all(&folder);
    Ok(lines)
}
