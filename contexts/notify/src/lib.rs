//! The notify context.
