//! Changing a role meets the world.

use super::{ChangeRole, Facts};
use crate::{index, rules, views::MemberView};
use kernel::{Actor, OrgId, Refusal, Role};
use serde::Deserialize;
use store::{Ask, Tx};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit};

impl Ask for ChangeRole {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let org = index::org(tx, self.org)?.ok_or(Refusal::NotFound)?;
        let present = index::role(tx, self.org, self.user)?.ok_or(Refusal::NotFound)?;
        let heads = index::count_role(tx, self.org, org.kind.head())?;
        let room = rules::io::taken(tx, &org, self.role, Some(present))?;
        Ok(Facts { org, present, heads, room })
    }
}

/// What is sent to change a role.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// One of the organisation's kind: `shop_manager`.
    #[schema(example = "shop_manager")]
    pub role: String,
}

fn ask(visit: &Visit, code: &str) -> Result<ChangeRole, Refusal> {
    let role = Role::from_code(code).ok_or_else(|| Refusal::malformed("role", "access.role_unknown"))?;
    Ok(ChangeRole { org: visit.org()?, user: visit.param("user")?, role })
}

/// `POST /org/{org}/team/{user}/role`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.form().text("role"))?;
    let back = format!("/org/{}/team", ask.org);
    visit.perform(ask).await?;
    visit.redirect(&back, "access.change_role.done")
}

/// `PUT /api/v1/orgs/{org}/members/{user}/role`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, &visit.json::<NewRole>()?.role)?;
    let (org, user) = (ask.org, ask.user);
    let view = move |tx: &mut Tx<'_>| index::member(tx, org, user)?.map(MemberView::from).ok_or(Refusal::NotFound);
    visit.command(ask, StatusCode::OK, view).await
}
