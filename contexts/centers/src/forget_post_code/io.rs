//! Loads what forgetting a code looks at.

use super::{Facts, ForgetPostCode};
use crate::{index::posts, rules::spark::io as spark};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for ForgetPostCode {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (place, _) = spark::acting(tx, actor, self.centre, self.by, self.ad_account)?;
        // A code that was not applied here is not there.
        posts::applied_to(tx, self.authorisation, self.ad_account)?.ok_or(Refusal::NotFound)?;
        let found = posts::authorisation_by_id(tx, self.authorisation)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { now: tx.now, place, found })
    }
}
