//! The shop refuses to let an account leave, with its reason. The owner may ask again.

use crate::{Event, approve_unlink::admits, state::Link};
use kernel::{Capability, Instant, LinkId, May, OrgId, Role, Rules, Step, Unfit, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct RefuseUnlink {
    /// For which shop.
    pub shop: OrgId,
    /// Which link.
    pub link: LinkId,
    /// Why, in the shop's words.
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

impl Capability for RefuseUnlink {
    const NAME: &'static str = "linking.refuse_unlink";
    const MAY: May = May::Members(&[Role::ShopOwner, Role::ShopManager]);
    type Facts = Facts;
    type Denied = Unfit;
    type Event = Event;
    const RULES: Rules<Self> = rules![request_is_open];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::UnlinkRefused { pair: facts.link.pair, reason: self.reason.clone() }]
    }
}

/// The request is open.
fn request_is_open(_: &RefuseUnlink, facts: &Facts) -> Result<(), Unfit> {
    admits(&facts.link, Step::Decline, facts.now)
}
