//! The account's owner takes a request to leave back.

use crate::{Event, approve_unlink::admits, state::Link};
use kernel::{Capability, Instant, LinkId, May, OrgId, Role, Rules, Step, Unfit, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct WithdrawUnlink {
    /// As which creator.
    pub owner: OrgId,
    /// Which link.
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

impl Capability for WithdrawUnlink {
    const NAME: &'static str = "linking.withdraw_unlink";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Unfit;
    type Event = Event;
    const RULES: Rules<Self> = rules![request_is_open];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::UnlinkWithdrawn { pair: facts.link.pair }]
    }
}

/// The request is open.
fn request_is_open(_: &WithdrawUnlink, facts: &Facts) -> Result<(), Unfit> {
    admits(&facts.link, Step::Withdraw, facts.now)
}
