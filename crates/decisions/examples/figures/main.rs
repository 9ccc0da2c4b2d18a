//! What the index does in a microsecond and holds in a byte. `figures GRANTS` makes a world of that many grants, with the members,
//! roles, switches and links that go with them, and prints what was measured as `name value`, a line each.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a measurement reads the clock and may stop at a fault")]

mod world;

use decisions::{Answer, Fact, Index, Question};
use kernel::Instant;
use std::{hint::black_box, time::Instant as Clock};
use world::{NOW, POST, questions, world};

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
}
