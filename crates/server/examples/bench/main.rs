//! The two halves of `cargo xtask bench` that are not the server: a world to measure in, and clients who use it.
//!
//! `bench seed FOLDER ACCOUNTS PAIRS [URL]` makes a world, `bench pairs ADDRESS PLAN CLIENTS` invites and accepts in it, and
//! `bench get ADDRESS PATHS CLIENTS REQUESTS HEADER` reads. `bench rights FOLDER GRANTS ASSIGNED [URL]` makes a world of grants, `bench replay
//! FOLDER` builds the index from its log, `bench seen FOLDER` waits for writes in it, and `bench checks
//! ADDRESS QUESTIONS CLIENTS REQUESTS EACH HEADER` asks about it, EACH questions to a request. What was measured is printed as
//! `name value`, a line each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and may stop at a fault"
)]

mod client;
mod load;
mod rights;
mod seed;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["seed", folder, accounts, pairs] => seed::world(folder.as_ref(), accounts.parse().unwrap(), pairs.parse().unwrap(), None),
        ["seed", folder, accounts, pairs, url] => {
            seed::world(folder.as_ref(), accounts.parse().unwrap(), pairs.parse().unwrap(), Some(url.to_owned()));
        }
        ["pairs", address, plan, clients] => load::pairs(address, plan.as_ref(), clients.parse().unwrap()),
        ["rights", folder, grants, assigned] => rights::world(folder.as_ref(), grants.parse().unwrap(), assigned.parse().unwrap(), None),
        ["rights", folder, grants, assigned, url] => {
            rights::world(folder.as_ref(), grants.parse().unwrap(), assigned.parse().unwrap(), Some(url.to_owned()));
        }
        ["replay", folder] => rights::replay(folder.as_ref()),
        ["seen", folder] => rights::seen(folder.as_ref()),
        ["checks", address, questions, clients, requests, each, header] => {
            let [clients, requests, each] = [clients, requests, each].map(|number| number.parse().unwrap());
            load::checks(address, questions.as_ref(), clients, requests, each, header);
        }
        ["get", address, paths, clients, requests, header] => {
            load::gets(address, paths.as_ref(), clients.parse().unwrap(), requests.parse().unwrap(), header);
        }
        _ => panic!(
            "bench seed FOLDER ACCOUNTS PAIRS [URL] | pairs ADDRESS PLAN CLIENTS | get ADDRESS PATHS CLIENTS REQUESTS HEADER | \
             rights FOLDER GRANTS ASSIGNED [URL] | replay FOLDER | seen FOLDER | checks ADDRESS QUESTIONS CLIENTS REQUESTS EACH HEADER"
        ),
    }
}
