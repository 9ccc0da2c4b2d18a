//! Signing in meets the world: password, code, one-time link.

use super::{Facts, SignIn};
use crate::{
    email_key, index, password, second_factor,
    secrets::{self, Purpose},
    session::{self, Browser},
    shown, sign_up,
    tries::{self, Bucket},
};
use kernel::{Actor, Refusal, UserId};
use store::{
    Ask, Scope, Tx,
    clock::{secret, sha256},
};
use web::{Answer, Visit, context};

impl Ask for SignIn {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        Ok(Facts { user: self.user.map(|user| index::user(tx, user)).transpose()?.flatten() })
    }
}

/// What this browser is called by, for accounts it has signed into; a new name when it has none.
fn device(visit: &Visit) -> String {
    shown::kept(visit, "device").map_or_else(secret, str::to_owned)
}

pub(crate) fn browser(visit: &Visit, device: &str) -> Browser {
    let agent = visit.header("user-agent").unwrap_or_default().to_owned();
    Browser { address: web::client(visit.address()), agent, device: sha256(device.as_bytes()) }
}

/// What follows a right password or an open link.
enum Step {
    /// Signed in: the session's secret.
    Open(String),
    /// The code comes next: the secret of the place in between.
    Code(String),
}

/// Goes on from a proof: to the session, or first to the code where there is a second factor.
fn proceed(tx: &mut Tx<'_>, actor: &Actor, user: UserId, browser: &Browser) -> Result<Step, Refusal> {
    let known = index::user(tx, user)?;
    if known.is_some_and(|user| user.second_factor && !user.suspended) {
        return session::open_second_step(tx, user, store::fresh(), browser).map(Step::Code);
    }
    finish(tx, actor, user, browser)
}

fn finish(tx: &mut Tx<'_>, actor: &Actor, user: UserId, browser: &Browser) -> Result<Step, Refusal> {
    let session = store::fresh();
    store::perform(tx, actor, &SignIn { user: Some(user), session, proven: true })?;
    session::remember_device(tx, user, &browser.device)?;
    session::open_in(tx, user, session, browser).map(Step::Open)
}

/// Sets the cookies of what follows, and goes there.
fn go_on(visit: &Visit, device: &str, step: Step, next: &str) -> Answer {
    shown::keep(visit, "device", device, session::COOKIE_SECONDS);
    match step {
        Step::Open(secret) => {
            visit.set_session(&secret, session::COOKIE_SECONDS);
            shown::keep(visit, "second_step", "", 0);
            visit.redirect(next, "")
        }
        Step::Code(secret) => {
            shown::keep(visit, "second_step", &secret, -1);
            visit.redirect(&format!("/sign_in/code?next={}", sign_up::io::escape(next)), "")
        }
    }
}

/// `GET /sign_in`: the form.
pub async fn page(visit: Visit) -> Answer {
    if visit.person().is_some() {
        return visit.redirect(&shown::next(&visit), "");
    }
    let facts = facts(&visit).await?;
    visit.page("access/sign_in.html", facts).await
}

async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let open = visit.read(|tx| Ok(tx.policy::<crate::sign_up::Policy>(Scope::PLATFORM)?.open.value)).await?;
    Ok(context! { title => "access.sign_in.title", next => shown::next(visit), open })
}

/// `POST /sign_in`. The answer is the same, and takes as long, whether there is no such person or the password is wrong.
pub async fn post(visit: Visit) -> Answer {
    let device = device(&visit);
    match by_password(&visit, &device).await {
        Ok(step) => go_on(&visit, &device, step, &shown::next(&visit)),
        Err(refusal) => shown::again(&visit, "access/sign_in.html", facts(&visit).await?, refusal).await,
    }
}

async fn by_password(visit: &Visit, device: &str) -> Result<Step, Refusal> {
    let (email, typed) = (email_key(visit.form().text("email")), visit.form().raw("password").to_owned());
    let browser = browser(visit, device);
    let (actor, from) = (visit.actor().clone(), browser.clone());
    // First the try is counted, then the password is looked at: tries made at once all count.
    let (ids, user, kept, values) = visit
        .write(move |tx| {
            let user = index::user_by_email(tx, &email)?.map(|user| user.id);
            let known = user.map_or(Ok(false), |user| session::knows_device(tx, user, &from.device))?;
            let account = if known { Bucket::Device(&email, &from.device) } else { Bucket::Account(&email) };
            let ids = tries::count(tx, &[account, Bucket::Address(&from.address)])?;
            let kept = user.map_or(Ok(None), |user| password::kept(tx, user))?;
            Ok((ids, user, kept, tx.policy::<password::Policy>(Scope::PLATFORM)?))
        })
        .await?;
    // Nobody has a password of more than a few hundred bytes; deriving a megabyte would only take time from others.
    let typed = if typed.len() > 4 * values.most.value { String::new() } else { typed };
    let proven = password::verify(&typed, kept.clone()).await?;
    let outdated = kept.filter(|kept| proven && kept.is_outdated(&values));
    let renewed = match outdated {
        Some(old) => Some((old, password::hash(&typed, values).await?)),
        None => None,
    };
    visit
        .write(move |tx| {
            let Some(user) = user.filter(|_| proven) else {
                let nobody = SignIn { user: None, session: store::fresh(), proven: false };
                store::perform(tx, &actor, &nobody)?;
                return Err(Refusal::Unauthenticated);
            };
            if let Some((old, new)) = &renewed {
                password::renew(tx, user, old, new)?;
            }
            tries::forgive(tx, &ids)?;
            proceed(tx, &actor, user, &browser)
        })
        .await
}

