//! Confirm who you are before a dangerous act, with the password or a code.

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
