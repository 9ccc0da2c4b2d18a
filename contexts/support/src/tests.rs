//! Promises that need the house: a real store on each database there is, every earlier context, real pages behind the one door.

use access::{AddMember, FoundOrg, Merchant, SignUp};
use accounts::{register::Register, withdraw_ecommerce::WithdrawEcommerce};
use kernel::{AccountId, Actor, Id, Instant, OrgId, OrgKind, Origin, Refusal, Region, Role, SessionId, Span, UserId, Who};
use serde_json::{Value as Json, json};
use std::{
    net::IpAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Config, Database, Driver, Keys, ManualClock, Packs, Store};
use tower::ServiceExt;
use web::{App, Credential, Doors, Person, Room};

/// A Monday morning.
const START: Instant = crate::state::tests::ASKED;

static ROOMS: &[&Room] = &[&access::CONTEXT, &accounts::CONTEXT, &linking::CONTEXT, &crate::CONTEXT];
static NEXT: AtomicU64 = AtomicU64::new(0);

struct Nowhere;
impl web::origin::Countries for Nowhere {
    fn country(&self, _: IpAddr) -> Option<Region> {
        None
    }
}

/// The whole house behind one service.
type Door = tower::util::BoxCloneSyncService<axum::extract::Request, web::Response, std::convert::Infallible>;

