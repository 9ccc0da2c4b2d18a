//! The accounts' tables: how they follow the events, and the questions that may be asked of them.

use crate::{
    events::Event,
    names,
    state::{Account, AccountState, Ecommerce, Figures, Finding, Live, Post, Source, Stated, StatedAge, TrendPoint, Violation, day_of},
};
use jiff::civil::Date;
use kernel::{AccountId, Instant, OrgId, Refusal, Region};
use std::collections::BTreeMap;
use store::{Recorded, Row, Tx, Value, args};

/// Tables that `reindex` empties and fills again.
pub const TABLES: &[&str] = &[
    "accounts",
    "account_names",
    "account_claims",
    "account_figures",
    "account_sources",
    "account_posts",
    "account_lives",
    "account_findings",
    "account_violations",
];

const COLUMNS: &str =
    "a.id, a.owner, a.claimed, a.handle, a.nickname, a.region, a.birth, a.stated_years, a.stated_on, a.state, a.ecommerce,
    a.followers, a.likes, a.views, a.engagement_bp, a.posts_count, a.brand_account, a.categories, a.registered_at, a.political";

fn read(row: &Row) -> Result<Account, Refusal> {
    let stated = row.opt_int(7)?.map(|years| Ok::<_, Refusal>(StatedAge { years: years.try_into().unwrap_or(i16::MAX), on: row.code(8)? }));
    Ok(Account {
        id: row.id(0)?,
        owner: row.id(1)?,
        claimed: row.flag(2)?,
        handle: row.text(3)?.to_owned(),
        nickname: row.text(4)?.to_owned(),
        region: row.code(5)?,
        birth: if row.opt_text(6)?.is_some() { Some(row.code(6)?) } else { None },
        age_stated: stated.transpose()?,
        state: row.code(9)?,
        ecommerce: row.code(10)?,
        followers: row.int(11)?,
        likes: row.int(12)?,
        views: row.int(13)?,
        engagement_bp: row.int(14)?,
        posts_count: row.int(15)?,
        brand_account: row.flag(16)?,
        categories: row.json(17)?,
        registered_at: row.at(18)?,
        political: row.flag(19)?,
    })
}

/// Days since 1970-01-01, UTC.
pub(crate) fn day_number(at: Instant) -> i64 {
    at.0.div_euclid(86_400_000)
}

fn number_of(day: Date) -> i64 {
    day_number(Instant(day.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_millisecond())))
}

// ---- questions ----

