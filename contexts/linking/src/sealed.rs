//! Forms that are bound to what their page showed: whoever looked at one state of a link does not act on another.

use crate::index;
use kernel::{LinkId, Refusal};
use store::Ask;
use web::Visit;

/// The seal of a page that shows a link.
pub fn seal(visit: &Visit, link: LinkId, version: i64) -> String {
    visit.seal("link", &link.to_string(), version)
}

/// Performs what a form asks, if the link is still what the form's page showed.
pub async fn perform<A: Ask>(visit: &Visit, link: LinkId, ask: A) -> Result<(), Refusal> {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let shown = visit.sealed_version("link", &link.to_string())?;
    let work = move |tx: &mut store::Tx<'_>| {
        let found = index::of_side(tx, org, link)?.ok_or(Refusal::NotFound)?;
        if found.version == shown { store::perform(tx, &actor, &ask) } else { Err(Refusal::Stale) }
    };
    visit.write(work).await
}
