//! What the handlers of the verbs share: the subject of an act, the reason for it, and the answer after it.

use crate::{Account, index, list, view::AccountView};
use kernel::{AccountId, OrgId, Problem, Refusal};
use serde::Deserialize;
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

/// How long a reason may be.
const REASON: usize = 500;

/// The account that an operator acts on.
pub(crate) fn account(tx: &mut Tx<'_>, id: AccountId) -> Result<Account, Refusal> {
    index::account(tx, id)?.ok_or(Refusal::NotFound)
}

/// The account that its owner acts on; another's is not there.
pub(crate) fn own(tx: &mut Tx<'_>, owner: OrgId, id: AccountId) -> Result<Account, Refusal> {
    index::own_account(tx, owner, id)?.ok_or(Refusal::NotFound)
}

/// A reason that a person has written for another to read.
pub(crate) fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 {
        return Err(Refusal::malformed("reason", "accounts.acting.reason_missing"));
    }
    if length > REASON {
        return Err(Problem::new("reason", "accounts.acting.reason_too_long").with("most", REASON).into());
    }
    Ok(text.to_owned())
}

/// The JSON of an act that only needs a reason.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    /// Why, for the account's owner to read; 1 to 500 characters.
    #[schema(example = "Agreed with the account's owner.")]
    pub reason: String,
}

/// Performs an act on the account in the path and goes back to its page; what was wrong with the form, its page says.
pub(crate) async fn done<A: Ask>(visit: Visit, ask: Result<A, Refusal>, said: &str) -> Answer {
    let (org, account): (OrgId, AccountId) = (visit.org()?, visit.param("account")?);
    let done = match ask {
        Ok(ask) => visit.perform(ask).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(_) => visit.redirect(&format!("/operator/{org}/accounts/{account}"), said),
        Err(refusal) => list::io::one_again(visit, refusal).await,
    }
}

/// Performs an act on the account in the path and answers what has become of it.
pub(crate) async fn answered<A: Ask>(visit: Visit, ask: A) -> Answer {
    let id: AccountId = visit.param("account")?;
    visit.command(ask, StatusCode::OK, move |tx| AccountView::of(tx, id)).await
}
