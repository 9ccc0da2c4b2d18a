//! Remove an app: nobody's trust in it counts any longer.

pub mod io;

use crate::Event;
use access::invite_member::HEADS;
use kernel::{AppId, Capability, May, OrgId, Rules, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct RemoveApp {
    /// Which app.
    pub app: AppId,
    /// The developer's organisation.
    pub org: OrgId,
}

/// There is nothing to look at but that the app is there, which loading finds out.
pub struct Facts;

/// There is no reason against it.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for RemoveApp {
    const NAME: &'static str = "apps.remove";
    const MAY: May = May::Members(HEADS);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];

    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::AppRemoved { app: self.app, org: self.org }]
    }
}
