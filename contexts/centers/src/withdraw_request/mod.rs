//! An admin takes a request back: its code is worth nothing from now on.

use crate::{
    Event,
    granting::{self, Denied},
    index::requests::Request,
};
use kernel::{Capability, Instant, May, OrgId, RequestId, Role, Rules, Step, rules};

pub mod io;

/// What the admin asks for.
#[derive(Clone, Debug)]
pub struct WithdrawRequest {
    /// For which centre.
    pub centre: OrgId,
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

impl Capability for WithdrawRequest {
    const NAME: &'static str = "centers.withdraw_request";
    const MAY: May = May::Members(&[Role::CentreAdmin]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![request_is_open];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccessRequestWithdrawn { request: self.request, centre: self.centre, owner: facts.request.owner() }]
    }
}

/// The request waits for an answer.
fn request_is_open(_: &WithdrawRequest, facts: &Facts) -> Result<(), Denied> {
    granting::request_is_open(&facts.request.consent, Step::Withdraw, facts.now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, request};
    use kernel::{Standing, decide};

    #[test]
    fn only_an_open_request_can_be_withdrawn() {
        let ask = WithdrawRequest { centre: OrgId::new(1), request: RequestId::new(6) };
        for standing in Standing::ALL {
            let mut facts = Facts { now: NOW, request: request() };
            facts.request.consent.standing = standing;
            assert_eq!(decide(&ask, &facts).is_ok(), standing == Standing::Asked, "{standing:?}");
        }
    }
}
