//! Reads everyone's tickets for support, and offers answers and acts.

use crate::{
    About, Act, Priority, Ticket,
    close::Close,
    fix,
    index::{self, Wanted},
    list::io::{address, against, cause, choice, facts, outcomes, rows, sizes, wanted, word},
    prioritise::Prioritise,
    reopen::Reopen,
    state::{Outcome, State},
    view::{self, TicketView},
};
use accounts::{Account, AccountState, Ecommerce, fields};
use kernel::{Denial, OrgId, Problem, Refusal, Region, Role, TicketId};
use serde_json::{Map, Value as Json, json};
use store::Tx;
use web::{Answer, Lang, StatusCode, Visit, context, words::Reader};

/// What the address keeps when one part of it changes.
const KEPT: &[&str] = &["state", "priority", "about", "size"];

/// Without a state the queue shows what is support's turn, the most urgent first.
fn queue(visit: &Visit) -> Result<Wanted, Refusal> {
    let mut wanted = wanted(visit, None)?;
    if visit.query("state").is_none() {
        wanted.state = Some(State::Open);
    }
    wanted.as_queue = wanted.state == Some(State::Open);
    let bad = |field: &str, given: &str| Problem::new(field, format!("support.bad_{field}")).with("given", given);
    if let Some(code) = visit.query("priority") {
        wanted.priority = Some(Priority::from_code(code).ok_or_else(|| bad("priority", code))?);
    }
    if let Some(code) = visit.query("about") {
        wanted.about = Some(About::CODES.iter().find(|known| **known == code).ok_or_else(|| bad("about", code))?.to_string());
    }
    Ok(wanted)
}

fn filter(visit: &Visit, name: &str, codes: &[&str], chosen: Option<&str>) -> Json {
    let option =
        |code: &&str| json!({"value": code, "label": word(visit, &format!("support.{name}.{code}")), "selected": Some(*code) == chosen});
    let any = json!({"value": "", "label": word(visit, "support.list.all"), "selected": chosen.is_none()});
    json!({
        "name": name,
        "label": word(visit, &format!("support.desk.{name}")),
        "options": std::iter::once(any).chain(codes.iter().map(option)).collect::<Vec<_>>(),
        "chosen": chosen.map(|code| word(visit, &format!("support.{name}.{code}"))),
        "remove": address(visit, KEPT, name, ""),
    })
}

/// `GET /operator/{org}/tickets`
pub async fn page(visit: Visit) -> Answer {
    let org = visit.org()?;
    let wanted = queue(&visit)?;
    let (list, counts, late) = {
        let wanted = wanted.clone();
        visit.read(move |tx| Ok((view::page(tx, &wanted)?, index::counts(tx, None)?, index::promises(tx)?.0))).await?
    };
    let tab = |label: String, code: &str, active: bool, count: Option<i64>| json!({"label": label, "href": address(&visit, KEPT, "state", code), "active": active, "count": count});
    let mut tabs: Vec<Json> = counts
        .iter()
        .map(|(state, count)| {
            tab(word(&visit, &format!("support.state.{}", state.code())), state.code(), wanted.state == Some(*state), Some(*count))
        })
        .collect();
    tabs.push(tab(word(&visit, "support.list.all"), "all", wanted.state.is_none(), None));
    let priorities: Vec<&str> = Priority::ALL.iter().map(|priority| priority.code()).collect();
    let filters = [
        filter(&visit, "priority", &priorities, wanted.priority.map(Priority::code)),
        filter(&visit, "about", &About::CODES, wanted.about.as_deref()),
    ];
    let next = list.next.as_ref().map(|next| address(&visit, KEPT, "after", next)).unwrap_or_default();
    let first = if wanted.after.is_some() { address(&visit, KEPT, "after", "") } else { String::new() };
    let context = context! {
        title => "support.desk.title",
        base => format!("/operator/{org}/tickets"),
        state => visit.query("state").unwrap_or_default(),
        is_filtered => wanted.priority.is_some() || wanted.about.is_some(),
        clear => address(&visit, &["state", "size"], "after", ""),
        sizes => sizes(&visit, KEPT, wanted.size),
        rows => rows(&visit, list.items),
        tabs, filters, next, first, late,
    };
    visit.page("support/queue.html", context).await
}

