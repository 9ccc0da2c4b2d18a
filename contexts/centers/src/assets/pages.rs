//! The pages of ad accounts, partners and asset groups, and their forms.

mod ad_accounts;
mod groups;
mod partners;
mod roles;

use super::io::{ADMINS, MEMBERS};
use crate::{
    accept_partner::AcceptPartner, ask_partner::AskPartner, changes, close_ad_account::CloseAdAccount, create_identity::CreateIdentity,
    decline_partner::DeclinePartner, delete_identity::DeleteIdentity, end_partner::EndPartner, give_ad_role::GiveAdRole,
    group_assets::GroupAssets, home, make_group::MakeGroup, open_ad_account::OpenAdAccount, remove_group::RemoveGroup,
    rename_ad_account::RenameAdAccount, rename_group::RenameGroup, share_ad_account::ShareAdAccount, take_ad_role::TakeAdRole,
    ungroup_assets::UngroupAssets, unshare_ad_account::UnshareAdAccount, withdraw_partner::WithdrawPartner,
};
use kernel::{Capability, May, OrgId, Refusal};
use serde_json::{Map, Value as Json, json};
use store::Tx;
use web::{Answer, Visit};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    let (members, admins) = (May::Members(MEMBERS), May::Members(ADMINS));
    routes.page("/centre/{org}", members, home::page);
    routes.page("/centre/{org}/changes", admins, changes::pages::page);
    routes.page("/centre/{org}/changes.csv", admins, changes::pages::csv);
    routes.page("/centre/{org}/ad_accounts", members, ad_accounts::list);
    routes.page("/centre/{org}/ad_accounts/new", OpenAdAccount::MAY, ad_accounts::new);
    routes.form("/centre/{org}/ad_accounts/new", OpenAdAccount::MAY, ad_accounts::open);
    routes.page("/centre/{org}/ad_accounts/{ad_account}", members, ad_accounts::page);
    routes.page("/centre/{org}/ad_accounts/{ad_account}/{act}", members, ad_accounts::back);
    routes.form("/centre/{org}/ad_accounts/{ad_account}/rename", RenameAdAccount::MAY, ad_accounts::rename);
    routes.form("/centre/{org}/ad_accounts/{ad_account}/close", CloseAdAccount::MAY, ad_accounts::close);
    routes.form("/centre/{org}/ad_accounts/{ad_account}/give", GiveAdRole::MAY, ad_accounts::give);
    routes.form("/centre/{org}/ad_accounts/{ad_account}/take", TakeAdRole::MAY, ad_accounts::take);
    routes.form("/centre/{org}/ad_accounts/{ad_account}/share", ShareAdAccount::MAY, ad_accounts::share);
    routes.form("/centre/{org}/ad_accounts/{ad_account}/unshare", UnshareAdAccount::MAY, ad_accounts::unshare);
    routes.form("/centre/{org}/ad_accounts/{ad_account}/create_identity", CreateIdentity::MAY, ad_accounts::create_identity);
    routes.form("/centre/{org}/ad_accounts/{ad_account}/delete_identity", DeleteIdentity::MAY, ad_accounts::delete_identity);
    routes.page("/centre/{org}/ad_accounts/roles", admins, roles::page);
    routes.form("/centre/{org}/ad_accounts/roles", admins, roles::post);
    routes.page("/centre/{org}/partners", admins, partners::list);
    routes.form("/centre/{org}/partners", AskPartner::MAY, partners::ask);
    routes.page("/centre/{org}/partners/{partnership}", admins, partners::page);
    routes.page("/centre/{org}/partners/{partnership}/{act}", admins, partners::back);
    routes.form("/centre/{org}/partners/{partnership}/accept", AcceptPartner::MAY, partners::accept);
    routes.form("/centre/{org}/partners/{partnership}/decline", DeclinePartner::MAY, partners::decline);
    routes.form("/centre/{org}/partners/{partnership}/withdraw", WithdrawPartner::MAY, partners::withdraw);
    routes.form("/centre/{org}/partners/{partnership}/end", EndPartner::MAY, partners::end);
    routes.page("/centre/{org}/groups", admins, groups::list);
    routes.form("/centre/{org}/groups", MakeGroup::MAY, groups::make);
    routes.page("/centre/{org}/groups/{group}", admins, groups::page);
    routes.page("/centre/{org}/groups/{group}/{act}", admins, groups::back);
    routes.form("/centre/{org}/groups/{group}/rename", RenameGroup::MAY, groups::rename);
    routes.form("/centre/{org}/groups/{group}/remove", RemoveGroup::MAY, groups::remove);
    routes.form("/centre/{org}/groups/{group}/add", GroupAssets::MAY, groups::add);
    routes.form("/centre/{org}/groups/{group}/take_out", UngroupAssets::MAY, groups::take_out);
}

/// `[{value, label}]` for a select of roles on an ad account, up to `most`.
fn roles(visit: &Visit, most: crate::AdRole) -> Vec<Json> {
    let none = Map::new();
    let role = |role: crate::AdRole| json!({"value": role.code(), "label": visit.say(&format!("centers.ad_role.{}", role.code()), &none)});
    crate::AdRole::ALL.into_iter().filter(|role| *role <= most).map(role).collect()
}

/// `[{value, label}]` for a select of a centre's members.
fn people(tx: &mut Tx<'_>, org: OrgId) -> Result<Vec<Json>, Refusal> {
    let members = access::index::members(tx, org)?;
    Ok(members.into_iter().map(|member| json!({"value": member.user, "label": format!("{} · {}", member.name, member.email)})).collect())
}

/// A form was sent: on to `next` with a word of what happened, or the page again.
async fn done<F: Future<Output = Answer>>(
    visit: &Visit,
    outcome: Result<(), Refusal>,
    next: &str,
    said: &str,
    again: impl FnOnce(Refusal) -> F,
) -> Answer {
    match outcome {
        Ok(()) => visit.redirect(next, said),
        Err(refusal) => again(refusal).await,
    }
}
