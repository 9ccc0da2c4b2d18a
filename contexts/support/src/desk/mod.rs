//! Support's queue, and one ticket as support works on it: the facts, the thread, answers in both languages, and acts.

pub mod io;
