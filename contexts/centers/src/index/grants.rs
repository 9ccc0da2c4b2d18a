//! What owners granted centres, what centres gave their members, what people linked themselves, and the use they made of it.

use crate::{EndedBy, Event, Held, Reader, Scope, Scopes};
use kernel::{AccountId, GrantId, Instant, OrgId, Refusal, Standing, UserId};
use store::{Recorded, Row, Tx, Value, args};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    let (at, seq) = (recorded.at, recorded.seq);
    match event {
        Event::AccessGranted { held, scopes, by, .. } => {
            let Held { grant, centre, account, owner } = *held;
            let sql =
                "INSERT INTO grants (id, centre, account, owner, scopes, standing, granted_by, since, changed_at, ended_by, reason, seq)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, '', '', $9)";
            tx.put(sql, args![grant, centre, account, owner, scopes.bits(), Standing::InForce.code(), *by, at, seq])
        }
        Event::AccessWidened { held, scopes, .. } | Event::AccessNarrowed { held, scopes, .. } => holds(tx, held, *scopes, at, seq),
        Event::AccessEnded { held, by, reason } => ended(tx, held, *by, reason, at, seq),
        Event::Assigned { held, user, scopes } => {
            let sql = "INSERT INTO assignments (centre, account, person, scopes, since) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (centre, account, person) DO UPDATE SET scopes = excluded.scopes";
            tx.put(sql, args![held.centre, held.account, *user, scopes.bits(), at])
        }
        Event::Unassigned { held, user } => {
            let sql = "DELETE FROM assignments WHERE centre = $1 AND account = $2 AND person = $3";
            tx.put(sql, args![held.centre, held.account, *user])
        }
        Event::AccountUsed { held, user, scope } => {
            let sql = "INSERT INTO account_uses (centre, account, person, scope, last_at) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (account, centre, person, scope) DO UPDATE SET last_at = excluded.last_at";
            tx.put(sql, args![held.centre, held.account, *user, scope.code(), at])
        }
        Event::OwnLinked { account, owner, user, scopes } => {
            let sql = "INSERT INTO own_links (account, owner, person, scopes, since) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (account, person) DO UPDATE SET owner = excluded.owner, scopes = excluded.scopes";
            tx.put(sql, args![*account, *owner, *user, scopes.bits(), at])
        }
        Event::OwnUnlinked { account, user, .. } => {
            tx.put("DELETE FROM own_links WHERE account = $1 AND person = $2", args![*account, *user])
        }
        _ => Ok(()),
    }
}

fn holds(tx: &mut Tx<'_>, held: &Held, scopes: Scopes, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE grants SET scopes = $2, changed_at = $3, seq = $4 WHERE id = $1";
    tx.put(sql, args![held.grant, scopes.bits(), at, seq])
}

fn ended(tx: &mut Tx<'_>, held: &Held, by: EndedBy, reason: &str, at: Instant, seq: i64) -> Result<(), Refusal> {
    let sql = "UPDATE grants SET standing = $2, changed_at = $3, ended_by = $4, reason = $5, seq = $6 WHERE id = $1";
    tx.put(sql, args![held.grant, Standing::Ended.code(), at, by.code(), reason, seq])
}

/// A grant: what a centre holds or held on an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The grant, its centre, its account and the account's owner.
    pub held: Held,
    /// All that the centre holds, or held at the end.
    pub scopes: Scopes,
    /// In force or ended.
    pub standing: Standing,
    /// Who authorised it first.
    pub granted_by: UserId,
    /// When that was.
    pub since: Instant,
    /// When it last changed.
    pub changed_at: Instant,
    /// Whose doing its end was: a code of [`EndedBy`], empty while in force.
    pub ended_by: String,
    /// Why it ended, in the words of whoever ended it; may be empty.
    pub reason: String,
    /// The position of its last event, with which pages are sealed.
    pub version: i64,
}

/// A place in a list of grants, after which the next page begins.
pub type Cursor = (Instant, GrantId);

impl Grant {
    /// Its place in lists.
    pub fn cursor(&self) -> Cursor {
        (self.since, self.held.grant)
    }
    /// Whether it is in force.
    pub fn is_in_force(&self) -> bool {
        self.standing == Standing::InForce
    }
}

