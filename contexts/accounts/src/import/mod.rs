//! Import a file of accounts or of posts, as people have them. What a file says is compared with what is known: only what
//! is new happens, so reading the same file again changes nothing. `docs/decisions/0011-import.md` argues the choices.
//!
//! [`table`] reads any file as a table, [`columns`] says which column is which, [`rows`] reads the cells, [`plan`] here says
//! what follows from them, `io` compares and commits, `cli` is the command line's way in.

use crate::{Account, Event, Post, Source, Stated, StatedAge, fields, naming, words_found};
use columns::Column;
use jiff::civil::Date;
use kernel::{AccountId, Capability, May, OrgId, Problem, Region, Role, Rules, rules};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc};

pub mod cli;
pub mod columns;
pub mod io;
pub mod pages;
pub mod rows;
pub mod table;
#[cfg(test)]
mod trial;
pub mod xlsx;

pub use io::{Progress, Report};

/// What a file is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportKind)]
pub enum Kind {
    /// One account in each row.
    Accounts,
    /// One post in each row.
    Posts,
}

impl Kind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Accounts => "accounts",
            Kind::Posts => "posts",
        }
    }
    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Kind> {
        [Kind::Accounts, Kind::Posts].into_iter().find(|kind| kind.code() == code)
    }
}

/// What the person chose.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Choices {
    /// Commit the good rows and leave the bad ones out; otherwise one bad row stops everything.
    pub only_good: bool,
    /// Register accounts that posts name and that are not known.
    pub create_missing: bool,
    /// The country of accounts for which the file states none.
    pub region: Option<Region>,
    /// What the person said of columns: their name, our code.
    pub columns: Vec<(String, String)>,
}

/// One account's row.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the fields are those of an account; nothing means that the file states nothing")]
pub struct AccountRow {
    pub line: usize,
    pub handle: String,
    pub nickname: Option<String>,
    pub region: Option<Region>,
    pub stated: Stated,
    pub brand_account: Option<bool>,
    pub age: Option<i16>,
    pub categories: Option<Vec<String>>,
}

/// One post's row, with what it repeats of its account.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the fields are those of a post")]
pub struct PostRow {
    pub line: usize,
    pub handle: String,
    pub post: Post,
    pub stated: Stated,
}

/// The rows about one account.
#[derive(Clone, PartialEq, Debug)]
pub enum Rows {
    /// Of a file of accounts.
    Account(AccountRow),
    /// Of a file of posts.
    Posts(Vec<PostRow>),
}

/// One account that the file names.
#[derive(Clone, PartialEq, Debug)]
pub struct Subject {
    /// Its id, should it turn out to be new.
    pub id: AccountId,
    /// Its handle as the file writes it.
    pub handle: String,
    /// What the file says.
    pub rows: Rows,
}

/// What is known of an account before the import.
#[derive(Clone, Debug)]
pub struct Known {
    /// The account.
    pub account: Account,
    /// What a file of the same kind stated last, and as of which day.
    pub stated: Option<(Date, Stated)>,
    /// Its posts by their ids, when the file is about posts.
    pub posts: HashMap<String, Post>,
}

/// What becomes of a row.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// It makes something new.
    New,
    /// It changes something.
    Change,
    /// It says what is known.
    Same,
    /// It cannot be taken, for these reasons.
    Bad(Vec<Problem>),
}

/// What follows from the rows about one account.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// What becomes of each row, by its line.
    pub rows: Vec<(usize, Outcome)>,
    /// What will have happened.
    pub events: Vec<Event>,
}

impl Plan {
    fn bad(lines: impl Iterator<Item = usize>, problem: &Problem) -> Plan {
        Plan { rows: lines.map(|line| (line, Outcome::Bad(vec![problem.clone()]))).collect(), events: Vec::new() }
    }
}

/// What the operator asks for: the good rows about some accounts.
#[derive(Clone, Debug)]
pub struct Import {
    /// The operator.
    pub operator: OrgId,
    /// The accounts and what the file says of them.
    pub subjects: Vec<Subject>,
    /// How many rows could not even be read.
    pub bad_rows: usize,
    /// What the person chose.
    pub choices: Choices,
}

/// All that the rules look at.
pub struct Facts {
    /// What is known of each subject, in their order.
    pub known: Vec<Option<Known>>,
    /// The day of the import, UTC.
    pub today: Date,
    /// What names look like.
    pub naming: Arc<naming::Policy>,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    RowsAreBad { bad: usize },
}

impl kernel::Denied for Denied {}

