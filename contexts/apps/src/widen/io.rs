//! Loads what a widening looks at.

use super::{Facts, Widen};
use crate::index;
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for Widen {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let authorisation = index::of_id(tx, self.authorisation)?.ok_or(Refusal::NotFound)?;
        let app = index::any_app(tx, authorisation.app)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { app, authorisation })
    }
}
