//! What is taken is gone with the very answer that took it, however often it was used before and however many ask meanwhile:
//! grants, and the tokens with which programs ask.

use crate::answers::{World, check, happen, world};
use crate::house::{House, Member, On};
use centers::{EndedBy, Event, Scope, Scopes};
use kernel::{Instant, OrgId, Role, Span, TokenId, UserId};
use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
};

const CLIENTS: usize = 8;
const ROUNDS: usize = 60;

/// Takes and gives the grant's first scope; answers the log's position.
fn turn(house: &House, world: &World, given: bool) -> i64 {
    let scopes = if given { Scopes::ALL } else { Scopes::NONE.with(Scope::Live) };
    happen(house, vec![Event::AccessNarrowed { held: world.held, scopes, by: EndedBy::Owner }])
}

#[test]
fn no_answer_contradicts_its_revision_while_eight_ask_and_grants_are_revoked() {
    for on in On::BOTH {
        let house = House::open(on);
        let neighbour = (on == On::Postgres).then(|| house.neighbour());
        let world = world(&house);
        let question = world.question(world.standard.user);
        // What was true from which position on, and the last position that its writer was told.
        let turns = Mutex::new(vec![(0, true)]);
        let (told, over, answers) = (AtomicI64::new(0), AtomicBool::new(false), AtomicUsize::new(0));
        let seen: Vec<(i64, i64, bool)> = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|number| {
                    let mut client = if number % 2 == 0 { world.standard.clone() } else { world.admin.clone() };
                    if let Some(neighbour) = neighbour.as_ref().filter(|_| number >= CLIENTS / 2) {
                        client.client.address = Some(neighbour.address);
                    }
                    let (question, told, over, answers) = (&question, &told, &over, &answers);
                    scope.spawn(move || {
                        let mut seen = Vec::new();
                        while !over.load(Ordering::SeqCst) {
                            let known = told.load(Ordering::SeqCst);
                            let answer = check(&mut client, vec![question.clone()]).must(200).json();
                            seen.push((known, answer["revision"].as_i64().unwrap(), answer["answers"][0]["allowed"] == true));
                            answers.fetch_add(1, Ordering::SeqCst);
                        }
                        seen
                    })
                })
                .collect();
            for round in 0..ROUNDS {
                let before = answers.load(Ordering::SeqCst);
                let given = round % 2 == 1;
                let seq = turn(&house, &world, given);
                turns.lock().unwrap().push((seq, given));
                told.store(seq, Ordering::SeqCst);
                // A turn that nobody asks about proves nothing.
                while answers.load(Ordering::SeqCst) < before + CLIENTS / 2 && clients.iter().all(|client| !client.is_finished()) {
                    std::thread::yield_now();
                }
            }
            over.store(true, Ordering::SeqCst);
            clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
        });
        let turns = turns.into_inner().unwrap();
        let at = |revision: i64| turns.iter().rev().find(|(seq, _)| *seq <= revision).unwrap().1;
        let contradict = seen.iter().filter(|(_, revision, allowed)| at(*revision) != *allowed).count();
        let stale = seen.iter().filter(|(known, revision, _)| revision < known).count();
        assert_eq!((contradict, stale), (0, 0), "of {} answers on {on:?}", seen.len());
        for verdict in [true, false] {
            assert!(seen.iter().filter(|(_, _, allowed)| *allowed == verdict).count() > ROUNDS / 4, "{on:?} {verdict}");
        }
    }
}

#[test]
fn a_question_begun_after_a_write_was_answered_knows_it_however_many_ask() {
    for on in On::BOTH {
        let house = House::open(on);
        let world = world(&house);
        let engine = server::answers::Engine::start(&house.store, server::CONTEXTS).unwrap();
        let end = house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(engine.knows(end, Instant(0))).unwrap();
        let (told, over) = (AtomicI64::new(end), AtomicBool::new(false));
        let ask = || {
            let (mut asked, mut stale) = (0, 0);
            while !over.load(Ordering::SeqCst) {
                let known = told.load(Ordering::SeqCst);
                stale += usize::from(engine.index().revision() < known);
                asked += 1;
            }
            (asked, stale)
        };
        let answers: Vec<(usize, usize)> = std::thread::scope(|scope| {
            let readers = [(); 3].map(|()| scope.spawn(ask));
            for round in 0..200 {
                told.store(turn(&house, &world, round % 2 == 1), Ordering::SeqCst);
            }
            over.store(true, Ordering::SeqCst);
            readers.map(|reader| reader.join().unwrap()).to_vec()
        });
        let (asked, stale) = answers.iter().fold((0, 0), |(asked, stale), one| (asked + one.0, stale + one.1));
        assert_eq!(stale, 0, "of {asked} on {on:?}");
        assert!(asked > 1_000, "{asked} on {on:?}");
    }
}

