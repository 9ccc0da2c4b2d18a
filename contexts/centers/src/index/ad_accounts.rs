//! Ad accounts and the members' roles on them.

use crate::{AdRole, Event, Reader};
use kernel::{AccountId, AdAccountId, Instant, OrgId, Refusal, UserId};
use store::{Recorded, Row, Tx, Value, args};

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
        Event::AdRolePromised { invitation, ad_account, centre, role } => {
            let sql = "INSERT INTO ad_role_promises (invitation, ad_account, centre, role) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (invitation, ad_account) DO UPDATE SET role = excluded.role";
            tx.put(sql, args![invitation, *ad_account, *centre, role.code()])
        }
        _ => Ok(()),
    }
}

/// An ad account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdAccount {
    /// Its id.
    pub id: AdAccountId,
    /// The centre that owns it.
    pub centre: OrgId,
    /// What people call it.
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA.
    pub zone: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was closed, if it was.
    pub closed_at: Option<Instant>,
    /// The last change's position in the log; a page's forms are bound to it.
    pub version: i64,
}

const AD_ACCOUNT: &str = "a.id, a.centre, a.name, a.currency, a.zone, a.opened_at, a.closed_at, a.seq";

fn read(row: &Row) -> Result<AdAccount, Refusal> {
    let text = |column: usize| row.text(column).map(str::to_owned);
    let (name, currency, zone) = (text(2)?, text(3)?, text(4)?);
    Ok(AdAccount {
        id: row.id(0)?,
        centre: row.id(1)?,
        name,
        currency,
        zone,
        opened_at: row.at(5)?,
        closed_at: row.opt_at(6)?,
        version: row.int(7)?,
    })
}

/// An ad account by its id, whoever it belongs to, open or closed: for rules and reactions. Pages ask [`of_centre`].
pub fn ad_account(tx: &mut Tx<'_>, id: AdAccountId) -> Result<Option<AdAccount>, Refusal> {
    tx.one(&format!("SELECT {AD_ACCOUNT} FROM ad_accounts a WHERE a.id = $1"), args![id])?.map(|row| read(&row)).transpose()
}

/// An open ad account that this centre owns; anything else is not there.
pub fn owned(tx: &mut Tx<'_>, centre: OrgId, id: AdAccountId) -> Result<AdAccount, Refusal> {
    let sql = format!("SELECT {AD_ACCOUNT} FROM ad_accounts a WHERE a.id = $1 AND a.centre = $2 AND a.closed_at IS NULL");
    read(&tx.one(&sql, args![id, centre])?.ok_or(Refusal::NotFound)?)
}

/// An ad account as one centre has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reached {
    /// The ad account.
    pub ad_account: AdAccount,
    /// The most that the owner lets this centre's members be; nothing where the centre owns it.
    pub at_most: Option<AdRole>,
}

/// Whether the centre `$1` owns the ad account `a` or has it from a partner.
const IN_CENTRE: &str = "a.closed_at IS NULL AND (a.centre = $1 OR s.partner IS NOT NULL)";
const SHARED: &str = "LEFT JOIN shares s ON s.ad_account = a.id AND s.partner = $1";

/// Whether the member `$2` of the centre `$1` has a role on the ad account `a`, of their own or through a group.
const THEIRS: &str = "(EXISTS (SELECT 1 FROM ad_roles r WHERE r.ad_account = a.id AND r.person = $2 AND r.centre = $1)
    OR EXISTS (SELECT 1 FROM asset_group_members gm JOIN asset_groups g ON g.id = gm.asset_group AND g.centre = $1
               JOIN asset_group_ad_accounts ga ON ga.asset_group = gm.asset_group AND ga.ad_account = a.id WHERE gm.person = $2))";

fn reached(row: &Row) -> Result<Reached, Refusal> {
    let at_most = row.opt_text(8)?.is_some().then(|| row.code(8)).transpose()?;
    Ok(Reached { ad_account: read(row)?, at_most })
}

