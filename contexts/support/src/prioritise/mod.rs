//! Support wants a ticket looked at sooner or later than others.

use crate::{
    Event,
    state::{Priority, Ticket},
};
use kernel::{Capability, Instant, May, OrgId, Rules, TicketId, UserId, rules};
use serde::Serialize;

pub mod io;

/// What support asks for.
#[derive(Clone, Debug)]
pub struct Prioritise {
    /// The operator.
    pub operator: OrgId,
    /// Which ticket.
    pub ticket: TicketId,
    /// How soon.
    pub priority: Priority,
}

/// All that the rules may look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Who says so, where a person does.
    pub by: Option<UserId>,
    /// The ticket.
    pub ticket: Ticket,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    Closed { closed_at: Option<Instant> },
    Already { priority: Priority },
}

impl kernel::Denied for Denied {}

impl Capability for Prioritise {
    const NAME: &'static str = "support.prioritise";
    const MAY: May = May::Members(crate::DESK);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ticket_is_not_closed, priority_is_another];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let slip = facts.ticket.slip.clone();
        vec![Event::Prioritised { slip, operator: self.operator, by: facts.by, priority: self.priority }]
    }
}

/// A closed ticket is in no queue.
fn ticket_is_not_closed(_: &Prioritise, facts: &Facts) -> Result<(), Denied> {
    if facts.ticket.outcome.is_none() { Ok(()) } else { Err(Denied::Closed { closed_at: facts.ticket.closed_at }) }
}

/// The ticket has another priority now.
fn priority_is_another(ask: &Prioritise, facts: &Facts) -> Result<(), Denied> {
    if facts.ticket.priority == ask.priority { Err(Denied::Already { priority: ask.priority }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        Outcome,
        tests::{ASKED, ticket},
    };
    use kernel::decide;

    #[test]
    fn an_open_ticket_takes_another_priority_and_a_closed_one_none() {
        let ask = |priority| Prioritise { operator: OrgId::new(9), ticket: TicketId::new(7), priority };
        let facts = |ticket| Facts { by: None, ticket };
        assert!(decide(&ask(Priority::Urgent), &facts(ticket())).is_ok());
        assert_eq!(decide(&ask(Priority::Normal), &facts(ticket())), Err(vec![Denied::Already { priority: Priority::Normal }]));
        let closed = Ticket { outcome: Some(Outcome::Solved), closed_at: Some(ASKED), ..ticket() };
        assert_eq!(decide(&ask(Priority::Urgent), &facts(closed)), Err(vec![Denied::Closed { closed_at: Some(ASKED) }]));
    }
}
