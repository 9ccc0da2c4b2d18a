//! Loads what the verb looks at.

use super::{CreateIdentity, Facts, Policy};
use crate::{assets, index::identities};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for CreateIdentity {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (_, acting) = assets::io::acting(tx, self.centre, self.ad_account, actor)?;
        let org = access::index::org(tx, self.centre)?.ok_or(Refusal::NotFound)?;
        let identities = identities::count(tx, self.ad_account)?;
        Ok(Facts { centre: org.state, acting, identities, policy: tx.policy::<Policy>(org.scope())? })
    }
}
