//! Notify 通知: people and programs learn what happened.
//!
//! A *notice* is one line in an organisation's console. A *mail* is a letter to one person. A *webhook* tells a program of an
//! organisation; where it listens is its *endpoint*; one event on its way to one endpoint is a *delivery*, tried in
//! *attempts*. What is told to whom stands in one table, [`catalogue`]. A page that is open learns over [`live`] that it must
//! look again.
//!
//! Everything that leaves the house is put in the outbox in the transaction of its event and sent afterwards by [`senders`],
//! at least once, under the same id each time. Mails need a [`MailConfig`]; without one they wait, and the operator sees so.

pub mod address;
pub mod catalogue;
pub mod events;
pub mod index;
pub mod live;
pub mod mail;
pub mod senders;
pub mod signature;
pub mod state;
pub mod webhooks;

pub mod add_endpoint;
pub mod change_endpoint;
pub mod disable_endpoint;
pub mod enable_endpoint;
pub mod redeliver;
pub mod remove_endpoint;
pub mod resend;
pub mod rotate_secret;
pub mod send_test;

/// Pages about endpoints and their deliveries.
pub mod endpoints {
    pub mod io;
}
/// The page of an organisation's notices.
pub mod notices {
    pub mod io;
}
/// The operator's page of messages on their way.
pub mod outbox {
    pub mod io;
}

pub use events::Event;
pub use index::unread;
pub use mail::{MailConfig, MailTls};
pub use senders::{forget, senders};
pub use state::{Endpoint, EndpointState, Webhooks};

use add_endpoint::{AddEndpoint, io::EndpointBody};
use change_endpoint::ChangeEndpoint;
use disable_endpoint::DisableEndpoint;
use enable_endpoint::EnableEndpoint;
use endpoints::io::{Deliveries, DeliveryView, EndpointView, EndpointWithSecrets, Endpoints, Removed, Types};
use kernel::{Capability, May, OrgKind, Role};
use notices::io::{Notices, ReadUpTo};
use outbox::io::{MessageView, Messages};
use redeliver::Redeliver;
use remove_endpoint::RemoveEndpoint;
use resend::Resend;
use rotate_secret::RotateSecret;
use send_test::SendTest;
use store::{Described, Part, Values};
use web::{MenuItem, Method, Room, Routes};

/// What this context gives to the house.
pub const CONTEXT: Room = Room {
    facts: None,
    part: Part {
        schema: &[(60, "notify", include_str!("../schema/0060_notify.sql"))],
        tables: index::TABLES,
        apply: index::apply,
        capabilities: &[
            Described::of::<AddEndpoint>(),
            Described::of::<ChangeEndpoint>(),
            Described::of::<RemoveEndpoint>(),
            Described::of::<RotateSecret>(),
            Described::of::<EnableEndpoint>(),
            Described::of::<DisableEndpoint>(),
            Described::of::<SendTest>(),
            Described::of::<Redeliver>(),
            Described::of::<Resend>(),
        ],
        policies: &[Values::of::<state::Webhooks>(), Values::of::<state::Mail>()],
        ..Part::named("notify")
    },
    words: web::words!["notify":
        add_endpoint, change_endpoint, disable_endpoint, enable_endpoint, endpoints, mail, notices, outbox, outcomes,
        redeliver, remove_endpoint, resend, rotate_secret, send_test, types,
    ],
    templates: &[
        ("notify/types.html", include_str!("endpoints/types.html")),
        ("notify/endpoints.html", include_str!("endpoints/list.html")),
        ("notify/endpoint.html", include_str!("endpoints/detail.html")),
        ("notify/delivery.html", include_str!("endpoints/delivery.html")),
        ("notify/secret.html", include_str!("rotate_secret/page.html")),
        ("notify/notices.html", include_str!("notices/page.html")),
        ("notify/outbox.html", include_str!("outbox/page.html")),
    ],
    routes,
    menu: &[
        bell(OrgKind::Shop, &[Role::ShopOwner, Role::ShopManager, Role::ShopStaff]),
        bell(OrgKind::Creator, &[Role::CreatorOwner, Role::CreatorStaff]),
        bell(OrgKind::Brand, &[Role::BrandOwner, Role::BrandStaff]),
        bell(OrgKind::Centre, &[Role::CentreAdmin]),
        bell(OrgKind::Operator, Resend::READERS),
        hooks(OrgKind::Shop),
        hooks(OrgKind::Creator),
        hooks(OrgKind::Brand),
        hooks(OrgKind::Centre),
        hooks(OrgKind::Operator),
        MenuItem {
            kind: OrgKind::Operator,
            may: &[Role::OperatorAdmin, Role::OperatorSupport],
            label: "notify.outbox.title",
            href: "/operator/{org}/outbox",
            icon: "send",
            order: 85,
        },
    ],
};

