//! Support's own tables, kept in step with its events, and the questions that rules and pages ask of them.

use crate::{
    Event, Ticket,
    state::{About, Act, Outcome, Priority, State, after},
};
use kernel::{Instant, OrgId, OrgKind, Refusal, TicketId, UserId};
use serde::{Deserialize, Serialize};
use store::{Recorded, Row, Tx, Value, args, deadline};

/// Brings the tables and the deadlines in step with one event.
pub fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    let Some(event) = recorded.event::<Event>() else { return Ok(()) };
    let event = event?;
    let slip = event.slip();
    let known = ticket(tx, slip.ticket)?;
    let is_new = known.is_none();
    // Once a ticket has been erased, what is left of it in the log belongs to nothing.
    let Some(now) = after(known, &event, recorded.at) else { return Ok(()) };
    save(tx, &now, recorded, is_new)?;
    let entry = json(&Entry::of(&event))?;
    let sql = "INSERT INTO ticket_entries (ticket, seq, org, at, body) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, args![slip.ticket, recorded.seq, slip.org, recorded.at, entry])?;
    plan(tx, &now)
}

fn json<T: Serialize>(value: &T) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|bad| Refusal::Fault(bad.to_string()))
}

fn save(tx: &mut Tx<'_>, now: &Ticket, recorded: &Recorded, is_new: bool) -> Result<(), Refusal> {
    let body = json(now)?;
    let (id, rank, due) = (now.slip.ticket, now.priority.rank(), now.promised_at.unwrap_or(Instant(i64::MAX)));
    if is_new {
        let sql = "INSERT INTO tickets (id, org, state, rank, about, cause, due, changed_at, seq, body)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let about = now.about.code();
        return tx
            .run(sql, args![id, now.slip.org, now.state.code(), rank, about, &now.cause, due, recorded.at, recorded.seq, body])
            .map(drop);
    }
    let sql = "UPDATE tickets SET state = $2, rank = $3, due = $4, changed_at = $5, seq = $6, body = $7 WHERE id = $1";
    tx.run(sql, args![id, now.state.code(), rank, due, recorded.at, recorded.seq, body]).map(drop)
}

/// What the clock has to do.
fn plan(tx: &mut Tx<'_>, now: &Ticket) -> Result<(), Refusal> {
    let ticket = now.slip.ticket.to_string();
    match now.quiet_at {
        Some(quiet_at) => deadline::set(tx, "support", "close_quiet", &ticket, quiet_at),
        None => deadline::clear(tx, "support", "close_quiet", &ticket),
    }
}

/// Which side an entry of a thread comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// Whoever asked.
    Customer,
    /// Support.
    Desk,
    /// The clock.
    Clock,
}

/// One line of a ticket's thread.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// `asked`, `replied`, `answered`, `fixed`, `prioritised`, `closed` or `reopened`.
    pub what: String,
    /// From which side.
    pub from: From,
    /// Who, where a person did it.
    pub by: Option<UserId>,
    /// What was said.
    pub text: String,
    /// What was done.
    pub act: Option<Act>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What it was set to.
    pub priority: Option<Priority>,
}

impl Entry {
    fn of(event: &Event) -> Entry {
        let said = |what: &str, from, by: &Option<UserId>, text: &str| Entry {
            what: what.into(),
            from,
            by: *by,
            text: text.into(),
            act: None,
            outcome: None,
            priority: None,
        };
        let side = |by_org: OrgId| if by_org == event.slip().org { From::Customer } else { From::Desk };
        match event {
            Event::Asked { by, text, .. } => said("asked", From::Customer, by, text),
            Event::Replied { by, text, .. } => said("replied", From::Customer, by, text),
            Event::Answered { by, text, .. } => said("answered", From::Desk, by, text),
            Event::Fixed { by, text, act, .. } => Entry { act: Some(*act), ..said("fixed", From::Desk, by, text) },
            Event::Prioritised { by, priority, .. } => Entry { priority: Some(*priority), ..said("prioritised", From::Desk, by, "") },
            Event::Closed { by_org, by, outcome, text, .. } => {
                Entry { outcome: Some(*outcome), ..said("closed", by_org.map_or(From::Clock, side), by, text) }
            }
            Event::Reopened { by_org, by, text, .. } => said("reopened", side(*by_org), by, text),
        }
    }
}

