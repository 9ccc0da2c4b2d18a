//! The route table. A route cannot be added without saying who may use it.

use crate::{Answer, App, Visit, enter};
use axum::http::Method;
use kernel::May;
use std::{future::Future, pin::Pin, sync::Arc};

/// How a route speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Surface {
    /// Pages for people.
    Console,
    /// JSON for programs.
    Api,
    /// Files that everyone may have: styles, scripts, the health answer.
    Asset,
    /// The words of a foreign API, so that its own clients can be used: see [`Dialect`].
    Wire,
}

/// How a foreign API is spoken: where a request shows who asks, and how its refusals look.
#[derive(Debug)]
pub struct Dialect {
    /// Every path of it begins so; one that leads nowhere is refused in its words, too.
    pub prefix: &'static str,
    /// The header that holds an app's token.
    pub token: &'static str,
    /// A refusal, as its clients understand it.
    pub refuse: fn(&Visit, &kernel::Refusal) -> axum::response::Response,
    /// What a path hears that leads nowhere, or by another method: the path's methods, none for an unknown one.
    pub lost: fn(&Visit, &[Method]) -> axum::response::Response,
}

type Handler = Arc<dyn Fn(Visit) -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;
type Schema = utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>;

/// A body's name, its schema, and the schemas it refers to.
pub(crate) struct Shape {
    pub name: String,
    pub schema: Schema,
    pub parts: Vec<(String, Schema)>,
}

/// How a body looks, made when the document is: the schemas of all routes are five megabytes that an idle house has no use for.
type Shaped = fn() -> Shape;

pub(crate) fn shape<T: utoipa::ToSchema>() -> Shape {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    Shape { name: T::name().into_owned(), schema: T::schema(), parts }
}

/// One route.
pub struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) may: May,
    pub(crate) surface: Surface,
    pub(crate) handler: Handler,
    pub(crate) limit: usize,
    pub(crate) summary: &'static str,
    pub(crate) takes: Option<Shaped>,
    pub(crate) answers: Option<Shaped>,
    pub(crate) done: &'static [u16],
    pub(crate) files: &'static [&'static str],
    pub(crate) kept: bool,
    pub(crate) queries: &'static [(&'static str, &'static str)],
    pub(crate) step_up: bool,
    pub(crate) lags: bool,
    pub(crate) dialect: Option<&'static Dialect>,
}

/// A route as tests and golden files see it.
#[derive(Clone, Debug)]
pub struct RouteInfo {
    /// GET, POST, …
    pub method: Method,
    /// With `{org}` and other places.
    pub path: &'static str,
    /// Who may use it.
    pub may: May,
    /// How it speaks.
    pub surface: Surface,
    /// Whether a recent confirmation is needed.
    pub step_up: bool,
}

impl Route {
    pub(crate) fn info(&self) -> RouteInfo {
        RouteInfo { method: self.method.clone(), path: self.path, may: self.may, surface: self.surface, step_up: self.step_up }
    }
    /// What it does, in a few words, for the API's documentation.
    pub fn says(&mut self, summary: &'static str) -> &mut Self {
        self.summary = summary;
        self
    }
    /// The JSON that it takes.
    pub fn takes<T: utoipa::ToSchema>(&mut self) -> &mut Self {
        self.takes = Some(shape::<T>);
        self
    }
    /// The JSON that it answers.
    pub fn answers<T: utoipa::ToSchema>(&mut self) -> &mut Self {
        self.answers = Some(shape::<T>);
        self
    }
    /// With which statuses it answers so; 200 unless said.
    pub fn done(&mut self, statuses: &'static [u16]) -> &mut Self {
        self.done = statuses;
        self
    }
    /// Its body is a file of one of these types.
    pub fn takes_file(&mut self, types: &'static [&'static str]) -> &mut Self {
        self.files = types;
        self
    }
    /// Its answer is not kept under an `Idempotency-Key`: it changes nothing that matters twice, or holds a secret.
    pub fn unkept(&mut self) -> &mut Self {
        self.kept = false;
        self
    }
    /// The query parameters that it reads: name and meaning.
    pub fn queries(&mut self, queries: &'static [(&'static str, &'static str)]) -> &mut Self {
        self.queries = queries;
        self
    }
    /// How many bytes a body may have; 1 MiB unless said.
    pub fn limit(&mut self, bytes: usize) -> &mut Self {
        self.limit = bytes;
        self
    }
    /// It answers from an index that may not have heard of the newest events yet, and then says so. Its handler finds the asker's
    /// memberships in the visit, and programs that come again are not looked up again: see `memory`.
    pub fn lags(&mut self) -> &mut Self {
        self.lags = true;
        self
    }
    /// Needs a recent confirmation with password or code.
    pub fn step_up(&mut self) -> &mut Self {
        self.step_up = true;
        self
    }
}

