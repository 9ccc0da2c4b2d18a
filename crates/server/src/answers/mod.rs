//! Answers about permission: "may this member use this account", "may this account be invited, linked, unlinked", "may it sell". The
//! index is `decisions`; here are its place in the house, who may ask, and the surfaces: REST, live streams, the command line,
//! the page that draws why, and the log of what was answered.

mod asker;
pub mod check;
pub mod cli;
mod engine;
mod journal;
mod kept;
mod page;
mod picks;
mod picture;
mod shapes;
mod values;
mod watch;

pub use engine::Engine;
pub use journal::{Entry, Journal, forget, write as write_journal};
pub use shapes::{Asked, RoleCode, ScopeCode};
pub use values::Shelf;

use decisions::Denied;
use kernel::{Denial, May, OrgKind, Role};
use store::{Part, Values};
use web::{MenuItem, Method, Room, Routes};

/// Who reads what was answered.
const WATCH: &[Role] = &[Role::OperatorAdmin, Role::OperatorPolicy];

/// Answers, as the house plugs it in: after every context whose facts it follows.
pub const CONTEXT: Room = Room {
    facts: None,
    part: Part {
        schema: &[(90, "decisions", include_str!("../../schema/0090_decisions.sql"))],
        policies: &[Values::of::<values::Selling>(), Values::of::<journal::Keeping>()],
        ..Part::named("decisions")
    },
    words: &[("decisions", decisions::WORDS)],
    templates: &[("decisions/why.html", include_str!("page.html")), ("decisions/kept.html", include_str!("kept.html"))],
    routes,
    menu: &[
        item(OrgKind::Shop, &[Role::ShopOwner, Role::ShopManager, Role::ShopStaff], "/org/{org}/why", 35),
        item(OrgKind::Creator, &[Role::CreatorOwner, Role::CreatorStaff], "/org/{org}/why", 45),
        item(OrgKind::Centre, &[Role::CentreAdmin, Role::CentreMember], "/org/{org}/why", 76),
        item(
            OrgKind::Operator,
            &[Role::OperatorAdmin, Role::OperatorSupport, Role::OperatorReviewer, Role::OperatorPolicy],
            "/org/{org}/why",
            72,
        ),
        MenuItem { label: "decisions.kept_menu", icon: "history", ..item(OrgKind::Operator, WATCH, "/operator/{org}/decisions", 82) },
    ],
};

const fn item(kind: OrgKind, may: &'static [Role], href: &'static str, order: u16) -> MenuItem {
    MenuItem { kind, may, label: "decisions.why_menu", href, icon: "search", order }
}

fn routes(routes: &mut Routes) {
    routes.page("/org/{org}/why", May::Members(page::MEMBERS), page::get);
    routes.page("/operator/{org}/decisions", May::Members(WATCH), kept::console);
    let post = Method::POST;
    routes
        .api(post.clone(), "/api/v1/decisions/check", May::Known, check::check)
        .says("Ask up to 1,000 questions about permission; every answer says why, how long it stands, and on which position of the log")
        .takes::<shapes::CheckBody>()
        .answers::<shapes::Checked<'static>>()
        .unkept()
        .lags();
    routes
        .api(post.clone(), "/api/v1/decisions/list", May::Known, check::list)
        .says("Every account that a member may use")
        .takes::<check::ListBody>()
        .answers::<check::AccountsThatMay>()
        .unkept()
        .lags();
    routes
        .api(post, "/api/v1/decisions/who", May::Known, check::who)
        .says("Every member who may use an account")
        .takes::<check::WhoBody>()
        .answers::<check::MembersThatMay>()
        .unkept()
        .lags();
    routes
        .api(Method::GET, "/api/v1/decisions/watch", May::Known, watch::get)
        .says("Answers as server-sent events, whenever they change, by events and by the clock")
        .queries(&[("questions", "one to 100 questions, as the JSON list that checking takes")])
        .lags();
    routes
        .api(Method::GET, "/api/v1/operator/{org}/decisions", May::Members(WATCH), kept::api)
        .says("Answers about permission as they were given, newest first; how many are kept is the packs' to say")
        .queries(kept::QUERIES)
        .answers::<kept::KeptPage>();
}

/// The key of a rule's words: its own here, else linking's.
pub(crate) fn rule_key(all: &web::Words, rule: &str) -> String {
    let own = format!("decisions.rule_{rule}");
    if all.has(&own) { own } else { format!("linking.rules.{rule}") }
}

/// A reason as every surface says it.
pub(crate) fn denial(denied: &Denied<'_>) -> Denial {
    let facts = match serde_json::to_value(denied) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    Denial { code: denied.code().to_owned(), facts, until: denied.until() }
}
