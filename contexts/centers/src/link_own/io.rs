//! Loads what an own link looks at.

use super::{Facts, LinkOwn};
use crate::{Scopes, granting::io, index::grants};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for LinkOwn {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let user = io::person(actor)?;
        Ok(Facts {
            user,
            creator: io::state(tx, self.owner)?,
            account: io::own_subject(tx, self.owner, self.account)?,
            linked: grants::own_link(tx, self.account, user)?.map_or(Scopes::NONE, |link| link.scopes),
        })
    }
}
