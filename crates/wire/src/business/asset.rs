//! What a centre has: ad accounts and accounts, who of its members has what of them, and how an account comes to it.

use super::{
    call::Caller,
    given::Given,
    say::{self, Asset},
};
use centers::{
    AdRole, Reader, Scopes,
    assign::Assign,
    close_ad_account::CloseAdAccount,
    end_grant::EndGrant,
    give_ad_role::GiveAdRole,
    granting::code,
    index::{
        ad_accounts::{self, Reached},
        ads::{self, Backing},
        grants::{self, Grant},
        partners,
        requests::{self, Request},
        withheld,
    },
    open_ad_account::OpenAdAccount,
    request_access,
    restore::Restore,
    take_ad_role::TakeAdRole,
    unassign::Unassign,
    unshare_ad_account::UnshareAdAccount,
    withhold::Withhold,
};
use kernel::{AccountId, AdAccountId, OrgId, Refusal, Role, UserId};
use serde_json::{Value as Json, json};
use store::Tx;

/// Admins of a centre.
pub(crate) const ADMINS: &[Role] = &[Role::CentreAdmin];

fn asset_type(given: &Given) -> Result<Asset, Refusal> {
    given.one_of("asset_type", say::ASSETS)
}

/// What a centre has none of, as an empty list.
fn none(given: &Given, most: i64) -> Result<Json, Refusal> {
    let page = given.page(10, most)?;
    Ok(json!({"list": [], "page_info": page.info(0)}))
}

fn name_of(tx: &mut Tx<'_>, org: OrgId) -> Result<String, Refusal> {
    Ok(access::index::org(tx, org)?.map_or_else(String::new, |org| org.name))
}

/// An ad account as lists show it, with the role of whoever it is listed for.
fn advertiser(tx: &mut Tx<'_>, centre: OrgId, reached: &Reached, of: UserId, admin: bool) -> Result<Json, Refusal> {
    let account = &reached.ad_account;
    let role = ad_accounts::role_in(tx, account.id, centre, of)?;
    let mut said = json!({
        "asset_id": account.id, "asset_name": account.name, "asset_type": "ADVERTISER",
        "advertiser_role": role.map(say::advertiser_role), "advertiser_account_type": "AUCTION",
        "ad_creation_eligible": if role.is_some_and(AdRole::runs_ads) { "ELIGIBLE" } else { "NOT_ELIGIBLE" },
        "owner_bc_name": name_of(tx, account.centre)?, "catalog_role": null, "store_role": null, "tt_account_roles": null,
    });
    if admin {
        said["relation_type"] = if account.centre == centre { "OWNER_BC" } else { "OWNER_PARTNER" }.into();
        said["relation_status"] = "BOUND".into();
        said["advertiser_status"] = "SHOW_ACCOUNT_STATUS_APPROVED".into();
        said["pixel_code"] = Json::Null;
    }
    Ok(said)
}

/// An account as lists show it, with what whoever it is listed for may use it for.
fn account(tx: &mut Tx<'_>, grant: &Grant, scopes: Scopes, admin: bool) -> Result<Option<Json>, Refusal> {
    let Some(known) = accounts::index::account(tx, grant.held.account)? else { return Ok(None) };
    let mut said = json!({
        "asset_id": known.id, "asset_name": known.nickname, "asset_type": "TT_ACCOUNT", "tt_account_roles": say::tt_account_roles(scopes),
        "tt_asset_handle": known.handle, "tt_asset_profile_image": null, "operating_region_code": known.region,
        "is_business_verified": known.brand_account, "owner_bc_name": null,
        "advertiser_role": null, "advertiser_account_type": null, "ad_creation_eligible": null, "catalog_role": null, "store_role": null,
    });
    if admin {
        said["relation_type"] = "OWNER_INDIVIDUAL".into();
        said["relation_status"] = "BOUND".into();
        said["advertiser_status"] = Json::Null;
        said["pixel_code"] = Json::Null;
    }
    Ok(Some(said))
}