const GRANT: &str =
    "g.id, g.centre, g.account, g.owner, g.scopes, g.standing, g.granted_by, g.since, g.changed_at, g.ended_by, g.reason, g.seq";

fn read_grant(row: &Row) -> Result<Grant, Refusal> {
    Ok(Grant {
        held: Held { grant: row.id(0)?, centre: row.id(1)?, account: row.id(2)?, owner: row.id(3)? },
        scopes: Scopes::from_bits(row.int(4)?),
        standing: row.code(5)?,
        granted_by: row.id(6)?,
        since: row.at(7)?,
        changed_at: row.at(8)?,
        ended_by: row.text(9)?.to_owned(),
        reason: row.text(10)?.to_owned(),
        version: row.int(11)?,
    })
}

fn grants(tx: &mut Tx<'_>, rest: &str, args: &[Value]) -> Result<Vec<Grant>, Refusal> {
    tx.all(&format!("SELECT {GRANT} FROM grants g {rest}"), args)?.iter().map(read_grant).collect()
}

/// The grant that a centre holds on an account now.
pub fn grant(tx: &mut Tx<'_>, centre: OrgId, account: AccountId) -> Result<Option<Grant>, Refusal> {
    let rest = "WHERE g.centre = $1 AND g.account = $2 AND g.standing = 'in_force'";
    Ok(grants(tx, rest, args![centre, account])?.pop())
}

/// A grant of a centre, in force or not; another's is not there.
pub fn of_centre_by_id(tx: &mut Tx<'_>, centre: OrgId, grant: GrantId) -> Result<Option<Grant>, Refusal> {
    Ok(grants(tx, "WHERE g.id = $1 AND g.centre = $2", args![grant, centre])?.pop())
}

/// A grant on an owner's account, in force or not; another's is not there.
pub fn of_owner_by_id(tx: &mut Tx<'_>, owner: OrgId, grant: GrantId) -> Result<Option<Grant>, Refusal> {
    Ok(grants(tx, "WHERE g.id = $1 AND g.owner = $2", args![grant, owner])?.pop())
}

/// The last grant that a centre held on an account and holds no longer.
pub fn last_ended(tx: &mut Tx<'_>, centre: OrgId, account: AccountId) -> Result<Option<Grant>, Refusal> {
    let rest = "WHERE g.centre = $1 AND g.account = $2 AND g.standing = 'ended' ORDER BY g.changed_at DESC, g.id DESC LIMIT 1";
    Ok(grants(tx, rest, args![centre, account])?.pop())
}

/// The grants in force of a centre that a reader sees, the newest first.
pub fn of_centre(tx: &mut Tx<'_>, centre: OrgId, reader: Reader, after: Option<Cursor>, limit: i64) -> Result<Vec<Grant>, Refusal> {
    let (at, id) = place(after);
    match reader {
        Reader::Admin => {
            let rest = "WHERE g.centre = $1 AND g.standing = 'in_force' AND (g.since < $2 OR (g.since = $2 AND g.id < $3))
                        ORDER BY g.since DESC, g.id DESC LIMIT $4";
            grants(tx, rest, args![centre, at, id, limit])
        }
        Reader::Member(user) => {
            let rest = "JOIN assignments s ON s.centre = g.centre AND s.account = g.account AND s.person = $5
                        WHERE g.centre = $1 AND g.standing = 'in_force' AND (g.since < $2 OR (g.since = $2 AND g.id < $3))
                        ORDER BY g.since DESC, g.id DESC LIMIT $4";
            grants(tx, rest, args![centre, at, id, limit, user])
        }
    }
}

/// The grant that a centre holds on an account now, if a reader sees it.
pub fn seen(tx: &mut Tx<'_>, centre: OrgId, reader: Reader, account: AccountId) -> Result<Option<Grant>, Refusal> {
    let visible = match reader {
        Reader::Admin => true,
        Reader::Member(user) => assignment(tx, centre, account, user)?.is_some(),
    };
    if visible { grant(tx, centre, account) } else { Ok(None) }
}

