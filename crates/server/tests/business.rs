//! The TikTok API for Business, from the consent page to the end of a token, on both databases.

use crate::{
    client::{Client, Reply},
    house::{House, Member, On},
};
use access::Merchant;
use kernel::{OrgKind, Span};
use serde_json::{Value as Json, json};

const BACK: &str = "http://127.0.0.1:9/back?kept=1";

/// An app of a developer, and what proves that it is itself.
pub struct App {
    pub id: String,
    pub secret: String,
    pub org: kernel::OrgId,
}

/// Registers an app that asks for everything.
pub fn app(house: &House) -> App {
    let developer = house.shop("Developer", "GB", Merchant::Open);
    let ask = apps::register::RegisterApp {
        app: store::fresh(),
        org: developer.org,
        draft: apps::register::Draft {
            name: "Reports".into(),
            redirects: vec![BACK.into()],
            scopes: apps::scopes::SCOPES.iter().map(|scope| scope.number).collect(),
        },
    };
    let id = ask.app.to_string();
    let secret = house.store.write_blocking(move |tx| apps::register::io::register(tx, &kernel::Actor::SYSTEM, &ask)).unwrap();
    App { id, secret, org: developer.org }
}

/// What follows a name in a page's attribute.
fn value_of(page: &str, name: &str) -> String {
    let after = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name} in {page}")).1;
    after.split_once('"').unwrap().0.to_owned()
}

/// The person agrees on the page, to everything in every organisation, and comes back with a code.
pub fn agree(house: &House, app: &App, who: &Member) -> String {
    let mut browser = house.browser(who);
    let place = consent(&mut browser, app, "yes");
    assert!(place.starts_with("http://127.0.0.1:9/back?kept=1&auth_code="), "{place}");
    assert!(place.ends_with("&state=s+1%26"), "{place}");
    place.split_once("auth_code=").unwrap().1.split_once('&').unwrap().0.to_owned()
}

