//! Enrolling a second factor meets the world: the secret is shown once, as a picture and as text.

use super::{EnrolTotp, Facts};
use crate::{index, second_factor, session, shown, totp};
use kernel::{Actor, Instant, Refusal, UserId};
use store::{Ask, Tx, args, clock::secret, keys::unhex};
use web::{Answer, Visit, context};

/// How many bytes an authenticator's secret has.
const KEY_BYTES: usize = 20;

impl Ask for EnrolTotp {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        let enrolled = index::user(tx, self.user)?.ok_or(Refusal::NotFound)?.second_factor;
        let now: Instant = tx.now;
        let step = pending(tx, self.user)?.and_then(|key| totp::matching(&key, &self.code, now, 0));
        Ok(Facts { enrolled, step })
    }
}

/// The key that was shown and is not proven yet.
fn pending(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Vec<u8>>, Refusal> {
    let row = tx.one("SELECT sealed FROM second_factors WHERE user_id = $1 AND enrolled = 0", args![user])?;
    row.map(|row| tx.keys().unwrap(row.text(0)?)).transpose()
}

/// Makes a key and keeps it, sealed, until a code proves that the app has it.
fn begin(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<u8>, Refusal> {
    let known = index::user(tx, user)?.ok_or(Refusal::NotFound)?;
    if known.second_factor {
        return Err(Refusal::Stale);
    }
    let key = unhex(&secret()[..2 * KEY_BYTES]).ok_or_else(|| Refusal::Fault("a secret is not hexadecimal".into()))?;
    let sealed = tx.keys().wrap(&key)?;
    let sql = "INSERT INTO second_factors (user_id, sealed, enrolled, last_step) VALUES ($1, $2, 0, 0)
               ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, enrolled = 0, last_step = 0";
    tx.run(sql, args![user, sealed])?;
    Ok(key)
}

fn facts(visit: &Visit, key: &[u8]) -> Result<web::Facts, Refusal> {
    let email = visit.person().map(|person| person.email.clone()).unwrap_or_default();
    let spelled = totp::base32(key);
    let grouped: Vec<String> = spelled.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let picture = picture(&totp::address(key, &email))?;
    Ok(context! { title => "access.enrol_totp.title", picture, spelled => grouped.join(" ") })
}

/// A QR code as an SVG picture, as the address of an image: our pages admit no markup from elsewhere, only images.
fn picture(text: &str) -> Result<String, Refusal> {
    let code = qrcode::QrCode::new(text).map_err(|bad| Refusal::Fault(format!("no picture of a key: {bad}")))?;
    let svg = code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(220, 220).build();
    let escape = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    Ok(format!("data:image/svg+xml,{}", svg.bytes().map(escape).collect::<String>()))
}

/// `POST /me/security/totp`: shows the key.
pub async fn begin_post(visit: Visit) -> Answer {
    let user = visit.user()?;
    let key = visit.write(move |tx| begin(tx, user)).await?;
    let facts = facts(&visit, &key)?;
    visit.page("access/totp.html", facts).await
}

/// `POST /me/security/totp/enrol`: the app's code proves that it has the key; recovery codes are shown once.
pub async fn post(visit: Visit) -> Answer {
    let (user, kept) = (visit.user()?, session::own(visit.actor()));
    let (ask, actor) = (EnrolTotp { user, code: visit.form().text("code").to_owned(), kept }, visit.actor().clone());
    let done = visit.write(move |tx| enrol(tx, &actor, &ask)).await;
    match done {
        Ok((codes, secret)) => {
            if let Some(secret) = secret {
                visit.set_session(&secret, session::COOKIE_SECONDS);
            }
            visit.page("access/recovery_codes.html", context! { title => "access.enrol_totp.codes_title", codes, enrolled => true }).await
        }
        Err(refusal) => {
            let key = visit.read(move |tx| pending(tx, user)).await?.ok_or(Refusal::Stale)?;
            shown::again(&visit, "access/totp.html", facts(&visit, &key)?, refusal).await
        }
    }
}

/// Enrols, and answers the recovery codes and the session's new secret.
pub(crate) fn enrol(tx: &mut Tx<'_>, actor: &Actor, ask: &EnrolTotp) -> Result<(Vec<String>, Option<String>), Refusal> {
    let step = pending(tx, ask.user)?.and_then(|key| totp::matching(&key, &ask.code, tx.now, 0)).unwrap_or(0);
    store::perform(tx, actor, ask)?;
    // The code that proved the key counts as used: it signs nobody in.
    tx.run("UPDATE second_factors SET enrolled = 1, last_step = $2 WHERE user_id = $1", args![ask.user, step])?;
    let codes = second_factor::renew_codes(tx, ask.user)?;
    let secret = ask.kept.map(|session| session::renew(tx, session)).transpose()?;
    Ok((codes, secret))
}
