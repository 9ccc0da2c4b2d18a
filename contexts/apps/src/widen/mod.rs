//! An app that founded an organisation for its person may act in it as well: the platform adds it to the authorisation.

pub mod io;

use crate::{App, Authorisation, Event};
use kernel::{Capability, May, OrgId, Rules, TokenId, rules};
use serde::Serialize;

/// What the platform asks for.
#[derive(Clone, Debug)]
pub struct Widen {
    /// Which authorisation.
    pub authorisation: TokenId,
    /// The organisation that the app founded.
    pub added: OrgId,
}

/// All that the rules may look at.
pub struct Facts {
    /// The app.
    pub app: App,
    /// The authorisation.
    pub authorisation: Authorisation,
}

/// There is no reason against it.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {}

impl kernel::Denied for Denied {}

impl Capability for Widen {
    const NAME: &'static str = "apps.widen";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (app, org, user) = (facts.app.id, facts.app.org, facts.authorisation.user);
        let is_new = !facts.authorisation.orgs.contains(&self.added);
        let widened = Event::AuthorisationWidened { authorisation: self.authorisation, app, org, user, added: self.added };
        is_new.then_some(widened).into_iter().collect()
    }
}
