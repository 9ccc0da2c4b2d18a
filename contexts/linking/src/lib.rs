//! Linking 账号绑定: which accounts sell for which shop.
//!
//! A *link* is an agreement between a shop and an account. It is *official* 官方账号 (the shop's own face, which bears its name) or
//! *marketing* 渠道账号 (a creator who sells for it without commission). The shop *invites*; the account's *owner* accepts or
//! declines within 48 hours, or the shop withdraws. A linked account's owner may *request an unlink*; the shop approves or
//! refuses, and what it leaves unanswered is granted.
//!
//! Start with [`state`] (what a link is), [`rules`] (what holds at the asking and at the answering), then any verb.

pub mod accept;
mod api;
pub mod approve_unlink;
mod creator;
pub mod decline;
pub mod diagnose;
pub mod events;
pub mod expire;
mod facts;
pub mod fit;
pub mod follow_name;
pub mod grant_unlink;
pub mod index;
pub mod invite;
mod paging;
mod quotas;
mod reactions;
pub mod refuse_unlink;
pub mod request_unlink;
pub mod rules;
mod sealed;
mod seller;
#[cfg(test)]
mod simulation;
pub mod state;
#[cfg(test)]
mod surfaces;
mod timeline;
mod typed;
pub mod view;
pub mod withdraw;
pub mod withdraw_unlink;

pub use events::{Ending, Event, Pair};
pub use state::{Kind, Link, Stage, Unlink};

use kernel::OrgKind;
use store::{AnyAsk, Described, Part, Values};
use web::MenuItem;

/// Linking, as the house plugs it in.
pub const CONTEXT: web::Room = web::Room {
    part: PART,
    facts: Some(facts::tell),
    words: web::words!["linking":
        self, accept, approve_unlink, creator, decline, diagnose, expire, fit, fit.categories, fit.genres, follow_name,
        grant_unlink, invite, refuse_unlink, request_unlink, rules, seller, withdraw, withdraw_unlink,
    ],
    templates: &[
        ("linking/stage.html", include_str!("seller/stage.html")),
        ("linking/home.html", include_str!("seller/home.html")),
        ("linking/links.html", include_str!("seller/links.html")),
        ("linking/link.html", include_str!("seller/link.html")),
        ("linking/invite.html", include_str!("invite/page.html")),
        ("linking/creator_home.html", include_str!("creator/home.html")),
        ("linking/creator_links.html", include_str!("creator/links.html")),
        ("linking/creator_link.html", include_str!("creator/link.html")),
        ("linking/creator_invitation.html", include_str!("creator/invitation.html")),
        ("linking/diagnose.html", include_str!("diagnose/page.html")),
    ],
    routes: |routes| {
        seller::routes(routes);
        creator::routes(routes);
        diagnose::io::routes(routes);
        api::routes(routes);
    },
    menu: &[
        MenuItem { kind: OrgKind::Shop, may: seller::MEMBERS, label: "linking.seller.home", href: "/shop/{org}", icon: "home", order: 0 },
        MenuItem {
            kind: OrgKind::Shop,
            may: seller::MEMBERS,
            label: "linking.seller.links",
            href: "/shop/{org}/links",
            icon: "link",
            order: 10,
        },
        MenuItem {
            kind: OrgKind::Shop,
            may: seller::MEMBERS,
            label: "linking.seller.invite",
            href: "/shop/{org}/invite",
            icon: "user-plus",
            order: 20,
        },
        MenuItem {
            kind: OrgKind::Shop,
            may: seller::MEMBERS,
            label: "linking.diagnose.title",
            href: "/shop/{org}/diagnose",
            icon: "stethoscope",
            order: 30,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: creator::MEMBERS,
            label: "linking.creator.home",
            href: "/creator/{org}",
            icon: "home",
            order: 0,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: creator::MEMBERS,
            label: "linking.creator.links",
            href: "/creator/{org}/links",
            icon: "link",
            order: 10,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: creator::MEMBERS,
            label: "linking.creator.history",
            href: "/creator/{org}/history",
            icon: "history",
            order: 30,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: creator::MEMBERS,
            label: "linking.diagnose.title",
            href: "/creator/{org}/diagnose",
            icon: "stethoscope",
            order: 40,
        },
    ],
};

/// Linking's part in the store.
pub const PART: Part = Part {
    schema: &[
        (30, "linking", include_str!("../schema/0030_linking.sql")),
        (31, "links_used", include_str!("../schema/0031_links_used.sql")),
    ],
    tables: &["links"],
    apply: index::apply,
    react: reactions::react,
    due: |kind, subject| {
        let link = subject.parse().ok()?;
        let ask: Box<dyn AnyAsk> = match kind {
            "expire" => Box::new(expire::Expire { link }),
            "grant_unlink" => Box::new(grant_unlink::GrantUnlink { link }),
            _ => return None,
        };
        Some(ask)
    },
    capabilities: &[
        Described::of::<invite::Invite>(),
        Described::of::<accept::Accept>(),
        Described::of::<decline::Decline>(),
        Described::of::<withdraw::Withdraw>(),
        Described::of::<expire::Expire>(),
        Described::of::<request_unlink::RequestUnlink>(),
        Described::of::<approve_unlink::ApproveUnlink>(),
        Described::of::<refuse_unlink::RefuseUnlink>(),
        Described::of::<withdraw_unlink::WithdrawUnlink>(),
        Described::of::<grant_unlink::GrantUnlink>(),
        Described::of::<follow_name::FollowName>(),
    ],
    policies: &[Values::of::<rules::Policy>(), Values::of::<invite::Policy>(), Values::of::<request_unlink::Policy>()],
    ..Part::named("linking")
};
