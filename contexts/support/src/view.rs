//! A ticket as pages and the API show it.

use crate::{
    Ticket,
    index::{self, Entry, Found, From},
    state::{Act, Outcome, Priority, State},
};
use kernel::{Instant, OrgId, OrgKind, Refusal, TicketId};
use serde::Serialize;
use serde_json::Value as Json;
use store::Tx;
use utoipa::ToSchema;

/// A ticket.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct TicketView {
    /// Its id.
    #[schema(value_type = String, example = "tkt_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    pub id: TicketId,
    /// Who asked.
    pub org: OrgCard,
    /// `link`, `account`, `shop` or `other`.
    pub about: &'static str,
    /// The id of what it is about; empty for something else.
    pub subject: String,
    /// What it is about, by name; empty for something else.
    pub name: String,
    /// What stands in the way, as a code; may be empty.
    pub cause: String,
    /// Whose turn it is.
    pub state: State,
    /// How soon it wants to be looked at.
    pub priority: Priority,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Instant,
    /// Until when a word is promised, while one is owed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub promised_at: Option<Instant>,
    /// Whether that promise is broken.
    pub late: bool,
    /// When support said or did something for the first time.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Instant>,
    /// When it closes by itself, while a word of the customer is waited for.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub quiet_at: Option<Instant>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Instant>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What was true when it was opened: account, shop, link, and the rules' reasons.
    #[schema(value_type = Object)]
    pub facts: Json,
    /// What was said and done, oldest first. Lists leave it out.
    pub entries: Vec<EntryView>,
    /// The log's position of its last change; a page's forms are bound to it.
    pub version: i64,
}

/// Who asked.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct OrgCard {
    /// Which.
    #[schema(value_type = String)]
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// `shop` or `creator`.
    #[schema(value_type = String)]
    pub kind: OrgKind,
}

/// One line of the thread.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// `asked`, `replied`, `answered`, `fixed`, `prioritised`, `closed` or `reopened`.
    pub what: String,
    /// From which side.
    pub from: From,
    /// The person's name; whoever asked does not learn who at support it was.
    pub who: Option<String>,
    /// What was said.
    pub text: String,
    /// What was done, `{act, …}`.
    #[schema(value_type = Option<Object>)]
    pub act: Option<Act>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What it was set to.
    pub priority: Option<Priority>,
}

/// One page of tickets.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct TicketPage {
    /// The tickets.
    pub items: Vec<TicketView>,
    /// What `after` has to be for the next page; null at the end.
    pub next: Option<String>,
}

/// For whom a ticket is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    /// Whoever asked.
    Customer,
    /// Support.
    Desk,
}

/// A ticket without its thread, for lists.
pub fn row(tx: &mut Tx<'_>, found: &Found) -> Result<TicketView, Refusal> {
    let (ticket, now) = (&found.ticket, tx.now);
    let org = access::index::org(tx, ticket.slip.org)?.ok_or(Refusal::NotFound)?;
    Ok(TicketView {
        id: ticket.slip.ticket,
        org: OrgCard { id: org.id, name: org.name, kind: org.kind },
        about: ticket.about.code(),
        subject: ticket.about.subject(),
        name: name(ticket),
        cause: ticket.cause.clone(),
        state: ticket.state,
        priority: ticket.priority,
        asked_at: ticket.asked_at,
        promised_at: ticket.promised_at,
        late: ticket.is_late(now),
        answered_at: ticket.answered_at,
        quiet_at: ticket.quiet_at,
        closed_at: ticket.closed_at,
        outcome: ticket.outcome,
        facts: serde_json::to_value(&ticket.snapshot).unwrap_or_default(),
        entries: Vec::new(),
        version: found.version,
    })
}

/// What it is about, by the name it had at the opening.
fn name(ticket: &Ticket) -> String {
    let account = ticket.snapshot.account.as_ref().map(|account| format!("@{}", account.handle));
    let shop = ticket.snapshot.shop.as_ref().map(|shop| shop.name.clone());
    account.or(shop).unwrap_or_default()
}

/// A ticket with its thread.
pub fn whole(tx: &mut Tx<'_>, found: &Found, reader: For) -> Result<TicketView, Refusal> {
    let mut view = row(tx, found)?;
    for (at, entry) in index::entries(tx, &found.ticket)? {
        // How support sorts its own work is not the customer's concern.
        if reader == For::Customer && entry.priority.is_some() {
            continue;
        }
        view.entries.push(entry_view(tx, at, entry, reader)?);
    }
    Ok(view)
}

fn entry_view(tx: &mut Tx<'_>, at: Instant, entry: Entry, reader: For) -> Result<EntryView, Refusal> {
    let Entry { what, from, by, text, act, outcome, priority } = entry;
    let named = by.filter(|_| reader == For::Desk || from == From::Customer);
    let who = named.map(|user| access::index::user(tx, user)).transpose()?.flatten().map(|user| user.name);
    Ok(EntryView { at, what, from, who, text, act, outcome, priority })
}

/// One ticket as its own organisation sees it.
pub fn for_customer(tx: &mut Tx<'_>, org: OrgId, id: TicketId) -> Result<TicketView, Refusal> {
    let found = index::own(tx, org, id)?;
    whole(tx, &found, For::Customer)
}

/// One ticket as support sees it.
pub fn for_desk(tx: &mut Tx<'_>, operator: OrgId, id: TicketId) -> Result<TicketView, Refusal> {
    let found = index::for_desk(tx, operator, id)?;
    whole(tx, &found, For::Desk)
}

/// A page of tickets.
pub fn page(tx: &mut Tx<'_>, wanted: &index::Wanted) -> Result<TicketPage, Refusal> {
    let page = index::list(tx, wanted)?;
    let items = page.tickets.iter().map(|found| row(tx, found)).collect::<Result<_, _>>()?;
    Ok(TicketPage { items, next: page.next })
}
