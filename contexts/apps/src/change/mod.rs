//! Change what an app is called, asks for, and where it sends people back. What people agreed to before stays as it was.

pub mod io;

use crate::{
    App, Event,
    register::{Denied, Draft, Policy, redirects_fit, scopes_exist},
};
use access::invite_member::HEADS;
use kernel::{AppId, Capability, May, OrgId, Rules, rules};
use std::sync::Arc;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct ChangeApp {
    /// Which.
    pub app: AppId,
    /// The developer's organisation.
    pub org: OrgId,
    /// What it is from now on.
    pub draft: Draft,
}

/// All that the rules may look at.
pub struct Facts {
    /// What it is now.
    pub app: App,
    /// The values in force.
    pub policy: Arc<Policy>,
}

impl Capability for ChangeApp {
    const NAME: &'static str = "apps.change";
    const MAY: May = May::Members(HEADS);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![people_can_come_back, it_asks_for_something];

    fn events(&self, _: &Facts) -> Vec<Event> {
        let Draft { name, redirects, scopes } = self.draft.clone();
        vec![Event::AppChanged { app: self.app, org: self.org, name, redirects, scopes }]
    }
}

fn people_can_come_back(ask: &ChangeApp, facts: &Facts) -> Result<(), Denied> {
    redirects_fit(&ask.draft, &facts.policy)
}

fn it_asks_for_something(ask: &ChangeApp, _: &Facts) -> Result<(), Denied> {
    scopes_exist(&ask.draft)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        register::tests::draft,
        testing::{app, cited},
    };

    #[test]
    fn a_change_is_held_to_what_a_new_app_is_held_to() {
        let policy = Arc::new(Policy { most: cited(0), most_redirects: cited(1) });
        let denied = |draft: Draft| {
            let ask = ChangeApp { app: AppId::new(1), org: OrgId::new(2), draft };
            kernel::decide(&ask, &Facts { app: app(), policy: policy.clone() }).err()
        };
        assert_eq!(denied(draft()), None);
        assert_eq!(denied(Draft { redirects: vec![], scopes: vec![], ..draft() }), Some(vec![Denied::NoRedirect, Denied::NoScope]));
    }
}
