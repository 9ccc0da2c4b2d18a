//! The first start: whoever holds the one-time link becomes the first operator. There is no default password.

use crate::{
    FoundOrg, Merchant, SignUp, found_org, password,
    secrets::{self, Purpose},
    shown, sign_in, sign_up, typed,
};
use kernel::{Actor, OrgKind, Refusal, Region};
use store::{Scope, Tx};
use web::{Answer, Visit, context};

/// What the link is about: there is one first operator.
const SUBJECT: &str = "first operator";

/// The path of the page on which the first operator is made, as long as there is none. Each start makes a new link, and the
/// one before works no longer.
pub fn first_operator_link(tx: &mut Tx<'_>) -> Result<Option<String>, Refusal> {
    if found_org::io::count(tx, OrgKind::Operator)? > 0 {
        return Ok(None);
    }
    let lasts = tx.policy::<sign_in::Policy>(Scope::PLATFORM)?.link_lasts.value;
    secrets::one_time_link(tx, Purpose::SetUp, SUBJECT, lasts).map(Some)
}

fn facts(visit: &Visit) -> web::Facts {
    context! { title => "access.set_up.title", path => visit.path(), regions => shown::regions(visit) }
}

/// `GET /set_up/{secret}`: the form.
pub async fn page(visit: Visit) -> Answer {
    let secret = visit.param::<String>("secret")?;
    visit.read(move |tx| secrets::subject(tx, Purpose::SetUp, &secret)).await?.ok_or(Refusal::NotFound)?;
    visit.page("access/set_up.html", facts(&visit)).await
}

/// `POST /set_up/{secret}`.
pub async fn post(visit: Visit) -> Answer {
    match set_up(&visit).await {
        Ok(user) => sign_in::io::at_once(&visit, user, "/").await,
        Err(refusal) => shown::again(&visit, "access/set_up.html", facts(&visit), refusal).await,
    }
}

async fn set_up(visit: &Visit) -> Result<kernel::UserId, Refusal> {
    let form = visit.form();
    let secret = visit.param::<String>("secret")?;
    let looked = secret.clone();
    let values = visit
        .read(move |tx| {
            secrets::subject(tx, Purpose::SetUp, &looked)?.ok_or(Refusal::NotFound)?;
            tx.policy::<password::Policy>(Scope::PLATFORM)
        })
        .await?;
    let (email, name) = (typed::email("email", form.text("email"))?, typed::name("name", form.text("name"))?);
    let company = typed::name("company", form.text("company"))?;
    let region: Region = form.parsed("region", "access.region_unknown")?;
    password::check("password", form.raw("password"), &[&email, &name, &company], &values)?;
    let hash = password::hash(form.raw("password"), values).await?;
    let (lang, zone) = (visit.lang().code().to_owned(), visit.zone().to_owned());
    let person = SignUp { user: store::fresh(), email, name, lang, zone };
    let owner = person.user;
    let operator = FoundOrg {
        org: store::fresh(),
        kind: OrgKind::Operator,
        name: company,
        region,
        merchant: Merchant::Open,
        categories: vec![],
        owner,
    };
    visit
        .write(move |tx| {
            secrets::subject(tx, Purpose::SetUp, &secret)?.ok_or(Refusal::NotFound)?;
            secrets::close(tx, Purpose::SetUp, SUBJECT)?;
            sign_up::io::register(tx, &Actor::SYSTEM, &person, &hash)?;
            store::perform(tx, &Actor::SYSTEM, &operator)
        })
        .await?;
    Ok(owner)
}
