//! Who is told what: one row for each event and each side that learns of it.
//!
//! An event that has no row here is told to nobody, and no webhook carries it; so a new event leaves the house only when
//! someone has thought about it. Contexts after this one add their rows as text: their types cannot be named from here.

use kernel::{OrgId, OrgKind, Role};
use serde_json::{Map, Value as Json};

/// One row.
#[derive(Debug)]
pub struct Row {
    /// The context that owns the event.
    pub context: &'static str,
    /// The event's past-tense name.
    pub kind: &'static str,
    /// Whom it concerns, and how they learn of it.
    pub tells: &'static [Tell],
    /// Whether webhooks carry it. Events that hold a person's own data stay in the house.
    pub is_public: bool,
}

/// How one side learns of an event.
#[derive(Debug)]
pub struct Tell {
    /// The event's field that names the organisation, or several of them.
    pub to: &'static str,
    /// The notice's words, below `notify.notices`.
    pub words: &'static str,
    /// The page it leads to; `{to}`, `{side}` (whose console that is) and the event's fields are filled in.
    pub link: &'static str,
    /// Whether the organisation's heads also get a mail, with the words below `notify.mail`.
    pub mail: bool,
}

const fn row(context: &'static str, kind: &'static str, tells: &'static [Tell]) -> Row {
    Row { context, kind, tells, is_public: true }
}

/// An event that holds what people wrote: its side is told, and no webhook carries it.
const fn sealed(context: &'static str, kind: &'static str, tells: &'static [Tell]) -> Row {
    Row { context, kind, tells, is_public: false }
}

const fn tell(to: &'static str, words: &'static str, link: &'static str) -> Tell {
    Tell { to, words, link, mail: false }
}

const fn mail(to: &'static str, words: &'static str, link: &'static str) -> Tell {
    Tell { to, words, link, mail: true }
}

const HOME: &str = "/{side}/{to}";
const LINK: &str = "/{side}/{to}/links/{link}";
const ACCOUNT: &str = "/{side}/{to}/accounts/{account}";
const TEAM: &str = "/org/{to}/team";
const SETTINGS: &str = "/org/{to}/settings";
const TOKENS: &str = "/org/{to}/tokens";
const APP: &str = "/org/{to}/apps/{app}";
const TICKET: &str = "/org/{to}/tickets/{ticket}";
const DESK: &str = "/operator/{to}/tickets/{ticket}";
const AD_ACCOUNT: &str = "/centre/{to}/ad_accounts/{ad_account}";
const AD_ACCOUNTS: &str = "/centre/{to}/ad_accounts";
const PARTNER: &str = "/centre/{to}/partners/{partnership}";
const REQUEST: &str = "/{side}/{to}/requests/{request}";
const AD: &str = "/{side}/{to}/ads/{ad}";
const POST: &str = "/{side}/{to}/posts/{account}/{post}";
const ACCESS: &str = "/{side}/{to}/access";
const GRANT: &str = "/{side}/{to}/access/{grant}";
const CENTRE_ACCOUNTS: &str = "/{side}/{to}/accounts";
const OWN_LINKS: &str = "/{side}/{to}/own_links";
const ENDPOINT: &str = "/org/{to}/webhooks/{endpoint}";

