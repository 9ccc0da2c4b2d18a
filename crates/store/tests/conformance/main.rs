//! Every promise of the store, on both databases. A promise is a function of a [`place::Place`]; the list at the end of each
//! module makes two tests of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is test code, also outside of #[test] functions")]

mod notes;
mod place;

mod asking_twice;
mod backups;
mod blobs;
mod checkpoints;
mod clockwork;
mod past;
mod replay;
mod sealing;
mod side_by_side;
mod tampering;
mod writing;

/// Two tests of each promise: one on SQLite, one on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($promise:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $promise() { super::$promise(&$crate::place::Place::sqlite()); })*
        }
        mod postgres {
            $(#[test] fn $promise() { super::$promise(&$crate::place::Place::postgres()); })*
        }
    };
}
