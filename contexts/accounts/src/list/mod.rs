//! The operator's list of accounts and one account of it. Reading only: there is no rule here.

pub mod io;
