//! The platform looks again at running ads, because something ended on which they may rest: in the same transaction each whose
//! conditions no longer all hold is paused, and says what is missing.

use crate::{
    Advert, Event,
    index::ads::Which,
    rules::spark::{self, missing},
};
use kernel::{Capability, May, Rules};
use serde::Serialize;

pub mod io;

/// What a reaction asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewAds {
    /// Which of the running ads.
    pub which: Which,
}

/// All that is looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Each running ad, and the facts of its conditions.
    pub ads: Vec<(Advert, spark::Facts)>,
}

/// Nothing stands against looking.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for ReviewAds {
    const NAME: &'static str = "centers.review_ads";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = &[];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let paused = |(advert, facts): &(Advert, spark::Facts)| {
            let because = missing(facts);
            (!because.is_empty()).then_some(Event::AdPaused { advert: *advert, because })
        };
        facts.ads.iter().filter_map(paused).collect()
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod rule_tests {
    use super::*;
    use crate::{pause_ad::tests::advert, rules::spark::tests::facts};
    use kernel::{AccountId, decide};

    #[test]
    fn only_ads_with_a_missing_condition_are_paused_and_they_name_every_one() {
        let ask = ReviewAds { which: Which::Account(AccountId::new(3)) };
        let bad = spark::Facts { is_political: true, is_switched_on: false, ..facts() };
        let events = decide(&ask, &Facts { ads: vec![(advert(), facts()), (advert(), bad)] }).unwrap();
        let because = vec!["centers.spark.account_political".to_owned(), "centers.spark.post_switched_off".to_owned()];
        assert_eq!(events, [Event::AdPaused { advert: advert(), because }]);
    }
}
