//! Revoking a token meets the world.

use super::{Facts, RevokeToken};
use crate::{index, views::TokenView};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx, args};
use web::{Answer, StatusCode, Visit};

impl Ask for RevokeToken {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { token: index::token(tx, self.org, self.token)?.ok_or(Refusal::NotFound)? })
    }
}

fn ask(visit: &Visit) -> Result<RevokeToken, Refusal> {
    Ok(RevokeToken { org: visit.org()?, token: visit.param("token")? })
}

/// The digest goes with the token: nothing is left that could be matched.
fn forget(tx: &mut Tx<'_>, ask: &RevokeToken) -> Result<(), Refusal> {
    tx.run("DELETE FROM token_secrets WHERE token = $1", args![ask.token]).map(drop)
}

/// `POST /org/{org}/tokens/{token}/revoke`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let again = ask.clone();
    visit.perform_then(ask, move |tx| forget(tx, &again)).await?;
    visit.redirect(&format!("/org/{}/tokens", visit.org()?), "access.revoke_token.done")
}

/// `DELETE /api/v1/orgs/{org}/tokens/{token}`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let again = ask.clone();
    let view = move |tx: &mut Tx<'_>| {
        let now = tx.now;
        let token = index::token(tx, again.org, again.token)?.ok_or(Refusal::NotFound)?;
        forget(tx, &again)?;
        Ok(TokenView::of(token, now))
    };
    visit.command(ask, StatusCode::OK, view).await
}
