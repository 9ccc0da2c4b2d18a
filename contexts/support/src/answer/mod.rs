//! Support answers. When it needs a word back, the ticket waits for the customer and closes by itself after a while.

use crate::{Event, state::Ticket};
use kernel::{Capability, Cited, Instant, May, OrgId, Rules, Span, TicketId, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What support asks for.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The operator.
    pub operator: OrgId,
    /// On which ticket.
    pub ticket: TicketId,
    /// What it says.
    pub text: String,
    /// Whether it needs a word back.
    pub waits: bool,
}

/// All that the rules may look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Now.
    pub now: Instant,
    /// Who answers, where a person does.
    pub by: Option<UserId>,
    /// The ticket.
    pub ticket: Ticket,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// After how long without a word back a ticket closes by itself.
    pub quiet_after: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "support.answer";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    Closed { closed_at: Option<Instant> },
}

impl kernel::Denied for Denied {}

impl Capability for Answer {
    const NAME: &'static str = "support.answer";
    const MAY: May = May::Members(crate::DESK);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ticket_is_not_closed];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let quiet_at = self.waits.then(|| facts.now + facts.policy.quiet_after.value);
        let slip = facts.ticket.slip.clone();
        vec![Event::Answered { slip, operator: self.operator, by: facts.by, text: self.text.clone(), quiet_at }]
    }
}

/// A closed ticket is opened again first.
fn ticket_is_not_closed(_: &Answer, facts: &Facts) -> Result<(), Denied> {
    if facts.ticket.outcome.is_none() { Ok(()) } else { Err(Denied::Closed { closed_at: facts.ticket.closed_at }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        Outcome,
        tests::{ASKED, ticket},
    };
    use kernel::{Sure, decide};

    fn facts() -> Facts {
        let quiet_after = Cited { value: Span::days(14), source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours };
        Facts { now: ASKED, by: None, ticket: ticket(), policy: Arc::new(Policy { quiet_after }) }
    }

    fn answer(waits: bool) -> Answer {
        Answer { operator: OrgId::new(9), ticket: TicketId::new(7), text: "look".into(), waits }
    }

    #[test]
    fn an_answer_that_asks_back_waits_fourteen_days_and_one_that_does_not_waits_not_at_all() {
        let events = decide(&answer(true), &facts()).unwrap();
        assert!(matches!(&events[..], [Event::Answered { quiet_at: Some(at), .. }] if *at == ASKED + Span::days(14)));
        assert!(matches!(&decide(&answer(false), &facts()).unwrap()[..], [Event::Answered { quiet_at: None, .. }]));
    }

    #[test]
    fn a_closed_ticket_is_not_answered() {
        let ticket = Ticket { outcome: Some(Outcome::Solved), closed_at: Some(ASKED), ..ticket() };
        assert_eq!(decide(&answer(true), &Facts { ticket, ..facts() }), Err(vec![Denied::Closed { closed_at: Some(ASKED) }]));
    }
}
