//! Business Center 商务中心: agencies get, hand out and use rights on creators' accounts.
//!
//! A *centre* is an organisation with *admins* and *standard members*. It owns *ad accounts* 广告账户 on which members have roles.
//! An admin *requests access* to an account: a QR code with *scopes* (existing posts, live, direct messages). The account's owner
//! scans it and *grants* all or some of them; a grant lasts until either side ends it. An admin *assigns* the account to members.
//! A *Spark ad* shows an account's post or live: it takes the scope, by a grant and its assignment, by the member's *own link* or
//! by a code for one post, and a role on the ad account that runs ads. When the right ends, the ad pauses in the same transaction.
//!
//! Start with [`rights`] (scopes and roles), [`events`] (all that can happen), then any verb.

pub mod accept_partner;
pub mod ads;
pub mod apply_post_code;
pub mod ask_partner;
pub mod assets;
pub mod assign;
pub mod authorise;
pub mod authorise_post;
pub mod changes;
pub mod close_ad_account;
pub mod create_ad_group;
pub mod create_campaign;
pub mod create_identity;
pub mod create_spark_ad;
pub mod decline_partner;
pub mod delete_ad;
pub mod delete_authorisation;
pub mod delete_identity;
pub mod end_grant;
pub mod end_partner;
pub mod events;
pub mod expire_authorisation;
pub mod expire_partnership;
pub mod expire_request;
pub mod extend_authorisation;
mod facts;
pub mod forget_post_code;
pub mod give_ad_role;
pub mod granting;
pub mod group_assets;
pub mod home;
pub mod index;
pub mod keep_promises;
pub mod link_own;
pub mod make_group;
pub mod narrow_grant;
pub mod open_ad_account;
mod pages;
pub mod pause_ad;
pub mod promise_ad_role;
mod reactions;
pub mod reader;
pub mod record_use;
pub mod refuse_request;
pub mod release_account;
pub mod release_member;
pub mod release_places;
pub mod remove_group;
pub mod rename_ad_account;
pub mod rename_group;
pub mod request_access;
pub mod restore;
pub mod resume_ad;
pub mod review_ads;
pub mod rights;
pub mod rules;
pub mod scan_request;
pub mod share_ad_account;
pub mod switch_post;
pub mod take_ad_role;
#[cfg(test)]
mod testing;
pub mod unassign;
pub mod ungroup_assets;
pub mod unlink_own;
pub mod unshare_ad_account;
pub mod withdraw_partner;
pub mod withdraw_request;
pub mod withdraw_requests;
pub mod withhold;

pub use events::{Advert, Authorised, EndedBy, Event, Held, Item, Road};
pub use reader::Reader;
pub use rights::{AdRole, Scope, Scopes};

use kernel::OrgKind;
use store::{AnyAsk, Described, Part, Values};
use web::MenuItem;

