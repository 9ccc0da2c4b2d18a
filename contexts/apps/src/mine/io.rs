//! Who may act for me: what a person let apps do.

use crate::{index, views};
use kernel::{Refusal, UserId};
use store::Tx;
use web::{Answer, StatusCode, Visit, context};

fn listed(tx: &mut Tx<'_>, user: UserId) -> Result<views::TrustList, Refusal> {
    let items = index::of_person(tx, user)?.into_iter().map(|given| views::trust(tx, given)).collect::<Result<Vec<_>, _>>()?;
    Ok(views::TrustList { items })
}

/// `GET /me/apps`.
pub async fn page(visit: Visit) -> Answer {
    let user = visit.user()?;
    let all = visit.read(move |tx| listed(tx, user)).await?.items;
    visit.page("apps/mine.html", context! { title => "apps.mine.title", all }).await
}

/// `GET /api/v1/me/apps`.
pub async fn api(visit: Visit) -> Answer {
    let user = visit.user()?;
    let view = visit.read(move |tx| listed(tx, user)).await?;
    visit.answer(StatusCode::OK, &view)
}
