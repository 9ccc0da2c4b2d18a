//! Support 工单: a shop or a creator asks, the platform's support answers, and where only support can help it does.
//!
//! A *ticket* is about a link, an account, one's own organisation or something else. The platform fills in the *facts* as they
//! are at the opening (`snapshot`), so that nobody copies them by hand. Support *answers*; an answer may wait for a word back.
//! A *fix* is an act of support: an event of the ticket that asks the context concerned in the same transaction ([`reactions`]).
//! Support promises a word within business days ([`calendar`]). Whoever asked, or support, *closes*; a ticket can be *reopened*.
//!
//! Start with [`state`] (what a ticket is), then any verb.

pub mod answer;
pub mod ask;
pub mod calendar;
pub mod close;
pub mod close_quiet;
pub mod desk;
pub mod events;
pub mod fix;
pub mod index;
pub mod list;
pub mod prioritise;
mod reactions;
pub mod reopen;
pub mod reply;
mod snapshot;
pub mod state;
mod typed;
pub mod view;

pub use events::{Event, Slip};
pub use state::{About, Act, Outcome, Priority, Snapshot, State, Ticket};

use kernel::{May, OrgKind, Role};
use store::{AnyAsk, Described, Part, Values};
use web::{MenuItem, Method, Room, Routes};

/// Who asks support.
pub const CUSTOMERS: &[Role] = &[Role::ShopOwner, Role::ShopManager, Role::ShopStaff, Role::CreatorOwner, Role::CreatorStaff];
/// Who answers.
pub const DESK: &[Role] = &[Role::OperatorAdmin, Role::OperatorSupport];
/// Both sides of a ticket.
pub const BOTH: &[Role] = &[
    Role::ShopOwner,
    Role::ShopManager,
    Role::ShopStaff,
    Role::CreatorOwner,
    Role::CreatorStaff,
    Role::OperatorAdmin,
    Role::OperatorSupport,
];

/// Support, as the house plugs it in.
pub const CONTEXT: Room = Room {
    part: PART,
    facts: None,
    words: web::words!["support":
        self, answer, ask, close, close_quiet, desk, fix, list, prioritise, reopen, reply,
    ],
    templates: &[
        ("support/parts.html", include_str!("parts.html")),
        ("support/ask.html", include_str!("ask/page.html")),
        ("support/list.html", include_str!("list/page.html")),
        ("support/ticket.html", include_str!("list/ticket.html")),
        ("support/queue.html", include_str!("desk/page.html")),
        ("support/desk_ticket.html", include_str!("desk/ticket.html")),
    ],
    routes,
    menu: &[
        MenuItem {
            kind: OrgKind::Shop,
            may: CUSTOMERS,
            label: "support.list.title",
            href: "/org/{org}/tickets",
            icon: "lifebuoy",
            order: 60,
        },
        MenuItem {
            kind: OrgKind::Creator,
            may: CUSTOMERS,
            label: "support.list.title",
            href: "/org/{org}/tickets",
            icon: "lifebuoy",
            order: 60,
        },
        MenuItem {
            kind: OrgKind::Operator,
            may: DESK,
            label: "support.desk.title",
            href: "/operator/{org}/tickets",
            icon: "lifebuoy",
            order: 20,
        },
    ],
};

/// Support's part in the store.
pub const PART: Part = Part {
    schema: &[(40, "support", include_str!("../schema/0040_support.sql"))],
    tables: &["tickets", "ticket_entries"],
    apply: index::apply,
    react: reactions::react,
    due: |kind, subject| match kind {
        "close_quiet" => Some(Box::new(close_quiet::CloseQuiet { ticket: subject.parse().ok()? }) as Box<dyn AnyAsk>),
        _ => None,
    },
    capabilities: &[
        Described::of::<ask::Ask>(),
        Described::of::<reply::Reply>(),
        Described::of::<answer::Answer>(),
        Described::of::<fix::Fix>(),
        Described::of::<prioritise::Prioritise>(),
        Described::of::<close::Close>(),
        Described::of::<close_quiet::CloseQuiet>(),
        Described::of::<reopen::Reopen>(),
    ],
    policies: &[Values::of::<ask::Policy>(), Values::of::<reply::Policy>(), Values::of::<answer::Policy>(), Values::of::<reopen::Policy>()],
    ..Part::named("support")
};

