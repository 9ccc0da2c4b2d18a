//! The event log: what happened, page by page; one event; verifying the chain; the checkpoints for download.

use kernel::{Instant, OrgId, Problem, Refusal};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};
use store::{
    Database, Recorded, Tx, checkpoint,
    log::{self, Broken, Verified},
};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit, context};

use crate::operations::names;

/// How many events one page looks at, at the most, when it searches for those of one context.
const LOOKED_AT: i64 = 5_000;
const SIZES: [i64; 3] = [20, 50, 100];

/// Where the house keeps its files. The server puts it among the app's extras; without it, it is where SQLite's file lies.
pub struct DataDir(pub PathBuf);

fn checkpoint_file(visit: &Visit) -> Option<PathBuf> {
    let given = visit.app().extra::<DataDir>().map(|dir| dir.0.clone());
    let beside = || match visit.app().store().database() {
        Database::Sqlite(path) => path.parent().map(PathBuf::from),
        Database::Postgres(_) => None,
    };
    given.or_else(beside).map(|dir| dir.join(checkpoint::FILE))
}

/// The last checkpoint that was signed. Only the file's end is looked at: the page that shows it verifies nothing.
pub(crate) fn last_checkpoint(visit: &Visit) -> Option<checkpoint::Checkpoint> {
    let text = std::fs::read_to_string(checkpoint_file(visit)?).ok()?;
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    let (sound, _) = checkpoint::parse(line, &visit.app().store().keys().public());
    sound.into_iter().next()
}

/// One event.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct EventView {
    /// Its position: 1, 2, 3, without a gap.
    pub seq: i64,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// The context that owns it.
    pub context: String,
    /// Its past-tense name.
    pub kind: String,
    /// The one thing it is about.
    pub subject: String,
    /// Who asked: a user, a token or `system`.
    pub actor: String,
    /// The run that caused it, shared with its reactions.
    pub cause: String,
    /// The hash of the policy pack that decided it; empty when no pack was asked.
    pub pack: String,
    /// The organisations concerned.
    #[schema(value_type = Vec<String>)]
    pub parties: Vec<OrgId>,
    /// Its fields; null once its person has been erased.
    #[schema(value_type = Option<Object>)]
    pub body: Json,
}

impl From<Recorded> for EventView {
    fn from(event: Recorded) -> EventView {
        let Recorded { seq, at, context, kind, subject, actor, cause, pack, parties, body } = event;
        EventView { seq, at, context, kind, subject, actor, cause, pack, parties, body }
    }
}

/// Some events, newest first.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct EventPage {
    /// The events.
    pub items: Vec<EventView>,
    /// What `after` has to be for the next page; null at the end.
    pub next: Option<String>,
}

/// Which events.
#[derive(Clone, Debug)]
struct Wanted {
    subject: Option<String>,
    context: Option<String>,
    before: i64,
    size: i64,
}

fn wanted(visit: &Visit) -> Result<Wanted, Refusal> {
    let bad = |field: &str, given: &str| Problem::new(field, format!("server.operations.log.bad_{field}")).with("given", given);
    let number = |field: &str, fits: &dyn Fn(i64) -> bool, otherwise: i64| match visit.query(field) {
        None => Ok(otherwise),
        Some(text) => text.parse().ok().filter(|number| fits(*number)).ok_or_else(|| bad(field, text)),
    };
    let before = number("after", &|seq| seq > 0, i64::MAX)?;
    let size = number("size", &|size| (1..=100).contains(&size), SIZES[0])?;
    let text = |name: &str| visit.query(name).map(str::to_owned);
    Ok(Wanted { subject: text("subject"), context: text("context"), before, size })
}

/// One page. Of a context whose events are rare a page may be short and still have a next one.
fn find(tx: &mut Tx<'_>, wanted: &Wanted) -> Result<EventPage, Refusal> {
    let size = usize::try_from(wanted.size).unwrap_or(0);
    let (mut items, mut before, mut looked) = (Vec::new(), wanted.before, 0);
    let at_once = if wanted.context.is_some() { 500 } else { wanted.size + 1 };
    loop {
        let events = log::before(tx, wanted.subject.as_deref(), before, at_once)?;
        let is_end = (events.len() as i64) < at_once;
        looked += events.len() as i64;
        for event in events {
            if items.len() == size {
                return Ok(EventPage { items, next: Some(before.to_string()) });
            }
            before = event.seq;
            if wanted.context.as_ref().is_none_or(|context| *context == event.context) {
                items.push(EventView::from(event));
            }
        }
        if is_end {
            return Ok(EventPage { items, next: None });
        }
        if looked >= LOOKED_AT {
            return Ok(EventPage { items, next: Some(before.to_string()) });
        }
    }
}

