//! The tables behind endpoints, deliveries and notices: filled from events, asked by pages and senders.

use crate::{Endpoint, EndpointState, Event, catalogue, signature};
use access::index::Reader;
use kernel::{AccountId, EndpointId, Instant, OrgId, Refusal};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use store::{Recorded, Row, Tx, args, outbox};

/// The tables that `reindex` empties and fills again.
pub(crate) const TABLES: &[&str] = &["endpoints", "notices"];

/// The outbox's channel for webhooks.
pub(crate) const WEBHOOK: &str = "webhook";
/// The outbox's channel for mail.
pub(crate) const MAIL: &str = "mail";

/// Brings the tables in step with one event, and puts in the outbox what must leave the house because of it.
pub(crate) fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    if let Some(event) = recorded.event::<Event>() {
        apply_own(tx, recorded, event?)?;
    }
    let Some(row) = catalogue::find(&recorded.context, &recorded.kind) else { return Ok(()) };
    tx.ahead(|tx| {
        let _rehearsed = (told(tx, recorded, row), hooks(tx, recorded, row));
    });
    // Everything is read before the first row is written, so that one round trip is enough.
    let (told, hooks) = (told(tx, recorded, row)?, hooks(tx, recorded, row)?);
    for (tell, org, readers) in told {
        let (facts, page) = (catalogue::facts(&recorded.body), tell.page(&recorded.body, org.id, org.kind));
        keep_notice(tx, recorded, org.id, tell.words, &facts, &page)?;
        post_mails(tx, recorded, readers, tell.words, &facts, &page)?;
    }
    post_webhooks(tx, recorded, &hooks)
}

