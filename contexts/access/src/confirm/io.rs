//! Confirming meets the world.

use crate::{
    index, password, second_factor, session, shown,
    tries::{self, Bucket},
};
use kernel::{Denial, Refusal};
use serde_json::Map;
use web::{Answer, Visit, context};

/// `GET /me/confirm`: the form.
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("access/confirm.html", facts).await
}

async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let user = visit.user()?;
    let second_factor = visit.read(move |tx| Ok(index::user(tx, user)?.is_some_and(|user| user.second_factor))).await?;
    Ok(context! { title => "access.confirm.title", next => shown::next(visit), second_factor })
}

/// `POST /me/confirm`.
pub async fn post(visit: Visit) -> Answer {
    match confirm(&visit).await {
        Ok(secret) => {
            visit.set_session(&secret, session::COOKIE_SECONDS);
            visit.redirect(&shown::next(&visit), "access.confirm.done")
        }
        Err(refusal) => shown::again(&visit, "access/confirm.html", facts(&visit).await?, refusal).await,
    }
}

async fn confirm(visit: &Visit) -> Result<String, Refusal> {
    let user = visit.user()?;
    let session = session::own(visit.actor()).ok_or(Refusal::Unauthenticated)?;
    let (ids, second_factor, kept) = visit
        .write(move |tx| {
            let ids = tries::count(tx, &[Bucket::Code(user)])?;
            let second_factor = index::user(tx, user)?.is_some_and(|user| user.second_factor);
            Ok((ids, second_factor, password::kept(tx, user)?))
        })
        .await?;
    let proven = if second_factor { None } else { Some(password::verify(visit.form().raw("password"), kept).await?) };
    let typed = visit.form().text("code").to_owned();
    visit
        .write(move |tx| {
            let proven = proven.map_or_else(|| second_factor::spend(tx, user, &typed), Ok)?;
            if !proven {
                let wrong = Denial { code: "access.confirm.not_recognised".into(), facts: Map::new(), until: None };
                return Err(Refusal::Denied { capability: "access.confirm", denials: vec![wrong] });
            }
            tries::forgive(tx, &ids)?;
            session::confirm(tx, session)
        })
        .await
}
