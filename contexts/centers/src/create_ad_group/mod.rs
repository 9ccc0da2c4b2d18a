//! A member makes an ad group in a campaign.

use crate::{
    Event,
    rules::spark::{self, HasPlace, Place},
};
use kernel::{AdAccountId, AdGroupId, CampaignId, Capability, May, OrgId, Role, Rules, UserId, rules};

pub mod io;

/// What the member asks for.
#[derive(Clone, Debug)]
pub struct CreateAdGroup {
    /// The ad group that will be.
    pub ad_group: AdGroupId,
    /// For which centre.
    pub centre: OrgId,
    /// Who.
    pub by: UserId,
    /// In which ad account.
    pub ad_account: AdAccountId,
    /// In which campaign of it.
    pub campaign: CampaignId,
    /// What it is called.
    pub name: String,
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

impl Capability for CreateAdGroup {
    const NAME: &'static str = "centers.create_ad_group";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = spark::Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![spark::centre_is_normal, spark::person_is_a_member, spark::ad_account_is_open, spark::role_runs_ads];
    fn events(&self, _: &Facts) -> Vec<Event> {
        let Self { ad_group, centre, ad_account, campaign, ref name, .. } = *self;
        vec![Event::AdGroupCreated { ad_group, campaign, centre, ad_account, name: name.clone() }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::spark::{Reach, tests::place};
    use kernel::decide;

    #[test]
    fn ad_groups_are_made_in_open_ad_accounts() {
        let ask = CreateAdGroup {
            ad_group: AdGroupId::new(1),
            centre: OrgId::new(1),
            by: UserId::new(5),
            ad_account: AdAccountId::new(6),
            campaign: CampaignId::new(2),
            name: "London".into(),
        };
        assert!(matches!(decide(&ask, &Facts { place: place() }).as_deref(), Ok([Event::AdGroupCreated { .. }])));
        let stopped = Facts { place: Place { ad_account: Reach::OwnerStopped, ..place() } };
        assert_eq!(decide(&ask, &stopped), Err(vec![spark::Denied::AdAccountsCentreStopped]));
    }
}
