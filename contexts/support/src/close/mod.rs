//! A ticket is over: support has put it right or said why it cannot, or whoever asked needs no answer any more.

use crate::{
    Event,
    state::{Outcome, Ticket},
};
use kernel::{Capability, Instant, May, OrgId, Rules, TicketId, UserId, rules};
use serde::Serialize;

pub mod io;

/// What either side asks for.
#[derive(Clone, Debug)]
pub struct Close {
    /// As whom: the organisation that asked, or an operator.
    pub by_org: OrgId,
    /// Which ticket.
    pub ticket: TicketId,
    /// How it ended.
    pub outcome: Outcome,
    /// A last word; may be empty.
    pub text: String,
}

/// All that the rules may look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Who closes it, where a person does.
    pub by: Option<UserId>,
    /// Whether support does.
    pub is_desk: bool,
    /// The ticket.
    pub ticket: Ticket,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    Closed { closed_at: Option<Instant> },
    OtherSidesOutcome { outcome: Outcome },
    NothingSaid,
}

impl kernel::Denied for Denied {}

impl Capability for Close {
    const NAME: &'static str = "support.close";
    const MAY: May = May::Members(crate::BOTH);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ticket_is_not_closed, outcome_is_this_sides, customer_was_told];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (slip, by_org) = (facts.ticket.slip.clone(), Some(self.by_org));
        vec![Event::Closed { slip, by_org, by: facts.by, outcome: self.outcome, text: self.text.clone() }]
    }
}

/// A ticket is closed once.
fn ticket_is_not_closed(_: &Close, facts: &Facts) -> Result<(), Denied> {
    if facts.ticket.outcome.is_none() { Ok(()) } else { Err(Denied::Closed { closed_at: facts.ticket.closed_at }) }
}

/// Support says "solved" or "not possible", whoever asked "solved" or "withdrawn"; quiet is the clock's.
fn outcome_is_this_sides(ask: &Close, facts: &Facts) -> Result<(), Denied> {
    if fits(ask.outcome, facts.is_desk) { Ok(()) } else { Err(Denied::OtherSidesOutcome { outcome: ask.outcome }) }
}

/// Whether a side can close a ticket with this outcome.
pub const fn fits(outcome: Outcome, is_desk: bool) -> bool {
    match outcome {
        Outcome::Solved => true,
        Outcome::NotPossible => is_desk,
        Outcome::Withdrawn => !is_desk,
        Outcome::Quiet => false,
    }
}

/// Support does not close what it has said nothing about.
fn customer_was_told(ask: &Close, facts: &Facts) -> Result<(), Denied> {
    let told = !facts.is_desk || facts.ticket.answered_at.is_some() || !ask.text.is_empty();
    if told { Ok(()) } else { Err(Denied::NothingSaid) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::{ASKED, ticket};
    use kernel::decide;

    fn close(outcome: Outcome, text: &str) -> Close {
        Close { by_org: OrgId::new(1), ticket: TicketId::new(7), outcome, text: text.into() }
    }

    fn facts(is_desk: bool) -> Facts {
        Facts { by: None, is_desk, ticket: ticket() }
    }

    #[test]
    fn each_side_has_its_own_outcomes() {
        for (outcome, desk, customer) in [
            (Outcome::Solved, true, true),
            (Outcome::NotPossible, true, false),
            (Outcome::Withdrawn, false, true),
            (Outcome::Quiet, false, false),
        ] {
            assert_eq!(decide(&close(outcome, "x"), &facts(true)).is_ok(), desk, "{outcome:?}");
            assert_eq!(decide(&close(outcome, "x"), &facts(false)).is_ok(), customer, "{outcome:?}");
        }
    }

    #[test]
    fn support_does_not_close_without_a_word_and_the_customer_may() {
        assert_eq!(decide(&close(Outcome::Solved, ""), &facts(true)), Err(vec![Denied::NothingSaid]));
        assert!(decide(&close(Outcome::Solved, ""), &facts(false)).is_ok());
        let answered = Ticket { answered_at: Some(ASKED), ..ticket() };
        assert!(decide(&close(Outcome::Solved, ""), &Facts { ticket: answered, ..facts(true) }).is_ok());
    }

    #[test]
    fn a_ticket_is_closed_once() {
        let closed = Ticket { outcome: Some(Outcome::Solved), closed_at: Some(ASKED), ..ticket() };
        let denied = decide(&close(Outcome::Solved, "x"), &Facts { ticket: closed, ..facts(true) });
        assert_eq!(denied, Err(vec![Denied::Closed { closed_at: Some(ASKED) }]));
    }
}