/// The address with one parameter changed.
fn address(visit: &Visit, kept: &[&str], name: &str, value: &str) -> String {
    let mut pairs: Vec<(&str, &str)> =
        kept.iter().filter(|kept| **kept != name).filter_map(|kept| Some((*kept, visit.query(kept)?))).collect();
    if !value.is_empty() {
        pairs.push((name, value));
    }
    super::policy::query(visit.path(), &pairs)
}

/// `GET /operator/{org}/log`
pub async fn page(visit: Visit) -> Answer {
    const KEPT: &[&str] = &["subject", "context", "size"];
    let base = format!("/operator/{}/log", visit.org()?);
    let wanted = wanted(&visit)?;
    let (page, names) = {
        let wanted = wanted.clone();
        let look = move |tx: &mut Tx<'_>| {
            let page = find(tx, &wanted)?;
            let names = names::names(tx, page.items.iter().flat_map(|event| [event.subject.as_str(), &event.actor]))?;
            Ok((page, names))
        };
        visit.read(look).await?
    };
    let contexts: Vec<&str> = visit.app().store().parts().iter().map(|part| part.name).collect();
    let options: Vec<Json> =
        contexts.iter().map(|name| json!({"value": name, "label": name, "selected": wanted.context.as_deref() == Some(*name)})).collect();
    let any = json!({"value": "", "label": visit.say("server.operations.log.any", &Map::new()), "selected": wanted.context.is_none()});
    let filter = json!({
        "name": "context",
        "label": visit.say("server.operations.log.context", &Map::new()),
        "options": std::iter::once(any).chain(options).collect::<Vec<_>>(),
        "chosen": wanted.context,
        "remove": address(&visit, KEPT, "context", ""),
    });
    let sizes: Vec<Json> =
        SIZES.iter().map(|n| json!({"n": n, "href": address(&visit, KEPT, "size", &n.to_string()), "active": *n == wanted.size})).collect();
    let context = context! {
        title => "server.operations.log.title",
        filters => [filter],
        is_filtered => wanted.subject.is_some() || wanted.context.is_some(),
        subject => wanted.subject,
        next => page.next.as_ref().map(|next| address(&visit, KEPT, "after", next)).unwrap_or_default(),
        first => if visit.query("after").is_some() { address(&visit, KEPT, "after", "") } else { String::new() },
        rows => page.items,
        job => job_of(&visit).map(|job| job.shown(&visit)),
        has_checkpoints => checkpoint_file(&visit).is_some_and(|file| file.exists()),
        base, sizes, names,
    };
    visit.page("operations/log.html", context).await
}

async fn event(visit: &Visit) -> Result<EventView, Refusal> {
    let seq: i64 = visit.param("seq")?;
    let found = visit.read(move |tx| log::after(tx, seq - 1, 1)).await?;
    found.into_iter().find(|event| event.seq == seq).map(EventView::from).ok_or(Refusal::NotFound)
}

/// `GET /operator/{org}/log/{seq}`
pub async fn event_page(visit: Visit) -> Answer {
    let event = event(&visit).await?;
    let base = format!("/operator/{}/log", visit.org()?);
    let body = if event.body.is_null() { String::new() } else { serde_json::to_string_pretty(&event.body).unwrap_or_default() };
    let ids: Vec<String> =
        [event.subject.clone(), event.actor.clone()].into_iter().chain(event.parties.iter().map(OrgId::to_string)).collect();
    let names = visit.read(move |tx| names::names(tx, ids.iter().map(String::as_str))).await?;
    visit.page("operations/event.html", context! { title => "server.operations.log.event", event, base, body, names }).await
}

/// Verifying the log, under way or done.
#[derive(Clone, Debug)]
struct Job {
    started_at: Instant,
    done: i64,
    total: i64,
    finished_at: Option<Instant>,
    result: Option<Result<Verified, String>>,
}

/// How far verifying is, and its result.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct JobView {
    /// `none`, `running`, `sound`, `broken` or `failed`.
    pub state: &'static str,
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Instant>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Instant>,
    /// How many events are read.
    pub done: i64,
    /// How many there were when it began.
    pub total: i64,
    /// Every fault: `{code, seq, …}`; at most the first hundred.
    #[schema(value_type = Vec<Object>)]
    pub broken: Vec<Json>,
    /// The last event's hash, once read.
    pub hash: String,
}

/// The jobs of this process, by the database that they read: one at a time each.
static JOBS: Mutex<BTreeMap<String, Job>> = Mutex::new(BTreeMap::new());

