//! The operator's home: what needs someone, and how the house is.

use crate::operations::{log, names};
use kernel::{Instant, Refusal};
use serde_json::{Map, Value as Json, json};
use store::{Tx, args, outbox};
use web::{Answer, Visit, context};

/// How many deadlines the page names.
const NEXT: i64 = 6;

/// What the tables say.
struct Seen {
    tickets: i64,
    late: i64,
    next_promise: Option<Instant>,
    suspended_accounts: i64,
    suspended_shops: i64,
    dead: i64,
    waiting: i64,
    deadlines: Vec<Json>,
    head: i64,
    head_at: Option<Instant>,
}

fn look(tx: &mut Tx<'_>) -> Result<Seen, Refusal> {
    let open = support::index::counts(tx, None)?.into_iter().find(|(state, _)| *state == support::State::Open);
    let (late, next_promise) = support::index::promises(tx)?;
    let outbox = outbox::counts(tx)?;
    let count = |wanted: &str| outbox.iter().filter(|(_, state, _)| state == wanted).map(|(_, _, count)| count).sum();
    let suspended_accounts = tx.count("SELECT COUNT(*) FROM accounts WHERE state = 'suspended'", args![])?;
    let suspended_shops = tx.count("SELECT COUNT(*) FROM orgs WHERE state = 'suspended'", args![])?;
    let rows = tx.all("SELECT context, kind, subject, due FROM deadlines ORDER BY due, context, kind, subject LIMIT $1", args![NEXT])?;
    let mut deadlines = Vec::new();
    for row in &rows {
        let (code, subject) = (format!("{}.{}", row.text(0)?, row.text(1)?), row.text(2)?.to_owned());
        let about = names::name(tx, &subject)?;
        deadlines.push(json!({"code": code, "subject": subject, "about": about, "due": row.at(3)?}));
    }
    let head = tx.as_of();
    Ok(Seen {
        tickets: open.map_or(0, |(_, count)| count),
        late,
        next_promise,
        suspended_accounts,
        suspended_shops,
        dead: count("dead"),
        waiting: count("waiting"),
        deadlines,
        head,
        head_at: store::log::after(tx, head - 1, 1)?.first().map(|last| last.at),
    })
}

/// `GET /operator/{org}`
pub async fn page(visit: Visit) -> Answer {
    let base = format!("/operator/{}", visit.org()?);
    let seen = visit.read(look).await?;
    let checkpoint = log::last_checkpoint(&visit).map(|last| json!({"seq": last.seq, "at": last.at}));
    let none = Map::new();
    let said = |key: &str| visit.say(&format!("server.operations.home.{key}"), &none);
    let note = |key: &str, count: i64| {
        let mut facts = Map::new();
        facts.insert("n".into(), count.into());
        visit.say(&format!("server.operations.home.{key}"), &facts)
    };
    let late = if seen.late > 0 { note("late", seen.late) } else { String::new() };
    let tile = |key: &str, count: i64, path: &str, icon: &str, tone: &str, note: String| json!({"label": said(key), "count": count, "href": format!("{base}{path}"), "icon": icon, "tone": tone, "note": note});
    let tiles = vec![
        tile("tickets", seen.tickets, "/tickets", "lifebuoy", if seen.late > 0 { "bad" } else { "warn" }, late),
        tile("accounts", seen.suspended_accounts, "/accounts?state=suspended", "user-x", "warn", String::new()),
        tile("shops", seen.suspended_shops, "/shops?state=suspended", "building-store", "warn", String::new()),
        tile("dead", seen.dead, "/outbox?state=dead", "mail", "bad", note("waiting", seen.waiting)),
    ];
    let deadlines: Vec<Json> = seen.deadlines.into_iter().map(|it| named(&visit, it)).collect();
    let may_watch = visit.role().is_some_and(|role| crate::operations::WATCH.contains(&role));
    let context = context! {
        title => "server.operations.home.title",
        head => seen.head,
        head_at => seen.head_at,
        next_promise => seen.next_promise,
        base, tiles, deadlines, checkpoint, may_watch,
    };
    visit.page("operations/home.html", context).await
}

/// A deadline with its words, where its context has some.
fn named(visit: &Visit, mut deadline: Json) -> Json {
    let key = format!("server.operations.home.due.{}", deadline["code"].as_str().unwrap_or_default());
    if visit.app().words().has(&key) {
        deadline["label"] = visit.say(&key, &Map::new()).into();
    } else {
        deadline["label"] = deadline["code"].clone();
    }
    deadline
}
