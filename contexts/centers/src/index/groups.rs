//! Asset groups: ad accounts and members that a centre handles together. A member of a group has the
//! group's role on each of its ad accounts, besides what they were given themselves (`ad_accounts::role_in`).

use crate::{AdRole, Event};
use kernel::{AdAccountId, AssetGroupId, Instant, OrgId, Refusal, UserId};
use store::{Recorded, Row, Tx, args};

pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded, event: &Event) -> Result<(), Refusal> {
    match event {
        Event::AssetGroupMade { group, centre, name } => tx
            .put("INSERT INTO asset_groups (id, centre, name, made_at) VALUES ($1, $2, $3, $4)", args![*group, *centre, name, recorded.at]),
        Event::AssetGroupRenamed { group, name, .. } => tx.put("UPDATE asset_groups SET name = $2 WHERE id = $1", args![*group, name]),
        Event::AssetGroupRemoved { group, .. } => {
            tx.put("DELETE FROM asset_group_ad_accounts WHERE asset_group = $1", args![*group])?;
            tx.put("DELETE FROM asset_group_members WHERE asset_group = $1", args![*group])?;
            tx.put("DELETE FROM asset_groups WHERE id = $1", args![*group])
        }
        Event::AdAccountGrouped { group, ad_account, .. } => {
            let sql = "INSERT INTO asset_group_ad_accounts (asset_group, ad_account) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            tx.put(sql, args![*group, *ad_account])
        }
        Event::AdAccountUngrouped { group, ad_account, .. } => {
            let sql = "DELETE FROM asset_group_ad_accounts WHERE asset_group = $1 AND ad_account = $2";
            tx.put(sql, args![*group, *ad_account])
        }
        Event::MemberGrouped { group, user, role, .. } => {
            let sql = "INSERT INTO asset_group_members (asset_group, person, role) VALUES ($1, $2, $3)
                       ON CONFLICT (asset_group, person) DO UPDATE SET role = excluded.role";
            tx.put(sql, args![*group, *user, role.code()])
        }
        Event::MemberUngrouped { group, user, .. } => {
            tx.put("DELETE FROM asset_group_members WHERE asset_group = $1 AND person = $2", args![*group, *user])
        }
        _ => Ok(()),
    }
}

/// An asset group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its id.
    pub id: AssetGroupId,
    /// Whose it is.
    pub centre: OrgId,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub made_at: Instant,
    /// How many ad accounts are in it.
    pub ad_accounts: i64,
    /// How many members.
    pub members: i64,
}

const GROUP: &str = "SELECT g.id, g.centre, g.name, g.made_at,
    (SELECT COUNT(*) FROM asset_group_ad_accounts ga WHERE ga.asset_group = g.id),
    (SELECT COUNT(*) FROM asset_group_members gm WHERE gm.asset_group = g.id) FROM asset_groups g";

fn read(row: &Row) -> Result<Group, Refusal> {
    let (name, made_at) = (row.text(2)?.to_owned(), row.at(3)?);
    Ok(Group { id: row.id(0)?, centre: row.id(1)?, name, made_at, ad_accounts: row.int(4)?, members: row.int(5)? })
}

/// A group of this centre; another's is not there.
pub fn group(tx: &mut Tx<'_>, centre: OrgId, id: AssetGroupId) -> Result<Group, Refusal> {
    read(&tx.one(&format!("{GROUP} WHERE g.id = $1 AND g.centre = $2"), args![id, centre])?.ok_or(Refusal::NotFound)?)
}

/// A centre's groups whose name contains `search`, by name, after `after`.
pub fn list(
    tx: &mut Tx<'_>,
    centre: OrgId,
    search: &str,
    after: Option<(String, AssetGroupId)>,
    limit: i64,
) -> Result<Vec<Group>, Refusal> {
    let (name, id) = after.map_or_else(Default::default, |(name, id)| (name, id.to_string()));
    let sql = format!(
        "{GROUP} WHERE g.centre = $1 AND LOWER(g.name) LIKE $2 ESCAPE '!' AND (g.name, g.id) > ($3, $4) ORDER BY g.name, g.id LIMIT $5"
    );
    tx.all(&sql, args![centre, super::containing(search), name, id, limit])?.iter().map(read).collect()
}

/// How many groups a centre has.
pub fn count(tx: &mut Tx<'_>, centre: OrgId) -> Result<i64, Refusal> {
    tx.count("SELECT COUNT(*) FROM asset_groups WHERE centre = $1", args![centre])
}

/// Whether a centre has a group of this name, other than `except`.
pub fn has_name(tx: &mut Tx<'_>, centre: OrgId, name: &str, except: Option<AssetGroupId>) -> Result<bool, Refusal> {
    let except = except.map_or_else(String::new, |id| id.to_string());
    Ok(tx.count("SELECT COUNT(*) FROM asset_groups WHERE centre = $1 AND name = $2 AND id <> $3", args![centre, name, except])? > 0)
}

/// The ad accounts in a group.
pub fn ad_accounts(tx: &mut Tx<'_>, group: AssetGroupId) -> Result<Vec<AdAccountId>, Refusal> {
    let sql = "SELECT ad_account FROM asset_group_ad_accounts WHERE asset_group = $1 ORDER BY ad_account";
    tx.all(sql, args![group])?.iter().map(|row| row.id(0)).collect()
}

/// The members of a group and their role.
pub fn members(tx: &mut Tx<'_>, group: AssetGroupId) -> Result<Vec<(UserId, AdRole)>, Refusal> {
    let sql = "SELECT person, role FROM asset_group_members WHERE asset_group = $1 ORDER BY person";
    tx.all(sql, args![group])?.iter().map(|row| Ok((row.id(0)?, row.code(1)?))).collect()
}

/// Which of a centre's groups an ad account is in.
pub fn of_ad_account(tx: &mut Tx<'_>, centre: OrgId, ad_account: AdAccountId) -> Result<Vec<Group>, Refusal> {
    let sql = format!(
        "{GROUP} JOIN asset_group_ad_accounts x ON x.asset_group = g.id AND x.ad_account = $2 WHERE g.centre = $1 ORDER BY g.name, g.id"
    );
    tx.all(&sql, args![centre, ad_account])?.iter().map(read).collect()
}

/// Every group, in every centre, that an ad account is in: what it leaves when it closes.
pub fn with_ad_account(tx: &mut Tx<'_>, ad_account: AdAccountId) -> Result<Vec<(AssetGroupId, OrgId)>, Refusal> {
    let sql = "SELECT g.id, g.centre FROM asset_group_ad_accounts x JOIN asset_groups g ON g.id = x.asset_group
               WHERE x.ad_account = $1 ORDER BY g.id";
    tx.all(sql, args![ad_account])?.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// Which of a centre's groups a member is in.
pub fn of_member(tx: &mut Tx<'_>, centre: OrgId, user: UserId) -> Result<Vec<Group>, Refusal> {
    let sql =
        format!("{GROUP} JOIN asset_group_members x ON x.asset_group = g.id AND x.person = $2 WHERE g.centre = $1 ORDER BY g.name, g.id");
    tx.all(&sql, args![centre, user])?.iter().map(read).collect()
}
