//! What a ticket is at a moment.

use crate::{Event, Slip};
use access::{Merchant, OrgState};
use accounts::{AccountState, Ecommerce};
use kernel::{AccountId, Instant, LinkId, OrgId, OrgKind, Region, UserId, ViolationId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

/// What a ticket is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum About {
    /// A link or an invitation.
    Link {
        /// Which.
        link: LinkId,
        /// Its shop.
        shop: OrgId,
        /// Its account.
        account: AccountId,
    },
    /// An account, between which and the shop there may be nothing yet.
    Account {
        /// Which.
        account: AccountId,
    },
    /// The organisation that asks.
    Shop {
        /// Which.
        shop: OrgId,
    },
    /// Something else.
    Other,
}

impl About {
    /// The codes, in the order of the form.
    pub const CODES: [&str; 4] = ["link", "account", "shop", "other"];

    /// The stable code, as stored and shown.
    pub const fn code(&self) -> &'static str {
        match self {
            About::Link { .. } => "link",
            About::Account { .. } => "account",
            About::Shop { .. } => "shop",
            About::Other => "other",
        }
    }
    /// The id of what it is about; empty for something else.
    pub fn subject(&self) -> String {
        match self {
            About::Link { link, .. } => link.to_string(),
            About::Account { account } => account.to_string(),
            About::Shop { shop } => shop.to_string(),
            About::Other => String::new(),
        }
    }
    /// The account that an act of support can be done on.
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            About::Link { account, .. } | About::Account { account } => Some(*account),
            About::Shop { .. } | About::Other => None,
        }
    }
}

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Support's.
    Open,
    /// The customer's: support has answered and needs a word back.
    Waiting,
    /// Nobody's.
    Closed,
}

impl State {
    /// Every state, in the order of the filter.
    pub const ALL: [State; 3] = [State::Open, State::Waiting, State::Closed];
    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Waiting => "waiting",
            State::Closed => "closed",
        }
    }
    /// The state with this code.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// How soon a ticket wants to be looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// In its turn.
    Normal,
    /// Before others: someone cannot sell.
    High,
    /// At once, by support's own judgement.
    Urgent,
}

impl Priority {
    /// Every priority.
    pub const ALL: [Priority; 3] = [Priority::Normal, Priority::High, Priority::Urgent];
    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        }
    }
    /// The priority with this code.
    pub fn from_code(code: &str) -> Option<Priority> {
        Priority::ALL.into_iter().find(|priority| priority.code() == code)
    }
    /// Its place in the queue; more comes first.
    pub const fn rank(self) -> i64 {
        match self {
            Priority::Normal => 0,
            Priority::High => 1,
            Priority::Urgent => 2,
        }
    }
}

/// How a ticket ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was put right.
    Solved,
    /// Support cannot do what was asked, and has said why.
    NotPossible,
    /// Whoever asked needs no answer any more.
    Withdrawn,
    /// Whoever asked did not say anything for long.
    Quiet,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 4] = [Outcome::Solved, Outcome::NotPossible, Outcome::Withdrawn, Outcome::Quiet];
    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Outcome::Solved => "solved",
            Outcome::NotPossible => "not_possible",
            Outcome::Withdrawn => "withdrawn",
            Outcome::Quiet => "quiet",
        }
    }
    /// The outcome with this code.
    pub fn from_code(code: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// What support does for a customer: a verb of another context, done in the same transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Move the account to another country.
    MoveRegion {
        /// Which.
        region: Region,
    },
    /// Close a violation of the account.
    CloseViolation {
        /// Which.
        violation: ViolationId,
    },
    /// Give the account its e-commerce permission back.
    GrantEcommerce,
    /// Take the account's suspension back.
    Reinstate,
}

impl Act {
    /// The codes, in the order of the page.
    pub const CODES: [&str; 4] = ["move_region", "close_violation", "grant_ecommerce", "reinstate"];
    /// The stable code, as stored and shown.
    pub const fn code(&self) -> &'static str {
        match self {
            Act::MoveRegion { .. } => "move_region",
            Act::CloseViolation { .. } => "close_violation",
            Act::GrantEcommerce => "grant_ecommerce",
            Act::Reinstate => "reinstate",
        }
    }
}

