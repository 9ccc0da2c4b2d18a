//! The house: every context in its order, opened on a database, reached by HTTP and by the command line.

pub mod answers;
pub mod cli;
pub mod demo;
pub mod house;
pub mod operations;
pub mod serve;

pub use house::{CONTEXTS, House, Settings};
