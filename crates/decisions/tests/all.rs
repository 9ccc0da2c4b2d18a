//! The index against a second evaluator, written straight from the rules of the trade, that scans the plain list of what happened.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod agreement;
mod golden;
mod lists;
mod naive;
mod openfga;
mod worlds;
