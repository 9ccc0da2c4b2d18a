//! Loads what a switch looks at.

use super::{Facts, SwitchPost};
use crate::{
    Road,
    index::{
        ads::{self, Which},
        posts,
    },
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for SwitchPost {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = accounts::index::own_account(tx, self.owner, self.account)?.ok_or(Refusal::NotFound)?;
        let post = accounts::index::post_of(tx, self.account, &self.post)?.ok_or(Refusal::NotFound)?;
        let running = ads::running(tx, &Which::Item(self.account, self.post.clone()))?;
        let rests = running.into_iter().filter(|ad| !matches!(ad.road, Road::Code(_)));
        Ok(Facts {
            account: account.state,
            is_political: account.political,
            seen_by: post.visibility,
            is_on: posts::is_on(tx, self.account, &self.post)?,
            ads: rests.map(|ad| ad.name).collect(),
        })
    }
}
