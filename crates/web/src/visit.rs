//! One request, as a handler sees it: who asks, for which organisation, with what, in which language.

use crate::{Answer, App, Form, Lang, Membership, Person, Surface, enter, page, words::Reader};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Actor, Denial, Instant, OrgId, Origin, Refusal, UserId};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};
use std::{
    net::{IpAddr, Ipv4Addr},
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Ask, Tx};

/// The request itself.
pub(crate) struct Request {
    pub method: Method,
    pub path: String,
    pub query: Form,
    pub query_text: String,
    pub headers: HeaderMap,
    pub params: Vec<(String, String)>,
    pub form: Form,
    pub bytes: Bytes,
    pub route: &'static str,
}

/// What the door found out.
#[derive(Clone)]
pub(crate) struct Known {
    pub actor: Actor,
    pub person: Option<Person>,
    pub memberships: Vec<Membership>,
    pub unread: i64,
    pub as_of: i64,
    pub now: Instant,
    pub admitted: Result<(), Refusal>,
}

struct Inner {
    app: App,
    surface: Surface,
    request: Request,
    known: Known,
    org: Option<OrgId>,
    address: IpAddr,
    cookies: Mutex<Vec<String>>,
    visitor: std::sync::OnceLock<String>,
}

/// One request. Cheap to clone.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

/// What was done, and the log's position afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Everything up to here is on disk.
    pub seq: i64,
}

impl Visit {
    pub(crate) fn new(app: App, surface: Surface, request: Request, known: Known, org: Option<OrgId>, address: IpAddr) -> Visit {
        Visit(Arc::new(Inner {
            app,
            surface,
            request,
            known,
            org,
            address,
            cookies: Mutex::default(),
            visitor: std::sync::OnceLock::new(),
        }))
    }

