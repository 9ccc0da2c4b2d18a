//! Loads what the clock looks at when a request to leave stayed unanswered. Only the clock asks.

use super::{Facts, GrantUnlink};
use crate::{index, rules};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for GrantUnlink {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let link = index::link(tx, self.link)?.ok_or(Refusal::NotFound)?;
        let shared = rules::io::load(tx, link.pair.shop, link.pair.account, link.pair.role, actor)?;
        Ok(Facts { link, shared })
    }
}
