//! Business Center 商务中心: agencies get, hand out and use rights on creators' accounts.
//!
//! A *centre* is an organisation with *admins* and *standard members*. It owns *ad accounts* 广告账户 on which members have roles.
//! An admin *requests access* to an account: a QR code with *scopes* (existing posts, live, direct messages). The account's owner
//! scans it and *grants* all or some of them; a grant lasts until either side ends it. An admin *assigns* the account to members.
//! A *Spark ad* shows an account's post or live: it takes the scope, by a grant and its assignment, by the member's *own link* or
//! by a code for one post, and a role on the ad account that runs ads. When the right ends, the ad pauses in the same transaction.
//!
//! Start with [`rights`] (scopes and roles), [`events`] (all that can happen), then any verb.

pub mod events;
pub mod index;
pub mod reader;
pub mod rights;

pub use events::{Advert, Authorised, EndedBy, Event, Held, Item, Road};
pub use reader::Reader;
pub use rights::{AdRole, Scope, Scopes};

use store::Part;

/// Business Center, as the house plugs it in.
pub const CONTEXT: web::Room =
    web::Room { part: PART, words: &[("centers", include_str!("words.toml"))], templates: &[], routes: |_| (), menu: &[] };

/// Business Center's part in the store.
pub const PART: Part = Part {
    schema: &[(50, "centers", include_str!("../schema/0050_centers.sql"))],
    tables: &[
        "ad_accounts",
        "ad_roles",
        "partnerships",
        "shares",
        "asset_groups",
        "asset_group_ad_accounts",
        "asset_group_members",
        "access_requests",
        "grants",
        "assignments",
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
    ..Part::named("centers")
};
