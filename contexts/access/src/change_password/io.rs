//! Changing the password meets the world: with the present one, or with a link mailed to whoever forgot it.

use super::{ChangePassword, Facts};
use crate::{
    email_key, index, password,
    secrets::{self, Purpose},
    security, session, shown, sign_up,
    tries::{self, Bucket},
};
use kernel::{Actor, Refusal, UserId};
use store::{Ask, Scope, Tx};
use web::{Answer, Visit, context};

impl Ask for ChangePassword {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        index::user(tx, self.user)?.map(|_| Facts).ok_or(Refusal::NotFound)
    }
}

/// `POST /me/security/password`.
pub async fn post(visit: Visit) -> Answer {
    match change(&visit).await {
        Ok(secret) => {
            if let Some(secret) = secret {
                visit.set_session(&secret, session::COOKIE_SECONDS);
            }
            visit.redirect("/me/security", "access.change_password.done")
        }
        Err(refusal) => shown::again(&visit, "access/security.html", security::facts(&visit).await?, refusal).await,
    }
}

async fn change(visit: &Visit) -> Result<Option<String>, Refusal> {
    let (user, kept) = (visit.user()?, session::own(visit.actor()));
    let about = visit.person().map(|person| [person.email.clone(), person.name.clone()]).unwrap_or_default();
    let form = visit.form();
    let (ids, present, values) = visit
        .write(move |tx| {
            let ids = tries::count(tx, &[Bucket::Code(user)])?;
            Ok((ids, password::kept(tx, user)?, tx.policy::<password::Policy>(Scope::PLATFORM)?))
        })
        .await?;
    password::check("new_password", form.raw("new_password"), &[&about[0], &about[1]], &values)?;
    let proven = password::verify(form.raw("password"), present).await?;
    let hash = password::hash(form.raw("new_password"), values).await?;
    let actor = visit.actor().clone();
    visit
        .write(move |tx| {
            store::perform(tx, &actor, &ChangePassword { user, kept, proven })?;
            password::keep(tx, user, &hash)?;
            tries::forgive(tx, &ids)?;
            kept.map(|session| session::renew(tx, session)).transpose()
        })
        .await
}

/// `GET /forgot`: the form.
pub async fn forgot_page(visit: Visit) -> Answer {
    visit.page("access/forgot.html", context! { title => "access.change_password.forgot_title" }).await
}

/// `POST /forgot`: mails a link, and says the same whether or not there is such a person.
pub async fn forgot_post(visit: Visit) -> Answer {
    let (email, address) = (email_key(visit.form().text("email")), web::client(visit.address()));
    let asked = visit
        .write(move |tx| {
            tries::count(tx, &[Bucket::Address(&address), Bucket::Forgot(&email)])?;
            let known = index::user_by_email(tx, &email)?.filter(|user| !user.suspended);
            known.map_or(Ok(()), |user| sign_up::io::mail_link(tx, user.id, Purpose::ResetPassword, "access.change_password.mail"))
        })
        .await;
    match asked {
        Ok(()) => visit.redirect("/sign_in", "access.change_password.forgot_done"),
        Err(refusal) => {
            let facts = context! { title => "access.change_password.forgot_title" };
            shown::again(&visit, "access/forgot.html", facts, refusal).await
        }
    }
}

fn of_link(tx: &mut Tx<'_>, secret: &str) -> Result<UserId, Refusal> {
    let subject = secrets::subject(tx, Purpose::ResetPassword, secret)?;
    subject.and_then(|subject| subject.parse().ok()).ok_or(Refusal::NotFound)
}

fn reset_facts(visit: &Visit) -> web::Facts {
    context! { title => "access.change_password.reset_title", path => visit.path() }
}

/// `GET /reset/{secret}`: the form.
pub async fn reset_page(visit: Visit) -> Answer {
    let secret = visit.param::<String>("secret")?;
    visit.read(move |tx| of_link(tx, &secret)).await?;
    visit.page("access/reset.html", reset_facts(&visit)).await
}

/// `POST /reset/{secret}`: another password; every session ends. A second factor is still asked for when signing in.
pub async fn reset_post(visit: Visit) -> Answer {
    match reset(&visit).await {
        Ok(()) => visit.redirect("/sign_in", "access.change_password.done"),
        Err(refusal) => shown::again(&visit, "access/reset.html", reset_facts(&visit), refusal).await,
    }
}

async fn reset(visit: &Visit) -> Result<(), Refusal> {
    let secret = visit.param::<String>("secret")?;
    let looked = secret.clone();
    let (about, values) = visit
        .read(move |tx| {
            let user = of_link(tx, &looked)?;
            let user = index::user(tx, user)?.ok_or(Refusal::NotFound)?;
            Ok(([user.email, user.name], tx.policy::<password::Policy>(Scope::PLATFORM)?))
        })
        .await?;
    password::check("new_password", visit.form().raw("new_password"), &[&about[0], &about[1]], &values)?;
    let hash = password::hash(visit.form().raw("new_password"), values).await?;
    visit
        .write(move |tx| {
            let user = of_link(tx, &secret)?;
            secrets::close(tx, Purpose::ResetPassword, &user.to_string())?;
            store::perform(tx, &Actor::SYSTEM, &ChangePassword { user, kept: None, proven: true })?;
            password::keep(tx, user, &hash)
        })
        .await
}