/// An act that the page offers, with what stands against it.
struct Offer {
    act: Act,
    detail: String,
    denials: Vec<Denial>,
}

/// The acts that may help here: each with its own rules' answer, before anyone clicks.
fn offers(tx: &mut Tx<'_>, visit: &Visit, operator: OrgId, ticket: &Ticket) -> Result<Vec<Offer>, Refusal> {
    let Some(account) = ticket.about.account().map(|id| accounts::index::account(tx, id)).transpose()?.flatten() else {
        return Ok(Vec::new());
    };
    let mut acts = vec![(Act::MoveRegion { region: target(ticket, &account) }, String::new())];
    for violation in accounts::index::violations(tx, account.id)?.into_iter().filter(|violation| violation.closed_at.is_none()) {
        acts.push((Act::CloseViolation { violation: violation.id }, violation.reason));
    }
    if account.ecommerce == Ecommerce::Withdrawn {
        acts.push((Act::GrantEcommerce, String::new()));
    }
    if account.state == AccountState::Suspended {
        acts.push((Act::Reinstate, String::new()));
    }
    let offer = |(act, detail): (Act, String)| {
        let mut denials = fix::io::against(tx, visit.actor(), operator, account.id, act)?;
        // Which country is chosen on the page: that it is there already is no reason not to offer the move.
        denials.retain(|denial| denial.code != "accounts.move_region.already_there");
        Ok(Offer { act, detail, denials })
    };
    acts.into_iter().map(offer).collect()
}

/// The country that a move would most likely be to: the shop's.
fn target(ticket: &Ticket, account: &Account) -> Region {
    ticket.snapshot.shop.as_ref().map_or(account.region, |shop| shop.region)
}

fn offered(visit: &Visit, offer: &Offer, role: Option<Role>) -> Json {
    let mut denials: Vec<Json> = offer.denials.iter().map(|denial| visit.denial(denial)).collect();
    if !role.is_some_and(|role| fix::io::may(&offer.act, role)) {
        denials.push(json!({"text": word(visit, "support.fix.not_yours"), "remedy": word(visit, "support.fix.not_yours_fix")}));
    }
    let (region, violation) = match offer.act {
        Act::MoveRegion { region } => (region.to_string(), String::new()),
        Act::CloseViolation { violation } => (String::new(), violation.to_string()),
        Act::GrantEcommerce | Act::Reinstate => Default::default(),
    };
    json!({
        "act": offer.act.code(),
        "label": word(visit, &format!("support.act.{}", offer.act.code())),
        "detail": offer.detail,
        "region": region,
        "violation": violation,
        "denials": denials,
    })
}

/// The prepared answers, in the order of the page.
const PREPARED: &[&str] =
    &["looking", "details", "moved", "region_fixed", "violation_closed", "permission_granted", "wait", "not_possible"];

/// A prepared answer in one language, with the ticket's own facts in it.
fn prepared(visit: &Visit, ticket: &TicketView, name: &str, lang: Lang) -> Option<String> {
    let name = PREPARED.iter().find(|known| **known == name)?;
    let reader = Reader::new(lang, visit.zone());
    let mut args = Map::new();
    args.insert("customer".into(), ticket.org.name.as_str().into());
    let about = if ticket.name.is_empty() { ticket.org.name.as_str() } else { ticket.name.as_str() };
    args.insert("about".into(), about.into());
    Some(visit.app().words().say(&reader, &format!("support.answer.prepared_{name}"), &args))
}

/// `GET /operator/{org}/tickets/{ticket}`
pub async fn ticket(visit: Visit) -> Answer {
    shown(visit, None).await
}

