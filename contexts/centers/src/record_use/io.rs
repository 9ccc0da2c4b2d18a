//! Loads what recording a use looks at.

use super::{Facts, Policy, RecordUse};
use crate::{Reader, granting::io, index::grants};
use kernel::{Actor, OrgId, Refusal};
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
        let last = grants::last_use(tx, self.centre, self.account, user, self.scope)?;
        let last_at = last.filter(|last| *last >= grant.since);
        Ok(Facts { now: tx.now, user, may, last_at, policy: tx.policy::<Policy>(Scope::PLATFORM)?, grant })
    }
}
