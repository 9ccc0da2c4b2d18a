//! `GET /org/{org}/live`: server-sent events, fed by the log.

use super::{Changed, Follows, ends_streams};
use axum::response::sse::{Event, Sse};
use futures_util::stream;
use kernel::{OrgKind, Refusal};
use std::{convert::Infallible, sync::Arc, time::Duration};
use store::Recorded;
use tokio::{sync::broadcast::Receiver, time::Interval};
use web::{Answer, IntoResponse, Visit, header};

/// How often a sign of life is sent, so that nothing on the way takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// After how many heartbeats a stream ends. The page connects again, and the door looks at it again.
const HEARTBEATS: u32 = 15;

struct Stream {
    feed: Receiver<Arc<Recorded>>,
    follows: Follows,
    heart: Interval,
    beats: u32,
}

/// Streams what the organisation's pages must show anew.
pub async fn get(visit: Visit) -> Answer {
    let org = visit.org()?;
    let found = visit.read(move |tx| access::index::org(tx, org)).await?.ok_or(Refusal::NotFound)?;
    let follows = if found.kind == OrgKind::Operator { Follows::All } else { Follows::One(org) };
    let heart = tokio::time::interval(HEARTBEAT);
    let state = Stream { feed: visit.app().store().follow(), follows, heart, beats: 0 };
    let events = stream::unfold(state, |mut state| async move { next(&mut state).await.map(|event| (Ok::<_, Infallible>(event), state)) });
    let mut response = Sse::new(events).into_response();
    // A proxy that collects an answer before it passes it on would hold the news back.
    response.headers_mut().insert("x-accel-buffering", header::HeaderValue::from_static("no"));
    Ok(response)
}

async fn next(state: &mut Stream) -> Option<Event> {
    loop {
        let news = tokio::select! {
            biased;
            // The first beat comes at once: it tells the page that the connection stands.
            _ = state.heart.tick() => {
                state.beats += 1;
                return (state.beats <= HEARTBEATS).then(|| Event::default().comment(""));
            }
            news = state.feed.recv() => news,
        };
        // A reader that was too slow missed something, perhaps the end of its right to look on. The page connects again and
        // then renews everything.
        let Ok(event) = news else { return None };
        let mut changed = Changed::default();
        let mut next = Some(event);
        // One act makes several events; they are told together.
        while let Some(event) = next {
            if ends_streams(state.follows, &event) {
                return None;
            }
            changed.add(state.follows, &event);
            next = state.feed.try_recv().ok();
        }
        if !changed.topics.is_empty() {
            let text = serde_json::to_string(&changed).unwrap_or_default();
            return Some(Event::default().event("changed").data(text));
        }
    }
}
