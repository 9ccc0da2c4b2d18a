//! Rotating a secret meets the world. The new one is shown once.

use super::{Facts, RotateSecret};
use crate::{index, list, views};
use kernel::{Actor, AppId, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for RotateSecret {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        index::app(tx, self.org, self.app)?.map(|_| Facts).ok_or(Refusal::NotFound)
    }
}

fn rotate(tx: &mut Tx<'_>, actor: &Actor, ask: &RotateSecret) -> Result<String, Refusal> {
    store::perform(tx, actor, ask)?;
    index::new_secret(tx, ask.app)
}

/// `POST /org/{org}/apps/{app}/rotate_secret`: the app's page, with its new secret.
pub async fn post(visit: Visit) -> Answer {
    let ask = RotateSecret { app: visit.param::<AppId>("app")?, org: visit.org()? };
    let (actor, app) = (visit.actor().clone(), ask.app);
    let secret = visit.write(move |tx| rotate(tx, &actor, &ask)).await?;
    let facts = list::io::one(&visit, app, Some(secret)).await?;
    visit.page("apps/app.html", facts).await
}

/// `POST /api/v1/orgs/{org}/apps/{app}/rotate_secret`. The answer is not kept for repeats, since it holds a secret.
pub async fn api(visit: Visit) -> Answer {
    let ask = RotateSecret { app: visit.param::<AppId>("app")?, org: visit.org()? };
    let actor = visit.actor().clone();
    let view = visit
        .write(move |tx| {
            let secret = rotate(tx, &actor, &ask)?;
            let app = index::app(tx, ask.org, ask.app)?.ok_or(Refusal::NotFound)?;
            views::app(tx, app, Some(secret))
        })
        .await?;
    visit.answer(StatusCode::OK, &view)
}