/// Business Center, as the house plugs it in.
pub const CONTEXT: web::Room = web::Room {
    part: PART,
    facts: Some(facts::tell),
    words: web::words!["centers":
        self, accept_partner, ad_accounts, ads, apply_post_code, ask_partner, assets, assign, authorise, authorise_post,
        changes, close_ad_account, create_ad_group, create_campaign, create_identity, create_spark_ad, decline_partner,
        delete_ad, delete_authorisation, delete_identity, end_grant, end_partner, expire_authorisation,
        expire_partnership, expire_request, extend_authorisation, forget_post_code, give_ad_role, granting, group_assets, groups, home,
        keep_promises, link_own, make_group, narrow_grant, open_ad_account, pages, partners, pause_ad, promise_ad_role, record_use, refuse_request,
        release_account, release_member, release_places, remove_group, rename_ad_account, rename_group, request_access,
        restore, resume_ad, review_ads, rules, scan_request, share_ad_account, spark, switch_post, take_ad_role, unassign,
        ungroup_assets, unlink_own, unshare_ad_account, withdraw_partner, withdraw_request, withdraw_requests, withhold,
    ],
    templates: &[
        ("centers/access.html", include_str!("pages/access.html")),
        ("centers/access_one.html", include_str!("pages/access_one.html")),
        ("centers/account.html", include_str!("pages/account.html")),
        ("centers/accounts.html", include_str!("pages/accounts.html")),
        ("centers/ad.html", include_str!("ads/ad.html")),
        ("centers/ad_account.html", include_str!("ad_accounts/one.html")),
        ("centers/ad_account_new.html", include_str!("ad_accounts/new.html")),
        ("centers/ad_accounts.html", include_str!("ad_accounts/list.html")),
        ("centers/ad_codes.html", include_str!("ads/ad_codes.html")),
        ("centers/ad_new.html", include_str!("ads/ad_new.html")),
        ("centers/ad_parts.html", include_str!("ads/ad_parts.html")),
        ("centers/ad_roles.html", include_str!("ad_accounts/roles.html")),
        ("centers/ads.html", include_str!("ads/ads.html")),
        ("centers/answer.html", include_str!("pages/answer.html")),
        ("centers/assign.html", include_str!("pages/assign.html")),
        ("centers/changes.html", include_str!("changes/page.html")),
        ("centers/group.html", include_str!("groups/one.html")),
        ("centers/groups.html", include_str!("groups/list.html")),
        ("centers/home.html", include_str!("home/page.html")),
        ("centers/landing.html", include_str!("pages/landing.html")),
        ("centers/own_links.html", include_str!("pages/own_links.html")),
        ("centers/partner.html", include_str!("partners/one.html")),
        ("centers/partners.html", include_str!("partners/list.html")),
        ("centers/post.html", include_str!("ads/post.html")),
        ("centers/posts.html", include_str!("ads/posts.html")),
        ("centers/request.html", include_str!("pages/request.html")),
        ("centers/requests.html", include_str!("pages/requests.html")),
        ("centers/rights.html", include_str!("pages/rights.html")),
        ("centers/scan.html", include_str!("pages/scan.html")),
        ("centers/shown_ad.html", include_str!("ads/shown_ad.html")),
        ("centers/shown_ads.html", include_str!("ads/shown_ads.html")),
    ],
    routes: |routes| {
        ads::routes(routes);
        assets::api::routes(routes);
        assets::routes(routes);
        granting::api::routes(routes);
        pages::routes(routes);
    },
    menu: &[
        MenuItem {
            kind: OrgKind::Centre,
            may: assets::io::MEMBERS,
            label: "centers.home.title",
            href: "/centre/{org}",
            icon: "home",
            order: 0,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: assets::io::MEMBERS,
            label: "centers.ad_accounts.title",
            href: "/centre/{org}/ad_accounts",
            icon: "briefcase",
            order: 10,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: assets::io::ADMINS,
            label: "centers.partners.title",
            href: "/centre/{org}/partners",
            icon: "building",
            order: 40,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: assets::io::ADMINS,
            label: "centers.groups.title",
            href: "/centre/{org}/groups",
            icon: "category",
            order: 41,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: assets::io::ADMINS,
            label: "centers.changes.title",
            href: "/centre/{org}/changes",
            icon: "history",
            order: 60,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: ads::MEMBERS,
            label: "centers.ads.title",
            href: "/centre/{org}/ads",
            icon: "target",
            order: 30,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: ads::MEMBERS,
            label: "centers.ads.codes",
            href: "/centre/{org}/ads/codes",
            icon: "hash",
            order: 31,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: ads::CREATORS,
            label: "centers.ads.posts",
            href: "/creator/{org}/posts",
            icon: "video",
            order: 54,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: ads::CREATORS,
            label: "centers.ads.shown",
            href: "/creator/{org}/ads",
            icon: "target",
            order: 55,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: granting::api::MEMBERS,
            label: "centers.pages.accounts",
            href: "/centre/{org}/accounts",
            icon: "brand-tiktok",
            order: 20,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: granting::api::ADMINS,
            label: "centers.pages.requests",
            href: "/centre/{org}/requests",
            icon: "qrcode",
            order: 21,
        },
        MenuItem {
            kind: OrgKind::Centre,
            may: granting::api::ADMINS,
            label: "centers.pages.assign",
            href: "/centre/{org}/assign",
            icon: "user-check",
            order: 22,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: granting::api::CREATORS,
            label: "centers.pages.access_menu",
            href: "/creator/{org}/access",
            icon: "shield-check",
            order: 50,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: granting::api::OWNERS,
            label: "centers.pages.scan",
            href: "/creator/{org}/scan",
            icon: "scan",
            order: 51,
        },
    ],
};

