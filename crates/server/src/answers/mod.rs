//! Answers about permission: "may this member use this account", "may this account be invited, linked, unlinked", "may it sell". The
//! index is `decisions`; here are its place in the house, who may ask, and the surfaces: REST, live streams, the command line,
//! the page that draws why, and the log of what was answered.

mod asker;
pub mod check;
pub mod cli;
mod engine;
mod journal;
mod kept;
mod shapes;
mod values;
mod watch;

pub use engine::Engine;
pub use journal::{Journal, forget, write as write_journal};
pub use shapes::{Asked, RoleCode, ScopeCode};
pub use values::Shelf;

use kernel::{May, Role};
use store::{Part, Values};
use web::{Method, Room, Routes};

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
    words: &[("decisions", include_str!("words.toml"))],
    templates: &[],
    routes,
    menu: &[],
};

fn routes(routes: &mut Routes) {
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
