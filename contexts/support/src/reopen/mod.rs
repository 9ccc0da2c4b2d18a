//! It was not over. Whoever asked may say so for a while after the closing, support at any time.

use crate::{Event, ask, state::Ticket};
use kernel::{Capability, Cited, Instant, May, OrgId, Region, Rules, Span, TicketId, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What either side asks for.
#[derive(Clone, Debug)]
pub struct Reopen {
    /// As whom: the organisation that asked, or an operator.
    pub by_org: OrgId,
    /// Which ticket.
    pub ticket: TicketId,
    /// Why.
    pub text: String,
}

/// All that the rules may look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Now.
    pub now: Instant,
    /// Who opens it again, where a person does.
    pub by: Option<UserId>,
    /// Whether support does.
    pub is_desk: bool,
    /// The ticket.
    pub ticket: Ticket,
    /// The country whose business days count.
    pub region: Region,
    /// The values in force.
    pub policy: Arc<Policy>,
    /// The values that a promise comes from.
    pub promise: Arc<ask::Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// For how long after the closing whoever asked may open it again.
    pub within: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "support.reopen";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    NotClosed,
    TooLate { closed_at: Instant, within: Cited<Span> },
}

impl kernel::Denied for Denied {}

impl Capability for Reopen {
    const NAME: &'static str = "support.reopen";
    const MAY: May = May::Members(crate::BOTH);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ticket_is_closed, is_in_time];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (slip, promised_at) = (facts.ticket.slip.clone(), facts.promise.promised_at(facts.now, facts.region));
        vec![Event::Reopened { slip, by_org: self.by_org, by: facts.by, text: self.text.clone(), promised_at }]
    }
}

/// Only what is closed can be opened again.
fn ticket_is_closed(_: &Reopen, facts: &Facts) -> Result<(), Denied> {
    if facts.ticket.closed_at.is_some() { Ok(()) } else { Err(Denied::NotClosed) }
}

/// Whoever asked says so soon; later it is a new question. Support may correct itself at any time.
fn is_in_time(_: &Reopen, facts: &Facts) -> Result<(), Denied> {
    let within = &facts.policy.within;
    match facts.ticket.closed_at {
        Some(closed_at) if !facts.is_desk && facts.now >= closed_at + within.value => {
            Err(Denied::TooLate { closed_at, within: within.clone() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        Outcome,
        tests::{ASKED, ticket},
    };
    use kernel::{Sure, decide};

    fn cited<T>(value: T) -> Cited<T> {
        Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
    }

    fn facts(now: Instant) -> Facts {
        Facts {
            now,
            by: None,
            is_desk: false,
            ticket: Ticket { outcome: Some(Outcome::Solved), closed_at: Some(ASKED), ..ticket() },
            region: Region::new(b"GB"),
            policy: Arc::new(Policy { within: cited(Span::days(14)) }),
            promise: Arc::new(ask::Policy { review_business_days: cited(3), most_open: cited(20) }),
        }
    }

    fn reopen() -> Reopen {
        Reopen { by_org: OrgId::new(1), ticket: TicketId::new(7), text: "not yet".into() }
    }

    #[test]
    fn whoever_asked_has_fourteen_days_to_the_millisecond_and_support_all_the_time() {
        let end = ASKED + Span::days(14);
        assert!(decide(&reopen(), &facts(end - Span(1))).is_ok());
        let late = Denied::TooLate { closed_at: ASKED, within: cited(Span::days(14)) };
        assert_eq!(decide(&reopen(), &facts(end)), Err(vec![late]));
        assert!(decide(&reopen(), &Facts { is_desk: true, ..facts(end) }).is_ok());
    }

    #[test]
    fn an_open_ticket_cannot_be_opened() {
        assert_eq!(decide(&reopen(), &Facts { ticket: ticket(), ..facts(ASKED) }), Err(vec![Denied::NotClosed]));
    }
}
