//! Codes die with the right of whoever made them: an admin who is one no longer, a person who was locked out, a centre that was
//! stopped.

use crate::{Event, index::requests::Request};
use kernel::{Capability, May, OrgId, Rules, UserId, rules};
use serde::Serialize;

pub mod io;

/// What the platform asks for.
#[derive(Clone, Debug)]
pub struct WithdrawRequests {
    /// Of which centre; of every one where none is named.
    pub centre: Option<OrgId>,
    /// By whom; by everyone where nobody is named.
    pub by: Option<UserId>,
}

/// All that there is to take back.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Requests that wait for an answer.
    pub open: Vec<Request>,
}

/// Why not: there is no reason against.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for WithdrawRequests {
    const NAME: &'static str = "centers.withdraw_requests";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let back =
            |request: &Request| Event::AccessRequestWithdrawn { request: request.id, centre: request.centre(), owner: request.owner() };
        facts.open.iter().map(back).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::granting::tests::request;
    use kernel::decide;

    #[test]
    fn every_open_code_is_taken_back() {
        let ask = WithdrawRequests { centre: Some(OrgId::new(1)), by: None };
        let withdrawn = Event::AccessRequestWithdrawn { request: request().id, centre: OrgId::new(1), owner: Some(OrgId::new(2)) };
        assert_eq!(decide(&ask, &Facts { open: vec![request()] }), Ok(vec![withdrawn]));
    }
}
