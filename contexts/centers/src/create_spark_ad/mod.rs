//! A member makes a Spark ad by pulling a post or a live of an account ("提取视频"). Every condition of `rules::spark` is asked; the
//! same are asked again whenever something ends on which the ad may rest.

use crate::{
    Advert, Event, Held, Item, Road, record_use,
    rules::spark::{self, HasFacts, HasPlace, Place},
};
use kernel::{AccountId, AdAccountId, AdGroupId, AdId, Capability, Cited, Instant, May, OrgId, Role, Rules, UserId, rules};
use serde::Serialize;
use std::sync::Arc;

pub mod io;

/// What the member asks for.
#[derive(Clone, Debug)]
pub struct CreateSparkAd {
    /// The ad that will be.
    pub ad: AdId,
    /// For which centre.
    pub centre: OrgId,
    /// Who.
    pub by: UserId,
    /// In which ad account.
    pub ad_account: AdAccountId,
    /// In which ad group of it.
    pub ad_group: AdGroupId,
    /// What it is called.
    pub name: String,
    /// Whose post or live.
    pub account: AccountId,
    /// Which.
    pub item: Item,
    /// By which right; where none is named, the strongest that holds: grant, own link, then a code that was applied.
    pub road: Option<Road>,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The conditions'.
    pub spark: spark::Facts,
    /// Who owns the account.
    pub owner: OrgId,
    /// The road that was named or found; whether it holds is for the conditions.
    pub road: Road,
    /// How many ads the same identity backs.
    pub backed: i64,
    /// What the centre holds on the account.
    pub held: Option<Held>,
    /// When the member last used the account through it, as far as that is recorded.
    pub last_use: Option<Instant>,
    /// The values in force.
    pub policy: Arc<spark::Policy>,
    /// How often a use is recorded.
    pub uses: Arc<record_use::Policy>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The identity backs as many ads as it can.
    IdentityFull {
        /// How many that is.
        most: Cited<i64>,
    },
    /// A condition is missing.
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
            Denied::IdentityFull { .. } => Some("centers.create_spark_ad"),
            Denied::Spark(denied) => denied.scope(),
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

impl Capability for CreateSparkAd {
    const NAME: &'static str = "centers.create_spark_ad";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![
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
        let Self { ad, centre, ad_account, account, ad_group, by, .. } = *self;
        let advert = Advert { ad, centre, ad_account, account, owner: facts.owner };
        let created = Event::AdCreated { advert, ad_group, name: self.name.clone(), item: self.item.clone(), road: facts.road, by };
        // An ad by the grant is a use of the account, of which its owner's page tells.
        let is_use = facts.road == Road::Grant && record_use::is_due(facts.spark.now, facts.last_use, &facts.uses);
        let used = facts.held.filter(|_| is_use).map(|held| Event::AccountUsed { held, user: by, scope: self.item.scope() });
        [created].into_iter().chain(used).collect()
    }
}

/// The identity behind the ad backs fewer ads than it can.
fn identity_has_room(_: &CreateSparkAd, facts: &Facts) -> Result<(), Denied> {
    room(facts.backed, &facts.policy)
}

/// Whether an identity that backs so many ads can back one more.
pub(crate) fn room(backed: i64, policy: &spark::Policy) -> Result<(), Denied> {
    let most = policy.ads_per_identity.clone();
    if backed < most.value { Ok(()) } else { Err(Denied::IdentityFull { most }) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Scopes;
    use kernel::{GrantId, Span, cited::Sure, decide};

    pub(crate) fn policy() -> Arc<spark::Policy> {
        let source = "test".into();
        Arc::new(spark::Policy { ads_per_identity: Cited { value: 10_000, source, seen: "2026-11-22".into(), sure: Sure::Official } })
    }

    fn ask() -> CreateSparkAd {
        CreateSparkAd {
            ad: AdId::new(1),
            centre: OrgId::new(1),
            by: UserId::new(5),
            ad_account: AdAccountId::new(6),
            ad_group: AdGroupId::new(7),
            name: "Autumn".into(),
            account: AccountId::new(3),
            item: Item::Post("7".into()),
            road: None,
        }
    }

    fn facts() -> Facts {
        let (spark, source, seen) = (spark::tests::facts(), "test".into(), "2026-11-22".into());
        let uses = record_use::Policy { once_in: Cited { value: Span::hours(1), source, seen, sure: Sure::Ours } };
        Facts {
            spark,
            owner: OrgId::new(2),
            road: Road::Grant,
            backed: 0,
            held: None,
            last_use: None,
            policy: policy(),
            uses: Arc::new(uses),
        }
    }

    #[test]
    fn an_ad_is_made_when_every_condition_holds_and_says_by_which_road() {
        let events = decide(&ask(), &facts()).unwrap();
        assert!(matches!(&events[..], [Event::AdCreated { road: Road::Grant, advert, .. }] if advert.owner == OrgId::new(2)));
    }

    #[test]
    fn an_ad_by_the_grant_is_a_use_of_the_account_once_in_an_hour() {
        let held = Held { grant: GrantId::new(8), centre: OrgId::new(1), account: AccountId::new(3), owner: OrgId::new(2) };
        let with = |road, last_use| decide(&ask(), &Facts { held: Some(held), road, last_use, ..facts() }).unwrap().len();
        let now = facts().spark.now;
        assert_eq!(with(Road::Grant, None), 2);
        assert_eq!(with(Road::Grant, Some(now - Span::hours(1))), 2);
        assert_eq!(with(Road::Grant, Some(now - Span::hours(1) + Span(1))), 1);
        assert_eq!(with(Road::OwnLink, None), 1, "an own link is no grant");
    }

    #[test]
    fn an_identity_backs_10_000_ads_and_not_one_more() {
        assert!(decide(&ask(), &Facts { backed: 9_999, ..facts() }).is_ok());
        let most = policy().ads_per_identity.clone();
        assert_eq!(decide(&ask(), &Facts { backed: 10_000, ..facts() }), Err(vec![Denied::IdentityFull { most }]));
    }

    #[test]
    fn making_an_ad_asks_every_condition() {
        let asked: Vec<_> = CreateSparkAd::RULES.iter().map(|rule| rule.name).collect();
        for condition in spark::CONDITIONS {
            assert!(asked.contains(&condition.name), "{}", condition.name);
        }
        let mut facts = facts();
        facts.spark.roads.grant = Scopes::NONE;
        facts.spark.is_switched_on = false;
        assert_eq!(decide(&ask(), &facts).unwrap_err().len(), 2);
    }
}
