//! New recovery codes meet the world: shown once.

use super::{Facts, RenewRecoveryCodes};
use crate::{index, second_factor, shown};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};
use web::{Answer, Visit, context};

impl Ask for RenewRecoveryCodes {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        Ok(Facts { enrolled: index::user(tx, self.user)?.ok_or(Refusal::NotFound)?.second_factor })
    }
}

/// `POST /me/security/recovery_codes`.
pub async fn post(visit: Visit) -> Answer {
    let user = visit.user()?;
    let (_, codes) = visit.perform_then(RenewRecoveryCodes { user }, move |tx| second_factor::renew_codes(tx, user)).await?;
    visit.page("access/recovery_codes.html", context! { title => "access.enrol_totp.codes_title", codes, enrolled => false }).await
}
