//! `cargo xtask ci`: all tests, and an honest word on whether known vulnerabilities were looked up.

use crate::run::{cargo, run as start};
use crate::{Outcome, commands};

/// Where a checkout of RustSec's advisory database stands, on a machine that cannot fetch it.
const ADVISORIES: &str = "COUNTERSIGN_ADVISORY_DB";

/// Runs `cargo xtask test`, then the audit where it can be done.
pub fn run(arguments: &[String]) -> Outcome {
    let tested = commands::test::run(arguments);
    let audited = audit();
    tested.and(audited)
}

fn audit() -> Outcome {
    println!("\n━━━ audit: no dependency has a known vulnerability");
    let installed = cargo(&["audit", "--version"]).output().is_ok_and(|output| output.status.success());
    match (installed, std::env::var(ADVISORIES)) {
        (true, Ok(advisories)) => start(&mut cargo(&["audit", "--db", &advisories, "--no-fetch", "--stale"])),
        (true, Err(_)) => start(&mut cargo(&["audit"])),
        (false, _) => {
            println!(
                "NOT DONE: cargo-audit is not installed. `cargo install cargo-audit` brings it; where its database \
                 cannot be fetched, set {ADVISORIES} to a checkout of it."
            );
            Ok(())
        }
    }
}
