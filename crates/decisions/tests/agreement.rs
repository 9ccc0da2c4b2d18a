//! A million random questions over random worlds, answered twice; and every planted fault is noticed.

use crate::{
    naive::{self, Reason},
    worlds::World,
};
use decisions::{Answer, Denied, Index, Question};
use kernel::Instant;
use std::{collections::BTreeMap, mem::discriminant};

/// What both sides say of a reason: its code, and the one number that tells most.
pub fn spelled(denied: &Denied<'_>) -> Reason {
    let at = |at: &Option<Instant>| at.map_or(0, |at| at.0);
    match denied {
        Denied::NoSuchCentre => ("no_such_centre", 0),
        Denied::NoSuchShop => ("no_such_shop", 0),
        Denied::NoSuchAccount => ("no_such_account", 0),
        Denied::CentreNotNormal { .. } => ("centre_not_normal", 0),
        Denied::NotAMember => ("not_a_member", 0),
        Denied::LockedOut => ("locked_out", 0),
        Denied::AccountStopped { .. } => ("account_stopped", 0),
        Denied::Political => ("political", 0),
        Denied::NotGranted => ("not_granted", 0),
        Denied::ScopeNotGranted { granted, .. } => ("scope_not_granted", i64::from(granted.bits())),
        Denied::NotAssigned => ("not_assigned", 0),
        Denied::ScopeNotAssigned { assigned, .. } => ("scope_not_assigned", i64::from(assigned.bits())),
        Denied::Withheld => ("withheld", 0),
        Denied::NotLinkedByPerson => ("not_linked_by_person", 0),
        Denied::ScopeNotLinkedByPerson { linked, .. } => ("scope_not_linked_by_person", i64::from(linked.bits())),
        Denied::NoCode => ("no_code", 0),
        Denied::CodeOver { over_at } => ("code_over", over_at.0),
        Denied::NoSuchAdAccount => ("no_such_ad_account", 0),
        Denied::AdAccountClosed => ("ad_account_closed", 0),
        Denied::NotShared => ("not_shared", 0),
        Denied::NotPartners => ("not_partners", 0),
        Denied::OwnerStopped => ("owner_stopped", 0),
        Denied::NoAdRole => ("no_ad_role", 0),
        Denied::RoleTooWeak { .. } => ("role_too_weak", 0),
        Denied::ShareTooWeak { .. } => ("share_too_weak", 0),
        Denied::SwitchedOff => ("switched_off", 0),
        Denied::ShopNotNormal { .. } => ("shop_not_normal", 0),
        Denied::AccountNotNormal { .. } => ("account_not_normal", 0),
        Denied::EcommerceWithdrawn => ("ecommerce_withdrawn", 0),
        Denied::OpenViolations { count } => ("open_violations", i64::from(*count)),
        Denied::ContentFindings { count, .. } => ("content_findings", i64::from(*count)),
        Denied::UnderAge { of_age_at, .. } => ("under_age", at(of_age_at)),
        Denied::AgeNotKnown { .. } => ("age_not_known", 0),
        Denied::OtherCountry { .. } => ("other_country", 0),
        Denied::NetworkElsewhere { .. } => ("network_elsewhere", 0),
        Denied::NetworkNotKnown { .. } => ("network_not_known", 0),
        Denied::NetworkPrivate { .. } => ("network_private", 0),
        Denied::LinkedElsewhere { .. } => ("linked_elsewhere", 0),
        Denied::LinkedHere { role } => ("linked_here", *role as i64),
        Denied::OfficialPlaceTaken { .. } => ("official_place_taken", 0),
        Denied::MarketingPlacesTaken { allowed, more_at } => {
            ("marketing_places_taken", more_at.map_or(i64::from(allowed.value), |at| at.0))
        }
        Denied::LinksSpent { next_at, .. } => ("links_spent", at(next_at)),
        Denied::InWait { over_at, .. } => ("in_wait", over_at.0),
        Denied::UnlinksSpent { role, .. } => ("unlinks_spent", *role as i64),
        Denied::NameTooLong { length, .. } => ("name_too_long", i64::from(*length)),
        Denied::AlreadyInvited { closes_at } => ("already_invited", closes_at.0),
        Denied::NobodyToAsk => ("nobody_to_ask", 0),
        Denied::NotInvited => ("not_invited", 0),
        Denied::NoLongerOpen { since, .. } => ("no_longer_open", since.0),
        Denied::AnsweredTooLate { closed_at } => ("answered_too_late", closed_at.0),
        Denied::NeverLinked => ("never_linked", 0),
        Denied::NotInForce { standing } => ("not_in_force", *standing as i64),
        Denied::TooSoon { allowed_at, .. } => ("too_soon", allowed_at.0),
        Denied::AlreadyAsked { closes_at } => ("already_asked", closes_at.0),
        Denied::TooFewFollowers { followers, .. } => ("too_few_followers", *followers),
    }
}

