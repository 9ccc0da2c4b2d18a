//! Loads what the verb looks at.

use super::{Facts, MakeGroup, Policy};
use crate::index::groups;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for MakeGroup {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let org = access::index::org(tx, self.centre)?.ok_or(Refusal::NotFound)?;
        Ok(Facts {
            centre: org.state,
            is_taken: groups::has_name(tx, self.centre, &self.name, None)?,
            groups: groups::count(tx, self.centre)?,
            policy: tx.policy::<Policy>(org.scope())?,
        })
    }
}
