//! A member sets a paused ad running again: every condition is asked as for a new one, and it rests on that member's right from then
//! on. No ad resumes by itself.

use crate::{
    Event, Road,
    create_spark_ad::{Denied as Making, room},
    index::ads::{Ad, AdState},
    rules::spark::{self, HasFacts, HasPlace, Place},
};
use kernel::{AdId, Capability, May, OrgId, Role, Rules, UserId, rules};
use serde::Serialize;
use std::sync::Arc;

pub mod io;

/// What the member asks for.
#[derive(Clone, Debug)]
pub struct ResumeAd {
    /// For which centre: only that of the ad.
    pub centre: OrgId,
    /// Who.
    pub by: UserId,
    /// Which ad.
    pub ad: AdId,
    /// By which right; where none is named, the strongest that holds.
    pub road: Option<Road>,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The conditions'.
    pub spark: spark::Facts,
    /// The ad.
    pub ad: Ad,
    /// The road that was named or found.
    pub road: Road,
    /// How many other ads the same identity backs.
    pub backed: i64,
    /// The values in force.
    pub policy: Arc<spark::Policy>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It runs or is deleted.
    NotPaused {
        /// What it is.
        state: AdState,
    },
    /// It runs for another centre.
    OfAnotherCentre,
    /// As for a new ad.
    #[serde(untagged)]
    Making(Making),
}

impl From<spark::Denied> for Denied {
    fn from(denied: spark::Denied) -> Self {
        Denied::Making(denied.into())
    }
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        match self {
            Denied::NotPaused { .. } | Denied::OfAnotherCentre => None,
            Denied::Making(denied) => denied.scope(),
        }
    }
}

impl HasPlace for Facts {
    fn place(&self) -> &Place {
        &self.spark.place
    }
}

impl HasFacts for Facts {
    fn spark(&self) -> &spark::Facts {
        &self.spark
    }
}

impl Capability for ResumeAd {
    const NAME: &'static str = "centers.resume_ad";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
        ad_is_paused,
        ad_is_of_this_centre,
        spark::centre_is_normal,
        spark::person_is_a_member,
        spark::ad_account_is_open,
        spark::role_runs_ads,
        spark::account_is_normal,
        spark::account_is_not_political,
        spark::account_has_its_owner,
        spark::use_is_held,
        spark::account_is_not_withheld,
        spark::post_may_be_shown,
        spark::item_is_public,
        identity_has_room,
    ];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AdResumed { advert: facts.ad.advert, road: facts.road, by: self.by }]
    }
}

/// The ad is paused.
fn ad_is_paused(_: &ResumeAd, facts: &Facts) -> Result<(), Denied> {
    if facts.ad.state == AdState::Paused { Ok(()) } else { Err(Denied::NotPaused { state: facts.ad.state }) }
}

/// The ad runs for the centre that asks: a partner's ad rests on the partner's right.
fn ad_is_of_this_centre(ask: &ResumeAd, facts: &Facts) -> Result<(), Denied> {
    if facts.ad.advert.centre == ask.centre { Ok(()) } else { Err(Denied::OfAnotherCentre) }
}

/// The identity behind the ad backs fewer others than it can.
fn identity_has_room(_: &ResumeAd, facts: &Facts) -> Result<(), Denied> {
    room(facts.backed, &facts.policy).map_err(Denied::Making)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Item, Scopes, create_spark_ad::tests::policy, pause_ad::tests::advert};
    use kernel::{AdGroupId, Instant, decide};

    fn ask() -> ResumeAd {
        ResumeAd { centre: OrgId::new(1), by: UserId::new(5), ad: AdId::new(1), road: None }
    }

    fn facts() -> Facts {
        let ad = Ad {
            advert: advert(),
            ad_group: AdGroupId::new(7),
            name: "Autumn".into(),
            item: Item::Post("7".into()),
            road: Road::Grant,
            made_by: UserId::new(4),
            rests_on: UserId::new(4),
            made_at: Instant(0),
            state: AdState::Paused,
            because: vec!["centers.spark.not_assigned".into()],
            changed_at: Instant(0),
            version: 1,
        };
        Facts { spark: spark::tests::facts(), ad, road: Road::OwnLink, backed: 0, policy: policy() }
    }

    #[test]
    fn an_ad_is_resumed_by_a_person_on_the_road_that_holds() {
        let expected = Event::AdResumed { advert: advert(), road: Road::OwnLink, by: UserId::new(5) };
        assert_eq!(decide(&ask(), &facts()), Ok(vec![expected]));
    }

    #[test]
    fn resuming_asks_every_condition_again() {
        let asked: Vec<_> = ResumeAd::RULES.iter().map(|rule| rule.name).collect();
        for condition in spark::CONDITIONS {
            assert!(asked.contains(&condition.name), "{}", condition.name);
        }
        let mut facts = facts();
        facts.spark.roads.assignment = Scopes::NONE;
        let scope = crate::Scope::Posts;
        assert_eq!(decide(&ask(), &facts), Err(vec![Denied::Making(Making::Spark(spark::Denied::NotAssigned { scope }))]));
    }

    #[test]
    fn only_a_paused_ad_of_the_own_centre_is_resumed() {
        for state in [AdState::Running, AdState::Deleted] {
            let facts = Facts { ad: Ad { state, ..facts().ad }, ..facts() };
            assert_eq!(decide(&ask(), &facts), Err(vec![Denied::NotPaused { state }]));
        }
        let other = ResumeAd { centre: OrgId::new(9), ..ask() };
        assert_eq!(decide(&other, &facts()), Err(vec![Denied::OfAnotherCentre]));
    }
}
