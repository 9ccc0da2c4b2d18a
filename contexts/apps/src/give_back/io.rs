//! Giving a token back meets the world: nothing is left that it could be matched with.

use super::{Facts, GiveBack};
use crate::{Authorisation, index};
use kernel::{Actor, AppId, Refusal};
use store::{Ask, Tx};

impl Ask for GiveBack {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let app = index::proven_app(tx, self.app, &self.secret)?;
        Ok(Facts { app, authorisation: index::of_token(tx, &self.token)?, now: tx.now })
    }
}

/// Ends what a token stands for, and answers what that was.
pub fn give_back(tx: &mut Tx<'_>, actor: &Actor, app: AppId, secret: &str, token: &str) -> Result<Authorisation, Refusal> {
    let ask = GiveBack { app, secret: index::digest(secret), token: index::digest(token) };
    let known = index::of_token(tx, &ask.token)?;
    store::perform(tx, actor, &ask)?;
    let known = known.ok_or(Refusal::NotFound)?;
    index::forget_token(tx, known.id)?;
    Ok(known)
}
