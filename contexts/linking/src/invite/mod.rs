//! A shop invites an account to be linked. Its owner has `open_for` to answer; every rule is checked again then.

use crate::{
    Event, Kind,
    events::Pair,
    rules::{self, HasFacts},
};
use kernel::{AccountId, Capability, Cited, Instant, LinkId, May, OrgId, Role, Rules, Span, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What the shop asks for.
#[derive(Clone, Debug)]
pub struct Invite {
    /// The agreement's id, made by the shell.
    pub link: LinkId,
    /// For which shop.
    pub shop: OrgId,
    /// Whom.
    pub account: AccountId,
    /// As what.
    pub kind: Kind,
    /// A word to the owner; may be empty.
    pub message: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What also counts at the answering.
    pub shared: rules::Facts,
    /// Until when an invitation of this shop to this account is open, if one is.
    pub open_until: Option<Instant>,
    /// An invitation whose time is over but which the clock has not closed yet: inviting again closes it first.
    pub lapsed: Option<Pair>,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How long the owner may take to answer.
    pub open_for: Cited<Span>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// An invitation to this account is open.
    AlreadyInvited {
        /// Until when.
        closes_at: Instant,
    },
    /// The account was imported and no creator has claimed it.
    NobodyToAsk,
    /// A rule that holds at the answering too.
    #[serde(untagged)]
    Shared(rules::Denied),
}

impl From<rules::Denied> for Denied {
    fn from(denied: rules::Denied) -> Self {
        Denied::Shared(denied)
    }
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        if let Denied::Shared(denied) = self { denied.scope() } else { None }
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::AlreadyInvited { closes_at } => Some(*closes_at),
            Denied::NobodyToAsk => None,
            Denied::Shared(denied) => denied.until(),
        }
    }
}

impl HasFacts for Facts {
    fn shared(&self) -> &rules::Facts {
        &self.shared
    }
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "linking.invite";
}

impl Capability for Invite {
    const NAME: &'static str = "linking.invite";
    const MAY: May = May::Members(&[Role::ShopOwner, Role::ShopManager, Role::ShopStaff]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        rules::shop_is_normal,
        rules::account_is_normal,
        rules::ecommerce_is_granted,
        rules::no_violation_is_open,
        rules::content_is_clean,
        rules::owner_is_of_age,
        rules::account_is_in_the_shops_country,
        rules::account_is_not_linked_here,
        rules::account_is_free,
        rules::wait_after_unlink_is_over,
        rules::official_place_is_free,
        rules::marketing_place_is_free,
        rules::marketing_links_are_left,
        rules::name_fits,
        someone_can_answer,
        no_invitation_is_open,
    ];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let pair = Pair { link: self.link, role: self.kind, shop: self.shop, account: self.account, owner: facts.shared.account.owner };
        let closes_at = facts.shared.now + facts.policy.open_for.value;
        let lapsed = facts.lapsed.map(|pair| Event::Expired { pair });
        lapsed.into_iter().chain([Event::Invited { pair, closes_at, message: self.message.clone() }]).collect()
    }
}

/// A creator has claimed the account, so there is someone who can answer.
fn someone_can_answer(_: &Invite, facts: &Facts) -> Result<(), Denied> {
    if facts.shared.account.claimed { Ok(()) } else { Err(Denied::NobodyToAsk) }
}

/// No invitation of this shop to this account is open.
fn no_invitation_is_open(_: &Invite, facts: &Facts) -> Result<(), Denied> {
    facts.open_until.map_or(Ok(()), |closes_at| Err(Denied::AlreadyInvited { closes_at }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{cited, shared};
    use kernel::{Denied as _, decide};

    fn invite(kind: Kind) -> Invite {
        Invite { link: LinkId::new(1), shop: OrgId::new(1), account: AccountId::new(1), kind, message: String::new() }
    }

    fn facts(kind: Kind) -> Facts {
        Facts { shared: shared(kind), open_until: None, lapsed: None, policy: Arc::new(Policy { open_for: cited(Span::hours(48)) }) }
    }

    #[test]
    fn an_invitation_is_open_for_48_hours() {
        let facts = facts(Kind::Marketing);
        let events = decide(&invite(Kind::Marketing), &facts).unwrap();
        let [Event::Invited { closes_at, pair, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(*closes_at, facts.shared.now + Span::hours(48));
        assert_eq!(pair.owner, facts.shared.account.owner);
    }

    #[test]
    fn an_account_that_nobody_has_claimed_cannot_be_asked() {
        let mut facts = facts(Kind::Marketing);
        facts.shared.account.claimed = false;
        assert_eq!(decide(&invite(Kind::Marketing), &facts), Err(vec![Denied::NobodyToAsk]));
    }

    #[test]
    fn a_second_invitation_waits_for_the_first_to_close() {
        let mut facts = facts(Kind::Official);
        let closes_at = facts.shared.now + Span(1);
        facts.open_until = Some(closes_at);
        assert_eq!(decide(&invite(Kind::Official), &facts), Err(vec![Denied::AlreadyInvited { closes_at }]));
        assert_eq!(Denied::AlreadyInvited { closes_at }.until(), Some(closes_at));
    }

    #[test]
    fn a_lapsed_invitation_is_closed_by_the_next_one_however_late_the_clock_is() {
        let mut facts = facts(Kind::Official);
        facts.lapsed = Some(crate::rules::tests::pair(Kind::Marketing));
        let events = decide(&invite(Kind::Official), &facts).unwrap();
        assert!(matches!(events[..], [Event::Expired { .. }, Event::Invited { .. }]), "{events:?}");
    }

    #[test]
    fn every_reason_is_given_at_once() {
        let mut facts = facts(Kind::Marketing);
        facts.shared.account.claimed = false;
        facts.shared.open_violations = 2;
        facts.shared.account.region = kernel::Region::new(b"MX");
        let denied = decide(&invite(Kind::Marketing), &facts).unwrap_err();
        assert_eq!(denied.len(), 3, "{denied:?}");
    }
}
