//! TikTok's own dialects, so that TikTok's own SDKs drive this house with another host and nothing else.
//!
//! [`business`] speaks the TikTok API for Business (v1.3). Each of its calls is one line in a table and one function that reads
//! typed parameters, makes an ask of a context or asks a question of its index, and writes the answer in TikTok's words. There is
//! no rule here, no table and no second way: whoever calls has come through the one door, and every refusal is one of the
//! house's own, put into TikTok's codes by [`business::codes`].

pub mod business;
mod limits;

pub use limits::Windows;

use store::Part;
use web::Room;

/// The dialects, as the house plugs them in.
pub const CONTEXT: Room = Room {
    part: Part::named("wire"),
    words: &[("wire", include_str!("words.toml"))],
    templates: &[],
    routes: business::routes,
    menu: &[],
    facts: None,
};
