//! The TikTok API for Business, v1.3. Source: the official OpenAPI of github.com/tiktok/tiktok-business-api-sdk.
//!
//! Conventions: GET reads and POST writes, every path ends with a slash, the header `Access-Token` holds an app's token, every
//! answer is HTTP 200 with `code`, `message`, `request_id` and `data`. Objects and lists in a query are JSON. Ids are texts,
//! times are `YYYY-MM-DD HH:MM:SS` in UTC.

pub mod call;
pub mod codes;
mod envelope;
mod given;
mod say;

mod ad;
mod asset;
mod centre;
mod group;
mod identity;
mod oauth;
mod partner;
mod post;

pub use call::{CALLS, Call};

use apps::scopes::BASE;
use kernel::{May, Refusal};
use std::sync::Arc;
use store::Tx;
use web::{Answer, Dialect, Method, Routes, Visit};

/// How the house knows this dialect.
pub static DIALECT: Dialect = Dialect { prefix: "/open_api/", token: "access-token", refuse: envelope::refuse, lost: envelope::lost };

/// Every call, as a route like any other: the door, the gate and the table of routes treat it so.
pub(crate) fn routes(routes: &mut Routes) {
    for call in CALLS {
        let may = if call.open { May::Anyone } else { May::Person };
        let method = if call.post { Method::POST } else { Method::GET };
        routes.wire(&DIALECT, method, call.path, may, move |visit| serve(visit, call));
    }
}

/// Counts the call, reads or writes in one transaction, and wraps the answer.
async fn serve(visit: Visit, call: &'static Call) -> Answer {
    let caller = Arc::new(call::Caller::of(&visit, call)?);
    let guess = if call.guesses { post::guessed(&caller) } else { None };
    // What cannot be a code is no guess: it is refused for what it is, as often as it comes.
    let tries = if guess.is_some() { post::counted(&caller).await? } else { Vec::new() };
    let answered = answered(&visit, call, caller.clone()).await;
    if let Some(digest) = guess {
        post::judged(&caller, tries, digest).await?;
    }
    let data = answered?;
    if let Some(scope) = call.uses {
        identity::used(&visit, &caller, scope).await?;
    }
    envelope::done(&visit, call, data)
}

async fn answered(visit: &Visit, call: &'static Call, caller: Arc<call::Caller>) -> Result<serde_json::Value, Refusal> {
    let work = move |tx: &mut Tx<'_>| (call.answer)(tx, &caller);
    let counted = visit.clone();
    if call.writes {
        visit.read(move |tx| count(tx, &counted, call)).await?;
        return visit.write(work).await;
    }
    visit
        .read(move |tx| {
            count(tx, &counted, call)?;
            work(tx)
        })
        .await
}

/// Whether the app may call that often.
fn count(tx: &mut Tx<'_>, visit: &Visit, call: &'static Call) -> Result<(), Refusal> {
    let kernel::Who::App { app, .. } = visit.actor().who else { return Ok(()) };
    let tier = apps::index::any_app(tx, app)?.map_or(apps::Tier::Basic, |app| app.tier);
    let allowance = tx.policy::<apps::limits::Policy>(store::Scope::PLATFORM)?.of(tier, call.path).value;
    let Some(windows) = visit.app().extra::<crate::Windows>() else { return Ok(()) };
    windows.admit(app, call.path, tx.now, allowance).map_err(|retry_at| Refusal::TooMany { retry_at })
}

/// Whether a path begins as a call of this dialect does.
pub(crate) fn has_version(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.starts_with('/'))
}
