//! What a centre's rights make of other contexts' events: nothing outlives what it rests on.

mod spark;

use crate::{
    keep_promises::KeepPromises, release_account::ReleaseAccount, release_member::ReleaseMember, release_places::ReleasePlaces,
    withdraw_requests::WithdrawRequests,
};
use kernel::Role;
use store::{AnyAsk, Recorded};

/// Event in, asks out, nothing else.
pub fn react(recorded: &Recorded) -> Vec<Box<dyn AnyAsk>> {
    // Rights end first, so that a paused ad says everything that is missing.
    [grants(recorded), people(recorded), spark::react(recorded)].into_iter().flatten().collect()
}

/// Roles on ad accounts and places in groups.
fn people(recorded: &Recorded) -> Vec<Box<dyn AnyAsk>> {
    match recorded.event::<access::Event>() {
        Some(Ok(access::Event::MemberRemoved { org, user, .. })) => vec![Box::new(ReleasePlaces { centre: org, user })],
        Some(Ok(access::Event::MemberJoined { org, user, role: Role::CentreAdmin | Role::CentreMember, invitation: Some(invitation) })) => {
            vec![Box::new(KeepPromises { centre: org, user, invitation })]
        }
        _ => Vec::new(),
    }
}

/// Requests, grants, assignments and own links.
fn grants(recorded: &Recorded) -> Vec<Box<dyn AnyAsk>> {
    if let Some(Ok(event)) = recorded.event::<access::Event>() {
        use access::Event as E;
        return match event {
            E::MemberRemoved { org, user, .. } => {
                vec![Box::new(ReleaseMember { org, user }), Box::new(WithdrawRequests { centre: Some(org), by: Some(user) })]
            }
            E::RoleChanged { org, user, from: Role::CentreAdmin, .. } => {
                vec![Box::new(WithdrawRequests { centre: Some(org), by: Some(user) })]
            }
            E::UserSuspended { user, .. } => vec![Box::new(WithdrawRequests { centre: None, by: Some(user) })],
            E::OrgSuspended { org, .. } => vec![Box::new(WithdrawRequests { centre: Some(org), by: None })],
            _ => Vec::new(),
        };
    }
    if let Some(Ok(accounts::Event::AccountClaimed { account, owner, .. })) = recorded.event::<accounts::Event>() {
        return vec![Box::new(ReleaseAccount { account, owner })];
    }
    Vec::new()
}