/// What this reader's list holds: all of the centre for admins, what is assigned for everyone else.
fn list(tx: &mut Tx<'_>, caller: &Caller, centre: OrgId, reader: Reader, of: UserId, admin: bool) -> Result<Json, Refusal> {
    let given = &caller.given;
    let kind = asset_type(given)?;
    let filtering = given.object("filtering")?;
    let keyword = filtering.opt_text("keyword")?.unwrap_or_default();
    let relation = filtering.opt_one_of("relation_type", &[("OWNER_BC", 0), ("OWNER_PARTNER", 1), ("OWNER_INDIVIDUAL", 2)])?;
    let statuses = [("BOUND", true), ("PENDING", false), ("REJECTED", false), ("UNBOUND", false)];
    let is_bound = filtering.opt_one_of("relation_status", &statuses)?.unwrap_or(true);
    let shows = [
        ("SHOW_ACCOUNT_STATUS_APPROVED", true),
        ("SHOW_ACCOUNT_STATUS_IN_REVIEW", false),
        ("SHOW_ACCOUNT_STATUS_NOT_APPROVED", false),
        ("SHOW_ACCOUNT_STATUS_PUNISHED", false),
    ];
    let is_approved = filtering.opt_one_of("advertiser_show_status", &shows)?.unwrap_or(true);
    let page = given.page(10, 50)?;
    match kind {
        Asset::Advertiser if is_bound && is_approved && relation != Some(2) => {
            let own = relation.map(|relation| relation == 0);
            let filter = ad_accounts::Filter { search: keyword, own, limit: page.reach(), ..ad_accounts::Filter::default() };
            let total = ad_accounts::count(tx, centre, reader, &filter)?;
            let rows = page.of(ad_accounts::list(tx, centre, reader, &filter)?);
            let said = rows.iter().map(|row| advertiser(tx, centre, row, of, admin)).collect::<Result<Vec<_>, _>>()?;
            Ok(json!({"list": said, "page_info": page.info(total)}))
        }
        Asset::Account if is_bound && relation.is_none_or(|relation| relation == 2) => {
            let keyword = keyword.to_lowercase();
            let mut said = Vec::new();
            // A centre holds some hundreds of accounts at the most, so that all are looked at.
            for grant in grants::of_centre(tx, centre, reader, None, MOST_ACCOUNTS)? {
                let scopes = match reader {
                    Reader::Admin => grant.scopes,
                    Reader::Member(user) => {
                        let given = grants::assignment(tx, centre, grant.held.account, user)?;
                        given.map_or(Scopes::NONE, |given| given.scopes.and(grant.scopes))
                    }
                };
                if let Some(row) = account(tx, &grant, scopes, admin)? {
                    let is_asked = ["asset_name", "tt_asset_handle"]
                        .iter()
                        .any(|name| row[name].as_str().is_some_and(|text| text.to_lowercase().contains(&keyword)));
                    if is_asked {
                        said.push(row);
                    }
                }
            }
            let total = said.len() as i64;
            Ok(json!({"list": page.of(said), "page_info": page.info(total)}))
        }
        Asset::Advertiser | Asset::Account | Asset::Other => none(given, 50),
    }
}

/// More accounts than one centre can hold.
const MOST_ACCOUNTS: i64 = 10_000;

/// `GET /bc/asset/get/`: what the person has; an admin may ask what another member has.
pub fn get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["bc_id", "asset_type"])?;
    let (centre, reader) = caller.centre(tx)?;
    let filtering = caller.given.object("filtering")?;
    let email = filtering.opt_text("user_email")?;
    let named = match (filtering.opt_id::<kernel::id::User>("user_id")?, email) {
        (Some(user), _) => Some(user),
        (None, Some(email)) => Some(access::index::user_by_email(tx, &email)?.ok_or(Refusal::NotFound)?.id),
        (None, None) => None,
    };
    let user = caller.user()?;
    let Some(named) = named else { return list(tx, caller, centre, reader, user, false) };
    let may_ask = reader.is_admin() || named == user;
    if !may_ask || access::index::role(tx, centre, named)?.is_none() {
        return Err(Refusal::NotFound);
    }
    list(tx, caller, centre, Reader::Member(named), named, false)
}

/// `GET /bc/asset/admin/get/`
pub fn admin_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["bc_id", "asset_type"])?;
    let (centre, reader) = caller.centre(tx)?;
    caller.admitted(tx, centre, ADMINS, "/open_api/v1.3/bc/asset/admin/get/")?;
    list(tx, caller, centre, reader, caller.user()?, true)
}