/// After one of the page's forms: the page with a word of what was done, or once more with what was wrong and typed.
pub(crate) async fn after(visit: Visit, done: Result<(), Refusal>, said: &str) -> Answer {
    let (org, ticket): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    match done {
        Ok(()) => visit.redirect(&format!("/operator/{org}/tickets/{ticket}"), said),
        Err(refusal) => shown(visit, Some(refusal)).await,
    }
}

async fn shown(visit: Visit, refused: Option<Refusal>) -> Answer {
    let (org, id): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let asker = visit.clone();
    let (found, ticket, offers, close, reopen, sooner) = visit
        .read(move |tx| {
            let found = index::for_desk(tx, org, id)?;
            let ticket = view::whole(tx, &found, view::For::Desk)?;
            let offers = offers(tx, &asker, org, &found.ticket)?;
            let text = String::from("-");
            let close = against(tx, &asker, &Close { by_org: org, ticket: id, outcome: Outcome::Solved, text: text.clone() })?;
            let reopen = against(tx, &asker, &Reopen { by_org: org, ticket: id, text })?;
            let other = Priority::ALL.into_iter().find(|priority| *priority != found.ticket.priority).unwrap_or(Priority::Normal);
            let sooner = against(tx, &asker, &Prioritise { operator: org, ticket: id, priority: other })?;
            Ok((found, ticket, offers, close, reopen, sooner))
        })
        .await?;
    let in_words = |denials: &[Denial]| denials.iter().map(|denial| visit.denial(denial)).collect::<Vec<_>>();
    let base = format!("/operator/{org}/tickets");
    let lang = visit.query("in").and_then(Lang::from_code).unwrap_or(visit.lang());
    let answer = visit.query("prepared").and_then(|name| prepared(&visit, &ticket, name, lang)).unwrap_or_default();
    let label = |name: &&str| word(&visit, &format!("support.answer.name_{name}"));
    let templates: Vec<Json> = PREPARED.iter().map(|name| json!({"label": label(name), "name": name})).collect();
    let regions: Vec<Json> = fields::regions(visit.lang()).iter().map(|it| json!({"value": it.value, "label": it.label})).collect();
    let role = visit.role();
    let priorities: Vec<Json> =
        Priority::ALL.iter().map(|one| choice(&visit, one.code(), &format!("support.priority.{}", one.code()))).collect();
    let context = context! {
        title => "support.list.ticket",
        seal => visit.seal("ticket", &id.to_string(), ticket.version),
        facts => facts(&visit, &ticket.facts),
        cause => if ticket.cause.is_empty() { word(&visit, &format!("support.about.{}", ticket.about)) } else { cause(&visit, &ticket.cause) },
        account => found.ticket.about.account().map(|account| format!("/operator/{org}/accounts/{account}")),
        asker => format!("/operator/{org}/shops/{}", ticket.org.id),
        log => Some(format!("/operator/{org}/log?subject={id}")).filter(|log| visit.may_open(log)),
        acts => offers.iter().map(|offer| offered(&visit, offer, role)).collect::<Vec<_>>(),
        outcomes => outcomes(&visit, true),
        against_close => in_words(&close),
        against_reopen => in_words(&reopen),
        against_priority => in_words(&sooner),
        ticket, base, answer, templates, regions, priorities,
    };
    match refused {
        None => visit.page("support/desk_ticket.html", context).await,
        Some(refusal) => visit.page_again("support/desk_ticket.html", context, refusal).await,
    }
}

/// `GET /api/v1/operator/{org}/tickets`
pub async fn api(visit: Visit) -> Answer {
    let wanted = queue(&visit)?;
    let page = visit.read(move |tx| view::page(tx, &wanted)).await?;
    visit.answer(StatusCode::OK, &page)
}

/// `GET /api/v1/operator/{org}/tickets/{ticket}`
pub async fn api_ticket(visit: Visit) -> Answer {
    let (org, id): (OrgId, TicketId) = (visit.org()?, visit.param("ticket")?);
    let ticket = visit.read(move |tx| view::for_desk(tx, org, id)).await?;
    visit.answer(StatusCode::OK, &ticket)
}
