//! Apps 开发者应用: programs that developers register, and that people let act for them.
//!
//! An *app* belongs to a developer's organisation; it shows its *secret*, sends people to a page on which they *agree*, and is
//! told of it at one of its *redirects*. A person agrees to *scopes* (TikTok's numbered ones) in organisations that they name;
//! the app fetches a *token* with a code that works once, and acts with that person's role until either ends it. How often it
//! may call depends on its *tier*. The token API of `access` is for an organisation's own programs; this is for others'.
//!
//! It stands before every context that has calls in a dialect, since who calls must be known first; it names their verbs as
//! texts, as tokens do. Start with [`scopes`], then [`authorise`].

pub mod authorise;
pub mod change;
pub mod events;
pub mod give_back;
mod identify;
pub mod index;
pub mod limits;
/// Pages that only show.
pub mod list {
    pub mod io;
}
/// What a person let apps do.
pub mod mine {
    pub mod io;
}
mod redirect;
pub mod register;
pub mod remove;
pub mod revoke;
pub mod rotate_secret;
pub mod scopes;
pub mod set_tier;
pub mod state;
pub mod take_token;
#[cfg(test)]
mod testing;
pub mod views;
pub mod widen;

pub use events::Event;
pub use identify::{identify, touch};
pub use state::{App, Authorisation, RevokedBy, Tier, Trust};

use access::invite_member::HEADS;
use kernel::{Actor, Capability, May, OrgKind, Refusal, UserId, Who};
use store::{Described, Part, Values};
use web::{MenuItem, Method, Room, Routes};

/// The context.
pub const CONTEXT: Room = Room {
    part: PART,
    words: web::words!["apps":
        self, authorise, change, give_back, list, mine, register, remove, revoke, rotate_secret, set_tier, take_token,
        widen,
    ],
    templates: &[
        ("apps/app.html", include_str!("list/app.html")),
        ("apps/authorise.html", include_str!("authorise/page.html")),
        ("apps/connect.html", include_str!("list/connect.html")),
        ("apps/every.html", include_str!("list/every.html")),
        ("apps/list.html", include_str!("list/page.html")),
        ("apps/mine.html", include_str!("mine/page.html")),
        ("apps/parts.html", include_str!("parts.html")),
    ],
    routes,
    menu: MENU,
    facts: None,
};

/// The context's part in the store.
pub const PART: Part = Part {
    schema: &[(10, "apps", include_str!("../schema/0010_apps.sql"))],
    tables: index::TABLES,
    apply: index::apply,
    capabilities: &[
        Described::of::<authorise::AuthoriseApp>(),
        Described::of::<change::ChangeApp>(),
        Described::of::<give_back::GiveBack>(),
        Described::of::<register::RegisterApp>(),
        Described::of::<remove::RemoveApp>(),
        Described::of::<revoke::Revoke>(),
        Described::of::<rotate_secret::RotateSecret>(),
        Described::of::<set_tier::SetTier>(),
        Described::of::<take_token::TakeToken>(),
        Described::of::<widen::Widen>(),
    ],
    policies: &[Values::of::<authorise::Policy>(), Values::of::<limits::Policy>(), Values::of::<register::Policy>()],
    ..Part::named("apps")
};

/// Only for oneself: whoever else asks is told that there is nothing.
pub(crate) fn own(actor: &Actor, user: UserId) -> Result<(), Refusal> {
    if actor.who == Who::System || actor.user() == Some(user) { Ok(()) } else { Err(Refusal::NotFound) }
}

