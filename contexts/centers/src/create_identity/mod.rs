//! An ad account gets a name under which its ads may appear without being an account.

use crate::{
    Event,
    assets::{self, Acting, Denied},
};
use access::OrgState;
use kernel::{AdAccountId, Capability, Cited, IdentityId, May, OrgId, Rules, rules};
use serde::Deserialize;
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct CreateIdentity {
    /// The identity's id, made by the shell.
    pub identity: IdentityId,
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// The name that people see.
    pub name: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// What whoever asks is.
    pub acting: Acting,
    /// How many identities the ad account has.
    pub identities: i64,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many identities one ad account has at the most.
    pub most: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.create_identity";
}

impl Capability for CreateIdentity {
    const NAME: &'static str = "centers.create_identity";
    const MAY: May = May::Members(assets::io::MEMBERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, ad_account_is_operated, identities_are_left];
    fn events(&self, _: &Facts) -> Vec<Event> {
        let (identity, centre, ad_account) = (self.identity, self.centre, self.ad_account);
        vec![Event::IdentityCreated { identity, centre, ad_account, name: self.name.clone() }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &CreateIdentity, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// Whoever asks makes ads in the ad account.
fn ad_account_is_operated(_: &CreateIdentity, facts: &Facts) -> Result<(), Denied> {
    assets::operates(facts.acting)
}

/// The ad account has room for another identity.
fn identities_are_left(_: &CreateIdentity, facts: &Facts) -> Result<(), Denied> {
    let allowed = &facts.policy.most;
    if facts.identities < allowed.value { Ok(()) } else { Err(Denied::IdentitiesFull { allowed: allowed.clone() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AdRole,
        assets::tests::{AD_ACCOUNT, CENTRE, an_admin, cited},
    };
    use kernel::decide;

    #[test]
    fn whoever_makes_ads_makes_identities_as_many_as_the_pack_says() {
        let ask = CreateIdentity { identity: IdentityId::new(8), centre: CENTRE, ad_account: AD_ACCOUNT, name: "Northlight".into() };
        let policy = Arc::new(Policy { most: cited(2) });
        let facts = |acting, identities| Facts { centre: OrgState::Normal, acting, identities, policy: policy.clone() };
        let role = |role| Acting { is_admin: false, role: Some(role) };
        assert!(decide(&ask, &facts(an_admin(), 1)).is_ok());
        assert!(decide(&ask, &facts(role(AdRole::Operator), 1)).is_ok());
        assert_eq!(decide(&ask, &facts(role(AdRole::Analyst), 1)), Err(vec![Denied::NotAdAccountOperator]));
        assert_eq!(decide(&ask, &facts(an_admin(), 2)), Err(vec![Denied::IdentitiesFull { allowed: cited(2) }]));
    }
}
