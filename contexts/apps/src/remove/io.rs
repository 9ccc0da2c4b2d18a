//! Removing an app meets the world: nothing is left that its secrets could be matched with.

use super::{Facts, RemoveApp};
use crate::{index, list};
use kernel::{Actor, AppId, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for RemoveApp {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        index::app(tx, self.org, self.app)?.map(|_| Facts).ok_or(Refusal::NotFound)
    }
}

/// `POST /org/{org}/apps/{app}/remove`.
pub async fn post(visit: Visit) -> Answer {
    let ask = RemoveApp { app: visit.param::<AppId>("app")?, org: visit.org()? };
    let (org, app) = (ask.org, ask.app);
    visit.perform_then(ask, move |tx| index::forget(tx, app)).await?;
    visit.redirect(&format!("/org/{org}/apps"), "apps.remove.done")
}

/// `DELETE /api/v1/orgs/{org}/apps/{app}`: the apps that are left.
pub async fn api(visit: Visit) -> Answer {
    let ask = RemoveApp { app: visit.param::<AppId>("app")?, org: visit.org()? };
    let (org, app) = (ask.org, ask.app);
    let view = move |tx: &mut Tx<'_>| {
        index::forget(tx, app)?;
        list::io::listed(tx, org)
    };
    visit.command(ask, StatusCode::OK, view).await
}
