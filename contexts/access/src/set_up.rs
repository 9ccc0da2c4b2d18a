//! The first start: whoever holds the one-time link becomes the first operator. There is no default password.

use crate::{
    AddMember, FoundOrg, Merchant, RenameOrg, SignUp, index, password,
    secrets::{self, Purpose},
    shown, sign_in, sign_up, typed,
};
use kernel::{Actor, OrgId, OrgKind, Refusal, Region, Role};
use store::{Scope, Tx};
use web::{Answer, Visit, context};

/// What the link is about: there is one first operator.
const SUBJECT: &str = "first operator";

/// The path of the page on which the first operator is made, as long as there is none. Each start makes a new link, and the
/// one before works no longer.
pub fn first_operator_link(tx: &mut Tx<'_>) -> Result<Option<String>, Refusal> {
    if is_attended(tx)? {
        return Ok(None);
    }
    let lasts = tx.policy::<sign_in::Policy>(Scope::PLATFORM)?.link_lasts.value;
    secrets::one_time_link(tx, Purpose::SetUp, SUBJECT, lasts).map(Some)
}

/// Whether someone who can sign in works for the operator. One that only the command line has needed so far is unattended.
fn is_attended(tx: &mut Tx<'_>) -> Result<bool, Refusal> {
    let sql = "SELECT COUNT(*) FROM members JOIN orgs ON orgs.id = members.org JOIN passwords ON passwords.user_id = members.user_id
               WHERE orgs.kind = 'operator'";
    Ok(tx.count(sql, &[])? > 0)
}

fn existing(tx: &mut Tx<'_>) -> Result<Option<OrgId>, Refusal> {
    let wanted = index::Orgs { kind: Some(OrgKind::Operator), limit: 100, ..Default::default() };
    Ok(index::orgs(tx, &wanted)?.into_iter().min_by_key(|org| (org.opened_at, org.id)).map(|org| org.id))
}

/// The operator's organisation, for the command line. In a house that nobody has set up yet it is made now, held by nobody who
/// can sign in; the first operator takes it over by the one-time link.
pub fn operator(tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
    if let Some(org) = existing(tx)? {
        return Ok(org);
    }
    let (org, owner) = (store::fresh(), store::fresh());
    let (name, email) = ("Command line".to_owned(), "command-line@countersign.invalid".to_owned());
    let person = SignUp { user: owner, email, name, lang: "en".into(), zone: "UTC".into() };
    let region = Region::new(b"ZZ");
    let found =
        FoundOrg { org, kind: OrgKind::Operator, name: "Operator".into(), region, merchant: Merchant::Open, categories: vec![], owner };
    store::perform(tx, &Actor::SYSTEM, &person)?;
    store::perform(tx, &Actor::SYSTEM, &found)?;
    Ok(org)
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
            match existing(tx)? {
                None => store::perform(tx, &Actor::SYSTEM, &operator),
                Some(org) => {
                    store::perform(tx, &Actor::SYSTEM, &AddMember { org, user: person.user, role: Role::OperatorAdmin })?;
                    store::perform(tx, &Actor::SYSTEM, &RenameOrg { org, name: operator.name.clone() })
                }
            }
        })
        .await?;
    Ok(owner)
}
