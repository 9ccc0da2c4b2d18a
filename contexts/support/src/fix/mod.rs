//! Support does something for the customer. The act is an event of the ticket, and what it stands for is asked of the context
//! that owns it in the same transaction (`reactions`): when that refuses, nothing has happened.

use crate::{
    Event,
    state::{Act, Ticket},
};
use kernel::{AccountId, Capability, Instant, May, OrgId, Rules, TicketId, UserId, rules};
use serde::Serialize;

pub mod io;

/// What support asks for.
#[derive(Clone, Debug)]
pub struct Fix {
    /// The operator.
    pub operator: OrgId,
    /// On which ticket.
    pub ticket: TicketId,
    /// What to do.
    pub act: Act,
    /// Why, for the customer and the account's owner to read.
    pub text: String,
}

/// All that the rules may look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Who does it, where a person does.
    pub by: Option<UserId>,
    /// The ticket.
    pub ticket: Ticket,
}

/// Why not. What the act itself is refused for comes from the context that owns it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    Closed { closed_at: Option<Instant> },
    NoAccount,
}

impl kernel::Denied for Denied {}

impl Capability for Fix {
    const NAME: &'static str = "support.fix";
    const MAY: May = May::Members(crate::DESK);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ticket_is_not_closed, ticket_is_about_an_account];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let slip = facts.ticket.slip.clone();
        let Some(account) = account(facts) else { return Vec::new() };
        vec![Event::Fixed { slip, operator: self.operator, by: facts.by, account, act: self.act, text: self.text.clone() }]
    }
}

fn account(facts: &Facts) -> Option<AccountId> {
    facts.ticket.about.account()
}

/// A closed ticket is opened again first.
fn ticket_is_not_closed(_: &Fix, facts: &Facts) -> Result<(), Denied> {
    if facts.ticket.outcome.is_none() { Ok(()) } else { Err(Denied::Closed { closed_at: facts.ticket.closed_at }) }
}

/// Every act is done on an account, and only on the one that the ticket is about.
fn ticket_is_about_an_account(_: &Fix, facts: &Facts) -> Result<(), Denied> {
    account(facts).map(drop).ok_or(Denied::NoAccount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{
        About, Outcome,
        tests::{ASKED, ticket},
    };
    use kernel::decide;

    fn fix() -> Fix {
        Fix { operator: OrgId::new(9), ticket: TicketId::new(7), act: Act::GrantEcommerce, text: "a mistake of ours".into() }
    }

    #[test]
    fn an_act_is_done_on_the_account_that_the_ticket_is_about_and_on_no_other() {
        let events = decide(&fix(), &Facts { by: None, ticket: ticket() }).unwrap();
        assert!(matches!(&events[..], [Event::Fixed { account, .. }] if *account == AccountId::new(3)));
        let ticket = Ticket { about: About::Other, ..ticket() };
        assert_eq!(decide(&fix(), &Facts { by: None, ticket }), Err(vec![Denied::NoAccount]));
    }

    #[test]
    fn nothing_is_done_on_a_closed_ticket() {
        let ticket = Ticket { outcome: Some(Outcome::Solved), closed_at: Some(ASKED), ..ticket() };
        assert_eq!(decide(&fix(), &Facts { by: None, ticket }), Err(vec![Denied::Closed { closed_at: Some(ASKED) }]));
    }
}
