//! Change one's own name, language and time zone.

pub mod io;

use crate::Event;
use kernel::{Capability, May, Rules, UserId, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct ChangeProfile {
    /// The person.
    pub user: UserId,
    /// What people call them.
    pub name: String,
    /// `en` or `zh`.
    pub lang: String,
    /// An IANA time zone.
    pub zone: String,
}

/// There is nothing to look at: one's own profile can always be changed.
pub struct Facts;

/// Nothing speaks against it.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for ChangeProfile {
    const NAME: &'static str = "access.change_profile";
    const MAY: May = May::Person;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];

    fn events(&self, _: &Facts) -> Vec<Event> {
        let (name, lang, zone) = (self.name.clone(), self.lang.clone(), self.zone.clone());
        vec![Event::ProfileChanged { user: self.user, name, lang, zone }]
    }
}