    /// A visit of which nothing is known: for refusals at the door.
    pub(crate) fn lost(app: App, surface: Surface, headers: HeaderMap, path: &str) -> Visit {
        let request = Request {
            method: Method::GET,
            path: path.to_owned(),
            query: Form::default(),
            query_text: String::new(),
            headers,
            params: Vec::new(),
            form: Form::default(),
            bytes: Bytes::new(),
            route: "",
        };
        let now = app.store().now();
        let known = Known { actor: Actor::ANONYMOUS, person: None, memberships: Vec::new(), unread: 0, as_of: 0, now, admitted: Ok(()) };
        Visit::new(app, surface, request, known, None, IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    pub(crate) fn as_known(&self, known: Known) -> Visit {
        let request = &self.0.request;
        let again = Request {
            method: request.method.clone(),
            path: request.path.clone(),
            query: Form::default(),
            query_text: String::new(),
            headers: request.headers.clone(),
            params: Vec::new(),
            form: Form::default(),
            bytes: Bytes::new(),
            route: "",
        };
        Visit::new(self.0.app.clone(), self.0.surface, again, known, None, self.0.address)
    }

    /// The house.
    pub fn app(&self) -> &App {
        &self.0.app
    }
    /// Who asks.
    pub fn actor(&self) -> &Actor {
        &self.0.known.actor
    }
    /// The person behind the request.
    pub fn person(&self) -> Option<&Person> {
        self.0.known.person.as_ref()
    }
    /// The person's id; refused when nobody is signed in.
    pub fn user(&self) -> Result<UserId, Refusal> {
        self.person().map(|person| person.user).ok_or(Refusal::Unauthenticated)
    }
    /// Whether the person's session or token still stands. An answer that goes on for minutes asks before it says more.
    pub async fn is_still_known(&self) -> Result<bool, Refusal> {
        crate::enter::is_still_known(self, &self.0.request.headers).await
    }
    /// The organisation in the path. The door has checked that the actor may be here.
    pub fn org(&self) -> Result<OrgId, Refusal> {
        self.0.org.ok_or(Refusal::NotFound)
    }
    /// The organisations that the person belongs to.
    pub fn memberships(&self) -> &[Membership] {
        &self.0.known.memberships
    }
    /// The person's role in the organisation in the path, on console routes.
    pub fn role(&self) -> Option<kernel::Role> {
        let org = self.0.org?;
        self.memberships().iter().find(|membership| membership.org == org).map(|membership| membership.role)
    }
    /// Whether a page of this organisation admits the reader, so that no link leads to a refusal. Outside the console, where
    /// there is no role, links are data and stay.
    pub fn may_open(&self, path: &str) -> bool {
        let Some(role) = self.role() else { return true };
        let asked: Vec<&str> = path.split('?').next().unwrap_or_default().split('/').collect();
        let leads_to = |route: &&crate::RouteInfo| {
            let form: Vec<&str> = route.path.split('/').collect();
            route.method == Method::GET
                && form.len() == asked.len()
                && form.iter().zip(&asked).all(|(form, asked)| form.starts_with('{') || form == asked)
        };
        match self.app().routes().iter().find(leads_to).map(|route| route.may) {
            Some(kernel::May::Members(roles)) => roles.contains(&role),
            Some(kernel::May::Person | kernel::May::Known | kernel::May::Anyone) => true,
            Some(kernel::May::Platform) | None => false,
        }
    }
    /// The moment the request came in.
    pub fn now(&self) -> Instant {
        self.0.known.now
    }
    /// The log's position that the request sees.
    pub fn as_of(&self) -> i64 {
        self.0.known.as_of
    }
    /// Where the client's address lies.
    pub fn origin(&self) -> Origin {
        self.0.known.actor.origin
    }
    /// The client's address.
    pub fn address(&self) -> IpAddr {
        self.0.address
    }
    /// How this route speaks.
    pub fn surface(&self) -> Surface {
        self.0.surface
    }
    /// The method.
    pub fn method(&self) -> &Method {
        &self.0.request.method
    }
    /// The path, without the query.
    pub fn path(&self) -> &str {
        &self.0.request.path
    }
    /// The query, as sent.
    pub fn query_text(&self) -> &str {
        &self.0.request.query_text
    }
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.request.headers.get(name).and_then(|value| value.to_str().ok())
    }
    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        enter::cookie(&self.0.request.headers, name)
    }
    /// A place of the path. What is not of its form names nothing.
    pub fn param<T: FromStr>(&self, name: &str) -> Result<T, Refusal> {
        let found = self.0.request.params.iter().find(|(key, _)| key == name);
        found.and_then(|(_, value)| value.parse().ok()).ok_or(Refusal::NotFound)
    }
    /// A query parameter, when it is there and not empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.0.request.query.opt(name)
    }
    /// All query parameters.
    pub fn queries(&self) -> &Form {
        &self.0.request.query
    }
    /// The form that was sent.
    pub fn form(&self) -> &Form {
        &self.0.request.form
    }
    /// The body, as sent.
    pub fn bytes(&self) -> &Bytes {
        &self.0.request.bytes
    }
    /// The JSON that was sent; what is wrong names the field's path.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let bytes: &[u8] = if self.0.request.bytes.is_empty() { b"{}" } else { &self.0.request.bytes };
        // Following the path costs more than reading, so it is only followed when something is wrong.
        if let Ok(parsed) = serde_json::from_slice(bytes) {
            return Ok(parsed);
        }
        let mut input = serde_json::Deserializer::from_slice(bytes);
        let parsed = serde_path_to_error::deserialize(&mut input).map_err(|bad| {
            let path = bad.path().to_string();
            unfit(if path == "." { "" } else { &path }, &bad.inner().to_string())
        })?;
        input.end().map_err(|bad| kernel::Problem::new(".", "web.bad_json").with("said", bad.to_string()))?;
        Ok(parsed)
    }

    /// The reader's language: what they chose, else what this browser chose, else what it prefers.
    pub fn lang(&self) -> Lang {
        let chosen = self.person().and_then(|person| Lang::from_code(&person.lang));
        let kept = || self.cookie("lang").and_then(Lang::from_code);
        let asked = || self.query("lang").filter(|_| matches!(self.0.surface, Surface::Api | Surface::Wire)).and_then(Lang::from_code);
        let prefers = || self.header("accept-language").and_then(Lang::accepted);
        if self.0.surface == Surface::Wire {
            // A program's log is not its person's screen.
            return asked().or_else(prefers).unwrap_or_default();
        }
        asked().or_else(kept).or(chosen).or_else(prefers).unwrap_or_default()
    }
    /// The reader.
    pub fn reader(&self) -> Reader {
        Reader::new(self.lang(), self.zone())
    }
    /// The reader's zone.
    pub fn zone(&self) -> &str {
        self.person().map(|person| person.zone.as_str()).filter(|zone| !zone.is_empty()).unwrap_or(&self.0.app.0.config.zone)
    }
    /// Words for the reader.
    pub fn say(&self, key: &str, facts: &Map<String, Json>) -> String {
        self.0.app.words().say(&self.reader(), key, facts)
    }
    /// A reason against, in words: `{code, text, remedy, until, source}`, as pages and problems show it.
    pub fn denial(&self, denial: &Denial) -> Json {
        page::denial(self.0.app.words(), &self.reader(), denial)
    }
    /// A rule's answer, in words: `{rule, state, text, remedy, until, source}`.
    pub fn check(&self, capability: &str, check: &kernel::Check) -> Json {
        page::check(self.0.app.words(), &self.reader(), capability, check)
    }

    /// Reads on one snapshot.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.0.app.store().read(work).await
    }
    /// Writes what is not an ask: sessions, drafts of imports. Verbs go through [`Visit::perform`].
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
        self.0.app.store().write(work).await
    }
    /// Goes the one way.
    pub async fn perform<A: Ask>(&self, ask: A) -> Result<Done, Refusal> {
        self.perform_then(ask, |_| Ok(())).await.map(|(done, ())| done)
    }
    /// Goes the one way and looks at the outcome in the same transaction.
    pub async fn perform_then<A: Ask, T: Send + 'static>(
        &self,
        ask: A,
        view: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<(Done, T), Refusal> {
        let actor = self.actor().clone();
        self.write(move |tx| {
            store::perform(tx, &actor, &ask)?;
            let seen = view(tx)?;
            Ok((Done { seq: tx.as_of() }, seen))
        })
        .await
    }
    /// For the API: goes the one way and answers the view as JSON. With an Idempotency-Key the first answer is kept and repeated.
    pub async fn command<A: Ask, T: Serialize + 'static>(
        &self,
        ask: A,
        status: StatusCode,
        view: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Answer {
        let actor = self.actor().clone();
        let work = move |tx: &mut Tx<'_>| {
            store::perform(tx, &actor, &ask)?;
            let seen = view(tx)?;
            let text = serde_json::to_string(&seen).map_err(|bad| Refusal::Fault(bad.to_string()))?;
            Ok((status.as_u16(), text))
        };
        let key = self.header("idempotency-key").map(str::to_owned);
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 200) {
            return Err(Refusal::malformed("Idempotency-Key", "web.bad_key"));
        }
        let principal = self.actor().principal();
        let hash = self.request_hash();
        let (status, text, replayed, seq) = self
            .write(move |tx| match &key {
                None => work(tx).map(|(status, text)| (status, text, false, tx.as_of())),
                Some(key) => store::idempotency::once(tx, &principal, key, &hash, &work)
                    .map(|kept| (kept.status, kept.answer, kept.replayed, tx.as_of())),
            })
            .await?;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], text).into_response();
        response.headers_mut().insert("countersign-seq", HeaderValue::from(seq));
        if replayed {
            response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        Ok(response)
    }
    fn request_hash(&self) -> String {
        let request = &self.0.request;
        let mut text = format!("{} {}?{}\n", request.method, request.path, request.query_text).into_bytes();
        text.extend_from_slice(&request.bytes);
        store::clock::sha256(&text)
    }
    /// The dry run of an ask.
    pub async fn precheck<A: Ask>(&self, ask: A) -> Result<Vec<kernel::Check>, Refusal> {
        let actor = self.actor().clone();
        self.read(move |tx| store::precheck(tx, &actor, &ask)).await
    }

    /// JSON, with the log's position that it shows.
    pub fn answer<T: Serialize>(&self, status: StatusCode, view: &T) -> Answer {
        let text = serde_json::to_string(view).map_err(|bad| Refusal::Fault(bad.to_string()))?;
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], text).into_response();
        response.headers_mut().insert("countersign-as-of", HeaderValue::from(self.as_of()));
        Ok(response)
    }
    /// A page. `facts` is made with `context!`; a `title` in it is a words key.
    pub async fn page(&self, template: &str, facts: crate::Facts) -> Answer {
        page::render(self, StatusCode::OK, template, facts, None)
    }
    /// A page with another status: a form shown again with what was wrong.
    pub async fn page_with(&self, status: StatusCode, template: &str, facts: crate::Facts) -> Answer {
        page::render(self, status, template, facts, None)
    }
    /// The page of a form that was not accepted: every reason, beside its field where it has one, and everything that was typed,
    /// except passwords; the kit's fields read it themselves. A refusal that is about more than the form goes on.
    pub async fn page_again(&self, template: &str, facts: crate::Facts, refusal: Refusal) -> Answer {
        let Some((status, said)) = crate::problem::on_the_form(self, &refusal) else { return Err(refusal) };
        page::render(self, status, template, facts, Some(said))
    }
    /// A text file to save.
    pub fn download(&self, name: &str, kind: &str, bytes: Vec<u8>) -> Answer {
        let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
        let disposition =
            HeaderValue::from_str(&format!("attachment; filename=\"{safe}\"")).unwrap_or(HeaderValue::from_static("attachment"));
        let kind = HeaderValue::from_str(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
        Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], Body::from(bytes)).into_response())
    }
    /// On to another page, with a word of what happened.
    pub fn redirect(&self, path: &str, said: &str) -> Answer {
        if !said.is_empty() {
            self.set_cookie("flash", said, 60, false);
        }
        let place = HeaderValue::from_str(&own_place(path)).map_err(|bad| Refusal::Fault(bad.to_string()))?;
        Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
    }

    /// Sets a cookie; `seconds` 0 removes it, negative keeps it until the browser closes. Only scripts of ours run, and even they
    /// do not see it unless `readable`.
    pub fn set_cookie(&self, name: &str, value: &str, seconds: i64, readable: bool) {
        let age = if seconds < 0 { String::new() } else { format!("; Max-Age={seconds}") };
        let secure = if self.0.app.config().secure { "; Secure" } else { "" };
        let hidden = if readable { "" } else { "; HttpOnly" };
        let line = format!("{name}={value}; Path=/; SameSite=Lax{age}{secure}{hidden}");
        self.0.cookies.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
    /// Signs this browser in: the session's secret goes into its cookie.
    pub fn set_session(&self, secret: &str, seconds: i64) {
        self.set_cookie(enter::session_cookie(self.0.app.config().secure), secret, seconds, false);
    }
    /// The session's secret, as sent.
    pub fn session_secret(&self) -> Option<&str> {
        self.cookie(enter::session_cookie(self.0.app.config().secure))
    }

    /// The token that forms of this page carry. It is tied to the session, or to this browser when nobody is signed in.
    pub fn csrf(&self) -> String {
        let secure = self.0.app.config().secure;
        let session = self.session_secret().filter(|_| self.person().is_some());
        let kept = session.or_else(|| self.cookie(enter::visitor_cookie(secure)));
        let secret = kept.unwrap_or_else(|| {
            self.0.visitor.get_or_init(|| {
                let secret = store::clock::secret();
                self.set_cookie(enter::visitor_cookie(secure), &secret, 86_400, false);
                secret
            })
        });
        self.0.app.store().keys().prove("csrf", secret)
    }

    /// Binds a form to what its page showed: the object, its version, and who looked at it.
    pub fn seal(&self, object: &str, id: &str, version: i64) -> String {
        let proof = self.0.app.store().keys().prove("seal", &format!("{} {object} {id} {version}", self.actor().principal()));
        format!("{version}.{proof}")
    }
    /// The version that the page showed, when the form's `seal` is this house's, for this object and this reader.
    pub fn sealed_version(&self, object: &str, id: &str) -> Result<i64, Refusal> {
        let (version, _) = self.form().text("seal").split_once('.').ok_or(Refusal::Stale)?;
        let version: i64 = version.parse().map_err(|_| Refusal::Stale)?;
        if self.seal(object, id, version) == self.form().text("seal") { Ok(version) } else { Err(Refusal::Stale) }
    }

    pub(crate) fn route(&self) -> &'static str {
        self.0.request.route
    }
    pub(crate) fn known(&self) -> &Known {
        &self.0.known
    }
    pub(crate) fn org_or_none(&self) -> Option<OrgId> {
        self.0.org
    }

    /// Adds the cookies that were set on the way.
    pub(crate) fn finish(&self, mut response: Response) -> Response {
        for line in self.0.cookies.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if let Ok(value) = HeaderValue::from_str(&line) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
}

