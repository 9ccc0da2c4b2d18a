//! The pages and the REST API as a browser and a program meet them: real rooms on a real database, in both languages.

mod creators;

use crate::{Kind, accept::Accept, request_unlink::RequestUnlink};
use access::Merchant;
use axum::{body::Body, http::Request};
use kernel::{AccountId, Actor, Instant, LinkId, OrgId, OrgKind, Region, Role, Span, UserId};
use serde_json::{Value as Json, json};
use std::{convert::Infallible, path::PathBuf, sync::Arc};
use store::{Config, Database, Keys, ManualClock, Packs, Store};
use tower::{ServiceExt, util::BoxCloneSyncService};
use web::{App, Doors, Room, StatusCode};

static ROOMS: &[&Room] = &[&access::CONTEXT, &accounts::CONTEXT, &crate::CONTEXT];

const PACKS: &[(&str, &str)] = &[
    ("base", include_str!("../../../packs/base.toml")),
    ("us", include_str!("../../../packs/us.toml")),
    ("gb", include_str!("../../../packs/gb.toml")),
    ("open", include_str!("../../../packs/open.toml")),
    ("invited", include_str!("../../../packs/invited.toml")),
    ("us_individual", include_str!("../../../packs/us_individual.toml")),
    ("us_business", include_str!("../../../packs/us_business.toml")),
];

struct House {
    store: Store,
    door: BoxCloneSyncService<Request<Body>, web::Response, Infallible>,
    clock: Arc<ManualClock>,
    dir: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Someone with a browser or a program.
#[derive(Clone, Default)]
struct Visitor {
    session: String,
    token: String,
    lang: &'static str,
}

struct Page {
    status: StatusCode,
    body: String,
    place: String,
}

impl Page {
    #[track_caller]
    fn must(self, status: u16) -> Page {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
    fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap()
    }
    /// The value of the first hidden field of this name after `mark`.
    #[track_caller]
    fn hidden(&self, mark: &str, name: &str) -> String {
        let from = self.body.find(mark).unwrap_or_else(|| panic!("no `{mark}` in {}", self.body));
        let key = format!("name=\"{name}\" value=\"");
        let rest = self.body[from..].split_once(&key).unwrap_or_else(|| panic!("no {name}")).1;
        rest.split_once('"').unwrap().0.to_owned()
    }
    /// A key that nobody said would print itself.
    #[track_caller]
    fn says_everything(&self) {
        let mut text = self.body.clone();
        while let Some((before, after)) = text.split_once("<code>") {
            text = format!("{before}{}", after.split_once("</code>").unwrap().1);
        }
        for context in ["linking.", "access.", "accounts.", "web.", "consent."] {
            for (at, _) in text.match_indices(context) {
                let is_bare = !text[..at].ends_with(|c: char| c.is_alphanumeric() || "/_-".contains(c));
                let is_key = text[at + context.len()..].starts_with(|c: char| c.is_ascii_lowercase());
                assert!(!(is_bare && is_key), "unsaid: {}", text[at..].chars().take(60).collect::<String>());
            }
        }
    }
}

impl House {
    async fn open() -> House {
        let clock = Arc::new(ManualClock::at("2026-11-21T09:00:00Z".parse::<Instant>().unwrap()));
        let dir = std::env::temp_dir().join(format!("linking-{}", &store::clock::secret()[..16]));
        std::fs::create_dir_all(&dir).unwrap();
        let store = Store::open(Config {
            database: Database::Sqlite(dir.join("log.db")),
            parts: ROOMS.iter().map(|room| &room.part).collect(),
            packs: Packs::parse(PACKS.iter().copied(), &[]).unwrap(),
            clock: clock.clone(),
            gate: access::gate,
            keys: Keys::open(&dir.join("keys")).unwrap(),
            readers: 2,
        })
        .unwrap();
        let config = web::Config { base_url: "http://127.0.0.1:80".into(), secure: false, trusted_proxies: vec![], zone: "UTC".into() };
        let doors = Doors {
            identify: access::identify,
            touch: access::touch,
            memberships: access::memberships,
            told_by: "access",
            unread: |_, _| Ok(0),
        };
        let countries = Box::new(web::origin::CountryTable::built_in().unwrap());
        let (_, router) = App::new(store.clone(), config, doors, ROOMS, countries, web::app::Extra::default()).unwrap();
        House { store, door: BoxCloneSyncService::new(router), clock, dir }
    }

