//! Confirm who you are before a dangerous act: with a code where there is a second factor, with the password otherwise.
//! Nothing happens by it, so it is no event; the session goes on under a new secret.

pub mod io;

use kernel::{Cited, Span};
use serde::Deserialize;

/// The values this verb reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// For how long a confirmation serves.
    pub lasts: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.confirm";
}
