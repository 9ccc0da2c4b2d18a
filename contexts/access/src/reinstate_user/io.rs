//! Letting a person in again meets the world.

use super::{Facts, ReinstateUser};
use crate::{
    index, typed,
    views::{PersonView, Reason},
};
use kernel::{Actor, OrgId, Refusal, UserId};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for ReinstateUser {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { suspended: index::user(tx, self.user)?.ok_or(Refusal::NotFound)?.suspended })
    }
}

fn ask(visit: &Visit, typed: &str) -> Result<ReinstateUser, Refusal> {
    let user: UserId = visit.param("user")?;
    Ok(ReinstateUser { operator: visit.org()?, user, reason: typed::reason("reason", typed)? })
}

/// `POST /operator/{org}/shops/{shop}/people/{user}/reinstate`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("reason"))?;
    let back = format!("/operator/{}/shops/{}", ask.operator, visit.param::<OrgId>("shop")?);
    visit.perform(ask).await?;
    visit.redirect(&back, "access.reinstate_user.done")
}

/// `POST /api/v1/operators/{org}/people/{user}/reinstate`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, &visit.json::<Reason>()?.reason)?;
    let user = ask.user;
    let view = move |tx: &mut Tx<'_>| index::user(tx, user)?.map(PersonView::from).ok_or(Refusal::NotFound);
    visit.command(ask, StatusCode::OK, view).await
}
