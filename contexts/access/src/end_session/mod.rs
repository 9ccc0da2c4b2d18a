//! End a session: sign out here, or sign another browser out.

pub mod io;

use crate::Event;
use kernel::{Capability, May, Rules, SessionId, UserId, rules};
use serde::Serialize;

/// What the actor asks for. Only one's own sessions can be ended; others do not exist.
#[derive(Clone, Debug)]
pub struct EndSession {
    /// The person.
    pub user: UserId,
    /// Which session.
    pub session: SessionId,
}

/// There is nothing to look at: a session that is the person's own can always be ended.
pub struct Facts;

/// Nothing speaks against it.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for EndSession {
    const NAME: &'static str = "access.end_session";
    const MAY: May = May::Person;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::SessionEnded { user: self.user, session: self.session }]
    }
}