/// Every event that someone is told of.
pub const ROWS: &[Row] = &[
    row("linking", "invited", &[mail("owner", "linking_invited", LINK)]),
    row("linking", "linked", &[mail("shop", "linking_linked", LINK)]),
    row("linking", "declined", &[mail("shop", "linking_declined", LINK)]),
    row("linking", "withdrawn", &[tell("owner", "linking_withdrawn", LINK)]),
    row("linking", "expired", &[tell("shop", "linking_expired_shop", LINK), tell("owner", "linking_expired_owner", LINK)]),
    row("linking", "unlink_asked", &[mail("shop", "linking_unlink_asked", LINK)]),
    row("linking", "unlink_refused", &[mail("owner", "linking_unlink_refused", LINK)]),
    row("linking", "unlink_withdrawn", &[tell("shop", "linking_unlink_withdrawn", LINK)]),
    row("linking", "unlinked", &[mail("shop", "linking_unlinked_shop", LINK), mail("owner", "linking_unlinked_owner", LINK)]),
    row("linking", "name_followed", &[tell("owner", "linking_name_followed", LINK)]),
    row("accounts", "account_registered", &[]),
    row("accounts", "account_claimed", &[tell("owner", "accounts_account_claimed", ACCOUNT)]),
    row("accounts", "account_renamed", &[]),
    row("accounts", "account_moved", &[tell("owner", "accounts_account_moved", ACCOUNT)]),
    row("accounts", "account_suspended", &[mail("owner", "accounts_account_suspended", ACCOUNT)]),
    row("accounts", "account_reinstated", &[mail("owner", "accounts_account_reinstated", ACCOUNT)]),
    row("accounts", "account_marked", &[mail("owner", "accounts_account_marked", ACCOUNT)]),
    row("accounts", "ecommerce_withdrawn", &[mail("owner", "accounts_ecommerce_withdrawn", ACCOUNT)]),
    row("accounts", "ecommerce_granted", &[tell("owner", "accounts_ecommerce_granted", ACCOUNT)]),
    row("accounts", "violation_found", &[mail("owner", "accounts_violation_found", ACCOUNT)]),
    row("accounts", "violation_closed", &[tell("owner", "accounts_violation_closed", ACCOUNT)]),
    row("apps", "app_registered", &[tell("org", "apps_app_registered", APP)]),
    row("apps", "app_changed", &[]),
    row("apps", "secret_rotated", &[mail("org", "apps_secret_rotated", APP)]),
    row("apps", "tier_set", &[tell("org", "apps_tier_set", APP)]),
    row("apps", "app_removed", &[tell("org", "apps_app_removed", "/org/{to}/apps")]),
    row("access", "org_renamed", &[]),
    row("access", "org_reclassified", &[tell("org", "access_org_reclassified", SETTINGS)]),
    row("access", "org_suspended", &[mail("org", "access_org_suspended", HOME)]),
    row("access", "org_reinstated", &[mail("org", "access_org_reinstated", HOME)]),
    row("access", "invitation_expired", &[tell("org", "access_invitation_expired", TEAM)]),
    row("access", "member_joined", &[tell("org", "access_member_joined", TEAM)]),
    row("access", "member_removed", &[tell("org", "access_member_removed", TEAM)]),
    row("access", "role_changed", &[tell("org", "access_role_changed", TEAM)]),
    row("access", "token_issued", &[mail("org", "access_token_issued", TOKENS)]),
    row("access", "token_revoked", &[tell("org", "access_token_revoked", TOKENS)]),
    sealed("support", "asked", &[tell("desk", "support_asked", DESK)]),
    sealed("support", "replied", &[tell("desk", "support_replied", DESK)]),
    sealed("support", "answered", &[mail("org", "support_answered", TICKET)]),
    sealed("support", "fixed", &[tell("org", "support_fixed", TICKET)]),
    sealed("support", "closed", &[tell("org", "support_closed", TICKET)]),
    sealed("support", "reopened", &[tell("org", "support_reopened", TICKET)]),
    row("centers", "ad_account_opened", &[]),
    row("centers", "ad_account_renamed", &[]),
    row("centers", "ad_account_closed", &[tell("centre", "centers_ad_account_closed", AD_ACCOUNTS)]),
    row("centers", "ad_role_given", &[]),
    row("centers", "ad_role_promised", &[]),
    row("centers", "ad_role_taken", &[]),
    row("centers", "partnership_asked", &[mail("partner", "centers_partnership_asked", PARTNER)]),
    row("centers", "partnership_accepted", &[mail("centre", "centers_partnership_accepted", PARTNER)]),
    row("centers", "partnership_declined", &[mail("centre", "centers_partnership_declined", PARTNER)]),
    row("centers", "partnership_withdrawn", &[tell("partner", "centers_partnership_withdrawn", PARTNER)]),
    row(
        "centers",
        "partnership_expired",
        &[tell("centre", "centers_partnership_expired_centre", PARTNER), tell("partner", "centers_partnership_expired_partner", PARTNER)],
    ),
    row(
        "centers",
        "partnership_ended",
        &[mail("centre", "centers_partnership_ended_centre", PARTNER), mail("partner", "centers_partnership_ended_partner", PARTNER)],
    ),
    row("centers", "ad_account_shared", &[mail("partner", "centers_ad_account_shared", AD_ACCOUNT)]),
    row(
        "centers",
        "ad_account_unshared",
        &[
            tell("centre", "centers_ad_account_unshared_centre", AD_ACCOUNTS),
            mail("partner", "centers_ad_account_unshared_partner", AD_ACCOUNTS),
        ],
    ),
    row("centers", "asset_group_made", &[]),
    row("centers", "asset_group_renamed", &[]),
    row("centers", "asset_group_removed", &[]),
    row("centers", "ad_account_grouped", &[]),
    row("centers", "ad_account_ungrouped", &[]),
    row("centers", "member_grouped", &[]),
    row("centers", "member_ungrouped", &[]),
    row("centers", "access_requested", &[]),
    row("centers", "access_request_scanned", &[tell("centre", "centers_access_request_scanned", REQUEST)]),
    row("centers", "access_request_refused", &[tell("centre", "centers_access_request_refused", REQUEST)]),
    row("centers", "access_request_withdrawn", &[tell("owner", "centers_access_request_withdrawn", ACCESS)]),
    row(
        "centers",
        "access_request_expired",
        &[tell("centre", "centers_access_request_expired_centre", REQUEST), tell("owner", "centers_access_request_expired_owner", ACCESS)],
    ),
    row(
        "centers",
        "access_granted",
        &[mail("centre", "centers_access_granted_centre", ACCOUNT), mail("owner", "centers_access_granted_owner", GRANT)],
    ),
    row(
        "centers",
        "access_widened",
        &[mail("centre", "centers_access_widened_centre", ACCOUNT), mail("owner", "centers_access_widened_owner", GRANT)],
    ),
    row(
        "centers",
        "access_narrowed",
        &[mail("centre", "centers_access_narrowed_centre", ACCOUNT), tell("owner", "centers_access_narrowed_owner", GRANT)],
    ),
    row(
        "centers",
        "access_ended",
        &[mail("centre", "centers_access_ended_centre", CENTRE_ACCOUNTS), mail("owner", "centers_access_ended_owner", GRANT)],
    ),
    // Whom a centre gives an account is its own affair, and its webhooks would carry it to the owner as well.
    sealed("centers", "assigned", &[]),
    sealed("centers", "unassigned", &[]),
    // Where a centre uses an account is its own affair too; nobody but the centre is a party to it. An ad that pauses for it says so.
    row("centers", "account_withheld", &[]),
    row("centers", "account_restored", &[]),
    row("centers", "account_used", &[]),
    row("centers", "own_linked", &[mail("owner", "centers_own_linked", OWN_LINKS)]),
    row("centers", "own_unlinked", &[tell("owner", "centers_own_unlinked", OWN_LINKS)]),
    row("centers", "post_switched", &[]),
    // Nothing that a code could be guessed from leaves the house.
    sealed("centers", "post_authorised", &[]),
    row("centers", "post_authorisation_extended", &[]),
    row("centers", "post_authorisation_deleted", &[]),
    row("centers", "post_authorisation_expired", &[tell("owner", "centers_post_authorisation_expired", POST)]),
    row("centers", "post_code_applied", &[mail("owner", "centers_post_code_applied", POST)]),
    row("centers", "post_code_forgotten", &[]),
    row("centers", "campaign_created", &[]),
    row("centers", "ad_group_created", &[]),
    row("centers", "ad_created", &[tell("owner", "centers_ad_created", AD)]),
    // What ended is mailed by its own row; thousands of ads may pause with it.
    row("centers", "ad_paused", &[tell("centre", "centers_ad_paused_centre", AD), tell("owner", "centers_ad_paused_owner", AD)]),
    row("centers", "ad_resumed", &[tell("owner", "centers_ad_resumed", AD)]),
    row("centers", "ad_deleted", &[tell("owner", "centers_ad_deleted", AD)]),
    row("centers", "identity_created", &[]),
    row("centers", "identity_deleted", &[]),
    row("notify", "endpoint_disabled", &[mail("org", "notify_endpoint_disabled", ENDPOINT)]),
];

