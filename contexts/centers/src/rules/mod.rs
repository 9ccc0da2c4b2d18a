//! Rules that hold at the asking and again as long as the answer is in use.

pub mod spark;
