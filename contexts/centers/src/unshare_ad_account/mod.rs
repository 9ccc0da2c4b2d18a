//! A share ends, by the owner or by the partner who has it: the roles of the partner's members end with it.

use crate::{
    Event,
    assets::{self, Away, Denied},
};
use kernel::{AdAccountId, Capability, May, OrgId, Rules, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct UnshareAdAccount {
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// Which centre owns it.
    pub owner: OrgId,
    /// Which partner has it.
    pub partner: OrgId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// What the partner has of it.
    pub away: Option<Away>,
}

impl Capability for UnshareAdAccount {
    const NAME: &'static str = "centers.unshare_ad_account";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_is_shared];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        facts.away.iter().flat_map(Away::ends).collect()
    }
}

/// The partner has it.
fn it_is_shared(_: &UnshareAdAccount, facts: &Facts) -> Result<(), Denied> {
    facts.away.as_ref().map(|_| ()).ok_or(Denied::NotShared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, PARTNER, away};
    use kernel::decide;

    #[test]
    fn what_is_shared_comes_back_with_everything_that_rests_on_it() {
        let ask = UnshareAdAccount { centre: CENTRE, ad_account: AD_ACCOUNT, owner: CENTRE, partner: PARTNER };
        assert_eq!(decide(&ask, &Facts { away: Some(away()) }), Ok(away().ends()));
        assert_eq!(decide(&ask, &Facts { away: None }), Err(vec![Denied::NotShared]));
    }
}
