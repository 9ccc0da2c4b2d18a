//! A member pauses an ad.

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
pub struct PauseAd {
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
    /// It is paused or deleted.
    NotRunning {
        /// What it is.
        state: AdState,
    },
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
            Denied::NotRunning { .. } => None,
            Denied::Spark(denied) => denied.scope(),
        }
    }
}

impl HasPlace for Facts {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl Capability for PauseAd {
    const NAME: &'static str = "centers.pause_ad";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ad_is_running, spark::person_is_a_member, spark::role_runs_ads];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AdPaused { advert: facts.advert, because: Vec::new() }]
    }
}

/// The ad runs.
fn ad_is_running(_: &PauseAd, facts: &Facts) -> Result<(), Denied> {
    if facts.state == AdState::Running { Ok(()) } else { Err(Denied::NotRunning { state: facts.state }) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::rules::spark::tests::place;
    use access::OrgState;
    use kernel::{AccountId, AdAccountId, decide};

    pub(crate) fn advert() -> Advert {
        let (centre, owner) = (OrgId::new(1), OrgId::new(2));
        Advert { ad: AdId::new(1), centre, ad_account: AdAccountId::new(6), account: AccountId::new(3), owner }
    }

    #[test]
    fn a_running_ad_is_paused_by_whoever_runs_ads_also_in_a_suspended_centre() {
        let ask = PauseAd { centre: OrgId::new(1), by: UserId::new(5), ad: AdId::new(1) };
        let facts = Facts { place: Place { centre: OrgState::Suspended, ..place() }, advert: advert(), state: AdState::Running };
        assert_eq!(decide(&ask, &facts), Ok(vec![Event::AdPaused { advert: advert(), because: vec![] }]));
        for state in [AdState::Paused, AdState::Deleted] {
            assert_eq!(decide(&ask, &Facts { state, ..facts.clone() }), Err(vec![Denied::NotRunning { state }]));
        }
        let nobody = Facts { place: Place { role: None, ..place() }, ..facts };
        assert_eq!(decide(&ask, &nobody), Err(vec![Denied::Spark(spark::Denied::NoAdRole)]));
    }
}