/// `POST /bc/asset/assign/`
pub fn assign(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "user_id", "asset_type", "asset_id"])?;
    let (centre, _) = caller.centre(tx)?;
    match asset_type(given)? {
        Asset::Advertiser => {
            given.require(&["advertiser_role"])?;
            let (ad_account, role) = (given.id("asset_id")?, given.one_of("advertiser_role", say::ADVERTISER_ROLES)?);
            caller.perform(tx, &GiveAdRole { centre, ad_account, user: given.id("user_id")?, role })?;
        }
        Asset::Account => {
            given.require(&["tt_account_roles"])?;
            let scopes = given.all_of("tt_account_roles", say::TT_ACCOUNT_ROLES)?.into_iter().collect();
            caller.perform(tx, &Assign { centre, account: given.id("asset_id")?, user: given.id("user_id")?, scopes })?;
        }
        Asset::Other => return Err(Refusal::NotFound),
    }
    Ok(json!({}))
}

/// `POST /bc/asset/unassign/`
pub fn unassign(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "user_id", "asset_type", "asset_id"])?;
    let (centre, _) = caller.centre(tx)?;
    let user = given.id("user_id")?;
    match asset_type(given)? {
        Asset::Advertiser => caller.perform(tx, &TakeAdRole { centre, ad_account: given.id("asset_id")?, user })?,
        Asset::Account => caller.perform(tx, &Unassign { centre, account: given.id("asset_id")?, user })?,
        Asset::Other => return Err(Refusal::NotFound),
    }
    Ok(json!({}))
}

/// `POST /bc/asset/admin/delete/`: an own ad account is closed, a partner's is given back, a grant on an account ends.
pub fn admin_delete(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_type", "asset_ids"])?;
    let (centre, reader) = caller.centre(tx)?;
    match asset_type(given)? {
        Asset::Advertiser => {
            for ad_account in given.ids::<kernel::id::AdAccount>("asset_ids", 1)? {
                // What the person does not see is not there, also for whoever may delete nothing.
                let owner = ad_accounts::of_centre(tx, centre, reader, ad_account)?.ad_account.centre;
                if owner == centre {
                    caller.perform(tx, &CloseAdAccount { centre, ad_account })?;
                } else {
                    caller.perform(tx, &UnshareAdAccount { centre, ad_account, owner, partner: centre })?;
                }
            }
        }
        Asset::Account => {
            for account in given.ids::<kernel::id::Account>("asset_ids", 1)? {
                let grant = grants::seen(tx, centre, reader, account)?.ok_or(Refusal::NotFound)?.held.grant;
                caller.perform(tx, &EndGrant { org: centre, grant, reason: String::new() })?;
            }
        }
        Asset::Other => return Err(Refusal::NotFound),
    }
    Ok(json!({}))
}

/// `GET /bc/asset/member/get/`: who has what of an asset; a standard member sees themself.
pub fn member_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_type", "asset_id"])?;
    let (centre, reader) = caller.centre(tx)?;
    let keyword = given.object("filtering")?.opt_text("keyword")?.unwrap_or_default().to_lowercase();
    let holders: Vec<(UserId, Json)> = match asset_type(given)? {
        Asset::Advertiser => {
            let id = given.id("asset_id")?;
            ad_accounts::of_centre(tx, centre, reader, id)?;
            let role = |holds: ad_accounts::Holds| (holds.user, json!({"advertiser_role": say::advertiser_role(holds.role)}));
            ad_accounts::holders(tx, id, centre)?.into_iter().map(role).collect()
        }
        Asset::Account => {
            let id = given.id("asset_id")?;
            let grant = grants::seen(tx, centre, reader, id)?.ok_or(Refusal::NotFound)?;
            let scopes =
                |one: grants::Assignment| (one.user, json!({"tt_account_roles": say::tt_account_roles(one.scopes.and(grant.scopes))}));
            grants::assignments_on(tx, centre, id)?.into_iter().map(scopes).collect()
        }
        Asset::Other => return Err(Refusal::NotFound),
    };
    let page = given.page(10, 20)?;
    let mut list = Vec::new();
    for (user, roles) in holders.into_iter().filter(|(user, _)| reader.only().is_none_or(|only| only == *user)) {
        let Some(member) = access::index::member(tx, centre, user)? else { continue };
        if [&member.name, &member.email].iter().any(|text| text.to_lowercase().contains(&keyword)) {
            let mut said = say::member(Some(user), &member.name, &member.email, member.role, "BOUND");
            if let (Json::Object(said), Json::Object(roles)) = (&mut said, roles) {
                said.extend(roles);
            }
            list.push(said);
        }
    }
    let total = list.len() as i64;
    Ok(json!({"list": page.of(list), "page_info": page.info(total)}))
}

