//! An owner deletes a code for a post: it is worth nothing from then on. While a running ad rests on it, it stays.

use crate::{Event, index::posts::Authorisation};
use kernel::{AuthorisationId, Capability, Instant, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the owner asks for.
#[derive(Clone, Debug)]
pub struct DeleteAuthorisation {
    /// As which creator.
    pub owner: OrgId,
    /// Which code's authorisation.
    pub authorisation: AuthorisationId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// The authorisation.
    pub found: Authorisation,
    /// The running ads that rest on it, by name.
    pub ads: Vec<String>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It is over already.
    NotInForce,
    /// Running ads rest on it.
    InUse {
        /// How many.
        count: usize,
        /// The first of them, by name.
        ads: Vec<String>,
    },
}

impl kernel::Denied for Denied {}

impl Capability for DeleteAuthorisation {
    const NAME: &'static str = "centers.delete_authorisation";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![code_is_in_force, no_running_ad_rests_on_it];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        vec![Event::PostAuthorisationDeleted { authorised: facts.found.authorised.clone() }]
    }
}

/// The code is in force; what is over cannot end again.
fn code_is_in_force(_: &DeleteAuthorisation, facts: &Facts) -> Result<(), Denied> {
    if facts.found.in_force(facts.now) { Ok(()) } else { Err(Denied::NotInForce) }
}

/// How many ads a refusal names.
const NAMED: usize = 5;

/// No running ad rests on it.
fn no_running_ad_rests_on_it(_: &DeleteAuthorisation, facts: &Facts) -> Result<(), Denied> {
    let ads = &facts.ads;
    if ads.is_empty() { Ok(()) } else { Err(Denied::InUse { count: ads.len(), ads: ads.iter().take(NAMED).cloned().collect() }) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Authorised;
    use kernel::{AccountId, Span, decide};

    /// A code that was made at 0 for seven days.
    pub(crate) fn authorisation() -> Authorisation {
        let (authorisation, account, owner) = (AuthorisationId::new(1), AccountId::new(3), OrgId::new(2));
        Authorisation {
            authorised: Authorised { authorisation, account, owner, post: "7".into() },
            days: 7,
            made_at: Instant(0),
            expires_at: Instant(0) + Span::days(7),
            ended_at: None,
            deleted: false,
            version: 1,
        }
    }

    fn ask() -> DeleteAuthorisation {
        DeleteAuthorisation { owner: OrgId::new(2), authorisation: AuthorisationId::new(1) }
    }

    fn facts() -> Facts {
        Facts { now: Instant(0), found: authorisation(), ads: Vec::new() }
    }

    #[test]
    fn a_code_is_deleted_unless_a_running_ad_rests_on_it() {
        assert!(matches!(decide(&ask(), &facts()).as_deref(), Ok([Event::PostAuthorisationDeleted { .. }])));
        let used = Facts { ads: vec!["Autumn".into()], ..facts() };
        assert_eq!(decide(&ask(), &used), Err(vec![Denied::InUse { count: 1, ads: vec!["Autumn".into()] }]));
    }

    #[test]
    fn a_code_that_is_over_is_not_deleted_again() {
        let mut facts = facts();
        facts.now = facts.found.expires_at;
        assert_eq!(decide(&ask(), &facts), Err(vec![Denied::NotInForce]));
    }
}
