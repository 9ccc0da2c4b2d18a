//! Loads what an invitation looks at; the page on which a shop finds an account, sees every rule's answer, and invites.

use super::{Facts, Invite, Policy};
use crate::{Kind, fit, index, rules, typed};
use accounts::Account;
use kernel::{AccountId, Actor, Check, Denial, Instant, LinkId, OrgId, Refusal, Span, Standing};
use serde_json::{Map, Value as Json, json};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit, context};

impl Ask for Invite {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.shop)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        tx.ahead(|tx| drop(index::unanswered(tx, self.shop, self.account)));
        let shared = rules::io::load(tx, self.shop, self.account, self.kind, actor)?;
        let scope = store::Scope { region: shared.shop.region, merchant: shared.shop.merchant.code() };
        let open = index::unanswered(tx, self.shop, self.account)?;
        let (open_until, lapsed) = match open {
            Some(link) if tx.now < link.consent.closes_at => (Some(link.consent.closes_at), None),
            Some(link) => (None, Some(link.pair)),
            None => (None, None),
        };
        Ok(Facts { open_until, lapsed, policy: tx.policy::<Policy>(scope)?, shared })
    }
}

/// How many accounts a search shows at a time.
const FOUND: i64 = 20;

/// What the page has been told so far: by its address, or by the form that comes back.
struct Told {
    query: String,
    after: Option<String>,
    account: Option<AccountId>,
    role: Kind,
    message: String,
}

/// What the page shows about the account that was chosen.
struct Chosen {
    account: Account,
    checks: Vec<Check>,
    fit: fit::Fit,
    open_for: Span,
    open: Option<LinkId>,
}

/// The dry run of an invitation.
pub struct Prechecked {
    /// Every rule's answer.
    pub checks: Vec<Check>,
    /// The advice.
    pub fit: fit::Fit,
    /// How long the owner would have to answer.
    pub open_for: Span,
}

/// Asks every rule without inviting, and how well account and shop go together.
pub fn precheck(tx: &mut Tx<'_>, actor: &Actor, shop: OrgId, account: AccountId, kind: Kind) -> Result<Prechecked, Refusal> {
    let ask = Invite { link: store::fresh(), shop, account, kind, message: String::new() };
    let checks = store::precheck(tx, actor, &ask)?;
    let org = access::index::org(tx, shop)?.ok_or(Refusal::NotFound)?;
    let about = accounts::index::account(tx, account)?.ok_or(Refusal::NotFound)?.categories;
    let open_for = tx.policy::<Policy>(org.scope())?.open_for.value;
    Ok(Prechecked { checks, fit: fit::score(&about, &org.categories), open_for })
}

/// When all of this can be gone by itself. Waiting helps only when it helps against every reason.
pub fn earliest(against: &[&Denial]) -> Option<Instant> {
    against.iter().map(|denial| denial.until).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max())
}

/// `GET /shop/{org}/invite?q=&after=&account=&role=`
pub async fn page(visit: Visit) -> Answer {
    match told(visit.queries()) {
        Ok(told) => show(visit, told, None).await,
        Err(refusal) => {
            let told = Told { account: None, ..lenient(visit.queries()) };
            show(visit, told, Some(refusal)).await
        }
    }
}

/// `POST /shop/{org}/invite`
pub async fn post(visit: Visit) -> Answer {
    match send(&visit).await {
        Ok(link) => visit.redirect(&format!("/shop/{}/links/{link}", visit.org()?), "linking.invite.done"),
        Err(refusal) => {
            let told = lenient(visit.form());
            show(visit, told, Some(refusal)).await
        }
    }
}

async fn send(visit: &Visit) -> Result<LinkId, Refusal> {
    let (shop, link, form) = (visit.org()?, store::fresh(), visit.form());
    let Told { account, role, .. } = told(form)?;
    let account = account.ok_or_else(|| Refusal::malformed("account", "linking.invite.account_bad"))?;
    // What is sent is what the page showed: this account, as this.
    visit.sealed_version("invite", &shown(account, role))?;
    let message = typed::optional("message", form.text("message"))?;
    visit.perform(Invite { link, shop, account, kind: role, message }).await?;
    Ok(link)
}

fn shown(account: AccountId, role: Kind) -> String {
    format!("{account} {}", role.code())
}

