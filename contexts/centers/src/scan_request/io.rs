//! Loads what presenting a code looks at, and counts the codes that are none.

use super::{Facts, Policy, ScanRequest};
use crate::granting::{
    code::{self, Shown},
    io,
};
use kernel::{Actor, OrgId, Refusal, RequestId};
use store::{Ask, Scope, Tx};
use web::Visit;

impl Ask for ScanRequest {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let shown = code::read(tx, &self.code)?;
        let named = if let Shown::Genuine(request) = &shown { request.account } else { None };
        let named_owner = named.map(|account| io::subject(tx, account)).transpose()?.map(|account| account.owner);
        Ok(Facts { now: tx.now, shown, owner: io::state(tx, self.owner)?, named_owner })
    }
}

/// Counts one look at a code, before anyone looks: whoever guesses runs into the limit, whether by page or by program. What it
/// answers is forgiven with [`access::tries::forgive`] when the code is genuine.
pub(crate) async fn counted(visit: &Visit) -> Result<Vec<String>, Refusal> {
    let (user, address) = (visit.user()?, web::client(visit.address()));
    visit
        .write(move |tx| {
            let most = tx.policy::<Policy>(Scope::PLATFORM)?.tries.clone();
            access::tries::count_guess(tx, "access_request", user, &address, &most)
        })
        .await
}

/// Presents a code: the request that it is, for its owner to answer. Only codes that are none count against whoever presents them.
pub(crate) async fn present(visit: &Visit, owner: OrgId, text: &str) -> Result<RequestId, Refusal> {
    let ids = counted(visit).await?;
    let (actor, ask) = (visit.actor().clone(), ScanRequest { owner, code: text.to_owned() });
    let read = ask.code.clone();
    visit
        .write(move |tx| {
            let shown = code::read(tx, &read)?;
            let done = tx.attempt(|tx| store::perform(tx, &actor, &ask));
            // What became of a genuine code is told and is no guess; so is a refusal at the gate.
            if matches!(shown, Shown::Genuine(_)) {
                access::tries::forgive(tx, &ids)?;
            }
            Ok(done.map(|()| shown))
        })
        .await?
        .and_then(|shown| match shown {
            Shown::Genuine(request) => Ok(request.id),
            Shown::Tampered | Shown::Downgraded => Err(Refusal::NotFound),
        })
}
