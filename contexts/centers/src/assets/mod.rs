//! What ad accounts, partnerships, asset groups and identities have in common: the reasons against acts on them, and the rules
//! that more than one verb asks.

pub mod api;
pub mod io;
mod pages;
pub mod paging;
pub mod typed;
pub mod view;

pub(crate) use pages::routes;

use crate::{
    AdRole, Event,
    index::{ad_accounts::Given, partners::Share},
};
use access::OrgState;
use kernel::{AdAccountId, AssetGroupId, Cited, Instant, OrgId, Unfit, UserId};
use serde::Serialize;

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words file says each in two languages")]
pub enum Denied {
    CentreNotNormal {
        state: OrgState,
    },
    NotAdAccountAdmin,
    NotAdAccountOperator,
    AdAccountsFull {
        allowed: Cited<i64>,
    },
    NameUnchanged,
    NotAMember,
    SameRole {
        role: AdRole,
    },
    BeyondShare {
        role: AdRole,
    },
    NoRoleGiven,
    InvitationOver,
    PromisedAlready {
        role: AdRole,
    },
    PartnerUnknown,
    PartnerIsSelf,
    PartnerNotNormal {
        state: OrgState,
    },
    AlreadyPartners,
    AlreadyAsked {
        closes_at: Instant,
    },
    PartnersFull {
        allowed: Cited<i64>,
    },
    NotPartners,
    SharedAlready {
        role: AdRole,
    },
    NotShared,
    GroupsFull {
        allowed: Cited<i64>,
    },
    GroupNameTaken,
    NothingChanges,
    IdentitiesFull {
        allowed: Cited<i64>,
    },
    /// The agreement does not admit the step.
    #[serde(untagged)]
    Consent(Unfit),
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        if let Denied::Consent(unfit) = self { unfit.scope() } else { Some("centers.assets") }
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::AlreadyAsked { closes_at } => Some(*closes_at),
            Denied::Consent(unfit) => unfit.until(),
            _ => None,
        }
    }
}

/// What whoever acts is in the centre and on the ad account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Acting {
    /// An admin of the centre, or the platform.
    pub is_admin: bool,
    /// Their role on the ad account.
    pub role: Option<AdRole>,
}

/// The centre may act.
pub(crate) fn centre_is_normal(state: OrgState) -> Result<(), Denied> {
    if state == OrgState::Normal { Ok(()) } else { Err(Denied::CentreNotNormal { state }) }
}

/// Whoever acts manages the ad account: as an admin of the centre, or as an admin on it.
pub(crate) fn manages(acting: Acting) -> Result<(), Denied> {
    if acting.is_admin || acting.role == Some(AdRole::Admin) { Ok(()) } else { Err(Denied::NotAdAccountAdmin) }
}

/// Whoever acts makes and runs ads in the ad account, or is an admin of the centre.
pub(crate) fn operates(acting: Acting) -> Result<(), Denied> {
    if acting.is_admin || acting.role.is_some_and(AdRole::runs_ads) { Ok(()) } else { Err(Denied::NotAdAccountOperator) }
}

/// What a partner has of an ad account: all of it ends with the share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Away {
    /// The share.
    pub share: Share,
    /// The roles of the partner's members.
    pub given: Vec<Given>,
    /// The partner's groups that it is in.
    pub groups: Vec<AssetGroupId>,
}

impl Away {
    /// It comes back: whatever rests on the share ends first.
    pub fn ends(&self) -> Vec<Event> {
        let Share { ad_account, centre, partner, .. } = self.share;
        let mut events = roles_end(&self.given);
        events.extend(self.groups.iter().map(|group| Event::AdAccountUngrouped { group: *group, centre: partner, ad_account }));
        events.push(Event::AdAccountUnshared { ad_account, centre, partner });
        events
    }

