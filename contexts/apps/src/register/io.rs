//! Registering meets the world. The secret is shown once; only its digest is kept.

use super::{Draft, Facts, Policy, RegisterApp};
use crate::{index, list, views};
use access::typed;
use kernel::{Actor, OrgId, Refusal};
use serde::Deserialize;
use store::{Ask, Scope, Tx};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit};

impl Ask for RegisterApp {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { count: index::apps(tx, self.org)?.len(), policy: tx.policy::<Policy>(Scope::PLATFORM)? })
    }
}

/// Registers, and answers the secret.
pub fn register(tx: &mut Tx<'_>, actor: &Actor, ask: &RegisterApp) -> Result<String, Refusal> {
    store::perform(tx, actor, ask)?;
    index::new_secret(tx, ask.app)
}

/// What is sent to register or change an app.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppDraft {
    /// What people call it: at most 60 characters.
    pub name: String,
    /// The addresses to which it may send people back: `https`, or `http` on the developer's own machine.
    #[schema(example = json!(["http://127.0.0.1:3000/callback"]))]
    pub redirects: Vec<String>,
    /// The numbers of the scopes that it asks people for, as texts.
    #[schema(example = json!(["150", "153", "156"]))]
    pub scopes: Vec<String>,
}

/// Numbers of scopes, each once, in the order in which pages list them.
pub(crate) fn numbers<'a>(given: impl IntoIterator<Item = &'a str>) -> Result<Vec<u64>, Refusal> {
    let mut all = Vec::new();
    for text in given.into_iter().filter(|text| !text.is_empty()) {
        let unreadable = || kernel::Problem::new("scopes", "apps.scope_unreadable").with("given", text);
        all.push(text.parse::<u64>().map_err(|_| unreadable())?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

pub(crate) fn draft(sent: &AppDraft) -> Result<Draft, Refusal> {
    let name = typed::name("name", &sent.name)?;
    let mut redirects: Vec<String> = sent.redirects.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    redirects.dedup();
    Ok(Draft { name, redirects, scopes: numbers(sent.scopes.iter().map(String::as_str))? })
}

/// The same from a form: one address in each line.
pub(crate) fn typed_draft(form: &web::Form) -> Result<Draft, Refusal> {
    draft(&AppDraft {
        name: form.text("name").to_owned(),
        redirects: form.text("redirects").lines().map(str::to_owned).collect(),
        scopes: form.all("scopes").into_iter().map(str::to_owned).collect(),
    })
}

/// `POST /org/{org}/apps`: the new app's page, with its secret.
pub async fn post(visit: Visit) -> Answer {
    let (org, app) = (visit.org()?, store::fresh());
    let actor = visit.actor().clone();
    let registered = match typed_draft(visit.form()) {
        Ok(draft) => {
            let ask = RegisterApp { app, org, draft };
            visit.write(move |tx| register(tx, &actor, &ask)).await
        }
        Err(refusal) => Err(refusal),
    };
    match registered {
        Ok(secret) => {
            let facts = list::io::one(&visit, app, Some(secret)).await?;
            visit.page("apps/app.html", facts).await
        }
        Err(refusal) => visit.page_again("apps/list.html", list::io::all(&visit).await?, refusal).await,
    }
}

/// `POST /api/v1/orgs/{org}/apps`: 201 with the secret. The answer is not kept for repeats, since it holds a secret.
pub async fn api(visit: Visit) -> Answer {
    let ask = RegisterApp { app: store::fresh(), org: visit.org()?, draft: draft(&visit.json()?)? };
    let actor = visit.actor().clone();
    let view = visit
        .write(move |tx| {
            let secret = register(tx, &actor, &ask)?;
            let app = index::app(tx, ask.org, ask.app)?.ok_or(Refusal::NotFound)?;
            views::app(tx, app, Some(secret))
        })
        .await?;
    visit.answer(StatusCode::CREATED, &view)
}