/// Every code there is.
const CODES: usize = 55;

fn sorted(answer: &Answer<'_>) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = answer.reasons().map(|denied| spelled(&denied)).collect();
    reasons.sort_unstable();
    reasons
}

/// How often each reason was given, and how often each question was allowed.
type Reached = BTreeMap<&'static str, u64>;

struct Asked<'a> {
    world: &'a World,
    question: Question<'a>,
    now: Instant,
}

fn compare(asked: &Asked<'_>, index: &Index, answer: &mut Answer<'_>, reached: &mut Reached) {
    let Asked { world, question, now } = asked;
    let expected = naive::reasons(&world.log, &world.values, question, *now);
    let mine = sorted(answer);
    assert_eq!(mine, expected, "{question:?} at {now} after {} events", world.log.len());
    assert_eq!(answer.allowed, expected.is_empty(), "{question:?}: {answer:?}");
    assert_eq!(answer.revision, index.revision());
    if expected.is_empty() {
        *reached.entry(question.kind().code()).or_default() += 1;
    }
    mine.into_iter().for_each(|(code, _)| *reached.entry(code).or_default() += 1);
}

/// The verdict is constant until `holds_until` and turns there; the reasons are constant until `could_change_at`.
fn compare_times(asked: &Asked<'_>, answer: &Answer<'_>) {
    let Asked { world, question, now } = asked;
    let at = |now: Instant| naive::reasons(&world.log, &world.values, question, now);
    let first = at(*now);
    let mut moments: Vec<Instant> = world.edges.iter().copied().filter(|edge| edge > now).collect();
    let spans = [&world.values.relink_wait, &world.values.earliest_unlink, &world.values.marketing_links_window, &world.values.probation];
    moments.extend(world.log.iter().flat_map(|(_, at, _)| spans.map(|span| *at + span.value)).filter(|edge| edge > now));
    moments.sort_unstable();
    moments.dedup();
    let verdict = moments.iter().copied().find(|moment| at(*moment).is_empty() != first.is_empty());
    assert_eq!(answer.holds_until, verdict, "the verdict of {question:?} at {now}: {answer:?}");
    let reasons = moments.iter().copied().find(|moment| at(*moment) != first);
    // A finding may change that is no reason: another road's, or the ground of a yes. It never changes later than a reason.
    assert!(answer.could_change_at.is_some() || reasons.is_none(), "{question:?} at {now}: {answer:?} misses {reasons:?}");
    assert!(
        answer.could_change_at.is_none_or(|at| reasons.is_none_or(|reason| at <= reason)),
        "{question:?} at {now}: {answer:?}, {reasons:?}"
    );
    assert!(answer.could_change_at.is_none_or(|at| at > *now && answer.holds_until.is_none_or(|until| at <= until)), "{answer:?}");
}

