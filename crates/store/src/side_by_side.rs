//! Pieces of work side by side on one connection. Each runs on a stack of its own until it must know something; what they
//! all want to know then is asked together, in one round trip. So sixty commands cost hardly more round trips than one.

use crate::{
    Refusal, Row, Value,
    driver::{Question, Statements, is_question},
};
use corosensei::{Coroutine, CoroutineResult, Yielder, stack::DefaultStack};
use std::collections::{HashMap, HashSet};

/// A piece of work with the place to which its statements go.
pub(crate) type Piece<R> = Box<dyn FnOnce(&mut dyn Statements) -> R>;

/// What is done with statements that change something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changes {
    /// They are refused: the pieces only read.
    Refused,
    /// They do as if: the pieces are rehearsed, to learn what they will ask.
    Rehearsed,
}

/// How much of a piece is rehearsed. What asks more than this is no command, and learning it twice would not pay.
const REHEARSED: usize = 64;

/// How large a piece's stack may grow. It is memory only as far as it was ever used.
const STACK: usize = 2 << 20;

/// Stacks that are free. Making one costs more than most pieces.
#[derive(Default)]
pub(crate) struct Stacks(Vec<DefaultStack>);

impl Stacks {
    /// Makes sure that so many are free.
    pub fn reserve(&mut self, count: usize) -> Result<(), Refusal> {
        while self.0.len() < count {
            let stack = DefaultStack::new(STACK).map_err(|error| Refusal::Fault(format!("no stack: {error}")))?;
            self.0.push(stack);
        }
        Ok(())
    }
}

/// The answers to the questions that a piece waits for.
type Answers = Vec<Answer>;
type Answer = Result<Vec<Row>, Refusal>;

struct Running<R> {
    /// Where it goes on; nothing once it is done.
    piece: Option<Coroutine<Answers, Vec<Question>, R>>,
    /// What it waits to be told.
    wanted: Vec<Question>,
    done: Option<R>,
}

/// Runs pieces to their ends and answers what they return, in their order. `learn` hears every answer. There must be a free stack for each.
pub(crate) fn run<R: 'static>(
    db: &mut dyn Statements,
    stacks: &mut Stacks,
    changes: Changes,
    pieces: Vec<Piece<R>>,
    mut learn: impl FnMut(&Question, &[Row]),
) -> Vec<R> {
    let begin = |(piece, stack): (Piece<R>, DefaultStack)| {
        let work = move |yielder: &Yielder<Answers, Vec<Question>>, _: Answers| {
            piece(&mut Place { yielder, changes, ahead: Vec::new(), told: Vec::new(), asked: 0 })
        };
        Running { piece: Some(Coroutine::with_stack(stack, work)), wanted: Vec::new(), done: None }
    };
    let free = std::iter::from_fn(|| stacks.0.pop());
    let mut all: Vec<Running<R>> = pieces.into_iter().zip(free).map(begin).collect();
    let mut told: HashMap<Question, Answer> = HashMap::new();
    loop {
        for running in &mut all {
            let Some(mut piece) = running.piece.take() else { continue };
            let untold = || Err(Refusal::Fault("a question was not answered".into()));
            let answers = running.wanted.drain(..).map(|question| told.get(&question).cloned().unwrap_or_else(untold)).collect();
            match piece.resume(answers) {
                CoroutineResult::Yield(questions) => (running.piece, running.wanted) = (Some(piece), questions),
                CoroutineResult::Return(done) => {
                    running.done = Some(done);
                    stacks.0.push(piece.into_stack());
                }
            }
        }
        let wanted: HashSet<Question> = all.iter().flat_map(|running| running.wanted.iter().cloned()).collect();
        if wanted.is_empty() {
            break;
        }
        let wanted: Vec<Question> = wanted.into_iter().collect();
        let answers = db.query_all(&wanted);
        wanted.iter().zip(&answers).for_each(|(question, answer)| answer.iter().for_each(|rows| learn(question, rows)));
        told = wanted.into_iter().zip(answers).collect();
    }
    all.into_iter().filter_map(|running| running.done).collect()
}

/// Where a piece's statements go.
struct Place<'a> {
    yielder: &'a Yielder<Answers, Vec<Question>>,
    changes: Changes,
    /// What it wants to know besides when it asks next.
    ahead: Vec<Question>,
    /// What it was told and has not asked for yet.
    told: Vec<(Question, Answer)>,
    asked: usize,
}

impl Place<'_> {
    fn change<T>(&self, as_if: T) -> Result<T, Refusal> {
        match self.changes {
            Changes::Rehearsed => Ok(as_if),
            Changes::Refused => Err(Refusal::Fault("whoever only reads changes nothing".into())),
        }
    }
}

impl Statements for Place<'_> {
    fn query(&mut self, sql: &str, args: &[Value]) -> Answer {
        if let Some(at) = self.told.iter().position(|((known, values), _)| known == sql && values == args) {
            return self.told.swap_remove(at).1;
        }
        self.asked += 1;
        if self.is_rehearsal() && (self.asked > REHEARSED || !is_question(sql)) {
            return Err(Refusal::Fault("this is not rehearsed".into()));
        }
        let mut wanted = std::mem::take(&mut self.ahead);
        wanted.push((sql.to_owned(), args.to_vec()));
        let mut answers = self.yielder.suspend(wanted.clone());
        let answer = answers.pop();
        self.told.extend(wanted.into_iter().zip(answers));
        answer.unwrap_or_else(|| Err(Refusal::Fault("a question was not answered".into())))
    }
    fn has_round_trips(&self) -> bool {
        true
    }
    fn ahead(&mut self, sql: &str, args: &[Value]) -> Result<(), Refusal> {
        let is = |(known, values): &Question| known == sql && values == args;
        if !self.ahead.iter().any(is) && !self.told.iter().any(|(question, _)| is(question)) {
            self.ahead.push((sql.to_owned(), args.to_vec()));
        }
        Ok(())
    }
    fn is_rehearsal(&self) -> bool {
        self.changes == Changes::Rehearsed
    }
    fn execute(&mut self, _sql: &str, _args: &[Value]) -> Result<u64, Refusal> {
        self.change(1)
    }
    fn undo_to(&mut self, _name: &str) -> Result<(), Refusal> {
        self.change(())
    }
}
