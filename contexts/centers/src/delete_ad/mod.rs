//! A member deletes an ad. It stays on the record and counts no more.

use crate::{
    Advert, Event,
    index::ads::AdState,
    rules::spark::{self, HasPlace, Place},
};
use kernel::{AdId, Capability, May, OrgId, Role, Rules, UserId, rules};
use serde::Serialize;

pub mod io;

/// What the member asks for.
#[derive(Clone, Debug)]
pub struct DeleteAd {
    /// For which centre: that of the ad, or the one that owns the ad account.
    pub centre: OrgId,
    /// Who.
    pub by: UserId,
    /// Which ad.
    pub ad: AdId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Who acts where.
    pub place: Place,
    /// The ad.
    pub advert: Advert,
    /// Whether it runs.
    pub state: AdState,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It was deleted before.
    AlreadyDeleted,
    /// A condition of acting in the ad account is missing.
    #[serde(untagged)]
    Spark(spark::Denied),
}

impl From<spark::Denied> for Denied {
    fn from(denied: spark::Denied) -> Self {
        Denied::Spark(denied)
    }
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        match self {
            Denied::AlreadyDeleted => None,
            Denied::Spark(denied) => denied.scope(),
        }
    }
}

impl HasPlace for Facts {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl Capability for DeleteAd {
    const NAME: &'static str = "centers.delete_ad";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ad_is_there, spark::person_is_a_member, spark::role_runs_ads];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AdDeleted { advert: facts.advert }]
    }
}

/// The ad was not deleted before.
fn ad_is_there(_: &DeleteAd, facts: &Facts) -> Result<(), Denied> {
    if facts.state == AdState::Deleted { Err(Denied::AlreadyDeleted) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pause_ad::tests::advert, rules::spark::tests::place};
    use kernel::decide;

    #[test]
    fn an_ad_is_deleted_once_whether_it_runs_or_not() {
        let ask = DeleteAd { centre: OrgId::new(1), by: UserId::new(5), ad: AdId::new(1) };
        let facts = |state| Facts { place: place(), advert: advert(), state };
        for state in [AdState::Running, AdState::Paused] {
            assert_eq!(decide(&ask, &facts(state)), Ok(vec![Event::AdDeleted { advert: advert() }]));
        }
        assert_eq!(decide(&ask, &facts(AdState::Deleted)), Err(vec![Denied::AlreadyDeleted]));
    }
}
