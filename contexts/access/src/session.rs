//! Sessions and tokens: whose credential is it? Sessions are browsers, tokens are programs.

use crate::sign_in::Policy;
use kernel::{Actor, Instant, Refusal, SessionId, Span, UserId, Who};
use store::{
    Row, Scope, Tx, args,
    clock::{secret, sha256},
};
use web::{Credential, Person};

/// What a token begins with, so that a leaked one is recognised for what it is.
pub const TOKEN_PREFIX: &str = "cs_";
/// How long a cookie of ours may live: as long as browsers allow. What it stands for has limits of its own, in the packs; a
/// cookie that outlives them is worth nothing.
pub(crate) const COOKIE_SECONDS: i64 = 400 * 86_400;
/// Being in use is noted this often, not with every request.
const NOTED_EVERY: Span = Span::minutes(1);

/// What a browser says about itself, kept with its session for its person to recognise it.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The client's address.
    pub address: String,
    /// Its User-Agent header.
    pub agent: String,
    /// The digest of its device cookie.
    pub device: String,
}

/// The session that asks.
pub(crate) fn own(actor: &Actor) -> Option<SessionId> {
    match actor.who {
        Who::User { session, .. } => Some(session),
        Who::Token { .. } | Who::App { .. } | Who::Anonymous | Who::System => None,
    }
}

/// Whose credential this is, at the transaction's moment: nobody's once it has ended, expired, or its person is locked out.
pub fn identify(tx: &mut Tx<'_>, shown: &Credential) -> Result<Option<Person>, Refusal> {
    match shown {
        Credential::Session(secret) => of_session(tx, secret),
        Credential::Token(secret) => of_token(tx, secret),
        // Apps are known one context further on.
        Credential::App(_) => Ok(None),
    }
}

fn of_session(tx: &mut Tx<'_>, secret: &str) -> Result<Option<Person>, Refusal> {
    let sql = "SELECT s.id, s.opened_at, s.seen_at, s.confirmed_at, u.id, u.name, u.email, u.lang, u.zone
               FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.digest = $1 AND s.stage = 'open' AND u.suspended = 0";
    let Some(row) = tx.one(sql, args![sha256(secret.as_bytes())])? else { return Ok(None) };
    let (opened_at, seen_at) = (row.at(1)?, row.at(2)?);
    let policy = tx.policy::<Policy>(Scope::PLATFORM)?;
    if tx.now >= opened_at + policy.absolute.value || tx.now >= seen_at + policy.idle.value {
        return Ok(None);
    }
    let (user, session) = (row.id(4)?, row.id(0)?);
    let stale = tx.now >= seen_at + NOTED_EVERY;
    // A session can be renewed and ended without an event, so it is looked up with every request.
    let known = Person { confirmed_at: Some(row.at(3)?), stale, ..person(&row, Who::User { user, session }, user)? };
    Ok(Some(known))
}

fn of_token(tx: &mut Tx<'_>, secret: &str) -> Result<Option<Person>, Refusal> {
    let sql = "SELECT t.id, t.org, t.scopes, s.used_at, u.id, u.name, u.email, u.lang, u.zone, t.expires_at
               FROM token_secrets s JOIN api_tokens t ON t.id = s.token JOIN users u ON u.id = t.user_id
               WHERE s.digest = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND u.suspended = 0";
    let now = tx.now;
    let Some(row) = tx.one(sql, args![sha256(secret.as_bytes()), now])? else { return Ok(None) };
    let (token, org, user) = (row.id(0)?, row.id(1)?, row.id(4)?);
    let scopes = row.text(2)?.split_whitespace().map(str::to_owned).collect();
    let noted = row.opt_at(3)?.filter(|used_at| now < *used_at + NOTED_EVERY);
    // Everything else about a token is told by events; its end and the next note of its use come by the clock.
    let known_until = Some(row.at(9)?.min(noted.unwrap_or(now) + NOTED_EVERY));
    let known = Person { known_until, stale: noted.is_none(), ..person(&row, Who::Token { token, user, org, scopes }, user)? };
    Ok(Some(known))
}

