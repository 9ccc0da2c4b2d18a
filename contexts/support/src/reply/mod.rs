//! Whoever asked says more; then it is support's turn again.

use crate::{Event, ask, state::Ticket};
use kernel::{Capability, Cited, Instant, May, OrgId, Region, Rules, TicketId, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What someone asks for.
#[derive(Clone, Debug)]
pub struct Reply {
    /// For whom: the organisation that asked.
    pub org: OrgId,
    /// On which ticket.
    pub ticket: TicketId,
    /// What they say.
    pub text: String,
}

/// All that the rules may look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Now.
    pub now: Instant,
    /// Who says it, where a person does.
    pub by: Option<UserId>,
    /// The ticket.
    pub ticket: Ticket,
    /// How many entries its thread has.
    pub entries: u32,
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
    /// How many entries a thread may have.
    pub most_entries: Cited<u32>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "support.reply";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    Closed { closed_at: Option<Instant> },
    ThreadFull { most: Cited<u32> },
}

impl kernel::Denied for Denied {}

impl Capability for Reply {
    const NAME: &'static str = "support.reply";
    const MAY: May = May::Members(crate::CUSTOMERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ticket_is_not_closed, thread_has_room];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let promised_at = facts.promise.promised_at(facts.now, facts.region);
        vec![Event::Replied { slip: facts.ticket.slip.clone(), by: facts.by, text: self.text.clone(), promised_at }]
    }
}

/// A closed ticket is opened again first, so that nobody writes into the void.
fn ticket_is_not_closed(_: &Reply, facts: &Facts) -> Result<(), Denied> {
    if facts.ticket.outcome.is_none() { Ok(()) } else { Err(Denied::Closed { closed_at: facts.ticket.closed_at }) }
}

/// A thread ends somewhere: what is longer is a new question.
fn thread_has_room(_: &Reply, facts: &Facts) -> Result<(), Denied> {
    let most = &facts.policy.most_entries;
    if facts.entries < most.value { Ok(()) } else { Err(Denied::ThreadFull { most: most.clone() }) }
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

    fn facts() -> Facts {
        Facts {
            now: ASKED,
            by: None,
            ticket: ticket(),
            entries: 1,
            region: Region::new(b"GB"),
            policy: Arc::new(Policy { most_entries: cited(200) }),
            promise: Arc::new(ask::Policy { review_business_days: cited(3), most_open: cited(20) }),
        }
    }

    fn reply() -> Reply {
        Reply { org: OrgId::new(1), ticket: TicketId::new(7), text: "and?".into() }
    }

    #[test]
    fn a_thread_takes_its_two_hundredth_entry_and_no_more() {
        assert!(decide(&reply(), &Facts { entries: 199, ..facts() }).is_ok());
        assert_eq!(decide(&reply(), &Facts { entries: 200, ..facts() }), Err(vec![Denied::ThreadFull { most: cited(200) }]));
    }

    #[test]
    fn nobody_writes_on_a_closed_ticket() {
        let ticket = Ticket { outcome: Some(Outcome::Solved), closed_at: Some(ASKED), ..ticket() };
        assert_eq!(decide(&reply(), &Facts { ticket, ..facts() }), Err(vec![Denied::Closed { closed_at: Some(ASKED) }]));
    }
}
