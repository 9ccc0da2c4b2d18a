//! An account's owner lets ads show a post, or no longer. While a running ad rests on the switch it stays on.

use crate::{Event, rules::spark};
use accounts::{AccountState, Visibility};
use kernel::{AccountId, Capability, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct SwitchPost {
    /// As which creator.
    pub owner: OrgId,
    /// Which account.
    pub account: AccountId,
    /// Which post, by its id.
    pub post: String,
    /// Whether ads may show it from now on.
    pub on: bool,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the account is in order.
    pub account: AccountState,
    /// Whether it is one of a government, a politician or a political party.
    pub is_political: bool,
    /// Who can see the post.
    pub seen_by: Visibility,
    /// Whether ads may show it now.
    pub is_on: bool,
    /// The running ads that rest on the switch, by name.
    pub ads: Vec<String>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// Running ads rest on the switch.
    InUse {
        /// How many.
        count: usize,
        /// The first of them, by name.
        ads: Vec<String>,
    },
    /// A condition of ads in general.
    #[serde(untagged)]
    Spark(spark::Denied),
}

impl From<spark::Denied> for Denied {
    fn from(denied: spark::Denied) -> Self {
        Denied::Spark(denied)
    }
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        match self {
            Denied::InUse { .. } => None,
            Denied::Spark(denied) => denied.scope(),
        }
    }
}

impl Capability for SwitchPost {
    const NAME: &'static str = "centers.switch_post";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![account_may_be_shown, post_is_public, no_running_ad_rests_on_it];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        // What is as it should be does not happen again.
        if facts.is_on == self.on {
            return Vec::new();
        }
        vec![Event::PostSwitched { account: self.account, owner: self.owner, post: self.post.clone(), on: self.on }]
    }
}

/// To be switched on, the post's account is in order and not political.
fn account_may_be_shown(ask: &SwitchPost, facts: &Facts) -> Result<(), Denied> {
    match facts.account {
        _ if !ask.on => Ok(()),
        AccountState::Normal if facts.is_political => Err(spark::Denied::AccountPolitical.into()),
        AccountState::Normal => Ok(()),
        state => Err(spark::Denied::AccountNotNormal { state }.into()),
    }
}

/// To be switched on, the post can be seen by everyone.
fn post_is_public(ask: &SwitchPost, facts: &Facts) -> Result<(), Denied> {
    let visibility = facts.seen_by;
    if ask.on && visibility != Visibility::Public { Err(spark::Denied::NotPublic { visibility }.into()) } else { Ok(()) }
}

/// How many ads a refusal names.
const NAMED: usize = 5;

/// To be switched off, no running ad rests on it.
fn no_running_ad_rests_on_it(ask: &SwitchPost, facts: &Facts) -> Result<(), Denied> {
    if ask.on || facts.ads.is_empty() {
        return Ok(());
    }
    Err(Denied::InUse { count: facts.ads.len(), ads: facts.ads.iter().take(NAMED).cloned().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::decide;

    fn ask(on: bool) -> SwitchPost {
        SwitchPost { owner: OrgId::new(2), account: AccountId::new(3), post: "7".into(), on }
    }

    fn facts(is_on: bool) -> Facts {
        Facts { account: AccountState::Normal, is_political: false, seen_by: Visibility::Public, is_on, ads: Vec::new() }
    }

    #[test]
    fn a_post_is_switched_on_and_off_and_never_twice() {
        for (on, is_on) in [(true, false), (false, true)] {
            assert!(matches!(decide(&ask(on), &facts(is_on)).unwrap()[..], [Event::PostSwitched { on: now, .. }] if now == on));
            assert_eq!(decide(&ask(on), &facts(on)), Ok(vec![]));
        }
    }

    #[test]
    fn a_post_stays_on_while_a_running_ad_rests_on_it_and_the_refusal_names_the_first_five() {
        let ads: Vec<String> = (1..=7).map(|n| format!("ad {n}")).collect();
        let denied = decide(&ask(false), &Facts { ads: ads.clone(), ..facts(true) });
        assert_eq!(denied, Err(vec![Denied::InUse { count: 7, ads: ads[..5].to_vec() }]));
        assert_eq!(decide(&ask(true), &Facts { ads, ..facts(true) }), Ok(vec![]), "switching on is no trouble");
    }

    #[test]
    fn what_no_ad_may_show_is_not_switched_on_but_can_be_switched_off() {
        let bent = Facts { account: AccountState::Suspended, seen_by: Visibility::Friends, ..facts(false) };
        let denied = decide(&ask(true), &bent).unwrap_err();
        assert_eq!(denied.len(), 2);
        assert!(decide(&ask(false), &Facts { is_on: true, ..bent }).is_ok());
        let political = Facts { is_political: true, ..facts(false) };
        assert_eq!(decide(&ask(true), &political), Err(vec![Denied::Spark(spark::Denied::AccountPolitical)]));
    }
}
