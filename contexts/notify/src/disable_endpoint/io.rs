//! Loads the facts. The sender of webhooks asks; there is no page for it.

use super::{DisableEndpoint, Facts};
use crate::{Webhooks, index};
use kernel::{Actor, Refusal};
use store::{Ask, Scope, Tx};

impl Ask for DisableEndpoint {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let endpoint = index::endpoint(tx, self.org, self.endpoint)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { endpoint, policy: tx.policy::<Webhooks>(Scope::PLATFORM)? })
    }
}
