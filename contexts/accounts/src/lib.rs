//! Accounts 达人账号: who a creator is on the platform, and what the rules of other contexts read about them.
//!
//! An *account* has a *handle* (unique), a *nickname* (shown), a *region* (the country it was registered in), an *owner*
//! (a creator's organisation; the operator's while nobody has *claimed* it), a *state*, an *e-commerce permission*, *figures*
//! (followers, likes, views), *posts* and *lives*, *findings* (what the word list found in them) and *violations*.
//!
//! Read [`events`] (what can happen), [`state`] (what an account is), then any verb's folder. [`import`] is the way in for
//! files, [`index`] what other contexts may ask, [`names`] how an account is found.

pub mod acting;
pub mod events;
mod facts;
pub mod fields;
pub mod index;
pub mod list;
pub mod mine;
pub mod names;
pub mod naming;
#[cfg(test)]
mod pages;
mod routes;
#[cfg(test)]
mod search;
pub mod state;
#[cfg(test)]
mod testing;
pub mod view;
pub mod words_found;

pub mod claim;
pub mod close_violation;
pub mod dismiss_findings;
pub mod find_violation;
pub mod grant_ecommerce;
pub mod import;
pub mod issue_claim_code;
pub mod mark_political;
pub mod move_region;
pub mod record;
pub mod register;
pub mod reinstate;
pub mod rename;
pub mod suspend;
pub mod take_name;
pub mod withdraw_ecommerce;

pub use events::Event;
pub use state::{
    Account, AccountState, Ecommerce, Figures, Finding, Live, Post, Source, Stated, StatedAge, Topic, TrendPoint, Violation, Visibility,
};

use kernel::{OrgKind, Role};
use store::{Described, Part, Values};
use web::{MenuItem, Room};

/// Who sees the operator's pages of accounts.
pub(crate) const OPERATORS: &[Role] = &[Role::OperatorAdmin, Role::OperatorSupport, Role::OperatorReviewer, Role::OperatorPolicy];
/// Who sees a creator's accounts.
pub(crate) const CREATORS: &[Role] = &[Role::CreatorOwner, Role::CreatorStaff];

/// Everything that this context gives to the house.
pub const CONTEXT: Room = Room {
    facts: Some(facts::tell),
    part: Part {
        schema: &[
            (20, "accounts", include_str!("../schema/0020_accounts.sql")),
            (21, "imports", include_str!("../schema/0021_imports.sql")),
            (22, "ads", include_str!("../schema/0022_ads.sql")),
            (23, "posts_counted", include_str!("../schema/0023_posts_counted.sql")),
        ],
        tables: index::TABLES,
        apply: index::apply,
        capabilities: &[
            Described::of::<register::Register>(),
            Described::of::<rename::Rename>(),
            Described::of::<claim::Claim>(),
            Described::of::<issue_claim_code::IssueClaimCode>(),
            Described::of::<move_region::MoveRegion>(),
            Described::of::<suspend::Suspend>(),
            Described::of::<reinstate::Reinstate>(),
            Described::of::<mark_political::MarkPolitical>(),
            Described::of::<withdraw_ecommerce::WithdrawEcommerce>(),
            Described::of::<grant_ecommerce::GrantEcommerce>(),
            Described::of::<find_violation::FindViolation>(),
            Described::of::<close_violation::CloseViolation>(),
            Described::of::<record::Record>(),
            Described::of::<dismiss_findings::DismissFindings>(),
            Described::of::<import::Import>(),
            Described::of::<take_name::TakeName>(),
        ],
        policies: &[
            Values::of::<naming::Policy>(),
            Values::of::<register::Policy>(),
            Values::of::<rename::Policy>(),
            Values::of::<issue_claim_code::Policy>(),
            Values::of::<move_region::Policy>(),
            Values::of::<record::Policy>(),
        ],
        ..Part::named("accounts")
    },
    words: web::words!["accounts":
        acting, claim, close_violation, columns, dismiss_findings, find_violation, grant_ecommerce, import,
        issue_claim_code, list, mark_political, mine, move_region, naming, record, register, reinstate, rename, rules,
        states, suspend, take_name, topics, withdraw_ecommerce,
    ],
    templates: &[
        ("accounts/register.html", include_str!("register/page.html")),
        ("accounts/claim.html", include_str!("claim/page.html")),
        ("accounts/claim_code.html", include_str!("issue_claim_code/page.html")),
        ("accounts/mine.html", include_str!("mine/page.html")),
        ("accounts/own.html", include_str!("mine/one.html")),
        ("accounts/list.html", include_str!("list/page.html")),
        ("accounts/one.html", include_str!("list/one.html")),
        ("accounts/imports.html", include_str!("import/page.html")),
        ("accounts/import.html", include_str!("import/one.html")),
        ("accounts/parts.html", include_str!("parts.html")),
    ],
    routes: routes::routes,
    menu: &[
        MenuItem {
            kind: OrgKind::Creator,
            may: CREATORS,
            label: "accounts.mine.title",
            href: "/creator/{org}/accounts",
            icon: "user-circle",
            order: 20,
        },
        MenuItem {
            kind: OrgKind::Operator,
            may: OPERATORS,
            label: "accounts.list.title",
            href: "/operator/{org}/accounts",
            icon: "user-circle",
            order: 20,
        },
        MenuItem {
            kind: OrgKind::Operator,
            may: &[Role::OperatorAdmin, Role::OperatorSupport],
            label: "accounts.import.title",
            href: "/operator/{org}/imports",
            icon: "upload",
            order: 30,
        },
    ],
};
