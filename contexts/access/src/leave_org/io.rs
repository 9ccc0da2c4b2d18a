//! Leaving meets the world.

use super::{Facts, LeaveOrg};
use crate::{index, shown, team};
use kernel::{Actor, OrgId, Refusal};
use serde::Serialize;
use store::{Ask, Tx};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit};

impl Ask for LeaveOrg {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        let role = index::role(tx, self.org, self.user)?.ok_or(Refusal::NotFound)?;
        let heads = index::count_role(tx, self.org, role.org().head())?;
        Ok(Facts { role, heads })
    }
}

/// `POST /org/{org}/team/leave`.
pub async fn post(visit: Visit) -> Answer {
    let ask = LeaveOrg { org: visit.org()?, user: visit.user()? };
    match visit.perform(ask).await {
        Ok(_) => visit.redirect("/", "access.leave_org.done"),
        Err(refusal) => {
            let facts = team::facts(&visit).await?;
            shown::again(&visit, "access/team.html", facts, refusal).await
        }
    }
}

/// What was left.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Left {
    /// The organisation, `org_…`.
    pub org: String,
    /// Who left, `usr_…`.
    pub user: String,
}

/// `POST /api/v1/orgs/{org}/leave`.
pub async fn api(visit: Visit) -> Answer {
    let ask = LeaveOrg { org: visit.org()?, user: visit.actor().user().ok_or(Refusal::Unauthenticated)? };
    let (org, user) = (ask.org, ask.user);
    visit.command(ask, StatusCode::OK, move |_| Ok(Left { org: org.to_string(), user: user.to_string() })).await
}