/// Every list begins before the end of time.
fn place(after: Option<Cursor>) -> (Instant, String) {
    after.map_or_else(|| (Instant(i64::MAX), String::new()), |(at, id)| (at, id.to_string()))
}

/// How many accounts a centre holds, as far as a reader sees them.
pub fn count_of_centre(tx: &mut Tx<'_>, centre: OrgId, reader: Reader) -> Result<i64, Refusal> {
    match reader {
        Reader::Admin => tx.count("SELECT COUNT(*) FROM grants WHERE centre = $1 AND standing = 'in_force'", args![centre]),
        Reader::Member(user) => {
            let sql = "SELECT COUNT(*) FROM assignments s JOIN grants g ON g.centre = s.centre AND g.account = s.account
                       WHERE s.centre = $1 AND s.person = $2 AND g.standing = 'in_force'";
            tx.count(sql, args![centre, user])
        }
    }
}

/// How many centres hold an account.
pub fn count_of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM grants WHERE account = $1 AND standing = 'in_force'", args![account])
}

/// The grants in force on an account, the newest first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Grant>, Refusal> {
    grants(tx, "WHERE g.account = $1 AND g.standing = 'in_force' ORDER BY g.since DESC, g.id DESC", args![account])
}

/// The grants on an owner's accounts with this standing, the newest first.
pub fn of_owner(tx: &mut Tx<'_>, owner: OrgId, standing: Standing, after: Option<Cursor>, limit: i64) -> Result<Vec<Grant>, Refusal> {
    let (at, id) = place(after);
    let rest = "WHERE g.owner = $1 AND g.standing = $2 AND (g.since < $3 OR (g.since = $3 AND g.id < $4)) ORDER BY g.since DESC, g.id DESC LIMIT $5";
    grants(tx, rest, args![owner, standing.code(), at, id, limit])
}

/// How many grants on an owner's accounts are in force.
pub fn count_of_owner(tx: &mut Tx<'_>, owner: OrgId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM grants WHERE owner = $1 AND standing = 'in_force'", args![owner])
}

/// What an admin gave a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// Which account.
    pub account: AccountId,
    /// Whom.
    pub user: UserId,
    /// For what.
    pub scopes: Scopes,
    /// Since when.
    pub since: Instant,
}

const ASSIGNMENT: &str = "account, person, scopes, since";

fn assignments(tx: &mut Tx<'_>, rest: &str, args: &[Value]) -> Result<Vec<Assignment>, Refusal> {
    let read =
        |row: &Row| Ok(Assignment { account: row.id(0)?, user: row.id(1)?, scopes: Scopes::from_bits(row.int(2)?), since: row.at(3)? });
    tx.all(&format!("SELECT {ASSIGNMENT} FROM assignments {rest}"), args)?.iter().map(read).collect()
}

/// What a member was given on an account.
pub fn assignment(tx: &mut Tx<'_>, centre: OrgId, account: AccountId, user: UserId) -> Result<Option<Assignment>, Refusal> {
    Ok(assignments(tx, "WHERE centre = $1 AND account = $2 AND person = $3", args![centre, account, user])?.pop())
}

/// To whom a centre gave an account: at most as many as a centre has members.
pub fn assignments_on(tx: &mut Tx<'_>, centre: OrgId, account: AccountId) -> Result<Vec<Assignment>, Refusal> {
    assignments(tx, "WHERE centre = $1 AND account = $2 ORDER BY since, person", args![centre, account])
}

/// What a member of a centre was given: at most as many as a centre has accounts.
pub fn assignments_to(tx: &mut Tx<'_>, centre: OrgId, user: UserId) -> Result<Vec<Assignment>, Refusal> {
    assignments(tx, "WHERE centre = $1 AND person = $2 ORDER BY since, account", args![centre, user])
}

/// How many members have an account.
pub fn count_assigned(tx: &mut Tx<'_>, centre: OrgId, account: AccountId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM assignments WHERE centre = $1 AND account = $2", args![centre, account])
}

/// A person's own TikTok-for-Business link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OwnLink {
    /// To which account.
    pub account: AccountId,
    /// Whose account it is.
    pub owner: OrgId,
    /// Whose link.
    pub user: UserId,
    /// For what.
    pub scopes: Scopes,
    /// Since when.
    pub since: Instant,
}

