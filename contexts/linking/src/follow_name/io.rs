//! Loads what following a shop's name looks at. Only a reaction asks.

use super::{Facts, FollowName};
use crate::{index, rules::Policy};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for FollowName {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let shop = access::index::org(tx, self.shop)?.ok_or(Refusal::NotFound)?;
        let length = tx.policy::<Policy>(shop.scope())?.official_name_length.clone();
        Ok(Facts { official: index::official(tx, self.shop)?, length })
    }
}
