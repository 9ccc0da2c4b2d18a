//! Taking trust back meets the world.

use super::{Facts, Revoke};
use crate::{index, views};
use kernel::{Actor, Refusal, TokenId};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for Revoke {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        crate::own(actor, self.user)?;
        let authorisation = index::authorisation(tx, self.user, self.authorisation)?.ok_or(Refusal::NotFound)?;
        // A removed app's trust ended with it.
        let app = index::any_app(tx, authorisation.app)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { app, authorisation })
    }
}

fn ask(visit: &Visit) -> Result<Revoke, Refusal> {
    Ok(Revoke { authorisation: visit.param::<TokenId>("token")?, user: visit.user()? })
}

/// `POST /me/apps/{token}/revoke`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let id = ask.authorisation;
    visit.perform_then(ask, move |tx| index::forget_token(tx, id)).await?;
    visit.redirect("/me/apps", "apps.revoke.done")
}

/// `DELETE /api/v1/me/apps/{token}`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (id, user) = (ask.authorisation, ask.user);
    let view = move |tx: &mut Tx<'_>| {
        index::forget_token(tx, id)?;
        let given = index::authorisation(tx, user, id)?.ok_or(Refusal::NotFound)?;
        views::trust(tx, given)
    };
    visit.command(ask, StatusCode::OK, view).await
}
