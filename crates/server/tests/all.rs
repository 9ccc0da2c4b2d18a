//! The one integration binary: the whole house, opened on a real database and reached over a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test that cannot go on stops")]

mod answers;
mod business;
mod catalogue;
mod client;
mod consent;
mod crash;
mod doors;
mod golden;
mod grants;
mod house;
mod matrix;
mod packs;
mod questions;
mod races;
mod revoked;
mod stories;
mod watch;
mod words;