fn token_of(house: &House, org: OrgId, user: UserId) -> TokenId {
    let tokens = house.store.read_blocking(move |tx| {
        tx.one("SELECT id FROM api_tokens WHERE org = $1 AND user_id = $2", store::args![org, user])?.unwrap().id(0)
    });
    tokens.unwrap()
}

/// Asks twice, so that the door knows the program when what comes next happens.
fn known(member: &mut Member, question: &serde_json::Value) {
    for _ in 0..2 {
        check(member, vec![question.clone()]).must(200);
    }
}

#[test]
fn a_program_that_the_door_remembers_is_shut_out_with_the_answer_that_shut_it_out() {
    for on in On::BOTH {
        let house = House::open(on);
        let neighbour = (on == On::Postgres).then(|| house.neighbour());
        let world = world(&house);
        let question = world.question(world.standard.user);
        let (org, operator) = (world.admin.org, house.operator());
        let elsewhere = |member: &Member| {
            let address = neighbour.as_ref().map_or(house.address, |other| other.address);
            let mut member = member.clone();
            member.client.address = Some(address);
            member
        };

        // Its token is revoked.
        let colleague = house.colleague(org, Role::CentreAdmin);
        let mut program = elsewhere(&colleague);
        known(&mut program, &question);
        house.perform(access::revoke_token::RevokeToken { token: token_of(&house, org, colleague.user), org });
        check(&mut program, vec![question.clone()]).must(401);

        // Its person is no longer an admin, and then no member at all.
        let colleague = house.colleague(org, Role::CentreAdmin);
        let mut program = elsewhere(&colleague);
        known(&mut program, &question);
        house.perform(access::change_role::ChangeRole { org, user: colleague.user, role: Role::CentreMember });
        check(&mut program, vec![question.clone()]).must(404);
        house.perform(access::remove_member::RemoveMember { org, user: colleague.user });
        check(&mut program, vec![question.clone()]).must(401);

        // Its person is locked out.
        let colleague = house.colleague(org, Role::CentreAdmin);
        let mut program = elsewhere(&colleague);
        known(&mut program, &question);
        let (user, reason) = (colleague.user, "checked".to_owned());
        house.perform(access::suspend_user::SuspendUser { operator: operator.org, user, reason });
        check(&mut program, vec![question.clone()]).must(401);
    }
}

#[test]
fn a_remembered_token_ends_at_its_moment_and_its_use_is_noted_every_minute() {
    let house = House::open(On::Sqlite);
    let mut world = world(&house);
    let question = world.question(world.standard.user);
    let used_at = |token: TokenId| -> Option<Instant> {
        let used = house
            .store
            .read_blocking(move |tx| tx.one("SELECT used_at FROM token_secrets WHERE token = $1", store::args![token])?.unwrap().opt_at(0));
        used.unwrap()
    };
    let token = token_of(&house, world.admin.org, world.admin.user);
    known(&mut world.admin, &question);
    let first = used_at(token).unwrap();
    house.clock.advance(Span(Span::minutes(1).0 - 1));
    check(&mut world.admin, vec![question.clone()]).must(200);
    assert_eq!(used_at(token), Some(first));
    house.clock.advance(Span(1));
    check(&mut world.admin, vec![question.clone()]).must(200);
    assert_eq!(used_at(token), Some(first + Span::minutes(1)));

    // Just before its end it is known, at its end it is nobody's.
    house.clock.advance(Span(Span::days(365).0 - Span::minutes(1).0 - 1));
    known(&mut world.admin, &question);
    house.clock.advance(Span(1));
    check(&mut world.admin, vec![question]).must(401);
}