fn consent(browser: &mut Client, app: &App, answer: &str) -> String {
    let page = browser.get(&format!("/portal/auth?app_id={}&state=s%201%26", app.id)).must(200);
    assert!(page.header("content-security-policy").unwrap().contains("form-action 'self' http://127.0.0.1:9;"), "the way back is admitted");
    let (csrf, seal) = (value_of(&page.body, "csrf"), value_of(&page.body, "seal"));
    let mut fields =
        vec![("csrf", csrf.as_str()), ("seal", &seal), ("app_id", &app.id), ("redirect_uri", BACK), ("state", "s 1&"), ("answer", answer)];
    let ticked: Vec<(String, String)> = ["scopes", "orgs"]
        .into_iter()
        .flat_map(|name| page.body.split(&format!("name=\"{name}\" value=\"")).skip(1).map(move |rest| (name, rest)).collect::<Vec<_>>())
        .map(|(name, rest)| (name.to_owned(), rest.split_once('"').unwrap().0.to_owned()))
        .collect();
    fields.extend(ticked.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    browser.form("/portal/auth", &fields).must(303).header("location").unwrap().to_owned()
}

/// The token that an app fetches for this person.
pub fn token(house: &House, app: &App, who: &Member) -> String {
    let code = agree(house, app, who);
    let data = fetch(house, app, &code).must(200).json();
    assert_eq!(data["code"], 0, "{data}");
    data["data"]["access_token"].as_str().unwrap().to_owned()
}

fn fetch(house: &House, app: &App, code: &str) -> Reply {
    let body = json!({"app_id": app.id, "secret": app.secret, "auth_code": code});
    house.client().post("/open_api/v1.3/oauth2/access_token/", body)
}

/// Someone who calls the dialect.
pub struct Sdk {
    client: Client,
    token: String,
}

impl Sdk {
    pub fn new(house: &House, token: &str) -> Sdk {
        Sdk { client: house.client(), token: token.to_owned() }
    }
    pub fn get(&mut self, call: &str, query: &[(&str, Json)]) -> Json {
        let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let escape = |text: &str| {
            text.bytes().map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") }).collect::<String>()
        };
        let query = query.iter().map(|(name, value)| format!("{name}={}", escape(&text(value)))).collect::<Vec<_>>().join("&");
        let path = format!("/open_api/v1.3{call}?{query}");
        self.client.send("GET", &path, &[("Access-Token", &self.token), ("Content-Type", "application/json")], b"").must(200).json()
    }
    pub fn post(&mut self, call: &str, body: &Json) -> Json {
        let headers = [("Access-Token", self.token.as_str()), ("Content-Type", "application/json")];
        self.client.send("POST", &format!("/open_api/v1.3{call}"), &headers, body.to_string().as_bytes()).must(200).json()
    }
}

#[track_caller]
fn refused(answer: &Json, code: u64, message: &str) {
    assert_eq!((answer["code"].as_u64(), answer["message"].as_str()), (Some(code), Some(message)), "{answer}");
    assert_eq!(answer["data"], json!({}));
}

#[test]
fn a_person_lets_an_app_act_and_ends_it() {
    for on in On::BOTH {
        let house = House::open(on);
        let app = app(&house);
        let admin = house.org(OrgKind::Centre, "Northlight", "GB", Merchant::Open);
        let code = agree(&house, &app, &admin);
        let wrong = App { id: app.id.clone(), secret: "x".into(), org: app.org };
        assert_eq!(fetch(&house, &wrong, &code).json()["code"], 40_101);
        assert_eq!(fetch(&house, &app, "x").json()["code"], 40_101);
        let first = fetch(&house, &app, &code).must(200);
        assert_eq!(first.header("x-tt-logid"), first.json()["request_id"].as_str());
        let token = first.json()["data"]["access_token"].as_str().unwrap().to_owned();
        assert_eq!(fetch(&house, &app, &code).json()["code"], 40_110, "a code works once");
        let mut sdk = Sdk::new(&house, &token);
        let own = [("app_id", app.id.clone().into()), ("secret", app.secret.clone().into())];
        assert_eq!(sdk.get("/oauth2/advertiser/get/", &own)["data"]["list"], json!([]));
        // Its token opens no other door, and no other token opens its own.
        let mut bearer = house.client();
        bearer.token = Some(token.clone());
        bearer.get("/api/v1/me").must(401);
        let mut other = Sdk::new(&house, admin.client.token.as_deref().unwrap());
        refused(&other.get("/oauth2/advertiser/get/", &own), 40_105, "Access token is incorrect or has been revoked.");
        let nobody = house.client().get("/open_api/v1.3/oauth2/advertiser/get/").must(200).json();
        refused(&nobody, 40_104, "Access token is null, you should set it in http header with key Access-Token.");
        // The person sees it and ends it.
        let mut browser = house.browser(&admin);
        let page = browser.get("/me/apps").must(200).body;
        assert!(page.contains("Reports") && page.contains("Northlight"), "{page}");
        let id = browser.get("/api/v1/me/apps").json()["items"][0]["id"].as_str().unwrap().to_owned();
        let stranger = house.org(OrgKind::Centre, "Stranger", "GB", Merchant::Open);
        let mut other = house.browser(&stranger);
        let csrf = value_of(&other.get("/me/apps").body, "csrf");
        other.form(&format!("/me/apps/{id}/revoke"), &[("csrf", &csrf)]).must(404);
        let csrf = value_of(&page, "csrf");
        browser.form(&format!("/me/apps/{id}/revoke"), &[("csrf", &csrf)]).must(303);
        refused(&sdk.get("/oauth2/advertiser/get/", &own), 40_105, "Access token is incorrect or has been revoked.");
        house.verify();
    }
}

#[test]
fn a_code_lasts_an_hour_and_a_token_until_it_is_given_back() {
    let house = House::open(On::Sqlite);
    let (app, admin) = (app(&house), house.org(OrgKind::Centre, "Northlight", "GB", Merchant::Open));
    let late = agree(&house, &app, &admin);
    house.pass(Span::hours(1));
    let answer = fetch(&house, &app, &late).json();
    assert_eq!(answer["code"], 40_110, "{answer}");
    let token = token(&house, &app, &admin);
    house.pass(Span::days(400));
    let own = [("app_id", app.id.clone().into()), ("secret", app.secret.clone().into())];
    assert_eq!(Sdk::new(&house, &token).get("/oauth2/advertiser/get/", &own)["code"], 0, "a token does not expire");
    let back = json!({"app_id": app.id, "secret": app.secret, "access_token": token});
    let ended = house.client().post("/open_api/v1.3/oauth2/revoke_token/", back.clone()).json();
    assert_eq!((ended["code"].as_u64(), &ended["data"]["app_id"]), (Some(0), &json!(app.id)), "{ended}");
    assert_eq!(house.client().post("/open_api/v1.3/oauth2/revoke_token/", back).json()["code"], 40_105);
    assert_eq!(Sdk::new(&house, &token).get("/oauth2/advertiser/get/", &own)["code"], 40_105);
}

#[test]
fn nobody_is_sent_to_an_address_that_the_app_did_not_register() {
    let house = House::open(On::Sqlite);
    let (app, admin) = (app(&house), house.org(OrgKind::Centre, "Northlight", "GB", Merchant::Open));
    let mut browser = house.browser(&admin);
    for wrong in ["http://127.0.0.1:9/back", "http://127.0.0.1:9/back?kept=1&x", "https://evil.example/"] {
        let page = browser.get(&format!("/portal/auth?app_id={}&redirect_uri={}", app.id, wrong.replace('&', "%26"))).must(422);
        assert!(page.header("location").is_none());
    }
    browser.get("/portal/auth?app_id=app_00000000000000000000000000000007").must(404);
    assert_eq!(consent(&mut browser, &app, "no"), "http://127.0.0.1:9/back?kept=1&error=access_denied&state=s+1%26");
    // Whoever is not signed in is asked to be, and comes back to the very page.
    let away = house.client().get(&format!("/portal/auth?app_id={}&state=x", app.id)).must(303);
    assert!(away.header("location").unwrap().starts_with("/sign_in?next=%2Fportal%2Fauth%3Fapp_id%3D"), "{:?}", away.header("location"));
    // A page that was drawn before the app changed agrees to nothing.
    let page = browser.get(&format!("/portal/auth?app_id={}", app.id)).must(200).body;
    let draft = apps::register::Draft { name: "Reports".into(), redirects: vec![BACK.into()], scopes: vec![150] };
    house.perform(apps::change::ChangeApp { app: app.id.parse().unwrap(), org: app.org, draft });
    let fields = [
        ("csrf", value_of(&page, "csrf")),
        ("seal", value_of(&page, "seal")),
        ("app_id", app.id.clone()),
        ("answer", "yes".into()),
        ("scopes", "150".into()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.form("/portal/auth", &fields).must(409);
}

#[test]
fn the_gateway_answers_as_tiktoks_does() {
    let house = House::open(On::Sqlite);
    let mut client = house.client();
    let reply = client.get("/open_api/v1.3/oauth2/advertiser/get");
    assert_eq!((reply.status, reply.body.as_str()), (404, "404 page not found"));
    let reply = client.post("/open_api/v1.3/oauth2/advertiser/get/", json!({}));
    assert_eq!((reply.status, reply.json()["code"].as_u64()), (405, Some(40_117)));
    assert_eq!(client.get("/open_api/v1.3/no/such/call/").must(200).json()["code"], 40_008);
    assert_eq!(client.get("/open_api/v9.9/bc/get/").must(200).json()["code"], 40_051);
    let reply = client.post("/open_api/v1.3/oauth2/access_token/", json!({"secret": 5})).must(200).json();
    refused(&reply, 40_002, "Missing required field(s): app_id, auth_code.");
    let chinese = client.get("/open_api/v1.3/oauth2/advertiser/get/?lang=zh").json();
    assert_eq!(chinese["message"], "访问令牌为空，请在 HTTP 请求头 Access-Token 中设置。");
    let broken = client.send("POST", "/open_api/v1.3/oauth2/access_token/", &[("Content-Type", "application/json")], b"[").must(200).json();
    assert_eq!(broken["code"], 40_000);
    let form = client
        .form("/open_api/v1.3/oauth/token/", &[("client_id", "a"), ("client_secret", "b"), ("code", "c"), ("grant_type", "password")]);
    assert_eq!(form.must(200).json()["code"], 40_108);
}

#[test]
fn an_app_calls_as_often_as_its_tier_says() {
    let house = House::open(On::Sqlite);
    let (app, admin, operator) = (app(&house), house.org(OrgKind::Centre, "Northlight", "GB", Merchant::Open), house.operator());
    let mut sdk = Sdk::new(&house, &token(&house, &app, &admin));
    let own = [("app_id", app.id.clone().into()), ("secret", app.secret.clone().into())];
    let mut codes = |n: usize| (0..n).map(|_| sdk.get("/oauth2/advertiser/get/", &own)["code"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(codes(11), [vec![0; 10], vec![40_100]].concat());
    house.pass(Span::seconds(1));
    assert_eq!(codes(1), [0]);
    house.perform(apps::set_tier::SetTier { operator: operator.org, app: app.id.parse().unwrap(), tier: apps::Tier::Ultimate });
    house.pass(Span::seconds(1));
    assert_eq!(codes(51), [vec![0; 50], vec![40_100]].concat());
}
