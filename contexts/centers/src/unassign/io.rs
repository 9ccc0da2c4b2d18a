//! Loads what taking an account back looks at.

use super::{Facts, Unassign};
use crate::index::grants;
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for Unassign {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let grant = grants::grant(tx, self.centre, self.account)?.ok_or(Refusal::NotFound)?;
        let has_it = grants::assignment(tx, self.centre, self.account, self.user)?.is_some();
        Ok(Facts { grant, has_it })
    }
}
