//! Removing the second factor meets the world.

use super::{Facts, RemoveTotp};
use crate::{index, session, shown};
use kernel::{Actor, Refusal};
use store::{Ask, Tx, args};
use web::{Answer, Visit};

impl Ask for RemoveTotp {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        Ok(Facts { enrolled: index::user(tx, self.user)?.ok_or(Refusal::NotFound)?.second_factor })
    }
}

/// `POST /me/security/totp/remove`.
pub async fn post(visit: Visit) -> Answer {
    let (user, kept) = (visit.user()?, session::own(visit.actor()));
    let view = move |tx: &mut Tx<'_>| {
        tx.run("DELETE FROM second_factors WHERE user_id = $1", args![user])?;
        tx.run("DELETE FROM recovery_codes WHERE user_id = $1", args![user])?;
        kept.map(|session| session::renew(tx, session)).transpose()
    };
    let (_, secret) = visit.perform_then(RemoveTotp { user, kept }, view).await?;
    if let Some(secret) = secret {
        visit.set_session(&secret, session::COOKIE_SECONDS);
    }
    visit.redirect("/me/security", "access.remove_totp.done")
}