/// Business Center's part in the store.
pub const PART: Part = Part {
    schema: &[(50, "centers", include_str!("../schema/0050_centers.sql")), (51, "withheld", include_str!("../schema/0051_withheld.sql"))],
    tables: &[
        "ad_accounts",
        "ad_roles",
        "ad_role_promises",
        "partnerships",
        "shares",
        "asset_groups",
        "asset_group_ad_accounts",
        "asset_group_members",
        "access_requests",
        "grants",
        "assignments",
        "withheld_accounts",
        "account_uses",
        "own_links",
        "ad_posts",
        "authorisations",
        "authorisation_uses",
        "identities",
        "campaigns",
        "ad_groups",
        "ads",
        "centre_changes",
    ],
    apply: index::apply,
    react: reactions::react,
    due: |kind, subject| {
        let ask: Box<dyn AnyAsk> = match kind {
            "expire_authorisation" => Box::new(expire_authorisation::ExpireAuthorisation { authorisation: subject.parse().ok()? }),
            "expire_partnership" => Box::new(expire_partnership::ExpirePartnership { partnership: subject.parse().ok()? }),
            "expire_request" => Box::new(expire_request::ExpireRequest { request: subject.parse().ok()? }),
            _ => return None,
        };
        Some(ask)
    },
    capabilities: &[
        Described::of::<accept_partner::AcceptPartner>(),
        Described::of::<apply_post_code::ApplyPostCode>(),
        Described::of::<ask_partner::AskPartner>(),
        Described::of::<assign::Assign>(),
        Described::of::<authorise::Authorise>(),
        Described::of::<authorise_post::AuthorisePost>(),
        Described::of::<close_ad_account::CloseAdAccount>(),
        Described::of::<create_ad_group::CreateAdGroup>(),
        Described::of::<create_campaign::CreateCampaign>(),
        Described::of::<create_identity::CreateIdentity>(),
        Described::of::<create_spark_ad::CreateSparkAd>(),
        Described::of::<decline_partner::DeclinePartner>(),
        Described::of::<delete_ad::DeleteAd>(),
        Described::of::<delete_authorisation::DeleteAuthorisation>(),
        Described::of::<delete_identity::DeleteIdentity>(),
        Described::of::<end_grant::EndGrant>(),
        Described::of::<end_partner::EndPartner>(),
        Described::of::<expire_authorisation::ExpireAuthorisation>(),
        Described::of::<expire_partnership::ExpirePartnership>(),
        Described::of::<expire_request::ExpireRequest>(),
        Described::of::<extend_authorisation::ExtendAuthorisation>(),
        Described::of::<forget_post_code::ForgetPostCode>(),
        Described::of::<give_ad_role::GiveAdRole>(),
        Described::of::<group_assets::GroupAssets>(),
        Described::of::<keep_promises::KeepPromises>(),
        Described::of::<link_own::LinkOwn>(),
        Described::of::<make_group::MakeGroup>(),
        Described::of::<narrow_grant::NarrowGrant>(),
        Described::of::<open_ad_account::OpenAdAccount>(),
        Described::of::<pause_ad::PauseAd>(),
        Described::of::<promise_ad_role::PromiseAdRole>(),
        Described::of::<record_use::RecordUse>(),
        Described::of::<refuse_request::RefuseRequest>(),
        Described::of::<release_account::ReleaseAccount>(),
        Described::of::<release_member::ReleaseMember>(),
        Described::of::<release_places::ReleasePlaces>(),
        Described::of::<remove_group::RemoveGroup>(),
        Described::of::<rename_ad_account::RenameAdAccount>(),
        Described::of::<rename_group::RenameGroup>(),
        Described::of::<request_access::RequestAccess>(),
        Described::of::<restore::Restore>(),
        Described::of::<resume_ad::ResumeAd>(),
        Described::of::<review_ads::ReviewAds>(),
        Described::of::<scan_request::ScanRequest>(),
        Described::of::<share_ad_account::ShareAdAccount>(),
        Described::of::<switch_post::SwitchPost>(),
        Described::of::<take_ad_role::TakeAdRole>(),
        Described::of::<unassign::Unassign>(),
        Described::of::<ungroup_assets::UngroupAssets>(),
        Described::of::<unlink_own::UnlinkOwn>(),
        Described::of::<unshare_ad_account::UnshareAdAccount>(),
        Described::of::<withdraw_partner::WithdrawPartner>(),
        Described::of::<withdraw_request::WithdrawRequest>(),
        Described::of::<withdraw_requests::WithdrawRequests>(),
        Described::of::<withhold::Withhold>(),
    ],
    policies: &[
        Values::of::<apply_post_code::Policy>(),
        Values::of::<ask_partner::Policy>(),
        Values::of::<authorise::Policy>(),
        Values::of::<authorise_post::Policy>(),
        Values::of::<create_identity::Policy>(),
        Values::of::<make_group::Policy>(),
        Values::of::<open_ad_account::Policy>(),
        Values::of::<record_use::Policy>(),
        Values::of::<request_access::Policy>(),
        Values::of::<rules::spark::Policy>(),
        Values::of::<scan_request::Policy>(),
    ],
    ..Part::named("centers")
};
