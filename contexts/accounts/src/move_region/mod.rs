//! Move an account to another country: support does this when the owner has moved, since a link never crosses a border.

use crate::{Account, Event};
use kernel::{AccountId, Capability, Cited, May, OrgId, Region, Role, Rules, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What support asks for.
#[derive(Clone, Debug)]
pub struct MoveRegion {
    /// The operator.
    pub operator: OrgId,
    /// The account.
    pub account: AccountId,
    /// Its country from now on.
    pub region: Region,
    /// Why, for the account's owner to read.
    pub reason: String,
}

/// All that the rules look at.
pub struct Facts {
    /// The account.
    pub account: Account,
    /// This verb's values.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Accounts registered in one of these countries stay there.
    pub fixed: Cited<Vec<Region>>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "accounts.move_region";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    AlreadyThere { region: Region },
    RegionIsFixed { region: Region, fixed: Cited<Vec<Region>> },
}

impl kernel::Denied for Denied {}

impl Capability for MoveRegion {
    const NAME: &'static str = "accounts.move_region";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorSupport]);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![region_is_another, region_can_be_left];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccountMoved {
            account: self.account,
            owner: facts.account.owner,
            region: self.region,
            previous_region: facts.account.region,
            reason: self.reason.clone(),
        }]
    }
}

/// The account is not there already.
fn region_is_another(ask: &MoveRegion, facts: &Facts) -> Result<(), Denied> {
    if ask.region == facts.account.region { Err(Denied::AlreadyThere { region: ask.region }) } else { Ok(()) }
}

/// Accounts registered in some countries stay there for good.
fn region_can_be_left(_: &MoveRegion, facts: &Facts) -> Result<(), Denied> {
    let (region, fixed) = (facts.account.region, facts.policy.fixed.clone());
    if fixed.value.contains(&region) { Err(Denied::RegionIsFixed { region, fixed }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{naming::tests::cited, state::tests::account};

    #[test]
    fn an_account_moves_from_britain_to_mexico_and_never_out_of_the_united_states() {
        let (gb, mx, us) = (Region::new(b"GB"), Region::new(b"MX"), Region::new(b"US"));
        let fixed = cited(vec![us]);
        let policy = Arc::new(Policy { fixed: fixed.clone() });
        let facts = |region| Facts { account: Account { region, ..account() }, policy: policy.clone() };
        let ask = |region| MoveRegion { operator: OrgId::new(9), account: AccountId::new(1), region, reason: "moved".into() };
        assert!(kernel::decide(&ask(mx), &facts(gb)).is_ok());
        assert!(kernel::decide(&ask(us), &facts(gb)).is_ok());
        assert_eq!(kernel::decide(&ask(gb), &facts(gb)), Err(vec![Denied::AlreadyThere { region: gb }]));
        assert_eq!(kernel::decide(&ask(mx), &facts(us)), Err(vec![Denied::RegionIsFixed { region: us, fixed }]));
    }
}