fn own_links(tx: &mut Tx<'_>, rest: &str, args: &[Value]) -> Result<Vec<OwnLink>, Refusal> {
    let read = |row: &Row| {
        Ok(OwnLink { account: row.id(0)?, owner: row.id(1)?, user: row.id(2)?, scopes: Scopes::from_bits(row.int(3)?), since: row.at(4)? })
    };
    tx.all(&format!("SELECT account, owner, person, scopes, since FROM own_links {rest}"), args)?.iter().map(read).collect()
}

/// A person's own link to an account.
pub fn own_link(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> Result<Option<OwnLink>, Refusal> {
    Ok(own_links(tx, "WHERE account = $1 AND person = $2", args![account, user])?.pop())
}

/// Everyone's own links to an account.
pub fn own_links_to(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<OwnLink>, Refusal> {
    own_links(tx, "WHERE account = $1 ORDER BY since, person", args![account])
}

/// A person's own links, to whosever accounts.
pub fn own_links_of(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<OwnLink>, Refusal> {
    own_links(tx, "WHERE person = $1 ORDER BY since, account", args![user])
}

/// A person's own links to the accounts of one creator.
pub fn own_links_with(tx: &mut Tx<'_>, owner: OrgId, user: UserId) -> Result<Vec<OwnLink>, Refusal> {
    own_links(tx, "WHERE person = $1 AND owner = $2 ORDER BY since, account", args![user, owner])
}

/// When a member last used an account for a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Use {
    /// Who.
    pub user: UserId,
    /// For what.
    pub scope: Scope,
    /// When last.
    pub last_at: Instant,
}

/// Who of a centre used an account, the last first.
pub fn uses(tx: &mut Tx<'_>, centre: OrgId, account: AccountId) -> Result<Vec<Use>, Refusal> {
    let sql = "SELECT person, scope, last_at FROM account_uses WHERE account = $1 AND centre = $2 ORDER BY last_at DESC, person, scope";
    let read = |row: &Row| Ok(Use { user: row.id(0)?, scope: row.code(1)?, last_at: row.at(2)? });
    tx.all(sql, args![account, centre])?.iter().map(read).collect()
}

/// When a member last used an account for a scope.
pub fn last_use(tx: &mut Tx<'_>, centre: OrgId, account: AccountId, user: UserId, scope: Scope) -> Result<Option<Instant>, Refusal> {
    let sql = "SELECT last_at FROM account_uses WHERE account = $1 AND centre = $2 AND person = $3 AND scope = $4";
    tx.one(sql, args![account, centre, user, scope.code()])?.map(|row| row.at(0)).transpose()
}

/// What a member of a centre may use an account for, by each road.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Roads {
    /// What the owner granted the centre.
    pub grant: Scopes,
    /// What the centre gave the member; never more than the grant.
    pub assignment: Scopes,
    /// What the member's own link holds.
    pub own_link: Scopes,
}

impl Roads {
    /// What the member may use through the centre.
    pub const fn by_centre(self) -> Scopes {
        self.grant.and(self.assignment)
    }
    /// What the member may use in all: the centre's grant and the own link add up.
    pub const fn all(self) -> Scopes {
        self.by_centre().or(self.own_link)
    }
}

/// What a member may use an account for, and why. Whether they are a member, and whether the account and the centre are in
/// order, is asked elsewhere.
pub fn scopes_of(tx: &mut Tx<'_>, centre: OrgId, account: AccountId, user: UserId) -> Result<Roads, Refusal> {
    tx.ahead(|tx| {
        let _rehearsed = (grant(tx, centre, account), assignment(tx, centre, account, user), own_link(tx, account, user));
    });
    let grant = grant(tx, centre, account)?.map_or(Scopes::NONE, |grant| grant.scopes);
    let assignment = assignment(tx, centre, account, user)?.map_or(Scopes::NONE, |given| given.scopes);
    let own_link = own_link(tx, account, user)?.map_or(Scopes::NONE, |link| link.scopes);
    Ok(Roads { grant, assignment, own_link })
}
