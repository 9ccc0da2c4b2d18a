//! Loads what the verb looks at.

use super::{Facts, PromiseAdRole};
use crate::{assets, index::ad_accounts};
use kernel::{Actor, OrgId, Refusal, Standing};
use store::{Ask, Tx};

impl Ask for PromiseAdRole {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (reached, acting) = assets::io::acting(tx, self.centre, self.ad_account, actor)?;
        let invitation = access::index::invitation(tx, self.centre, &self.invitation)?.ok_or(Refusal::NotFound)?;
        let promised = ad_accounts::promises_to(tx, self.centre, &self.invitation)?;
        Ok(Facts {
            centre: assets::io::state(tx, self.centre)?,
            acting,
            at_most: reached.at_most,
            is_open: invitation.standing_at(tx.now) == Standing::Asked,
            promised: promised.into_iter().find(|(id, _)| *id == self.ad_account).map(|(_, role)| role),
        })
    }
}
