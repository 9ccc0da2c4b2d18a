//! The rules' values as the index takes them: read from the packs once between two changes.

use accounts::Topic;
use decisions::{Place, Values};
use kernel::{Cited, Instant, Policy, Refusal};
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use store::{Packs, Scope};

/// The value that selling reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selling {
    /// How many followers an account needs that is linked to no shop.
    pub followers: Cited<i64>,
}

impl Policy for Selling {
    const SECTION: &'static str = "decisions.sell";
}

/// The word list's topics, by the numbers under which accounts tells them.
const TOPICS: &[&str] = &[Topic::Religion.code(), Topic::Politics.code(), Topic::FalseAdvertising.code()];

type Known = HashMap<(Place, Option<Instant>), Arc<Values>>;

/// What has been read.
#[derive(Default)]
pub struct Shelf(RwLock<Known>);

impl Shelf {
    /// The values in force for a place at `now`.
    pub fn values(&self, packs: &Packs, place: Place, now: Instant) -> Result<Arc<Values>, Refusal> {
        // Between two changes nothing differs, so the next one names the stretch of time.
        let until = packs.next_change(now);
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&(place, until)) {
            return Ok(known.clone());
        }
        let read = Arc::new(read(packs, place, now, until)?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert((place, until), read.clone());
        Ok(read)
    }
}

fn read(packs: &Packs, place: Place, now: Instant, until: Option<Instant>) -> Result<Values, Refusal> {
    let resolved = packs.resolve(Scope { region: place.region, merchant: place.merchant }, now);
    let rules = (*resolved.values::<linking::rules::Policy>()?).clone();
    let unlink = resolved.values::<linking::request_unlink::Policy>()?;
    let selling = resolved.values::<Selling>()?;
    Ok(Values {
        owner_age: rules.owner_age,
        official_accounts: rules.official_accounts,
        marketing_accounts: rules.marketing_accounts,
        marketing_accounts_in_probation: rules.marketing_accounts_in_probation,
        probation: rules.probation,
        marketing_links: rules.marketing_links,
        marketing_links_window: rules.marketing_links_window,
        official_unlinks: rules.official_unlinks,
        marketing_unlinks: rules.marketing_unlinks,
        relink_wait: rules.relink_wait,
        shops_per_account: rules.shops_per_account,
        official_name_length: rules.official_name_length,
        private_network_is_home: rules.private_network_is_home,
        earliest_unlink: unlink.earliest.clone(),
        followers: selling.followers.clone(),
        topics: TOPICS,
        until,
    })
}
