//! Loads what the rules about requests and grants look at.

use super::Subject;
use access::OrgState;
use kernel::{AccountId, Actor, OrgId, Refusal, UserId};
use store::Tx;

/// The person who acts. What is granted is granted by someone.
pub(crate) fn person(actor: &Actor) -> Result<UserId, Refusal> {
    actor.user().ok_or(Refusal::Unauthenticated)
}

/// Whether an organisation may act.
pub(crate) fn state(tx: &mut Tx<'_>, org: OrgId) -> Result<OrgState, Refusal> {
    Ok(access::index::org(tx, org)?.ok_or(Refusal::NotFound)?.state)
}

/// An account, whosever it is.
pub(crate) fn subject(tx: &mut Tx<'_>, account: AccountId) -> Result<Subject, Refusal> {
    accounts::index::account(tx, account)?.as_ref().map(about).ok_or(Refusal::NotFound)
}

/// An account of this owner; another's is not there.
pub(crate) fn own_subject(tx: &mut Tx<'_>, owner: OrgId, account: AccountId) -> Result<Subject, Refusal> {
    accounts::index::own_account(tx, owner, account)?.as_ref().map(about).ok_or(Refusal::NotFound)
}

fn about(account: &accounts::Account) -> Subject {
    Subject { account: account.id, owner: account.owner, claimed: account.claimed, state: account.state }
}
