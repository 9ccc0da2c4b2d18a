//! What a person can let an app do: TikTok's numbered permission scopes, each with the calls and the acts that it contains.
//! Source: TikTok API for Business, "Permission scope" (document 1753986142651394); numbers and calls as they are there.

/// Where the calls begin.
pub const BASE: &str = "/open_api/v1.3";

/// One scope.
#[derive(Debug)]
pub struct Scope {
    /// TikTok's number for it.
    pub number: u64,
    /// Its words, below `apps.scopes`.
    pub code: &'static str,
    /// The calls that it opens, with the base before them.
    pub calls: &'static [&'static str],
    /// The verbs that those calls ask.
    pub verbs: &'static [&'static str],
}

macro_rules! calls {
    ($($path:literal),* $(,)?) => { &[$(concat!("/open_api/v1.3", $path)),*] };
}

/// Every scope, in the order in which pages list them.
pub const SCOPES: &[Scope] = &[
    Scope { number: 100, code: "ad_account_read", calls: calls!["/advertiser/info/", "/oauth2/advertiser/get/"], verbs: &[] },
    Scope { number: 150, code: "centre_read", calls: calls!["/bc/get/"], verbs: &[] },
    Scope {
        number: 151,
        code: "centre_create",
        // The document lists the creation of ad accounts here; of the creation of a centre it says nothing.
        calls: calls!["/bc/create/", "/bc/advertiser/create/"],
        verbs: &["access.found_org", "centers.open_ad_account"],
    },
    Scope {
        number: 153,
        code: "assets",
        calls: calls![
            "/bc/asset/get/",
            "/bc/asset/admin/get/",
            "/bc/asset/assign/",
            "/bc/asset/unassign/",
            "/bc/asset/partner/get/",
            "/bc/asset/member/get/",
            "/bc/asset/admin/delete/",
            "/bc/asset/bind/quota/",
            "/bc/asset/account/authorization/",
            "/bc/asset/advertiser/assign/",
            "/bc/asset/advertiser/unassign/",
            "/bc/asset/advertiser/assigned/",
        ],
        verbs: &[
            "centers.give_ad_role",
            "centers.take_ad_role",
            "centers.close_ad_account",
            "centers.assign",
            "centers.unassign",
            "centers.withhold",
            "centers.restore",
            "centers.end_grant",
            "centers.request_access",
        ],
    },
    Scope {
        number: 155,
        code: "partners",
        calls: calls!["/bc/partner/asset/get/", "/bc/partner/delete/", "/bc/partner/add/", "/bc/partner/get/", "/bc/partner/asset/delete/"],
        verbs: &[
            "centers.ask_partner",
            "centers.end_partner",
            "centers.withdraw_partner",
            "centers.share_ad_account",
            "centers.unshare_ad_account",
        ],
    },
    Scope {
        number: 156,
        code: "members",
        calls: calls!["/bc/member/delete/", "/bc/member/update/", "/bc/member/get/", "/bc/member/invite/"],
        verbs: &[
            "access.invite_member",
            "access.withdraw_invitation",
            "access.change_role",
            "access.remove_member",
            "centers.promise_ad_role",
        ],
    },
    Scope {
        number: 7_153_155_400_966_176_769,
        code: "asset_groups",
        calls: calls![
            "/bc/asset_group/create/",
            "/bc/asset_group/get/",
            "/bc/asset_group/update/",
            "/bc/asset_group/list/",
            "/bc/asset_group/delete/",
        ],
        verbs: &["centers.make_group", "centers.rename_group", "centers.remove_group", "centers.group_assets", "centers.ungroup_assets"],
    },
    Scope { number: 200, code: "campaigns_read", calls: calls!["/campaign/get/"], verbs: &[] },
    Scope { number: 201, code: "campaigns", calls: calls!["/campaign/create/"], verbs: &["centers.create_campaign"] },
    Scope { number: 210, code: "ad_groups_read", calls: calls!["/adgroup/get/"], verbs: &[] },
    Scope { number: 211, code: "ad_groups", calls: calls!["/adgroup/create/"], verbs: &["centers.create_ad_group"] },
    Scope { number: 220, code: "ads_read", calls: calls!["/ad/get/"], verbs: &[] },
    Scope {
        number: 221,
        code: "ads",
        calls: calls!["/ad/create/", "/ad/status/update/"],
        verbs: &["centers.create_spark_ad", "centers.pause_ad", "centers.resume_ad", "centers.delete_ad"],
    },
    Scope { number: 230, code: "change_log", calls: calls!["/changelog/get/"], verbs: &[] },
    Scope { number: 690, code: "posts_read", calls: calls!["/tt_video/info/"], verbs: &[] },
    Scope {
        number: 691,
        code: "posts",
        calls: calls!["/tt_video/authorize/", "/tt_video/unbind/", "/tt_video/list/"],
        verbs: &["centers.apply_post_code", "centers.forget_post_code"],
    },
    Scope { number: 692, code: "identity_create", calls: calls!["/identity/create/"], verbs: &["centers.create_identity"] },
    Scope {
        number: 693,
        code: "identity_read",
        calls: calls!["/identity/get/", "/identity/info/", "/identity/video/get/", "/identity/video/info/", "/identity/live/get/"],
        verbs: &["centers.record_use"],
    },
    Scope {
        number: 7_176_842_096_345_694_209,
        code: "identity_delete",
        calls: calls!["/identity/delete/"],
        verbs: &["centers.delete_identity"],
    },
    Scope {
        // The document names no scope for these calls; they are about an account's own posts.
        number: 18_020_000,
        code: "own_posts",
        calls: calls![
            "/business/post/authorize/setting/",
            "/business/post/authorize/",
            "/business/post/authorize/status/",
            "/business/post/authorize/delete/",
        ],
        verbs: &["centers.switch_post", "centers.authorise_post", "centers.extend_authorisation", "centers.delete_authorisation"],
    },
];

/// The scope with this number.
pub fn scope(number: u64) -> Option<&'static Scope> {
    SCOPES.iter().find(|scope| scope.number == number)
}

/// Everything that these scopes contain, as the gate asks for it.
pub fn permissions(numbers: &[u64]) -> Vec<&'static str> {
    let chosen = SCOPES.iter().filter(|scope| numbers.contains(&scope.number));
    chosen.flat_map(|scope| scope.calls.iter().chain(scope.verbs)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_scopes_share_a_number_a_code_or_a_call() {
        for list in [
            SCOPES.iter().map(|scope| scope.number.to_string()).collect::<Vec<_>>(),
            SCOPES.iter().map(|scope| scope.code.to_owned()).collect(),
            SCOPES.iter().flat_map(|scope| scope.calls).map(|call| (*call).to_owned()).collect(),
        ] {
            let mut once = list.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), list.len());
        }
    }

    #[test]
    fn permissions_are_those_of_the_chosen_scopes_and_no_others() {
        assert_eq!(permissions(&[150, 7]), ["/open_api/v1.3/bc/get/"]);
        assert!(permissions(&[156]).contains(&"access.remove_member"));
        assert!(SCOPES.iter().flat_map(|scope| scope.calls).all(|call| call.starts_with(BASE) && call.ends_with('/')));
    }
}
