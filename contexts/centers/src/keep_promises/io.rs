//! Loads what the verb looks at.

use super::{Facts, KeepPromises, Promise};
use crate::index::ad_accounts;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for KeepPromises {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let mut promises = Vec::new();
        for (ad_account, role) in ad_accounts::promises_to(tx, self.centre, &self.invitation)? {
            promises.push(Promise { ad_account, role, at_most: ad_accounts::at_most(tx, ad_account, self.centre)? });
        }
        Ok(Facts { promises })
    }
}