/// Lets a world grow and asks after every step; `told` says which facts the index hears, `asks` with which instant it is asked.
fn run(seed: u64, steps: usize, questions: usize, check: &mut dyn FnMut(&Asked<'_>, &Index)) {
    let mut world = World::new(seed);
    let mut index = Index::new();
    for _ in 0..steps {
        let told = usize::try_from(index.revision()).unwrap();
        for (seq, at, fact) in &world.log[told..] {
            index.tell(fact, *seq, *at);
        }
        for _ in 0..questions {
            let (question, now) = (world.question(), world.moment());
            check(&Asked { world: &world, question, now }, &index);
        }
        world.step();
    }
}

#[test]
fn a_million_questions_over_random_worlds_are_answered_as_the_rules_are_written() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8) as u64;
    let worlds = 320;
    let per_thread = |thread: u64| {
        move || {
            let (mut reached, mut asked) = (Reached::new(), 0u64);
            for seed in (0..worlds).filter(|seed| seed % threads == thread) {
                run(seed, 80, 40, &mut |question, index| {
                    let mut answer = Answer::default();
                    let values = index.place(&question.question).map(|_| &question.world.values);
                    index.check(&question.question, question.now, values, &mut answer);
                    compare(question, index, &mut answer, &mut reached);
                    if asked % 16 == 0 {
                        compare_times(question, &answer);
                    }
                    asked += 1;
                });
            }
            (reached, asked)
        }
    };
    let joined: Vec<(Reached, u64)> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|thread| scope.spawn(per_thread(thread))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut reached = Reached::new();
    for (one, _) in &joined {
        one.iter().for_each(|(code, count)| *reached.entry(code).or_default() += count);
    }
    let asked: u64 = joined.iter().map(|(_, asked)| asked).sum();
    assert!(asked >= 1_000_000, "{asked}");
    println!("{asked} questions: {reached:#?}");
    assert_eq!(reached.len(), CODES + 5, "{reached:#?}");
    let seldom: Vec<_> = reached.iter().filter(|(_, count)| **count < 1_000).collect();
    assert!(seldom.is_empty(), "hardly ever reached: {seldom:?}");
}

/// Whether an index that is told something else, or asked at another moment, is found out.
fn is_noticed(tell: impl Fn(&decisions::Fact) -> Option<decisions::Fact>, shift: i64) -> bool {
    (0..60).any(|seed| {
        let mut found = false;
        let mut index = Index::new();
        run(seed + 5_000, 80, 25, &mut |question, _| {
            let told = usize::try_from(index.revision()).unwrap();
            for (seq, at, fact) in &question.world.log[told..] {
                tell(fact).iter().for_each(|fact| index.tell(fact, *seq, *at));
                index.reached(*seq);
            }
            let mut answer = Answer::default();
            let values = index.place(&question.question).map(|_| &question.world.values);
            index.check(&question.question, Instant(question.now.0 + shift), values, &mut answer);
            found |= sorted(&answer) != naive::reasons(&question.world.log, &question.world.values, &question.question, question.now);
        });
        found
    })
}

#[test]
fn an_index_that_is_not_told_some_kind_of_fact_is_found_out() {
    let mut kinds = BTreeMap::new();
    for seed in 0..40 {
        let mut world = World::new(seed);
        (0..200).for_each(|_| world.step());
        for (_, _, fact) in &world.log {
            kinds.entry(format!("{fact:?}").split(' ').next().unwrap().to_owned()).or_insert_with(|| fact.clone());
        }
    }
    // All but one matter here: a merchant type chooses values, which both sides get from outside.
    assert_eq!(kinds.len(), 51, "{:?}", kinds.keys());
    assert!(is_noticed(|_| None, 0) && !is_noticed(|fact| Some(fact.clone()), 0));
    for (name, kind) in kinds {
        let silent = |fact: &decisions::Fact| (discriminant(fact) != discriminant(&kind)).then(|| fact.clone());
        assert!(is_noticed(silent, 0), "{name} is not missed");
    }
}

#[test]
fn being_a_millisecond_off_is_found_out() {
    let faithful = |fact: &decisions::Fact| Some(fact.clone());
    assert!(is_noticed(faithful, 1));
    assert!(is_noticed(faithful, -1));
}