/// `GET /bc/asset/partner/get/`: the partners that have an ad account of this centre. Accounts cannot be passed on.
pub fn partner_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_type", "asset_id"])?;
    let (centre, reader) = caller.centre(tx)?;
    let keyword = given.object("filtering")?.opt_text("keyword")?.unwrap_or_default().to_lowercase();
    let shares = match asset_type(given)? {
        Asset::Advertiser => {
            let id: AdAccountId = given.id("asset_id")?;
            let reached = ad_accounts::of_centre(tx, centre, reader, id)?;
            if reached.ad_account.centre == centre { partners::shares_of(tx, id)? } else { Vec::new() }
        }
        Asset::Account => {
            grants::seen(tx, centre, reader, given.id::<kernel::id::Account>("asset_id")?)?.ok_or(Refusal::NotFound)?;
            Vec::new()
        }
        Asset::Other => return Err(Refusal::NotFound),
    };
    let page = given.page(10, 50)?;
    let mut list = Vec::new();
    for share in shares {
        let name = name_of(tx, share.partner)?;
        if name.to_lowercase().contains(&keyword) {
            list.push(json!({"bc_id": share.partner, "bc_name": name, "advertiser_role": say::advertiser_role(share.role)}));
        }
    }
    let total = list.len() as i64;
    Ok(json!({"list": page.of(list), "page_info": page.info(total)}))
}

/// `POST /bc/advertiser/create/`
pub fn advertiser_create(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["bc_id", "advertiser_info"])?;
    let (centre, _) = caller.centre(tx)?;
    let info = caller.given.object("advertiser_info")?;
    info.require(&["name", "currency", "timezone"])?;
    let ad_account = store::fresh();
    let name = access::typed::name("advertiser_info.name", &info.text("name")?)?;
    let ask = OpenAdAccount { ad_account, centre, name, currency: info.text("currency")?, zone: info.text("timezone")? };
    caller.perform(tx, &ask)?;
    Ok(json!({"advertiser_id": ad_account}))
}

/// `GET /advertiser/info/`
pub fn advertiser_info(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    caller.given.require(&["advertiser_ids"])?;
    caller.given.texts("fields", 100)?;
    let mut list = Vec::new();
    for id in caller.given.ids::<kernel::id::AdAccount>("advertiser_ids", 100)? {
        let (centre, reached) = caller.reaches(tx, id)?;
        let account = reached.ad_account;
        let owner = access::index::org(tx, account.centre)?.ok_or(Refusal::NotFound)?;
        let role = ad_accounts::role_in(tx, id, centre, caller.user()?)?.map(|role| format!("ROLE_{}", say::advertiser_role(role)));
        list.push(json!({
            "advertiser_id": account.id, "name": account.name, "currency": account.currency, "timezone": account.zone,
            "display_timezone": account.zone, "status": "STATUS_ENABLE", "role": role, "company": owner.name,
            "country": owner.region, "owner_bc_id": account.centre, "create_time": account.opened_at.0 / 1_000,
        }));
    }
    Ok(json!({"list": list}))
}