/// What was true when the ticket was opened, filled in by the platform: nobody has to copy it by hand, and nobody argues later
/// about what it was. Dates of birth are never in here.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// The account.
    pub account: Option<AccountSeen>,
    /// The shop.
    pub shop: Option<ShopSeen>,
    /// The link or invitation between them.
    pub link: Option<LinkSeen>,
    /// What linking's diagnosis said.
    pub reasons: Vec<Reason>,
}

/// An account at the opening.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it; words.toml says it to readers")]
pub struct AccountSeen {
    pub handle: String,
    pub nickname: String,
    pub region: Region,
    pub state: AccountState,
    pub ecommerce: Ecommerce,
    pub open_violations: i64,
    pub findings: i64,
    pub is_linked: bool,
}

/// A shop at the opening.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it; words.toml says it to readers")]
pub struct ShopSeen {
    pub name: String,
    pub region: Region,
    pub merchant: Merchant,
    pub state: OrgState,
}

/// A link at the opening.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it; words.toml says it to readers")]
pub struct LinkSeen {
    pub role: linking::Kind,
    pub stage: String,
    pub asked_at: Instant,
    pub closes_at: Option<Instant>,
    pub linked_at: Option<Instant>,
}

/// A cause that the diagnosis named at the opening, as data.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of linking's `diagnose::Cause`")]
pub struct Reason {
    pub code: String,
    pub who: String,
    pub possible: bool,
    pub facts: Map<String, Json>,
    pub until: Option<Instant>,
}

/// A ticket.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Ticket {
    /// Whom it concerns.
    pub slip: Slip,
    /// Of which kind the organisation is that asked.
    pub kind: OrgKind,
    /// Who asked, where a person did.
    pub by: Option<UserId>,
    /// What it is about.
    pub about: About,
    /// What stood in the way, as a code; empty when whoever asked named none.
    pub cause: String,
    /// What was true then.
    pub snapshot: Snapshot,
    /// How soon it wants to be looked at.
    pub priority: Priority,
    /// Whose turn it is.
    pub state: State,
    /// When it was opened.
    pub asked_at: Instant,
    /// Until when support has promised a word; nothing once it has said one.
    pub promised_at: Option<Instant>,
    /// When support said or did something for the first time.
    pub answered_at: Option<Instant>,
    /// When it closes by itself, while the customer's word is waited for.
    pub quiet_at: Option<Instant>,
    /// When it was closed, where it is.
    pub closed_at: Option<Instant>,
    /// How it ended, where it is closed.
    pub outcome: Option<Outcome>,
    /// What support has done.
    pub acts: Vec<Act>,
}

impl Ticket {
    /// Whether support's word is overdue at `now`.
    pub fn is_late(&self, now: Instant) -> bool {
        self.promised_at.is_some_and(|promised| now >= promised)
    }
}

