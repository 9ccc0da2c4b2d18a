//! The account's owner says no to an invitation.

use crate::{Event, state::Link};
use kernel::{Capability, Instant, LinkId, May, OrgId, Role, Rules, Step, Unfit, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Decline {
    /// As which creator.
    pub owner: OrgId,
    /// Which invitation.
    pub link: LinkId,
    /// Why, in the owner's words; may be empty.
    pub reason: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The link.
    pub link: Link,
    /// The moment of asking.
    pub now: Instant,
}

impl Capability for Decline {
    const NAME: &'static str = "linking.decline";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Unfit;
    type Event = Event;
    const RULES: Rules<Self> = rules![invitation_is_open];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::Declined { pair: facts.link.pair, reason: self.reason.clone() }]
    }
}

/// The invitation is open: not answered, not withdrawn, and its time is not over.
fn invitation_is_open(_: &Decline, facts: &Facts) -> Result<(), Unfit> {
    facts.link.consent.admits(Step::Decline, facts.now)
}
