//! Loads what extending looks at.

use super::{ExtendAuthorisation, Facts};
use crate::index::posts;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for ExtendAuthorisation {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let owner = access::index::org(tx, self.owner)?.ok_or(Refusal::NotFound)?;
        let found = posts::authorisation(tx, self.owner, self.authorisation)?.ok_or(Refusal::NotFound)?;
        let is_theirs = accounts::index::own_account(tx, self.owner, found.authorised.account)?.is_some();
        Ok(Facts { now: tx.now, owner: owner.state, found, is_theirs, policy: tx.policy(owner.scope())? })
    }
}
