//! `cargo xtask new CONTEXT VERB`: the folder of a new verb, in the house's shape.

use crate::Outcome;

/// Not laid out yet.
pub fn run(_: &[String]) -> Outcome {
    Err("not yet".to_owned())
}