/// A place of our own, as a header can hold it; the front page for anything else. Browsers read `\` as `/` and leave out tabs and
/// line breaks, so `/\evil.example` is another host's to them.
fn own_place(path: &str) -> String {
    let foreign = !path.starts_with('/') || path.starts_with("//") || path.contains('\\') || path.chars().any(char::is_control);
    let kept = |byte: u8| if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    if foreign { "/".to_owned() } else { path.bytes().map(kept).collect() }
}

/// What is wrong with a body, by its field. The parser says it in English alone, so what it says most often is told apart.
fn unfit(path: &str, said: &str) -> kernel::Problem {
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    // Its place in the text helps nobody who sent a field of the wrong kind.
    let plain = said.rsplit_once(" at line ").map_or(said, |(front, _)| front);
    let (code, field) = if plain.starts_with("missing field") {
        let inner = quoted(plain);
        ("web.json_missing", if path.is_empty() { inner } else { format!("{path}.{inner}") })
    } else if plain.starts_with("unknown field") {
        ("web.json_unknown", path.to_owned())
    } else if plain.starts_with("unknown variant") {
        ("web.json_variant", path.to_owned())
    } else if plain.starts_with("invalid type") || plain.starts_with("invalid value") {
        ("web.json_kind", path.to_owned())
    } else {
        return kernel::Problem::new(if path.is_empty() { "." } else { path }, "web.bad_json").with("said", said.to_owned());
    };
    let expected = plain.split_once("expected ").map_or("", |(_, rest)| rest).replace("one of ", "");
    let field = if field.is_empty() { ".".to_owned() } else { field };
    kernel::Problem::new(field.clone(), code).with("field", field).with("given", quoted(plain)).with("expected", expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is looked at")]
    struct Sent {
        name: String,
        many: Option<Vec<Inner>>,
    }

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading is looked at")]
    struct Inner {
        kind: Kind,
    }

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Marketing,
        Official,
    }

    #[test]
    fn nobody_is_sent_to_another_host() {
        for foreign in ["//evil", "/\\evil", "/\t/evil", "/\r\nX: 1", "https://evil", "javascript:alert(1)", "", "\\\\evil", "/a\\b"] {
            assert_eq!(own_place(foreign), "/", "{foreign:?}");
        }
        assert_eq!(own_place("/search?q=a&b=%20#x"), "/search?q=a&b=%20#x");
        assert_eq!(own_place("/search?q=小 x"), "/search?q=%E5%B0%8F%20x");
    }

    #[test]
    fn what_is_wrong_with_a_body_names_its_field() {
        for (body, field, code) in [
            ("{}", "name", "web.json_missing"),
            ("{\"name\": \"a\", \"many\": [{}]}", "many[0].kind", "web.json_missing"),
            ("{\"name\": \"a\", \"other\": 1}", "other", "web.json_unknown"),
            ("{\"name\": 7}", "name", "web.json_kind"),
            ("{\"name\": \"a\", \"many\": [{\"kind\": \"none\"}]}", "many[0].kind", "web.json_variant"),
            ("[]", ".", "web.bad_json"),
            ("{\"name\": ", "name", "web.bad_json"),
        ] {
            let mut input = serde_json::Deserializer::from_slice(body.as_bytes());
            let bad = serde_path_to_error::deserialize::<_, Sent>(&mut input).err().unwrap();
            let path = bad.path().to_string();
            let problem = unfit(if path == "." { "" } else { &path }, &bad.inner().to_string());
            assert_eq!((problem.field.as_str(), problem.code.as_str()), (field, code), "{body} {}", bad.inner());
        }
        let problem = unfit("role", "unknown variant `boss`, expected one of `marketing`, `official` at line 1 column 9");
        assert_eq!((problem.facts["given"].as_str(), problem.facts["expected"].as_str()), (Some("boss"), Some("`marketing`, `official`")));
    }
}
