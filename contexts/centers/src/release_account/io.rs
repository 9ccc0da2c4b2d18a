//! Loads what rested on an account's former owner. Only a reaction asks.

use super::{Facts, ReleaseAccount};
use crate::index::{grants, requests};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for ReleaseAccount {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let mut former = Vec::new();
        for grant in grants::of_account(tx, self.account)?.into_iter().filter(|grant| grant.held.owner != self.owner) {
            let given = grants::assignments_on(tx, grant.held.centre, self.account)?;
            former.push((grant, given));
        }
        let links = grants::own_links_to(tx, self.account)?.into_iter().filter(|link| link.owner != self.owner).collect();
        let open = requests::open_for_account(tx, self.account)?;
        let requests = open.into_iter().filter(|request| request.owner().is_some_and(|owner| owner != self.owner)).collect();
        Ok(Facts { grants: former, links, requests })
    }
}
