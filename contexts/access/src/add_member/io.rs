//! Adding a member loads its facts. It has no page: only the platform asks for it.

use super::{AddMember, Facts};
use crate::index;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for AddMember {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let org = index::org(tx, self.org)?.ok_or(Refusal::NotFound)?;
        index::user(tx, self.user)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { org, is_member: index::role(tx, self.org, self.user)?.is_some() })
    }
}
