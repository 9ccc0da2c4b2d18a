//! The access context.
