//! Partners, and what centres share with each other: ad accounts.

use super::{
    asset::ADMINS,
    call::{Caller, denied},
    say::{self, Asset},
};
use centers::{
    AdRole,
    ask_partner::AskPartner,
    end_partner::EndPartner,
    index::{ad_accounts, partners},
    share_ad_account::ShareAdAccount,
    unshare_ad_account::UnshareAdAccount,
    withdraw_partner::WithdrawPartner,
};
use kernel::{OrgId, Refusal, Standing};
use serde_json::{Value as Json, json};
use store::Tx;

/// How many ad accounts one call shares.
const MOST: usize = 50;
/// More partnerships than a list shows.
const MANY: i64 = 10_000;

/// What stands between two centres now, if anything.
fn between(tx: &mut Tx<'_>, centre: OrgId, partner: OrgId) -> Result<Option<partners::Partnership>, Refusal> {
    let all = partners::between(tx, centre, partner)?.into_iter();
    Ok(all.filter(|one| matches!(one.consent.standing, Standing::Asked | Standing::InForce)).max_by_key(|one| one.version))
}

/// `POST /bc/partner/add/`: asks another centre, which must agree; shares ad accounts with one that has.
pub fn add(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "partner_id"])?;
    let (centre, _) = caller.centre(tx)?;
    // First of all: what the centre has, and with whom, is looked at before the verb asks.
    caller.admitted(tx, centre, ADMINS, "centers.ask_partner")?;
    let partner: OrgId = given.id("partner_id")?;
    given.opt_one_of("asset_type", &[("ADVERTISER", ())])?;
    let role = given.opt_one_of("advertiser_role", say::ADVERTISER_ROLES)?.unwrap_or(AdRole::Analyst);
    let ids = given.ids("asset_ids", MOST)?;
    let standing = between(tx, centre, partner)?.map(|one| one.consent.standing);
    if standing != Some(Standing::InForce) {
        // What would be shared is looked at now, so that a mistake is not found only after the partner has agreed.
        for ad_account in &ids {
            ad_accounts::owned(tx, centre, *ad_account)?;
        }
        caller.perform(tx, &AskPartner { partnership: store::fresh(), centre, partner })?;
        return Ok(json!({"relation_status": "PENDING", "shared_asset_ids": []}));
    }
    for ad_account in &ids {
        caller.perform(tx, &ShareAdAccount { centre, ad_account: *ad_account, partner, role })?;
    }
    Ok(json!({"relation_status": "BOUND", "shared_asset_ids": ids}))
}

/// `GET /bc/partner/get/`
pub fn get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    let (centre, reader) = caller.centre(tx)?;
    let keyword = given.object("filtering")?.opt_text("name")?.unwrap_or_default().to_lowercase();
    let page = given.page(10, 50)?;
    let mut list = Vec::new();
    let all = if reader.is_admin() { partners::list(tx, centre, false, None, MANY)? } else { Vec::new() };
    for partnership in all {
        let id = partnership.other(centre);
        let Some(other) = access::index::org(tx, id)? else { continue };
        if other.name.to_lowercase().contains(&keyword) {
            list.push(json!({"bc_id": id, "bc_name": other.name, "relation_status": say::relation(partnership.consent.standing)}));
        }
    }
    let total = list.len() as i64;
    Ok(json!({"list": page.of(list), "page_info": page.info(total)}))
}

/// `POST /bc/partner/delete/`: ends a partnership, or takes back the question.
pub fn delete(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "partner_id"])?;
    let (centre, _) = caller.centre(tx)?;
    caller.admitted(tx, centre, ADMINS, "centers.end_partner")?;
    let partnership = between(tx, centre, given.id("partner_id")?)?.ok_or(Refusal::NotFound)?;
    match partnership.consent.standing {
        Standing::Asked => caller.perform(tx, &WithdrawPartner { centre, partnership: partnership.id })?,
        _ => caller.perform(tx, &EndPartner { centre, partnership: partnership.id })?,
    }
    Ok(json!({}))
}

/// `GET /bc/partner/asset/get/`: what this centre shares with a partner, or the partner with it.
pub fn asset_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "partner_id", "asset_type", "share_type"])?;
    let (centre, reader) = caller.centre(tx)?;
    let partner: OrgId = given.id("partner_id")?;
    let shares_out = given.one_of("share_type", &[("SHARING", true), ("SHARED", false)])?;
    let kind = given.one_of("asset_type", say::ASSETS)?;
    let keyword = given.object("filtering")?.opt_text("keyword")?.unwrap_or_default().to_lowercase();
    let page = given.page(10, 50)?;
    if !reader.is_admin() || between(tx, centre, partner)?.is_none() {
        return Err(Refusal::NotFound);
    }
    let (from, to) = if shares_out { (centre, partner) } else { (partner, centre) };
    let shares = if kind == Asset::Advertiser { partners::shared(tx, from, to)? } else { Vec::new() };
    let mut list = Vec::new();
    for share in shares {
        let Some(account) = ad_accounts::ad_account(tx, share.ad_account)? else { continue };
        if account.name.to_lowercase().contains(&keyword) {
            let role = say::advertiser_role(share.role);
            list.push(json!({"asset_id": account.id, "asset_name": account.name, "asset_type": "ADVERTISER", "advertiser_role": role}));
        }
    }
    let total = list.len() as i64;
    Ok(json!({"list": page.of(list), "page_info": page.info(total)}))
}

/// `POST /bc/partner/asset/delete/`
pub fn asset_delete(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "partner_id", "asset_type", "asset_ids"])?;
    let (centre, reader) = caller.centre(tx)?;
    let other: OrgId = given.id("partner_id")?;
    if given.one_of("asset_type", say::ASSETS)? != Asset::Advertiser {
        return Err(denied("not_offered", &[("name", "asset_type".into())]));
    }
    for ad_account in given.ids("asset_ids", MOST)? {
        let owner = ad_accounts::of_centre(tx, centre, reader, ad_account)?.ad_account.centre;
        let partner = if owner == centre { other } else { centre };
        caller.perform(tx, &UnshareAdAccount { centre, ad_account, owner, partner })?;
    }
    Ok(json!({}))
}
