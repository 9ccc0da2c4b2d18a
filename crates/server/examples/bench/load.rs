//! Clients: each a thread with one kept connection that asks again as soon as it has been answered.

use crate::client::Client;
use std::{
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

/// What the clients have seen.
#[derive(Default)]
struct Seen {
    took: Vec<Duration>,
    refused: usize,
    first_refusal: String,
}

impl Seen {
    fn ask(&mut self, client: &mut Client, method: &str, path: &str, header: &str, body: &str) -> Option<String> {
        let start = Instant::now();
        let (status, answer) = client.ask(method, path, header, body);
        self.took.push(start.elapsed());
        if (200..300).contains(&status) {
            return Some(answer);
        }
        self.refused += 1;
        if self.first_refusal.is_empty() {
            self.first_refusal = format!("{method} {path}: {status} {answer}");
        }
        None
    }
}

fn lines(file: &Path) -> Vec<String> {
    std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

/// Invites and accepts, pair by pair. All pairs of a shop are one client's, so that nobody waits for another's answer.
pub fn pairs(address: &str, plan: &Path, clients: usize) {
    let plan: Vec<Vec<String>> = lines(plan).iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect();
    run(clients, |number, seen| {
        let mut client = Client::connect(address);
        for pair in plan.iter().filter(|pair| pair[0].parse::<usize>().unwrap() % clients == number) {
            let [_, shop, shop_token, account, owner, owner_token] = &pair[..] else { panic!("a pair has six words") };
            let body = format!(r#"{{"account":"{account}","role":"marketing","message":"Shall we?"}}"#);
            let bearer = format!("Authorization: Bearer {shop_token}");
            let Some(made) = seen.ask(&mut client, "POST", &format!("/api/v1/shops/{shop}/links"), &bearer, &body) else { continue };
            let link = made.split("\"id\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            let bearer = format!("Authorization: Bearer {owner_token}");
            seen.ask(&mut client, "POST", &format!("/api/v1/creators/{owner}/links/{link}/accept"), &bearer, "");
        }
    });
}

/// Reads the paths in turn, each client from another place of the list.
pub fn gets(address: &str, paths: &Path, clients: usize, requests: usize, header: &str) {
    let paths = lines(paths);
    run(clients, |number, seen| {
        let mut client = Client::connect(address);
        for at in 0..requests / clients {
            let path = &paths[(number * 997 + at) % paths.len()];
            seen.ask(&mut client, "GET", path, header, "");
        }
    });
}

/// Asks questions about permission, `each` to a request, each client from another place of the list. The requests' texts are
/// made beforehand: what is measured is asking.
pub fn checks(address: &str, questions: &Path, clients: usize, requests: usize, each: usize, header: &str) {
    let bodies: Vec<String> = lines(questions).chunks(each).map(|some| format!(r#"{{"questions":[{}]}}"#, some.join(","))).collect();
    run(clients, |number, seen| {
        let mut client = Client::connect(address);
        for at in 0..requests / clients {
            let body = &bodies[(number * 997 + at) % bodies.len()];
            let answered = seen.ask(&mut client, "POST", "/api/v1/decisions/check", header, body);
            assert!(answered.is_none_or(|text| text.contains("\"allowed\":")), "an answer without a verdict");
        }
    });
}

fn run(clients: usize, work: impl Fn(usize, &mut Seen) + Sync) {
    let all = Mutex::new(Seen::default());
    let start = Instant::now();
    std::thread::scope(|scope| {
        for number in 0..clients {
            let (work, all) = (&work, &all);
            scope.spawn(move || {
                let mut seen = Seen::default();
                work(number, &mut seen);
                let mut all = all.lock().unwrap();
                all.took.append(&mut seen.took);
                all.refused += seen.refused;
                if all.first_refusal.is_empty() {
                    all.first_refusal = seen.first_refusal;
                }
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let Seen { mut took, refused, first_refusal } = all.into_inner().unwrap();
    took.sort_unstable();
    let part = |share: usize| took.get(took.len() * share / 100).map_or(0.0, |took| took.as_secs_f64() * 1_000.0);
    println!("operations {}", took.len());
    println!("seconds {seconds:.3}");
    println!("p50_ms {:.3}", part(50));
    println!("p99_ms {:.3}", part(99));
    println!("refused {refused}");
    if refused > 0 {
        eprintln!("the first refusal: {first_refusal}");
    }
}
