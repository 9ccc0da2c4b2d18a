//! Loads the facts; the operator's form and the REST call. The code is shown in the one answer and kept as its digest.

use super::{Facts, IssueClaimCode};
use crate::{acting, claim, index};
use kernel::{Actor, Instant, OrgId, Refusal};
use serde::Serialize;
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit, context};

impl Ask for IssueClaimCode {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.operator)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = acting::account(tx, self.account)?;
        let scope = Scope { region: account.region, ..Scope::PLATFORM };
        Ok(Facts { account, now: tx.now, policy: tx.policy(scope)? })
    }
}

/// The new code.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Issued {
    /// The code; nobody can read it again.
    pub code: String,
    /// The first moment at which it no longer works.
    #[schema(value_type = String)]
    pub expires_at: Instant,
}

/// Twenty hexadecimal digits in groups of five: 80 bits, short enough to read out on the telephone.
fn code() -> String {
    let digits = store::clock::secret().to_uppercase();
    [&digits[..5], &digits[5..10], &digits[10..15], &digits[15..20]].join("-")
}

fn ask(visit: &Visit, code: &str) -> Result<IssueClaimCode, Refusal> {
    let account = visit.param("account")?;
    Ok(IssueClaimCode { operator: visit.org()?, account, digest: claim::io::digest(account, code) })
}

fn issued(code: String, ask: &IssueClaimCode) -> impl Fn(&mut Tx<'_>) -> Result<Issued, Refusal> + Send + 'static {
    let account = ask.account;
    move |tx| {
        let (_, expires_at) = index::claim_code(tx, account)?.ok_or(Refusal::NotFound)?;
        Ok(Issued { code: code.clone(), expires_at })
    }
}

/// `POST /operator/{org}/accounts/{account}/claim-code`
pub async fn post(visit: Visit) -> Answer {
    let code = code();
    let ask = ask(&visit, &code)?;
    let (org, id) = (ask.operator, ask.account);
    let view = issued(code, &ask);
    let (_, (issued, account)) = visit.perform_then(ask, move |tx| Ok((view(tx)?, acting::account(tx, id)?))).await?;
    let (org, id) = (org.to_string(), id.to_string());
    let shown = context! { title => "accounts.issue_claim_code.title", org, id, handle => account.handle, issued };
    visit.page("accounts/claim_code.html", shown).await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/claim-code`
pub async fn api(visit: Visit) -> Answer {
    let code = code();
    let ask = ask(&visit, &code)?;
    let view = issued(code, &ask);
    visit.command(ask, StatusCode::CREATED, view).await
}
