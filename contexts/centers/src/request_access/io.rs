//! Loads what a request looks at, and makes its code.

use super::{Facts, Policy, RequestAccess};
use crate::{
    Scopes,
    granting::{code, io},
    index::{
        grants,
        requests::{self, Request},
    },
};
use kernel::{AccountId, Actor, OrgId, Refusal, RequestId};
use store::{Ask, Scope, Tx};

impl Ask for RequestAccess {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let account = self.account.map(|account| io::subject(tx, account)).transpose()?;
        let held = self.account.map(|account| grants::grant(tx, self.centre, account)).transpose()?.flatten();
        let (open, first_closes) = requests::count_open(tx, self.centre)?;
        Ok(Facts {
            now: tx.now,
            by: io::person(actor)?,
            centre: io::state(tx, self.centre)?,
            account,
            held: held.map_or(Scopes::NONE, |grant| grant.scopes),
            open,
            first_closes,
            policy: tx.policy::<Policy>(Scope::PLATFORM)?,
        })
    }
}

/// A request that was just made.
pub struct Made {
    /// The request.
    pub request: Request,
    /// Its code. Nobody but whoever asked is shown it.
    pub code: String,
}

/// Asks for access: makes the secret, performs, and keeps the secret for as long as the code can be shown.
pub fn make(tx: &mut Tx<'_>, actor: &Actor, centre: OrgId, scopes: Scopes, account: Option<AccountId>) -> Result<Made, Refusal> {
    let (request, secret): (RequestId, String) = (store::fresh(), code::secret());
    let ask = RequestAccess { request, centre, scopes, account, digest: code::digest(&secret) };
    store::perform(tx, actor, &ask)?;
    code::keep(tx, request, &secret)?;
    let request = requests::of_centre_by_id(tx, centre, request)?.ok_or(Refusal::NotFound)?;
    let code = code::written(tx.keys(), &request, &secret);
    Ok(Made { request, code })
}
