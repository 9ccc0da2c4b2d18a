//! Loads what an authorisation looks at.

use super::{Authorise, Facts, Policy};
use crate::{
    Reader,
    granting::{code, io},
    index::{grants, requests},
};
use kernel::{Actor, OrgId, Refusal, Role};
use store::{Ask, Scope, Tx};

impl Ask for Authorise {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let request = requests::of_owner_by_id(tx, self.owner, self.request)?.ok_or(Refusal::NotFound)?;
        let centre = request.centre();
        Ok(Facts {
            now: tx.now,
            by: io::person(actor)?,
            matching_code: code::matching(tx.keys(), self.request),
            asker_is_admin: access::index::role(tx, centre, request.asked_by)? == Some(Role::CentreAdmin),
            centre: io::state(tx, centre)?,
            creator: io::state(tx, self.owner)?,
            account: io::own_subject(tx, self.owner, self.account)?,
            held: grants::grant(tx, centre, self.account)?,
            centres: grants::count_of_account(tx, self.account)?,
            accounts: grants::count_of_centre(tx, centre, Reader::Admin)?,
            policy: tx.policy::<Policy>(Scope::PLATFORM)?,
            request,
        })
    }
}
