//! Loads what the verb looks at.

use super::{DeleteIdentity, Facts};
use crate::{assets, index::identities};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for DeleteIdentity {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (_, acting) = assets::io::acting(tx, self.centre, self.ad_account, actor)?;
        identities::identity(tx, self.ad_account, self.identity)?;
        Ok(Facts { acting })
    }
}
