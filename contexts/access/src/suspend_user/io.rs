//! Locking a person out meets the world.

use super::{Facts, SuspendUser};
use crate::{
    index, typed,
    views::{PersonView, Reason},
};
use kernel::{Actor, OrgId, OrgKind, Refusal, UserId};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for SuspendUser {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let user = index::user(tx, self.user)?.ok_or(Refusal::NotFound)?;
        let is_operator = index::roles(tx, self.user)?.iter().any(|(org, _)| org.kind == OrgKind::Operator);
        Ok(Facts { suspended: user.suspended, is_oneself: actor.user() == Some(self.user), is_operator })
    }
}

fn ask(visit: &Visit, typed: &str) -> Result<SuspendUser, Refusal> {
    let user: UserId = visit.param("user")?;
    Ok(SuspendUser { operator: visit.org()?, user, reason: typed::reason("reason", typed)? })
}

/// `POST /operator/{org}/shops/{shop}/people/{user}/suspend`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("reason"))?;
    let back = format!("/operator/{}/shops/{}", ask.operator, visit.param::<OrgId>("shop")?);
    visit.perform(ask).await?;
    visit.redirect(&back, "access.suspend_user.done")
}

/// `POST /api/v1/operators/{org}/people/{user}/suspend`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, &visit.json::<Reason>()?.reason)?;
    let user = ask.user;
    let view = move |tx: &mut Tx<'_>| index::user(tx, user)?.map(PersonView::from).ok_or(Refusal::NotFound);
    visit.command(ask, StatusCode::OK, view).await
}
