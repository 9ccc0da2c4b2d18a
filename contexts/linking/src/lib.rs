//! The linking context.
