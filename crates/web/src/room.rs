//! How a context plugs into the house.

use crate::Routes;
use kernel::{OrgKind, Role};

/// Everything that a context gives: its part in the store, its words, pages, routes and menu.
pub struct Room {
    /// Its part in the store.
    pub part: store::Part,
    /// Its words: the scope that stands before each key, and the text of a `words.toml`.
    pub words: &'static [(&'static str, &'static str)],
    /// Its pages: the template's name and text.
    pub templates: &'static [(&'static str, &'static str)],
    /// Its routes.
    pub routes: fn(&mut Routes),
    /// Its places in the menu.
    pub menu: &'static [MenuItem],
    /// What one of its events tells the index that answers questions about permission; none when no event says
    /// anything of that.
    pub facts: Option<Tells>,
}

/// The words of a context's folders: `words!["linking": accept]` is the text of `accept/words.toml` under `linking.accept`;
/// `self` stands for the context's own `words.toml`, `fit.genres` for a folder in a folder.
#[macro_export]
macro_rules! words {
    ($scope:literal: self, $($folder:ident $(. $inner:ident)*),+ $(,)?) => {
        &[($scope, include_str!("words.toml")), $($crate::words!(@one $scope, $folder $(. $inner)*)),+]
    };
    ($scope:literal: $($folder:ident $(. $inner:ident)*),+ $(,)?) => {
        &[$($crate::words!(@one $scope, $folder $(. $inner)*)),+]
    };
    (@one $scope:literal, $folder:ident $(. $inner:ident)*) => {
        (
            concat!($scope, ".", stringify!($folder) $(, ".", stringify!($inner))*),
            include_str!(concat!(stringify!($folder) $(, "/", stringify!($inner))*, "/words.toml")),
        )
    };
}

/// Maps an event to facts. Pure.
pub type Tells = fn(&store::Said<'_>, &mut dyn FnMut(decisions::Fact)) -> Result<(), kernel::Refusal>;

/// A place in the menu of one kind of organisation.
pub struct MenuItem {
    /// In whose console.
    pub kind: OrgKind,
    /// Who sees it.
    pub may: &'static [Role],
    /// The words' key.
    pub label: &'static str,
    /// Where it leads; `{org}` stands for the organisation.
    pub href: &'static str,
    /// An icon of the sprite.
    pub icon: &'static str,
    /// Its place, from the top.
    pub order: u16,
}
