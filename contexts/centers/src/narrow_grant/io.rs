//! Loads what narrowing a grant looks at.

use super::{Facts, NarrowGrant};
use crate::end_grant::io::of_side;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for NarrowGrant {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let (grant, assignments, by) = of_side(tx, self.org, self.grant)?;
        Ok(Facts { grant, assignments, by })
    }
}
