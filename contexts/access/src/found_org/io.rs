//! Founding meets the world: its facts, the page and the API.

use super::{Facts, FoundOrg, Policy};
use crate::{Merchant, index, shown, typed, views::OrgView};
use kernel::{Actor, OrgKind, Refusal, Region, Who};
use serde::Deserialize;
use store::{Ask, Scope, Tx};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit, context};

impl Ask for FoundOrg {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.owner)?;
        index::user(tx, self.owner)?.ok_or(Refusal::NotFound)?;
        let heads: Vec<_> = index::roles(tx, self.owner)?.into_iter().filter(|(_, role)| role.is_head()).collect();
        let policy = tx.policy::<Policy>(Scope { region: self.region, merchant: self.merchant.code() })?;
        Ok(Facts { by_platform: actor.who == Who::System, headed: heads.len() as i64, policy })
    }
}

/// The merchant type that a shop founded by anyone has in a country, unless they say that they are a company.
fn merchant(kind: OrgKind, region: Region, given: Option<&str>) -> Result<Merchant, Refusal> {
    if kind != OrgKind::Shop {
        return Ok(Merchant::Open);
    }
    match given {
        Some(code) => Merchant::from_code(code).ok_or_else(|| Refusal::malformed("merchant", "access.merchant_unknown")),
        None if region == Region::new(b"US") => Ok(Merchant::UsIndividual),
        None => Ok(Merchant::Open),
    }
}

/// What is sent to found an organisation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrg {
    /// `shop`, `creator` or `centre`.
    #[schema(example = "shop")]
    pub kind: String,
    /// At most 60 characters.
    #[schema(example = "Willow Tea")]
    pub name: String,
    /// The country, ISO 3166-1 alpha-2.
    #[schema(example = "GB")]
    pub region: String,
    /// A shop's type; by default the one for natural persons or for anyone in that country.
    #[schema(example = "open")]
    pub merchant: Option<String>,
    /// What a shop sells.
    #[serde(default)]
    #[schema(example = json!(["Beauty"]))]
    pub categories: Vec<String>,
}

fn ask(visit: &Visit, sent: NewOrg) -> Result<FoundOrg, Refusal> {
    let kind = OrgKind::from_code(&sent.kind).ok_or_else(|| Refusal::malformed("kind", "access.kind_unknown"))?;
    let name = typed::name("name", &sent.name)?;
    let region: Region = sent.region.parse().map_err(|_| Refusal::malformed("region", "access.region_unknown"))?;
    let merchant = merchant(kind, region, sent.merchant.as_deref().filter(|code| !code.is_empty()))?;
    let categories = typed::categories("categories", &sent.categories.join("\n"))?;
    Ok(FoundOrg { org: store::fresh(), kind, name, region, merchant, categories, owner: visit.user()? })
}

fn facts(visit: &Visit) -> web::Facts {
    let kinds = shown::options(visit, "access.kinds", ["shop", "creator", "centre"]);
    let merchants = shown::options(visit, "access.merchants", ["open", "us_individual", "us_business"]);
    context! { title => "access.found_org.title", kinds, merchants, regions => shown::regions(visit) }
}

/// `GET /me/found`: the form.
pub async fn page(visit: Visit) -> Answer {
    visit.page("access/found_org.html", facts(&visit)).await
}

/// `POST /me/found`.
pub async fn post(visit: Visit) -> Answer {
    let form = visit.form();
    let text = |name: &str| form.text(name).to_owned();
    let region = text("region");
    // One form serves both countries' types; the one that the country decides is not asked of the reader.
    let merchant = if region == "US" { form.opt("merchant").filter(|code| code.starts_with("us_")).map(str::to_owned) } else { None };
    let sent = NewOrg { kind: text("kind"), name: text("name"), region, merchant, categories: vec![text("categories")] };
    let done = match ask(&visit, sent) {
        Ok(ask) => {
            let home = shown::home(ask.kind, ask.org);
            visit.perform(ask).await.map(|_| home)
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(home) => visit.redirect(&home, "access.found_org.done"),
        Err(refusal) => shown::again(&visit, "access/found_org.html", facts(&visit), refusal).await,
    }
}

/// `POST /api/v1/orgs`: 201 with the organisation.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, visit.json()?)?;
    let org = ask.org;
    let view = move |tx: &mut Tx<'_>| index::org(tx, org)?.map(OrgView::from).ok_or(Refusal::NotFound);
    visit.command(ask, StatusCode::CREATED, view).await
}