    async fn perform<A: store::Ask>(&self, ask: A) {
        self.store.write(move |tx| store::perform(tx, &Actor::SYSTEM, &ask)).await.unwrap();
    }

    async fn org(&self, kind: OrgKind, name: &str, merchant: Merchant) -> (OrgId, UserId) {
        let (org, owner): (OrgId, UserId) = (store::fresh(), store::fresh());
        let (email, name) = (format!("{owner}@example.com"), name.to_owned());
        self.perform(access::SignUp { user: owner, email, name: name.clone(), lang: String::new(), zone: "Europe/London".into() }).await;
        let categories = vec!["Food".to_owned()];
        self.perform(access::FoundOrg { org, kind, name, region: Region::new(b"GB"), merchant, categories, owner }).await;
        (org, owner)
    }

    async fn browser(&self, user: UserId, lang: &'static str) -> Visitor {
        let (session, _) = self.store.write(move |tx| access::session::open(tx, user, "test")).await.unwrap();
        Visitor { session, lang, ..Visitor::default() }
    }

    async fn program(&self, org: OrgId, user: UserId) -> Visitor {
        let issue = move |tx: &mut store::Tx<'_>| access::issue_token::io::issue_for(tx, org, user, "test", &["*"], Span::days(30));
        Visitor { token: self.store.write(issue).await.unwrap(), lang: "en", ..Visitor::default() }
    }

    async fn account(&self, owner: OrgId, handle: &str, nickname: &str) -> AccountId {
        let account = store::fresh();
        let (handle, nickname, birth) = (handle.to_owned(), nickname.to_owned(), jiff::civil::date(1998, 4, 2));
        let categories = vec!["Food".to_owned()];
        self.perform(accounts::register::Register { account, owner, handle, nickname, region: Region::new(b"GB"), birth, categories })
            .await;
        account
    }

    async fn ask(&self, visitor: &Visitor, method: &str, path: &str, kind: &str, body: String) -> Page {
        let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:80");
        if !visitor.session.is_empty() {
            request = request.header("cookie", format!("session={}; lang={}", visitor.session, visitor.lang));
        }
        if !visitor.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", visitor.token));
        }
        let request = request.header("content-type", kind).body(Body::from(body)).unwrap();
        let response = self.door.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let place = response.headers().get("location").map(|place| place.to_str().unwrap().to_owned()).unwrap_or_default();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap();
        // Pages write a slash as a reference; for looking at them the plain one reads better.
        Page { status, body: String::from_utf8(bytes.to_vec()).unwrap().replace("&#x2f;", "/"), place }
    }
    async fn get(&self, visitor: &Visitor, path: &str) -> Page {
        self.ask(visitor, "GET", path, "text/plain", String::new()).await
    }
    async fn form(&self, visitor: &Visitor, path: &str, fields: &[(&str, &str)]) -> Page {
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
        self.ask(visitor, "POST", path, "application/x-www-form-urlencoded", body).await
    }
    async fn post(&self, visitor: &Visitor, path: &str, body: Json) -> Page {
        self.ask(visitor, "POST", path, "application/json", body.to_string()).await
    }
}

/// A British shop that may link four marketing accounts, and a creator with one account.
async fn world() -> (House, (OrgId, UserId), (OrgId, UserId), AccountId) {
    let house = House::open().await;
    let shop = house.org(OrgKind::Shop, "Tea & Cups", Merchant::Invited).await;
    let creator = house.org(OrgKind::Creator, "Lin Mei", Merchant::Open).await;
    let account = house.account(creator.0, "lin.mei", "林梅好物").await;
    (house, shop, creator, account)
}

