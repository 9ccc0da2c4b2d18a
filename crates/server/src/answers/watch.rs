//! `GET /api/v1/decisions/watch`: answers as they change, by events and by the clock alone. An expiry is told at its moment: the
//! stream waits for the time that the answer itself names.

use super::{
    asker::Asker,
    check::{engine, fresh},
    engine::Engine,
    shapes::{Answered, Asked},
};
use axum::response::sse::{Event, Sse};
use futures_util::stream;
use kernel::{Instant, Problem, Refusal};
use serde::Serialize;
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use tokio::{sync::watch, time::Interval};
use web::{Answer as Reply, IntoResponse, Visit, header};

/// How many questions one stream watches.
const MOST: usize = 100;
/// How often a sign of life is sent, and after how many the stream ends: the watcher comes back through the door.
const HEARTBEAT: Duration = Duration::from_secs(20);
const HEARTBEATS: u32 = 15;
/// Under a storm of events answers are looked at this seldom.
const PAUSE: Duration = Duration::from_millis(20);
/// The longest sleep before the clock is looked at.
const LOOK: Duration = Duration::from_millis(250);

struct Stream {
    visit: Visit,
    engine: Arc<Engine>,
    questions: Vec<Asked>,
    told: Vec<String>,
    ready: VecDeque<Event>,
    steps: watch::Receiver<i64>,
    heart: Interval,
    beats: u32,
    due: Option<Instant>,
}

/// What a look has found: whether any question is the asker's, when to look again, and the new answers as they are compared and told.
type Looked = (bool, Option<Instant>, Vec<(usize, String, String)>);

#[derive(Serialize)]
struct Told<'a> {
    /// Which question, from 0.
    number: usize,
    #[serde(flatten)]
    answer: &'a Answered<'a>,
    revision: i64,
}

/// Streams `event: answer` with the question's number and its answer: at once, and whenever it is another.
pub async fn get(visit: Visit) -> Reply {
    let text = visit.query("questions").ok_or_else(|| Problem::new("questions", "decisions.how_many").with("most", MOST as i64))?;
    let questions: Vec<Asked> =
        serde_json::from_str(text).map_err(|bad| Problem::new("questions", "web.bad_json").with("said", bad.to_string()))?;
    if questions.is_empty() || questions.len() > MOST {
        return Err(Problem::new("questions", "decisions.how_many").with("most", MOST as i64).into());
    }
    questions.iter().enumerate().try_for_each(|(number, asked)| asked.problem(number))?;
    let engine = engine(&visit)?;
    fresh(&visit, &engine, 0).await?;
    let mut state = Stream {
        steps: engine.steps(),
        told: vec![String::new(); questions.len()],
        ready: VecDeque::new(),
        heart: tokio::time::interval(HEARTBEAT),
        beats: 0,
        due: None,
        visit,
        engine,
        questions,
    };
    if !state.look().await? && state.questions.len() == 1 {
        return Err(Refusal::NotFound);
    }
    let events = stream::unfold(state, |mut state| async move { state.next().await.map(|event| (Ok::<_, Infallible>(event), state)) });
    let mut response = Sse::new(events).into_response();
    response.headers_mut().insert("x-accel-buffering", header::HeaderValue::from_static("no"));
    Ok(response)
}

impl Stream {
    /// Answers every question and keeps what is new; whether any of them is the asker's to ask. What was found is kept only when the asker
    /// is afterwards still who they were before: whoever lost a role or was locked out meanwhile sees no more than they may now.
    async fn look(&mut self) -> Result<bool, Refusal> {
        let mut asker = Asker::now(&self.visit).await?;
        loop {
            let (any, due, found) = self.answers(&asker)?;
            let after = Asker::now(&self.visit).await?;
            if !self.visit.is_still_known().await? {
                return Err(Refusal::NotFound);
            }
            if after == asker {
                self.due = due;
                for (number, without, whole) in found {
                    self.told[number] = without;
                    self.ready.push_back(Event::default().event("answer").data(whole));
                }
                return Ok(any);
            }
            asker = after;
        }
    }

    /// Whether any question is the asker's to ask, when an answer could change by the clock, and the answers that are new.
    fn answers(&self, asker: &Asker) -> Result<Looked, Refusal> {
        let (store, now) = (self.visit.app().store().clone(), self.visit.app().store().now());
        let (mut any, mut due, mut found) = (false, None::<Instant>, Vec::new());
        let engine = self.engine.clone();
        let index = engine.index();
        for (number, asked) in self.questions.iter().enumerate() {
            let question = asked.question(self.visit.origin());
            let revision = index.revision();
            let text = if asker.may_ask(&index, &question) {
                any = true;
                engine.ask(&store, &index, &question, now, |answer| {
                    due = answer.could_change_at.map_or(due, |at| Some(due.map_or(at, |due| due.min(at))));
                    said(number, &Answered::of(answer, None), revision)
                })?
            } else {
                said(number, &Answered::NOT_THERE, revision)
            };
            let (without, whole) = text?;
            if self.told[number] != without {
                found.push((number, without, whole));
            }
        }
        Ok((any, due, found))
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let looks = tokio::select! {
                biased;
                _ = self.heart.tick() => {
                    self.beats += 1;
                    return (self.beats <= HEARTBEATS).then(|| Event::default().comment(""));
                }
                step = tokio::time::timeout(LOOK, self.steps.changed()) => match step {
                    Ok(Ok(())) => true,
                    Ok(Err(_)) => return None,
                    Err(_) => false,
                },
            };
            let now = self.visit.app().store().now();
            if looks || self.due.is_some_and(|due| due <= now) {
                self.look().await.ok()?;
                let _ = tokio::time::timeout(PAUSE, std::future::pending::<()>()).await;
            }
        }
    }
}

/// The answer as it is compared, which is without its revision, and as it is told.
fn said(number: usize, answer: &Answered<'_>, revision: i64) -> Result<(String, String), Refusal> {
    let fault = |bad: serde_json::Error| Refusal::Fault(bad.to_string());
    let without = serde_json::to_string(answer).map_err(fault)?;
    Ok((without, serde_json::to_string(&Told { number, answer, revision }).map_err(fault)?))
}
