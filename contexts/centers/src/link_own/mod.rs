//! A person who signs in for a creator links one of its accounts to their own TikTok-for-Business user. What the link holds adds
//! to what centres were granted, and no centre can take it away.

use crate::{
    Event, Scopes,
    granting::{self, Denied, Subject},
};
use access::OrgState;
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, UserId, rules};

pub mod io;

/// What the person asks for.
#[derive(Clone, Debug)]
pub struct LinkOwn {
    /// For which creator they sign in.
    pub owner: OrgId,
    /// Which account.
    pub account: AccountId,
    /// All that the link holds from now on.
    pub scopes: Scopes,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Who.
    pub user: UserId,
    /// Whether the creator may act.
    pub creator: OrgState,
    /// The account.
    pub account: Subject,
    /// What the link holds now.
    pub linked: Scopes,
}

impl Capability for LinkOwn {
    const NAME: &'static str = "centers.link_own";
    const MAY: May = May::Members(&[Role::CreatorOwner, Role::CreatorStaff]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![owner_is_normal, account_is_normal, account_is_claimed, scopes_are_named];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        // What is as it should be does not happen again.
        if facts.linked == self.scopes {
            return Vec::new();
        }
        vec![Event::OwnLinked { account: self.account, owner: self.owner, user: facts.user, scopes: self.scopes }]
    }
}

/// The creator may act.
fn owner_is_normal(_: &LinkOwn, facts: &Facts) -> Result<(), Denied> {
    granting::owner_is_normal(facts.creator)
}

/// Nothing stands against the account.
fn account_is_normal(_: &LinkOwn, facts: &Facts) -> Result<(), Denied> {
    granting::account_is_normal(&facts.account)
}

/// The creator has claimed the account.
fn account_is_claimed(_: &LinkOwn, facts: &Facts) -> Result<(), Denied> {
    granting::account_is_claimed(&facts.account)
}

/// At least one scope is linked.
fn scopes_are_named(ask: &LinkOwn, _: &Facts) -> Result<(), Denied> {
    granting::scopes_are_some(ask.scopes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{scopes, subject};
    use kernel::decide;

    #[test]
    fn a_link_holds_what_was_chosen_and_the_same_choice_changes_nothing() {
        let ask = LinkOwn { owner: OrgId::new(2), account: AccountId::new(3), scopes: scopes(5) };
        let facts = Facts { user: UserId::new(5), creator: OrgState::Normal, account: subject(), linked: Scopes::NONE };
        assert!(matches!(decide(&ask, &facts).unwrap()[..], [Event::OwnLinked { scopes: all, .. }] if all == scopes(5)));
        assert_eq!(decide(&ask, &Facts { linked: scopes(5), ..facts.clone() }), Ok(vec![]));
        let nothing = LinkOwn { scopes: Scopes::NONE, ..ask };
        assert_eq!(decide(&nothing, &facts), Err(vec![Denied::NoScopes]));
    }

    #[test]
    fn creator_and_account_must_be_in_order() {
        let ask = LinkOwn { owner: OrgId::new(2), account: AccountId::new(3), scopes: scopes(1) };
        let account = Subject { claimed: false, state: accounts::AccountState::Closed, ..subject() };
        let facts = Facts { user: UserId::new(5), creator: OrgState::Suspended, account, linked: Scopes::NONE };
        assert_eq!(decide(&ask, &facts).unwrap_err().len(), 3);
    }
}
