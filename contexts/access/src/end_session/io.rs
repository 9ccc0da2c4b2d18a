//! Ending a session meets the world: signing out, and signing another browser out.

use super::{EndSession, Facts};
use crate::shown;
use kernel::{Actor, Refusal, SessionId, Who};
use store::{Ask, Tx, args};
use web::{Answer, Visit};

impl Ask for EndSession {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        let sql = "SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND id = $2";
        if tx.count(sql, args![self.user, self.session])? == 1 { Ok(Facts) } else { Err(Refusal::NotFound) }
    }
}

/// `POST /sign_out`: ends this browser's session. Signing out twice is signing out.
pub async fn sign_out(visit: Visit) -> Answer {
    if let Who::User { user, session } = visit.actor().who {
        match visit.perform(EndSession { user, session }).await {
            Ok(_) | Err(Refusal::NotFound) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    visit.set_session("", 0);
    visit.redirect("/sign_in", "access.end_session.signed_out")
}

/// `POST /me/security/sessions/{session}/end`.
pub async fn post(visit: Visit) -> Answer {
    let session = visit.param::<SessionId>("session")?;
    visit.perform(EndSession { user: visit.user()?, session }).await?;
    visit.redirect("/me/security", "access.end_session.done")
}
