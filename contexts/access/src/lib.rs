//! Access 身份与权限: who there is, what they may, and how they prove who they are.
//!
//! A *user* is a person who signs in. An *organisation* is a shop, a creator, a brand, a centre or the operator. A *member*
//! is a user with a *role* in an organisation. A *session* is a signed-in browser, a *token* a program that acts for an
//! organisation with the role of the member who issued it, narrowed to its *scopes*. [`gate::gate`] decides who may.
//!
//! [`events`] say what has happened; [`index`] answers who there is. Secrets are kept as digests, beside the log.

pub mod events;
pub mod gate;
pub mod index;
pub mod session;
pub mod state;

pub mod confirm;

pub use events::Event;
pub use gate::gate;
pub use state::{Invitation, Merchant, Org, OrgState, User, email_key};
