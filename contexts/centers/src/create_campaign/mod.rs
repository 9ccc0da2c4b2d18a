//! A member makes a campaign in an ad account: a name and what it is for.

use crate::{
    Event,
    rules::spark::{self, HasPlace, Place},
};
use kernel::{AdAccountId, CampaignId, Capability, May, OrgId, Role, Rules, UserId, rules};
use serde::{Deserialize, Serialize};

pub mod io;

/// What a campaign is for. Source: the Business API's `objective_type`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says each in two languages")]
pub enum Objective {
    Reach,
    Traffic,
    VideoViews,
    Engagement,
    LeadGeneration,
    AppPromotion,
    WebConversions,
    ProductSales,
}

impl Objective {
    /// Every objective, in the order in which pages list them.
    pub const ALL: [Objective; 8] = [
        Objective::Reach,
        Objective::Traffic,
        Objective::VideoViews,
        Objective::Engagement,
        Objective::LeadGeneration,
        Objective::AppPromotion,
        Objective::WebConversions,
        Objective::ProductSales,
    ];
    /// The stable code, as stored and shown; the Business API's is the same in capitals.
    pub const fn code(self) -> &'static str {
        match self {
            Objective::Reach => "reach",
            Objective::Traffic => "traffic",
            Objective::VideoViews => "video_views",
            Objective::Engagement => "engagement",
            Objective::LeadGeneration => "lead_generation",
            Objective::AppPromotion => "app_promotion",
            Objective::WebConversions => "web_conversions",
            Objective::ProductSales => "product_sales",
        }
    }
    /// The objective with this code.
    pub fn from_code(code: &str) -> Option<Objective> {
        Objective::ALL.into_iter().find(|objective| objective.code() == code)
    }
}

/// What the member asks for.
#[derive(Clone, Debug)]
pub struct CreateCampaign {
    /// The campaign that will be.
    pub campaign: CampaignId,
    /// For which centre.
    pub centre: OrgId,
    /// Who.
    pub by: UserId,
    /// In which ad account.
    pub ad_account: AdAccountId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub objective: Objective,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Who acts where.
    pub place: Place,
}

impl HasPlace for Facts {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl Capability for CreateCampaign {
    const NAME: &'static str = "centers.create_campaign";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = spark::Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![spark::centre_is_normal, spark::person_is_a_member, spark::ad_account_is_open, spark::role_runs_ads];
    fn events(&self, _: &Facts) -> Vec<Event> {
        let Self { campaign, centre, ad_account, ref name, objective, .. } = *self;
        vec![Event::CampaignCreated { campaign, centre, ad_account, name: name.clone(), objective: objective.code().into() }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AdRole, rules::spark::tests::place};
    use kernel::decide;

    #[test]
    fn operators_and_admins_make_campaigns_and_analysts_do_not() {
        let ask = CreateCampaign {
            campaign: CampaignId::new(1),
            centre: OrgId::new(1),
            by: UserId::new(5),
            ad_account: AdAccountId::new(6),
            name: "Autumn".into(),
            objective: Objective::Traffic,
        };
        for role in [None, Some(AdRole::Analyst), Some(AdRole::Operator), Some(AdRole::Admin)] {
            let done = decide(&ask, &Facts { place: Place { role, ..place() } });
            assert_eq!(done.is_ok(), role.is_some_and(AdRole::runs_ads), "{role:?}");
        }
        let facts = Facts { place: place() };
        assert!(matches!(decide(&ask, &facts).as_deref(), Ok([Event::CampaignCreated { objective, .. }]) if objective == "traffic"));
    }

    #[test]
    fn every_objective_reads_back() {
        for objective in Objective::ALL {
            assert_eq!(Objective::from_code(objective.code()), Some(objective));
            assert_eq!(serde_json::to_value(objective).unwrap(), objective.code());
        }
    }
}
