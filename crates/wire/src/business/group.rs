//! Asset groups: ad accounts and members that a centre handles together.

use super::{asset::ADMINS, call::Caller, given::Given, say};
use centers::{
    AdRole,
    group_assets::GroupAssets,
    index::{ad_accounts, groups},
    make_group::MakeGroup,
    remove_group::RemoveGroup,
    rename_group::RenameGroup,
    ungroup_assets::UngroupAssets,
};
use kernel::{AdAccountId, AssetGroupId, OrgId, Refusal, UserId};
use serde_json::{Value as Json, json};
use store::Tx;

const MOST_ASSETS: usize = 200;
const MOST_MEMBERS: usize = 50;

fn assets(given: &Given) -> Result<Vec<AdAccountId>, Refusal> {
    let one = |asset: Given| {
        asset.opt_one_of("asset_type", &[("ADVERTISER", ())])?;
        asset.id("asset_id")
    };
    given.objects("assets", MOST_ASSETS)?.into_iter().map(one).collect()
}

/// Members, each with the role that the group gives them; an analyst's where none is given.
fn members(given: &Given) -> Result<Vec<(UserId, AdRole)>, Refusal> {
    let one = |member: Given| {
        let role = member.object("asset_roles")?.opt_one_of("ADVERTISER", say::GROUP_ROLES)?;
        Ok((member.id("member_id")?, role.unwrap_or(AdRole::Analyst)))
    };
    given.objects("members", MOST_MEMBERS)?.into_iter().map(one).collect()
}

/// `POST /bc/asset_group/create/`
pub fn create(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_group_name", "assets", "members"])?;
    let (centre, _) = caller.centre(tx)?;
    let name = access::typed::name("asset_group_name", &given.text("asset_group_name")?)?;
    let (ad_accounts, members) = (assets(given)?, members(given)?);
    let group = store::fresh();
    caller.perform(tx, &MakeGroup { group, centre, name })?;
    caller.perform(tx, &GroupAssets { centre, group, ad_accounts, members })?;
    Ok(json!({"asset_group_id": group}))
}

/// `POST /bc/asset_group/update/`
pub fn update(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_group_id", "update_entity"])?;
    let (centre, _) = caller.centre(tx)?;
    // Whoever manages no groups learns of none, not even that it is there.
    caller.admitted(tx, centre, ADMINS, "centers.rename_group")?;
    let group: AssetGroupId = given.id("asset_group_id")?;
    groups::group(tx, centre, group)?;
    let entity = given.one_of("update_entity", &[("ASSET", 0), ("MEMBER", 1), ("NAME", 2)])?;
    if entity == 2 {
        given.require(&["asset_group_name"])?;
        let name = access::typed::name("asset_group_name", &given.text("asset_group_name")?)?;
        caller.perform(tx, &RenameGroup { centre, group, name })?;
        return Ok(json!({}));
    }
    given.require(&["action", if entity == 0 { "assets" } else { "members" }])?;
    let adds = given.one_of("action", &[("ADD", true), ("DELETE", false)])?;
    let ad_accounts = if entity == 0 { assets(given)? } else { Vec::new() };
    let members = if entity == 1 { members(given)? } else { Vec::new() };
    if adds {
        caller.perform(tx, &GroupAssets { centre, group, ad_accounts, members })?;
    } else {
        let members = members.into_iter().map(|(user, _)| user).collect();
        caller.perform(tx, &UngroupAssets { centre, group, ad_accounts, members })?;
    }
    Ok(json!({}))
}

/// `POST /bc/asset_group/delete/`
pub fn delete(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_group_ids"])?;
    let (centre, _) = caller.centre(tx)?;
    for group in given.ids("asset_group_ids", 1)? {
        caller.perform(tx, &RemoveGroup { centre, group })?;
    }
    Ok(json!({}))
}

fn said_assets(tx: &mut Tx<'_>, group: AssetGroupId) -> Result<Vec<Json>, Refusal> {
    let mut list = Vec::new();
    for id in groups::ad_accounts(tx, group)? {
        if let Some(account) = ad_accounts::ad_account(tx, id)? {
            list.push(json!({"asset_id": id, "asset_name": account.name, "asset_type": "ADVERTISER"}));
        }
    }
    Ok(list)
}

fn said_members(tx: &mut Tx<'_>, centre: OrgId, group: AssetGroupId) -> Result<Vec<Json>, Refusal> {
    let mut list = Vec::new();
    for (user, role) in groups::members(tx, group)? {
        if let Some(member) = access::index::member(tx, centre, user)? {
            list.push(json!({"member_id": user, "member_name": member.name, "member_email": member.email, "asset_roles": {"ADVERTISER": say::group_role(role)}}));
        }
    }
    Ok(list)
}

/// `GET /bc/asset_group/get/`: what is in a group, or who. A standard member sees no groups.
pub fn get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_group_id", "query_entity"])?;
    let (centre, reader) = caller.centre(tx)?;
    let id: AssetGroupId = given.id("asset_group_id")?;
    let is_assets = given.one_of("query_entity", &[("ASSET", true), ("MEMBER", false)])?;
    let keyword = given.object("filtering")?.opt_text("keyword")?.unwrap_or_default().to_lowercase();
    let page = given.page(10, 1_000)?;
    if !reader.is_admin() {
        return Err(Refusal::NotFound);
    }
    let group = groups::group(tx, centre, id)?;
    let (field, name, mut rows) =
        if is_assets { ("assets", "asset_name", said_assets(tx, id)?) } else { ("members", "member_name", said_members(tx, centre, id)?) };
    rows.retain(|row| row[name].as_str().is_some_and(|text| text.to_lowercase().contains(&keyword)));
    let total = rows.len() as i64;
    let mut said = json!({"asset_group_id": id, "asset_group_name": group.name});
    said[field] = page.of(rows).into();
    Ok(json!({"asset_group": said, "page_info": page.info(total)}))
}

/// `GET /bc/asset_group/list/`
pub fn list(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    let (centre, reader) = caller.centre(tx)?;
    let keyword = given.object("filtering")?.opt_text("keyword")?.unwrap_or_default();
    let page = given.page(10, 1_000)?;
    let all = if reader.is_admin() { groups::list(tx, centre, &keyword, None, i64::from(u16::MAX))? } else { Vec::new() };
    let total = all.len() as i64;
    let mut said = Vec::new();
    for group in page.of(all) {
        let (assets, members) = (said_assets(tx, group.id)?, said_members(tx, centre, group.id)?);
        said.push(json!({"asset_group_id": group.id, "asset_group_name": group.name, "assets": assets, "members": members}));
    }
    Ok(json!({"asset_groups": said, "page_info": page.info(total)}))
}