impl Capability for Import {
    const NAME: &'static str = "accounts.import";
    const MAY: May = May::Members(&[Role::OperatorAdmin, Role::OperatorSupport]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![every_row_is_good_or_left_out];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        self.plans(facts).flat_map(|plan| plan.events).collect()
    }
}

impl Import {
    /// What follows from each subject's rows.
    pub fn plans<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = Plan> + 'a {
        self.subjects.iter().zip(&facts.known).map(|(subject, known)| plan(self, subject, known.as_ref(), facts))
    }
}

/// Bad rows stop everything, unless the person chose to leave them out.
fn every_row_is_good_or_left_out(ask: &Import, facts: &Facts) -> Result<(), Denied> {
    if ask.choices.only_good {
        return Ok(());
    }
    let is_bad = |(_, outcome): &(usize, Outcome)| matches!(outcome, Outcome::Bad(_));
    let bad = ask.bad_rows + ask.plans(facts).map(|plan| plan.rows.iter().filter(|row| is_bad(row)).count()).sum::<usize>();
    if bad == 0 { Ok(()) } else { Err(Denied::RowsAreBad { bad }) }
}

/// Whether `nickname` or, failing that, the handle can be shown.
fn shown(nickname: Option<&String>, handle: &str, naming: &naming::Policy) -> String {
    nickname.filter(|name| naming::nickname_fits(name, naming)).cloned().unwrap_or_else(|| handle.to_owned())
}

/// What follows from the rows about one account. Nothing of what its own creator has said is changed: a claimed account takes
/// figures and posts from a file, never names, age or categories.
pub fn plan(ask: &Import, subject: &Subject, known: Option<&Known>, facts: &Facts) -> Plan {
    match &subject.rows {
        Rows::Account(row) => match known {
            None => new_account(ask, subject, row, facts),
            Some(known) => known_account(row, known, facts),
        },
        Rows::Posts(rows) => posts(ask, subject, rows, known, facts),
    }
}

fn new_account(ask: &Import, subject: &Subject, row: &AccountRow, facts: &Facts) -> Plan {
    let lines = || std::iter::once(row.line);
    if !naming::handle_fits(&row.handle, &facts.naming) {
        return Plan::bad(lines(), &handle_unfit(&row.handle, &facts.naming));
    }
    let Some(region) = row.region.or(ask.choices.region) else {
        return Plan::bad(lines(), &Problem::new("region", "accounts.import.region_missing"));
    };
    let registered = Event::AccountRegistered {
        account: subject.id,
        owner: ask.operator,
        handle: row.handle.clone(),
        nickname: shown(row.nickname.as_ref(), &row.handle, &facts.naming),
        region,
        birth: None,
        age_stated: row.age.map(|years| StatedAge { years, on: facts.today }),
        brand_account: row.brand_account.unwrap_or_default(),
        categories: row.categories.clone().unwrap_or_default(),
        claimed: false,
    };
    let figures = figures(subject.id, ask.operator, facts.today, Source::AccountsFile, row.stated, None);
    Plan { rows: vec![(row.line, Outcome::New)], events: std::iter::once(registered).chain(figures).collect() }
}

fn handle_unfit(handle: &str, naming: &naming::Policy) -> Problem {
    let (least, most) = (naming.handle_least.value, naming.handle_most.value);
    Problem::new("handle", "accounts.naming.handle_unfit").with("given", handle).with("least", least).with("most", most)
}

/// The figures, unless nothing is stated or the same source said the same last time. A list of accounts speaks of today, so what it
/// says counts. Rows of posts speak of an unknown day after their newest post: of two files the one whose newest post is newer
/// counts, and of two about one day the one with the larger figures, so reading both again in any order changes nothing.
fn figures(account: AccountId, owner: OrgId, day: Date, source: Source, stated: Stated, last: Option<(Date, Stated)>) -> Option<Event> {
    let order = |day: Date, it: Stated| (day, it.followers, it.likes, it.posts_count);
    let is_news = |(last_day, last): (Date, Stated)| match source {
        Source::AccountsFile => last != stated,
        Source::PostsFile => order(day, stated) > order(last_day, last),
    };
    (!stated.is_empty() && last.is_none_or(is_news)).then_some(Event::FiguresUpdated { account, owner, day, source, stated })
}

/// Whether a row was written before what is known: plays only grow, and with as many plays so do the reactions to them. Of two
/// rows that this cannot tell apart one must win for good, whichever file comes last, so the other fields decide by their order.
fn is_older(row: &Post, known: &Post) -> bool {
    let grown = |post: &Post| (post.plays, post.likes + post.comments + post.shares, post.likes, post.comments, post.seconds);
    let said = |post: &Post| (post.title.clone(), post.hashtags.clone(), post.song.clone());
    (grown(row), said(row)) < (grown(known), said(known))
}

