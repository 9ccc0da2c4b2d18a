//! A shop's or a creator's own tickets: the list, one ticket with its thread, and what pages of tickets share.

pub mod io;
