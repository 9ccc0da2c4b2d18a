//! Removing a member meets the world.

use super::{Facts, RemoveMember};
use crate::{
    index::{self, Team},
    views::{MemberList, MemberView},
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for RemoveMember {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let role = index::role(tx, self.org, self.user)?.ok_or(Refusal::NotFound)?;
        let heads = index::count_role(tx, self.org, role.org().head())?;
        Ok(Facts { role, heads })
    }
}

fn ask(visit: &Visit) -> Result<RemoveMember, Refusal> {
    Ok(RemoveMember { org: visit.org()?, user: visit.param("user")? })
}

/// `POST /org/{org}/team/{user}/remove`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let is_self = visit.user()? == ask.user;
    let back = if is_self { "/".to_owned() } else { format!("/org/{}/team", ask.org) };
    visit.perform(ask).await?;
    visit.redirect(&back, "access.remove_member.done")
}

/// `DELETE /api/v1/orgs/{org}/members/{user}`: the first of the members who remain, and how many they are.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let org = ask.org;
    let view = move |tx: &mut Tx<'_>| {
        let total = index::team_count(tx, org, &Team::default())?;
        let first = index::team(tx, org, &Team { limit: 200, ..Team::default() })?;
        Ok(MemberList { items: first.into_iter().map(MemberView::from).collect(), next: None, total })
    };
    visit.command(ask, StatusCode::OK, view).await
}
