//! The clock closes a request that nobody answered in time.

use crate::{Event, index::requests::Request};
use kernel::{Capability, Instant, May, RequestId, Rules, Step, Unfit, rules};

pub mod io;

/// What the clock asks for.
#[derive(Clone, Debug)]
pub struct ExpireRequest {
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

impl Capability for ExpireRequest {
    const NAME: &'static str = "centers.expire_request";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Unfit;
    type Event = Event;
    const RULES: Rules<Self> = rules![its_time_is_over];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::AccessRequestExpired { request: self.request, centre: facts.request.centre(), owner: facts.request.owner() }]
    }
}

/// The request was not answered, and its time is over.
fn its_time_is_over(_: &ExpireRequest, facts: &Facts) -> Result<(), Unfit> {
    facts.request.consent.admits(Step::Expire, facts.now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::{NOW, request};
    use kernel::{Span, decide};

    #[test]
    fn a_request_expires_at_its_closing_and_not_a_millisecond_before() {
        let ask = ExpireRequest { request: RequestId::new(6) };
        let closes_at = NOW + Span::minutes(10);
        assert!(decide(&ask, &Facts { now: closes_at, request: request() }).is_ok());
        assert_eq!(decide(&ask, &Facts { now: closes_at - Span(1), request: request() }), Err(vec![Unfit::StillOpen { closes_at }]));
    }
}
