//! The pages and the API around Spark ads: on a centre's side campaigns, ad groups, ads and codes; on an owner's side the switch and
//! the codes of each post, and the ads that show it.

mod api;
mod centre;
mod owner;
pub mod picker;
pub mod view;

use kernel::{Instant, Problem, Refusal, Role};
use store::Tx;
use web::Visit;

/// Who looks at a centre's ads. Standard members see those of the ad accounts on which they have a role.
pub(crate) const MEMBERS: &[Role] = &[Role::CentreAdmin, Role::CentreMember];
/// Who looks at a creator's posts; only the owner switches and makes codes.
pub(crate) const CREATORS: &[Role] = &[Role::CreatorOwner, Role::CreatorStaff];

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    centre::routes(routes);
    owner::routes(routes);
    api::routes(routes);
}

/// How many rows a page holds.
const PAGE: i64 = 20;

/// `size`, as asked for.
fn size(visit: &Visit) -> Result<i64, Refusal> {
    crate::granting::paging::size(visit)
}

/// `after`, as asked for: `{milliseconds}.{id}`.
fn after(visit: &Visit) -> Result<Option<(Instant, String)>, Refusal> {
    let Some(text) = visit.query("after") else { return Ok(None) };
    let read = |text: &str| {
        let (at, id) = text.split_once('.')?;
        Some((Instant(at.parse().ok()?), id.to_owned()))
    };
    read(text).map(Some).ok_or_else(|| Problem::new("after", "linking.bad_cursor").with("given", text).into())
}

/// Cuts a list that was read one row too far, and says where the next page begins.
fn cut<T>(found: &mut Vec<T>, size: i64, place: impl Fn(&T) -> (Instant, String)) -> Option<String> {
    let size = usize::try_from(size).unwrap_or(0);
    let more = found.len() > size;
    found.truncate(size);
    let (at, id) = place(found.last().filter(|_| more)?);
    Some(format!("{}.{id}", at.0))
}

/// Performs what a form asks about an ad, if the ad is still what the form's page showed.
async fn sealed<A: store::Ask>(visit: &Visit, ad: kernel::AdId, ask: A) -> Result<(), Refusal> {
    let (shown, actor) = (visit.sealed_version("ad", &ad.to_string())?, visit.actor().clone());
    let work = move |tx: &mut Tx<'_>| {
        let found = crate::index::ads::ad_by_id(tx, ad)?.ok_or(Refusal::NotFound)?;
        if found.version == shown { store::perform(tx, &actor, &ask) } else { Err(Refusal::Stale) }
    };
    visit.write(work).await
}
