//! Loads what the operator sees of messages on their way. Their content is not shown: mails hold one-time links.

use crate::{index, mail::MailConfig};
use kernel::{Instant, Refusal};
use serde::Serialize;
use serde_json::json;
use store::{Tx, outbox};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit, context};

/// How many messages a page holds.
const PAGE: usize = 50;

/// One message, without its content.
#[derive(Serialize, ToSchema)]
pub struct MessageView {
    /// Which.
    id: String,
    /// `mail` or `webhook`.
    channel: String,
    /// An address, or an endpoint's id.
    target: String,
    /// The place in the log of the event that caused it.
    seq: i64,
    /// When it was put on its way.
    #[schema(value_type = String, format = DateTime)]
    made: Instant,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    due: Option<Instant>,
    /// How often it was tried.
    tries: i64,
    /// `waiting`, `sent` or `dead`.
    state: String,
    /// What the other end said last.
    said: String,
}

impl From<outbox::Message> for MessageView {
    fn from(message: outbox::Message) -> Self {
        let outbox::Message { id, channel, target, seq, made, due, tries, state, said, .. } = message;
        MessageView { id, channel, target, seq, made, due, tries, state, said }
    }
}

/// A page of messages.
#[derive(Serialize, ToSchema)]
pub struct Messages {
    items: Vec<MessageView>,
    /// Whether a mail server is configured; without one, mails wait.
    mail_configured: bool,
    /// Give it as `after` to get the next page.
    next: Option<String>,
}

const CHANNELS: [&str; 2] = [index::MAIL, index::WEBHOOK];
const STATES: [&str; 3] = ["waiting", "dead", "sent"];

fn chosen(visit: &Visit, name: &'static str, known: &[&'static str]) -> Result<&'static str, Refusal> {
    let Some(given) = visit.query(name) else { return known.first().copied().ok_or(Refusal::NotFound) };
    known.iter().copied().find(|known| *known == given).ok_or_else(|| Refusal::malformed(name, "notify.outbox.bad_choice"))
}

/// The place of a message in its list, as a cursor: its time and its id.
fn place(text: &str) -> Option<(Instant, String)> {
    let (made, id) = text.split_once('.')?;
    Some((Instant(made.parse().ok()?), id.to_owned()))
}

type Counts = Vec<(String, String, i64)>;

async fn messages(visit: &Visit) -> Result<(Messages, Counts, &'static str, &'static str), Refusal> {
    let (channel, state) = (chosen(visit, "channel", &CHANNELS)?, chosen(visit, "state", &STATES)?);
    let after = match visit.query("after").map(place) {
        Some(None) => return Err(Refusal::malformed("after", "notify.outbox.bad_after")),
        Some(place) => place,
        None => None,
    };
    let work = move |tx: &mut Tx<'_>| {
        let after = after.as_ref().map(|(made, id)| (*made, id.as_str()));
        Ok((outbox::list(tx, channel, state, after, i64::try_from(PAGE).unwrap_or(1))?, outbox::counts(tx)?))
    };
    let (found, counts) = visit.read(work).await?;
    let last = found.last().filter(|_| found.len() == PAGE);
    let next = last.map(|message| format!("{}.{}", message.made.0, message.id));
    let mail_configured = visit.app().extra::<MailConfig>().is_some();
    Ok((Messages { items: found.into_iter().map(MessageView::from).collect(), mail_configured, next }, counts, channel, state))
}

/// `GET /operator/{org}/outbox`
pub async fn page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let (messages, counts, channel, state) = messages(&visit).await?;
    let count = |channel: &str, state: &str| counts.iter().find(|row| row.0 == channel && row.1 == state).map_or(0, |row| row.2);
    let tabs: Vec<_> = CHANNELS
        .iter()
        .flat_map(|channel| STATES.iter().map(move |state| (*channel, *state)))
        .map(|(c, s)| json!({"channel": c, "state": s, "count": count(c, s), "active": (c, s) == (channel, state)}))
        .collect();
    visit.page("notify/outbox.html", context! { title => "notify.outbox.title", org, messages, tabs, channel, state }).await
}

/// `GET /api/v1/orgs/{org}/outbox`
pub async fn api_list(visit: Visit) -> Answer {
    let (messages, ..) = messages(&visit).await?;
    visit.answer(StatusCode::OK, &messages)
}