    /// Its members keep at most `most`.
    pub fn is_capped(&self, most: AdRole) -> Vec<Event> {
        let beyond = self.given.iter().filter(|given| given.role > most);
        beyond
            .map(|given| Event::AdRoleGiven { ad_account: given.ad_account, centre: given.centre, user: given.user, role: most })
            .collect()
    }
}

/// Every one of these roles ends.
pub(crate) fn roles_end(given: &[Given]) -> Vec<Event> {
    let taken = |given: &Given| Event::AdRoleTaken { ad_account: given.ad_account, centre: given.centre, user: given.user };
    given.iter().map(taken).collect()
}

/// One pair of a member and an ad account, in an act on many.
#[derive(Clone, PartialEq, Debug)]
pub struct Pair {
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// Whom.
    pub user: UserId,
    /// What the member was given before.
    pub before: Option<AdRole>,
    /// Why not; empty where it is, or would be, done.
    pub denials: Vec<kernel::Denial>,
}

/// The other side of a share, or of a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Partner {
    /// Which centre.
    pub id: OrgId,
    /// Whether it may act.
    pub state: OrgState,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kernel::{Sure, UserId};

    pub(crate) const NOW: Instant = Instant(1_795_000_000_000);
    pub(crate) const CENTRE: OrgId = OrgId::new(1);
    pub(crate) const PARTNER: OrgId = OrgId::new(2);
    pub(crate) const AD_ACCOUNT: AdAccountId = AdAccountId::new(3);
    pub(crate) const USER: UserId = UserId::new(5);

    pub(crate) fn cited<T>(value: T) -> Cited<T> {
        Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
    }

    pub(crate) const fn an_admin() -> Acting {
        Acting { is_admin: true, role: None }
    }

    pub(crate) fn given(centre: OrgId, user: UserId, role: AdRole) -> Given {
        Given { ad_account: AD_ACCOUNT, centre, user, role, since: NOW }
    }

    pub(crate) fn away() -> Away {
        let share = Share { ad_account: AD_ACCOUNT, centre: CENTRE, partner: PARTNER, role: AdRole::Operator, since: NOW };
        Away { share, given: vec![given(PARTNER, USER, AdRole::Operator)], groups: vec![AssetGroupId::new(7)] }
    }

    #[test]
    fn centre_admins_and_admins_of_the_ad_account_manage_it_and_operators_run_ads() {
        let acting = |is_admin, role| Acting { is_admin, role };
        assert_eq!(manages(acting(true, None)), Ok(()));
        assert_eq!(manages(acting(false, Some(AdRole::Admin))), Ok(()));
        assert_eq!(manages(acting(false, Some(AdRole::Operator))), Err(Denied::NotAdAccountAdmin));
        assert_eq!(operates(acting(false, Some(AdRole::Operator))), Ok(()));
        assert_eq!(operates(acting(false, Some(AdRole::Analyst))), Err(Denied::NotAdAccountOperator));
        assert_eq!(operates(acting(false, None)), Err(Denied::NotAdAccountOperator));
    }

    #[test]
    fn nothing_that_rests_on_a_share_outlives_it() {
        let expected = [
            Event::AdRoleTaken { ad_account: AD_ACCOUNT, centre: PARTNER, user: USER },
            Event::AdAccountUngrouped { group: AssetGroupId::new(7), centre: PARTNER, ad_account: AD_ACCOUNT },
            Event::AdAccountUnshared { ad_account: AD_ACCOUNT, centre: CENTRE, partner: PARTNER },
        ];
        assert_eq!(away().ends(), expected);
    }

    #[test]
    fn a_smaller_share_lowers_the_roles_above_it_and_no_other() {
        let mut away = away();
        away.given.push(given(PARTNER, UserId::new(6), AdRole::Analyst));
        let lowered = Event::AdRoleGiven { ad_account: AD_ACCOUNT, centre: PARTNER, user: USER, role: AdRole::Analyst };
        assert_eq!(away.is_capped(AdRole::Analyst), [lowered]);
        assert_eq!(away.is_capped(AdRole::Operator), []);
    }
}
