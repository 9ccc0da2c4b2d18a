//! Loads what deleting looks at.

use super::{DeleteAuthorisation, Facts};
use crate::index::{
    ads::{self, Which},
    posts,
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for DeleteAuthorisation {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let found = posts::authorisation(tx, self.owner, self.authorisation)?.ok_or(Refusal::NotFound)?;
        let ads = ads::running(tx, &Which::Code(self.authorisation))?.into_iter().map(|ad| ad.name).collect();
        Ok(Facts { now: tx.now, found, ads })
    }
}
