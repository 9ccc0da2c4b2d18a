//! The clock closes an invitation that nobody answered.

use crate::{Event, state::Link};
use kernel::{Capability, Instant, LinkId, May, Rules, Step, Unfit, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Expire {
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

impl Capability for Expire {
    const NAME: &'static str = "linking.expire";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Unfit;
    type Event = Event;
    const RULES: Rules<Self> = rules![time_is_over];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::Expired { pair: facts.link.pair }]
    }
}

/// The invitation is still open and its time is over.
fn time_is_over(_: &Expire, facts: &Facts) -> Result<(), Unfit> {
    facts.link.consent.admits(Step::Expire, facts.now)
}
