//! Changing an app meets the world.

use super::{ChangeApp, Facts};
use crate::{
    index, list,
    register::{self, Policy},
    views,
};
use kernel::{Actor, AppId, OrgId, Refusal};
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for ChangeApp {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let app = index::app(tx, self.org, self.app)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { app, policy: tx.policy::<Policy>(Scope::PLATFORM)? })
    }
}

/// `POST /org/{org}/apps/{app}`.
pub async fn post(visit: Visit) -> Answer {
    let (org, app) = (visit.org()?, visit.param::<AppId>("app")?);
    let changed = match register::io::typed_draft(visit.form()) {
        Ok(draft) => visit.perform(ChangeApp { app, org, draft }).await,
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(_) => visit.redirect(&format!("/org/{org}/apps/{app}"), "apps.change.done"),
        Err(refusal) => {
            let facts = list::io::one(&visit, app, None).await?;
            visit.page_again("apps/app.html", facts, refusal).await
        }
    }
}

/// `PUT /api/v1/orgs/{org}/apps/{app}`.
pub async fn api(visit: Visit) -> Answer {
    let (org, app) = (visit.org()?, visit.param::<AppId>("app")?);
    let draft = register::io::draft(&visit.json()?)?;
    let view = move |tx: &mut Tx<'_>| {
        let found = index::app(tx, org, app)?.ok_or(Refusal::NotFound)?;
        views::app(tx, found, None)
    };
    visit.command(ChangeApp { app, org, draft }, StatusCode::OK, view).await
}