/// An open ad account that the centre owns or has from a partner, and that the reader may see; anything else is not there.
pub fn of_centre(tx: &mut Tx<'_>, centre: OrgId, reader: Reader, id: AdAccountId) -> Result<Reached, Refusal> {
    let mine = if reader.is_admin() { "$2 = $2" } else { THEIRS };
    let sql = format!("SELECT {AD_ACCOUNT}, s.role FROM ad_accounts a {SHARED} WHERE a.id = $3 AND {IN_CENTRE} AND {mine}");
    let person = reader.only().map_or_else(String::new, |user| user.to_string());
    reached(&tx.one(&sql, args![centre, person, id])?.ok_or(Refusal::NotFound)?)
}

/// Which ad accounts a list shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// A part of the name, in any case; everything when empty.
    pub search: String,
    /// Only those that the centre owns (`true`) or has from a partner (`false`).
    pub own: Option<bool>,
    /// Only those on which this person has a role.
    pub of: Option<UserId>,
    /// Only those from which the centre does not withhold this account.
    pub served_by: Option<AccountId>,
    /// The last of the page before: [`place`] of it.
    pub after: Option<(String, AdAccountId)>,
    /// How many at the most.
    pub limit: i64,
}

/// Where an ad account stands in a list, for [`Filter::after`].
pub fn place(ad_account: &AdAccount) -> (String, AdAccountId) {
    (ad_account.name.clone(), ad_account.id)
}

fn selection(centre: OrgId, reader: Reader, filter: &Filter) -> (String, Vec<Value>) {
    // A member who looks for what another has finds what both have: nothing tells them about the rest.
    let person = filter.of.or(reader.only());
    let mut values = vec![Value::from(centre), Value::from(person.map_or_else(String::new, |user| user.to_string()))];
    let mut sql = format!("FROM ad_accounts a {SHARED} WHERE {IN_CENTRE} AND {}", if person.is_some() { THEIRS } else { "$2 = $2" });
    if let (Some(wanted), Some(own)) = (filter.of, reader.only())
        && wanted != own
    {
        values.push(own.into());
        sql.push_str(&format!(" AND {}", THEIRS.replace("$2", "$3")));
    }
    match filter.own {
        Some(true) => sql.push_str(" AND a.centre = $1"),
        Some(false) => sql.push_str(" AND a.centre <> $1"),
        None => {}
    }
    if let Some(account) = filter.served_by {
        values.push(account.into());
        let withheld = "SELECT 1 FROM withheld_accounts w WHERE w.centre = $1 AND w.ad_account = a.id";
        sql.push_str(&format!(" AND NOT EXISTS ({withheld} AND w.account = ${})", values.len()));
    }
    if !filter.search.trim().is_empty() {
        values.push(super::containing(&filter.search).into());
        sql.push_str(&format!(" AND LOWER(a.name) LIKE ${} ESCAPE '!'", values.len()));
    }
    (sql, values)
}

/// The open ad accounts that a centre owns or has from partners and that the reader may see, by name.
pub fn list(tx: &mut Tx<'_>, centre: OrgId, reader: Reader, filter: &Filter) -> Result<Vec<Reached>, Refusal> {
    let (mut sql, mut values) = selection(centre, reader, filter);
    if let Some((name, id)) = &filter.after {
        values.extend([Value::from(name), Value::from(*id)]);
        sql.push_str(&format!(" AND (a.name, a.id) > (${}, ${})", values.len() - 1, values.len()));
    }
    values.push(filter.limit.into());
    let sql = format!("SELECT {AD_ACCOUNT}, s.role {sql} ORDER BY a.name, a.id LIMIT ${}", values.len());
    tx.all(&sql, &values)?.iter().map(reached).collect()
}