fn person(row: &Row, who: Who, user: UserId) -> Result<Person, Refusal> {
    let text = |column: usize| row.text(column).map(str::to_owned);
    let (name, email, lang, zone) = (text(5)?, text(6)?, text(7)?, text(8)?);
    Ok(Person { who, user, confirmed_at: None, name, email, lang, zone, known_until: None, stale: false })
}

/// Notes that a credential is in use.
pub fn touch(tx: &mut Tx<'_>, person: &Person) -> Result<(), Refusal> {
    let now = tx.now;
    match &person.who {
        Who::User { session, .. } => tx.put("UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2", args![*session, now]),
        Who::Token { token, .. } => tx.put("UPDATE token_secrets SET used_at = $2 WHERE token = $1", args![*token, now]),
        // An app's authorisation notes its own use.
        Who::App { .. } | Who::Anonymous | Who::System => Ok(()),
    }
}

/// Opens a session for someone whom the platform vouches for, as tests and the demo do, and answers its secret.
pub fn open(tx: &mut Tx<'_>, user: UserId, agent: &str) -> Result<(String, SessionId), Refusal> {
    let session = store::fresh();
    let secret = open_in(tx, user, session, &Browser { agent: agent.to_owned(), ..Browser::default() })?;
    Ok((secret, session))
}

/// Opens a session and answers its secret, which is nowhere kept. The person has just proved who they are.
pub(crate) fn open_in(tx: &mut Tx<'_>, user: UserId, session: SessionId, browser: &Browser) -> Result<String, Refusal> {
    insert(tx, user, session, "open", browser)
}

/// Opens the place between password and code: nobody is signed in by it.
pub(crate) fn open_second_step(tx: &mut Tx<'_>, user: UserId, session: SessionId, browser: &Browser) -> Result<String, Refusal> {
    insert(tx, user, session, "second_step", browser)
}

fn insert(tx: &mut Tx<'_>, user: UserId, session: SessionId, stage: &str, browser: &Browser) -> Result<String, Refusal> {
    let (secret, now) = (secret(), tx.now);
    let policy = tx.policy::<Policy>(Scope::PLATFORM)?;
    // What has ended by itself is swept when its person comes back.
    let (opened, seen) = (now - policy.absolute.value, now - policy.idle.value);
    tx.run("DELETE FROM sessions WHERE user_id = $1 AND (opened_at <= $2 OR seen_at <= $3)", args![user, opened, seen])?;
    let sql = "INSERT INTO sessions (digest, id, user_id, stage, opened_at, seen_at, confirmed_at, device, address, agent)
               VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7, $8)";
    let agent: String = browser.agent.chars().take(300).collect();
    tx.run(sql, args![sha256(secret.as_bytes()), session, user, stage, now, &browser.device, &browser.address, agent])?;
    Ok(secret)
}

/// Whose second step this is, while the code may still be typed.
pub(crate) fn second_step(tx: &mut Tx<'_>, secret: &str) -> Result<Option<UserId>, Refusal> {
    let lasts = tx.policy::<Policy>(Scope::PLATFORM)?.second_step.value;
    let earliest = tx.now - lasts;
    let sql = "SELECT user_id FROM sessions WHERE digest = $1 AND stage = 'second_step' AND opened_at > $2";
    tx.one(sql, args![sha256(secret.as_bytes()), earliest])?.map(|row| row.id(0)).transpose()
}

pub(crate) fn close_second_step(tx: &mut Tx<'_>, secret: &str) -> Result<(), Refusal> {
    tx.run("DELETE FROM sessions WHERE digest = $1 AND stage = 'second_step'", args![sha256(secret.as_bytes())]).map(drop)
}