fn told(form: &web::Form) -> Result<Told, Refusal> {
    let account = form.parsed_opt("account", "linking.invite.account_bad")?;
    let role = form.parsed_opt("role", "linking.invite.role_bad")?.unwrap_or(Kind::Marketing);
    Ok(Told { account, role, ..lenient(form) })
}

/// The same without complaint: a page that comes back keeps what can be kept.
fn lenient(form: &web::Form) -> Told {
    Told {
        query: form.text("q").to_owned(),
        after: form.opt("after").map(str::to_owned),
        account: form.text("account").parse().ok(),
        role: form.text("role").parse().unwrap_or(Kind::Marketing),
        message: form.text("message").to_owned(),
    }
}

async fn show(visit: Visit, told: Told, refused: Option<Refusal>) -> Answer {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let Told { query, after, account, role, message } = told;
    let asked = query.clone();
    let (chosen, found) = visit
        .read(move |tx| match account {
            Some(account) => Ok((Some(choose(tx, &actor, org, account, role)?), None)),
            None if asked.is_empty() => Ok((None, None)),
            None => accounts::index::search(tx, &asked, None, FOUND, after.as_deref()).map(|page| (None, Some(page))),
        })
        .await?;
    let base = format!("/shop/{org}");
    let tabs: Vec<Json> =
        Kind::ALL.iter().filter_map(|kind| account.map(|account| tab(&visit, &base, account, *kind, role, &query))).collect();
    let stands_against = chosen.as_ref().is_some_and(|chosen| chosen.checks.iter().any(|check| check.denial.is_some()));
    let chosen = chosen.map(|chosen| drawn(&visit, &chosen, role));
    let facts = context! {
        title => "linking.invite.title", base, query, message, chosen, found => found.map(|page| json!({"accounts": page.accounts, "next": page.next})),
        tabs, role => role.code(), most => typed::MOST,
    };
    match refused {
        None => visit.page("linking/invite.html", facts).await,
        // The page asks every rule itself and says every reason where the verdict stands.
        Some(Refusal::Denied { .. }) if stands_against => visit.page_with(StatusCode::CONFLICT, "linking/invite.html", facts).await,
        Some(refusal) => visit.page_again("linking/invite.html", facts, refusal).await,
    }
}

/// The same account as the other kind is another address, so that its answers can be linked to.
fn tab(visit: &Visit, base: &str, account: AccountId, kind: Kind, chosen: Kind, query: &str) -> Json {
    let label = visit.say(&format!("linking.kind.{}", kind.code()), &Map::new());
    let mut href = format!("{base}/invite?account={account}&role={}", kind.code());
    if !query.is_empty() {
        href.push_str("&q=");
        href.push_str(&encoded(query));
    }
    json!({"label": label, "href": href, "active": kind == chosen})
}

/// A text as it stands in an address.
fn encoded(text: &str) -> String {
    let each = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(each).collect()
}

fn choose(tx: &mut Tx<'_>, actor: &Actor, shop: OrgId, account: AccountId, role: Kind) -> Result<Chosen, Refusal> {
    let Prechecked { checks, fit, open_for } = precheck(tx, actor, shop, account, role)?;
    let between = index::last_between(tx, shop, account)?.map(|found| found.link);
    let runs = |standing| matches!(standing, Standing::Asked | Standing::InForce);
    let open = between.filter(|link| runs(link.consent.standing_at(tx.now))).map(|link| link.id());
    let account = accounts::index::account(tx, account)?.ok_or(Refusal::NotFound)?;
    Ok(Chosen { account, checks, fit, open_for, open })
}

fn drawn(visit: &Visit, chosen: &Chosen, role: Kind) -> Json {
    let mut checks: Vec<Json> = chosen.checks.iter().map(|check| visit.check("linking.invite", check)).collect();
    checks.push(fit::io::advice(visit, &chosen.fit));
    // What is to be resolved stands on top.
    checks.sort_by_key(|check| check["state"] != "fail");
    let against: Vec<_> = chosen.checks.iter().filter_map(|check| check.denial.as_ref()).collect();
    let earliest = earliest(&against);
    let denials: Vec<Json> = against.iter().map(|denial| visit.denial(denial)).collect();
    let seal = visit.seal("invite", &shown(chosen.account.id, role), 0);
    json!({
        "account": chosen.account, "checks": checks, "denials": denials, "earliest": earliest, "open_for": chosen.open_for,
        "open": chosen.open, "seal": seal,
    })
}
