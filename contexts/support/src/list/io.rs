//! Reads tickets for their own organisation, and puts what they hold into words.

use crate::{State, close, close::Close, index, index::Wanted, reopen::Reopen, reply::Reply, state::Outcome, typed, view};
use kernel::{Denial, OrgId, Refusal, TicketId};
use serde_json::{Map, Value as Json, json};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit, context};

/// What the address asks for. Every page and the API read it the same way.
pub(crate) fn wanted(visit: &Visit, org: Option<OrgId>) -> Result<Wanted, Refusal> {
    let bad = |field: &str, given: &str| kernel::Problem::new(field, format!("support.bad_{field}")).with("given", given);
    let state = match visit.query("state") {
        None | Some("all") => None,
        Some(code) => Some(State::from_code(code).ok_or_else(|| bad("state", code))?),
    };
    Ok(Wanted { org, state, after: visit.query("after").map(str::to_owned), size: typed::size(visit.query("size"))?, ..Wanted::default() })
}

/// One word of a code.
pub(crate) fn word(visit: &Visit, key: &str) -> String {
    visit.say(key, &Map::new())
}

/// A choice of a form.
pub(crate) fn choice(visit: &Visit, value: &str, key: &str) -> Json {
    json!({"value": value, "label": word(visit, key)})
}

/// A cause in a few words; a code that nobody has words for stays a code.
pub(crate) fn cause(visit: &Visit, code: &str) -> String {
    let key = format!("support.cause.{code}");
    if visit.app().words().has(&key) { word(visit, &key) } else { code.to_owned() }
}

/// The list's address with one more parameter; `after` never survives a change of what is listed.
pub(crate) fn address(visit: &Visit, names: &[&str], name: &str, value: &str) -> String {
    let kept = names.iter().filter(|kept| **kept != name).filter_map(|kept| Some((*kept, visit.query(kept)?)));
    let all: Vec<String> =
        kept.chain((!value.is_empty()).then_some((name, value))).map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    if all.is_empty() { visit.path().to_owned() } else { format!("{}?{}", visit.path(), all.join("&")) }
}

/// A value as it may stand in an address.
fn escaped(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    value.bytes().map(byte).collect()
}

fn fact(visit: &Visit, name: &str, value: &Json, scope: &str) -> Option<Json> {
    let label = word(visit, &format!("support.fact.{name}"));
    match value {
        Json::Null => None,
        Json::String(code) if !scope.is_empty() => Some(json!({"label": label, "value": word(visit, &format!("{scope}.{code}"))})),
        Json::String(text) if text.len() == 24 && text.ends_with('Z') => Some(json!({"label": label, "at": text})),
        Json::Bool(yes) => Some(json!({"label": label, "value": word(visit, if *yes { "support.yes" } else { "support.no" })})),
        other => Some(json!({"label": label, "value": other})),
    }
}

/// What was true at the opening, in words: groups of facts, and the causes that the diagnosis named.
pub(crate) fn facts(visit: &Visit, seen: &Json) -> Json {
    const ACCOUNT: &[(&str, &str)] = &[
        ("handle", ""),
        ("nickname", ""),
        ("region", "web.regions"),
        ("state", "accounts.states"),
        ("ecommerce", "accounts.states"),
        ("open_violations", ""),
        ("findings", ""),
        ("is_linked", ""),
    ];
    const SHOP: &[(&str, &str)] = &[("name", ""), ("region", "web.regions"), ("merchant", "access.merchants"), ("state", "linking.state")];
    const LINK: &[(&str, &str)] =
        &[("role", "linking.kind"), ("stage", "linking.stage"), ("asked_at", ""), ("closes_at", ""), ("linked_at", "")];
    let mut groups = Vec::new();
    for (group, names) in [("account", ACCOUNT), ("shop", SHOP), ("link", LINK)] {
        if seen[group].is_object() {
            let items: Vec<Json> = names.iter().filter_map(|(name, scope)| fact(visit, name, &seen[group][name], scope)).collect();
            groups.push(json!({"title": word(visit, &format!("support.group.{group}")), "items": items}));
        }
    }
    let reasons: Vec<Json> = seen["reasons"].as_array().into_iter().flatten().map(|reason| said(visit, reason)).collect();
    json!({"groups": groups, "reasons": reasons})
}

