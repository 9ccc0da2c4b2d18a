//! Partnerships between centres, and the ad accounts that they share.

use crate::{AdRole, Event};
use kernel::{AdAccountId, Consent, Instant, OrgId, PartnershipId, Refusal, Standing};
use store::{Recorded, Row, Tx, args, deadline};

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

/// An agreement between two centres to share ad accounts. Either may share its own with the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partnership {
    /// Its id.
    pub id: PartnershipId,
    /// Who asked whom, and where it stands.
    pub consent: Consent,
    /// The centre that was asked.
    pub partner: OrgId,
    /// The last change's position in the log; a page's forms are bound to it.
    pub version: i64,
}

impl Partnership {
    /// The other side, as seen from `centre`.
    pub fn other(&self, centre: OrgId) -> OrgId {
        if self.consent.asker == centre { self.partner } else { self.consent.asker }
    }
    fn of(self, side: impl FnOnce(&Self) -> bool) -> Result<Self, Refusal> {
        if side(&self) { Ok(self) } else { Err(Refusal::NotFound) }
    }
}

const PARTNERSHIP: &str = "SELECT id, centre, partner, standing, asked_at, closes_at, since, seq FROM partnerships";

fn read(row: &Row) -> Result<Partnership, Refusal> {
    let partner = row.id(2)?;
    let (asked_at, closes_at, since) = (row.at(4)?, row.at(5)?, row.at(6)?);
    let consent = Consent { asker: row.id(1)?, answerer: Some(partner), asked_at, closes_at, standing: row.code(3)?, since };
    Ok(Partnership { id: row.id(0)?, consent, partner, version: row.int(7)? })
}

/// A partnership by its id, whoever its sides are: for the clock. Pages and rules ask [`of_side`].
pub fn partnership(tx: &mut Tx<'_>, id: PartnershipId) -> Result<Option<Partnership>, Refusal> {
    tx.one(&format!("{PARTNERSHIP} WHERE id = $1"), args![id])?.map(|row| read(&row)).transpose()
}

/// A partnership of which `centre` is a side; anything else is not there.
pub fn of_side(tx: &mut Tx<'_>, centre: OrgId, id: PartnershipId) -> Result<Partnership, Refusal> {
    let sql = format!("{PARTNERSHIP} WHERE id = $1 AND (centre = $2 OR partner = $2)");
    read(&tx.one(&sql, args![id, centre])?.ok_or(Refusal::NotFound)?)
}

/// A partnership that this centre was asked for; anything else is not there.
pub fn asked_of(tx: &mut Tx<'_>, centre: OrgId, id: PartnershipId) -> Result<Partnership, Refusal> {
    of_side(tx, centre, id)?.of(|found| found.partner == centre)
}

/// A partnership that this centre asked for; anything else is not there.
pub fn asked_by(tx: &mut Tx<'_>, centre: OrgId, id: PartnershipId) -> Result<Partnership, Refusal> {
    of_side(tx, centre, id)?.of(|found| found.consent.asker == centre)
}

/// The agreements between two centres that are asked or in force, whoever asked; those whose time is over included.
pub fn between(tx: &mut Tx<'_>, one: OrgId, other: OrgId) -> Result<Vec<Partnership>, Refusal> {
    let sql = format!(
        "{PARTNERSHIP} WHERE ((centre = $1 AND partner = $2) OR (centre = $2 AND partner = $1)) AND standing IN ('asked', 'in_force')
         ORDER BY seq"
    );
    tx.all(&sql, args![one, other])?.iter().map(read).collect()
}

/// Whether two centres are partners now.
pub fn are_partners(tx: &mut Tx<'_>, one: OrgId, other: OrgId) -> Result<bool, Refusal> {
    Ok(between(tx, one, other)?.iter().any(|found| found.consent.standing == Standing::InForce))
}

/// A centre's partnerships and questions, the last changed first: `over` ones, or those that are asked or in force.
pub fn list(tx: &mut Tx<'_>, centre: OrgId, over: bool, before: Option<i64>, limit: i64) -> Result<Vec<Partnership>, Refusal> {
    let standing = if over { "NOT IN" } else { "IN" };
    let sql = format!(
        "{PARTNERSHIP} WHERE (centre = $1 OR partner = $1) AND standing {standing} ('asked', 'in_force') AND seq < $2
         ORDER BY seq DESC LIMIT $3"
    );
    tx.all(&sql, args![centre, before.unwrap_or(i64::MAX), limit])?.iter().map(read).collect()
}

/// How many partnerships a centre has that are asked or in force.
pub fn open_count(tx: &mut Tx<'_>, centre: OrgId) -> Result<i64, Refusal> {
    let sql = "SELECT COUNT(*) FROM partnerships WHERE (centre = $1 OR partner = $1) AND standing IN ('asked', 'in_force')";
    tx.count(sql, args![centre])
}

/// How many questions of other centres wait for this one's answer at `now`.
pub fn waiting(tx: &mut Tx<'_>, centre: OrgId) -> Result<i64, Refusal> {
    let sql = "SELECT COUNT(*) FROM partnerships WHERE partner = $1 AND standing = 'asked' AND closes_at > $2";
    let now = tx.now;
    tx.count(sql, args![centre, now])
}

/// An ad account that its centre shares with a partner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// The ad account.
    pub ad_account: AdAccountId,
    /// The centre that owns it.
    pub centre: OrgId,
    /// The centre that has it.
    pub partner: OrgId,
    /// The most that the partner's members can be on it.
    pub role: AdRole,
    /// Since when.
    pub since: Instant,
}

const SHARE: &str = "SELECT ad_account, centre, partner, role, since FROM shares";

fn read_share(row: &Row) -> Result<Share, Refusal> {
    Ok(Share { ad_account: row.id(0)?, centre: row.id(1)?, partner: row.id(2)?, role: row.code(3)?, since: row.at(4)? })
}

/// How an ad account is shared with a partner, if it is.
pub fn share(tx: &mut Tx<'_>, ad_account: AdAccountId, partner: OrgId) -> Result<Option<Share>, Refusal> {
    let sql = format!("{SHARE} WHERE ad_account = $1 AND partner = $2");
    tx.one(&sql, args![ad_account, partner])?.map(|row| read_share(&row)).transpose()
}

/// With whom an ad account is shared.
pub fn shares_of(tx: &mut Tx<'_>, ad_account: AdAccountId) -> Result<Vec<Share>, Refusal> {
    tx.all(&format!("{SHARE} WHERE ad_account = $1 ORDER BY since, partner"), args![ad_account])?.iter().map(read_share).collect()
}

/// What `centre` shares with `partner`.
pub fn shared(tx: &mut Tx<'_>, centre: OrgId, partner: OrgId) -> Result<Vec<Share>, Refusal> {
    let sql = format!("{SHARE} WHERE partner = $1 AND centre = $2 ORDER BY since, ad_account");
    tx.all(&sql, args![partner, centre])?.iter().map(read_share).collect()
}