/// `GET /sign_in/code`: the second step.
pub async fn code_page(visit: Visit) -> Answer {
    if second_step(&visit).await?.is_none() {
        return visit.redirect("/sign_in", "");
    }
    visit.page("access/sign_in_code.html", code_facts(&visit)).await
}

fn code_facts(visit: &Visit) -> web::Facts {
    context! { title => "access.sign_in.code_title", next => shown::next(visit) }
}

async fn second_step(visit: &Visit) -> Result<Option<UserId>, Refusal> {
    let Some(secret) = shown::kept(visit, "second_step").map(str::to_owned) else { return Ok(None) };
    visit.read(move |tx| session::second_step(tx, &secret)).await
}

/// `POST /sign_in/code`: a code of the app, or one of the recovery codes.
pub async fn code_post(visit: Visit) -> Answer {
    let device = device(&visit);
    let Some(user) = second_step(&visit).await? else { return visit.redirect("/sign_in", "access.sign_in.code_late") };
    match by_code(&visit, user, &device).await {
        Ok(step) => go_on(&visit, &device, step, &shown::next(&visit)),
        Err(refusal) => shown::again(&visit, "access/sign_in_code.html", code_facts(&visit), refusal).await,
    }
}

async fn by_code(visit: &Visit, user: UserId, device: &str) -> Result<Step, Refusal> {
    let (typed, browser, actor) = (visit.form().text("code").to_owned(), browser(visit, device), visit.actor().clone());
    let place = shown::kept(visit, "second_step").unwrap_or_default().to_owned();
    let address = browser.address.clone();
    let ids = visit.write(move |tx| tries::count(tx, &[Bucket::Code(user), Bucket::Address(&address)])).await?;
    visit
        .write(move |tx| {
            // Asked again inside the transaction: two browsers with one place get one session.
            let open = session::second_step(tx, &place)? == Some(user);
            if !open || !second_factor::spend(tx, user, &typed)? {
                let nobody = SignIn { user: None, session: store::fresh(), proven: false };
                store::perform(tx, &actor, &nobody)?;
                return Err(Refusal::Unauthenticated);
            }
            tries::forgive(tx, &ids)?;
            session::close_second_step(tx, &place)?;
            finish(tx, &actor, user, &browser)
        })
        .await
}

/// `GET /enter/{secret}`: a one-time link. Looking at it does not use it up, so a preview cannot.
pub async fn link_page(visit: Visit) -> Answer {
    let secret = visit.param::<String>("secret")?;
    let name = visit.read(move |tx| Ok(of_link(tx, &secret)?.map(|user| user.name))).await?.ok_or(Refusal::NotFound)?;
    visit.page("access/enter.html", context! { title => "access.sign_in.link_title", name, path => visit.path() }).await
}

fn of_link(tx: &mut Tx<'_>, secret: &str) -> Result<Option<crate::User>, Refusal> {
    let user = secrets::subject(tx, Purpose::SignIn, secret)?.and_then(|subject| subject.parse().ok());
    user.map_or(Ok(None), |user| index::user(tx, user))
}

/// `POST /enter/{secret}`: uses the link up.
pub async fn link_post(visit: Visit) -> Answer {
    let (device, secret) = (device(&visit), visit.param::<String>("secret")?);
    let (browser, actor) = (browser(&visit, &device), visit.actor().clone());
    let step = visit
        .write(move |tx| {
            let user = of_link(tx, &secret)?.ok_or(Refusal::NotFound)?.id;
            secrets::close(tx, Purpose::SignIn, &user.to_string())?;
            proceed(tx, &actor, user, &browser)
        })
        .await?;
    go_on(&visit, &device, step, "/")
}

/// Signs a new person's browser in at once: they have just set the password.
pub(crate) async fn at_once(visit: &Visit, user: UserId, next: &str) -> Answer {
    let device = device(visit);
    let (browser, actor) = (browser(visit, &device), visit.actor().clone());
    let step = visit.write(move |tx| finish(tx, &actor, user, &browser)).await?;
    go_on(visit, &device, step, next)
}

/// `POST /language`: the language of this browser, signed in or not.
pub async fn language(visit: Visit) -> Answer {
    let lang = web::Lang::from_code(visit.form().text("lang")).ok_or_else(|| Refusal::malformed("lang", "access.lang_unknown"))?;
    visit.set_cookie("lang", lang.code(), 365 * 86_400, false);
    let back = visit.form().opt("back").unwrap_or("/").to_owned();
    visit.redirect(&back, "")
}
