//! Loads what the verb looks at.

use super::{AcceptPartner, Facts};
use crate::{ask_partner, assets, index::partners};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for AcceptPartner {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let partnership = partners::asked_of(tx, self.centre, self.partnership)?;
        let scope = access::index::org(tx, self.centre)?.ok_or(Refusal::NotFound)?.scope();
        let (open, asker) = (partners::open_count(tx, self.centre)?, assets::io::state(tx, partnership.consent.asker)?);
        let policy = tx.policy::<ask_partner::Policy>(scope)?;
        Ok(Facts { now: tx.now, centre: assets::io::state(tx, self.centre)?, partnership, open, asker, policy })
    }
}
