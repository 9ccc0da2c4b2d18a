//! Someone left a centre: their roles on ad accounts and their places in groups end.

use crate::{
    Event,
    assets::{self, Denied},
    index::ad_accounts::Given,
};
use kernel::{AssetGroupId, Capability, May, OrgId, Rules, UserId, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ReleasePlaces {
    /// For which centre.
    pub centre: OrgId,
    /// Who left.
    pub user: UserId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The roles they were given.
    pub given: Vec<Given>,
    /// The groups they are in.
    pub groups: Vec<AssetGroupId>,
}

impl Capability for ReleasePlaces {
    const NAME: &'static str = "centers.release_places";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (centre, user) = (self.centre, self.user);
        let out = facts.groups.iter().map(|group| Event::MemberUngrouped { group: *group, centre, user });
        assets::roles_end(&facts.given).into_iter().chain(out).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AdRole,
        assets::tests::{AD_ACCOUNT, CENTRE, USER, given},
    };
    use kernel::decide;

    #[test]
    fn nothing_that_someone_was_on_an_ad_account_outlives_their_membership() {
        let group = AssetGroupId::new(7);
        let facts = Facts { given: vec![given(CENTRE, USER, AdRole::Admin)], groups: vec![group] };
        let expected = vec![
            Event::AdRoleTaken { ad_account: AD_ACCOUNT, centre: CENTRE, user: USER },
            Event::MemberUngrouped { group, centre: CENTRE, user: USER },
        ];
        assert_eq!(decide(&ReleasePlaces { centre: CENTRE, user: USER }, &facts), Ok(expected));
    }
}
