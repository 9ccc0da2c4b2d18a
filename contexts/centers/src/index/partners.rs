//! Partnerships between centres, and the ad accounts that they share.

use crate::Event;
use kernel::{Instant, PartnershipId, Refusal, Standing};
use store::{Recorded, Tx, args, deadline};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let (at, seq) = (recorded.at, recorded.seq);
    match event {
        Event::PartnershipAsked { partnership, centre, partner, closes_at } => {
            let sql = "INSERT INTO partnerships (id, centre, partner, standing, asked_at, closes_at, since, seq)
                       VALUES ($1, $2, $3, $4, $5, $6, $5, $7)";
            tx.put(sql, args![*partnership, *centre, *partner, Standing::Asked.code(), at, *closes_at, seq])?;
            deadline::set(tx, "centers", "expire_partnership", &partnership.to_string(), *closes_at)
        }
        Event::PartnershipAccepted { partnership, .. } => stands(tx, *partnership, Standing::InForce, at, seq),
        Event::PartnershipDeclined { partnership, .. } => stands(tx, *partnership, Standing::Declined, at, seq),
        Event::PartnershipWithdrawn { partnership, .. } => stands(tx, *partnership, Standing::Withdrawn, at, seq),
        Event::PartnershipExpired { partnership, .. } => stands(tx, *partnership, Standing::Expired, at, seq),
        Event::PartnershipEnded { partnership, .. } => stands(tx, *partnership, Standing::Ended, at, seq),
        Event::AdAccountShared { ad_account, centre, partner, role } => {
            let sql = "INSERT INTO shares (ad_account, centre, partner, role, since) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (ad_account, partner) DO UPDATE SET role = excluded.role";
            tx.put(sql, args![*ad_account, *centre, *partner, role.code(), at])
        }
        Event::AdAccountUnshared { ad_account, partner, .. } => {
            tx.put("DELETE FROM shares WHERE ad_account = $1 AND partner = $2", args![*ad_account, *partner])
        }
        _ => Ok(()),
    }
}

fn stands(tx: &mut Tx<'_>, partnership: PartnershipId, standing: Standing, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE partnerships SET standing = $2, since = $3, seq = $4 WHERE id = $1";
    tx.put(sql, args![partnership, standing.code(), at, seq])?;
    deadline::clear(tx, "centers", "expire_partnership", &partnership.to_string())
}
