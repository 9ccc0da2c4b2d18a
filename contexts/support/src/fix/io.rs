//! Loads what an act looks at, and asks the gate whether this member may do what the act stands for; the form and the REST call.

use super::{Facts, Fix};
use crate::{Act, index, typed, view};
use accounts::{close_violation::CloseViolation, fields, grant_ecommerce::GrantEcommerce, move_region::MoveRegion, reinstate::Reinstate};
use kernel::{AccountId, Actor, Capability, Check, Denial, May, OrgId, Problem, Refusal, Role, TicketId, ViolationId};
use serde::Deserialize;
use store::{Tx, admit, part::Entry};
use web::{Answer, StatusCode, Visit};

/// The verb that an act stands for: its name, who may, and whether it needs a recent confirmation.
pub(crate) const fn verb(act: &Act) -> (&'static str, May, bool) {
    const fn of<C: Capability>() -> (&'static str, May, bool) {
        (C::NAME, C::MAY, C::STEP_UP)
    }
    match act {
        Act::MoveRegion { .. } => of::<MoveRegion>(),
        Act::CloseViolation { .. } => of::<CloseViolation>(),
        Act::GrantEcommerce => of::<GrantEcommerce>(),
        Act::Reinstate => of::<Reinstate>(),
    }
}

/// Whether a member with this role may do what the act stands for.
pub(crate) fn may(act: &Act, role: Role) -> bool {
    matches!(verb(act).1, May::Members(roles) if roles.contains(&role))
}

impl store::Ask for Fix {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        // The act itself is done by the platform, as a reaction; so whoever asks is taken to that verb's own door here.
        let (permission, may, step_up) = verb(&self.act);
        admit(tx, &Entry { actor, permission, may, step_up, org: Some(self.operator) })?;
        let ticket = index::for_desk(tx, self.operator, self.ticket)?.ticket;
        Ok(Facts { by: actor.user(), ticket })
    }
}

/// What the act's own rules say against it now, for the page that offers it.
pub(crate) fn against(tx: &mut Tx<'_>, actor: &Actor, operator: OrgId, account: AccountId, act: Act) -> Result<Vec<Denial>, Refusal> {
    let reason = String::new;
    let checks = match act {
        Act::MoveRegion { region } => checks(tx, actor, &MoveRegion { operator, account, region, reason: reason() }),
        Act::CloseViolation { violation } => checks(tx, actor, &CloseViolation { operator, account, violation, outcome: reason() }),
        Act::GrantEcommerce => checks(tx, actor, &GrantEcommerce { operator, account, reason: reason() }),
        Act::Reinstate => checks(tx, actor, &Reinstate { operator, account, reason: reason() }),
    };
    Ok(checks?.into_iter().filter_map(|check| check.denial).collect())
}

fn checks<A: store::Ask>(tx: &mut Tx<'_>, actor: &Actor, ask: &A) -> Result<Vec<Check>, Refusal> {
    let facts = ask.facts(tx, actor)?;
    Ok(kernel::precheck(ask, &facts))
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FixTicket)]
pub struct Body {
    /// `move_region`, `close_violation`, `grant_ecommerce` or `reinstate`; all are done on the account that the ticket is about.
    #[schema(example = "grant_ecommerce")]
    pub act: String,
    /// For `move_region`: the country.
    #[serde(default)]
    pub region: String,
    /// For `close_violation`: which.
    #[serde(default)]
    pub violation: String,
    /// Why, for the customer and the account's owner to read; 1 to 500 characters.
    #[schema(example = "Granted after a second look.")]
    pub text: String,
}

fn act(body: &Body) -> Result<Act, Refusal> {
    match body.act.as_str() {
        "move_region" => {
            let region = fields::region(&body.region)
                .ok_or_else(|| Problem::new("region", "support.fix.bad_region").with("given", body.region.as_str()))?;
            Ok(Act::MoveRegion { region })
        }
        "close_violation" => {
            let bad = |_| Problem::new("violation", "support.fix.bad_violation").with("given", body.violation.as_str());
            Ok(Act::CloseViolation { violation: body.violation.parse::<ViolationId>().map_err(bad)? })
        }
        "grant_ecommerce" => Ok(Act::GrantEcommerce),
        "reinstate" => Ok(Act::Reinstate),
        given => Err(Problem::new("act", "support.fix.bad_act").with("given", given).into()),
    }
}

fn ask(visit: &Visit, body: &Body) -> Result<Fix, Refusal> {
    let text = typed::text(&body.text, typed::LONGEST_REASON)?;
    Ok(Fix { operator: visit.org()?, ticket: visit.param("ticket")?, act: act(body)?, text })
}

/// `POST /operator/{org}/tickets/{ticket}/fix`
pub async fn post(visit: Visit) -> Answer {
    let done = perform(&visit).await;
    crate::desk::io::after(visit, done, "support.fix.done").await
}

async fn perform(visit: &Visit) -> Result<(), Refusal> {
    let text = |name: &str| visit.form().text(name).to_owned();
    let ask = ask(visit, &Body { act: text("act"), region: text("region"), violation: text("violation"), text: text("text") })?;
    crate::list::io::perform_sealed(visit, visit.param("ticket")?, ask).await
}

/// `POST /api/v1/operator/{org}/tickets/{ticket}/fix`
pub async fn api(visit: Visit) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let body: Body = visit.json()?;
    let ask = ask(&visit, &body)?;
    visit.command(ask, StatusCode::OK, move |tx| view::for_desk(tx, org, ticket)).await
}
