//! What the index does in a microsecond and holds in a byte. `figures GRANTS` makes a world of that many grants, with the members,
//! roles, switches and links that go with them, and prints what was measured as `name value`, a line each.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a measurement reads the clock and may stop at a fault")]

mod world;

use decisions::{Answer, Fact, Index, Question, Scopes};
use kernel::Instant;
use std::{
    hint::black_box,
    sync::{
        RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Instant as Clock,
};
use world::{NOW, POST, account, centre, questions, world};

fn build(facts: &[(i64, Instant, Fact)]) -> Index {
    let mut index = Index::new();
    index.tell_all(facts);
    index
}

/// What this thread has cost, in nanoseconds of the processor: a clock that others share is noisy.
fn processor() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|spent| spent.parse().ok()).unwrap_or_default()
}

/// What the process holds, in bytes.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default() * 4096
}

fn asked(name: &str, index: &Index, questions: &[Question<'_>]) {
    let mut answer = Answer::default();
    let (mut allowed, mut findings) = (0u64, 0u64);
    let mut times = Vec::with_capacity(questions.len());
    for question in questions {
        let begun = Clock::now();
        index.check(question, NOW, None, &mut answer);
        times.push(begun.elapsed().as_nanos() as u64);
        allowed += u64::from(answer.allowed);
        findings += answer.findings.len() as u64;
    }
    let begun = processor();
    for question in questions {
        index.check(question, NOW, None, &mut answer);
        black_box(&answer);
    }
    let whole = (processor() - begun) as f64 / questions.len() as f64;
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{name}_p50_ns {}\n{name}_p99_ns {}\n{name}_p999_ns {}\n{name}_cpu_ns {whole:.0}", at(0.5), at(0.99), at(0.999));
    println!(
        "{name}_allowed_share {:.3}\n{name}_findings_each {:.1}",
        allowed as f64 / times.len() as f64,
        findings as f64 / times.len() as f64
    );
}

/// Two readers ask without a pause while one writer grants and takes back; how long until a reader's answer knows.
fn seen(index: Index, questions: &[Question<'_>]) {
    let (index, stop, written, reads) = (RwLock::new(index), AtomicBool::new(false), AtomicI64::new(0), AtomicU64::new(0));
    let base = index.read().unwrap().revision();
    let waits = std::thread::scope(|scope| {
        for offset in 0..2 {
            let (index, stop, reads) = (&index, &stop, &reads);
            scope.spawn(move || {
                let mut answer = Answer::default();
                for question in questions.iter().cycle().skip(offset * questions.len() / 2) {
                    index.read().unwrap().check(question, NOW, None, &mut answer);
                    black_box(&answer);
                    if reads.fetch_add(1, Ordering::Relaxed) % 64 == 0 && stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        let mut waits = Vec::new();
        for n in 0..20_000u64 {
            let fact =
                Fact::Granted { centre: centre(n % 50), account: account(n * 37 % 40_000), scopes: Scopes::from_bits((n % 8) as u8) };
            let seq = base + written.fetch_add(1, Ordering::Relaxed) + 1;
            let begun = Clock::now();
            index.write().unwrap().tell(&fact, seq, NOW);
            while index.read().unwrap().revision() < seq {}
            waits.push(begun.elapsed().as_nanos() as u64);
        }
        stop.store(true, Ordering::Relaxed);
        waits
    });
    let mut waits = waits;
    waits.sort_unstable();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize] as f64 / 1_000.0;
    println!("visible_p50_us {:.1}\nvisible_p99_us {:.1}\nvisible_max_us {:.1}", at(0.5), at(0.99), at(1.0));
    println!("reads_meanwhile {}", reads.load(Ordering::Relaxed));
}

fn main() {
    let grants: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let world = world(grants);
    println!("grants {grants}\nfacts {}", world.facts.len());
    let facts: Vec<_> = (1..).zip(&world.facts).map(|(seq, fact)| (seq, NOW, fact.clone())).collect();
    let before = resident();
    let (begun, spent) = (Clock::now(), processor());
    let index = build(&facts);
    let (seconds, spent) = (begun.elapsed().as_secs_f64(), (processor() - spent) as f64 / 1e9);
    let held = resident() - before;
    println!("build_seconds {seconds:.3}\nbuild_cpu_seconds {spent:.3}\nresident_bytes {held}\ncounted_bytes {}", index.bytes());
    println!("bytes_per_fact {:.1}\nbytes_per_grant {:.1}", held as f64 / world.facts.len() as f64, held as f64 / grants as f64);
    let plain = questions(&world, 400_000, None);
    let posts = questions(&world, 400_000, Some(POST));
    asked("use", &index, &plain);
    asked("use_post", &index, &posts);
    seen(index, &plain);
}
