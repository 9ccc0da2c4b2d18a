//! Loads what ending an own link looks at.

use super::{Facts, UnlinkOwn};
use crate::{granting::io, index::grants};
use kernel::{Actor, OrgId, Refusal, Role};
use store::{Ask, Tx};

impl Ask for UnlinkOwn {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let by = io::person(actor)?;
        let link = grants::own_link(tx, self.account, self.user)?;
        link.filter(|link| link.owner == self.owner).ok_or(Refusal::NotFound)?;
        let is_owner = access::index::role(tx, self.owner, by)? == Some(Role::CreatorOwner);
        Ok(Facts { by, is_owner })
    }
}