type Told = (&'static catalogue::Tell, access::Org, Vec<Reader>);

/// Who learns of an event in the house, and who of them by mail.
fn told(tx: &mut Tx<'_>, recorded: &Recorded, row: &'static catalogue::Row) -> Result<Vec<Told>, Refusal> {
    let mut told = Vec::new();
    for tell in row.tells {
        for org in tell.addressees(&recorded.body) {
            let mails = tell.mail && !tx.is_replaying();
            let readers = if mails { access::index::readers(tx, org, catalogue::READERS)? } else { Vec::new() };
            if let Some(known) = access::index::org(tx, org)? {
                told.push((tell, known, readers));
            }
        }
    }
    Ok(told)
}

/// The endpoints to which an event goes.
fn hooks(tx: &mut Tx<'_>, recorded: &Recorded, row: &catalogue::Row) -> Result<Vec<Endpoint>, Refusal> {
    if tx.is_replaying() || !row.is_public {
        return Ok(Vec::new());
    }
    endpoints_of(tx, &recorded.parties)
}

fn apply_own(tx: &mut Tx<'_>, recorded: &Recorded, event: Event) -> Result<(), Refusal> {
    let at = recorded.at;
    match event {
        Event::EndpointAdded { endpoint, org, url, types } => {
            let sql = "INSERT INTO endpoints (id, org, url, types, state, since, generation, added_at)
                       VALUES ($1, $2, $3, $4, 'on', $5, 1, $5)";
            tx.run(sql, args![endpoint, org, url, types.join(" "), at])?;
        }
        Event::EndpointChanged { endpoint, org, url, types } => {
            let sql = "UPDATE endpoints SET url = $3, types = $4 WHERE org = $1 AND id = $2";
            tx.run(sql, args![org, endpoint, url, types.join(" ")])?;
        }
        Event::EndpointRemoved { endpoint, org } => {
            tx.run("DELETE FROM endpoints WHERE org = $1 AND id = $2", args![org, endpoint])?;
        }
        Event::SecretRotated { endpoint, org, generation, previous_until } => {
            let sql = "UPDATE endpoints SET generation = $3, previous_until = $4 WHERE org = $1 AND id = $2";
            tx.run(sql, args![org, endpoint, generation, previous_until])?;
        }
        Event::EndpointEnabled { endpoint, org } => put_state(tx, org, endpoint, "on", at)?,
        Event::EndpointDisabled { endpoint, org, .. } => put_state(tx, org, endpoint, "off", at)?,
        Event::TestRequested { endpoint, org } => {
            post_webhook(tx, recorded, org, endpoint, catalogue::TEST, &json!({"endpoint": endpoint}))?;
        }
        Event::RedeliveryRequested { delivery: message, .. } | Event::ResendRequested { message, .. } => {
            if !tx.is_replaying() {
                outbox::again(tx, &message)?;
            }
        }
    }
    Ok(())
}

fn put_state(tx: &mut Tx<'_>, org: OrgId, endpoint: EndpointId, state: &str, at: Instant) -> Result<(), Refusal> {
    tx.run("UPDATE endpoints SET state = $3, since = $4 WHERE org = $1 AND id = $2", args![org, endpoint, state, at]).map(drop)
}

fn keep_notice(
    tx: &mut Tx<'_>,
    recorded: &Recorded,
    org: OrgId,
    words: &str,
    facts: &Map<String, Json>,
    page: &str,
) -> Result<(), Refusal> {
    let sql = "INSERT INTO notices (org, seq, words, facts, link, at) VALUES ($1, $2, $3, $4, $5, $6)";
    let facts = Json::Object(facts.clone()).to_string();
    tx.put(sql, args![org, recorded.seq, words, facts, page, recorded.at])
}

fn post_mails(
    tx: &mut Tx<'_>,
    recorded: &Recorded,
    readers: Vec<Reader>,
    words: &str,
    facts: &Map<String, Json>,
    page: &str,
) -> Result<(), Refusal> {
    for Reader { user, email, lang, zone } in readers {
        let letter = outbox::Letter { words: format!("notify.mail.{words}"), facts: facts.clone(), link: page.to_owned(), lang, zone };
        outbox::mail(tx, &format!("mail_{:012}_{words}_{user}", recorded.seq), &email, &letter)?;
    }
    Ok(())
}

fn post_webhooks(tx: &mut Tx<'_>, recorded: &Recorded, hooks: &[Endpoint]) -> Result<(), Refusal> {
    let event_type = format!("{}.{}", recorded.context, recorded.kind);
    for endpoint in hooks.iter().filter(|endpoint| endpoint.state == EndpointState::On && endpoint.wants(&event_type)) {
        let mut data = recorded.body.clone();
        if let Some(fields) = data.as_object_mut() {
            fields.remove("kind");
        }
        post_webhook(tx, recorded, endpoint.org, endpoint.id, &event_type, &data)?;
    }
    Ok(())
}

/// The id that every copy of an event bears, at every endpoint.
pub(crate) fn event_id(seq: i64) -> String {
    format!("evt_{seq:012}")
}

fn post_webhook(
    tx: &mut Tx<'_>,
    recorded: &Recorded,
    org: OrgId,
    endpoint: EndpointId,
    event_type: &str,
    data: &Json,
) -> Result<(), Refusal> {
    let id = event_id(recorded.seq);
    let body = json!({"id": id, "seq": recorded.seq, "type": event_type, "at": recorded.at, "org": org, "data": data});
    outbox::post(tx, &format!("{id}_{endpoint}"), WEBHOOK, &endpoint.to_string(), &body.to_string())
}

const ENDPOINT: &str = "id, org, url, types, state, since, generation, previous_until, added_at FROM endpoints";

fn read_endpoint(row: &Row) -> Result<Endpoint, Refusal> {
    Ok(Endpoint {
        id: row.id(0)?,
        org: row.id(1)?,
        url: row.text(2)?.to_owned(),
        types: row.text(3)?.split_whitespace().map(str::to_owned).collect(),
        state: row.code(4)?,
        since: row.at(5)?,
        generation: row.int(6)?,
        previous_until: row.opt_at(7)?,
        added_at: row.at(8)?,
    })
}

/// An organisation's endpoints, oldest first.
pub fn endpoints(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<Endpoint>, Refusal> {
    endpoints_of(tx, &[org])
}

/// Several organisations' endpoints, oldest first.
fn endpoints_of(tx: &mut Tx<'_>, orgs: &[OrgId]) -> Result<Vec<Endpoint>, Refusal> {
    if orgs.is_empty() {
        return Ok(Vec::new());
    }
    // Most have none. For a list of organisations, or for an order, SQLite would build a tree each time.
    let each = (1..=orgs.len()).map(|place| format!("SELECT {ENDPOINT} WHERE org = ${place}")).collect::<Vec<_>>().join(" UNION ALL ");
    let values: Vec<store::Value> = orgs.iter().map(|org| (*org).into()).collect();
    let mut found = tx.all(&each, &values)?.iter().map(read_endpoint).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|endpoint| (endpoint.added_at, endpoint.id));
    Ok(found)
}

/// One of an organisation's endpoints.
pub fn endpoint(tx: &mut Tx<'_>, org: OrgId, id: EndpointId) -> Result<Option<Endpoint>, Refusal> {
    tx.one(&format!("SELECT {ENDPOINT} WHERE org = $1 AND id = $2"), args![org, id])?.as_ref().map(read_endpoint).transpose()
}

/// An endpoint as a sender finds it, by what stands in the outbox.
pub(crate) fn target(tx: &mut Tx<'_>, id: &str) -> Result<Option<Endpoint>, Refusal> {
    tx.one(&format!("SELECT {ENDPOINT} WHERE id = $1"), args![id])?.as_ref().map(read_endpoint).transpose()
}

/// An endpoint's secrets that sign now, the newest first.
pub(crate) fn secrets(tx: &Tx<'_>, endpoint: &Endpoint) -> Vec<String> {
    endpoint.generations_at(tx.now).into_iter().map(|generation| signature::secret(tx.keys(), endpoint.id, generation)).collect()
}

/// One delivery of an endpoint's log.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// Which: the same for every attempt.
    pub id: String,
    /// `linking.linked`.
    pub event_type: String,
    /// The event's place in the log.
    pub seq: i64,
    /// When the event happened.
    pub made: Instant,
    /// `waiting`, `sent` or `dead`.
    pub state: String,
    /// How often it was tried since it was last asked for.
    pub tries: i64,
    /// When it is tried next.
    pub due: Option<Instant>,
    /// What the last attempt came to.
    pub said: String,
    /// What is sent.
    pub body: String,
}

