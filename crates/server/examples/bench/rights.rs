//! A world of grants, assignments and roles, told as the events that its verbs would record, and questions about it. The
//! tables, the reactions and the index cannot tell the difference.

use crate::seed::{Dice, Org, found, perform};
use access::Merchant;
use accounts::Event as OfAccount;
use centers::{AdRole, Event, Held, Scopes};
use decisions::{Answer, Question};
use kernel::{AccountId, AdAccountId, Capability, May, OrgId, OrgKind, Region, Role, Rules, UserId};
use serde::Serialize;
use server::{Settings, house};
use std::{
    fmt::Write,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use store::{Ask, Store, SystemClock, Tx};

const PER_CENTRE: usize = 500;
const MEMBERS: usize = 20;
const ADS: usize = 5;
const POST: &str = "7306112345678901234";
/// How many events share a transaction.
const TOGETHER: usize = 4_000;
/// How many different questions are asked.
const QUESTIONS: usize = 40_000;

/// Makes events happen as they are.
#[derive(Debug)]
struct Happen<E>(Vec<E>);

#[derive(PartialEq, Debug, Serialize)]
enum Never {}

impl kernel::Denied for Never {}

impl<E: kernel::Event + Clone> Capability for Happen<E> {
    const NAME: &'static str = "bench.happen";
    const MAY: May = May::Platform;
    type Facts = ();
    type Denied = Never;
    type Event = E;
    const RULES: Rules<Self> = &[];
    fn events(&self, (): &()) -> Vec<E> {
        self.0.clone()
    }
}

impl<E: kernel::Event + Clone> Ask for Happen<E> {
    fn facts(&self, _: &mut Tx<'_>, _: &kernel::Actor) -> Result<(), kernel::Refusal> {
        Ok(())
    }
}

fn happen<E: kernel::Event + Clone>(store: &Store, events: impl Iterator<Item = E>) -> usize {
    let (mut told, mut events) = (0, events.peekable());
    while events.peek().is_some() {
        let some = Happen(events.by_ref().take(TOGETHER).collect::<Vec<E>>());
        told += some.0.len();
        store
            .write_blocking(move |tx| {
                perform(tx, &some);
                Ok(())
            })
            .unwrap();
    }
    told
}

/// A centre with its admin, its other members and its ad accounts.
struct Centre {
    org: Org,
    members: Vec<UserId>,
    ads: Vec<AdAccountId>,
}

/// Makes `grants` grants, the first `assigned` of which are given on to two members each, and writes `questions.txt` and
/// `world.txt` beside the data.
pub fn world(folder: &Path, grants: usize, assigned: usize, database: Option<String>) {
    let start = std::time::Instant::now();
    std::fs::create_dir_all(folder).unwrap();
    let mut settings = Settings::local(&folder.join("data"), SocketAddr::from(([127, 0, 0, 1], 0)));
    settings.database = database;
    let store = house::open_store(&settings, Arc::new(SystemClock)).unwrap();
    let operator = found(&store, OrgKind::Operator, Merchant::Open, 0..1).remove(0);
    let accounts = (grants.min(assigned * 2) * 2 / 5).max(PER_CENTRE);
    let creators = found(&store, OrgKind::Creator, Merchant::Open, 0..accounts.div_ceil(100));
    let owner = |number: usize| creators[number / 100].id;
    let ids: Vec<AccountId> = (0..accounts).map(|_| store::fresh()).collect();
    let register = |number: usize| OfAccount::AccountRegistered {
        account: ids[number],
        owner: owner(number),
        handle: format!("bench.{number}"),
        nickname: format!("Bench {number}"),
        region: Region::new(b"GB"),
        birth: Some(jiff::civil::date(1995, 5, 17)),
        age_stated: None,
        brand_account: false,
        categories: Vec::new(),
        claimed: true,
    };
    let mut told = happen(&store, (0..accounts).map(register));
    let centres = centres(&store, grants.div_ceil(PER_CENTRE));
    told += happen(&store, centres.iter().flat_map(Centre::joined));
    told += happen(&store, centres.iter().flat_map(Centre::opened));
    let switched = |number: usize| Event::PostSwitched { account: ids[number], owner: owner(number), post: POST.into(), on: true };
    told += happen(&store, (0..accounts).map(switched));
    let about = |number: usize| {
        let centre = number / PER_CENTRE;
        (centre, (centre * 131 + number % PER_CENTRE * (accounts / PER_CENTRE)) % accounts)
    };
    let granted = |number: usize| {
        let (centre, account) = about(number);
        let held = Held { grant: store::fresh(), centre: centres[centre].org.id, account: ids[account], owner: owner(account) };
        let by = creators[account / 100].owner;
        let mut events = vec![Event::AccessGranted { held, request: store::fresh(), scopes: Scopes::ALL, by }];
        if number < assigned {
            let given = |at: usize| Event::Assigned { held, user: centres[centre].members[(number + at) % MEMBERS], scopes: Scopes::ALL };
            events.extend((0..2).map(given));
        }
        events
    };
    told += happen(&store, (0..grants).flat_map(granted));

    let mut dice = Dice(11);
    let mut questions = String::new();
    for number in 0..QUESTIONS {
        let grant = dice.roll(assigned.max(1));
        let ((centre, account), member) = if number % 2 == 0 {
            (about(grant), grant % MEMBERS)
        } else {
            ((dice.roll(centres.len()), dice.roll(accounts)), dice.roll(MEMBERS))
        };
        let centre = &centres[centre];
        let (user, ad_account) = (centre.members[member], centre.ads[member % ADS]);
        let (org, account) = (centre.org.id, ids[account]);
        writeln!(
            questions,
            r#"{{"question":"use","user":"{user}","centre":"{org}","account":"{account}","scope":"posts","ad_account":"{ad_account}","post":"{POST}"}}"#
        )
        .unwrap();
    }
    std::fs::write(folder.join("questions.txt"), questions).unwrap();
    std::fs::write(folder.join("world.txt"), format!("operator_token {}\n", operator.token)).unwrap();
    println!("operations {told}\nseconds {:.3}", start.elapsed().as_secs_f64());
}

/// Processor time of this process, all threads together, in seconds.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Builds the index from the log of the world in `folder`, as a start does before it answers.
pub fn replay(folder: &Path) {
    let settings = Settings::local(&folder.join("data"), SocketAddr::from(([127, 0, 0, 1], 0)));
    let store = house::open_store(&settings, Arc::new(SystemClock)).unwrap();
    let end = store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
    let (start, before) = (std::time::Instant::now(), processor());
    let engine = server::answers::Engine::start(&store, server::CONTEXTS).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { engine.steps().wait_for(|reached| *reached >= end).await.map(drop) }).unwrap();
    println!("operations {end}\nseconds {:.3}\nprocessor_seconds {:.3}", start.elapsed().as_secs_f64(), processor() - before);
    println!("held_mb {:.1}", engine.index().bytes() as f64 / 1_048_576.0);
}

