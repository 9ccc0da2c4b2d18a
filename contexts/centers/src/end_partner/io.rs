//! Loads what the verb looks at.

use super::{EndPartner, Facts};
use crate::{assets, index::partners};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for EndPartner {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let partnership = partners::of_side(tx, self.centre, self.partnership)?;
        let mut away = Vec::new();
        for (owner, partner) in [(self.centre, partnership.other(self.centre)), (partnership.other(self.centre), self.centre)] {
            for share in partners::shared(tx, owner, partner)? {
                away.push(assets::io::away(tx, share)?);
            }
        }
        Ok(Facts { now: tx.now, partnership, away })
    }
}