fn delivery(message: outbox::Message) -> Delivery {
    let parsed: Json = serde_json::from_str(&message.body).unwrap_or_default();
    let event_type = parsed.get("type").and_then(Json::as_str).unwrap_or_default().to_owned();
    let outbox::Message { id, seq, body, made, due, tries, state, said, .. } = message;
    Delivery { id, event_type, seq, made, state, tries, due, said, body }
}

/// An endpoint's deliveries, newest first, before `before`. The endpoint must be known to be the reader's.
pub fn deliveries(tx: &mut Tx<'_>, endpoint: &Endpoint, before: Instant, limit: i64) -> Result<Vec<Delivery>, Refusal> {
    Ok(outbox::of_target(tx, &endpoint.id.to_string(), before, limit)?.into_iter().map(delivery).collect())
}

/// One delivery, when it is this endpoint's.
pub fn delivery_of(tx: &mut Tx<'_>, endpoint: &Endpoint, id: &str) -> Result<Option<Delivery>, Refusal> {
    let found = outbox::find(tx, id)?.filter(|message| message.channel == WEBHOOK && message.target == endpoint.id.to_string());
    Ok(found.map(delivery))
}

/// One attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Attempt {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Which of how many: 1 for the first.
    pub nth: i64,
    /// `arrived`, `refused`, `unreachable`, `timed_out`, `untrusted` or `garbled`.
    pub outcome: String,
    /// The status that the endpoint answered.
    pub status: Option<i64>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// The beginning of the answer.
    pub answer: String,
}

/// A delivery's attempts, newest first.
pub fn attempts(tx: &mut Tx<'_>, endpoint: &Endpoint, delivery: &str) -> Result<Vec<Attempt>, Refusal> {
    let sql = "SELECT at, nth, outcome, status, took, answer FROM webhook_attempts WHERE delivery = $1 AND endpoint = $2
               ORDER BY at DESC, nth DESC LIMIT 100";
    let read = |row: &Row| {
        let (outcome, answer) = (row.text(2)?.to_owned(), row.text(5)?.to_owned());
        Ok(Attempt { at: row.at(0)?, nth: row.int(1)?, outcome, status: row.opt_int(3)?, took_ms: row.int(4)?, answer })
    };
    tx.all(sql, args![delivery, endpoint.id])?.iter().map(read).collect()
}

