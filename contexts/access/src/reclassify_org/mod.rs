//! Put a shop under another merchant type's rules.

pub mod io;

use crate::{Event, Merchant, Org};
use kernel::{Capability, May, OrgId, OrgKind, Region, Role, Rules, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct ReclassifyOrg {
    /// The operator for whom the actor asks.
    pub operator: OrgId,
    /// Which shop.
    pub org: OrgId,
    /// The new type.
    pub merchant: Merchant,
}

/// All that the rules may look at.
pub struct Facts {
    /// The shop.
    pub org: Org,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// Only shops have a merchant type.
    NotAShop,
    /// It has this type.
    SameType {
        /// The type.
        merchant: Merchant,
    },
    /// There is no such merchant type in its country.
    TypeDoesNotFit {
        /// The type.
        merchant: Merchant,
        /// The country.
        region: Region,
    },
}

impl kernel::Denied for Denied {}

impl Capability for ReclassifyOrg {
    const NAME: &'static str = "access.reclassify_org";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorReviewer]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_is_a_shop, type_is_another, merchant_type_fits_region];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::OrgReclassified { org: self.org, from: facts.org.merchant, merchant: self.merchant }]
    }
}

fn it_is_a_shop(_: &ReclassifyOrg, facts: &Facts) -> Result<(), Denied> {
    if facts.org.kind == OrgKind::Shop { Ok(()) } else { Err(Denied::NotAShop) }
}

fn type_is_another(ask: &ReclassifyOrg, facts: &Facts) -> Result<(), Denied> {
    let merchant = ask.merchant;
    if merchant == facts.org.merchant { Err(Denied::SameType { merchant }) } else { Ok(()) }
}

fn merchant_type_fits_region(ask: &ReclassifyOrg, facts: &Facts) -> Result<(), Denied> {
    let (merchant, region) = (ask.merchant, facts.org.region);
    if merchant.fits(region) { Ok(()) } else { Err(Denied::TypeDoesNotFit { merchant, region }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_takes_another_type_of_its_own_country() {
        let denied = |merchant, kind| {
            let ask = ReclassifyOrg { operator: OrgId::new(9), org: OrgId::new(1), merchant };
            let org = Org { kind, ..crate::testing::shop() };
            kernel::decide(&ask, &Facts { org }).err().unwrap_or_default()
        };
        assert_eq!(denied(Merchant::Invited, OrgKind::Shop), []);
        assert_eq!(denied(Merchant::Invited, OrgKind::Brand), [Denied::NotAShop]);
        assert_eq!(denied(Merchant::Open, OrgKind::Shop), [Denied::SameType { merchant: Merchant::Open }]);
        let (merchant, region) = (Merchant::UsBusiness, Region::new(b"GB"));
        assert_eq!(denied(merchant, OrgKind::Shop), [Denied::TypeDoesNotFit { merchant, region }]);
    }
}
