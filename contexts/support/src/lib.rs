//! The support context.