fn known_account(row: &AccountRow, known: &Known, facts: &Facts) -> Plan {
    let account = &known.account;
    let moves = row.region.filter(|region| *region != account.region);
    let may_move = account.region == fields::UNKNOWN && !account.claimed;
    if let Some(region) = moves.filter(|_| !may_move) {
        let problem = Problem::new("region", "accounts.import.region_differs");
        return Plan::bad(std::iter::once(row.line), &problem.with("known", account.region.code()).with("given", region.code()));
    }
    let mut events: Vec<Event> = Vec::new();
    let (id, owner) = (account.id, account.owner);
    if let Some(region) = moves {
        let (previous_region, reason) = (account.region, String::new());
        events.push(Event::AccountMoved { account: id, owner, region, previous_region, reason });
    }
    events.extend(profile(row, account, facts).filter(|_| !account.claimed));
    events.extend(figures(id, owner, facts.today, Source::AccountsFile, row.stated, known.stated));
    let outcome = if events.is_empty() { Outcome::Same } else { Outcome::Change };
    Plan { rows: vec![(row.line, outcome)], events }
}

/// What the file says beyond figures, where it differs. A stated age is compared by its years alone: the day on which it was
/// stated is the day of the first import.
fn profile(row: &AccountRow, account: &Account, facts: &Facts) -> Option<Event> {
    let nickname =
        row.nickname.as_ref().map_or_else(|| account.nickname.clone(), |_| shown(row.nickname.as_ref(), &row.handle, &facts.naming));
    let brand_account = row.brand_account.unwrap_or(account.brand_account);
    let categories = row.categories.clone().unwrap_or_else(|| account.categories.clone());
    let age_stated = match (row.age, account.age_stated) {
        (Some(years), Some(stated)) if stated.years == years => Some(stated),
        (Some(years), _) => Some(StatedAge { years, on: facts.today }),
        (None, stated) => stated,
    };
    let same = nickname == account.nickname
        && brand_account == account.brand_account
        && categories == account.categories
        && age_stated == account.age_stated;
    let (id, owner) = (account.id, account.owner);
    (!same).then_some(Event::ProfileUpdated { account: id, owner, nickname, age_stated, brand_account, categories })
}

/// How many posts one event holds at the most, so that reading it stays cheap.
const POSTS_IN_ONE: usize = 500;

/// Where a post says that it will be published. Nobody has seen that post, so its date is wrong. Files have days and times of many
/// zones: what is tomorrow here may be today where the file was written.
fn in_future(row: &PostRow, facts: &Facts) -> bool {
    facts.today.tomorrow().is_ok_and(|tomorrow| crate::state::day_of(row.post.at) > tomorrow)
}

