//! One file per command; each has `run`, which gets the words typed after the command's name.

pub mod bench;
pub mod ci;
pub mod golden;
pub mod new;
pub mod test;
pub mod words;
