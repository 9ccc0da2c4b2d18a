//! The creator's side, phone first: what waits for an answer, what is linked, how to leave, and what has been.

mod home;
pub(crate) mod invitation;
pub(crate) mod link;
mod links;

use crate::{accept::Accept, decline::Decline, request_unlink::RequestUnlink, withdraw_unlink::WithdrawUnlink};
use kernel::{Actor, Capability, Check, May, Refusal, Role};
use serde_json::{Map, Value as Json, json};
use store::{Ask, Tx};
use web::Visit;

/// Who may look at a creator's links. Only the owner answers and leaves.
pub(crate) const MEMBERS: &[Role] = &[Role::CreatorOwner, Role::CreatorStaff];

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let members = May::Members(MEMBERS);
    routes.page("/creator/{org}", members, home::page);
    routes.page("/creator/{org}/invitations/{link}", members, invitation::page);
    routes.form("/creator/{org}/invitations/{link}/accept", Accept::MAY, crate::accept::io::post);
    routes.form("/creator/{org}/invitations/{link}/decline", Decline::MAY, crate::decline::io::post);
    routes.page("/creator/{org}/links", members, links::page);
    routes.page("/creator/{org}/history", members, links::history);
    routes.page("/creator/{org}/links/{link}", members, link::page);
    routes.form("/creator/{org}/links/{link}/request_unlink", RequestUnlink::MAY, crate::request_unlink::io::post);
    routes.form("/creator/{org}/links/{link}/withdraw_unlink", WithdrawUnlink::MAY, crate::withdraw_unlink::io::post);
}

/// Every rule's answer, for whoever may look at the page: staff see what stands in the way, although the owner acts.
fn answers<A: Ask>(tx: &mut Tx<'_>, actor: &Actor, ask: &A) -> Result<Vec<Check>, Refusal> {
    let facts = ask.facts(tx, actor)?;
    Ok(kernel::precheck(ask, &facts))
}

/// The rules' answers as the kit's checklist draws them: what stands in the way first.
fn drawn<A: Capability>(visit: &Visit, checks: &[Check]) -> Vec<Json> {
    let (bad, good): (Vec<_>, Vec<_>) = checks.iter().partition(|check| check.denial.is_some());
    bad.into_iter().chain(good).map(|check| visit.check(A::NAME, check)).collect()
}

/// What stands against an act, in words: first one's role, then the rules.
fn blocked(visit: &Visit, checks: &[Check]) -> Vec<Json> {
    let none = Map::new();
    let say = |key: &str| visit.say(&format!("linking.creator.{key}"), &none);
    let is_owner = visit.role() == Some(Role::CreatorOwner);
    let role = (!is_owner).then(|| json!({"text": say("not_your_role"), "remedy": say("not_your_role_fix")}));
    let denials = checks.iter().filter_map(|check| check.denial.as_ref()).map(|denial| visit.denial(denial));
    role.into_iter().chain(denials).collect()
}
