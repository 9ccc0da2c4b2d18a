//! What the index does in a microsecond and holds in a byte. `figures GRANTS` makes a world of that many grants, with the members,
//! roles, switches and links that go with them, and prints what was measured as `name value`, a line each.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a measurement reads the clock and may stop at a fault")]

use decisions::{AdRole, Answer, Fact, Index, Question, Scope, Scopes};
use kernel::{AccountId, AdAccountId, Instant, OrgId, Region, Role, UserId};
use std::{
    hint::black_box,
    sync::{
        RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Instant as Clock,
};

const NOW: Instant = Instant(1_795_000_000_000);
const POST: &str = "7306112345678901234";

struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }
}

/// An id as random as real ones.
fn id(kind: u64, n: u64) -> u128 {
    let (high, low) = (Dice(kind << 48 ^ n).roll(), Dice(kind << 40 ^ n ^ 0xABCD_EF01).roll());
    u128::from(high) << 64 | u128::from(low)
}
fn user(centre: u64, n: u64) -> UserId {
    UserId::new(id(1, centre * MEMBERS + n))
}
fn centre(n: u64) -> OrgId {
    OrgId::new(id(2, n))
}
fn account(n: u64) -> AccountId {
    AccountId::new(id(3, n))
}
fn ad_account(centre: u64, n: u64) -> AdAccountId {
    AdAccountId::new(id(4, centre * ADS + n))
}

const MEMBERS: u64 = 20;
const ADS: u64 = 5;
const PER_CENTRE: u64 = 500;

/// A grant as questions refer to it: its centre, its account, its first member.
struct Granted {
    centre: u64,
    account: u64,
    member: u64,
}

struct World {
    facts: Vec<Fact>,
    grants: Vec<Granted>,
    centres: u64,
    accounts: u64,
}

fn world(grants: u64) -> World {
    let mut dice = Dice(7);
    let (centres, accounts) = ((grants / PER_CENTRE).max(1), grants * 2 / 5);
    let mut facts = Vec::new();
    let region = Region::new(b"GB");
    for c in 0..centres {
        facts.push(Fact::Org { org: centre(c), region, merchant: "open", name_length: 9 });
        for n in 0..ADS {
            facts.push(Fact::AdAccount { ad_account: ad_account(c, n), centre: centre(c) });
        }
        for n in 0..MEMBERS {
            let role = if n == 0 { Role::CentreAdmin } else { Role::CentreMember };
            facts.push(Fact::Member { centre: centre(c), user: user(c, n), role });
            for k in 0..3 {
                let role = if k == 2 { AdRole::Analyst } else { AdRole::Operator };
                facts.push(Fact::AdRole { ad_account: ad_account(c, (n + k) % ADS), centre: centre(c), user: user(c, n), role });
            }
        }
    }
    for n in 0..accounts {
        let (account, owner) = (account(n), OrgId::new(id(5, n)));
        facts.push(Fact::Account { account, owner, region, birth: None, stated: None, claimed: true });
        facts.push(Fact::PostSwitched { account, post: POST.to_owned(), on: true });
    }
    let mut given = Vec::new();
    for _ in 0..grants {
        let (c, a, member) = (dice.below(centres), dice.below(accounts), dice.below(MEMBERS));
        let (centre, account) = (centre(c), account(a));
        facts.push(Fact::Granted { centre, account, scopes: Scopes::from_bits(7) });
        for k in 0..2 {
            facts.push(Fact::Assigned {
                centre,
                account,
                user: user(c, (member + k) % MEMBERS),
                scopes: Scopes::from_bits(if k == 0 { 7 } else { 2 }),
            });
        }
        given.push(Granted { centre: c, account: a, member });
        if given.len() % 20 == 0 {
            facts.push(Fact::OwnLinked { account, user: user(c, member), scopes: Scopes::from_bits(1) });
        }
    }
    World { facts, grants: given, centres, accounts }
}

/// Half of the questions are about a grant and its member; the others about someone and something.
fn questions(world: &World, count: usize, post: Option<&'static str>) -> Vec<Question<'static>> {
    let mut dice = Dice(11);
    let mut question = |n: usize| {
        let grant = &world.grants[dice.below(world.grants.len() as u64) as usize];
        let (c, a, member) = if n.is_multiple_of(2) {
            (grant.centre, grant.account, grant.member)
        } else {
            (dice.below(world.centres), dice.below(world.accounts), dice.below(MEMBERS))
        };
        let ad = if n.is_multiple_of(8) { dice.below(ADS) } else { member % ADS };
        Question::Use {
            user: user(c, member),
            centre: centre(c),
            account: account(a),
            scope: Scope::Posts,
            ad_account: ad_account(c, ad),
            post,
        }
    };
    (0..count).map(&mut question).collect()
}

fn build(world: &World) -> Index {
    let mut index = Index::new();
    for (n, fact) in world.facts.iter().enumerate() {
        index.tell(fact, n as i64 + 1, NOW);
    }
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
    let before = resident();
    let begun = Clock::now();
    let index = build(&world);
    let seconds = begun.elapsed().as_secs_f64();
    let held = resident() - before;
    println!("build_seconds {seconds:.3}\nresident_bytes {held}\ncounted_bytes {}", index.bytes());
    println!("bytes_per_fact {:.1}\nbytes_per_grant {:.1}", held as f64 / world.facts.len() as f64, held as f64 / grants as f64);
    let plain = questions(&world, 400_000, None);
    let posts = questions(&world, 400_000, Some(POST));
    asked("use", &index, &plain);
    asked("use_post", &index, &posts);
    seen(index, &plain);
}