/// How many writes are waited for.
const WRITES: usize = 5_000;

/// How long after its commit a write is seen by two readers who ask the index without a pause, while a third thread commits one
/// write after another, on the world in `folder`: how long until one of them has an answer that knows it, and how long a question was
/// still begun whose answer does not. The first also counts the time in which no reader had a processor.
pub fn seen(folder: &Path) {
    let settings = Settings::local(&folder.join("data"), SocketAddr::from(([127, 0, 0, 1], 0)));
    let store = house::open_store(&settings, Arc::new(SystemClock)).unwrap();
    let engine = server::answers::Engine::start(&store, server::CONTEXTS).unwrap();
    let end = store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { engine.steps().wait_for(|reached| *reached >= end).await.map(drop) }).unwrap();

    let (stop, begun) = (AtomicBool::new(false), std::time::Instant::now());
    let since = || begun.elapsed().as_nanos() as u64;
    let read = || {
        let (mut answer, mut dice) = (Answer::default(), Dice(5));
        let (mut steps, mut last, mut asked) = (Vec::new(), Step { revision: end, asked: 0, known: 0 }, 0u64);
        while !stop.load(Ordering::Relaxed) {
            let [user, account, ad_account] = [(); 3].map(|()| dice.roll(usize::MAX) as u128);
            let (centre, scope, now) = (OrgId::new(user ^ 1), decisions::Scope::Posts, store.now());
            let (user, account, ad_account) = (UserId::new(user), AccountId::new(account), AdAccountId::new(ad_account));
            let question = Question::Use { user, centre, account, scope, ad_account, post: None };
            let at = since();
            engine.index().check(&question, now, None, &mut answer);
            if answer.revision > last.revision {
                steps.push(Step { revision: answer.revision, asked: last.asked, known: since() });
            }
            (last.revision, last.asked, asked) = (answer.revision, at, asked + 1);
        }
        (steps, asked)
    };
    let (committed, readers) = std::thread::scope(|scope| {
        let readers = [(); 2].map(|()| scope.spawn(read));
        let switched =
            |n: usize| Event::PostSwitched { account: AccountId::new(7), owner: OrgId::new(7), post: POST.into(), on: n.is_multiple_of(2) };
        let committed: Vec<_> = (0..WRITES).map(|n| (happen(&store, std::iter::once(switched(n))), since()).1).collect();
        let last = store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
        assert_eq!(last, end + WRITES as i64, "one event to a write");
        runtime.block_on(async { engine.steps().wait_for(|reached| *reached >= last).await.map(drop) }).unwrap();
        stop.store(true, Ordering::Relaxed);
        (committed, readers.map(|reader| reader.join().unwrap()))
    });
    let first = |seq: i64| readers.iter().filter_map(move |(steps, _)| steps.get(steps.partition_point(|step| step.revision < seq)));
    let print = |name: &str, until: &dyn Fn(i64) -> Option<u64>| {
        let mut waits: Vec<u64> = (end + 1..).zip(&committed).map(|(seq, at)| until(seq).unwrap_or(u64::MAX).saturating_sub(*at)).collect();
        waits.sort_unstable();
        for (share, of) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1.0)] {
            println!("{name}_{share}_us {:.1}", waits[((waits.len() - 1) as f64 * of) as usize] as f64 / 1_000.0);
        }
    };
    print("known", &|seq| first(seq).map(|step| step.known).min());
    print("missed", &|seq| first(seq).map(|step| step.asked).max());
    println!("asked_meanwhile {}", readers.iter().map(|(_, asked)| asked).sum::<u64>());
    println!("seconds {:.2}", begun.elapsed().as_secs_f64());
}

