//! "May X do Y with Z now, and why?", answered from memory.
//!
//! [`Fact`]s go in, in the log's order; [`Question`]s go in with the instant at which they are asked; [`Answer`]s come out with every
//! rule's finding, how long the verdict stands, and the position of the log it was given on. There is no policy language and
//! no result cache: the rules are few and fixed, and the only thing that can be old is the position, which every answer
//! names. Everything here is pure: no clock, no storage, no waiting.
//!
//! Start with [`question`] (what can be asked), then [`answer`], then `using` (the rules of a Business Center) and
//! `linking` (those of linking).

/// The words of every rule and reason, and of the pages that show them, in both languages; their keys begin with `decisions.`.
pub const WORDS: &str = include_str!("words.toml");

pub mod answer;
mod check;
pub mod fact;
mod index;
mod linking;
mod lists;
mod names;
pub mod question;
mod rights;
mod rows;
mod using;

pub use answer::{Answer, Denied, Finding, Ground, Road, Says};
pub use check::{Member, Subject, Tie};
pub use fact::{AdRole, Fact, LinkKind, Pair, Scope, Scopes, State, StatedAge};
pub use index::Index;
pub use question::{Kind, Place, Question, Values};
