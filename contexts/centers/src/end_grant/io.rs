//! Loads what ending a grant looks at.

use super::{EndGrant, Facts};
use crate::{
    EndedBy,
    index::grants::{self, Assignment, Grant},
};
use kernel::{Actor, GrantId, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for EndGrant {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let (grant, assignments, by) = of_side(tx, self.org, self.grant)?;
        Ok(Facts { grant, assignments, by })
    }
}

/// A grant of which `org` is a side, what members were given of it, and which side that is; another's is not there.
pub(crate) fn of_side(tx: &mut Tx<'_>, org: OrgId, grant: GrantId) -> Result<(Grant, Vec<Assignment>, EndedBy), Refusal> {
    let own = grants::of_owner_by_id(tx, org, grant)?.map(|grant| (grant, EndedBy::Owner));
    let found = match own {
        Some(found) => Some(found),
        None => grants::of_centre_by_id(tx, org, grant)?.map(|grant| (grant, EndedBy::Centre)),
    };
    let (grant, by) = found.ok_or(Refusal::NotFound)?;
    let assignments = grants::assignments_on(tx, grant.held.centre, grant.held.account)?;
    Ok((grant, assignments, by))
}
