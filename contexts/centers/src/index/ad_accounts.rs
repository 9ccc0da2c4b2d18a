//! Ad accounts and the members' roles on them.

use crate::Event;
use kernel::Refusal;
use store::{Recorded, Tx, args};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let (at, seq) = (recorded.at, recorded.seq);
    match event {
        Event::AdAccountOpened { ad_account, centre, name, currency, zone } => {
            let sql = "INSERT INTO ad_accounts (id, centre, name, currency, zone, opened_at, seq) VALUES ($1, $2, $3, $4, $5, $6, $7)";
            tx.put(sql, args![*ad_account, *centre, name, currency, zone, at, seq])
        }
        Event::AdAccountRenamed { ad_account, name, .. } => {
            tx.put("UPDATE ad_accounts SET name = $2, seq = $3 WHERE id = $1", args![*ad_account, name, seq])
        }
        Event::AdAccountClosed { ad_account, .. } => {
            tx.put("UPDATE ad_accounts SET closed_at = $2, seq = $3 WHERE id = $1", args![*ad_account, at, seq])
        }
        Event::AdRoleGiven { ad_account, centre, user, role } => {
            let sql = "INSERT INTO ad_roles (ad_account, centre, person, role, since) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (ad_account, person, centre) DO UPDATE SET role = excluded.role, since = excluded.since";
            tx.put(sql, args![*ad_account, *centre, *user, role.code(), at])
        }
        Event::AdRoleTaken { ad_account, centre, user } => {
            let sql = "DELETE FROM ad_roles WHERE ad_account = $1 AND person = $2 AND centre = $3";
            tx.put(sql, args![*ad_account, *user, *centre])
        }
        _ => Ok(()),
    }
}
