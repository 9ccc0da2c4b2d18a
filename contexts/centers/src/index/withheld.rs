//! From which ad accounts centres withhold accounts that they hold.

use crate::Event;
use kernel::{AccountId, AdAccountId, Instant, OrgId, Refusal};
use store::{Recorded, Tx, args};

/// What is withheld rests on the grant, on the ad account and on its share with the centre, and ends with each of them.
pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    match event {
        Event::AccountWithheld { held, ad_account } => {
            let sql = "INSERT INTO withheld_accounts (centre, account, ad_account, since) VALUES ($1, $2, $3, $4)";
            tx.put(sql, args![held.centre, held.account, *ad_account, recorded.at])
        }
        Event::AccountRestored { held, ad_account } => {
            let sql = "DELETE FROM withheld_accounts WHERE centre = $1 AND account = $2 AND ad_account = $3";
            tx.put(sql, args![held.centre, held.account, *ad_account])
        }
        Event::AccessEnded { held, .. } => {
            tx.put("DELETE FROM withheld_accounts WHERE centre = $1 AND account = $2", args![held.centre, held.account])
        }
        Event::AdAccountClosed { ad_account, .. } => tx.put("DELETE FROM withheld_accounts WHERE ad_account = $1", args![*ad_account]),
        Event::AdAccountUnshared { ad_account, partner, .. } => {
            tx.put("DELETE FROM withheld_accounts WHERE ad_account = $1 AND centre = $2", args![*ad_account, *partner])
        }
        _ => Ok(()),
    }
}

/// Since when a centre withholds an account from an ad account; nothing where it serves it.
pub fn since(tx: &mut Tx<'_>, centre: OrgId, account: AccountId, ad_account: AdAccountId) -> Result<Option<Instant>, Refusal> {
    let sql = "SELECT since FROM withheld_accounts WHERE centre = $1 AND account = $2 AND ad_account = $3";
    tx.one(sql, args![centre, account, ad_account])?.map(|row| row.at(0)).transpose()
}

/// The ad accounts from which a centre withholds an account, and since when.
pub fn of_account(tx: &mut Tx<'_>, centre: OrgId, account: AccountId) -> Result<Vec<(AdAccountId, Instant)>, Refusal> {
    let sql = "SELECT ad_account, since FROM withheld_accounts WHERE centre = $1 AND account = $2";
    tx.all(sql, args![centre, account])?.iter().map(|row| Ok((row.id(0)?, row.at(1)?))).collect()
}

/// How many running ads would pause if the centre withheld the account now, for each ad account where there are any: those that
/// rest neither on a code nor on an own link. That is what the conditions of an ad say, asked of many at once.
pub fn resting(tx: &mut Tx<'_>, centre: OrgId, account: AccountId) -> Result<Vec<(AdAccountId, i64)>, Refusal> {
    let sql = "SELECT a.ad_account, COUNT(*) FROM ads a LEFT JOIN own_links o ON o.account = a.account AND o.person = a.rests_on
               WHERE a.centre = $1 AND a.account = $2 AND a.state = 'running' AND a.road <> 'code'
               AND (o.scopes IS NULL OR (a.item_kind = 'post' AND (o.scopes & $3) = 0) OR (a.item_kind = 'live' AND (o.scopes & $4) = 0))
               GROUP BY a.ad_account";
    let bit = |scope| crate::Scopes::NONE.with(scope).bits();
    let values = args![centre, account, bit(crate::Scope::Posts), bit(crate::Scope::Live)];
    tx.all(sql, values)?.iter().map(|row| Ok((row.id(0)?, row.int(1)?))).collect()
}
