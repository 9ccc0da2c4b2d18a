//! Loads what applying a code looks at; counts the guesses.

use super::{ApplyPostCode, Facts, Found, Policy};
use crate::{index::posts, rules::spark::io as spark};
use kernel::{Actor, OrgId, Refusal, UserId};
use store::{Ask, Scope, Store, Tx};

impl Ask for ApplyPostCode {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let (place, _) = spark::acting(tx, actor, self.centre, self.by, self.ad_account)?;
        let Some(authorisation) = posts::by_digest(tx, &self.digest)? else { return Ok(Facts { now: tx.now, place, found: None }) };
        let of = &authorisation.authorised;
        let account = accounts::index::account(tx, of.account)?.ok_or(Refusal::NotFound)?;
        let found = Found {
            is_the_owners: account.owner == of.owner,
            account: account.state,
            is_political: account.political,
            seen_by: accounts::index::post_of(tx, of.account, &of.post)?.map(|post| post.visibility),
            is_applied: posts::applied_to(tx, of.authorisation, self.ad_account)?.is_some(),
            authorisation,
        };
        Ok(Facts { now: tx.now, place, found: Some(found) })
    }
}

/// Applies a code as often as a person, and an address, may try. Every surface comes this way, or by [`counted`] and [`judged`].
pub async fn try_code(store: &Store, actor: &Actor, address: &str, ask: ApplyPostCode) -> Result<(), Refusal> {
    let (tries, digest, actor) = (counted(store, ask.by, address).await?, ask.digest.clone(), actor.clone());
    let done = store.write(move |tx| store::perform(tx, &actor, &ask)).await;
    judged(store, tries, digest).await?;
    done
}

/// Counts a try before the code is looked at, in a write of its own, so that a refusal does not take the count back.
pub async fn counted(store: &Store, by: UserId, address: &str) -> Result<Vec<String>, Refusal> {
    let from = address.to_owned();
    let count = move |tx: &mut Tx<'_>| {
        let most = tx.policy::<Policy>(Scope::PLATFORM)?.tries.clone();
        access::tries::count_guess(tx, "post_code", by, &from, &most)
    };
    store.write(count).await
}

/// Forgives the try where the code is one, whatever else stands against it: that was no guess.
pub async fn judged(store: &Store, tries: Vec<String>, digest: String) -> Result<(), Refusal> {
    let judge = move |tx: &mut Tx<'_>| {
        if posts::by_digest(tx, &digest)?.is_some() { access::tries::forgive(tx, &tries) } else { Ok(()) }
    };
    store.write(judge).await
}