/// A cause of the diagnosis as a rule's answer: `{state, rule, text, remedy, until, source}`.
fn said(visit: &Visit, reason: &Json) -> Json {
    let code = reason["code"].as_str().unwrap_or_default();
    let none = Map::new();
    let args = reason["facts"].as_object().unwrap_or(&none);
    let (key, fix) = (format!("linking.diagnose.{code}"), format!("linking.diagnose.{code}_fix"));
    let who = reason["who"].as_str().unwrap_or_default();
    let possible = reason["possible"].as_bool().unwrap_or_default();
    json!({
        "state": if possible || who == "nobody" { "advice" } else { "fail" },
        "rule": cause(visit, code),
        "text": visit.say(&key, args),
        "remedy": if visit.app().words().has(&fix) { Json::from(visit.say(&fix, args)) } else { Json::Null },
        "until": reason["until"],
    })
}

/// Performs what a form asks, if the ticket is still what the form's page showed.
pub(crate) async fn perform_sealed<A: Ask>(visit: &Visit, ticket: TicketId, ask: A) -> Result<(), Refusal> {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let shown = visit.sealed_version("ticket", &ticket.to_string())?;
    let work = move |tx: &mut Tx<'_>| {
        let (found, _) = index::of_side(tx, org, ticket)?;
        if found.version == shown { store::perform(tx, &actor, &ask) } else { Err(Refusal::Stale) }
    };
    visit.write(work).await
}

/// What stands against an ask, whoever looks: for a page's greyed-out buttons.
pub(crate) fn against<A: Ask>(tx: &mut Tx<'_>, visit: &Visit, ask: &A) -> Result<Vec<Denial>, Refusal> {
    let facts = ask.facts(tx, visit.actor())?;
    Ok(kernel::precheck(ask, &facts).into_iter().filter_map(|check| check.denial).collect())
}

/// `GET /org/{org}/tickets`
pub async fn page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let wanted = wanted(&visit, Some(org))?;
    let (list, counts) = {
        let wanted = wanted.clone();
        visit.read(move |tx| Ok((view::page(tx, &wanted)?, index::counts(tx, Some(org))?))).await?
    };
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let here = |code: &str| address(&visit, &["size"], "state", code);
    let tab =
        |label: String, code: &str, active: bool, count: i64| json!({"label": label, "href": here(code), "active": active, "count": count});
    let mut tabs = vec![tab(word(&visit, "support.list.all"), "", wanted.state.is_none(), all)];
    for (state, count) in counts {
        let label = word(&visit, &format!("support.state.{}", state.code()));
        tabs.push(tab(label, state.code(), wanted.state == Some(state), count));
    }
    let next = list.next.as_ref().map(|next| address(&visit, &["state", "size"], "after", next)).unwrap_or_default();
    let first = if wanted.after.is_some() { address(&visit, &["state", "size"], "after", "") } else { String::new() };
    let sizes = sizes(&visit, &["state"], wanted.size);
    let base = format!("/org/{org}/tickets");
    visit
        .page(
            "support/list.html",
            context! { title => "support.list.title", base, tabs, next, first, sizes, all, rows => rows(&visit, list.items) },
        )
        .await
}

/// Tickets with their causes in words.
pub(crate) fn rows(visit: &Visit, items: Vec<view::TicketView>) -> Vec<Json> {
    let row = |item: view::TicketView| {
        let said = if item.cause.is_empty() { word(visit, &format!("support.about.{}", item.about)) } else { cause(visit, &item.cause) };
        let mut row = serde_json::to_value(&item).unwrap_or_default();
        row["said"] = said.into();
        row
    };
    items.into_iter().map(row).collect()
}

/// The choices of a page's size.
pub(crate) fn sizes(visit: &Visit, names: &[&str], size: i64) -> Vec<Json> {
    let choice = |n: &i64| json!({"n": n, "href": address(visit, names, "size", &n.to_string()), "active": *n == size});
    typed::SIZES.iter().map(choice).collect()
}

