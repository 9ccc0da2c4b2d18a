//! What has happened to tickets. The only thing that other contexts may match on.

use crate::state::{About, Act, Outcome, Priority, Snapshot};
use kernel::{AccountId, Instant, OrgId, OrgKind, TicketId, UserId};
use serde::{Deserialize, Serialize};

/// Whom an event of a ticket concerns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Slip {
    /// The ticket.
    pub ticket: TicketId,
    /// The organisation that asked.
    pub org: OrgId,
    /// The operators whose support answers.
    pub desk: Vec<OrgId>,
}

/// What has happened. What people wrote is sealed under the ticket's own key, so that a ticket can be erased.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "every event names its slip; the other fields say what they are")]
pub enum Event {
    /// Someone asked; support has promised a word until `promised_at`.
    Asked {
        #[serde(flatten)]
        slip: Slip,
        #[serde(rename = "org_kind")]
        kind: OrgKind,
        by: Option<UserId>,
        about: About,
        cause: String,
        text: String,
        snapshot: Box<Snapshot>,
        priority: Priority,
        promised_at: Instant,
    },
    /// Whoever asked said more.
    Replied {
        #[serde(flatten)]
        slip: Slip,
        by: Option<UserId>,
        text: String,
        promised_at: Instant,
    },
    /// Support answered. With `quiet_at` it waits for a word back, and closes by itself then.
    Answered {
        #[serde(flatten)]
        slip: Slip,
        operator: OrgId,
        by: Option<UserId>,
        text: String,
        quiet_at: Option<Instant>,
    },
    /// Support did something for the customer, in the same transaction.
    Fixed {
        #[serde(flatten)]
        slip: Slip,
        operator: OrgId,
        by: Option<UserId>,
        account: AccountId,
        act: Act,
        text: String,
    },
    /// Support wants it looked at sooner or later than others.
    Prioritised {
        #[serde(flatten)]
        slip: Slip,
        operator: OrgId,
        by: Option<UserId>,
        priority: Priority,
    },
    /// It is over; `by_org` is nothing when the clock closed it.
    Closed {
        #[serde(flatten)]
        slip: Slip,
        by_org: Option<OrgId>,
        by: Option<UserId>,
        outcome: Outcome,
        text: String,
    },
    /// It was not over.
    Reopened {
        #[serde(flatten)]
        slip: Slip,
        by_org: OrgId,
        by: Option<UserId>,
        text: String,
        promised_at: Instant,
    },
}

impl Event {
    /// Whom it concerns.
    pub fn slip(&self) -> &Slip {
        match self {
            Event::Asked { slip, .. }
            | Event::Replied { slip, .. }
            | Event::Answered { slip, .. }
            | Event::Fixed { slip, .. }
            | Event::Prioritised { slip, .. }
            | Event::Closed { slip, .. }
            | Event::Reopened { slip, .. } => slip,
        }
    }
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "support";

    fn subject(&self) -> String {
        self.slip().ticket.to_string()
    }
    fn parties(&self) -> Vec<OrgId> {
        let slip = self.slip();
        std::iter::once(slip.org).chain(slip.desk.iter().copied()).collect()
    }
    fn person(&self) -> Option<String> {
        match self {
            Event::Asked { slip, .. }
            | Event::Replied { slip, .. }
            | Event::Answered { slip, .. }
            | Event::Fixed { slip, .. }
            | Event::Closed { slip, .. }
            | Event::Reopened { slip, .. } => Some(slip.ticket.to_string()),
            Event::Prioritised { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::slip;

    #[test]
    fn events_read_back_what_they_wrote() {
        let event = Event::Asked {
            slip: slip(),
            kind: OrgKind::Creator,
            by: None,
            about: About::Link { link: kernel::LinkId::new(1), shop: OrgId::new(2), account: kernel::AccountId::new(3) },
            cause: "in_wait".into(),
            text: "为什么？".into(),
            snapshot: Box::default(),
            priority: Priority::High,
            promised_at: Instant(5),
        };
        let body = serde_json::to_value(&event).unwrap();
        assert_eq!(body["kind"], "asked");
        assert_eq!(body["org"], slip().org.to_string());
        assert_eq!(serde_json::from_value::<Event>(body).unwrap(), event);
        let fixed = Event::Fixed {
            slip: slip(),
            operator: OrgId::new(9),
            by: None,
            account: AccountId::new(3),
            act: Act::MoveRegion { region: kernel::Region::new(b"MX") },
            text: "moved".into(),
        };
        assert_eq!(serde_json::from_value::<Event>(serde_json::to_value(&fixed).unwrap()).unwrap(), fixed);
    }
}
