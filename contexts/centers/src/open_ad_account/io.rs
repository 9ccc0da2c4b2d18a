//! Loads what the verb looks at.

use super::{Facts, OpenAdAccount, Policy};
use crate::index::ad_accounts;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for OpenAdAccount {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let org = access::index::org(tx, self.centre)?.ok_or(Refusal::NotFound)?;
        let (centre, open) = (org.state, ad_accounts::owned_count(tx, self.centre)?);
        Ok(Facts { centre, open, opener: actor.user(), policy: tx.policy::<Policy>(org.scope())? })
    }
}
