//! The clock closes a ticket whose customer did not say anything for as long as the answer gave them.

use crate::{
    Event,
    state::{Outcome, Ticket},
};
use kernel::{Capability, Instant, May, Rules, TicketId, rules};
use serde::Serialize;

pub mod io;

/// What the clock asks for.
#[derive(Clone, Debug)]
pub struct CloseQuiet {
    /// Which ticket.
    pub ticket: TicketId,
}

/// All that the rules may look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Now.
    pub now: Instant,
    /// The ticket.
    pub ticket: Ticket,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    NotWaiting,
    StillTime { quiet_at: Instant },
}

impl kernel::Denied for Denied {
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::StillTime { quiet_at } => Some(*quiet_at),
            Denied::NotWaiting => None,
        }
    }
}

impl Capability for CloseQuiet {
    const NAME: &'static str = "support.close_quiet";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![customer_has_had_the_time];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let slip = facts.ticket.slip.clone();
        vec![Event::Closed { slip, by_org: None, by: None, outcome: Outcome::Quiet, text: String::new() }]
    }
}

/// The ticket waits for the customer, and the time for a word back is over.
fn customer_has_had_the_time(_: &CloseQuiet, facts: &Facts) -> Result<(), Denied> {
    match facts.ticket.quiet_at {
        None => Err(Denied::NotWaiting),
        Some(quiet_at) if facts.now < quiet_at => Err(Denied::StillTime { quiet_at }),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::{ASKED, ticket};
    use kernel::{Span, decide};

    #[test]
    fn a_quiet_ticket_closes_at_its_very_moment_and_not_a_millisecond_before() {
        let quiet_at = ASKED + Span::days(14);
        let ask = CloseQuiet { ticket: TicketId::new(7) };
        let facts = |now| Facts { now, ticket: Ticket { quiet_at: Some(quiet_at), ..ticket() } };
        assert_eq!(decide(&ask, &facts(quiet_at - Span(1))), Err(vec![Denied::StillTime { quiet_at }]));
        assert!(decide(&ask, &facts(quiet_at)).is_ok());
        assert_eq!(decide(&ask, &Facts { now: quiet_at, ticket: ticket() }), Err(vec![Denied::NotWaiting]));
    }
}
