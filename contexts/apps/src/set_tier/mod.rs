//! Put an app on another tier of rate limits. The platform decides; every app begins on the first.

pub mod io;

use crate::{App, Event, Tier};
use kernel::{AppId, Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

/// Who decides.
pub const KEEPERS: &[Role] = &[Role::OperatorAdmin];

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct SetTier {
    /// The platform's own organisation.
    pub operator: OrgId,
    /// Which app.
    pub app: AppId,
    /// The tier from now on.
    pub tier: Tier,
}

/// All that the rules may look at.
pub struct Facts {
    /// The app.
    pub app: App,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It is on this tier already.
    SameTier,
}

impl kernel::Denied for Denied {}

impl Capability for SetTier {
    const NAME: &'static str = "apps.set_tier";
    const MAY: May = May::Members(KEEPERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![tier_is_another];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::TierSet { app: self.app, org: facts.app.org, from: facts.app.tier, tier: self.tier }]
    }
}

fn tier_is_another(ask: &SetTier, facts: &Facts) -> Result<(), Denied> {
    if ask.tier == facts.app.tier { Err(Denied::SameTier) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::app;

    #[test]
    fn an_app_is_put_on_another_tier_only() {
        let decide = |tier| kernel::decide(&SetTier { operator: OrgId::new(9), app: app().id, tier }, &Facts { app: app() });
        assert_eq!(decide(Tier::Basic), Err(vec![Denied::SameTier]));
        let moved = Event::TierSet { app: app().id, org: app().org, from: Tier::Basic, tier: Tier::Premium };
        assert_eq!(decide(Tier::Premium), Ok(vec![moved]));
    }
}
