//! The shop takes an invitation back before it is answered.

use crate::{Event, state::Link};
use kernel::{Capability, Instant, LinkId, May, OrgId, Role, Rules, Step, Unfit, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// For which shop.
    pub shop: OrgId,
    /// Which invitation.
    pub link: LinkId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The link.
    pub link: Link,
    /// The moment of asking.
    pub now: Instant,
}

impl Capability for Withdraw {
    const NAME: &'static str = "linking.withdraw";
    const MAY: May = May::Members(&[Role::ShopOwner, Role::ShopManager, Role::ShopStaff]);
    type Facts = Facts;
    type Denied = Unfit;
    type Event = Event;
    const RULES: Rules<Self> = rules![invitation_is_open];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::Withdrawn { pair: facts.link.pair }]
    }
}

/// The invitation is open: not answered, not withdrawn, and its time is not over.
fn invitation_is_open(_: &Withdraw, facts: &Facts) -> Result<(), Unfit> {
    facts.link.consent.admits(Step::Withdraw, facts.now)
}
