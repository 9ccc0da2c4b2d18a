//! Adding a member loads its facts. It has no page: only the platform asks for it.

use super::{AddMember, Facts};
use crate::{index, rules};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for AddMember {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let org = index::org(tx, self.org)?.ok_or(Refusal::NotFound)?;
        index::user(tx, self.user)?.ok_or(Refusal::NotFound)?;
        let present = index::role(tx, self.org, self.user)?;
        let room = rules::io::taken(tx, &org, self.role, present)?;
        Ok(Facts { org, is_member: present.is_some(), room })
    }
}