fn posts(ask: &Import, subject: &Subject, rows: &[PostRow], known: Option<&Known>, facts: &Facts) -> Plan {
    let (ahead, rows): (Vec<&PostRow>, Vec<&PostRow>) = rows.iter().partition(|row| in_future(row, facts));
    let mut plan = Plan::bad(ahead.iter().map(|row| row.line), &Problem::new(Column::PublishedAt.code(), "accounts.import.in_future"));
    if rows.is_empty() {
        return plan;
    }
    let refused = |mut plan: Plan, problem: &Problem| {
        plan.rows.extend(Plan::bad(rows.iter().map(|row| row.line), problem).rows);
        plan
    };
    let none = HashMap::new();
    let (id, owner, kept, last) = match known {
        Some(known) => (known.account.id, known.account.owner, &known.posts, known.stated),
        None if !ask.choices.create_missing => {
            return refused(plan, &Problem::new("handle", "accounts.import.account_unknown").with("given", subject.handle.as_str()));
        }
        None if !naming::handle_fits(&subject.handle, &facts.naming) => {
            return refused(plan, &handle_unfit(&subject.handle, &facts.naming));
        }
        None => {
            plan.events.push(Event::AccountRegistered {
                account: subject.id,
                owner: ask.operator,
                handle: subject.handle.clone(),
                nickname: subject.handle.clone(),
                region: ask.choices.region.unwrap_or(fields::UNKNOWN),
                birth: None,
                age_stated: None,
                brand_account: false,
                categories: Vec::new(),
                claimed: false,
            });
            (subject.id, ask.operator, &none, None)
        }
    };
    let mut news: Vec<Post> = Vec::new();
    for row in &rows {
        let known = kept.get(&row.post.id);
        // A file says nothing about who can see a post, so that stays as it is.
        let post = Post { visibility: known.map_or(row.post.visibility, |known| known.visibility), ..row.post.clone() };
        let outcome = match known {
            None => Outcome::New,
            Some(known) if *known != post && !is_older(&post, known) => Outcome::Change,
            Some(_) => Outcome::Same,
        };
        if outcome != Outcome::Same {
            news.push(post);
        }
        plan.rows.push((row.line, outcome));
    }
    for posts in news.chunks(POSTS_IN_ONE) {
        let findings = words_found::in_posts(posts);
        plan.events.push(Event::PostsRecorded { account: id, owner, posts: posts.to_vec(), findings });
    }
    // The rows repeat their account's figures; the newest post is the latest day on which they can be known to have held.
    if let Some(newest) = rows.iter().max_by_key(|row| (row.post.at, row.line)) {
        let day = crate::state::day_of(newest.post.at);
        plan.events.extend(figures(id, owner, day, Source::PostsFile, newest.stated, last));
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Visibility, naming::tests::policy, state::tests::account, words_found::tests::post};
    use jiff::civil::date;
    use kernel::Instant;

    const GB: Region = Region::new(b"GB");

    fn ask(rows: Rows, choices: Choices) -> Import {
        let subject = Subject { id: AccountId::new(7), handle: "luna".into(), rows };
        Import { operator: OrgId::new(9), subjects: vec![subject], bad_rows: 0, choices }
    }

    fn facts(known: Option<Known>) -> Facts {
        Facts { known: vec![known], today: date(2026, 11, 21), naming: Arc::new(policy()) }
    }

    fn row() -> AccountRow {
        let stated = Stated { followers: Some(100), ..Stated::default() };
        AccountRow {
            line: 2,
            handle: "luna".into(),
            nickname: None,
            region: Some(GB),
            stated,
            brand_account: None,
            age: Some(17),
            categories: None,
        }
    }

    fn outcome(ask: &Import, facts: &Facts) -> Outcome {
        ask.plans(facts).next().unwrap().rows[0].1.clone()
    }

    fn unclaimed(stated: Option<(Date, Stated)>) -> Known {
        let age_stated = Some(StatedAge { years: 17, on: date(2026, 1, 1) });
        Known { account: Account { claimed: false, age_stated, ..account() }, stated, posts: HashMap::new() }
    }

    #[test]
    fn a_new_account_is_the_operators_until_it_is_claimed() {
        let events = kernel::decide(&ask(Rows::Account(row()), Choices::default()), &facts(None)).unwrap();
        let Event::AccountRegistered { owner, claimed, birth, age_stated, .. } = &events[0] else { panic!("{events:?}") };
        assert_eq!((*owner, *claimed, *birth), (OrgId::new(9), false, None));
        assert_eq!(*age_stated, Some(StatedAge { years: 17, on: date(2026, 11, 21) }));
        assert_eq!(events.len(), 2);
    }

    #[test]
    fn the_same_row_again_is_no_event() {
        let again = ask(Rows::Account(row()), Choices::default());
        let known = unclaimed(Some((date(2026, 11, 20), row().stated)));
        assert_eq!(kernel::decide(&again, &facts(Some(known.clone()))), Ok(vec![]));
        assert_eq!(outcome(&again, &facts(Some(known))), Outcome::Same);
    }

    #[test]
    fn what_another_source_said_in_between_does_not_bring_an_old_file_back_to_life() {
        let mut known = unclaimed(Some((date(2026, 11, 20), row().stated)));
        known.account.followers = 500;
        assert_eq!(kernel::decide(&ask(Rows::Account(row()), Choices::default()), &facts(Some(known))), Ok(vec![]));
    }

    #[test]
    fn a_file_changes_figures_of_a_claimed_account_and_nothing_that_its_creator_said() {
        let known = Known { account: account(), stated: None, posts: HashMap::new() };
        let more = AccountRow { nickname: Some("Other".into()), brand_account: Some(true), ..row() };
        let events = kernel::decide(&ask(Rows::Account(more), Choices::default()), &facts(Some(known))).unwrap();
        assert!(matches!(events[..], [Event::FiguresUpdated { .. }]), "{events:?}");
    }

    #[test]
    fn an_account_keeps_its_country_unless_none_was_known() {
        let us = AccountRow { region: Some(Region::new(b"US")), ..row() };
        let us = ask(Rows::Account(us), Choices::default());
        assert!(matches!(outcome(&us, &facts(Some(unclaimed(None)))), Outcome::Bad(_)));
        let mut unknown = unclaimed(None);
        unknown.account.region = fields::UNKNOWN;
        assert_eq!(outcome(&us, &facts(Some(unknown))), Outcome::Change);
    }

    #[test]
    fn one_bad_row_stops_everything_unless_it_is_left_out() {
        let bad = Rows::Account(AccountRow { region: None, ..row() });
        let all = kernel::decide(&ask(bad.clone(), Choices::default()), &facts(None));
        assert_eq!(all, Err(vec![Denied::RowsAreBad { bad: 1 }]));
        let good = Choices { only_good: true, ..Choices::default() };
        assert_eq!(kernel::decide(&ask(bad.clone(), good), &facts(None)), Ok(vec![]));
        let here = Choices { region: Some(GB), ..Choices::default() };
        assert_eq!(kernel::decide(&ask(bad, here), &facts(None)).unwrap().len(), 2);
    }

    fn post_rows(plays: i64) -> Rows {
        let stated = Stated { followers: Some(5), ..Stated::default() };
        let mut one = post("1", Instant(1_604_768_957_000), "blm");
        one.plays = plays;
        Rows::Posts(vec![PostRow { line: 2, handle: "luna".into(), post: one, stated }])
    }

    #[test]
    fn posts_of_an_unknown_account_are_a_problem_or_make_one_of_unknown_country() {
        let known = ask(post_rows(1), Choices::default());
        assert!(matches!(outcome(&known, &facts(None)), Outcome::Bad(_)));
        let create = ask(post_rows(1), Choices { create_missing: true, ..Choices::default() });
        let events = kernel::decide(&create, &facts(None)).unwrap();
        assert!(matches!(events[0], Event::AccountRegistered { region: fields::UNKNOWN, claimed: false, .. }));
        let Event::PostsRecorded { findings, .. } = &events[1] else { panic!("{events:?}") };
        assert_eq!(findings.len(), 1);
        assert!(matches!(events[2], Event::FiguresUpdated { source: Source::PostsFile, .. }));
    }

    #[test]
    fn posts_that_are_known_happen_again_only_with_other_figures() {
        let Rows::Posts(rows) = post_rows(1) else { panic!() };
        let posts = [("1".to_owned(), rows[0].post.clone())].into();
        let known = Known { posts, stated: Some((date(2020, 11, 7), rows[0].stated)), ..unclaimed(None) };
        assert_eq!(kernel::decide(&ask(post_rows(1), Choices::default()), &facts(Some(known.clone()))), Ok(vec![]));
        assert_eq!(outcome(&ask(post_rows(2), Choices::default()), &facts(Some(known.clone()))), Outcome::Change);
        assert_eq!(
            outcome(&ask(post_rows(0), Choices::default()), &facts(Some(known))),
            Outcome::Same,
            "an older file takes no plays back"
        );
    }

    #[test]
    fn a_post_of_the_day_after_tomorrow_is_bad_and_makes_no_account() {
        let Rows::Posts(rows) = post_rows(1) else { panic!() };
        // The import happens on 21 November 2026.
        let published = |line: usize, days: i64| {
            let at = Instant(1_795_219_200_000) + kernel::Span::days(days);
            PostRow { line, post: Post { id: line.to_string(), at, ..rows[0].post.clone() }, ..rows[0].clone() }
        };
        let create = Choices { create_missing: true, only_good: true, ..Choices::default() };
        let both = ask(Rows::Posts(vec![published(2, 1), published(3, 2)]), create.clone());
        let known = facts(None);
        let planned = both.plans(&known).next().unwrap();
        assert!(matches!(&planned.rows[..], [(3, Outcome::Bad(_)), (2, Outcome::New)]), "{:?}", planned.rows);
        let none = ask(Rows::Posts(vec![published(2, 2)]), create);
        assert_eq!(kernel::decide(&none, &known), Ok(vec![]));
    }

    #[test]
    fn a_file_does_not_make_a_private_post_public() {
        let Rows::Posts(rows) = post_rows(1) else { panic!() };
        let private = Post { visibility: Visibility::Private, ..rows[0].post.clone() };
        let known =
            Known { posts: [("1".to_owned(), private)].into(), stated: Some((date(2020, 11, 7), rows[0].stated)), ..unclaimed(None) };
        assert_eq!(kernel::decide(&ask(post_rows(1), Choices::default()), &facts(Some(known.clone()))), Ok(vec![]));
        let events = kernel::decide(&ask(post_rows(2), Choices::default()), &facts(Some(known))).unwrap();
        assert!(matches!(&events[0], Event::PostsRecorded { posts, .. } if posts[0].visibility == Visibility::Private));
    }
}