#[tokio::test]
async fn a_shop_finds_checks_and_invites_an_account_and_answers_its_unlink_on_its_pages() {
    for lang in ["en", "zh"] {
        let (house, (shop, owner), (creator, _), account) = world().await;
        let browser = house.browser(owner, lang).await;
        let base = format!("/shop/{shop}");
        for path in ["", "/links", "/invite", "/links?which=over&size=50"] {
            house.get(&browser, &format!("{base}{path}")).await.must(200).says_everything();
        }
        let found = house.get(&browser, &format!("{base}/invite?q=lin")).await.must(200);
        assert!(found.body.contains("林梅好物"));
        found.says_everything();
        let checked = house.get(&browser, &format!("{base}/invite?account={account}&q=lin%20m")).await.must(200);
        checked.says_everything();
        assert!(checked.body.contains("q=lin%20m"), "the search is kept");
        let (csrf, seal) = (checked.hidden("form\"", "csrf"), checked.hidden("form\"", "seal"));
        let told = account.to_string();
        let other = [("csrf", csrf.as_str()), ("seal", &seal), ("account", &told), ("role", "official"), ("message", "hello")];
        house.form(&browser, &format!("{base}/invite"), &other).await.must(409);
        let long = "a".repeat(501);
        let fields = [("csrf", csrf.as_str()), ("seal", &seal), ("account", &told), ("role", "marketing"), ("message", long.as_str())];
        let again = house.form(&browser, &format!("{base}/invite"), &fields).await.must(422);
        again.says_everything();
        assert!(again.body.contains(&long), "nothing typed is lost");
        let fields = [("csrf", csrf.as_str()), ("seal", &seal), ("account", &told), ("role", "marketing"), ("message", "<b>hi</b>")];
        let sent = house.form(&browser, &format!("{base}/invite"), &fields).await.must(303);
        let denied = house.form(&browser, &format!("{base}/invite"), &fields).await.must(409);
        denied.says_everything();
        assert!(denied.body.contains("&lt;b&gt;hi&lt;/b&gt;"), "{}", denied.body);
        let link: LinkId = sent.place.rsplit('/').next().unwrap().parse().unwrap();
        let invited = house.get(&browser, &sent.place).await.must(200);
        invited.says_everything();
        let stale = invited.hidden("/withdraw", "seal");

        house.perform(Accept { owner: creator, link }).await;
        let late = house.form(&browser, &format!("{}/withdraw", sent.place), &[("csrf", &csrf), ("seal", &stale)]).await;
        let late = late.must(409);
        late.says_everything();
        assert!(!late.body.contains(&format!("action=\"{}/withdraw\"", sent.place)), "what is over cannot be withdrawn");
        house.get(&browser, &sent.place).await.must(200).says_everything();
        house.clock.advance(Span::hours(24));
        // A day without a click ends a session; the shop's owner signs in again.
        let browser = house.browser(owner, lang).await;
        house.perform(RequestUnlink { owner: creator, link, reason: "moving on".into() }).await;
        let leaving = house.get(&browser, &sent.place).await.must(200);
        leaving.says_everything();
        let (csrf, seal) = (leaving.hidden("/refuse_unlink", "csrf"), leaving.hidden("/refuse_unlink", "seal"));
        let empty =
            house.form(&browser, &format!("{}/refuse_unlink", sent.place), &[("csrf", &csrf), ("seal", &seal), ("reason", " ")]).await;
        empty.must(422).says_everything();
        let refused = [("csrf", csrf.as_str()), ("seal", &seal), ("reason", "the season runs until June")];
        house.form(&browser, &format!("{}/refuse_unlink", sent.place), &refused).await.must(303);
        house.perform(RequestUnlink { owner: creator, link, reason: "please".into() }).await;
        // A form of the page as it was before comes back on the page as it is now, with what was typed.
        let late = [("csrf", csrf.as_str()), ("seal", &seal), ("reason", "until July, then")];
        let late = house.form(&browser, &format!("{}/refuse_unlink", sent.place), &late).await.must(409);
        late.says_everything();
        let field = late.body.split_once("id=\"f-reason\"").unwrap().1.split_once("</textarea>").unwrap().0;
        assert!(field.contains("until July, then"), "{field}");
        assert_ne!(late.hidden("/refuse_unlink", "seal"), seal, "what comes back is bound to what it shows");
        let leaving = house.get(&browser, &sent.place).await.must(200);
        assert!(leaving.body.contains("the season runs until June"));
        let seal = leaving.hidden("/approve_unlink", "seal");
        house.form(&browser, &format!("{}/approve_unlink", sent.place), &[("csrf", &csrf), ("seal", &seal)]).await.must(303);
        for path in [sent.place.as_str(), base.as_str(), &format!("{base}/links"), &format!("{base}/invite?account={account}")] {
            house.get(&browser, path).await.must(200).says_everything();
        }
        let file = house.get(&browser, &format!("{base}/links.csv")).await.must(200);
        assert_eq!(file.body.lines().count(), 2);
        assert!(file.body.contains("林梅好物"));
    }
}