/// `GET /bc/asset/account/authorization/`: the address that an owner's phone reads from a QR code. As long as the person's own
/// request for the same waits for an answer its code is answered again; then a new one is made.
pub fn account_authorization(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    let (centre, _) = caller.centre(tx)?;
    caller.admitted(tx, centre, ADMINS, "/open_api/v1.3/bc/asset/account/authorization/")?;
    let roles = given.all_of("tt_account_roles", say::TT_ACCOUNT_ROLES)?;
    let scopes: Scopes = if roles.is_empty() { Scopes::NONE.with(centers::Scope::Posts) } else { roles.into_iter().collect() };
    let account = given.opt_id("asset_id")?;
    let now = tx.now;
    let is_same = |request: &Request| request.scopes == scopes && request.account == account && now < request.consent.closes_at;
    let open = requests::open(tx, Some(centre), Some(caller.user()?))?.into_iter().find(is_same);
    let known = match open {
        Some(request) => code::kept(tx, &request)?.map(|code| (request, code)),
        None => None,
    };
    let (request, code) = match known {
        Some(known) => known,
        None => {
            let made = request_access::io::make(tx, &caller.actor, centre, scopes, account)?;
            (made.request, made.code)
        }
    };
    let link = code::address(&caller.visit.app().config().base_url, &code);
    let (closes, roles) = (say::time(request.consent.closes_at), say::tt_account_roles(scopes));
    Ok(json!({"bc_auth_qr_code": link, "expire_time": closes, "tt_account_roles": roles}))
}

/// An account that the person sees in the centre, and an ad account of it.
fn pair(tx: &mut Tx<'_>, caller: &Caller) -> Result<(OrgId, AccountId, AdAccountId), Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_id", "advertiser_id"])?;
    let (centre, reader) = caller.centre(tx)?;
    let account: AccountId = given.id("asset_id")?;
    grants::seen(tx, centre, reader, account)?.ok_or(Refusal::NotFound)?;
    let ad_account: AdAccountId = given.id("advertiser_id")?;
    ad_accounts::of_centre(tx, centre, reader, ad_account)?;
    Ok((centre, account, ad_account))
}

/// `POST /bc/asset/advertiser/assign/`: an account that a centre holds serves all of its ad accounts but those from which it is
/// withheld. Where it serves already there is nothing to do.
pub fn advertiser_assign(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let (centre, account, ad_account) = pair(tx, caller)?;
    caller.admitted(tx, centre, ADMINS, "/open_api/v1.3/bc/asset/advertiser/assign/")?;
    if withheld::since(tx, centre, account, ad_account)?.is_some() {
        caller.perform(tx, &Restore { centre, account, ad_account })?;
    }
    Ok(json!({}))
}

/// `POST /bc/asset/advertiser/unassign/`
pub fn advertiser_unassign(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let (centre, account, ad_account) = pair(tx, caller)?;
    caller.perform(tx, &Withhold { centre, account, ad_account })?;
    Ok(json!({}))
}

/// `GET /bc/asset/advertiser/assigned/`: the ad accounts that the account serves, as far as the person sees them.
pub fn advertiser_assigned(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_id"])?;
    let (centre, reader) = caller.centre(tx)?;
    let account: AccountId = given.id("asset_id")?;
    grants::seen(tx, centre, reader, account)?.ok_or(Refusal::NotFound)?;
    let page = given.page(10, 50)?;
    let filter = ad_accounts::Filter { served_by: Some(account), limit: page.reach(), ..ad_accounts::Filter::default() };
    let total = ad_accounts::count(tx, centre, reader, &filter)?;
    let name = |row: Reached| json!({"advertiser_id": row.ad_account.id, "advertiser_name": row.ad_account.name});
    let list: Vec<Json> = page.of(ad_accounts::list(tx, centre, reader, &filter)?).into_iter().map(name).collect();
    Ok(json!({"list": list, "page_info": page.info(total)}))
}

/// `GET /bc/asset/bind/quota/`: how many ads one identity may back, and how many it backs.
pub fn bind_quota(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "asset_type", "asset_id"])?;
    let (centre, reader) = caller.centre(tx)?;
    if asset_type(given)? != Asset::Account {
        return Err(given.not_one_of("asset_type", &given.text("asset_type")?, &["TT_ACCOUNT"]));
    }
    let account: AccountId = given.id("asset_id")?;
    grants::seen(tx, centre, reader, account)?.ok_or(Refusal::NotFound)?;
    let total = tx.policy::<centers::rules::spark::Policy>(store::Scope::PLATFORM)?.ads_per_identity.value;
    let used = ads::backed(tx, Backing::Grant(centre, account))?;
    Ok(json!({"total_quota": total, "used_quota": used, "available_quota": (total - used).max(0)}))
}