struct House {
    store: Store,
    clock: Arc<ManualClock>,
    door: Door,
    dir: PathBuf,
    operator: OrgId,
    support: UserId,
    reviewer: UserId,
    shop: OrgId,
    seller: UserId,
    other_shop: OrgId,
    other_seller: UserId,
    account: AccountId,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// In these tests the cookie is the person's id; how people prove who they are is access' own promise.
fn doors() -> Doors {
    Doors {
        identify: |tx, shown| {
            let (Credential::Session(secret) | Credential::Token(secret) | Credential::App(secret)) = shown;
            let user: UserId = secret.parse().map_err(|_| Refusal::Unauthenticated)?;
            let Some(known) = access::index::user(tx, user)? else { return Ok(None) };
            let who = Who::User { user, session: SessionId::new(1) };
            let confirmed_at = Some(tx.now);
            Ok(Some(Person {
                who,
                user,
                confirmed_at,
                name: known.name,
                email: known.email,
                lang: known.lang,
                zone: known.zone,
                known_until: None,
                stale: false,
            }))
        },
        touch: |_, _| Ok(()),
        memberships: access::memberships,
        told_by: "access",
        unread: |_, _| Ok(0),
    }
}

fn everywhere(promise: impl Fn(&House)) {
    promise(&House::on(|dir| Database::Sqlite(dir.join("countersign.db"))));
    if let Ok(server) = std::env::var("COUNTERSIGN_TEST_PG") {
        let name = format!("support_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let mut db = store::driver::pg::Pg::open(&server, false).unwrap();
        db.batch(&format!("CREATE DATABASE {name}")).unwrap();
        let front = server.rsplit_once('/').unwrap().0;
        promise(&House::on(|_| Database::Postgres(format!("{front}/{name}"))));
        let _ = db.batch(&format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

impl House {
    fn on(database: impl FnOnce(&PathBuf) -> Database) -> House {
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("countersign-support-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let base = include_str!("../../../packs/base.toml");
        let invited = include_str!("../../../packs/invited.toml");
        let config = Config {
            database: database(&dir),
            parts: ROOMS.iter().map(|room| &room.part).collect(),
            packs: Packs::parse([("base", base), ("invited", invited)], &[]).unwrap(),
            clock: clock.clone(),
            gate: access::gate,
            keys: Keys::open(&dir.join("keys")).unwrap(),
            readers: 2,
        };
        let store = Store::open(config).unwrap();
        let web = web::Config { base_url: "http://localhost".into(), secure: false, trusted_proxies: Vec::new(), zone: "UTC".into() };
        let (_, router) = App::new(store.clone(), web, doors(), ROOMS, Box::new(Nowhere), Default::default()).unwrap();
        let none = OrgId::new(0);
        let nobody = UserId::new(0);
        let mut house = House {
            store,
            clock,
            door: Door::new(router),
            dir,
            operator: none,
            support: nobody,
            reviewer: nobody,
            shop: none,
            seller: nobody,
            other_shop: none,
            other_seller: nobody,
            account: AccountId::new(0),
        };
        let boss = house.person("boss");
        house.operator = house.org(OrgKind::Operator, "Platform", "GB", boss);
        house.support = house.person("support");
        house.reviewer = house.person("reviewer");
        for (user, role) in [(house.support, Role::OperatorSupport), (house.reviewer, Role::OperatorReviewer)] {
            house.perform(Actor::SYSTEM, AddMember { org: house.operator, user, role }).unwrap();
        }
        house.seller = house.person("seller");
        house.shop = house.org(OrgKind::Shop, "Kettle and Co", "GB", house.seller);
        house.other_seller = house.person("other");
        house.other_shop = house.org(OrgKind::Shop, "Other", "GB", house.other_seller);
        let creator = house.person("creator");
        let owner = house.org(OrgKind::Creator, "Mia", "MX", creator);
        house.account = store::fresh();
        let ask = Register {
            account: house.account,
            owner,
            handle: "mia.kitchen".into(),
            nickname: "Kitchen with Mia".into(),
            region: Region::new(b"MX"),
            birth: "1990-01-01".parse().unwrap(),
            categories: Vec::new(),
        };
        house.perform(Actor::SYSTEM, ask).unwrap();
        house
    }

    fn perform<A: store::Ask>(&self, actor: Actor, ask: A) -> Result<(), Refusal> {
        self.store.write_blocking(move |tx| store::perform(tx, &actor, &ask))
    }

    fn person(&self, name: &str) -> UserId {
        let user = store::fresh();
        let email = format!("{name}@example.com");
        let ask = SignUp { user, email, name: name.to_owned(), lang: "en".into(), zone: "UTC".into() };
        self.perform(Actor::SYSTEM, ask).unwrap();
        user
    }

    fn org(&self, kind: OrgKind, name: &str, region: &str, owner: UserId) -> OrgId {
        let org = store::fresh();
        let merchant = if kind == OrgKind::Shop { Merchant::Invited } else { Merchant::Open };
        let ask = FoundOrg { org, kind, name: name.to_owned(), region: region.parse().unwrap(), merchant, categories: Vec::new(), owner };
        self.perform(Actor::SYSTEM, ask).unwrap();
        org
    }

    fn actor(&self, user: UserId) -> Actor {
        let who = Who::User { user, session: SessionId::new(1) };
        Actor { who, origin: Origin::Private, confirmed_at: Some(self.store.now()) }
    }

    fn send(&self, user: UserId, method: &str, path: &str, kind: &str, body: String) -> (u16, String, String) {
        let secret = user.to_string();
        let csrf = self.store.keys().prove("csrf", &secret);
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("cookie", format!("session={secret}"))
            .header("x-csrf-token", csrf)
            .header("content-type", kind)
            .body(axum::body::Body::from(body))
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let response = self.door.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let location = parts.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            (parts.status.as_u16(), location, String::from_utf8(bytes.to_vec()).unwrap().replace("&#x2f;", "/"))
        })
    }

    fn page(&self, user: UserId, path: &str) -> String {
        let (status, _, body) = self.send(user, "GET", path, "text/html", String::new());
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn api(&self, user: UserId, method: &str, path: &str, body: &Json) -> (u16, Json) {
        let (status, _, text) =
            self.send(user, method, path, "application/json", if body.is_null() { String::new() } else { body.to_string() });
        (status, serde_json::from_str(&text).unwrap_or_else(|bad| panic!("{bad}: {text}")))
    }

    fn form(&self, user: UserId, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
        let byte = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        let field = |(name, value): &(&str, &str)| format!("{name}={}", value.bytes().map(byte).collect::<String>());
        let body = fields.iter().map(field).collect::<Vec<_>>().join("&");
        self.send(user, "POST", path, "application/x-www-form-urlencoded", body)
    }

    fn ask(&self) -> Json {
        let body = json!({"about": "account", "subject": self.account, "cause": "other_country", "text": "Please move it."});
        let (status, ticket) = self.api(self.seller, "POST", &format!("/api/v1/orgs/{}/tickets", self.shop), &body);
        assert_eq!(status, 201, "{ticket}");
        ticket
    }

    fn desk(&self, ticket: &Json, verb: &str, body: &Json) -> (u16, Json) {
        self.api(self.support, "POST", &format!("/api/v1/operator/{}/tickets/{}/{verb}", self.operator, text(&ticket["id"])), body)
    }

    fn region(&self) -> String {
        let account = self.account;
        self.store.read_blocking(move |tx| accounts::index::account(tx, account)).unwrap().unwrap().region.to_string()
    }
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn a_ticket_holds_the_facts_and_the_diagnosis_without_anyone_copying_them() {
    everywhere(|house| {
        let ticket = house.ask();
        assert_eq!(ticket["facts"]["account"]["handle"], "mia.kitchen");
        assert_eq!(ticket["facts"]["account"]["region"], "MX");
        assert_eq!(ticket["facts"]["shop"]["name"], "Kettle and Co");
        let reasons = ticket["facts"]["reasons"].as_array().unwrap();
        assert!(reasons.iter().any(|reason| reason["code"] == "other_country" && reason["who"] == "platform"), "{reasons:#?}");
        assert!(!ticket.to_string().contains("1990"), "a date of birth went into a ticket");
        let promised: Instant = text(&ticket["promised_at"]).parse().unwrap();
        assert_eq!(promised, START + Span::days(3));
    });
}

#[test]
fn a_fix_moves_the_account_and_is_on_the_ticket_in_one_transaction_under_the_operators_name() {
    everywhere(|house| {
        let ticket = house.ask();
        let (status, fixed) = house.desk(&ticket, "fix", &json!({"act": "move_region", "region": "GB", "text": "The owner has moved."}));
        assert_eq!(status, 200, "{fixed}");
        assert_eq!(house.region(), "GB");
        assert_eq!(fixed["entries"][1]["act"], json!({"act": "move_region", "region": "GB"}));
        let events = house.store.read_blocking(|tx| store::log::before(tx, None, i64::MAX, 2)).unwrap();
        assert_eq!((events[0].kind.as_str(), events[1].kind.as_str()), ("account_moved", "fixed"));
        assert_eq!(events[0].cause, events[1].cause);
        assert_eq!(events[0].actor, house.support.to_string());
    });
}

#[test]
fn a_fix_that_the_account_refuses_leaves_nothing_on_the_ticket() {
    everywhere(|house| {
        let ticket = house.ask();
        let before = house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
        let (status, refused) = house.desk(&ticket, "fix", &json!({"act": "move_region", "region": "MX", "text": "There already."}));
        assert_eq!(status, 409);
        assert_eq!(refused["reasons"][0]["code"], "accounts.move_region.already_there");
        assert_eq!(house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap(), before);
    });
}

#[test]
fn support_cannot_do_by_a_fix_what_its_role_may_not_do() {
    everywhere(|house| {
        let ask = WithdrawEcommerce { operator: house.operator, account: house.account, reason: "violations".into() };
        house.perform(Actor::SYSTEM, ask).unwrap();
        let ticket = house.ask();
        assert_eq!(ticket["priority"], "high");
        let (status, refused) = house.desk(&ticket, "fix", &json!({"act": "grant_ecommerce", "text": "A mistake."}));
        assert_eq!(status, 403, "{refused}");
        assert_eq!(refused["reasons"][0]["permission"], "accounts.grant_ecommerce");
        let page = house.page(house.support, &format!("/operator/{}/tickets/{}", house.operator, text(&ticket["id"])));
        assert!(page.contains("Your role may not do this."));
    });
}

#[test]
fn a_ticket_is_there_for_its_own_organisation_and_for_support_and_for_nobody_else() {
    everywhere(|house| {
        let ticket = house.ask();
        let id = text(&ticket["id"]).to_owned();
        let own = format!("/api/v1/orgs/{}/tickets/{id}", house.shop);
        assert_eq!(house.api(house.seller, "GET", &own, &Json::Null).0, 200);
        assert_eq!(house.api(house.other_seller, "GET", &own, &Json::Null).0, 404);
        let foreign = format!("/api/v1/orgs/{}/tickets/{id}", house.other_shop);
        assert_eq!(house.api(house.other_seller, "GET", &foreign, &Json::Null).0, 404);
        for (verb, body) in
            [("reply", json!({"text": "x"})), ("reopen", json!({"text": "x"})), ("close", json!({"outcome": "solved", "text": "x"}))]
        {
            assert_eq!(house.api(house.other_seller, "POST", &format!("{foreign}/{verb}"), &body).0, 404, "{verb}");
        }
        let queue = format!("/api/v1/operator/{}/tickets", house.operator);
        assert_eq!(house.api(house.support, "GET", &queue, &Json::Null).1["items"].as_array().unwrap().len(), 1);
        assert_eq!(house.api(house.reviewer, "GET", &queue, &Json::Null).0, 403);
        assert_eq!(house.api(house.seller, "GET", &queue, &Json::Null).0, 404);
    });
}

#[test]
fn a_shop_cannot_open_a_ticket_about_someone_elses_link() {
    everywhere(|house| {
        let body = json!({"about": "link", "subject": Id::<kernel::id::Link>::new(7), "text": "x"});
        assert_eq!(house.api(house.seller, "POST", &format!("/api/v1/orgs/{}/tickets", house.shop), &body).0, 404);
    });
}

#[test]
fn everything_wrong_with_a_question_is_told_at_once() {
    everywhere(|house| {
        let body = json!({"about": "account", "subject": "lnk_1", "cause": "nobody knows", "text": " "});
        let (status, refused) = house.api(house.seller, "POST", &format!("/api/v1/orgs/{}/tickets", house.shop), &body);
        assert_eq!(status, 422);
        let fields: Vec<&str> = refused["reasons"].as_array().unwrap().iter().map(|reason| text(&reason["field"])).collect();
        assert_eq!(fields, ["subject", "cause", "text"]);
    });
}

#[test]
fn a_ticket_that_waits_closes_by_itself_and_a_word_back_stops_the_clock() {
    everywhere(|house| {
        let quiet = house.ask();
        let (status, waiting) = house.desk(&quiet, "answer", &json!({"text": "Which country?", "waits": true}));
        assert_eq!((status, text(&waiting["state"])), (200, "waiting"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        house.clock.advance(Span(Span::days(14).0 - 1));
        runtime.block_on(house.store.tick()).unwrap();
        let path = format!("/api/v1/orgs/{}/tickets/{}", house.shop, text(&quiet["id"]));
        assert_eq!(house.api(house.seller, "GET", &path, &Json::Null).1["state"], "waiting");
        house.clock.advance(Span(1));
        runtime.block_on(house.store.tick()).unwrap();
        let closed = house.api(house.seller, "GET", &path, &Json::Null).1;
        assert_eq!((text(&closed["state"]), text(&closed["outcome"])), ("closed", "quiet"));

        let (status, open) = house.api(house.seller, "POST", &format!("{path}/reopen"), &json!({"text": "Sorry: Britain."}));
        assert_eq!((status, text(&open["state"])), (200, "open"), "{open}");
        house.desk(&quiet, "answer", &json!({"text": "Since when?", "waits": true}));
        let (_, replied) = house.api(house.seller, "POST", &format!("{path}/reply"), &json!({"text": "Since May."}));
        assert_eq!((text(&replied["state"]), &replied["quiet_at"]), ("open", &Json::Null));
        house.clock.advance(Span::days(30));
        runtime.block_on(house.store.tick()).unwrap();
        assert_eq!(house.api(house.seller, "GET", &path, &Json::Null).1["state"], "open");
    });
}

#[test]
fn a_form_that_showed_another_state_of_the_ticket_is_refused() {
    everywhere(|house| {
        let ticket = house.ask();
        let base = format!("/operator/{}/tickets/{}", house.operator, text(&ticket["id"]));
        let page = house.page(house.support, &base);
        let seal = page.split("name=\"seal\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        house.api(
            house.seller,
            "POST",
            &format!("/api/v1/orgs/{}/tickets/{}/reply", house.shop, text(&ticket["id"])),
            &json!({"text": "more"}),
        );
        let csrf = house.store.keys().prove("csrf", &house.support.to_string());
        let close = |seal: &str| {
            house.form(house.support, &format!("{base}/close"), &[("csrf", &csrf), ("seal", seal), ("outcome", "solved"), ("text", "done")])
        };
        assert_eq!(close(&seal).0, 409);
        let page = house.page(house.support, &base);
        let seal = page.split("name=\"seal\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(close(&seal).0, 303);
    });
}

#[test]
fn pages_draw_in_both_languages_and_hold_no_unsaid_key() {
    everywhere(|house| {
        let ticket = house.ask();
        let id = text(&ticket["id"]).to_owned();
        let own = format!("/org/{}/tickets", house.shop);
        let desk = format!("/operator/{}/tickets", house.operator);
        let check = |user: UserId, path: &str| {
            for lang in ["en", "zh"] {
                let request = axum::http::Request::builder()
                    .uri(path)
                    .header("cookie", format!("session={user}; lang={lang}"))
                    .body(axum::body::Body::empty())
                    .unwrap();
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let (status, body) = runtime.block_on(async {
                    let response = house.door.clone().oneshot(request).await.unwrap();
                    let status = response.status().as_u16();
                    (status, String::from_utf8(axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap())
                });
                assert_eq!(status, 200, "{path}: {body}");
                let main = body.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
                for scope in ["support.", "linking.", "accounts.", "access."] {
                    let said = main.split(scope).skip(1).find(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
                    assert_eq!(said.map(|rest| rest.chars().take(40).collect::<String>()), None, "{path} says a key of {scope}");
                }
            }
        };
        check(house.seller, &own);
        check(house.seller, &format!("{own}?state=closed"));
        check(house.seller, &format!("{own}/new"));
        check(house.seller, &format!("{own}/new?about=account&subject={}&cause=other_country", house.account));
        check(house.seller, &format!("{own}/{id}"));
        check(house.support, &desk);
        check(house.support, &format!("{desk}?state=all&priority=normal&about=account"));
        check(house.support, &format!("{desk}/{id}?prepared=moved&in=zh"));
        house.desk(&ticket, "answer", &json!({"text": "one\n\ntwo", "waits": true}));
        house.desk(&ticket, "priority", &json!({"priority": "urgent"}));
        house.desk(&ticket, "fix", &json!({"act": "move_region", "region": "GB", "text": "moved"}));
        check(house.seller, &format!("{own}/{id}"));
        house.desk(&ticket, "close", &json!({"outcome": "solved"}));
        check(house.seller, &format!("{own}/{id}"));
        check(house.support, &format!("{desk}/{id}"));
    });
}

#[test]
fn what_is_typed_is_not_lost_when_a_question_is_refused() {
    everywhere(|house| {
        house.ask();
        let csrf = house.store.keys().prove("csrf", &house.seller.to_string());
        let account = house.account.to_string();
        let fields =
            [("csrf", csrf.as_str()), ("about", "account"), ("id", &account), ("cause", "other_country"), ("text", "Once more, please.")];
        let (status, _, body) = house.form(house.seller, &format!("/org/{}/tickets", house.shop), &fields);
        assert_eq!(status, 409);
        assert!(body.contains("Once more, please.") && body.contains("support.ask.already_asked"), "{body}");
    });
}

#[test]
fn a_form_of_a_ticket_that_has_changed_comes_back_with_what_was_typed_and_the_ticket_as_it_is() {
    everywhere(|house| {
        let ticket = house.ask();
        let own = format!("/org/{}/tickets/{}", house.shop, text(&ticket["id"]));
        let desk = format!("/operator/{}/tickets/{}", house.operator, text(&ticket["id"]));
        let hidden = |body: &str, form: &str| {
            let (_, rest) = body.split_once(&format!("{form}\"")).unwrap_or_else(|| panic!("no {form} in {body}"));
            let (_, rest) = rest.split_once("name=\"seal\" value=\"").unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        let csrf = |user: UserId| house.store.keys().prove("csrf", &user.to_string());
        let bad = house.form(
            house.support,
            &format!("{desk}/answer"),
            &[("csrf", &csrf(house.support)), ("seal", "?"), ("text", "One moment, please.")],
        );
        assert_eq!(bad.0, 409);
        assert!(bad.2.contains("One moment, please."), "{}", bad.2);
        let seal = hidden(&bad.2.replace("&#x2f;", "/"), "/close");
        house.desk(&ticket, "answer", &json!({"text": "Which country?", "waits": true}));
        let fields = [("csrf", csrf(house.support)), ("seal", seal), ("outcome", "solved".into()), ("text", "Solved by phone.".into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, _, body) = house.form(house.support, &format!("{desk}/close"), &fields);
        assert_eq!(status, 409, "{body}");
        assert!(body.contains("Which country?") && body.matches("Solved by phone.").count() == 2, "{body}");
        let (status, _, body) =
            house.form(house.seller, &format!("{own}/reply"), &[("csrf", &csrf(house.seller)), ("seal", "?"), ("text", "Since May.")]);
        assert_eq!(status, 409);
        assert!(body.contains("Since May."), "{body}");
    });
}

#[test]
fn a_replay_makes_the_same_tables_again() {
    everywhere(|house| {
        let ticket = house.ask();
        house.desk(&ticket, "answer", &json!({"text": "Which?", "waits": true}));
        let before = house.store.read_blocking(store::reindex::state_hash).unwrap();
        store::reindex::reindex(&house.store, |_| ()).unwrap();
        assert_eq!(house.store.read_blocking(store::reindex::state_hash).unwrap(), before);
    });
}

#[test]
fn the_queue_shows_the_most_urgent_first_and_pages_without_a_gap() {
    everywhere(|house| {
        let path = format!("/api/v1/orgs/{}/tickets", house.shop);
        let mut ids = Vec::new();
        for n in 0..5 {
            house.clock.advance(Span::hours(1));
            let (status, ticket) = house.api(house.seller, "POST", &path, &json!({"about": "other", "text": format!("question {n}")}));
            assert_eq!(status, 201, "{ticket}");
            ids.push(text(&ticket["id"]).to_owned());
        }
        let urgent = json!({"id": ids[3]});
        house.desk(&urgent, "priority", &json!({"priority": "urgent"}));
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page =
                house.api(house.support, "GET", &format!("/api/v1/operator/{}/tickets?size=2{after}", house.operator), &Json::Null).1;
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| text(&item["id"]).to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={}", next.replace(' ', "%20"));
        }
        assert_eq!(seen, [&ids[3], &ids[0], &ids[1], &ids[2], &ids[4]].map(Clone::clone));
    });
}

#[test]
fn a_reviewer_does_not_sort_the_queue_and_support_does() {
    everywhere(|house| {
        let ask = crate::prioritise::Prioritise {
            operator: house.operator,
            ticket: text(&house.ask()["id"]).parse().unwrap(),
            priority: crate::Priority::High,
        };
        assert!(matches!(
            house.perform(house.actor(house.reviewer), ask.clone()),
            Err(Refusal::Forbidden { permission: "support.prioritise" })
        ));
        assert_eq!(house.perform(house.actor(house.support), ask), Ok(()));
    });
}
