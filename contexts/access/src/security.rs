//! One's own security page: password, second factor, sessions.

use crate::{change_password::io::own_session, enrol_totp::io::codes_left, index, session, views::Me};
use kernel::Refusal;
use web::{Answer, StatusCode, Visit, context};

/// How long a cookie of ours may live: as long as browsers allow. What it stands for has limits of its own, in the packs; a
/// cookie that outlives them is worth nothing.
pub(crate) const COOKIE_SECONDS: i64 = 400 * 86_400;

pub(crate) async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let user = visit.user()?;
    let own = own_session(visit.actor());
    let (second_factor, codes, sessions) = visit
        .read(move |tx| {
            let second_factor = index::user(tx, user)?.is_some_and(|user| user.second_factor);
            Ok((second_factor, codes_left(tx, user)?, session::sessions(tx, user)?))
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
