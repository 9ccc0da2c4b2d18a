//! A creator's own accounts. Reading only: there is no rule here.

pub mod io;
