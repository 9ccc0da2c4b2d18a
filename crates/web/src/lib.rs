//! The only place that sets up HTTP and templates.
//!
//! A request takes one way: [`routes`] finds the route → [`enter`] finds out who asks, checks permission, tenant and CSRF →
//! the handler gets a [`Visit`] → its answer or refusal becomes a page or JSON. Contexts plug in with a [`Room`].

pub mod app;
mod assets;
pub mod csv;
mod enter;
mod form;
mod health;
mod marks;
mod memory;
pub mod openapi;
pub mod origin;
mod page;
mod problem;
pub mod regions;
mod room;
mod routes;
mod serve;
mod template;
mod visit;
pub mod words;

pub use app::{App, Config, Credential, Doors, Membership, Person};
pub use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
pub use enter::{PRODUCT_HEADERS, client, session_cookie};
pub use form::{Form, Upload};
pub use room::{MenuItem, Room, Tells};
pub use routes::{Dialect, Route, RouteInfo, Routes, Surface};
pub use serve::serve;
pub use visit::{Done, Visit};
pub use words::{Lang, Words};

/// The words that every page shares, under their scopes.
pub fn own_words() -> [(&'static str, &'static str); 2] {
    [("web", page::WORDS), ("consent", page::CONSENT)]
}

/// What a handler gives back.
pub type Answer = Result<Response, kernel::Refusal>;

/// What a page is drawn from: names and anything that serialises. `context! { members, title => "access.team.title" }`.
#[macro_export]
macro_rules! context {
    ($($name:ident $(=> $value:expr)?),* $(,)?) => {{
        #[allow(unused_mut, reason = "a page may have no facts of its own")]
        let mut facts = $crate::Facts::new();
        $($crate::context!(@one facts, $name $(=> $value)?);)*
        facts
    }};
    (@one $facts:ident, $name:ident) => { $facts.insert(stringify!($name).to_owned(), $crate::fact(&$name)); };
    (@one $facts:ident, $name:ident => $value:expr) => { $facts.insert(stringify!($name).to_owned(), $crate::fact(&$value)); };
}

/// What a page is drawn from: values of the template language, made once.
pub type Facts = std::collections::BTreeMap<String, Fact>;

/// One of them. A fact of another page can be a fact of this one, and is not made again.
pub type Fact = minijinja::Value;

/// Anything that serialises, as a fact of a page.
pub fn fact<T: serde::Serialize>(value: &T) -> Fact {
    Fact::from(minijinja::value::Serde(value))
}
