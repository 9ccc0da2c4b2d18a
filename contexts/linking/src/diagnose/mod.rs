//! Why a link fails, step by step.

pub mod io;
