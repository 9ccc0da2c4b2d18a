//! An admin opens an ad account for the centre, and is its first admin.

use crate::{
    AdRole, Event,
    assets::{self, Denied},
};
use access::OrgState;
use kernel::{AdAccountId, Capability, Cited, May, OrgId, Rules, UserId, rules};
use serde::Deserialize;
use std::sync::Arc;

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct OpenAdAccount {
    /// The ad account's id, made by the shell.
    pub ad_account: AdAccountId,
    /// For which centre.
    pub centre: OrgId,
    /// What people will call it.
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA.
    pub zone: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// How many ad accounts the centre has open.
    pub open: i64,
    /// Who opens it, where it is a person.
    pub opener: Option<UserId>,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many ad accounts one centre has open at the most.
    pub most: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.open_ad_account";
}

impl Capability for OpenAdAccount {
    const NAME: &'static str = "centers.open_ad_account";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, ad_accounts_are_left];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (ad_account, centre) = (self.ad_account, self.centre);
        let opened = Event::AdAccountOpened {
            ad_account,
            centre,
            name: self.name.clone(),
            currency: self.currency.clone(),
            zone: self.zone.clone(),
        };
        let given = facts.opener.map(|user| Event::AdRoleGiven { ad_account, centre, user, role: AdRole::Admin });
        std::iter::once(opened).chain(given).collect()
    }
}

/// The centre may act.
fn centre_is_normal(_: &OpenAdAccount, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// The centre has room for another ad account.
fn ad_accounts_are_left(_: &OpenAdAccount, facts: &Facts) -> Result<(), Denied> {
    let allowed = &facts.policy.most;
    if facts.open < allowed.value { Ok(()) } else { Err(Denied::AdAccountsFull { allowed: allowed.clone() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, USER, cited};
    use kernel::decide;

    fn decided(state: OrgState, open: i64) -> Result<Vec<Event>, Vec<Denied>> {
        let text = |text: &str| text.to_owned();
        let ask = OpenAdAccount {
            ad_account: AD_ACCOUNT,
            centre: CENTRE,
            name: text("Spring"),
            currency: text("GBP"),
            zone: text("Europe/London"),
        };
        let policy = Arc::new(Policy { most: cited(3) });
        decide(&ask, &Facts { centre: state, open, opener: Some(USER), policy })
    }

    #[test]
    fn whoever_opens_an_ad_account_is_its_first_admin() {
        let events = decided(OrgState::Normal, 0).unwrap();
        let first = Event::AdRoleGiven { ad_account: AD_ACCOUNT, centre: CENTRE, user: USER, role: AdRole::Admin };
        assert!(matches!(events[0], Event::AdAccountOpened { .. }) && events[1] == first, "{events:?}");
    }

    #[test]
    fn a_centre_opens_as_many_as_the_pack_says_and_not_one_more() {
        assert!(decided(OrgState::Normal, 2).is_ok());
        assert_eq!(decided(OrgState::Normal, 3), Err(vec![Denied::AdAccountsFull { allowed: cited(3) }]));
        assert_eq!(decided(OrgState::Suspended, 0), Err(vec![Denied::CentreNotNormal { state: OrgState::Suspended }]));
    }
}