/// How many that is in all, whatever the page.
pub fn count(tx: &mut Tx<'_>, centre: OrgId, reader: Reader, filter: &Filter) -> Result<i64, Refusal> {
    let (sql, values) = selection(centre, reader, filter);
    tx.count(&format!("SELECT COUNT(*) {sql}"), &values)
}

/// How many open ad accounts a centre owns.
pub fn owned_count(tx: &mut Tx<'_>, centre: OrgId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM ad_accounts WHERE centre = $1 AND closed_at IS NULL", args![centre])
}

/// A role that a member was given on an ad account, not counting what groups give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Given {
    /// On which ad account.
    pub ad_account: AdAccountId,
    /// The member's centre.
    pub centre: OrgId,
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: AdRole,
    /// Since when.
    pub since: Instant,
}

fn given(row: &Row) -> Result<Given, Refusal> {
    Ok(Given { ad_account: row.id(0)?, centre: row.id(1)?, user: row.id(2)?, role: row.code(3)?, since: row.at(4)? })
}

const GIVEN: &str = "SELECT ad_account, centre, person, role, since FROM ad_roles";

/// The role that a member of this centre was given on the ad account.
pub fn given_to(tx: &mut Tx<'_>, ad_account: AdAccountId, centre: OrgId, user: UserId) -> Result<Option<Given>, Refusal> {
    let sql = format!("{GIVEN} WHERE ad_account = $1 AND person = $2 AND centre = $3");
    tx.one(&sql, args![ad_account, user, centre])?.map(|row| given(&row)).transpose()
}

/// Every role given on an ad account, in every centre: what ends when it closes.
pub fn given_on(tx: &mut Tx<'_>, ad_account: AdAccountId) -> Result<Vec<Given>, Refusal> {
    tx.all(&format!("{GIVEN} WHERE ad_account = $1 ORDER BY centre, person"), args![ad_account])?.iter().map(given).collect()
}

/// Every role given on an ad account to members of one centre.
pub fn given_in(tx: &mut Tx<'_>, ad_account: AdAccountId, centre: OrgId) -> Result<Vec<Given>, Refusal> {
    let sql = format!("{GIVEN} WHERE ad_account = $1 AND centre = $2 ORDER BY person");
    tx.all(&sql, args![ad_account, centre])?.iter().map(given).collect()
}

/// Every role given to a member of a centre.
pub fn given_to_member(tx: &mut Tx<'_>, centre: OrgId, user: UserId) -> Result<Vec<Given>, Refusal> {
    let sql = format!("{GIVEN} WHERE centre = $1 AND person = $2 ORDER BY ad_account");
    tx.all(&sql, args![centre, user])?.iter().map(given).collect()
}

/// What was promised with an invitation of a centre.
pub fn promises_to(tx: &mut Tx<'_>, centre: OrgId, invitation: &str) -> Result<Vec<(AdAccountId, AdRole)>, Refusal> {
    let sql = "SELECT ad_account, role FROM ad_role_promises WHERE invitation = $1 AND centre = $2 ORDER BY ad_account";
    tx.all(sql, args![invitation, centre])?.iter().map(|row| Ok((row.id(0)?, row.code(1)?))).collect()
}

/// To whom of the centre's open invitations a role on the ad account is promised.
pub fn promises_on(tx: &mut Tx<'_>, ad_account: AdAccountId, centre: OrgId) -> Result<Vec<(access::Invitation, AdRole)>, Refusal> {
    let mut all = Vec::new();
    for invitation in access::index::open_invitations(tx, centre)? {
        let promised = promises_to(tx, centre, &invitation.id)?.into_iter().find(|(id, _)| *id == ad_account);
        all.extend(promised.map(|(_, role)| (invitation, role)));
    }
    Ok(all)
}

/// A member on an ad account: what they were given themselves, what their groups give, and what counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holds {
    /// Who.
    pub user: UserId,
    /// What they were given themselves.
    pub given: Option<AdRole>,
    /// The most that a group gives them.
    pub grouped: Option<AdRole>,
    /// What counts: the higher of both, not more than the share.
    pub role: AdRole,
}

