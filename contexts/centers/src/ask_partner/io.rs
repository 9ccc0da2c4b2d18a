//! Loads what the verb looks at.

use super::{AskPartner, Facts, Policy};
use crate::{assets, index::partners};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for AskPartner {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let org = access::index::org(tx, self.centre)?.ok_or(Refusal::NotFound)?;
        Ok(Facts {
            now: tx.now,
            centre: org.state,
            partner: assets::io::partner(tx, self.partner)?,
            between: partners::between(tx, self.centre, self.partner)?,
            open: partners::open_count(tx, self.centre)?,
            policy: tx.policy::<Policy>(org.scope())?,
        })
    }
}
