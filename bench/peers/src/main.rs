//! The same world and the same questions for three engines: our index, Cedar, and SpiceDB's embedded library.
//!
//! `peers GRANTS [LIBRARY]` prints what was measured as `name value`, a line each. `LIBRARY` is `libspicedb.so` as its npm
//! package carries it; without it SpiceDB is left out. Every engine's verdicts are compared with the index's.

mod cedar;
mod spicedb;
#[path = "../../../crates/decisions/examples/figures/world.rs"]
mod world;

use decisions::{Answer, Index, Question};
use std::time::Instant as Clock;
use world::{NOW, POST, questions, world};

/// How many questions our own index is asked, and how many of them the slower peers: SpiceDB takes half a second for each in a world
/// of 100,000 grants, and a run has to end.
const ASKED: usize = 100_000;
const CEDAR_ASKED: usize = 20_000;
const SPICEDB_ASKED: usize = 200;
/// How many questions are in one call of SpiceDB's, and how many such calls there are.
const TOGETHER: usize = 100;
const CALLS: usize = 3;

/// What an engine did with some questions: its verdicts, and how long each took, in nanoseconds.
pub struct Seen {
    pub allowed: Vec<bool>,
    pub took: Vec<u64>,
}

impl Seen {
    /// Asks one after the other.
    pub fn each<T>(questions: &[T], mut ask: impl FnMut(&T) -> bool) -> Seen {
        let (mut allowed, mut took) = (Vec::new(), Vec::new());
        for question in questions {
            let begun = Clock::now();
            allowed.push(ask(question));
            took.push(begun.elapsed().as_nanos() as u64);
        }
        Seen { allowed, took }
    }
}

/// What this process has cost so far, in nanoseconds of the processor, all threads together.
fn processor() -> u64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let own: u64 = text.split(' ').next().and_then(|spent| spent.parse().ok()).unwrap_or_default();
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let of =
        |entry: std::fs::DirEntry| std::fs::read_to_string(entry.path().join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok();
    threads.filter_map(of).sum::<u64>().max(own)
}

fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default() * 4096
}

/// Builds an engine and says what it took.
fn built<T>(name: &str, build: impl FnOnce() -> T) -> T {
    let (begun, before) = (Clock::now(), resident());
    let engine = build();
    let held = resident().saturating_sub(before) as f64 / 1_048_576.0;
    println!("{name}_build_seconds {:.3}\n{name}_held_mb {held:.0}", begun.elapsed().as_secs_f64());
    engine
}

/// Asks an engine and says what it took, and how many of its verdicts are others than the index's.
fn asked(name: &str, expected: &[bool], ask: impl FnOnce() -> Seen) {
    let before = processor();
    let Seen { allowed, mut took } = ask();
    let each = (processor() - before) as f64 / allowed.len() as f64;
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    let other = allowed.iter().zip(expected).filter(|(one, other)| one != other).count();
    println!("{name}_p50_ns {}\n{name}_p99_ns {}\n{name}_cpu_ns {each:.0}", at(0.5), at(0.99));
    println!("{name}_asked {}\n{name}_other_verdicts {other}", allowed.len());
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let grants: u64 = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let world = world(grants);
    let questions: Vec<Question<'_>> = questions(&world, ASKED, Some(POST));

    let index = built("index", || {
        let mut index = Index::new();
        (1..).zip(&world.facts).for_each(|(seq, fact)| index.tell(fact, seq, NOW));
        index
    });
    let mut answer = Answer::default();
    let ask = |question: &Question<'static>| {
        index.check(question, NOW, None, &mut answer);
        answer.allowed
    };
    let expected = Seen::each(&questions, ask).allowed;
    let mut answer = Answer::default();
    asked("index", &expected, || {
        Seen::each(&questions, |question| {
            index.check(question, NOW, None, &mut answer);
            answer.allowed
        })
    });

    let cedar = built("cedar", || cedar::Cedar::new(&world.facts));
    let some = &questions[..CEDAR_ASKED];
    let requests: Vec<_> = some.iter().map(cedar::request).collect();
    asked("cedar", &expected, || Seen::each(&requests, |request| cedar.allows(request)));
    drop((cedar, requests));

    if let Some(library) = arguments.get(1) {
        let spicedb = built("spicedb", || spicedb::SpiceDb::new(library, &world.facts));
        let some = &questions[..SPICEDB_ASKED];
        asked("spicedb", &expected, || Seen::each(some, |question| spicedb.allows(std::slice::from_ref(question))[0]));
        let many: Vec<&[Question<'_>]> = questions[..TOGETHER * CALLS].chunks(TOGETHER).collect();
        asked("spicedb_bulk", &expected, || {
            let mut took = Vec::new();
            let one = |some: &&[Question<'_>]| {
                let begun = Clock::now();
                let allowed = spicedb.allows(some);
                took.push(begun.elapsed().as_nanos() as u64 / some.len() as u64);
                allowed
            };
            let allowed = many.iter().flat_map(one).collect();
            Seen { allowed, took }
        });
    }
}
