//! The house's values in TikTok's words, and TikTok's in the house's.

use centers::{AdRole, Scope, Scopes};
use kernel::{Instant, Role, Standing};
use serde_json::{Value as Json, json};

/// `2026-11-22 01:57:40`, in UTC.
pub(crate) fn time(at: Instant) -> String {
    let text = at.to_string();
    text.get(..19).unwrap_or(&text).replace('T', " ")
}

/// What a member is in a centre.
pub(crate) const USER_ROLES: &[(&str, Role)] = &[("ADMIN", Role::CentreAdmin), ("STANDARD", Role::CentreMember)];
/// What a member is on an ad account.
pub(crate) const ADVERTISER_ROLES: &[(&str, AdRole)] =
    &[("ADMIN", AdRole::Admin), ("OPERATOR", AdRole::Operator), ("ANALYST", AdRole::Analyst)];
/// The same, within asset groups.
pub(crate) const GROUP_ROLES: &[(&str, AdRole)] = &[
    ("ADVERTISER_ROLE_ADMIN", AdRole::Admin),
    ("ADVERTISER_ROLE_OPERATOR", AdRole::Operator),
    ("ADVERTISER_ROLE_ANALYST", AdRole::Analyst),
];
/// What an account may be used for.
pub(crate) const TT_ACCOUNT_ROLES: &[(&str, Scope)] = &[("POST", Scope::Posts), ("LIVE", Scope::Live), ("DIRECT_MESSAGE", Scope::Messages)];

/// The kinds of asset that TikTok's centres have. This house has the first two; of the others a centre has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asset {
    Advertiser,
    Account,
    Other,
}
/// Their words.
pub(crate) const ASSETS: &[(&str, Asset)] = &[
    ("ADVERTISER", Asset::Advertiser),
    ("TT_ACCOUNT", Asset::Account),
    ("CATALOG", Asset::Other),
    ("DOMAIN", Asset::Other),
    ("LEAD", Asset::Other),
    ("PIXEL", Asset::Other),
    ("STOREFRONT", Asset::Other),
    ("TIKTOK_SHOP", Asset::Other),
];

fn word<T: PartialEq>(all: &[(&'static str, T)], value: &T) -> &'static str {
    all.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

pub(crate) fn user_role(role: Role) -> &'static str {
    word(USER_ROLES, &role)
}
pub(crate) fn advertiser_role(role: AdRole) -> &'static str {
    word(ADVERTISER_ROLES, &role)
}
pub(crate) fn group_role(role: AdRole) -> &'static str {
    word(GROUP_ROLES, &role)
}
pub(crate) fn tt_account_roles(scopes: Scopes) -> Vec<&'static str> {
    scopes.iter().map(|scope| word(TT_ACCOUNT_ROLES, &scope)).collect()
}
/// Where an agreement or an invitation stands.
pub(crate) fn relation(standing: Standing) -> &'static str {
    match standing {
        Standing::Asked => "PENDING",
        Standing::InForce => "BOUND",
        Standing::Declined => "REJECTED",
        _ => "UNBOUND",
    }
}

/// A member as lists show them. TikTok's finance roles do not exist here.
pub(crate) fn member(id: Option<kernel::UserId>, name: &str, email: &str, role: Role, relation: &str) -> Json {
    json!({
        "user_id": id, "user_name": name, "user_email": email, "user_role": user_role(role),
        "relation_status": relation, "ext_user_role": {"finance_role": null},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_to_the_second_in_utc() {
        let at: Instant = "2026-11-22T01:57:40.999Z".parse().unwrap();
        assert_eq!(time(at), "2026-11-22 01:57:40");
    }

    #[test]
    fn every_role_and_every_scope_has_its_word() {
        assert!(AdRole::ALL.into_iter().all(|role| !advertiser_role(role).is_empty() && !group_role(role).is_empty()));
        assert_eq!(tt_account_roles(Scopes::ALL), ["POST", "LIVE", "DIRECT_MESSAGE"]);
        assert_eq!((user_role(Role::CentreAdmin), user_role(Role::CentreMember)), ("ADMIN", "STANDARD"));
    }
}
