//! The owner who scanned the code says no.

use crate::{
    Event,
    granting::{self, Denied},
    index::requests::Request,
};
use kernel::{Capability, Instant, May, OrgId, RequestId, Role, Rules, Step, rules};

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct RefuseRequest {
    /// As which creator.
    pub owner: OrgId,
    /// Which request.
    pub request: RequestId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// The request.
    pub request: Request,
}

impl Capability for RefuseRequest {
    const NAME: &'static str = "centers.refuse_request";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![request_is_open];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccessRequestRefused { request: self.request, centre: facts.request.centre(), owner: self.owner }]
    }
}

/// The request waits for an answer.
fn request_is_open(_: &RefuseRequest, facts: &Facts) -> Result<(), Denied> {
    granting::request_is_open(&facts.request.consent, Step::Decline, facts.now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, request};
    use kernel::{Standing, decide};

    #[test]
    fn only_an_open_request_can_be_refused() {
        let ask = RefuseRequest { owner: OrgId::new(2), request: RequestId::new(6) };
        for standing in Standing::ALL {
            let mut facts = Facts { now: NOW, request: request() };
            facts.request.consent.standing = standing;
            assert_eq!(decide(&ask, &facts).is_ok(), standing == Standing::Asked, "{standing:?}");
        }
    }
}