/// Events of which nobody is told, on purpose: an organisation's or a person's own acts and settings, shown to them as they
/// are done, and what is told to one person by a letter of its own.
pub const UNTOLD: &[(&str, &[&str])] = &[
    (
        "access",
        &[
            "categories_changed",
            "email_verified",
            "invitation_resent",
            "invitation_withdrawn",
            "member_invited",
            "org_founded",
            "password_changed",
            "profile_changed",
            "recovery_codes_renewed",
            "session_ended",
            "signed_in",
            "totp_enrolled",
            "totp_removed",
            "user_reinstated",
            "user_signed_up",
            "user_suspended",
        ],
    ),
    ("accounts", &["claim_code_issued", "figures_updated", "findings_dismissed", "lives_recorded", "posts_recorded", "profile_updated"]),
    // Whom a person lets act for them is that person's affair: they see it on their own page.
    ("apps", &["app_authorised", "authorisation_revoked", "authorisation_widened", "token_taken"]),
    (
        "notify",
        &[
            "endpoint_added",
            "endpoint_changed",
            "endpoint_enabled",
            "endpoint_removed",
            "redelivery_requested",
            "resend_requested",
            "secret_rotated",
            "test_requested",
        ],
    ),
    ("support", &["prioritised"]),
];

/// The type under which a test delivery goes out.
pub const TEST: &str = "notify.test";

