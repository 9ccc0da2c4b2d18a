//! `cargo xtask golden`: the golden tests rewrite `golden/` instead of comparing with it.

use crate::run::{program, run as start};
use crate::{Outcome, steps};

/// Runs the tests that have `golden` in their names, and shows what changed.
pub fn run(_: &[String]) -> Outcome {
    let mut tests = steps::test_runner();
    if steps::has_nextest() {
        tests.args(["-E", "test(/golden/)"]);
    } else {
        tests.arg("golden");
    }
    start(tests.env("COUNTERSIGN_GOLDEN", "write"))?;
    start(&mut program("git", &["status", "--short", "--", "golden"]))?;
    println!("Look at `git diff golden` as a reviewer would: every line there is a change of behaviour.");
    Ok(())
}