/// The routes of the house.
#[derive(Default)]
pub struct Routes {
    list: Vec<Route>,
}

impl Routes {
    pub(crate) fn new() -> Routes {
        Routes::default()
    }

    fn add<F, A>(&mut self, method: Method, path: &'static str, may: May, surface: Surface, handler: F) -> &mut Route
    where
        F: Fn(Visit) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |visit| Box::pin(handler(visit)));
        let at = self.list.len();
        let kept = method != Method::GET;
        self.list.push(Route {
            method,
            path,
            may,
            surface,
            handler,
            limit: 1 << 20,
            summary: "",
            takes: None,
            answers: None,
            done: &[200],
            files: &[],
            kept,
            queries: &[],
            step_up: false,
            lags: false,
            dialect: None,
        });
        &mut self.list[at]
    }

    /// A page: GET, HTML.
    pub fn page<F, A>(&mut self, path: &'static str, may: May, handler: F) -> &mut Route
    where
        F: Fn(Visit) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.add(Method::GET, path, may, Surface::Console, handler)
    }

    /// What a form of a page is sent to: POST, with the CSRF token checked before the handler runs.
    pub fn form<F, A>(&mut self, path: &'static str, may: May, handler: F) -> &mut Route
    where
        F: Fn(Visit) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.add(Method::POST, path, may, Surface::Console, handler)
    }

    /// A route of the REST API.
    pub fn api<F, A>(&mut self, method: Method, path: &'static str, may: May, handler: F) -> &mut Route
    where
        F: Fn(Visit) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.add(method, path, may, Surface::Api, handler)
    }

    /// A route of a foreign API.
    pub fn wire<F, A>(&mut self, dialect: &'static Dialect, method: Method, path: &'static str, may: May, handler: F) -> &mut Route
    where
        F: Fn(Visit) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        let route = self.add(method, path, may, Surface::Wire, handler);
        route.dialect = Some(dialect);
        route
    }

    /// A file that everyone may have.
    pub fn asset<F, A>(&mut self, path: &'static str, handler: F) -> &mut Route
    where
        F: Fn(Visit) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        self.add(Method::GET, path, May::Anyone, Surface::Asset, handler)
    }

    pub(crate) fn dialects(&self) -> Vec<&'static Dialect> {
        let mut all: Vec<&'static Dialect> = self.list.iter().filter_map(|route| route.dialect).collect();
        all.dedup_by_key(|dialect| dialect.prefix);
        all
    }

    pub(crate) fn into_list(self) -> Vec<Arc<Route>> {
        self.list.into_iter().map(Arc::new).collect()
    }

    pub(crate) fn router(app: &App) -> axum::Router {
        use axum::routing::{MethodFilter, on};
        let mut router = axum::Router::new();
        for route in &app.0.table {
            let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
            let (path, app, route) = (route.path, app.clone(), route.clone());
            let service = on(filter, move |request: axum::extract::Request| enter::enter(app.clone(), route.clone(), request));
            router = router.route(path, service);
        }
        let (lost, wrong) = (app.clone(), app.clone());
        router
            .fallback(move |request: axum::extract::Request| enter::lost(lost.clone(), request))
            .method_not_allowed_fallback(move |request: axum::extract::Request| enter::wrong_method(wrong.clone(), request))
    }
}