/// The person has proved again who they are: the session goes on under a new secret.
pub(crate) fn confirm(tx: &mut Tx<'_>, session: SessionId) -> Result<String, Refusal> {
    let (secret, now) = (secret(), tx.now);
    let sql = "UPDATE sessions SET digest = $2, confirmed_at = $3, seen_at = $3 WHERE id = $1";
    let changed = tx.run(sql, args![session, sha256(secret.as_bytes()), now])?;
    if changed == 1 { Ok(secret) } else { Err(Refusal::Unauthenticated) }
}

/// The session goes on under a new secret: what the person may do has changed.
pub(crate) fn renew(tx: &mut Tx<'_>, session: SessionId) -> Result<String, Refusal> {
    let secret = secret();
    let changed = tx.run("UPDATE sessions SET digest = $2 WHERE id = $1", args![session, sha256(secret.as_bytes())])?;
    if changed == 1 { Ok(secret) } else { Err(Refusal::Unauthenticated) }
}

/// What people call a browser, from what it says about itself: `Firefox · Linux`. A text that is not understood stays as it is.
fn browser_name(agent: &str) -> String {
    const PROGRAMS: [(&str, &str); 6] =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&PROGRAMS), find(&SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program} · {system}"),
        (Some(program), None) => program.to_owned(),
        (None, Some(_) | None) => agent.to_owned(),
    }
}

/// A signed-in browser, as its person sees it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Since when.
    pub opened_at: Instant,
    /// When it was last in use, to the minute.
    pub seen_at: Instant,
    /// From where.
    pub address: String,
    /// With which browser.
    pub agent: String,
}

/// A person's sessions, the one used last on top.
pub fn sessions(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Session>, Refusal> {
    let policy = tx.policy::<Policy>(Scope::PLATFORM)?;
    let (opened, seen) = (tx.now - policy.absolute.value, tx.now - policy.idle.value);
    let sql = "SELECT id, opened_at, seen_at, address, agent FROM sessions
               WHERE user_id = $1 AND stage = 'open' AND opened_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, id LIMIT 100";
    let read = |row: &Row| {
        let (address, agent) = (row.text(3)?.to_owned(), browser_name(row.text(4)?));
        Ok(Session { id: row.id(0)?, opened_at: row.at(1)?, seen_at: row.at(2)?, address, agent })
    };
    tx.all(sql, args![user, opened, seen])?.iter().map(read).collect()
}

/// Ends every session of a person that was open at `at`, except the one kept. Later ones are not touched, so a replay of
/// the log ends nothing that was opened since.
pub(crate) fn end_all(tx: &mut Tx<'_>, user: UserId, kept: Option<SessionId>, at: Instant) -> Result<(), Refusal> {
    let kept = kept.map_or_else(String::new, |session| session.to_string());
    tx.run("DELETE FROM sessions WHERE user_id = $1 AND opened_at <= $2 AND id <> $3", args![user, at, kept]).map(drop)
}

/// Whether a browser has signed into an account before.
pub(crate) fn knows_device(tx: &mut Tx<'_>, user: UserId, device: &str) -> Result<bool, Refusal> {
    let lasts = tx.policy::<Policy>(Scope::PLATFORM)?.device.value;
    let since = tx.now - lasts;
    let sql = "SELECT COUNT(*) FROM devices WHERE digest = $1 AND user_id = $2 AND seen_at > $3";
    Ok(tx.count(sql, args![device, user, since])? > 0)
}

/// This browser has signed into this account.
pub(crate) fn remember_device(tx: &mut Tx<'_>, user: UserId, device: &str) -> Result<(), Refusal> {
    let now = tx.now;
    let sql = "INSERT INTO devices (digest, user_id, seen_at) VALUES ($1, $2, $3)
               ON CONFLICT (digest, user_id) DO UPDATE SET seen_at = excluded.seen_at";
    tx.run(sql, args![device, user, now]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn a_browser_is_called_what_people_call_it() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0";
        assert_eq!(browser_name(edge), "Edge · Windows");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1";
        assert_eq!(browser_name(phone), "Safari · iPhone");
        assert_eq!(browser_name("curl/8.9"), "curl/8.9");
    }
}
