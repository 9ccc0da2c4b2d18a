//! The three ways in which an answer can be no: what was sent makes no sense (malformed), it may not be (forbidden, denied,
//! not found), or we failed (fault). They are never mixed.

use crate::{Capability, Denied as _, Instant};
use serde::Serialize;
use serde_json::{Map, Value};

/// A reason why not, as data. Surfaces turn it into words; nobody matches on the words.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Denial {
    /// Stable: `linking.unlink.too_soon`.
    pub code: String,
    /// The words' arguments, with the cited value where one decided.
    pub facts: Map<String, Value>,
    /// The earliest moment at which asking again can succeed, where waiting helps.
    pub until: Option<Instant>,
}

impl Denial {
    /// A verb's typed reason, as data.
    pub fn of<C: Capability>(denied: &C::Denied) -> Denial {
        let mut facts = match serde_json::to_value(denied) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let code = facts.remove("code").and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default();
        Denial { code: format!("{}.{code}", denied.scope().unwrap_or(C::NAME)), facts, until: denied.until() }
    }
}

/// One thing wrong with what was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Problem {
    /// Which field, or `row 12: followers`.
    pub field: String,
    /// The words' key.
    pub code: String,
    /// The words' arguments.
    pub facts: Map<String, Value>,
}

impl Problem {
    /// A problem with one field; `code` is a key of a words file.
    pub fn new(field: impl Into<String>, code: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), facts: Map::new() }
    }
    /// The same with one more argument for its words.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.into(), value.into());
        self
    }
}

/// Why an ask was not done.
#[derive(Clone, PartialEq, Debug)]
pub enum Refusal {
    /// What was sent makes no sense: every problem.
    Malformed(Vec<Problem>),
    /// Nobody is signed in, or the token is unknown.
    Unauthenticated,
    /// Known, and a member, but the role or the token's scopes do not include this.
    Forbidden {
        /// The missing permission.
        permission: &'static str,
    },
    /// A dangerous act: confirm with password or code first.
    ConfirmFirst,
    /// There is no such thing, or it is not yours: the two cannot be told apart.
    NotFound,
    /// The rules say no: every reason.
    Denied {
        /// The verb that was asked.
        capability: &'static str,
        /// Every reason, in reading order.
        denials: Vec<Denial>,
    },
    /// The page showed something else than what this would change: look again.
    Stale,
    /// This idempotency key was used for another request.
    KeyReused,
    /// Too many tries.
    TooMany {
        /// When the next is accepted.
        retry_at: Instant,
    },
    /// What was asked for is so fresh that this process has not heard of it yet.
    Behind {
        /// When it is worth asking again.
        retry_at: Instant,
    },
    /// We failed; the text is for the log, not for the reader.
    Fault(String),
}

impl Refusal {
    /// A refusal for one malformed field.
    pub fn malformed(field: &str, code: &str) -> Self {
        Refusal::Malformed(vec![Problem::new(field, code)])
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Refusal::Malformed(vec![problem])
    }
}
