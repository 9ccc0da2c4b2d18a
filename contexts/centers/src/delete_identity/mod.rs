//! A name of an ad account is deleted.

use crate::{
    Event,
    assets::{self, Acting, Denied},
};
use kernel::{AdAccountId, Capability, IdentityId, May, OrgId, Rules, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct DeleteIdentity {
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// Which.
    pub identity: IdentityId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What whoever asks is.
    pub acting: Acting,
}

impl Capability for DeleteIdentity {
    const NAME: &'static str = "centers.delete_identity";
    const MAY: May = May::Members(assets::io::MEMBERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![ad_account_is_operated];
    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::IdentityDeleted { identity: self.identity, centre: self.centre, ad_account: self.ad_account }]
    }
}

/// Whoever asks makes ads in the ad account.
fn ad_account_is_operated(_: &DeleteIdentity, facts: &Facts) -> Result<(), Denied> {
    assets::operates(facts.acting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AdRole,
        assets::tests::{AD_ACCOUNT, CENTRE, an_admin},
    };
    use kernel::decide;

    #[test]
    fn whoever_makes_ads_deletes_identities() {
        let ask = DeleteIdentity { centre: CENTRE, ad_account: AD_ACCOUNT, identity: IdentityId::new(8) };
        assert!(decide(&ask, &Facts { acting: an_admin() }).is_ok());
        let analyst = Acting { is_admin: false, role: Some(AdRole::Analyst) };
        assert_eq!(decide(&ask, &Facts { acting: analyst }), Err(vec![Denied::NotAdAccountOperator]));
    }
}
