//! An organisation's settings meet the world.

use super::{Facts, RenameOrg};
use crate::{index, shown, typed, views::OrgView};
use kernel::{Actor, OrgId, Refusal};
use serde::Deserialize;
use store::{Ask, Tx};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit, context};

impl Ask for RenameOrg {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { org: index::org(tx, self.org)?.ok_or(Refusal::NotFound)? })
    }
}

/// What is sent to rename.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewName {
    /// At most 60 characters.
    #[schema(example = "Willow Tea")]
    pub name: String,
}

pub(crate) async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let org = visit.org()?;
    let org = visit.read(move |tx| index::org(tx, org)?.ok_or(Refusal::NotFound)).await?;
    Ok(context! { title => "access.settings.title", org })
}

/// `GET /org/{org}/settings`.
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("access/settings.html", facts).await
}

fn ask(visit: &Visit, typed: &str) -> Result<RenameOrg, Refusal> {
    Ok(RenameOrg { org: visit.org()?, name: typed::name("name", typed)? })
}

/// `POST /org/{org}/settings/name`.
pub async fn post(visit: Visit) -> Answer {
    let done = match ask(&visit, visit.form().text("name")) {
        Ok(ask) => visit.perform(ask).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(_) => visit.redirect(&format!("/org/{}/settings", visit.org()?), "access.rename_org.done"),
        Err(refusal) => shown::again(&visit, "access/settings.html", facts(&visit).await?, refusal).await,
    }
}

/// `PUT /api/v1/orgs/{org}/name`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, &visit.json::<NewName>()?.name)?;
    let org = ask.org;
    visit.command(ask, StatusCode::OK, move |tx| view(tx, org)).await
}

/// An organisation as the API shows it.
pub(crate) fn view(tx: &mut Tx<'_>, org: OrgId) -> Result<OrgView, Refusal> {
    index::org(tx, org)?.map(OrgView::from).ok_or(Refusal::NotFound)
}

/// `GET /api/v1/orgs/{org}`.
pub async fn show(visit: Visit) -> Answer {
    let org = visit.org()?;
    let view = visit.read(move |tx| view(tx, org)).await?;
    visit.answer(StatusCode::OK, &view)
}
