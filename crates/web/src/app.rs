//! The house as a handler sees it.

use crate::{Room, Words, origin};
use kernel::{Instant, OrgId, OrgKind, Refusal, Role, UserId, Who};
use std::{net::IpAddr, sync::Arc};
use store::{Store, Tx};

/// How this installation is reached.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address people type, `https://shop.example`, without a slash at the end.
    pub base_url: String,
    /// Whether cookies travel over TLS only. Off on plain-http loopback alone.
    pub secure: bool,
    /// Proxies whose word about the client's address is believed.
    pub trusted_proxies: Vec<origin::Net>,
    /// The zone in which a reader who has chosen none sees times.
    pub zone: String,
}

/// What a request shows to prove who asks.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A session's secret, from the cookie.
    Session(String),
    /// A token, from the Authorization header.
    Token(String),
    /// The token of an app that a person let act for them, from a dialect's own header.
    App(String),
}

/// Who a credential belongs to.
#[derive(Clone, Debug)]
pub struct Person {
    /// As whom they act.
    pub who: Who,
    /// The person.
    pub user: UserId,
    /// When they last confirmed with password or code.
    pub confirmed_at: Option<Instant>,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// `en`, `zh`, or empty when they have not chosen.
    pub lang: String,
    /// Their time zone, or empty.
    pub zone: String,
    /// Until when the same credential is theirs for sure, unless something happens; none when that is not in the log, so that
    /// they are looked up with every request.
    pub known_until: Option<Instant>,
    /// Whether [`Doors::touch`] should note that the credential is in use: once a minute, not with every request.
    pub stale: bool,
}

/// One organisation that a person belongs to.
#[derive(Clone, Debug)]
pub struct Membership {
    /// Which.
    pub org: OrgId,
    /// Of which kind.
    pub kind: OrgKind,
    /// Its name.
    pub name: String,
    /// As what.
    pub role: Role,
}

/// How people are recognised. `contexts/access` provides it; the gate itself is the store's.
#[derive(Clone, Copy)]
pub struct Doors {
    /// Whose credential this is, if anyone's, at the transaction's moment.
    pub identify: fn(&mut Tx<'_>, &Credential) -> Result<Option<Person>, Refusal>,
    /// Notes that a credential is in use, so that an idle session can be told from a busy one.
    pub touch: fn(&mut Tx<'_>, &Person) -> Result<(), Refusal>,
    /// The organisations a person belongs to.
    pub memberships: fn(&mut Tx<'_>, UserId) -> Result<Vec<Membership>, Refusal>,
    /// The context whose events, and nothing else, change what `identify`, `memberships` and the gate say of whoever is
    /// [`Person::known_until`] some moment.
    pub told_by: &'static str,
    /// Unread notices of an organisation, for the bell in the menu.
    pub unread: fn(&mut Tx<'_>, OrgId) -> Result<i64, Refusal>,
}

pub(crate) struct Inner {
    pub store: Store,
    pub config: Config,
    pub doors: Doors,
    pub words: Arc<Words>,
    pub templates: minijinja::Environment<'static>,
    pub rooms: &'static [&'static Room],
    pub countries: Box<dyn origin::Countries + Send + Sync>,
    pub routes: Vec<crate::RouteInfo>,
    pub table: Vec<Arc<crate::Route>>,
    pub openapi: std::sync::OnceLock<String>,
    pub dialects: Vec<&'static crate::Dialect>,
    pub extra: Extra,
    pub memory: crate::memory::Memory,
}

/// Values that contexts put here at start and find again by type: a mail configuration, an import's progress.
pub type Extra = std::collections::HashMap<std::any::TypeId, Box<dyn std::any::Any + Send + Sync>>;

/// The open house. Cheap to clone.
#[derive(Clone)]
pub struct App(pub(crate) Arc<Inner>);

impl App {
    /// Puts the house together: store, rooms, words, pages.
    pub fn new(
        store: Store,
        config: Config,
        doors: Doors,
        rooms: &'static [&'static Room],
        countries: Box<dyn origin::Countries + Send + Sync>,
        extra: Extra,
    ) -> Result<(App, axum::Router), Refusal> {
        let own = [("web", crate::page::WORDS), ("consent", crate::page::CONSENT)];
        let words = Arc::new(Words::parse(own.into_iter().chain(rooms.iter().flat_map(|room| room.words.iter().copied())))?);
        let templates = crate::template::environment(words.clone(), rooms);
        let mut routes = crate::Routes::new();
        crate::assets::routes(&mut routes);
        crate::health::routes(&mut routes);
        crate::openapi::routes(&mut routes);
        for room in rooms {
            (room.routes)(&mut routes);
        }
        let dialects = routes.dialects();
        let table = routes.into_list();
        let info: Vec<_> = table.iter().map(|route| route.info()).collect();
        let app = App(Arc::new(Inner {
            store,
            config,
            doors,
            words,
            templates,
            rooms,
            countries,
            routes: info,
            table,
            openapi: std::sync::OnceLock::new(),
            dialects,
            extra,
            memory: crate::memory::Memory::default(),
        }));
        let router = crate::Routes::router(&app);
        Ok((app, router))
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.0.store
    }
    /// How this installation is reached.
    pub fn config(&self) -> &Config {
        &self.0.config
    }
    /// The words.
    pub fn words(&self) -> &Words {
        &self.0.words
    }
    /// The contexts.
    pub fn rooms(&self) -> &'static [&'static Room] {
        self.0.rooms
    }
    /// Every route with who may use it.
    pub fn routes(&self) -> &[crate::RouteInfo] {
        &self.0.routes
    }
    /// The OpenAPI document, made when it is first asked for.
    pub fn openapi(&self) -> Result<&str, Refusal> {
        if let Some(made) = self.0.openapi.get() {
            return Ok(made);
        }
        let made = crate::openapi::document(&self.0.table, &self.0.config.base_url)?;
        Ok(self.0.openapi.get_or_init(|| made))
    }
    /// Compiles every template, which otherwise happens when a page first needs it: so a test finds what is broken before a reader does.
    pub fn compile_templates(&self) -> Result<(), Refusal> {
        crate::template::all(self.0.rooms).try_for_each(|(name, _)| {
            let compiled = self.0.templates.get_template(name);
            compiled.map(drop).map_err(|bad| Refusal::Fault(format!("{name} cannot be read: {bad:#}")))
        })
    }
    /// What a context put here at start.
    pub fn extra<T: 'static>(&self) -> Option<&T> {
        self.0.extra.get(&std::any::TypeId::of::<T>()).and_then(|value| value.downcast_ref())
    }
    /// Where an address lies.
    pub fn origin(&self, peer: IpAddr, forwarded: Option<&str>) -> (IpAddr, kernel::Origin) {
        origin::origin(peer, forwarded, &self.0.config.trusted_proxies, self.0.countries.as_ref())
    }
}
