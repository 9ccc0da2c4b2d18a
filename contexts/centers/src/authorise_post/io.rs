//! Loads what making a code looks at.

use super::{AuthorisePost, Facts};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};

impl Ask for AuthorisePost {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let owner = access::index::org(tx, self.owner)?.ok_or(Refusal::NotFound)?;
        let account = accounts::index::own_account(tx, self.owner, self.account)?.ok_or(Refusal::NotFound)?;
        let post = accounts::index::post_of(tx, self.account, &self.post)?.ok_or(Refusal::NotFound)?;
        Ok(Facts {
            now: tx.now,
            owner: owner.state,
            account: account.state,
            is_political: account.political,
            seen_by: post.visibility,
            policy: tx.policy(owner.scope())?,
        })
    }
}
