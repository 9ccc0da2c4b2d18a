//! Register an app: from now on it can ask people to let it act for them.

pub mod io;

use crate::{Event, redirect, scopes};
use access::invite_member::HEADS;
use kernel::{AppId, Capability, Cited, May, OrgId, Rules, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What an app is and asks people for, as its developer writes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// What people call it.
    pub name: String,
    /// The addresses to which it may send people back.
    pub redirects: Vec<String>,
    /// Numbers of [`crate::scopes::SCOPES`].
    pub scopes: Vec<u64>,
}

/// What the actor asks for. The secret is made and kept, as a digest, by the shell.
#[derive(Clone, Debug)]
pub struct RegisterApp {
    /// Its new id.
    pub app: AppId,
    /// The developer's organisation.
    pub org: OrgId,
    /// What it is.
    pub draft: Draft,
}

/// All that the rules may look at.
pub struct Facts {
    /// How many apps the organisation has.
    pub count: usize,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values that registering and changing read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many apps an organisation may have.
    pub most: Cited<usize>,
    /// How many addresses an app may send people back to.
    pub most_redirects: Cited<usize>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "apps.register";
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// The organisation has as many as it may.
    TooManyApps {
        /// How many are allowed.
        most: Cited<usize>,
    },
    /// Nobody could come back from the page on which they agree.
    NoRedirect,
    /// There are too many addresses.
    TooManyRedirects {
        /// How many are allowed.
        most: Cited<usize>,
    },
    /// An address that codes must not be sent to.
    RedirectUnfit {
        /// The address.
        redirect: String,
    },
    /// It would ask for nothing.
    NoScope,
    /// There is no such scope.
    ScopeUnknown {
        /// Its number.
        number: String,
    },
}

impl kernel::Denied for Denied {
    // Changing an app is refused for the same reasons.
    fn scope(&self) -> Option<&'static str> {
        Some("apps.register")
    }
}

impl Capability for RegisterApp {
    const NAME: &'static str = "apps.register";
    const MAY: May = May::Members(HEADS);
    const STEP_UP: bool = true;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![there_is_room, people_can_come_back, it_asks_for_something];

    fn events(&self, _: &Facts) -> Vec<Event> {
        let Draft { name, redirects, scopes } = self.draft.clone();
        vec![Event::AppRegistered { app: self.app, org: self.org, name, redirects, scopes }]
    }
}

/// An organisation has `most` apps at the most.
fn there_is_room(_: &RegisterApp, facts: &Facts) -> Result<(), Denied> {
    let most = facts.policy.most.clone();
    if facts.count < most.value { Ok(()) } else { Err(Denied::TooManyApps { most }) }
}

fn people_can_come_back(ask: &RegisterApp, facts: &Facts) -> Result<(), Denied> {
    redirects_fit(&ask.draft, &facts.policy)
}

fn it_asks_for_something(ask: &RegisterApp, _: &Facts) -> Result<(), Denied> {
    scopes_exist(&ask.draft)
}

/// At least one address, at most `most_redirects`, each of which a code may be sent to.
pub(crate) fn redirects_fit(draft: &Draft, policy: &Policy) -> Result<(), Denied> {
    let most = policy.most_redirects.clone();
    let unfit = draft.redirects.iter().find(|redirect| !redirect::fits(redirect));
    match (draft.redirects.len(), unfit) {
        (0, _) => Err(Denied::NoRedirect),
        (count, _) if count > most.value => Err(Denied::TooManyRedirects { most }),
        (_, Some(redirect)) => Err(Denied::RedirectUnfit { redirect: redirect.clone() }),
        (_, None) => Ok(()),
    }
}

/// At least one scope, and each exists.
pub(crate) fn scopes_exist(draft: &Draft) -> Result<(), Denied> {
    let unknown = draft.scopes.iter().find(|number| scopes::scope(**number).is_none());
    match (draft.scopes.is_empty(), unknown) {
        (true, _) => Err(Denied::NoScope),
        (false, Some(number)) => Err(Denied::ScopeUnknown { number: number.to_string() }),
        (false, None) => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::cited;

    pub(crate) fn draft() -> Draft {
        Draft { name: "Reports".into(), redirects: vec!["https://reports.example/back".into()], scopes: vec![150, 156] }
    }

    fn denied(draft: Draft, count: usize) -> Vec<Denied> {
        let policy = Arc::new(Policy { most: cited(2), most_redirects: cited(1) });
        let ask = RegisterApp { app: AppId::new(1), org: OrgId::new(2), draft };
        kernel::decide(&ask, &Facts { count, policy }).err().unwrap_or_default()
    }

    #[test]
    fn the_second_app_is_registered_and_the_third_is_not() {
        assert_eq!(denied(draft(), 1), []);
        assert_eq!(denied(draft(), 2), [Denied::TooManyApps { most: cited(2) }]);
    }

    #[test]
    fn an_app_names_where_people_come_back_to() {
        assert_eq!(denied(Draft { redirects: vec![], ..draft() }, 0), [Denied::NoRedirect]);
        let two = vec!["https://a.example/".into(), "https://b.example/".into()];
        assert_eq!(denied(Draft { redirects: two, ..draft() }, 0), [Denied::TooManyRedirects { most: cited(1) }]);
        let plain = "http://a.example/".to_owned();
        assert_eq!(denied(Draft { redirects: vec![plain.clone()], ..draft() }, 0), [Denied::RedirectUnfit { redirect: plain }]);
    }

    #[test]
    fn an_app_asks_for_scopes_that_exist() {
        assert_eq!(denied(Draft { scopes: vec![], ..draft() }, 0), [Denied::NoScope]);
        assert_eq!(denied(Draft { scopes: vec![150, 7], ..draft() }, 0), [Denied::ScopeUnknown { number: "7".into() }]);
    }
}