fn routes(routes: &mut Routes) {
    use {change::ChangeApp, register::RegisterApp, remove::RemoveApp, revoke::Revoke, rotate_secret::RotateSecret, set_tier::SetTier};
    const DEVELOPERS: May = May::Members(HEADS);
    const KEEPERS: May = May::Members(set_tier::KEEPERS);
    routes.page("/org/{org}/apps", DEVELOPERS, list::io::page);
    routes.form("/org/{org}/apps", RegisterApp::MAY, register::io::post).step_up();
    routes.page("/org/{org}/apps/{app}", DEVELOPERS, list::io::detail);
    routes.form("/org/{org}/apps/{app}", ChangeApp::MAY, change::io::post).step_up();
    routes.page("/org/{org}/apps/{app}/connect", DEVELOPERS, list::io::connect);
    routes.form("/org/{org}/apps/{app}/rotate_secret", RotateSecret::MAY, rotate_secret::io::post).step_up();
    routes.form("/org/{org}/apps/{app}/remove", RemoveApp::MAY, remove::io::post).step_up();
    // Whoever is not signed in is asked to sign in, after the app and its address were found to be real.
    routes.page("/portal/auth", May::Anyone, authorise::io::page);
    routes.form("/portal/auth", authorise::AuthoriseApp::MAY, authorise::io::post).step_up();
    routes.page("/me/apps", May::Person, mine::io::page);
    routes.form("/me/apps/{token}/revoke", Revoke::MAY, revoke::io::post);
    routes.page("/operator/{org}/apps", KEEPERS, list::io::every_page);
    routes.form("/operator/{org}/apps/{app}/tier", SetTier::MAY, set_tier::io::post);
    api(routes);
}

fn api(routes: &mut Routes) {
    use register::io::AppDraft;
    use views::{AppList, AppView, TrustList, TrustView};
    const DEVELOPERS: May = May::Members(HEADS);
    let list = "/api/v1/orgs/{org}/apps";
    let one = "/api/v1/orgs/{org}/apps/{app}";
    routes.api(Method::GET, list, DEVELOPERS, list::io::api).says("Developer apps").answers::<AppList>();
    routes
        .api(Method::POST, list, register::RegisterApp::MAY, register::io::api)
        .says("Register an app; the answer holds its secret, once")
        .takes::<AppDraft>()
        .answers::<AppView>()
        .step_up();
    routes.api(Method::GET, one, DEVELOPERS, list::io::api_one).says("A developer app").answers::<AppView>();
    routes
        .api(Method::PUT, one, change::ChangeApp::MAY, change::io::api)
        .says("Change an app")
        .takes::<AppDraft>()
        .answers::<AppView>()
        .step_up();
    routes.api(Method::DELETE, one, remove::RemoveApp::MAY, remove::io::api).says("Remove an app").answers::<AppList>().step_up();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/apps/{app}/rotate_secret", rotate_secret::RotateSecret::MAY, rotate_secret::io::api)
        .says("Give an app another secret")
        .answers::<AppView>()
        .step_up();
    routes.api(Method::GET, "/api/v1/me/apps", May::Person, mine::io::api).says("What I let apps do").answers::<TrustList>();
    routes
        .api(Method::POST, "/api/v1/me/apps", authorise::AuthoriseApp::MAY, authorise::io::api)
        .says("Let an app act for me; the answer holds its code, once")
        .takes::<authorise::io::Agreement>()
        .answers::<authorise::io::Agreed>()
        .step_up();
    routes
        .api(Method::DELETE, "/api/v1/me/apps/{token}", revoke::Revoke::MAY, revoke::io::api)
        .says("Let an app no longer act for me")
        .answers::<TrustView>();
    routes
        .api(Method::GET, "/api/v1/operators/{org}/apps", May::Members(set_tier::KEEPERS), list::io::every_api)
        .says("Every app of the installation")
        .queries(&[("after", "`next` of the page before")])
        .answers::<AppList>();
    routes
        .api(Method::PUT, "/api/v1/operators/{org}/apps/{app}/tier", set_tier::SetTier::MAY, set_tier::io::api)
        .says("Put an app on another tier of rate limits")
        .takes::<set_tier::io::NewTier>()
        .answers::<AppView>();
}

const fn of(kind: OrgKind) -> MenuItem {
    MenuItem { kind, may: HEADS, label: "apps.list.title", href: "/org/{org}/apps", icon: "plug", order: 83 }
}

const MENU: &[MenuItem] = &[
    of(OrgKind::Shop),
    of(OrgKind::Creator),
    of(OrgKind::Brand),
    of(OrgKind::Centre),
    MenuItem {
        kind: OrgKind::Operator,
        may: set_tier::KEEPERS,
        label: "apps.list.every",
        href: "/operator/{org}/apps",
        icon: "plug-connected",
        order: 70,
    },
    of(OrgKind::Operator),
];