/// A ticket with the position of its last event, which is the version that pages are sealed with.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The ticket.
    pub ticket: Ticket,
    /// The position of its last event.
    pub version: i64,
}

fn found(row: &Row) -> Result<Found, Refusal> {
    Ok(Found { ticket: row.json(0)?, version: row.int(1)? })
}

/// A ticket by its id, whoever it belongs to: for the clock and for support.
pub fn ticket(tx: &mut Tx<'_>, id: TicketId) -> Result<Option<Ticket>, Refusal> {
    tx.one("SELECT body FROM tickets WHERE id = $1", args![id])?.map(|row| row.json(0)).transpose()
}

/// A ticket of this organisation; another's is not there.
pub fn own(tx: &mut Tx<'_>, org: OrgId, id: TicketId) -> Result<Found, Refusal> {
    let row = tx.one("SELECT body, seq FROM tickets WHERE id = $1 AND org = $2", args![id, org])?;
    found(&row.ok_or(Refusal::NotFound)?)
}

/// A ticket as support sees it: anyone's, for an operator only.
pub fn for_desk(tx: &mut Tx<'_>, operator: OrgId, id: TicketId) -> Result<Found, Refusal> {
    let is_operator = access::index::org(tx, operator)?.is_some_and(|org| org.kind == OrgKind::Operator);
    let row = tx.one("SELECT body, seq FROM tickets WHERE id = $1", args![id])?.filter(|_| is_operator);
    found(&row.ok_or(Refusal::NotFound)?)
}

/// A ticket that `org` may act on, and whether it does so as support.
pub fn of_side(tx: &mut Tx<'_>, org: OrgId, id: TicketId) -> Result<(Found, bool), Refusal> {
    match own(tx, org, id) {
        Ok(found) => Ok((found, false)),
        Err(Refusal::NotFound) => for_desk(tx, org, id).map(|found| (found, true)),
        Err(other) => Err(other),
    }
}