#[tokio::test]
async fn every_act_of_the_pages_is_in_the_api() {
    let (house, (shop, seller), (creator, owner), account) = world().await;
    let (shop_side, owner_side) = (house.program(shop, seller).await, house.program(creator, owner).await);
    let (shops, creators) = (format!("/api/v1/shops/{shop}"), format!("/api/v1/creators/{creator}"));
    let found = house.get(&shop_side, &format!("{shops}/accounts?q=lin&region=GB")).await.must(200).json();
    assert_eq!(found["items"][0]["handle"], "lin.mei");
    let checked =
        house.post(&shop_side, &format!("{shops}/links/precheck"), json!({"account": account, "role": "marketing"})).await.must(200).json();
    assert_eq!(checked["possible"], true, "{checked}");
    assert_eq!(checked["checks"].as_array().unwrap().len(), <crate::invite::Invite as kernel::Capability>::RULES.len());
    let bad = house.post(&shop_side, &format!("{shops}/links"), json!({"account": account, "role": "manager"})).await.must(422).json();
    assert_eq!(bad["reasons"][0]["field"], "role");
    let sent = house
        .post(&shop_side, &format!("{shops}/links"), json!({"account": account, "role": "marketing", "message": "hi"}))
        .await
        .must(201)
        .json();
    let link = sent["id"].as_str().unwrap().to_owned();
    assert_eq!((sent["stage"].as_str(), sent["message"].as_str()), (Some("invited"), Some("hi")));
    let twice = house.post(&shop_side, &format!("{shops}/links"), json!({"account": account, "role": "marketing"})).await.must(409).json();
    assert_eq!(twice["reasons"][0]["code"], "linking.invite.already_invited");
    house.post(&shop_side, &format!("{shops}/links/{link}/withdraw"), json!({})).await.must(200);
    let sent = house.post(&shop_side, &format!("{shops}/links"), json!({"account": account, "role": "marketing"})).await.must(201).json();
    let link = sent["id"].as_str().unwrap().to_owned();
    house.post(&owner_side, &format!("{creators}/links/{link}/decline"), json!({})).await.must(200);
    let sent = house.post(&shop_side, &format!("{shops}/links"), json!({"account": account, "role": "official"})).await.must(201).json();
    let link = sent["id"].as_str().unwrap().to_owned();
    let linked = house.post(&owner_side, &format!("{creators}/links/{link}/accept"), json!({})).await.must(200).json();
    assert_eq!((linked["stage"].as_str(), linked["account"]["nickname"].as_str()), (Some("linked"), Some("Tea & Cups")));
    let soon = house.post(&owner_side, &format!("{creators}/links/{link}/unlink"), json!({"reason": "bye"})).await.must(409).json();
    assert_eq!(soon["reasons"][0]["code"], "linking.request_unlink.too_soon");
    house.clock.advance(Span::hours(24));
    house.post(&owner_side, &format!("{creators}/links/{link}/unlink"), json!({"reason": ""})).await.must(422);
    house.post(&owner_side, &format!("{creators}/links/{link}/unlink"), json!({"reason": "bye"})).await.must(200);
    house.post(&owner_side, &format!("{creators}/links/{link}/unlink/withdraw"), json!({})).await.must(200);
    house.post(&owner_side, &format!("{creators}/links/{link}/unlink"), json!({"reason": "bye"})).await.must(200);
    house.post(&shop_side, &format!("{shops}/links/{link}/unlink/refuse"), json!({"reason": "no"})).await.must(200);
    house.post(&owner_side, &format!("{creators}/links/{link}/unlink"), json!({"reason": "bye"})).await.must(200);
    let ended = house.post(&shop_side, &format!("{shops}/links/{link}/unlink/approve"), json!({})).await.must(200).json();
    assert_eq!(ended["stage"], "ended");
    let quotas = house.get(&shop_side, &format!("{shops}/quotas")).await.must(200).json();
    let unlinks = quotas["quotas"].as_array().unwrap().iter().find(|quota| quota["name"] == "official_unlinks").unwrap().clone();
    assert_eq!((unlinks["used"].as_i64(), unlinks["limit"].as_i64()), (Some(1), Some(3)));

    let first = house.get(&shop_side, &format!("{shops}/links?size=2")).await.must(200).json();
    let next = first["next"].as_str().unwrap();
    let rest = house.get(&shop_side, &format!("{shops}/links?size=2&after={next}")).await.must(200).json();
    assert_eq!((first["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len(), &rest["next"]), (2, 1, &Json::Null));
    assert_eq!(house.get(&owner_side, &format!("{creators}/links/{link}")).await.must(200).json()["id"], link);
    let wrong = house.get(&shop_side, &format!("{shops}/links?which=ended&size=0&after=x")).await.must(422).json();
    assert_eq!(wrong["reasons"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_link_of_others_is_not_there_and_a_role_that_may_not_learns_it_before_it_clicks() {
    let (house, (shop, seller), (creator, owner), account) = world().await;
    let (stranger, strange_owner) = house.org(OrgKind::Shop, "Other", Merchant::Invited).await;
    let link: LinkId = store::fresh();
    house.perform(crate::invite::Invite { link, shop, account, kind: Kind::Marketing, message: String::new() }).await;
    let other = house.browser(strange_owner, "en").await;
    house.get(&other, &format!("/shop/{shop}/links/{link}")).await.must(404);
    house.get(&other, &format!("/shop/{stranger}/links/{link}")).await.must(404);
    house.get(&other, &format!("/shop/{stranger}/links/{}", store::fresh::<kernel::id::Link>())).await.must(404);
    let creators_own = house.browser(owner, "en").await;
    house.get(&creators_own, &format!("/shop/{creator}/links/{link}")).await.must(403);
    let program = house.program(stranger, strange_owner).await;
    house.get(&program, &format!("/api/v1/shops/{stranger}/links/{link}")).await.must(404);

    house.perform(Accept { owner: creator, link }).await;
    house.clock.advance(Span::hours(24));
    house.perform(RequestUnlink { owner: creator, link, reason: "bye".into() }).await;
    let staff: UserId = store::fresh();
    let (email, name) = ("staff@example.com".to_owned(), "Staff".to_owned());
    house.perform(access::SignUp { user: staff, email, name, lang: String::new(), zone: "UTC".into() }).await;
    house.perform(access::AddMember { org: shop, user: staff, role: Role::ShopStaff }).await;
    let staff = house.browser(staff, "en").await;
    let page = house.get(&staff, &format!("/shop/{shop}/links/{link}")).await.must(200);
    page.says_everything();
    assert!(page.body.contains("Your role in the shop does not allow it.") && !page.body.contains("/approve_unlink"));
    let seller = house.browser(seller, "en").await;
    assert!(house.get(&seller, &format!("/shop/{shop}/links/{link}")).await.must(200).body.contains("/approve_unlink"));
}

#[tokio::test]
async fn a_linked_accounts_figures_and_its_chart_are_the_shops_to_see_until_it_leaves() {
    let (house, (shop, seller), (creator, _), account) = world().await;
    let link: LinkId = store::fresh();
    house.perform(crate::invite::Invite { link, shop, account, kind: Kind::Marketing, message: String::new() }).await;
    let browser = house.browser(seller, "zh").await;
    let page = format!("/shop/{shop}/links/{link}");
    let post = accounts::Post {
        id: "1".into(),
        at: "2026-11-20T08:00:00Z".parse().unwrap(),
        title: "tea".into(),
        hashtags: vec![],
        song: String::new(),
        seconds: 12,
        plays: 400,
        likes: 20,
        comments: 1,
        shares: 1,
        visibility: accounts::Visibility::Public,
    };
    house.perform(accounts::record::Record { owner: creator, account, content: accounts::record::Content::Posts(vec![post]) }).await;
    let before = house.get(&browser, &page).await.must(200);
    assert!(!before.body.contains("账号数据"));
    house.perform(Accept { owner: creator, link }).await;
    let linked = house.get(&browser, &page).await.must(200);
    linked.says_everything();
    assert!(linked.body.contains("账号数据") && linked.body.contains("data-chart"));
    house.clock.advance(Span::hours(24));
    house.perform(RequestUnlink { owner: creator, link, reason: "bye".into() }).await;
    house.perform(crate::approve_unlink::ApproveUnlink { shop, link }).await;
    let browser = house.browser(seller, "zh").await;
    let over = house.get(&browser, &page).await.must(200);
    assert!(!over.body.contains("账号数据") && over.body.contains("历史记录"));
}

#[tokio::test]
async fn a_list_goes_on_where_its_page_ended_and_a_stopped_shop_still_reads() {
    let (house, (shop, seller), (creator, _), _) = world().await;
    for n in 0..3 {
        let account = house.account(creator, &format!("lin.mei{n}"), &format!("Lin {n}")).await;
        house.perform(crate::invite::Invite { link: store::fresh(), shop, account, kind: Kind::Marketing, message: String::new() }).await;
        house.clock.advance(Span(1));
    }
    let (operator, _) = house.org(OrgKind::Operator, "Operator", Merchant::Open).await;
    house.perform(access::SuspendOrg { operator, org: shop, reason: "papers are missing".into() }).await;
    let browser = house.browser(seller, "en").await;
    let home = house.get(&browser, &format!("/shop/{shop}")).await.must(200);
    home.says_everything();
    assert!(home.body.contains("papers are missing"));
    let mut address = format!("/shop/{shop}/links?which=invited&size=2");
    let mut seen = Vec::new();
    for _ in 0..2 {
        let page = house.get(&browser, &address).await.must(200);
        page.says_everything();
        seen.extend(["Lin 0", "Lin 1", "Lin 2"].into_iter().filter(|name| page.body.contains(&format!(">{name}<"))));
        let next =
            page.body.split_once("rel=\"next\"").and_then(|(before, _)| before.rsplit_once("href=\"")).map(|(_, href)| href.to_owned());
        address = next.map(|href| href.split('"').next().unwrap().replace("&amp;", "&")).unwrap_or_default();
    }
    assert_eq!((seen, address.as_str()), (vec!["Lin 1", "Lin 2", "Lin 0"], ""));
    let wrong = house.get(&browser, &format!("/shop/{shop}/links?after=elsewhere")).await;
    assert_eq!(wrong.status.as_u16(), 422);
}