/// One account.
pub fn account(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>, Refusal> {
    tx.one(&format!("SELECT {COLUMNS} FROM accounts a WHERE a.id = $1"), args![id])?.map(|row| read(&row)).transpose()
}

/// One account of this owner; another's is not there.
pub fn own_account(tx: &mut Tx<'_>, owner: OrgId, id: AccountId) -> Result<Option<Account>, Refusal> {
    let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE a.id = $1 AND a.owner = $2");
    tx.one(&sql, args![id, owner])?.map(|row| read(&row)).transpose()
}

/// The account with this handle, however its letters are cased, with or without `@`.
pub fn by_handle(tx: &mut Tx<'_>, handle: &str) -> Result<Option<Account>, Refusal> {
    let sql = format!("SELECT {COLUMNS} FROM accounts a WHERE a.handle_key = $1");
    tx.one(&sql, args![names::normal(names::bare_handle(handle))])?.map(|row| read(&row)).transpose()
}

/// The accounts that an organisation owns, oldest first: a creator has few; of the operator's unclaimed ones, the first 500.
pub fn of_owner(tx: &mut Tx<'_>, owner: OrgId) -> Result<Vec<Account>, Refusal> {
    tx.all(&format!("SELECT {COLUMNS} FROM accounts a WHERE a.owner = $1 ORDER BY a.id LIMIT 500"), args![owner])?
        .iter()
        .map(read)
        .collect()
}

/// How many violations of the account are open.
pub fn open_violations(tx: &mut Tx<'_>, account: AccountId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM account_violations WHERE account = $1 AND closed_at IS NULL", args![account])
}

/// What stands against an account: its open violations, and how often each topic was found in its content and not dismissed.
pub fn against(tx: &mut Tx<'_>, account: AccountId) -> Result<(i64, BTreeMap<String, i64>), Refusal> {
    let sql = "SELECT '', COUNT(*) FROM account_violations WHERE account = $1 AND closed_at IS NULL
               UNION ALL SELECT topic, COUNT(*) FROM account_findings WHERE account = $1 AND dismissed = 0 GROUP BY topic";
    let (mut violations, mut found) = (0, BTreeMap::new());
    for row in tx.all(sql, args![account])? {
        match row.text(0)? {
            "" => violations = row.int(1)?,
            topic => drop(found.insert(topic.to_owned(), row.int(1)?)),
        }
    }
    Ok((violations, found))
}

/// The account's violations, newest first.
pub fn violations(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Violation>, Refusal> {
    let sql = "SELECT id, account, reason, found_at, closed_at, outcome FROM account_violations WHERE account = $1
               ORDER BY found_at DESC, id DESC LIMIT 200";
    tx.all(sql, args![account])?.iter().map(violation).collect()
}

/// One violation of an account.
pub fn violation_of(tx: &mut Tx<'_>, account: AccountId, id: kernel::ViolationId) -> Result<Option<Violation>, Refusal> {
    let sql = "SELECT id, account, reason, found_at, closed_at, outcome FROM account_violations WHERE account = $1 AND id = $2";
    tx.one(sql, args![account, id])?.map(|row| violation(&row)).transpose()
}

fn violation(row: &Row) -> Result<Violation, Refusal> {
    let outcome = row.opt_text(5)?.map(str::to_owned);
    let reason = row.text(2)?.to_owned();
    Ok(Violation { id: row.id(0)?, account: row.id(1)?, reason, found_at: row.at(3)?, closed_at: row.opt_at(4)?, outcome })
}

/// How many words of the word list stand in the account's posts and lives, dismissed ones not counted.
pub fn content_findings_count(tx: &mut Tx<'_>, account: AccountId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM account_findings WHERE account = $1 AND dismissed = 0", args![account])
}

/// How many findings of one post or live still count.
pub(crate) fn findings_in(tx: &mut Tx<'_>, account: AccountId, post: &str) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM account_findings WHERE account = $1 AND post = $2 AND dismissed = 0", args![account, post])
}

/// What the word list found in the account's posts and lives, newest first, dismissed ones left out; at most 200.
pub fn content_findings(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Finding>, Refusal> {
    let sql = "SELECT topic, word, post, at FROM account_findings WHERE account = $1 AND dismissed = 0
               ORDER BY at DESC, post DESC, topic, word LIMIT 200";
    let finding =
        |row: &Row| Ok(Finding { topic: row.code(0)?, word: row.text(1)?.to_owned(), post: row.text(2)?.to_owned(), at: row.at(3)? });
    tx.all(sql, args![account])?.iter().map(finding).collect()
}

/// The account's last 90 days on which anything is known, oldest first.
pub fn trend(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<TrendPoint>, Refusal> {
    const DAYS: usize = 90;
    let posts = "SELECT day, CAST(SUM(likes) AS BIGINT), CAST(SUM(plays) AS BIGINT) FROM account_posts WHERE account = $1
                 GROUP BY day ORDER BY day DESC LIMIT 90";
    let mut days: BTreeMap<i64, (Option<i64>, i64, i64)> = BTreeMap::new();
    for row in tx.all(posts, args![account])? {
        days.insert(row.int(0)?, (None, row.int(1)?, row.int(2)?));
    }
    for row in tx.all("SELECT day, followers FROM account_figures WHERE account = $1 ORDER BY day DESC LIMIT 90", args![account])? {
        days.entry(row.int(0)?).or_default().0 = Some(row.int(1)?);
    }
    let skip = days.len().saturating_sub(DAYS);
    let mut known = None;
    let point = |(day, (followers, likes, plays)): (i64, (Option<i64>, i64, i64))| {
        known = followers.or(known);
        TrendPoint { day: day_of(Instant(day * 86_400_000)), followers: known, likes, plays }
    };
    Ok(days.into_iter().map(point).skip(skip).collect())
}

const POST: &str = "id, at, title, hashtags, song, seconds, plays, likes, comments, shares, visibility";

fn post(row: &Row) -> Result<Post, Refusal> {
    let text = |column: usize| row.text(column).map(str::to_owned);
    let (seconds, plays, likes, comments, shares) = (row.int(5)?, row.int(6)?, row.int(7)?, row.int(8)?, row.int(9)?);
    let (id, title, song) = (text(0)?, text(2)?, text(4)?);
    let visibility = row.code(10)?;
    Ok(Post { id, at: row.at(1)?, title, hashtags: row.json(3)?, song, seconds, plays, likes, comments, shares, visibility })
}

/// The account's posts, newest first, before `before`.
pub fn posts(tx: &mut Tx<'_>, account: AccountId, before: Instant, limit: i64) -> Result<Vec<Post>, Refusal> {
    let sql = format!("SELECT {POST} FROM account_posts WHERE account = $1 AND at < $2 ORDER BY at DESC, id DESC LIMIT $3");
    tx.all(&sql, args![account, before, limit])?.iter().map(post).collect()
}

/// Every post of the account by its id: what an import compares with.
pub(crate) fn all_posts(tx: &mut Tx<'_>, account: AccountId) -> Result<std::collections::HashMap<String, Post>, Refusal> {
    let rows = tx.all(&format!("SELECT {POST} FROM account_posts WHERE account = $1"), args![account])?;
    rows.iter().map(|row| post(row).map(|post| (post.id.clone(), post))).collect()
}

/// One post of the account.
pub fn post_of(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<Option<Post>, Refusal> {
    tx.one(&format!("SELECT {POST} FROM account_posts WHERE account = $1 AND id = $2"), args![account, id])?
        .map(|row| post(&row))
        .transpose()
}

/// How many posts one search reads, at the most.
const POSTS_LOOKED_AT: i64 = 5_000;

/// The account's newest posts whose id begins with `query`, or whose title, hashtags or sound contain it.
pub fn find_posts(tx: &mut Tx<'_>, account: AccountId, query: &str, limit: i64) -> Result<Vec<Post>, Refusal> {
    let wanted = names::normal(query);
    let fits = |post: &Post| {
        let contains = |text: &str| names::normal(text).contains(&wanted);
        post.id.starts_with(&wanted) || contains(&post.title) || contains(&post.song) || post.hashtags.iter().any(|tag| contains(tag))
    };
    let found = posts(tx, account, Instant(i64::MAX), POSTS_LOOKED_AT)?.into_iter().filter(fits);
    Ok(found.take(usize::try_from(limit).unwrap_or(0)).collect())
}

/// The account's lives, newest first.
pub fn lives(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Live>, Refusal> {
    let sql = "SELECT id, at, ended_at, title, viewers, likes FROM account_lives WHERE account = $1 ORDER BY at DESC, id DESC LIMIT 200";
    tx.all(sql, args![account])?.iter().map(live).collect()
}

fn live(row: &Row) -> Result<Live, Refusal> {
    let (id, title) = (row.text(0)?.to_owned(), row.text(3)?.to_owned());
    Ok(Live { id, at: row.at(1)?, ended_at: row.at(2)?, title, viewers: row.int(4)?, likes: row.int(5)? })
}

/// One live of the account.
pub fn live_of(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<Option<Live>, Refusal> {
    let sql = "SELECT id, at, ended_at, title, viewers, likes FROM account_lives WHERE account = $1 AND id = $2";
    tx.one(sql, args![account, id])?.map(|row| live(&row)).transpose()
}

/// What a source said last about an account, and as of which day.
pub(crate) fn stated(tx: &mut Tx<'_>, account: AccountId, source: Source) -> Result<Option<(Date, Stated)>, Refusal> {
    let row = tx.one("SELECT day, stated FROM account_sources WHERE account = $1 AND source = $2", args![account, source.code()])?;
    row.map(|row| Ok((day_of(Instant(row.int(0)? * 86_400_000)), row.json(1)?))).transpose()
}

/// When the handle and the nickname were last changed.
pub(crate) fn renamed_at(tx: &mut Tx<'_>, account: AccountId) -> Result<(Option<Instant>, Option<Instant>), Refusal> {
    let row =
        tx.one("SELECT handle_changed_at, nickname_changed_at FROM accounts WHERE id = $1", args![account])?.ok_or(Refusal::NotFound)?;
    Ok((row.opt_at(0)?, row.opt_at(1)?))
}

/// The digest of the claim code in force for an account, and until when it works.
pub(crate) fn claim_code(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<(String, Instant)>, Refusal> {
    let row = tx.one("SELECT digest, expires_at FROM account_claims WHERE account = $1", args![account])?;
    row.map(|row| Ok((row.text(0)?.to_owned(), row.at(1)?))).transpose()
}

/// What an operator's list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only accounts of this country.
    pub region: Option<Region>,
    /// Only accounts in this state.
    pub state: Option<AccountState>,
}

impl Filter {
    fn fits(&self, account: &Account) -> bool {
        self.region.is_none_or(|region| account.region == region) && self.state.is_none_or(|state| account.state == state)
    }
}

/// One page of accounts and where the next begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// What to pass as `cursor` for the next page; nothing at the end.
    pub next: Option<String>,
}

/// Accounts by followers, most first. `cursor` is what the previous page gave.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: i64, cursor: Option<&str>) -> Result<Page, Refusal> {
    let place = |text: &str| text.split_once(' ').and_then(|(number, id)| Some((number.parse().ok()?, id.to_owned())));
    let (followers, id): (i64, String) = match cursor {
        None => (i64::MAX, "~".to_owned()),
        Some(text) => place(text).ok_or_else(|| Refusal::malformed("cursor", "accounts.list.bad_cursor"))?,
    };
    let mut values = vec![Value::from(followers), Value::from(id), Value::from(limit + 1)];
    let mut wheres = String::new();
    for (column, value) in [("region", filter.region.map(|r| r.to_string())), ("state", filter.state.map(|s| s.code().to_owned()))] {
        if let Some(value) = value {
            values.push(value.into());
            wheres.push_str(&format!(" AND a.{column} = ${}", values.len()));
        }
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM accounts a WHERE (a.followers, a.id) < ($1, $2){wheres} ORDER BY a.followers DESC, a.id DESC LIMIT $3"
    );
    let mut accounts = tx.all(&sql, &values)?.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let more = accounts.len() as i64 > limit;
    accounts.truncate(limit.max(0) as usize);
    let next = accounts.last().filter(|_| more).map(|last| format!("{} {}", last.followers, last.id));
    Ok(Page { accounts, next })
}

/// How many keys one search looks at, at the most: a filter that fits nothing must not read the whole index.
const LOOKED_AT: i64 = 2_000;
/// How many keys a search for typos compares.
const GUESSED: i64 = 400;

/// Accounts whose handle or nickname begins, or has a word that begins, with `query`; on the first page, when there are
/// few, also those that are one typo away. `cursor` is what the previous page gave.
pub fn search(tx: &mut Tx<'_>, query: &str, region: Option<Region>, limit: i64, cursor: Option<&str>) -> Result<Page, Refusal> {
    search_within(tx, query, &Filter { region, state: None }, limit, cursor)
}

/// The same with every filter of the list.
pub fn search_within(tx: &mut Tx<'_>, query: &str, filter: &Filter, limit: i64, cursor: Option<&str>) -> Result<Page, Refusal> {
    let prefix = names::query(query);
    if prefix.is_empty() {
        return list(tx, filter, limit, cursor);
    }
    let start = match cursor {
        None => (prefix.clone(), String::new()),
        Some(cursor) => {
            let (key, id) = cursor.split_once('\n').ok_or_else(|| Refusal::malformed("cursor", "accounts.list.bad_cursor"))?;
            (key.to_owned(), id.to_owned())
        }
    };
    let Scan { mut accounts, next } = scan(tx, &prefix, start, filter, limit)?;
    if cursor.is_none() && next.is_none() && (accounts.len() as i64) < limit {
        let known: std::collections::HashSet<_> = accounts.iter().map(|account| account.id).collect();
        let near = typos(tx, &prefix)?.into_iter().filter(|(_, id)| !known.contains(id)).collect::<Vec<_>>();
        let left = limit - accounts.len() as i64;
        accounts.extend(fetch(tx, &near, filter, left)?);
    }
    Ok(Page { accounts, next })
}

struct Scan {
    accounts: Vec<Account>,
    next: Option<String>,
}

/// Reads keys in their order, a few at a time, until the page is full, the beginning ends, or enough has been looked at.
fn scan(tx: &mut Tx<'_>, prefix: &str, mut from: (String, String), filter: &Filter, limit: i64) -> Result<Scan, Refusal> {
    let sql = "SELECT n.key, n.account FROM account_names n WHERE (n.key, n.account) > ($1, $2) AND n.key < $3 ORDER BY n.key, n.account LIMIT $4";
    let (beyond, at_once) = (names::after(prefix), limit.saturating_mul(2).clamp(20, 200));
    let mut accounts: Vec<Account> = Vec::new();
    let mut looked_at = 0;
    while looked_at < LOOKED_AT {
        let rows = tx.all(sql, args![from.0.as_str(), from.1.as_str(), beyond.as_str(), at_once])?;
        looked_at += rows.len() as i64;
        for (at, row) in rows.iter().enumerate() {
            let id: AccountId = row.id(1)?;
            from = (row.text(0)?.to_owned(), id.to_string());
            // An account with several names of this beginning is shown once, at the first of them: pages cannot repeat it.
            let is_first = |account: &Account| names::first_of(prefix, &account.handle, &account.nickname).is_none_or(|key| key == from.0);
            accounts.extend(account(tx, id)?.filter(|account| filter.fits(account) && is_first(account)));
            if accounts.len() as i64 >= limit {
                let is_last = at + 1 == rows.len() && (rows.len() as i64) < at_once;
                return Ok(Scan { accounts, next: (!is_last).then(|| format!("{}\n{}", from.0, from.1)) });
            }
        }
        if (rows.len() as i64) < at_once {
            return Ok(Scan { accounts, next: None });
        }
    }
    Ok(Scan { accounts, next: Some(format!("{}\n{}", from.0, from.1)) })
}

type Hit = (String, AccountId);

/// The accounts behind these hits, each once, in order.
fn fetch(tx: &mut Tx<'_>, hits: &[Hit], filter: &Filter, limit: i64) -> Result<Vec<Account>, Refusal> {
    let mut accounts: Vec<Account> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (_, id) in hits.iter().filter(|(_, id)| seen.insert(*id)) {
        if accounts.len() as i64 >= limit {
            break;
        }
        accounts.extend(account(tx, *id)?.filter(|account| filter.fits(account)));
    }
    Ok(accounts)
}

/// Keys that one edit turns into `query` or a continuation of it.
fn typos(tx: &mut Tx<'_>, query: &str) -> Result<Vec<Hit>, Refusal> {
    let guesses = names::guesses(query);
    if guesses.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![Value::from(GUESSED)];
    let mut rows = Vec::with_capacity(guesses.len());
    for guess in &guesses {
        rows.push(format!("(${}, ${})", values.len() + 1, values.len() + 2));
        values.push(guess.as_str().into());
        values.push(names::after(guess).into());
    }
    // The guesses stand outside, so that each is one seek in the index of keys.
    let sql = format!(
        "WITH guess(low, high) AS (VALUES {}) SELECT n.key, n.account FROM guess CROSS JOIN account_names n
         WHERE n.key >= guess.low AND n.key < guess.high LIMIT $1",
        rows.join(", ")
    );
    let hits = tx.all(&sql, &values)?.iter().map(|row| Ok((row.text(0)?.to_owned(), row.id(1)?))).collect::<Result<Vec<Hit>, Refusal>>()?;
    let mut near: Vec<Hit> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (key, id) in hits {
        // The half of a name that was found is no proof; the whole name, or a word of it, must be near.
        let fits = names::near(query, &key)
            || (seen.insert(id) && account(tx, id)?.is_some_and(|a| names::is_near(query, &a.handle, &a.nickname)));
        if fits {
            near.push((key, id));
        }
    }
    Ok(near)
}

// ---- following the events ----

/// Brings the tables in step with one event.
pub fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    let Some(event) = recorded.event::<Event>() else { return Ok(()) };
    follow(tx, event?, recorded.at)
}

fn follow(tx: &mut Tx<'_>, event: Event, at: Instant) -> Result<(), Refusal> {
    match event {
        Event::AccountRegistered { account, owner, handle, nickname, region, birth, age_stated, brand_account, categories, claimed } => {
            let (birth, years, on) =
                (birth.map(|d| d.to_string()), age_stated.map(|a| i64::from(a.years)), age_stated.map(|a| a.on.to_string()));
            let sql =
                "INSERT INTO accounts (id, owner, claimed, handle, handle_key, nickname, region, birth, stated_years, stated_on, state,
                           ecommerce, followers, likes, views, engagement_bp, posts_count, brand_account, categories, registered_at)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'normal', 'granted', 0, 0, 0, 0, 0, $11, $12, $13)";
            let key = names::normal(&handle);
            let categories = serde_json::to_string(&categories).unwrap_or_default();
            let region = region.to_string();
            tx.run(sql, args![account, owner, claimed, &handle, key, &nickname, region, birth, years, on, brand_account, categories, at])?;
            name(tx, account, None, (&handle, &nickname))
        }
        Event::ClaimCodeIssued { account, digest, expires_at, .. } => {
            let sql = "INSERT INTO account_claims (account, digest, expires_at) VALUES ($1, $2, $3)
                       ON CONFLICT (account) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at";
            tx.run(sql, args![account, digest, expires_at]).map(drop)
        }
        Event::AccountClaimed { account, owner, birth, .. } => {
            tx.run("UPDATE accounts SET owner = $2, claimed = 1, birth = $3 WHERE id = $1", args![account, owner, birth.to_string()])?;
            tx.run("DELETE FROM account_claims WHERE account = $1", args![account]).map(drop)
        }
        Event::AccountRenamed { account, handle, nickname, previous_handle, previous_nickname, .. } => {
            if handle != previous_handle {
                let sql = "UPDATE accounts SET handle = $2, handle_key = $3, handle_changed_at = $4 WHERE id = $1";
                tx.run(sql, args![account, &handle, names::normal(&handle), at])?;
            }
            if nickname != previous_nickname {
                tx.run("UPDATE accounts SET nickname = $2, nickname_changed_at = $3 WHERE id = $1", args![account, &nickname, at])?;
            }
            name(tx, account, Some((&previous_handle, &previous_nickname)), (&handle, &nickname))
        }
        Event::AccountMoved { account, region, .. } => {
            tx.run("UPDATE accounts SET region = $2 WHERE id = $1", args![account, region.to_string()]).map(drop)
        }
        Event::AccountSuspended { account, .. } => set_state(tx, account, AccountState::Suspended),
        Event::AccountReinstated { account, .. } => set_state(tx, account, AccountState::Normal),
        Event::AccountMarked { account, political, .. } => {
            tx.run("UPDATE accounts SET political = $2 WHERE id = $1", args![account, political]).map(drop)
        }
        Event::EcommerceWithdrawn { account, .. } => set_ecommerce(tx, account, Ecommerce::Withdrawn),
        Event::EcommerceGranted { account, .. } => set_ecommerce(tx, account, Ecommerce::Granted),
        Event::ViolationFound { account, violation, reason, .. } => {
            let sql = "INSERT INTO account_violations (id, account, reason, found_at) VALUES ($1, $2, $3, $4)";
            tx.run(sql, args![violation, account, reason, at]).map(drop)
        }
        Event::ViolationClosed { violation, outcome, .. } => {
            tx.run("UPDATE account_violations SET closed_at = $2, outcome = $3 WHERE id = $1", args![violation, at, outcome]).map(drop)
        }
        Event::ProfileUpdated { account: id, nickname, age_stated, brand_account, categories, .. } => {
            let Some(known) = account(tx, id)? else { return Ok(()) };
            let (years, on) = (age_stated.map(|a| i64::from(a.years)), age_stated.map(|a| a.on.to_string()));
            let categories = serde_json::to_string(&categories).unwrap_or_default();
            let sql =
                "UPDATE accounts SET nickname = $2, stated_years = $3, stated_on = $4, brand_account = $5, categories = $6 WHERE id = $1";
            tx.run(sql, args![id, &nickname, years, on, brand_account, categories])?;
            name(tx, id, Some((&known.handle, &known.nickname)), (&known.handle, &nickname))
        }
        Event::FiguresUpdated { account, day, source, stated, .. } => set_figures(tx, account, day, source, stated),
        Event::PostsRecorded { account, posts, findings, .. } => {
            posts.iter().try_for_each(|post| keep_post(tx, account, post))?;
            count_posts(tx, account)?;
            findings.iter().try_for_each(|finding| keep_finding(tx, account, finding))
        }
        Event::LivesRecorded { account, lives, findings, .. } => {
            lives.iter().try_for_each(|live| keep_live(tx, account, live))?;
            findings.iter().try_for_each(|finding| keep_finding(tx, account, finding))
        }
        Event::FindingsDismissed { account, post, .. } => {
            tx.run("UPDATE account_findings SET dismissed = 1 WHERE account = $1 AND post = $2", args![account, post]).map(drop)
        }
    }
}

/// Under which keys an account is found: from its new names, and no longer from its old ones.
fn name(tx: &mut Tx<'_>, account: AccountId, old: Option<(&str, &str)>, new: (&str, &str)) -> Result<(), Refusal> {
    let keys = names::keys(new.0, new.1);
    let old = old.map(|(handle, nickname)| names::keys(handle, nickname)).unwrap_or_default();
    for key in old.iter().filter(|key| !keys.contains(key)) {
        tx.run("DELETE FROM account_names WHERE key = $1 AND account = $2", args![key, account])?;
    }
    for key in keys.iter().filter(|key| !old.contains(key)) {
        tx.run("INSERT INTO account_names (key, account) VALUES ($1, $2) ON CONFLICT (key, account) DO NOTHING", args![key, account])?;
    }
    Ok(())
}

fn set_state(tx: &mut Tx<'_>, account: AccountId, state: AccountState) -> Result<(), Refusal> {
    tx.run("UPDATE accounts SET state = $2 WHERE id = $1", args![account, state.code()]).map(drop)
}

fn set_ecommerce(tx: &mut Tx<'_>, account: AccountId, ecommerce: Ecommerce) -> Result<(), Refusal> {
    tx.run("UPDATE accounts SET ecommerce = $2 WHERE id = $1", args![account, ecommerce.code()]).map(drop)
}

fn set_figures(tx: &mut Tx<'_>, id: AccountId, day: Date, source: Source, stated: Stated) -> Result<(), Refusal> {
    let Some(known) = account(tx, id)? else { return Ok(()) };
    let Figures { followers, likes, views, engagement_bp, posts_count } = stated.over(known.figures());
    let sql = "UPDATE accounts SET followers = $2, likes = $3, views = $4, engagement_bp = $5, posts_count = $6 WHERE id = $1";
    tx.run(sql, args![id, followers, likes, views, engagement_bp, posts_count])?;
    count_posts(tx, id)?;
    let sql = "INSERT INTO account_figures (account, day, followers, likes) VALUES ($1, $2, $3, $4)
               ON CONFLICT (account, day) DO UPDATE SET followers = excluded.followers, likes = excluded.likes";
    tx.run(sql, args![id, number_of(day), followers, likes])?;
    let sql = "INSERT INTO account_sources (account, source, day, stated) VALUES ($1, $2, $3, $4)
               ON CONFLICT (account, source) DO UPDATE SET day = excluded.day, stated = excluded.stated";
    tx.run(sql, args![id, source.code(), number_of(day), serde_json::to_string(&stated).unwrap_or_default()]).map(drop)
}

fn keep_post(tx: &mut Tx<'_>, account: AccountId, post: &Post) -> Result<(), Refusal> {
    let sql = "INSERT INTO account_posts (account, id, at, day, title, hashtags, song, seconds, plays, likes, comments, shares,
                   visibility)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
               ON CONFLICT (account, id) DO UPDATE SET at = excluded.at, day = excluded.day, title = excluded.title,
                   hashtags = excluded.hashtags, song = excluded.song, seconds = excluded.seconds, plays = excluded.plays,
                   likes = excluded.likes, comments = excluded.comments, shares = excluded.shares, visibility = excluded.visibility";
    let hashtags = serde_json::to_string(&post.hashtags).unwrap_or_default();
    let Post { id, at, title, song, seconds, plays, likes, comments, shares, visibility, .. } = post;
    let seen_by = visibility.code();
    tx.run(sql, args![account, id, *at, day_number(*at), title, hashtags, song, *seconds, *plays, *likes, *comments, *shares, seen_by])
        .map(drop)
}

/// An account has at least as many posts as are known: a list states their number now and then, its creator adds to them.
fn count_posts(tx: &mut Tx<'_>, account: AccountId) -> Result<(), Refusal> {
    let sql = "UPDATE accounts SET posts_count = (SELECT COUNT(*) FROM account_posts WHERE account = $1)
               WHERE id = $1 AND posts_count < (SELECT COUNT(*) FROM account_posts WHERE account = $1)";
    tx.run(sql, args![account]).map(drop)
}

fn keep_live(tx: &mut Tx<'_>, account: AccountId, live: &Live) -> Result<(), Refusal> {
    let sql = "INSERT INTO account_lives (account, id, at, ended_at, title, viewers, likes) VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (account, id) DO UPDATE SET at = excluded.at, ended_at = excluded.ended_at, title = excluded.title,
                   viewers = excluded.viewers, likes = excluded.likes";
    tx.run(sql, args![account, &live.id, live.at, live.ended_at, &live.title, live.viewers, live.likes]).map(drop)
}

fn keep_finding(tx: &mut Tx<'_>, account: AccountId, finding: &Finding) -> Result<(), Refusal> {
    let sql = "INSERT INTO account_findings (account, post, topic, word, at, dismissed) VALUES ($1, $2, $3, $4, $5, 0)
               ON CONFLICT (account, post, topic, word) DO NOTHING";
    tx.run(sql, args![account, &finding.post, finding.topic.code(), &finding.word, finding.at]).map(drop)
}
