//! Loads what recording a use looks at.

use super::{Facts, Policy, RecordUse, is_due};
use crate::{Reader, Scope as Use, granting::io, index::grants};
use kernel::{AccountId, Actor, Instant, OrgId, Refusal, UserId};
use store::{Ask, Scope, Tx};

impl Ask for RecordUse {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let user = io::person(actor)?;
        // Whoever was not given the account learns nothing of it.
        let grant = grants::seen(tx, self.centre, Reader::Member(user), self.account)?.ok_or(Refusal::NotFound)?;
        let may = grants::scopes_of(tx, self.centre, self.account, user)?.by_centre();
        let last_at = last_use(tx, &grant, user, self.scope)?;
        Ok(Facts { now: tx.now, user, may, last_at, policy: tx.policy::<Policy>(Scope::PLATFORM)?, grant })
    }
}

/// When a member last used an account under this grant; what was used under an earlier one says nothing about it.
fn last_use(tx: &mut Tx<'_>, grant: &grants::Grant, user: UserId, scope: Use) -> Result<Option<Instant>, Refusal> {
    let last = grants::last_use(tx, grant.held.centre, grant.held.account, user, scope)?;
    Ok(last.filter(|last| *last >= grant.since))
}

/// Whether a use would be recorded now: asked before the ask, so that a use which needs no record needs no write either.
pub fn is_due_now(tx: &mut Tx<'_>, centre: OrgId, account: AccountId, user: UserId, scope: Use) -> Result<bool, Refusal> {
    let Some(grant) = grants::grant(tx, centre, account)? else { return Ok(false) };
    let (last_at, policy) = (last_use(tx, &grant, user, scope)?, tx.policy::<Policy>(Scope::PLATFORM)?);
    Ok(is_due(tx.now, last_at, &policy))
}