/// Writes an attempt down and forgets those older than `oldest`.
pub(crate) fn keep_attempt(
    tx: &mut Tx<'_>,
    endpoint: EndpointId,
    delivery: &str,
    attempt: &Attempt,
    oldest: Instant,
) -> Result<(), Refusal> {
    let sql = "INSERT INTO webhook_attempts (delivery, at, nth, endpoint, outcome, status, took, answer)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (delivery, at, nth) DO NOTHING";
    let Attempt { at, nth, outcome, status, took_ms, answer } = attempt;
    tx.run(sql, args![delivery, *at, *nth, endpoint, outcome, *status, *took_ms, answer])?;
    tx.run("DELETE FROM webhook_attempts WHERE endpoint = $1 AND at < $2", args![endpoint, oldest]).map(drop)
}

/// How many attempts in a row have failed since the last that arrived, or since the endpoint was last enabled.
pub(crate) fn failures(tx: &mut Tx<'_>, endpoint: &Endpoint) -> Result<i64, Refusal> {
    let sql = "SELECT MAX(at) FROM webhook_attempts WHERE endpoint = $1 AND outcome = 'arrived'";
    let arrived = tx.one(sql, args![endpoint.id])?.map_or(Ok(None), |row| row.opt_at(0))?;
    let since = arrived.unwrap_or(Instant(i64::MIN)).max(endpoint.since - kernel::Span(1));
    tx.count("SELECT COUNT(*) FROM webhook_attempts WHERE endpoint = $1 AND at > $2", args![endpoint.id, since])
}

/// One notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The event's place in the log.
    pub seq: i64,
    /// Its words, below `notify.notices`.
    pub words: String,
    /// What fills them.
    pub facts: Map<String, Json>,
    /// The page that it leads to.
    pub link: String,
    /// When it happened.
    pub at: Instant,
}

/// An organisation's notices, newest first, after the place of the last one of the page before.
pub fn notices(tx: &mut Tx<'_>, org: OrgId, after: Option<(i64, &str)>, limit: i64) -> Result<Vec<Notice>, Refusal> {
    let (seq, words) = after.unwrap_or((i64::MAX, ""));
    let sql = "SELECT seq, words, facts, link, at FROM notices WHERE org = $1 AND (seq < $2 OR (seq = $2 AND words < $3))
               ORDER BY seq DESC, words DESC LIMIT $4";
    let read = |row: &Row| {
        let (words, link) = (row.text(1)?.to_owned(), row.text(3)?.to_owned());
        Ok(Notice { seq: row.int(0)?, words, facts: row.json(2)?, link, at: row.at(4)? })
    };
    tx.all(sql, args![org, seq, words, limit])?.iter().map(read).collect()
}

/// Up to where an organisation has read its notices.
pub fn read_up_to(tx: &mut Tx<'_>, org: OrgId) -> Result<i64, Refusal> {
    tx.count("SELECT seq FROM notices_read WHERE org = $1", args![org])
}

/// An organisation has read its notices up to `seq`; it never un-reads.
pub(crate) fn mark_read(tx: &mut Tx<'_>, org: OrgId, seq: i64) -> Result<(), Refusal> {
    let sql = "INSERT INTO notices_read (org, seq) VALUES ($1, $2)
               ON CONFLICT (org) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > notices_read.seq";
    tx.run(sql, args![org, seq]).map(drop)
}

/// How many notices an organisation has not read. It counts to 100 at the most: nobody reads a larger figure, and every page
/// shows this one.
pub fn unread(tx: &mut Tx<'_>, org: OrgId) -> Result<i64, Refusal> {
    let read = read_up_to(tx, org)?;
    let sql = "SELECT COUNT(*) FROM (SELECT seq FROM notices WHERE org = $1 AND seq > $2 LIMIT 100) AS newest";
    tx.count(sql, args![org, read])
}

/// The facts with ids of organisations, accounts and people read as their names, for `reader` to understand.
pub fn named(tx: &mut Tx<'_>, mut facts: Map<String, Json>) -> Result<Map<String, Json>, Refusal> {
    for value in facts.values_mut() {
        let Some(text) = value.as_str() else { continue };
        let name = if let Ok(id) = text.parse::<OrgId>() {
            access::index::org(tx, id)?.map(|org| org.name)
        } else if let Ok(id) = text.parse::<AccountId>() {
            accounts::index::account(tx, id)?.map(|account| format!("@{}", account.handle))
        } else if let Ok(id) = text.parse::<kernel::UserId>() {
            access::index::user(tx, id)?.map(|user| user.name)
        } else {
            None
        };
        if let Some(name) = name {
            *value = Json::String(name);
        }
    }
    Ok(facts)
}
