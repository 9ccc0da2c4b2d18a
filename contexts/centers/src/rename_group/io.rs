//! Loads what the verb looks at.

use super::{Facts, RenameGroup};
use crate::{assets, index::groups};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for RenameGroup {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let present = groups::group(tx, self.centre, self.group)?.name;
        let is_taken = groups::has_name(tx, self.centre, &self.name, Some(self.group))?;
        Ok(Facts { centre: assets::io::state(tx, self.centre)?, present, is_taken })
    }
}
