//! Asset groups: ad accounts and members that a centre handles together.

use crate::Event;
use kernel::Refusal;
use store::{Recorded, Tx, args};

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
