//! A centre shares an ad account of its own with a partner, whose admins may then give their members up to this role on it. Sharing it again changes the role.

use crate::{
    AdRole, Event,
    assets::{self, Away, Denied},
};
use access::OrgState;
use kernel::{AdAccountId, Capability, May, OrgId, Rules, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ShareAdAccount {
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// With which partner.
    pub partner: OrgId,
    /// The most that the partner's members can be.
    pub role: AdRole,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// Whether the two are partners.
    pub are_partners: bool,
    /// What the partner has of it already.
    pub away: Option<Away>,
}

impl Capability for ShareAdAccount {
    const NAME: &'static str = "centers.share_ad_account";
    const MAY: May = May::Members(assets::io::ADMINS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, they_are_partners, share_is_another];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (ad_account, centre, partner, role) = (self.ad_account, self.centre, self.partner, self.role);
        let capped = facts.away.iter().flat_map(|away| away.is_capped(role));
        capped.chain([Event::AdAccountShared { ad_account, centre, partner, role }]).collect()
    }
}

/// The centre may act.
fn centre_is_normal(_: &ShareAdAccount, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// The two centres are partners.
fn they_are_partners(_: &ShareAdAccount, facts: &Facts) -> Result<(), Denied> {
    if facts.are_partners { Ok(()) } else { Err(Denied::NotPartners) }
}

/// The partner does not have it with this role already.
fn share_is_another(ask: &ShareAdAccount, facts: &Facts) -> Result<(), Denied> {
    match &facts.away {
        Some(away) if away.share.role == ask.role => Err(Denied::SharedAlready { role: ask.role }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::tests::{AD_ACCOUNT, CENTRE, PARTNER, away};
    use kernel::decide;

    fn decided(role: AdRole, are_partners: bool, away: Option<Away>) -> Result<Vec<Event>, Vec<Denied>> {
        let ask = ShareAdAccount { centre: CENTRE, ad_account: AD_ACCOUNT, partner: PARTNER, role };
        decide(&ask, &Facts { centre: OrgState::Normal, are_partners, away })
    }

    #[test]
    fn only_partners_share_and_only_what_changes_something() {
        assert!(decided(AdRole::Admin, true, None).is_ok());
        assert_eq!(decided(AdRole::Admin, false, None), Err(vec![Denied::NotPartners]));
        let role = AdRole::Operator;
        assert_eq!(decided(role, true, Some(away())), Err(vec![Denied::SharedAlready { role }]));
    }

    #[test]
    fn a_smaller_share_lowers_what_the_partners_members_hold_in_the_same_act() {
        let events = decided(AdRole::Analyst, true, Some(away())).unwrap();
        let expected = matches!(events[..], [Event::AdRoleGiven { role: AdRole::Analyst, .. }, Event::AdAccountShared { .. }]);
        assert!(expected, "{events:?}");
        assert_eq!(decided(AdRole::Admin, true, Some(away())).unwrap().len(), 1);
    }
}