/// A reader's first answer on a revision: when it came, and when the question before it was asked.
struct Step {
    revision: i64,
    asked: u64,
    known: u64,
}

fn centres(store: &Store, count: usize) -> Vec<Centre> {
    let people = |org: Org| {
        let others = (1..MEMBERS).map(|_| store::fresh());
        let members = std::iter::once(org.owner).chain(others).collect();
        Centre { members, ads: (0..ADS).map(|_| store::fresh()).collect(), org }
    };
    found(store, OrgKind::Centre, Merchant::Open, 0..count).into_iter().map(people).collect()
}

impl Centre {
    fn joined(&self) -> impl Iterator<Item = access::Event> {
        let (org, role) = (self.org.id, Role::CentreMember);
        self.members.iter().skip(1).flat_map(move |user| {
            let (user, text) = (*user, String::new);
            let (email, name) = (format!("{user}@bench.example"), "Member".to_owned());
            let signed_up = access::Event::UserSignedUp { user, email, name, lang: text(), zone: text(), verified: true };
            [signed_up, access::Event::MemberJoined { org, user, role, invitation: None }]
        })
    }
    fn opened(&self) -> Vec<Event> {
        let centre: OrgId = self.org.id;
        let open = |ad_account: &AdAccountId| Event::AdAccountOpened {
            ad_account: *ad_account,
            centre,
            name: format!("Bench {ad_account}"),
            currency: "GBP".into(),
            zone: "Europe/London".into(),
        };
        let given = |number: usize, user: UserId| {
            (0..3).map(move |at| {
                let role = if at == 2 { AdRole::Analyst } else { AdRole::Operator };
                Event::AdRoleGiven { ad_account: self.ads[(number + at) % ADS], centre, user, role }
            })
        };
        let roles = self.members.iter().enumerate().flat_map(|(number, user)| given(number, *user));
        self.ads.iter().map(open).chain(roles).collect()
    }
}
