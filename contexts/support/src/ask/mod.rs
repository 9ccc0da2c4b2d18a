//! A shop or a creator asks support. The facts are filled in by the platform, and a word is promised within business days.

use crate::{
    Event, Slip, calendar,
    state::{About, Priority, Snapshot},
};
use access::OrgState;
use accounts::{AccountState, Ecommerce};
use kernel::{AccountId, Capability, Cited, Instant, LinkId, May, OrgId, OrgKind, Region, Rules, TicketId, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// The causes that the form offers: those that only support can put right, and what nobody can see from outside.
pub const CAUSES: &[&str] = &[
    "other_country",
    "permission_withdrawn",
    "violations_open",
    "content_found",
    "account_abnormal",
    "shop_abnormal",
    "unlinks_spent",
    "not_answered",
    "page_timed_out",
];

/// What someone asks about, as they name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A link or an invitation that they are a side of.
    Link(LinkId),
    /// An account: a creator's own, or any that a shop may invite.
    Account(AccountId),
    /// Their own organisation.
    Own,
    /// Something else.
    Other,
}

/// What someone asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The ticket's id, made by the shell.
    pub ticket: TicketId,
    /// For whom.
    pub org: OrgId,
    /// About what.
    pub subject: Subject,
    /// What stands in the way, as a code of the diagnosis; may be empty.
    pub cause: String,
    /// In their own words.
    pub text: String,
}

/// All that the rules may look at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Now.
    pub now: Instant,
    /// Of which kind the organisation is.
    pub kind: OrgKind,
    /// Its country, whose business days count.
    pub region: Region,
    /// Who asks, where a person does.
    pub by: Option<UserId>,
    /// The operators whose support answers.
    pub desk: Vec<OrgId>,
    /// What it is about.
    pub about: About,
    /// What is true now.
    pub snapshot: Snapshot,
    /// How many tickets of this organisation are not closed.
    pub open: u32,
    /// A ticket of this organisation about the same thing and cause that is not closed.
    pub same: Option<(TicketId, Instant)>,
    /// The values in force for the organisation.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Within how many business days support says a word.
    pub review_business_days: Cited<u32>,
    /// How many tickets of one organisation may be open at a time.
    pub most_open: Cited<u32>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "support.ask";
}

impl Policy {
    /// Until when a word is promised for what is asked at `now` from `region`.
    pub fn promised_at(&self, now: Instant, region: Region) -> Instant {
        calendar::business_days_after(now, self.review_business_days.value, &calendar::zone(region))
    }
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    AlreadyAsked { ticket: TicketId, asked_at: Instant },
    TooManyOpen { open: u32, most: Cited<u32> },
}

impl kernel::Denied for Denied {}

impl Capability for Ask {
    const NAME: &'static str = "support.ask";
    const MAY: May = May::Members(crate::CUSTOMERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![not_asked_before, tickets_are_left];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::Asked {
            slip: Slip { ticket: self.ticket, org: self.org, desk: facts.desk.clone() },
            kind: facts.kind,
            by: facts.by,
            about: facts.about,
            cause: self.cause.clone(),
            text: self.text.clone(),
            snapshot: Box::new(facts.snapshot.clone()),
            priority: priority(&facts.snapshot),
            promised_at: facts.policy.promised_at(facts.now, facts.region),
        }]
    }
}

/// The same question is not open already: it would be answered twice, or half each.
fn not_asked_before(_: &Ask, facts: &Facts) -> Result<(), Denied> {
    facts.same.map_or(Ok(()), |(ticket, asked_at)| Err(Denied::AlreadyAsked { ticket, asked_at }))
}

/// The organisation has a ticket left.
fn tickets_are_left(_: &Ask, facts: &Facts) -> Result<(), Denied> {
    let most = &facts.policy.most_open;
    if facts.open < most.value { Ok(()) } else { Err(Denied::TooManyOpen { open: facts.open, most: most.clone() }) }
}

/// Whoever cannot sell at all comes first. Nobody chooses their own priority.
pub fn priority(snapshot: &Snapshot) -> Priority {
    let shop_stands = snapshot.shop.as_ref().is_some_and(|shop| shop.state != OrgState::Normal);
    let account_stands =
        snapshot.account.as_ref().is_some_and(|seen| seen.state != AccountState::Normal || seen.ecommerce == Ecommerce::Withdrawn);
    if shop_stands || account_stands { Priority::High } else { Priority::Normal }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{ShopSeen, tests::ASKED};
    use kernel::{Span, Sure, decide};

    fn cited<T>(value: T) -> Cited<T> {
        Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
    }

    fn facts() -> Facts {
        Facts {
            now: ASKED,
            kind: OrgKind::Shop,
            region: Region::new(b"GB"),
            by: None,
            desk: vec![OrgId::new(9)],
            about: About::Other,
            snapshot: Snapshot::default(),
            open: 0,
            same: None,
            policy: Arc::new(Policy { review_business_days: cited(3), most_open: cited(20) }),
        }
    }

    fn ask() -> Ask {
        Ask { ticket: TicketId::new(7), org: OrgId::new(1), subject: Subject::Other, cause: String::new(), text: "please".into() }
    }

    #[test]
    fn the_twentieth_ticket_may_be_opened_and_the_twenty_first_not() {
        assert!(decide(&ask(), &Facts { open: 19, ..facts() }).is_ok());
        assert_eq!(decide(&ask(), &Facts { open: 20, ..facts() }), Err(vec![Denied::TooManyOpen { open: 20, most: cited(20) }]));
    }

    #[test]
    fn the_same_question_is_not_opened_twice_and_every_reason_is_told() {
        let same = Some((TicketId::new(6), ASKED));
        let denied = decide(&ask(), &Facts { same, open: 20, ..facts() }).unwrap_err();
        assert_eq!(denied.len(), 2);
        assert_eq!(denied[0], Denied::AlreadyAsked { ticket: TicketId::new(6), asked_at: ASKED });
    }

    #[test]
    fn a_word_is_promised_within_three_business_days_of_the_asking_side() {
        let events = decide(&ask(), &facts()).unwrap();
        assert!(matches!(&events[..], [Event::Asked { promised_at, .. }] if *promised_at == ASKED + Span::days(3)));
    }

    #[test]
    fn the_form_offers_only_causes_that_the_diagnosis_knows() {
        assert!(CAUSES.iter().all(|code| linking::diagnose::CODES.contains(code)));
    }

    #[test]
    fn whoever_cannot_sell_comes_first() {
        let shop = |state| Snapshot {
            shop: Some(ShopSeen { name: "Shop".into(), region: Region::new(b"GB"), merchant: access::Merchant::Open, state }),
            ..Snapshot::default()
        };
        assert_eq!(priority(&shop(OrgState::Normal)), Priority::Normal);
        assert_eq!(priority(&shop(OrgState::Suspended)), Priority::High);
    }
}
