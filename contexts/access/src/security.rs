//! One's own security page: password, second factor, sessions.

use crate::{index, second_factor, session, views::Me};
use kernel::Refusal;
use web::{Answer, StatusCode, Visit, context};

pub(crate) async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let user = visit.user()?;
    let own = session::own(visit.actor());
    let (second_factor, codes, sessions) = visit
        .read(move |tx| {
            let second_factor = index::user(tx, user)?.is_some_and(|user| user.second_factor);
            Ok((second_factor, second_factor::codes_left(tx, user)?, session::sessions(tx, user)?))
        })
        .await?;
    Ok(context! { title => "access.security.title", second_factor, codes, sessions, own })
}

/// `GET /me/security`.
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("access/security.html", facts).await
}

/// `GET /api/v1/me`: whose credential this is.
pub async fn me(visit: Visit) -> Answer {
    let user = visit.user()?;
    let view = visit
        .read(move |tx| {
            let person = index::user(tx, user)?.ok_or(Refusal::NotFound)?;
            Ok(Me::of(person, index::roles(tx, user)?))
        })
        .await?;
    visit.answer(StatusCode::OK, &view)
}