/// Every role that a centre's groups give on an ad account: `person, role`.
const GROUPED: &str = "SELECT gm.person, gm.role FROM asset_group_ad_accounts ga
    JOIN asset_groups g ON g.id = ga.asset_group AND g.centre = $2
    JOIN asset_group_members gm ON gm.asset_group = ga.asset_group WHERE ga.ad_account = $1";

/// Who of a centre's members has which role on an ad account, by their ids.
pub fn holders(tx: &mut Tx<'_>, ad_account: AdAccountId, centre: OrgId) -> Result<Vec<Holds>, Refusal> {
    let Some(most) = at_most(tx, ad_account, centre)? else { return Ok(Vec::new()) };
    let mut all: std::collections::BTreeMap<UserId, (Option<AdRole>, Option<AdRole>)> = std::collections::BTreeMap::new();
    for given in given_in(tx, ad_account, centre)? {
        all.entry(given.user).or_default().0 = Some(given.role);
    }
    for row in tx.all(GROUPED, args![ad_account, centre])? {
        let best = &mut all.entry(row.id(0)?).or_default().1;
        *best = (*best).max(Some(row.code(1)?));
    }
    let holds = |(user, (given, grouped)): (UserId, (Option<AdRole>, Option<AdRole>))| {
        let role = given.max(grouped)?.min(most);
        Some(Holds { user, given, grouped, role })
    };
    Ok(all.into_iter().filter_map(holds).collect())
}

/// The most that members of this centre can be on the ad account: everything in the centre that owns it, what the share says in
/// a partner's, nothing elsewhere and on a closed one.
pub fn at_most(tx: &mut Tx<'_>, ad_account: AdAccountId, centre: OrgId) -> Result<Option<AdRole>, Refusal> {
    let sql = "SELECT a.centre, s.role FROM ad_accounts a LEFT JOIN shares s ON s.ad_account = a.id AND s.partner = $2
               WHERE a.id = $1 AND a.closed_at IS NULL";
    let Some(row) = tx.one(sql, args![ad_account, centre])? else { return Ok(None) };
    if row.id::<kernel::id::Org>(0)? == centre {
        return Ok(Some(AdRole::Admin));
    }
    row.opt_text(1)?.is_some().then(|| row.code(1)).transpose()
}

/// What a member of this centre is on the ad account: the highest that they were given or that a group gives them, capped by
/// the share where the ad account is a partner's. Nobody is anything on a closed ad account.
pub fn role_in(tx: &mut Tx<'_>, ad_account: AdAccountId, centre: OrgId, user: UserId) -> Result<Option<AdRole>, Refusal> {
    let Some(most) = at_most(tx, ad_account, centre)? else { return Ok(None) };
    let mut best = given_to(tx, ad_account, centre, user)?.map(|given| given.role);
    for row in tx.all(&format!("{GROUPED} AND gm.person = $3"), args![ad_account, centre, user])? {
        best = best.max(Some(row.code(1)?));
    }
    Ok(best.map(|role| role.min(most)))
}

/// What a person is on the ad account by any centre of theirs: in the owner's, or in a partner's as far as the share goes.
pub fn ad_role(tx: &mut Tx<'_>, ad_account: AdAccountId, user: UserId) -> Result<Option<AdRole>, Refusal> {
    let sql = "SELECT centre FROM ad_roles WHERE ad_account = $1 AND person = $2
               UNION SELECT g.centre FROM asset_group_ad_accounts ga JOIN asset_groups g ON g.id = ga.asset_group
               JOIN asset_group_members gm ON gm.asset_group = ga.asset_group WHERE ga.ad_account = $1 AND gm.person = $2";
    let mut best = None;
    for row in tx.all(sql, args![ad_account, user])? {
        best = best.max(role_in(tx, ad_account, row.id(0)?, user)?);
    }
    Ok(best)
}
