//! Fetching a token meets the world. The token is answered once; only its digest is kept.

use super::{Facts, TakeToken};
use crate::{Authorisation, index};
use access::OrgState;
use kernel::{Actor, AppId, Refusal};
use store::{Ask, Tx, args};

impl Ask for TakeToken {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let app = index::proven_app(tx, self.app, &self.secret)?;
        let developer = app.as_ref().map(|app| access::index::org(tx, app.org)).transpose()?.flatten();
        let developer_is_normal = developer.is_some_and(|developer| developer.state == OrgState::Normal);
        Ok(Facts { app, developer_is_normal, authorisation: index::of_code(tx, &self.code)?, now: tx.now })
    }
}

/// Exchanges a code for a token: the token, and what it stands for.
pub fn exchange(tx: &mut Tx<'_>, actor: &Actor, app: AppId, secret: &str, code: &str) -> Result<(String, Authorisation), Refusal> {
    let ask = TakeToken { app, secret: index::digest(secret), code: index::digest(code) };
    store::perform(tx, actor, &ask)?;
    let given = index::of_code(tx, &ask.code)?.ok_or(Refusal::NotFound)?;
    let token = store::clock::secret();
    tx.put("INSERT INTO app_tokens (digest, authorisation) VALUES ($1, $2)", args![index::digest(&token), given.id])?;
    Ok((token, given))
}