/// A ticket's thread, oldest first. Whoever asks has been shown the ticket before.
pub fn entries(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<Vec<(Instant, Entry)>, Refusal> {
    let sql = "SELECT at, body FROM ticket_entries WHERE ticket = $1 AND org = $2 ORDER BY seq";
    tx.all(sql, args![ticket.slip.ticket, ticket.slip.org])?.iter().map(|row| Ok((row.at(0)?, row.json(1)?))).collect()
}

/// How many entries a ticket's thread has.
pub fn count_entries(tx: &mut Tx<'_>, ticket: TicketId) -> Result<u32, Refusal> {
    let count = tx.count("SELECT COUNT(*) FROM ticket_entries WHERE ticket = $1", args![ticket])?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many tickets of an organisation are not closed.
pub fn count_open(tx: &mut Tx<'_>, org: OrgId) -> Result<u32, Refusal> {
    let count = tx.count("SELECT COUNT(*) FROM tickets WHERE org = $1 AND state <> 'closed'", args![org])?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A ticket of this organisation about the same thing and cause that is not closed, and when it was asked.
pub fn same(tx: &mut Tx<'_>, org: OrgId, about: &About, cause: &str) -> Result<Option<(TicketId, Instant)>, Refusal> {
    // What is about nothing in particular and names no cause is never the same question.
    if *about == About::Other && cause.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT body, seq FROM tickets WHERE org = $1 AND about = $2 AND cause = $3 AND state <> 'closed' ORDER BY id";
    for row in tx.all(sql, args![org, about.code(), cause])? {
        let found = found(&row)?.ticket;
        if found.about.subject() == about.subject() {
            return Ok(Some((found.slip.ticket, found.asked_at)));
        }
    }
    Ok(None)
}

/// How many tickets are in each state: of one organisation, or of all for support.
pub fn counts(tx: &mut Tx<'_>, org: Option<OrgId>) -> Result<Vec<(State, i64)>, Refusal> {
    let rows = match org {
        Some(org) => tx.all("SELECT state, COUNT(*) FROM tickets WHERE org = $1 GROUP BY state", args![org])?,
        None => tx.all("SELECT state, COUNT(*) FROM tickets GROUP BY state", args![])?,
    };
    let mut counts = Vec::new();
    for state in State::ALL {
        let row = rows.iter().find(|row| row.text(0).is_ok_and(|code| code == state.code()));
        counts.push((state, row.map_or(Ok(0), |row| row.int(1))?));
    }
    Ok(counts)
}

/// How many open tickets have waited past what was promised, and when the next promise ends.
pub fn promises(tx: &mut Tx<'_>) -> Result<(i64, Option<Instant>), Refusal> {
    let now = tx.now;
    let late = tx.count("SELECT COUNT(*) FROM tickets WHERE state = 'open' AND due <= $1", args![now])?;
    let end = i64::MAX;
    let row = tx.one("SELECT MIN(due) FROM tickets WHERE state = 'open' AND due > $1 AND due < $2", args![now, end])?;
    Ok((late, row.map_or(Ok(None), |row| row.opt_at(0))?))
}

/// Which tickets to list.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this organisation; of all for support.
    pub org: Option<OrgId>,
    /// In this state.
    pub state: Option<State>,
    /// Of this priority.
    pub priority: Option<Priority>,
    /// About this.
    pub about: Option<String>,
    /// By urgency and promise instead of the last change first.
    pub as_queue: bool,
    /// Where the page before ended.
    pub after: Option<String>,
    /// How many.
    pub size: i64,
}

/// One page of tickets, and where the next begins.
pub struct Page {
    /// The tickets.
    pub tickets: Vec<Found>,
    /// What to pass as `after` for the next page; nothing at the end.
    pub next: Option<String>,
}

fn bad_cursor() -> Refusal {
    Refusal::malformed("after", "support.bad_after")
}

/// Tickets, page by page.
pub fn list(tx: &mut Tx<'_>, wanted: &Wanted) -> Result<Page, Refusal> {
    let mut values: Vec<Value> = Vec::new();
    let mut wheres: Vec<String> = vec!["1 = 1".into()];
    let equal = [
        ("org", wanted.org.map(Value::from)),
        ("state", wanted.state.map(|state| state.code().into())),
        ("rank", wanted.priority.map(|priority| priority.rank().into())),
        ("about", wanted.about.as_deref().map(Value::from)),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            values.push(value);
            wheres.push(format!("{column} = ${}", values.len()));
        }
    }
    if let Some(place) = &wanted.after {
        let parts: Vec<&str> = place.split(' ').collect();
        let number = |at: usize| parts.get(at).and_then(|text| text.parse::<i64>().ok()).ok_or_else(bad_cursor);
        let id = parts.last().and_then(|text| text.parse::<TicketId>().ok()).ok_or_else(bad_cursor)?;
        let at = values.len();
        if wanted.as_queue {
            values.extend([number(0)?.into(), number(1)?.into(), id.into()]);
            let (rank, due, id) = (at + 1, at + 2, at + 3);
            wheres.push(format!("(rank < ${rank} OR (rank = ${rank} AND (due > ${due} OR (due = ${due} AND id > ${id}))))"));
        } else {
            values.extend([number(0)?.into(), id.into()]);
            wheres.push(format!("(changed_at, id) < (${}, ${})", at + 1, at + 2));
        }
    }
    let order = if wanted.as_queue { "rank DESC, due, id" } else { "changed_at DESC, id DESC" };
    values.push((wanted.size + 1).into());
    let sql = format!(
        "SELECT body, seq, rank, due, changed_at FROM tickets WHERE {} ORDER BY {order} LIMIT ${}",
        wheres.join(" AND "),
        values.len()
    );
    let rows = tx.all(&sql, &values)?;
    let size = usize::try_from(wanted.size).unwrap_or(0);
    let last = rows.get(size.saturating_sub(1)).filter(|_| rows.len() > size);
    let written = |row: &Row| -> Result<String, Refusal> {
        let id = found(row)?.ticket.slip.ticket;
        Ok(if wanted.as_queue { format!("{} {} {id}", row.int(2)?, row.int(3)?) } else { format!("{} {id}", row.int(4)?) })
    };
    let next = last.map(written).transpose()?;
    let tickets = rows.iter().take(size).map(found).collect::<Result<_, _>>()?;
    Ok(Page { tickets, next })
}