fn jobs<T>(work: impl FnOnce(&mut BTreeMap<String, Job>) -> T) -> T {
    work(&mut JOBS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn house(visit: &Visit) -> String {
    match visit.app().store().database() {
        Database::Sqlite(path) => path.display().to_string(),
        Database::Postgres(url) => url.clone(),
    }
}

fn job_of(visit: &Visit) -> Option<Job> {
    let house = house(visit);
    jobs(|jobs| jobs.get(&house).cloned())
}

impl Job {
    fn state(&self) -> &'static str {
        match &self.result {
            None => "running",
            Some(Ok(verified)) if verified.broken.is_empty() => "sound",
            Some(Ok(_)) => "broken",
            Some(Err(_)) => "failed",
        }
    }
    fn broken(&self) -> &[Broken] {
        match &self.result {
            Some(Ok(verified)) => &verified.broken,
            _ => &[],
        }
    }
    fn view(&self) -> JobView {
        let hash = match &self.result {
            Some(Ok(verified)) => verified.hash.clone(),
            _ => String::new(),
        };
        JobView {
            state: self.state(),
            started_at: Some(self.started_at),
            finished_at: self.finished_at,
            done: self.done,
            total: self.total,
            broken: self.broken().iter().map(|broken| serde_json::to_value(broken).unwrap_or_default()).collect(),
            hash,
        }
    }
    /// For the page: the view with each fault in words.
    fn shown(&self, visit: &Visit) -> Json {
        let mut shown = serde_json::to_value(self.view()).unwrap_or_default();
        let said = |broken: &Broken| {
            let facts = serde_json::to_value(broken).unwrap_or_default();
            let none = Map::new();
            let facts = facts.as_object().unwrap_or(&none);
            let code = facts.get("code").and_then(Json::as_str).unwrap_or_default().to_owned();
            json!({"text": visit.say(&format!("server.operations.log.broken_{code}"), facts), "code": code, "seq": broken.seq()})
        };
        shown["broken"] = self.broken().iter().map(said).collect();
        shown
    }
}

/// Begins to verify, unless it is under way already. It reads one snapshot on one of the readers; nobody waits for it.
fn begin(visit: &Visit) -> JobView {
    let (house, now, total) = (house(visit), visit.now(), visit.as_of());
    let fresh = Job { started_at: now, done: 0, total, finished_at: None, result: None };
    let begun = jobs(|jobs| {
        let is_running = jobs.get(&house).is_some_and(|job| job.result.is_none());
        (!is_running).then(|| jobs.insert(house.clone(), fresh.clone()))
    });
    if begun.is_some() {
        let store = visit.app().store().clone();
        // Read before the snapshot: a checkpoint that is signed later vouches for events that the snapshot does not hold.
        let kept = checkpoint_file(visit).map_or(Ok(Default::default()), |file| checkpoint::read(&file, &store.keys().public()));
        tokio::spawn(async move {
            let place = house.clone();
            let progress = move |done: i64| jobs(|jobs| jobs.get_mut(&place).map(|job| job.done = done).unwrap_or_default());
            let verified = match kept {
                Ok(kept) => store.read(move |tx| checkpoint::verify(tx, kept, progress)).await,
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = &verified {
                tracing::error!(?refusal, "the log could not be verified");
            }
            let (finished_at, result) = (Some(store.now()), Some(verified.map_err(|refusal| format!("{refusal:?}"))));
            jobs(|jobs| {
                if let Some(job) = jobs.get_mut(&house) {
                    let done = result.as_ref().and_then(|result| result.as_ref().ok()).map_or(job.done, |verified| verified.events);
                    *job = Job { done, finished_at, result, ..job.clone() };
                }
            });
        });
    }
    job_of(visit).unwrap_or(fresh).view()
}

/// `POST /operator/{org}/log/verify`
pub async fn verify(visit: Visit) -> Answer {
    begin(&visit);
    visit.redirect(&format!("/operator/{}/log", visit.org()?), "server.operations.log.begun")
}

/// `GET /operator/{org}/log/checkpoints`: a file to keep where this server cannot write.
pub async fn checkpoints(visit: Visit) -> Answer {
    let file = checkpoint_file(&visit).ok_or(Refusal::NotFound)?;
    let text = checkpoint::export(&file, visit.app().store().keys())?;
    visit.download(checkpoint::FILE, "application/jsonl", text.into_bytes())
}

/// `GET /api/v1/operator/{org}/events`
pub async fn api(visit: Visit) -> Answer {
    let wanted = wanted(&visit)?;
    let page = visit.read(move |tx| find(tx, &wanted)).await?;
    visit.answer(StatusCode::OK, &page)
}

/// `GET /api/v1/operator/{org}/events/{seq}`
pub async fn api_event(visit: Visit) -> Answer {
    let event = event(&visit).await?;
    visit.answer(StatusCode::OK, &event)
}

/// `GET /api/v1/operator/{org}/verify`
pub async fn api_verified(visit: Visit) -> Answer {
    let none = || JobView {
        state: "none",
        started_at: None,
        finished_at: None,
        done: 0,
        total: visit.as_of(),
        broken: Vec::new(),
        hash: String::new(),
    };
    let view = job_of(&visit).map_or_else(none, |job| job.view());
    visit.answer(StatusCode::OK, &view)
}

/// `POST /api/v1/operator/{org}/verify`
pub async fn api_verify(visit: Visit) -> Answer {
    let view = begin(&visit);
    visit.answer(StatusCode::ACCEPTED, &view)
}
