//! A rule's value never comes alone: it says where it is written, when that was read, and how sure we are.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// A value with its source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited<T> {
    /// The value that the rule compares with.
    pub value: T,
    /// Where it is written.
    pub source: Arc<str>,
    /// The day on which that was read, `2026-11-21`.
    pub seen: Arc<str>,
    /// How much it can be relied on.
    pub sure: Sure,
}

/// How much a source can be relied on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// The platform's own page or SDK.
    Official,
    /// A trade guide.
    Guide,
    /// A third party quoting an official page.
    Copied,
    /// Sources disagree.
    Conflicting,
    /// Our default, where nobody states one.
    Ours,
    /// Set by the operator of this installation.
    Operator,
}

/// How many are allowed: a number, or `"none"` where no source sets a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// As many as one likes.
    None,
    /// At most this many.
    AtMost(u32),
}

impl Limit {
    /// Whether `used` leaves room for one more.
    pub const fn leaves_room(self, used: u32) -> bool {
        match self {
            Limit::None => true,
            Limit::AtMost(most) => used < most,
        }
    }
}

impl Serialize for Limit {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Limit::None => out.serialize_str("none"),
            Limit::AtMost(most) => out.serialize_u32(*most),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Text {
            Number(u32),
            Word(String),
        }
        match Text::deserialize(input)? {
            Text::Number(most) => Ok(Limit::AtMost(most)),
            Text::Word(word) if word == "none" => Ok(Limit::None),
            Text::Word(word) => Err(serde::de::Error::custom(format!("`{word}` is no limit; write a number or \"none\""))),
        }
    }
}

/// The values that one verb reads, from the section of the packs that bears its name.
/// Derive `Deserialize` with `deny_unknown_fields`: a value nobody reads is then found by the packs' test.
pub trait Policy: DeserializeOwned + Send + Sync + 'static {
    /// The packs' section, `linking.unlink`.
    const SECTION: &'static str;
}