impl Resend {
    /// Everyone of the operator reads its notices.
    const READERS: &'static [Role] = &[Role::OperatorAdmin, Role::OperatorSupport, Role::OperatorReviewer, Role::OperatorPolicy];
}

const fn bell(kind: OrgKind, may: &'static [Role]) -> MenuItem {
    MenuItem { kind, may, label: "notify.notices.title", href: "/org/{org}/notifications", icon: "bell", order: 70 }
}

const fn hooks(kind: OrgKind) -> MenuItem {
    MenuItem { kind, may: state::STEWARDS, label: "notify.endpoints.title", href: "/org/{org}/webhooks", icon: "webhook", order: 90 }
}

/// Everyone who belongs to an organisation.
const MEMBERS: May = May::Members(&Role::ALL);
/// Who reads what an organisation is told. A standard member of a Business Center sees only what is assigned to them, and a
/// notice tells of everything in it.
const NOTIFIED: May = May::Members(&[
    Role::ShopOwner,
    Role::ShopManager,
    Role::ShopStaff,
    Role::CreatorOwner,
    Role::CreatorStaff,
    Role::BrandOwner,
    Role::BrandStaff,
    Role::CentreAdmin,
    Role::OperatorAdmin,
    Role::OperatorSupport,
    Role::OperatorReviewer,
    Role::OperatorPolicy,
]);
/// Those who look after its endpoints.
const STEWARDS: May = May::Members(state::STEWARDS);

fn routes(routes: &mut Routes) {
    pages(routes);
    api(routes);
}

fn pages(routes: &mut Routes) {
    routes.page("/org/{org}/live", MEMBERS, live::io::get);
    routes.page("/org/{org}/notifications", NOTIFIED, notices::io::page);
    routes.form("/org/{org}/notifications/read", NOTIFIED, notices::io::post);
    routes.page("/org/{org}/webhooks", STEWARDS, endpoints::io::list);
    routes.form("/org/{org}/webhooks", AddEndpoint::MAY, add_endpoint::io::post);
    routes.page("/org/{org}/webhooks/{endpoint}", STEWARDS, endpoints::io::detail);
    routes.form("/org/{org}/webhooks/{endpoint}", ChangeEndpoint::MAY, change_endpoint::io::post);
    routes.form("/org/{org}/webhooks/{endpoint}/remove", RemoveEndpoint::MAY, remove_endpoint::io::post);
    routes.form("/org/{org}/webhooks/{endpoint}/enable", EnableEndpoint::MAY, enable_endpoint::io::post);
    routes.form("/org/{org}/webhooks/{endpoint}/test", SendTest::MAY, send_test::io::post);
    routes.page("/org/{org}/webhooks/{endpoint}/secret", RotateSecret::MAY, rotate_secret::io::page).step_up();
    routes.form("/org/{org}/webhooks/{endpoint}/secret", RotateSecret::MAY, rotate_secret::io::post).step_up();
    routes.page("/org/{org}/webhooks/{endpoint}/deliveries/{delivery}", STEWARDS, endpoints::io::delivery);
    routes.form("/org/{org}/webhooks/{endpoint}/deliveries/{delivery}/redeliver", Redeliver::MAY, redeliver::io::post);
    routes.page("/operator/{org}/outbox", Resend::MAY, outbox::io::page);
    routes.form("/operator/{org}/outbox/{message}/resend", Resend::MAY, resend::io::post);
}

