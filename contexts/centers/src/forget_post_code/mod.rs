//! An ad account forgets a code for a post that is over. One that is in force is its owner's to delete.

use crate::{
    Event,
    index::posts::Authorisation,
    rules::spark::{self, HasPlace, Place},
};
use kernel::{AdAccountId, AuthorisationId, Capability, Instant, May, OrgId, Role, Rules, UserId, rules};
use serde::Serialize;

pub mod io;

/// What the member asks for.
#[derive(Clone, Debug)]
pub struct ForgetPostCode {
    /// For which centre.
    pub centre: OrgId,
    /// Who.
    pub by: UserId,
    /// In which ad account.
    pub ad_account: AdAccountId,
    /// Which code.
    pub authorisation: AuthorisationId,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// Who acts where.
    pub place: Place,
    /// The code.
    pub found: Authorisation,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// It is in force.
    StillInForce {
        /// Until when.
        expires_at: Instant,
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
            Denied::Spark(denied) => denied.scope(),
            Denied::StillInForce { .. } => None,
        }
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::StillInForce { expires_at } => Some(*expires_at),
            Denied::Spark(_) => None,
        }
    }
}

impl HasPlace for Facts {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl Capability for ForgetPostCode {
    const NAME: &'static str = "centers.forget_post_code";
    const MAY: May = May::Members(&[Role::CentreAdmin, Role::CentreMember]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> =
        rules![spark::centre_is_normal, spark::person_is_a_member, spark::ad_account_is_open, spark::role_runs_ads, code_is_over,];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let authorised = facts.found.authorised.clone();
        vec![Event::PostCodeForgotten { authorised, centre: self.centre, ad_account: self.ad_account, by: self.by }]
    }
}

/// The code is over: expired, or deleted by its owner.
fn code_is_over(_: &ForgetPostCode, facts: &Facts) -> Result<(), Denied> {
    let found = &facts.found;
    if found.in_force(facts.now) { Err(Denied::StillInForce { expires_at: found.expires_at }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AdRole, delete_authorisation::tests::authorisation, rules::spark::tests::place};
    use kernel::{Span, decide};

    fn ask() -> ForgetPostCode {
        ForgetPostCode {
            centre: OrgId::new(1),
            by: UserId::new(5),
            ad_account: AdAccountId::new(6),
            authorisation: AuthorisationId::new(1),
        }
    }

    fn facts(found: Authorisation, now: Instant) -> Facts {
        Facts { now, place: place(), found }
    }

    #[test]
    fn a_code_is_forgotten_from_the_moment_at_which_it_is_worth_nothing() {
        let expires_at = authorisation().expires_at;
        let early = decide(&ask(), &facts(authorisation(), expires_at - Span(1)));
        assert_eq!(early, Err(vec![Denied::StillInForce { expires_at }]));
        let forgotten = decide(&ask(), &facts(authorisation(), expires_at));
        assert!(matches!(forgotten.as_deref(), Ok([Event::PostCodeForgotten { .. }])));
        let deleted = Authorisation { deleted: true, ended_at: Some(Instant(5)), ..authorisation() };
        assert!(decide(&ask(), &facts(deleted, Instant(5))).is_ok());
    }

    #[test]
    fn who_runs_no_ads_forgets_no_code() {
        let now = authorisation().expires_at;
        let analyst = Facts { place: Place { role: Some(AdRole::Analyst), ..place() }, ..facts(authorisation(), now) };
        assert_eq!(decide(&ask(), &analyst), Err(vec![Denied::Spark(spark::Denied::RoleTooLow { role: AdRole::Analyst })]));
    }
}
