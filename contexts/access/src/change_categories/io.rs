//! A shop's categories meet the world.

use super::{ChangeCategories, Facts};
use crate::{index, rename_org, shown, typed};
use kernel::{Actor, OrgId, Refusal};
use serde::Deserialize;
use store::{Ask, Tx};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit};

impl Ask for ChangeCategories {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { org: index::org(tx, self.org)?.ok_or(Refusal::NotFound)? })
    }
}

/// What is sent to say what a shop sells.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Categories {
    /// At most 20.
    #[schema(example = json!(["Beauty"]))]
    pub categories: Vec<String>,
}

fn ask(visit: &Visit, typed: &str) -> Result<ChangeCategories, Refusal> {
    Ok(ChangeCategories { org: visit.org()?, categories: typed::categories("categories", typed)? })
}

/// `POST /org/{org}/settings/categories`.
pub async fn post(visit: Visit) -> Answer {
    let done = match ask(&visit, visit.form().text("categories")) {
        Ok(ask) => visit.perform(ask).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(_) => visit.redirect(&format!("/org/{}/settings", visit.org()?), "access.change_categories.done"),
        Err(refusal) => shown::again(&visit, "access/settings.html", rename_org::io::facts(&visit).await?, refusal).await,
    }
}

/// `PUT /api/v1/orgs/{org}/categories`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, &visit.json::<Categories>()?.categories.join("\n"))?;
    let org = ask.org;
    visit.command(ask, StatusCode::OK, move |tx| rename_org::io::view(tx, org)).await
}