/// How a list goes on.
const BEFORE: &[(&str, &str)] = &[("before", "Only what was made before this time: `next` of the page before")];
const AFTER: &[(&str, &str)] = &[("after", "The place after which the page begins: `next` of the page before")];
const OUTBOX: &[(&str, &str)] = &[
    ("channel", "`mail` or `webhook`"),
    ("state", "`waiting`, `dead` or `sent`"),
    ("after", "The place after which the page begins: `next` of the page before"),
];

fn api(routes: &mut Routes) {
    let one = "/api/v1/orgs/{org}/webhooks/{endpoint}";
    let all = "/api/v1/orgs/{org}/webhooks";
    routes.api(Method::GET, "/api/v1/webhook_types", May::Anyone, endpoints::io::api_types).says("List event types").answers::<Types>();
    routes.api(Method::GET, all, STEWARDS, endpoints::io::api_list).says("List webhooks").answers::<Endpoints>();
    let add = routes.api(Method::POST, all, AddEndpoint::MAY, add_endpoint::io::api).says("Add a webhook");
    add.takes::<EndpointBody>().answers::<EndpointWithSecrets>().done(&[201]);
    routes.api(Method::GET, one, STEWARDS, endpoints::io::api_one).says("Show a webhook").answers::<EndpointView>();
    let change = routes.api(Method::PUT, one, ChangeEndpoint::MAY, change_endpoint::io::api).says("Change a webhook");
    change.takes::<EndpointBody>().answers::<EndpointView>();
    routes.api(Method::DELETE, one, RemoveEndpoint::MAY, remove_endpoint::io::api).says("Remove a webhook").answers::<Removed>();
    let enable = "/api/v1/orgs/{org}/webhooks/{endpoint}/enable";
    routes.api(Method::POST, enable, EnableEndpoint::MAY, enable_endpoint::io::api).says("Enable a webhook").answers::<EndpointView>();
    let secret = "/api/v1/orgs/{org}/webhooks/{endpoint}/secret";
    let rotate = routes.api(Method::POST, secret, RotateSecret::MAY, rotate_secret::io::api).says("Rotate a webhook's secret");
    rotate.answers::<EndpointWithSecrets>().step_up();
    let test = "/api/v1/orgs/{org}/webhooks/{endpoint}/test";
    routes.api(Method::POST, test, SendTest::MAY, send_test::io::api).says("Send a test").answers::<DeliveryView>().done(&[202]);
    let deliveries = "/api/v1/orgs/{org}/webhooks/{endpoint}/deliveries";
    let list = routes.api(Method::GET, deliveries, STEWARDS, endpoints::io::api_deliveries).says("List a webhook's deliveries");
    list.queries(BEFORE).answers::<Deliveries>();
    let delivery = "/api/v1/orgs/{org}/webhooks/{endpoint}/deliveries/{delivery}";
    routes.api(Method::GET, delivery, STEWARDS, endpoints::io::api_delivery).says("Show a delivery").answers::<DeliveryView>();
    let again = "/api/v1/orgs/{org}/webhooks/{endpoint}/deliveries/{delivery}/redeliver";
    routes
        .api(Method::POST, again, Redeliver::MAY, redeliver::io::api)
        .says("Send a delivery again")
        .answers::<DeliveryView>()
        .done(&[202]);
    let list = routes.api(Method::GET, "/api/v1/orgs/{org}/notifications", NOTIFIED, notices::io::api_list).says("List notifications");
    list.queries(AFTER).answers::<Notices>();
    let read = "/api/v1/orgs/{org}/notifications/read";
    let read = routes.api(Method::PUT, read, NOTIFIED, notices::io::api_read).says("Mark notifications as read");
    read.takes::<ReadUpTo>().answers::<ReadUpTo>().unkept();
    let list = routes.api(Method::GET, "/api/v1/orgs/{org}/outbox", Resend::MAY, outbox::io::api_list).says("List outgoing messages");
    list.queries(OUTBOX).answers::<Messages>();
    let resend = "/api/v1/orgs/{org}/outbox/{message}/resend";
    routes.api(Method::POST, resend, Resend::MAY, resend::io::api).says("Send a message again").answers::<MessageView>().done(&[202]);
}
