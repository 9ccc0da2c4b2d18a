//! Accounts 达人账号: who a creator is on the platform, and what the rules of other contexts read about them.
//!
//! An *account* has a *handle* (unique), a *nickname* (shown), a *region* (the country it was registered in), an *owner*
//! (a creator's organisation; the operator's while nobody has *claimed* it), a *state*, an *e-commerce permission*, *figures*
//! (followers, likes, views), *posts* and *lives*, *findings* (what the word list found in them) and *violations*.
//!
//! Read [`events`] (what can happen), [`state`] (what an account is), then any verb's folder.

pub mod events;
pub mod index;
pub mod names;
pub mod state;

pub use events::Event;
pub use state::{Account, AccountState, Ecommerce, Figures, Finding, Live, Post, StatedAge, Topic, TrendPoint, Violation};