/// Who gets the mails of an organisation.
pub const READERS: &[Role] = &[
    Role::ShopOwner,
    Role::ShopManager,
    Role::CreatorOwner,
    Role::BrandOwner,
    Role::CentreAdmin,
    Role::OperatorAdmin,
    Role::OperatorSupport,
];

/// The row of an event, if anyone is told of it.
pub fn find(context: &str, kind: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.context == context && row.kind == kind)
}

/// The types that webhooks can carry, in the order in which pages list them.
pub fn types() -> impl Iterator<Item = String> {
    ROWS.iter().filter(|row| row.is_public).map(|row| format!("{}.{}", row.context, row.kind))
}

/// The contexts among them.
pub fn contexts() -> Vec<&'static str> {
    let mut contexts: Vec<_> = ROWS.iter().filter(|row| row.is_public).map(|row| row.context).collect();
    contexts.dedup();
    contexts
}

/// Whether `wanted` names at least one type that webhooks can carry.
pub fn is_known(wanted: &str) -> bool {
    let whole = wanted == "*" || contexts().iter().any(|context| wanted.strip_suffix(".*") == Some(context));
    whole || types().any(|event_type| event_type == wanted)
}

impl Tell {
    /// The organisations that it tells.
    pub fn addressees(&self, body: &Json) -> Vec<OrgId> {
        let named = match body.get(self.to) {
            Some(Json::Array(several)) => several.iter().collect(),
            one => one.into_iter().collect::<Vec<_>>(),
        };
        named.into_iter().filter_map(|id| id.as_str()?.parse().ok()).collect()
    }

    /// The page that it leads to, for this event, in the console of this organisation.
    pub fn page(&self, body: &Json, to: OrgId, kind: OrgKind) -> String {
        let mut page = self.link.replace("{to}", &to.to_string()).replace("{side}", kind.code());
        while let Some((before, rest)) = page.split_once('{') {
            let Some((name, after)) = rest.split_once('}') else { break };
            page = format!("{before}{}{after}", body.get(name).and_then(Json::as_str).unwrap_or_default());
        }
        page
    }
}

/// The longest text that a notice keeps of an event's field.
const LONGEST: usize = 300;

/// What a notice keeps of an event: its plain fields, long texts cut.
pub fn facts(body: &Json) -> Map<String, Json> {
    let plain = |value: &Json| match value {
        Json::String(text) if text.len() > LONGEST => {
            Some(Json::String(format!("{}…", text.chars().take(LONGEST / 4).collect::<String>())))
        }
        Json::String(_) | Json::Number(_) | Json::Bool(_) => Some(value.clone()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    };
    let fields = body.as_object().into_iter().flatten().filter(|(name, _)| *name != "kind");
    fields.filter_map(|(name, value)| Some((name.clone(), plain(value)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_event_has_two_rows_and_the_rows_of_a_context_stand_together() {
        let mut seen = std::collections::HashSet::new();
        assert!(ROWS.iter().all(|row| seen.insert((row.context, row.kind))));
        let mut contexts = contexts();
        contexts.sort_unstable();
        contexts.dedup();
        assert_eq!(contexts.len(), super::contexts().len());
    }

    #[test]
    fn a_notice_leads_to_the_page_of_its_own_side() {
        let shop = OrgId::new(7);
        let body = json!({"kind": "linked", "shop": shop, "link": kernel::LinkId::new(9)});
        let tell = &find("linking", "linked").unwrap().tells[0];
        assert_eq!(tell.addressees(&body), [shop]);
        assert_eq!(tell.page(&body, shop, OrgKind::Shop), format!("/shop/{shop}/links/{}", kernel::LinkId::new(9)));
        assert_eq!(tell.addressees(&json!({"shop": "acc_7"})), []);
        assert_eq!(tell.addressees(&json!({"shop": [OrgId::new(1), shop]})), [OrgId::new(1), shop]);
        assert_eq!(tell.page(&json!({}), shop, OrgKind::Creator), format!("/creator/{shop}/links/"));
    }

    #[test]
    fn a_notice_keeps_plain_fields_and_cuts_long_ones() {
        let kept = facts(&json!({"kind": "x", "reason": "坏".repeat(200), "n": 3, "posts": [1, 2], "none": null}));
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["n", "reason"]);
        assert_eq!(kept["reason"].as_str().map(|text| text.chars().count()), Some(LONGEST / 4 + 1));
    }

    #[test]
    fn types_are_chosen_one_by_one_by_context_or_all() {
        for known in ["*", "linking.*", "linking.linked", "notify.endpoint_disabled"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in ["", "link*", "linking", "linking.", "linking.lost", "access.signed_in", "access.member_invited", "**", "ghost.*"] {
            assert!(!is_known(unknown), "{unknown}");
        }
    }
}