/// The state after one more event that happened at `at`. The log is the authority: nothing is checked here.
pub fn after(ticket: Option<Ticket>, event: &Event, at: Instant) -> Option<Ticket> {
    if let Event::Asked { slip, kind, by, about, cause, snapshot, priority, promised_at, .. } = event {
        return Some(Ticket {
            slip: slip.clone(),
            kind: *kind,
            by: *by,
            about: *about,
            cause: cause.clone(),
            snapshot: (**snapshot).clone(),
            priority: *priority,
            state: State::Open,
            asked_at: at,
            promised_at: Some(*promised_at),
            answered_at: None,
            quiet_at: None,
            closed_at: None,
            outcome: None,
            acts: Vec::new(),
        });
    }
    let ticket = ticket?;
    Some(match event {
        Event::Replied { promised_at, .. } => {
            // A second word while the first still waits for an answer does not put the promise off.
            let promised_at = ticket.promised_at.or(Some(*promised_at));
            Ticket { state: State::Open, promised_at, quiet_at: None, ..ticket }
        }
        Event::Answered { quiet_at, .. } => {
            let state = if quiet_at.is_some() { State::Waiting } else { State::Open };
            Ticket { state, promised_at: None, answered_at: ticket.answered_at.or(Some(at)), quiet_at: *quiet_at, ..ticket }
        }
        Event::Fixed { act, .. } => {
            let acts = ticket.acts.iter().copied().chain([*act]).collect();
            Ticket { promised_at: None, answered_at: ticket.answered_at.or(Some(at)), acts, ..ticket }
        }
        Event::Prioritised { priority, .. } => Ticket { priority: *priority, ..ticket },
        Event::Closed { outcome, .. } => {
            let (closed_at, outcome) = (Some(at), Some(*outcome));
            Ticket { state: State::Closed, promised_at: None, quiet_at: None, closed_at, outcome, ..ticket }
        }
        Event::Reopened { promised_at, .. } => {
            let promised_at = Some(*promised_at);
            Ticket { state: State::Open, promised_at, quiet_at: None, closed_at: None, outcome: None, ..ticket }
        }
        Event::Asked { .. } => ticket,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kernel::{Span, TicketId};

    /// When the tests' tickets are asked: a Monday morning.
    pub const ASKED: Instant = Instant(1_763_978_400_000);

    /// Who is concerned in the tests.
    pub fn slip() -> Slip {
        Slip { ticket: TicketId::new(7), org: OrgId::new(1), desk: vec![OrgId::new(9)] }
    }

    /// An open ticket about an account.
    pub fn ticket() -> Ticket {
        let event = Event::Asked {
            slip: slip(),
            kind: OrgKind::Shop,
            by: Some(UserId::new(1)),
            about: About::Account { account: AccountId::new(3) },
            cause: "other_country".into(),
            text: "please".into(),
            snapshot: Box::default(),
            priority: Priority::Normal,
            promised_at: ASKED + Span::days(3),
        };
        after(None, &event, ASKED).unwrap()
    }

    fn then(ticket: Ticket, event: &Event, later: Span) -> Ticket {
        after(Some(ticket), event, ASKED + later).unwrap()
    }

    fn answered(quiet_at: Option<Instant>) -> Event {
        Event::Answered { slip: slip(), operator: OrgId::new(9), by: None, text: "look".into(), quiet_at }
    }

    fn replied() -> Event {
        Event::Replied { slip: slip(), by: None, text: "and?".into(), promised_at: ASKED + Span::days(9) }
    }

    #[test]
    fn a_promise_stands_until_support_says_or_does_something() {
        let waiting = then(ticket(), &answered(Some(ASKED + Span::days(14))), Span::hours(1));
        assert_eq!((waiting.state, waiting.promised_at, waiting.answered_at), (State::Waiting, None, Some(ASKED + Span::hours(1))));
        let open = then(waiting, &replied(), Span::hours(2));
        assert_eq!((open.state, open.promised_at, open.quiet_at), (State::Open, Some(ASKED + Span::days(9)), None));
    }

    #[test]
    fn a_second_word_does_not_put_the_promise_off() {
        assert_eq!(then(ticket(), &replied(), Span::hours(2)).promised_at, Some(ASKED + Span::days(3)));
    }

    #[test]
    fn an_answer_that_asks_nothing_back_leaves_the_ticket_open() {
        assert_eq!(then(ticket(), &answered(None), Span::hours(1)).state, State::Open);
    }

    #[test]
    fn a_promise_is_broken_from_its_very_moment_on() {
        let promised = ASKED + Span::days(3);
        assert!(!ticket().is_late(promised - Span(1)));
        assert!(ticket().is_late(promised));
    }

    #[test]
    fn a_closed_ticket_that_is_opened_again_has_a_new_promise_and_no_outcome() {
        let closed = Event::Closed { slip: slip(), by_org: None, by: None, outcome: Outcome::Solved, text: String::new() };
        let closed = then(ticket(), &closed, Span::hours(1));
        assert_eq!((closed.state, closed.outcome, closed.promised_at), (State::Closed, Some(Outcome::Solved), None));
        let again =
            Event::Reopened { slip: slip(), by_org: OrgId::new(1), by: None, text: "no".into(), promised_at: ASKED + Span::days(5) };
        let again = then(closed, &again, Span::hours(2));
        assert_eq!((again.state, again.outcome, again.promised_at), (State::Open, None, Some(ASKED + Span::days(5))));
    }
}