fn routes(routes: &mut Routes) {
    use view::{TicketPage, TicketView};
    const ASK: May = May::Members(CUSTOMERS);
    const HELP: May = May::Members(DESK);
    const LIST: &[(&str, &str)] = &[
        ("state", "`open`, `waiting` or `closed`; all when left out"),
        ("after", "`next` of the page before"),
        ("size", "how many at the most, 1 to 100; 20 unless said"),
    ];
    const QUEUE: &[(&str, &str)] = &[
        ("state", "`open` (by urgency, then by promise), `waiting`, `closed` or `all` (the last changed first); `open` when left out"),
        ("priority", "`normal`, `high` or `urgent`"),
        ("about", "`link`, `account`, `shop` or `other`"),
        ("after", "`next` of the page before"),
        ("size", "how many at the most, 1 to 100; 20 unless said"),
    ];

    routes.page("/org/{org}/tickets", ASK, list::io::page);
    routes.page("/org/{org}/tickets/new", ASK, ask::io::page);
    routes.form("/org/{org}/tickets", ASK, ask::io::post);
    routes.page("/org/{org}/tickets/{ticket}", ASK, list::io::ticket);
    routes.form("/org/{org}/tickets/{ticket}/reply", ASK, reply::io::post);
    routes.form("/org/{org}/tickets/{ticket}/close", ASK, close::io::post);
    routes.form("/org/{org}/tickets/{ticket}/reopen", ASK, reopen::io::post);

    routes.page("/operator/{org}/tickets", HELP, desk::io::page);
    routes.page("/operator/{org}/tickets/{ticket}", HELP, desk::io::ticket);
    routes.form("/operator/{org}/tickets/{ticket}/answer", HELP, answer::io::post);
    routes.form("/operator/{org}/tickets/{ticket}/fix", HELP, fix::io::post).step_up();
    routes.form("/operator/{org}/tickets/{ticket}/priority", HELP, prioritise::io::post);
    routes.form("/operator/{org}/tickets/{ticket}/close", HELP, close::io::post_desk);
    routes.form("/operator/{org}/tickets/{ticket}/reopen", HELP, reopen::io::post_desk);

    let own = "/api/v1/orgs/{org}/tickets";
    routes.api(Method::GET, own, ASK, list::io::api).says("List one's tickets").queries(LIST).answers::<TicketPage>();
    routes
        .api(Method::POST, own, ASK, ask::io::api)
        .says("Ask support; the facts are filled in")
        .takes::<ask::io::Body>()
        .answers::<TicketView>()
        .done(&[201]);
    routes.api(Method::GET, "/api/v1/orgs/{org}/tickets/{ticket}", ASK, list::io::api_ticket).says("One ticket").answers::<TicketView>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/tickets/{ticket}/reply", ASK, reply::io::api)
        .says("Say more on a ticket")
        .takes::<typed::Said>()
        .answers::<TicketView>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/tickets/{ticket}/reopen", ASK, reopen::io::api)
        .says("Open a closed ticket again")
        .takes::<typed::Said>()
        .answers::<TicketView>();
    routes
        .api(Method::POST, "/api/v1/orgs/{org}/tickets/{ticket}/close", ASK, close::io::api)
        .says("Close one's ticket")
        .takes::<close::io::Body>()
        .answers::<TicketView>();

    routes
        .api(Method::GET, "/api/v1/operator/{org}/tickets", HELP, desk::io::api)
        .says("List everyone's tickets, for support")
        .queries(QUEUE)
        .answers::<TicketPage>();
    routes
        .api(Method::GET, "/api/v1/operator/{org}/tickets/{ticket}", HELP, desk::io::api_ticket)
        .says("One ticket, for support")
        .answers::<TicketView>();
    routes
        .api(Method::POST, "/api/v1/operator/{org}/tickets/{ticket}/answer", HELP, answer::io::api)
        .says("Answer a ticket")
        .takes::<answer::io::Body>()
        .answers::<TicketView>();
    routes
        .api(Method::POST, "/api/v1/operator/{org}/tickets/{ticket}/fix", HELP, fix::io::api)
        .says("Do something for the customer, with its event and its effect in one transaction")
        .takes::<fix::io::Body>()
        .answers::<TicketView>()
        .step_up();
    routes
        .api(Method::POST, "/api/v1/operator/{org}/tickets/{ticket}/priority", HELP, prioritise::io::api)
        .says("Give a ticket another priority")
        .takes::<prioritise::io::Body>()
        .answers::<TicketView>();
    routes
        .api(Method::POST, "/api/v1/operator/{org}/tickets/{ticket}/close", HELP, close::io::api_desk)
        .says("Close a ticket, for support")
        .takes::<close::io::Body>()
        .answers::<TicketView>();
    routes
        .api(Method::POST, "/api/v1/operator/{org}/tickets/{ticket}/reopen", HELP, reopen::io::api_desk)
        .says("Open a closed ticket again, for support")
        .takes::<typed::Said>()
        .answers::<TicketView>();
}

#[cfg(test)]
mod tests;