/// `GET /org/{org}/tickets/{ticket}`
pub async fn ticket(visit: Visit) -> Answer {
    shown(visit, None).await
}

/// After one of the page's forms: the page with a word of what was done, or once more with what was wrong and typed.
pub(crate) async fn after(visit: Visit, done: Result<(), Refusal>, said: &str) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    match done {
        Ok(()) => visit.redirect(&format!("/org/{org}/tickets/{ticket}"), said),
        Err(refusal) => shown(visit, Some(refusal)).await,
    }
}

async fn shown(visit: Visit, refused: Option<Refusal>) -> Answer {
    let (org, id): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let asker = visit.clone();
    let (ticket, kind, reply, close, reopen) = visit
        .read(move |tx| {
            let (ticket, text) = (view::for_customer(tx, org, id)?, String::new);
            let reply = against(tx, &asker, &Reply { org, ticket: id, text: text() })?;
            let close = against(tx, &asker, &Close { by_org: org, ticket: id, outcome: Outcome::Solved, text: text() })?;
            let reopen = against(tx, &asker, &Reopen { by_org: org, ticket: id, text: text() })?;
            let kind = access::index::org(tx, org)?.map(|org| org.kind.code()).unwrap_or_default();
            Ok((ticket, kind, reply, close, reopen))
        })
        .await?;
    let in_words = |denials: &[Denial]| denials.iter().map(|denial| visit.denial(denial)).collect::<Vec<_>>();
    let context = context! {
        title => "support.list.ticket",
        base => format!("/org/{org}/tickets"),
        seal => visit.seal("ticket", &id.to_string(), ticket.version),
        facts => facts(&visit, &ticket.facts),
        cause => if ticket.cause.is_empty() { word(&visit, &format!("support.about.{}", ticket.about)) } else { cause(&visit, &ticket.cause) },
        subject => subject(org, kind, &ticket),
        outcomes => outcomes(&visit, false),
        against_reply => in_words(&reply),
        against_close => in_words(&close),
        against_reopen => in_words(&reopen),
        ticket,
    };
    match refused {
        None => visit.page("support/ticket.html", context).await,
        Some(refusal) => visit.page_again("support/ticket.html", context, refusal).await,
    }
}

/// Where what the ticket is about can be looked at, by whoever asked.
fn subject(org: OrgId, kind: &str, ticket: &view::TicketView) -> String {
    match (kind, ticket.about) {
        ("shop", "link") => format!("/shop/{org}/links/{}", ticket.subject),
        ("creator", "link") => format!("/creator/{org}/links/{}", ticket.subject),
        ("creator", "account") => format!("/creator/{org}/accounts/{}", ticket.subject),
        ("shop", "account") => format!("/shop/{org}/diagnose?account={}", ticket.subject),
        _ => String::new(),
    }
}

/// How one side can close a ticket.
pub(crate) fn outcomes(visit: &Visit, is_desk: bool) -> Vec<Json> {
    let fits = |outcome: &&Outcome| close::fits(**outcome, is_desk);
    let side = if is_desk { "desk" } else { "customer" };
    let choice = |outcome: &Outcome| choice(visit, outcome.code(), &format!("support.close.{side}_{}", outcome.code()));
    Outcome::ALL.iter().filter(fits).map(choice).collect()
}

/// `GET /api/v1/orgs/{org}/tickets`
pub async fn api(visit: Visit) -> Answer {
    let wanted = wanted(&visit, Some(visit.org()?))?;
    let page = visit.read(move |tx| view::page(tx, &wanted)).await?;
    visit.answer(StatusCode::OK, &page)
}

/// `GET /api/v1/orgs/{org}/tickets/{ticket}`
pub async fn api_ticket(visit: Visit) -> Answer {
    let (org, id): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let ticket = visit.read(move |tx| view::for_customer(tx, org, id)).await?;
    visit.answer(StatusCode::OK, &ticket)
}
