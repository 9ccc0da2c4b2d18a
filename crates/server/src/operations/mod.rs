//! Operations 运营后台: what the operator sees of the house itself: its home, the policy book, the event log.
//!
//! These pages belong to no context: they read what every context has left in the store. The policy book is also there for shops
//! and creators, each for their own scope.

pub mod home;
pub mod log;
pub(crate) mod names;
pub mod policy;

use kernel::{May, OrgKind, Role};
use store::Part;
use web::{MenuItem, Method, Room, Routes};

/// Every role of the operator.
pub const READERS: &[Role] = &[Role::OperatorAdmin, Role::OperatorSupport, Role::OperatorReviewer, Role::OperatorPolicy];
/// Who keeps watch over the log.
pub const WATCH: &[Role] = &[Role::OperatorAdmin, Role::OperatorPolicy];
/// Who reads the rules that bind them.
pub const BOUND: &[Role] = &[Role::ShopOwner, Role::ShopManager, Role::ShopStaff, Role::CreatorOwner, Role::CreatorStaff];

/// Operations, as the house plugs it in: after every context.
pub const CONTEXT: Room = Room {
    part: Part::named("operations"),
    facts: None,
    words: web::words!["server.operations":
        home, log, policy,
    ],
    templates: &[
        ("operations/home.html", include_str!("home/page.html")),
        ("operations/policy.html", include_str!("policy/page.html")),
        ("operations/log.html", include_str!("log/page.html")),
        ("operations/event.html", include_str!("log/event.html")),
    ],
    routes,
    menu: &[
        item(OrgKind::Operator, READERS, "server.operations.home.title", "/operator/{org}", "home", 1),
        item(OrgKind::Operator, READERS, "server.operations.policy.title", "/operator/{org}/policy", "book", 70),
        item(OrgKind::Operator, WATCH, "server.operations.log.title", "/operator/{org}/log", "history", 80),
        item(OrgKind::Shop, BOUND, "server.operations.policy.own_title", "/org/{org}/rules", "book", 75),
        item(OrgKind::Creator, BOUND, "server.operations.policy.own_title", "/org/{org}/rules", "book", 75),
    ],
};

const fn item(kind: OrgKind, may: &'static [Role], label: &'static str, href: &'static str, icon: &'static str, order: u16) -> MenuItem {
    MenuItem { kind, may, label, href, icon, order }
}

fn routes(routes: &mut Routes) {
    const ALL: May = May::Members(READERS);
    const LOG: May = May::Members(WATCH);
    const OWN: May = May::Members(BOUND);
    const EVENTS: &[(&str, &str)] = &[
        ("subject", "only events about this id"),
        ("context", "only events of this context, such as `linking`"),
        ("after", "`next` of the page before"),
        ("size", "how many at the most, 1 to 100; 20 unless said"),
    ];
    const RULES: &[(&str, &str)] = &[
        ("region", "a two-letter country code"),
        ("merchant", "`open`, `invited`, `us_individual` or `us_business`"),
        ("at", "a day, `2026-11-21`; today unless said"),
    ];
    const AT: &[(&str, &str)] = &[("at", "a day, `2026-11-21`; today unless said")];

    routes.page("/operator/{org}", ALL, home::page);
    routes.page("/operator/{org}/policy", ALL, policy::page);
    routes.page("/org/{org}/rules", OWN, policy::own_page);
    routes.page("/operator/{org}/log", LOG, log::page);
    routes.page("/operator/{org}/log/checkpoints", LOG, log::checkpoints);
    routes.page("/operator/{org}/log/{seq}", LOG, log::event_page);
    routes.form("/operator/{org}/log/verify", LOG, log::verify);

    routes
        .api(Method::GET, "/api/v1/operator/{org}/events", LOG, log::api)
        .says("The event log, newest first")
        .queries(EVENTS)
        .answers::<log::EventPage>();
    routes.api(Method::GET, "/api/v1/operator/{org}/events/{seq}", LOG, log::api_event).says("One event").answers::<log::EventView>();
    routes
        .api(Method::GET, "/api/v1/operator/{org}/verify", LOG, log::api_verified)
        .says("How far verifying the log is, and its result")
        .answers::<log::JobView>();
    routes
        .api(Method::POST, "/api/v1/operator/{org}/verify", LOG, log::api_verify)
        .says("Verify the whole log in the background")
        .answers::<log::JobView>()
        .done(&[202])
        .unkept();
    routes
        .api(Method::GET, "/api/v1/operator/{org}/rules", ALL, policy::api)
        .says("The rules' values in force for a region and merchant type")
        .queries(RULES)
        .answers::<policy::Book>();
    routes
        .api(Method::GET, "/api/v1/orgs/{org}/rules", OWN, policy::own_api)
        .says("The rules' values in force for oneself")
        .queries(AT)
        .answers::<policy::Book>();
}
