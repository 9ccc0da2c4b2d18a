//! Signing up meets the world. Strangers are never told whether an address is known: the page says the same either way, and
//! the mail tells its owner.

use super::{Facts, Policy, SignUp};
use crate::{
    index, password,
    secrets::{self, Purpose},
    shown,
    tries::{self, Bucket},
    typed,
};
use kernel::{Actor, Refusal, UserId, Who};
use serde_json::Map;
use store::{
    Ask, Scope, Tx,
    clock::sha256,
    outbox::{self, Letter},
};
use web::{Answer, Visit, context};

impl Ask for SignUp {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let taken = index::user_by_email(tx, &self.email)?.is_some();
        Ok(Facts { by_platform: actor.who == Who::System, taken, policy: tx.policy::<Policy>(Scope::PLATFORM)? })
    }
}

/// Mails a link that only the address's owner can read.
pub(crate) fn mail_link(tx: &mut Tx<'_>, user: UserId, purpose: Purpose, words: &str) -> Result<(), Refusal> {
    let Some(person) = index::user(tx, user)? else { return Ok(()) };
    let lasts = match purpose {
        Purpose::VerifyEmail => tx.policy::<Policy>(Scope::PLATFORM)?.link_lasts.value,
        Purpose::ResetPassword | Purpose::SetUp | Purpose::SignIn | Purpose::Join => {
            tx.policy::<crate::sign_in::Policy>(Scope::PLATFORM)?.reset_lasts.value
        }
    };
    let link = secrets::one_time_link(tx, purpose, &user.to_string(), lasts)?;
    let mut facts = Map::new();
    facts.insert("name".into(), person.name.into());
    facts.insert("closes_at".into(), (tx.now + lasts).to_string().into());
    let id = format!("access.{}", &sha256(link.as_bytes())[..32]);
    outbox::mail(tx, &id, &person.email, &Letter { words: words.into(), facts, link, lang: person.lang, zone: person.zone })
}

/// `GET /sign_up`: the form.
pub async fn page(visit: Visit) -> Answer {
    if visit.person().is_some() {
        return visit.redirect("/", "");
    }
    visit.page("access/sign_up.html", context! { title => "access.sign_up.title", next => shown::next(&visit) }).await
}

/// `POST /sign_up`.
pub async fn post(visit: Visit) -> Answer {
    match sign_up(&visit).await {
        Ok(()) => {
            let next: String = shown::next(&visit);
            visit.redirect(&format!("/sign_in?next={}", escape(&next)), "access.sign_up.done")
        }
        Err(refusal) => {
            let facts = context! { title => "access.sign_up.title", next => shown::next(&visit) };
            shown::again(&visit, "access/sign_up.html", facts, refusal).await
        }
    }
}

/// A path inside a query.
pub(crate) fn escape(path: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    path.bytes().map(escape).collect()
}

async fn sign_up(visit: &Visit) -> Result<(), Refusal> {
    let form = visit.form();
    let (email, name) = (typed::email("email", form.text("email"))?, typed::name("name", form.text("name"))?);
    let zone = typed::zone("zone", form.text("zone")).unwrap_or_else(|_| visit.zone().to_owned());
    let lang = visit.lang().code().to_owned();
    let address = web::client(visit.address());
    let values = visit
        .write(move |tx| {
            tries::count(tx, &[Bucket::Address(&address)])?;
            tx.policy::<password::Policy>(Scope::PLATFORM)
        })
        .await?;
    password::check("password", form.raw("password"), &[&email, &name], &values)?;
    // Derived also when the address turns out to be known, so that the answer takes as long.
    let hash = password::hash(form.raw("password"), values).await?;
    let actor = visit.actor().clone();
    let ask = SignUp { user: store::fresh(), email, name, lang, zone };
    visit.write(move |tx| join(tx, &actor, &ask, &hash)).await
}

fn join(tx: &mut Tx<'_>, actor: &Actor, ask: &SignUp, hash: &password::Hash) -> Result<(), Refusal> {
    if let Some(known) = index::user_by_email(tx, &ask.email)?.filter(|_| actor.who != Who::System) {
        return mail_link(tx, known.id, Purpose::ResetPassword, "access.sign_up.known_mail");
    }
    register(tx, actor, ask, hash)?;
    mail_link(tx, ask.user, Purpose::VerifyEmail, "access.verify_email.mail")
}

/// Makes a person with a password, for whoever asks: the page, the first start, the demo.
pub fn register(tx: &mut Tx<'_>, actor: &Actor, ask: &SignUp, hash: &password::Hash) -> Result<(), Refusal> {
    store::perform(tx, actor, ask)?;
    password::keep(tx, ask.user, hash)
}
