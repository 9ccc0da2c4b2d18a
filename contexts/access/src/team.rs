//! The team page: who belongs to an organisation, and who was invited.

use crate::{
    index,
    invite_member::HEADS,
    shown,
    views::{InvitationView, MemberList, MemberView},
};
use kernel::{Refusal, Standing};
use web::{Answer, StatusCode, Visit, context};

pub(crate) async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let manages = visit.role().is_some_and(|role| HEADS.contains(&role));
    let (org, members, invitations) = visit
        .read(move |tx| {
            let now = tx.now;
            let found = index::org(tx, org)?.ok_or(Refusal::NotFound)?;
            let open = index::invitations(tx, org)?.into_iter().filter(|one| one.standing_at(now) == Standing::Asked);
            let open: Vec<InvitationView> = open.map(|one| InvitationView::of(one, now)).collect();
            Ok((found, index::members(tx, org)?, open))
        })
        .await?;
    let roles = shown::roles(visit, org.kind);
    let invitations = if manages { invitations } else { Vec::new() };
    let (own, head) = (visit.user()?, org.kind.head());
    let heads = members.iter().filter(|member| member.role == head).count();
    Ok(context! { title => "access.team.title", org, members, invitations, roles, manages, own, head, heads })
}

/// `GET /org/{org}/team`.
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("access/team.html", facts).await
}

/// `GET /api/v1/orgs/{org}/members`.
pub async fn api(visit: Visit) -> Answer {
    let org = visit.org()?;
    let members = visit.read(move |tx| index::members(tx, org)).await?;
    let items = members.into_iter().map(MemberView::from).collect();
    visit.answer(StatusCode::OK, &MemberList { items })
}
