//! Loads what someone leaves behind. Only a reaction asks.

use super::{Facts, ReleaseMember};
use crate::index::grants;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for ReleaseMember {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let mut held = Vec::new();
        for given in grants::assignments_to(tx, self.org, self.user)? {
            held.extend(grants::grant(tx, self.org, given.account)?.map(|grant| grant.held));
        }
        Ok(Facts { held, links: grants::own_links_with(tx, self.org, self.user)? })
    }
}
