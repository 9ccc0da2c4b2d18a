//! The team page: who belongs to an organisation, and who was invited.

use crate::{
    index::{self, Team},
    invite_member::HEADS,
    shown,
    views::{InvitationView, MemberList, MemberView},
};
use kernel::{Instant, Refusal, Role, UserId};
use web::{Answer, StatusCode, Visit, context};

/// How many members a page has.
const PAGE: i64 = 50;

/// What the address asks for. What is not understood is refused, not ignored.
fn wanted(visit: &Visit, usual: i64) -> Result<Team, Refusal> {
    let role = visit.query("role").map(|code| Role::from_code(code).ok_or_else(|| Refusal::malformed("role", "access.role_unknown")));
    let limit = visit.query("limit").map_or(Ok(usual), |text| match text.parse() {
        Ok(limit @ 1..=200) => Ok(limit),
        Ok(_) | Err(_) => Err(Refusal::malformed("limit", "access.limit_unknown")),
    })?;
    let after = visit.query("after").map(|text| read_place(text).ok_or_else(|| Refusal::malformed("after", "access.after_unknown")));
    let search = visit.query("q").unwrap_or_default().to_owned();
    Ok(Team { search, role: role.transpose()?, after: after.transpose()?, limit })
}

/// A place in the list as text: when they joined, and who.
fn write_place(member: &index::Member) -> String {
    format!("{}.{}", member.joined_at.0, member.user)
}
fn read_place(text: &str) -> Option<(Instant, UserId)> {
    let (at, user) = text.split_once('.')?;
    Some((Instant(at.parse().ok()?), user.parse().ok()?))
}

/// One page of what is wanted, where the next begins, and how many there are in all.
async fn find(visit: &Visit, wanted: Team) -> Result<(Vec<index::Member>, Option<String>, i64), Refusal> {
    let (org, limit) = (visit.org()?, wanted.limit);
    let (mut found, total) = visit
        .read(move |tx| {
            let total = index::team_count(tx, org, &wanted)?;
            Ok((index::team(tx, org, &Team { limit: limit + 1, ..wanted })?, total))
        })
        .await?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(0));
    let next = found.last().filter(|_| more).map(write_place);
    Ok((found, next, total))
}

pub(crate) async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let manages = visit.role().is_some_and(|role| HEADS.contains(&role));
    let (org, open, heads) = visit
        .read(move |tx| {
            let now = tx.now;
            let found = index::org(tx, org)?.ok_or(Refusal::NotFound)?;
            let open: Vec<_> = index::open_invitations(tx, org)?.into_iter().map(|one| InvitationView::of(one, now)).collect();
            let heads = index::count_role(tx, org, found.kind.head())?;
            Ok((found, open, heads))
        })
        .await?;
    let (members, next, total) = find(visit, wanted(visit, PAGE)?).await?;
    let roles = shown::roles(visit, org.kind);
    let invitations = if manages { open } else { Vec::new() };
    let (own, head, present) = (visit.user()?, org.kind.head(), visit.role());
    let here = format!("/org/{}/team", org.id);
    let search = visit.query("q").unwrap_or_default();
    let kept = if search.is_empty() { String::new() } else { format!("q={}&", crate::sign_up::io::escape(search)) };
    let next = next.map(|after| format!("{here}?{kept}after={after}"));
    let first = visit.query("after").map(|_| format!("{here}?{kept}"));
    Ok(context! {
        title => "access.team.title", org, members, invitations, roles, manages, own, head, heads, here, search, next, first, total,
        is_last_head => present == Some(head) && heads <= 1,
        present,
    })
}

/// `GET /org/{org}/team?q=&after=`.
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("access/team.html", facts).await
}

/// `GET /api/v1/orgs/{org}/members`.
pub async fn api(visit: Visit) -> Answer {
    let (members, next, total) = find(&visit, wanted(&visit, 200)?).await?;
    let items = members.into_iter().map(MemberView::from).collect();
    visit.answer(StatusCode::OK, &MemberList { items, next, total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_reads_back() {
        let member = index::Member {
            user: UserId::new(7),
            name: String::new(),
            email: String::new(),
            role: Role::CentreMember,
            joined_at: Instant(1_795_000_000_123),
            second_factor: false,
        };
        assert_eq!(read_place(&write_place(&member)), Some((member.joined_at, member.user)));
        assert_eq!(read_place("1"), None);
        assert_eq!(read_place("x.usr_00000000000000000000000000000007"), None);
    }
}
