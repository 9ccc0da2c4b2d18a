//! Countries and where a request comes from.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A country by its ISO 3166-1 alpha-2 code, in capitals: `GB`, `MX`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// A region from its two capitals. Use [`FromStr`] for anything typed by a person.
    pub const fn new(code: &[u8; 2]) -> Self {
        Self(*code)
    }
    /// The two letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}
impl fmt::Display for Region {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}
impl fmt::Debug for Region {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}
impl FromStr for Region {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let code: Vec<u8> = text.trim().bytes().map(|b| b.to_ascii_uppercase()).collect();
        match code[..] {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([a, b])),
            _ => Err(format!("`{text}` is not a two-letter country code such as GB")),
        }
    }
}
impl Serialize for Region {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.code())
    }
}
impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where the network address of an acting session lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In this country.
    Country(Region),
    /// A loopback, private or link-local address: the packs state whether it may stand for the shop's country.
    Private,
    /// A public address that the table does not know.
    Unknown,
    /// Not a network session at all: the platform itself, or an operator at the command line.
    Inside,
}
