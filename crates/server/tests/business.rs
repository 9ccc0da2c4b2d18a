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
    assert!(page.header("content-security-policy").unwrap().contains("form-action 'self' http://127.0.0.1:9"), "the way back is admitted");
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

/// A centre with an admin and a standard member, an ad account, and a creator's account that it holds.
struct World {
    house: House,
    app: App,
    admin: Member,
    member: Member,
    creator: Member,
    account: kernel::AccountId,
    sdk: Sdk,
    bc: Json,
    advertiser: Json,
}

impl World {
    fn new(on: On) -> World {
        let house = House::open(on);
        let app = app(&house);
        let keeper = house.operator();
        house.perform(apps::set_tier::SetTier { operator: keeper.org, app: app.id.parse().unwrap(), tier: apps::Tier::Ultimate });
        let admin = house.org(OrgKind::Centre, "Northlight", "GB", Merchant::Open);
        let member = house.colleague(admin.org, kernel::Role::CentreMember);
        let creator = house.creator("Mei", "GB");
        let account = house.account(&creator, "mei.brews", "GB");
        let mut sdk = Sdk::new(&house, &token(&house, &app, &admin));
        let bc = json!(admin.org);
        let opened = sdk.post(
            "/bc/advertiser/create/",
            &json!({"bc_id": bc, "advertiser_info": {"name": "Spring", "currency": "GBP", "timezone": "Europe/London"}}),
        );
        let advertiser = done(&opened)["advertiser_id"].clone();
        World { house, app, admin, member, creator, account, sdk, bc, advertiser }
    }

    /// The owner scans the code of a request that the centre makes by the dialect, and authorises it.
    fn grant(&mut self) {
        let asked =
            self.sdk.get("/bc/asset/account/authorization/", &[("bc_id", self.bc.clone()), ("tt_account_roles", json!(["POST", "LIVE"]))]);
        let link = done(&asked)["bc_auth_qr_code"].as_str().unwrap().to_owned();
        assert!(link.starts_with(&format!("http://{}/", self.house.address)), "{link}");
        let (owner, account, centre) = (self.creator.org, self.account, self.admin.org);
        let user = self.creator.user;
        self.house
            .store
            .write_blocking(move |tx| {
                let who = kernel::Who::User { user, session: store::fresh() };
                let actor = kernel::Actor { who, origin: kernel::Origin::Inside, confirmed_at: Some(tx.now) };
                let request = centers::index::requests::open(tx, Some(centre), None)?.pop().unwrap().id;
                store::perform(tx, &actor, &centers::scan_request::ScanRequest { owner, code: link.clone() })?;
                let scopes = centers::Scopes::NONE.with(centers::Scope::Posts).with(centers::Scope::Live);
                let matching_code = centers::granting::code::matching(tx.keys(), request);
                store::perform(
                    tx,
                    &actor,
                    &centers::authorise::Authorise { grant: store::fresh(), owner, request, account, scopes, matching_code },
                )
            })
            .unwrap();
    }
}

#[track_caller]
fn done(answer: &Json) -> &Json {
    assert_eq!(answer["code"], 0, "{answer}");
    &answer["data"]
}

#[test]
fn an_agency_works_by_the_dialect_alone() {
    for on in On::BOTH {
        let mut w = World::new(on);
        let bc = w.bc.clone();
        assert_eq!(done(&w.sdk.get("/bc/get/", &[]))["list"][0]["bc_info"]["name"], "Northlight");
        // Members: invited, listed as pending, taken back; another role; removed.
        done(&w.sdk.post("/bc/member/invite/", &json!({"bc_id": bc, "emails": ["new@example.com"], "asset_ids": []})));
        let pending = w.sdk.get("/bc/member/get/", &[("bc_id", bc.clone()), ("filtering", json!({"relation_status": "PENDING"}))]);
        assert_eq!(done(&pending)["list"][0]["user_email"], "new@example.com");
        assert_eq!(w.sdk.post("/bc/member/invite/", &json!({"bc_id": bc, "emails": ["new@example.com"]}))["code"], 40_050);
        done(&w.sdk.post("/bc/member/delete/", &json!({"bc_id": bc, "user_email": "new@example.com"})));
        done(&w.sdk.post("/bc/member/update/", &json!({"bc_id": bc, "user_id": w.member.user, "user_role": "ADMIN"})));
        done(&w.sdk.post("/bc/member/update/", &json!({"bc_id": bc, "user_id": w.member.user, "user_role": "STANDARD"})));
        let alone = w.sdk.post("/bc/member/update/", &json!({"bc_id": bc, "user_id": w.admin.user, "user_role": "STANDARD"}));
        assert_eq!(alone["code"], 40_002, "the last admin stays: {alone}");
        // What the standard member sees before and after.
        let mut theirs = Sdk::new(&w.house, &token(&w.house, &w.app, &w.member));
        let of = |kind: &str| [("bc_id", bc.clone()), ("asset_type", kind.into())];
        w.grant();
        for kind in ["ADVERTISER", "TT_ACCOUNT"] {
            assert_eq!(done(&theirs.get("/bc/asset/get/", &of(kind)))["page_info"]["total_number"], 0);
        }
        done(&w.sdk.post("/bc/asset/assign/", &json!({"bc_id": bc, "user_id": w.member.user, "asset_type": "ADVERTISER", "asset_id": w.advertiser, "advertiser_role": "OPERATOR"})));
        done(&w.sdk.post("/bc/asset/assign/", &json!({"bc_id": bc, "user_id": w.member.user, "asset_type": "TT_ACCOUNT", "asset_id": w.account, "tt_account_roles": ["POST"]})));
        let more = json!({"bc_id": bc, "user_id": w.member.user, "asset_type": "TT_ACCOUNT", "asset_id": w.account, "tt_account_roles": ["DIRECT_MESSAGE"]});
        assert_eq!(w.sdk.post("/bc/asset/assign/", &more)["code"], 40_001, "more than was granted");
        assert_eq!(done(&theirs.get("/bc/asset/get/", &of("TT_ACCOUNT")))["list"][0]["tt_account_roles"], json!(["POST"]));
        assert_eq!(done(&theirs.get("/bc/asset/get/", &of("ADVERTISER")))["list"][0]["advertiser_role"], "OPERATOR");
        assert_eq!(theirs.get("/bc/asset/admin/get/", &of("ADVERTISER"))["code"], 40_001);
        let holders = [("bc_id", bc.clone()), ("asset_type", "TT_ACCOUNT".into()), ("asset_id", json!(w.account))];
        assert_eq!(done(&w.sdk.get("/bc/asset/member/get/", &holders))["list"][0]["user_id"], json!(w.member.user));
        assert_eq!(done(&w.sdk.get("/bc/asset/bind/quota/", &holders))["available_quota"], 10_000);
        // Identities and a Spark ad by the grant.
        let identity =
            [("advertiser_id", w.advertiser.clone()), ("identity_type", "BC_AUTH_TT".into()), ("identity_authorized_bc_id", bc.clone())];
        let found = theirs.get("/identity/get/", &identity);
        assert_eq!(done(&found)["identity_list"][0]["can_pull_video"], true, "{found}");
        assert_eq!(done(&found)["identity_list"][0]["can_use_live_ads"], false);
        let named = theirs.post("/identity/create/", &json!({"advertiser_id": w.advertiser, "display_name": "Spring teas"}));
        let id = done(&named)["identity_id"].clone();
        done(
            &theirs
                .post("/identity/delete/", &json!({"advertiser_id": w.advertiser, "identity_id": id, "identity_type": "CUSTOMIZED_USER"})),
        );
        let campaign = theirs.post(
            "/campaign/create/",
            &json!({"advertiser_id": w.advertiser, "campaign_name": "C", "objective_type": "TRAFFIC", "budget": 50.0}),
        );
        let campaign = done(&campaign)["campaign_id"].clone();
        let group = theirs.post("/adgroup/create/", &json!({"advertiser_id": w.advertiser, "campaign_id": campaign, "adgroup_name": "G"}));
        let group = done(&group)["adgroup_id"].clone();
        let creative = json!({"ad_name": "A", "identity_type": "BC_AUTH_TT", "identity_id": w.account, "identity_authorized_bc_id": bc, "tiktok_item_id": "7300000000000000001"});
        let refused = theirs.post("/ad/create/", &json!({"advertiser_id": w.advertiser, "adgroup_id": group, "creatives": [creative]}));
        assert_ne!(refused["code"], 0, "there is no such post");
        let ad_group = group;
        // Groups.
        let made = w.sdk.post(
            "/bc/asset_group/create/",
            &json!({"bc_id": bc, "asset_group_name": "Teas", "assets": [{"asset_id": w.advertiser}],
            "members": [{"member_id": w.member.user, "asset_roles": {"ADVERTISER": "ADVERTISER_ROLE_ANALYST"}}]}),
        );
        let group = done(&made)["asset_group_id"].clone();
        let listed = w.sdk.get("/bc/asset_group/list/", &[("bc_id", bc.clone()), ("filtering", json!({"keyword": "tea"}))]);
        assert_eq!(done(&listed)["asset_groups"][0]["members"][0]["member_id"], json!(w.member.user));
        let one = [("bc_id", bc.clone()), ("asset_group_id", group.clone()), ("query_entity", "ASSET".into())];
        assert_eq!(done(&w.sdk.get("/bc/asset_group/get/", &one))["asset_group"]["assets"][0]["asset_id"], w.advertiser);
        done(&w.sdk.post(
            "/bc/asset_group/update/",
            &json!({"bc_id": bc, "asset_group_id": group, "update_entity": "NAME", "asset_group_name": "Black teas"}),
        ));
        done(&w.sdk.post("/bc/asset_group/delete/", &json!({"bc_id": bc, "asset_group_ids": [group]})));
        // Withheld from one ad account: no identity there any more, an ad is refused with the reason, and back again.
        let link = json!({"bc_id": bc, "asset_id": w.account, "advertiser_id": w.advertiser});
        let served = |sdk: &mut Sdk| {
            let said = sdk.get("/bc/asset/advertiser/assigned/", &[("bc_id", bc.clone()), ("asset_id", json!(w.account))]);
            done(&said)["page_info"]["total_number"].clone()
        };
        assert_eq!(served(&mut theirs), 1);
        assert_eq!(theirs.post("/bc/asset/advertiser/unassign/", &link)["code"], 40_001, "a standard member withholds nothing");
        done(&w.sdk.post("/bc/asset/advertiser/assign/", &link));
        done(&w.sdk.post("/bc/asset/advertiser/unassign/", &link));
        assert_eq!(w.sdk.post("/bc/asset/advertiser/unassign/", &link)["code"], 40_012);
        assert_eq!((served(&mut theirs), served(&mut w.sdk)), (json!(0), json!(0)));
        assert_eq!(done(&theirs.get("/identity/get/", &identity))["identity_list"], json!([]));
        let refused = theirs.post("/ad/create/", &json!({"advertiser_id": w.advertiser, "adgroup_id": ad_group, "creatives": [creative]}));
        assert!(refused["message"].as_str().unwrap().contains("centers.spark.withheld"), "{refused}");
        done(&w.sdk.post("/bc/asset/advertiser/assign/", &link));
        assert_eq!(served(&mut theirs), 1);
        assert_eq!(done(&theirs.get("/identity/get/", &identity))["identity_list"][0]["can_pull_video"], true);
        // Unassigned, and gone for them; the log says all of it.
        done(&w.sdk.post(
            "/bc/asset/unassign/",
            &json!({"bc_id": bc, "user_id": w.member.user, "asset_type": "TT_ACCOUNT", "asset_id": w.account}),
        ));
        assert_eq!(done(&theirs.get("/bc/asset/get/", &of("TT_ACCOUNT")))["list"], json!([]));
        let log = w.sdk.get("/changelog/get/", &[("bc_id", bc.clone()), ("page_size", json!(50))]);
        assert!(done(&log)["page_info"]["total_number"].as_i64().unwrap() > 8, "{log}");
        assert_eq!(theirs.get("/changelog/get/", &[("bc_id", bc.clone())])["code"], 40_001);
        done(&w.sdk.post("/bc/asset/admin/delete/", &json!({"bc_id": bc, "asset_type": "TT_ACCOUNT", "asset_ids": [w.account]})));
        assert_eq!(done(&w.sdk.get("/bc/asset/get/", &of("TT_ACCOUNT")))["list"], json!([]));
        done(&w.sdk.post("/bc/member/delete/", &json!({"bc_id": bc, "user_id": w.member.user})));
        assert_eq!(theirs.get("/bc/asset/get/", &of("TT_ACCOUNT"))["code"], 40_001, "who is no member finds no centre");
        w.house.verify();
    }
}

#[test]
fn a_founded_centre_is_the_apps_to_act_in_and_partners_agree_first() {
    let mut w = World::new(On::Sqlite);
    let founded = w.sdk.post("/bc/create/", &json!({"bc_name": "Southlight", "timezone": "Europe/London"}));
    let other = done(&founded)["bc_id"].clone();
    assert_eq!(done(&w.sdk.get("/bc/get/", &[]))["page_info"]["total_number"], 2);
    let asked = w.sdk.post("/bc/partner/add/", &json!({"bc_id": w.bc, "partner_id": other, "asset_type": "ADVERTISER", "asset_ids": [w.advertiser], "advertiser_role": "OPERATOR"}));
    assert_eq!(done(&asked)["relation_status"], "PENDING");
    let listed = w.sdk.get("/bc/partner/get/", &[("bc_id", w.bc.clone())]);
    assert_eq!(done(&listed)["list"][0]["bc_name"], "Southlight");
    let (centre, partner): (kernel::OrgId, kernel::OrgId) = (w.admin.org, other.as_str().unwrap().parse().unwrap());
    let partnership = w.house.store.read_blocking(move |tx| Ok(centers::index::partners::between(tx, centre, partner)?[0].id)).unwrap();
    w.house.perform(centers::accept_partner::AcceptPartner { centre: partner, partnership });
    let shared = w
        .sdk
        .post("/bc/partner/add/", &json!({"bc_id": w.bc, "partner_id": other, "asset_ids": [w.advertiser], "advertiser_role": "OPERATOR"}));
    assert_eq!(done(&shared)["shared_asset_ids"], json!([w.advertiser]));
    let of = [("bc_id", w.bc.clone()), ("asset_type", "ADVERTISER".into()), ("asset_id", w.advertiser.clone())];
    assert_eq!(done(&w.sdk.get("/bc/asset/partner/get/", &of))["list"][0]["bc_id"], other);
    let out =
        [("bc_id", w.bc.clone()), ("partner_id", other.clone()), ("asset_type", "ADVERTISER".into()), ("share_type", "SHARING".into())];
    assert_eq!(done(&w.sdk.get("/bc/partner/asset/get/", &out))["list"][0]["asset_id"], w.advertiser);
    let theirs = [("bc_id", other.clone()), ("asset_type", "ADVERTISER".into())];
    assert_eq!(done(&w.sdk.get("/bc/asset/admin/get/", &theirs))["list"][0]["relation_type"], "OWNER_PARTNER");
    done(&w.sdk.post(
        "/bc/partner/asset/delete/",
        &json!({"bc_id": w.bc, "partner_id": other, "asset_type": "ADVERTISER", "asset_ids": [w.advertiser]}),
    ));
    done(&w.sdk.post("/bc/partner/delete/", &json!({"bc_id": w.bc, "partner_id": other})));
    assert_eq!(done(&w.sdk.get("/bc/partner/get/", &[("bc_id", w.bc.clone())]))["list"], json!([]));
}

/// Every call by someone of another centre, with this centre's ids: the very answer that ids of nothing get.
#[test]
fn a_foreign_id_answers_as_one_of_nothing() {
    for on in On::BOTH {
        let mut w = World::new(on);
        w.grant();
        let stranger = w.house.org(OrgKind::Centre, "Stranger", "GB", Merchant::Open);
        let mut sdk = Sdk::new(&w.house, &token(&w.house, &w.app, &stranger));
        let nothing = |kind: &str| format!("{kind}_00000000000000000000000000000007");
        let before = w.house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
        let mut compared = 0;
        for call in wire::business::CALLS.iter().filter(|call| !call.open && !call.path.ends_with("/bc/create/")) {
            let path = call.path.strip_prefix("/open_api/v1.3").unwrap();
            let mut ask = |bc: &str, advertiser: &str, account: &str, user: &str| {
                w.house.clock.advance(Span::seconds(1));
                let mut all = json!({
                    "bc_id": bc, "advertiser_id": advertiser, "business_id": account, "identity_id": account, "identity_type": "BC_AUTH_TT",
                    "identity_authorized_bc_id": bc, "asset_type": "TT_ACCOUNT", "asset_id": account, "asset_ids": [account], "user_id": user,
                    "user_role": "ADMIN", "tt_account_roles": ["POST"], "advertiser_ids": [advertiser], "partner_id": bc, "share_type": "SHARED",
                    "asset_group_id": nothing("asg"), "asset_group_ids": [nothing("asg")], "query_entity": "ASSET", "update_entity": "NAME",
                    "asset_group_name": "x", "assets": [{"asset_id": advertiser}], "members": [{"member_id": user}], "emails": ["x@example.com"],
                    "advertiser_info": {"name": "x", "currency": "GBP", "timezone": "UTC"}, "display_name": "x", "item_id": "1", "auth_code": "a".repeat(32),
                    "campaign_name": "x", "objective_type": "TRAFFIC", "campaign_id": nothing("cmp"), "adgroup_name": "x", "adgroup_id": nothing("adg"),
                    "creatives": [{"ad_name": "x", "identity_type": "BC_AUTH_TT", "identity_id": account, "identity_authorized_bc_id": bc, "tiktok_item_id": "1"}],
                    "ad_ids": [nothing("ad")], "operation_status": "DISABLE", "is_ad_promotable": true, "app_id": w.app.id, "secret": w.app.secret,
                });
                if path == "/bc/get/" || path == "/bc/partner/add/" {
                    all.as_object_mut().unwrap().remove("partner_id");
                }
                let answer = if call.post {
                    sdk.post(path, &all)
                } else {
                    let query: Vec<(&str, Json)> =
                        all.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
                    sdk.get(path, &query)
                };
                let text = json!([answer["code"], answer["message"], answer["data"]]).to_string();
                [bc, advertiser, account, user].iter().fold(text, |text, id| text.replace(id, "ID"))
            };
            let (bc, advertiser) = (w.bc.as_str().unwrap(), w.advertiser.as_str().unwrap());
            let foreign = ask(bc, advertiser, &w.account.to_string(), &w.member.user.to_string());
            let none = ask(&nothing("org"), &nothing("adv"), &nothing("acc"), &nothing("usr"));
            assert_eq!(foreign, none, "{path}");
            assert!(!foreign.starts_with("[50000"), "{path}: {foreign}");
            let is_refused = !foreign.starts_with("[0,");
            assert!(is_refused || path == "/bc/get/" || path == "/oauth2/advertiser/get/", "{path}: {foreign}");
            compared += 1;
        }
        assert!(compared > 45);
        assert_eq!(w.house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap(), before, "something happened");
    }
}

/// The person behind an address accepts their invitation, as the mail's link lets them.
pub fn join(house: &House, centre: kernel::OrgId, user: kernel::UserId, email: &str) {
    let email = email.to_owned();
    let secret_of = |link: String| link.rsplit('/').next().unwrap().to_owned();
    house
        .store
        .write_blocking(move |tx| {
            let who = kernel::Who::User { user, session: store::fresh() };
            let actor = kernel::Actor { who, origin: kernel::Origin::Inside, confirmed_at: Some(tx.now) };
            let link = access::secrets::one_time_link(tx, access::secrets::Purpose::VerifyEmail, &user.to_string(), Span::hours(1))?;
            store::perform(tx, &actor, &access::VerifyEmail { secret: secret_of(link) })?;
            let invitation = access::index::open_invitations(tx, centre)?.into_iter().find(|one| one.email == email).unwrap().id;
            let link = access::secrets::one_time_link(tx, access::secrets::Purpose::Join, &invitation, Span::hours(1))?;
            store::perform(tx, &actor, &access::AcceptInvitation { secret: secret_of(link), user })
        })
        .unwrap();
}

#[test]
fn whoever_was_invited_with_ad_accounts_has_them_when_they_join() {
    for on in On::BOTH {
        let mut w = World::new(on);
        let (bc, user, centre) = (w.bc.clone(), w.house.person("Ada"), w.admin.org);
        let email = w.house.store.read_blocking(move |tx| Ok(access::index::user(tx, user)?.unwrap().email)).unwrap();
        let ask = |assets: Json| json!({"bc_id": bc, "emails": [email], "asset_ids": assets, "advertiser_role": "OPERATOR"});
        let foreign = w.house.org(OrgKind::Centre, "Stranger", "GB", Merchant::Open);
        let theirs: kernel::AdAccountId = store::fresh();
        let (name, currency, zone) = ("Theirs".to_owned(), "GBP".to_owned(), "UTC".to_owned());
        w.house.perform(centers::open_ad_account::OpenAdAccount { ad_account: theirs, centre: foreign.org, name, currency, zone });
        // One ad account that is not theirs to give, and nobody is invited.
        assert_eq!(w.sdk.post("/bc/member/invite/", &ask(json!([w.advertiser, theirs])))["code"], 40_007);
        done(&w.sdk.post("/bc/member/invite/", &ask(json!([w.advertiser]))));
        let address = format!("/api/v1/centres/{centre}/ad_accounts/{}", w.advertiser.as_str().unwrap());
        let promised = w.admin.client.get(&address).must(200).json();
        assert_eq!((&promised["promised"][0]["email"], &promised["promised"][0]["role"]), (&json!(email), &json!("operator")));
        // A standard member is told nothing of whom the centre invites.
        done(&w.sdk.post("/bc/asset/assign/", &json!({"bc_id": bc, "user_id": w.member.user, "asset_type": "ADVERTISER", "asset_id": w.advertiser, "advertiser_role": "ADMIN"})));
        assert_eq!(w.member.client.get(&address).must(200).json()["promised"], json!([]));
        let page =
            w.house.browser(&w.admin).get(&format!("/centre/{centre}/ad_accounts/{}", w.advertiser.as_str().unwrap())).must(200).body;
        assert!(page.contains(&format!("Invited: {email}")), "{page}");
        // The REST API raises it; the share and the invitation bound it.
        let invitation = promised["promised"][0]["invitation"].as_str().unwrap().to_owned();
        let place = format!("{address}/invitations/{invitation}");
        let put = |client: &mut Client, role: &str| {
            client.send("PUT", &place, &[("Content-Type", "application/json")], json!({"role": role}).to_string().as_bytes())
        };
        put(&mut w.admin.client, "operator").must(409);
        put(&mut w.member.client, "admin").must(403);
        put(&mut w.admin.client, "admin").must(200);
        join(&w.house, centre, user, &email);
        let (id, role) = (w.advertiser.as_str().unwrap().parse().unwrap(), centers::AdRole::Admin);
        let given = w.house.store.read_blocking(move |tx| centers::index::ad_accounts::role_in(tx, id, centre, user)).unwrap();
        assert_eq!(given, Some(role));
        put(&mut w.admin.client, "analyst").must(409);
        w.house.verify();
    }
}

/// A post of the creator's, which ads may show.
fn post(w: &mut World, id: &str) {
    let at = w.house.clock_now() - Span::days(2);
    let path = format!("/api/v1/orgs/{}/accounts/{}/posts", w.creator.org, w.account);
    w.creator.client.post(&path, json!({"posts": [{"id": id, "at": at, "title": "Tea", "visibility": "public"}]})).must(200);
    let path = format!("/api/v1/creators/{}/accounts/{}/posts/{id}/switch", w.creator.org, w.account);
    w.creator.client.post(&path, json!({"on": true})).must(200);
}

#[test]
fn an_owner_sees_who_looked_into_the_account_by_the_dialect() {
    for on in On::BOTH {
        let mut w = World::new(on);
        w.grant();
        post(&mut w, "7300000000000000001");
        for (kind, asset) in [("ADVERTISER", w.advertiser.clone()), ("TT_ACCOUNT", json!(w.account))] {
            let assign = json!({"bc_id": w.bc, "user_id": w.member.user, "asset_type": kind, "asset_id": asset, "advertiser_role": "OPERATOR", "tt_account_roles": ["POST"]});
            done(&w.sdk.post("/bc/asset/assign/", &assign));
        }
        let mut theirs = Sdk::new(&w.house, &token(&w.house, &w.app, &w.member));
        let of: Vec<(&str, Json)> = vec![
            ("advertiser_id", w.advertiser.clone()),
            ("identity_type", "BC_AUTH_TT".into()),
            ("identity_id", json!(w.account)),
            ("identity_authorized_bc_id", w.bc.clone()),
        ];
        let uses = |w: &mut World| {
            let grants = w.creator.client.get(&format!("/api/v1/creators/{}/grants", w.creator.org)).must(200).json();
            let grant = grants["items"][0]["id"].as_str().unwrap().to_owned();
            w.creator.client.get(&format!("/api/v1/creators/{}/grants/{grant}", w.creator.org)).must(200).json()["uses"].clone()
        };
        // Looking at the identity is no use of the account; looking for what to show is.
        done(&theirs.get("/identity/info/", &of));
        assert_eq!(uses(&mut w), json!([]));
        assert_eq!(done(&theirs.get("/identity/video/get/", &of))["video_list"][0]["item_id"], "7300000000000000001");
        let first = uses(&mut w);
        assert_eq!((first.as_array().unwrap().len(), &first[0]["scope"]), (1, &json!("posts")), "{first}");
        let position = |w: &World| w.house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
        let before = position(&w);
        for _ in 0..3 {
            w.house.clock.advance(Span::minutes(19));
            done(&theirs.get("/identity/video/get/", &of));
        }
        assert_eq!(position(&w), before, "within the hour the log is not filled with it");
        w.house.clock.advance(Span::minutes(3));
        done(&theirs.get("/identity/video/get/", &of));
        assert_eq!(position(&w), before + 1);
        assert_ne!(uses(&mut w), first);
        // What is not theirs to see is no use either.
        assert_eq!(theirs.get("/identity/live/get/", &of)["data"]["live_list"], json!([]));
        w.house.verify();
    }
}

#[test]
fn a_code_that_is_over_is_forgotten_and_one_in_force_is_its_owners() {
    for on in On::BOTH {
        let mut w = World::new(on);
        w.grant();
        post(&mut w, "7300000000000000002");
        let path = format!("/api/v1/creators/{}/post_codes", w.creator.org);
        let made = w.creator.client.post(&path, json!({"account": w.account, "post": "7300000000000000002", "days": 7})).must(201).json();
        let (advertiser, item) = (w.advertiser.clone(), json!("7300000000000000002"));
        done(&w.sdk.post("/tt_video/authorize/", &json!({"advertiser_id": advertiser, "auth_code": made["code"]})));
        let listed = |w: &mut World| {
            done(&w.sdk.get("/tt_video/list/", &[("advertiser_id", w.advertiser.clone())]))["page_info"]["total_number"].clone()
        };
        assert_eq!(listed(&mut w), 1);
        let unbind = json!({"advertiser_id": advertiser, "item_id": item});
        let early = w.sdk.post("/tt_video/unbind/", &unbind);
        assert_eq!(early["code"], 40_002, "{early}");
        assert!(early["message"].as_str().unwrap().contains("centers.forget_post_code.still_in_force"), "{early}");
        w.house.pass(Span::days(7));
        done(&w.sdk.post("/tt_video/unbind/", &unbind));
        assert_eq!(listed(&mut w), 0);
        assert_eq!(w.sdk.post("/tt_video/unbind/", &unbind)["code"], 40_007, "there is nothing to forget any more");
        let log = w.sdk.get("/changelog/get/", &[("bc_id", w.bc.clone())]);
        assert_eq!(done(&log)["changelog_list"][0]["event"], "centers.post_code_forgotten", "{log}");
        w.house.verify();
    }
}

/// Every call by a standard member of the centre, with an ad account, an account, a group and a colleague's invitation that are
/// not theirs to see: the very answer that ids of nothing get, and nothing of theirs in any answer.
#[test]
fn a_standard_member_learns_nothing_of_what_is_not_assigned_to_them() {
    for on in On::BOTH {
        let mut w = World::new(on);
        w.grant();
        post(&mut w, "7300000000000000003");
        done(&w.sdk.post("/bc/member/invite/", &json!({"bc_id": w.bc, "emails": ["whisper@example.com"], "asset_ids": [w.advertiser]})));
        let made = w.sdk.post(
            "/bc/asset_group/create/",
            &json!({"bc_id": w.bc, "asset_group_name": "Whispered", "assets": [{"asset_id": w.advertiser}], "members": [{"member_id": w.admin.user}]}),
        );
        let group = done(&made)["asset_group_id"].as_str().unwrap().to_owned();
        let place = json!({"advertiser_id": w.advertiser, "campaign_name": "Whispered", "objective_type": "TRAFFIC"});
        let campaign = done(&w.sdk.post("/campaign/create/", &place))["campaign_id"].as_str().unwrap().to_owned();
        let in_it = json!({"advertiser_id": w.advertiser, "campaign_id": campaign, "adgroup_name": "Whispered"});
        let ad_group = done(&w.sdk.post("/adgroup/create/", &in_it))["adgroup_id"].as_str().unwrap().to_owned();
        let mut theirs = Sdk::new(&w.house, &token(&w.house, &w.app, &w.member));
        let nothing = |kind: &str| format!("{kind}_00000000000000000000000000000007");
        let before = w.house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap();
        let hidden = [w.advertiser.as_str().unwrap().to_owned(), w.account.to_string(), group, campaign, ad_group];
        let none = [nothing("adv"), nothing("acc"), nothing("asg"), nothing("cmp"), nothing("adg")];
        let bc = w.bc.as_str().unwrap().to_owned();
        let mut compared = 0;
        for call in wire::business::CALLS.iter().filter(|call| !call.open && !call.path.ends_with("/bc/create/")) {
            let path = call.path.strip_prefix("/open_api/v1.3").unwrap();
            for kind in ["ADVERTISER", "TT_ACCOUNT"] {
                let mut ask = |[advertiser, account, group, campaign, ad_group]: &[String; 5]| {
                    w.house.clock.advance(Span::seconds(1));
                    let asset = if kind == "ADVERTISER" { advertiser } else { account };
                    let mut all = json!({
                        "advertiser_id": advertiser, "business_id": account, "identity_id": account, "identity_type": "BC_AUTH_TT",
                        "identity_authorized_bc_id": bc, "asset_type": kind, "asset_id": asset, "asset_ids": [asset], "user_id": w.admin.user,
                        "user_role": "STANDARD", "tt_account_roles": ["POST"], "advertiser_role": "ANALYST", "advertiser_ids": [advertiser],
                        "partner_id": nothing("org"), "share_type": "SHARED", "asset_group_id": group, "asset_group_ids": [group],
                    });
                    let more = json!({
                        "query_entity": "ASSET", "update_entity": "NAME", "asset_group_name": "x", "assets": [{"asset_id": advertiser}],
                        "members": [{"member_id": w.member.user}], "emails": ["x@example.com"], "display_name": "x",
                        "item_id": "7300000000000000003", "auth_code": format!("#{}", "a".repeat(32)), "is_ad_promotable": false,
                        "advertiser_info": {"name": "x", "currency": "GBP", "timezone": "UTC"}, "objective_type": "TRAFFIC",
                        "campaign_id": campaign, "adgroup_name": "x", "adgroup_id": ad_group, "ad_ids": [nothing("ad")], "operation_status": "DISABLE",
                        "creatives": [{"ad_name": "x", "identity_type": "BC_AUTH_TT", "identity_id": account, "identity_authorized_bc_id": bc, "tiktok_item_id": "7300000000000000003"}],
                    });
                    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                    for (name, value) in
                        [("bc_id", &bc), ("app_id", &w.app.id), ("secret", &w.app.secret), ("campaign_name", &"x".to_owned())]
                    {
                        all[name] = value.clone().into();
                    }
                    let answer = if call.post {
                        theirs.post(path, &all)
                    } else {
                        let query: Vec<(&str, Json)> =
                            all.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
                        theirs.get(path, &query)
                    };
                    let text = json!([answer["code"], answer["message"], answer["data"]]).to_string();
                    [advertiser, account, group, campaign, ad_group].iter().fold(text, |text, id| text.replace(id.as_str(), "ID"))
                };
                let (of_others, of_nothing) = (ask(&hidden), ask(&none));
                assert_eq!(of_others, of_nothing, "{path} {kind}");
                assert!(!of_others.starts_with("[50000"), "{path}: {of_others}");
                for secret in ["whisper", "Whispered", "mei", "Spring", "7300000000000000003"] {
                    assert!(!of_others.contains(secret), "{path} tells {secret}: {of_others}");
                }
                compared += 1;
            }
        }
        assert!(compared > 90);
        assert_eq!(w.house.store.read_blocking(|tx| Ok(tx.as_of())).unwrap(), before, "something happened");
        // Whether somebody was invited, or is a partner, is not to be found out by asking for its end.
        let mut ended = |call: &str, name: &str, id: &str| {
            let said = theirs.post(call, &json!({"bc_id": w.bc, name: id}));
            json!([said["code"], said["message"]])
        };
        assert_eq!(
            ended("/bc/member/delete/", "user_email", "whisper@example.com"),
            ended("/bc/member/delete/", "user_email", "nobody@example.com")
        );
        let (partner, other) = (w.house.org(OrgKind::Centre, "Partner", "GB", Merchant::Open), nothing("org"));
        w.house.perform(centers::ask_partner::AskPartner { partnership: store::fresh(), centre: w.admin.org, partner: partner.org });
        for call in ["/bc/partner/delete/", "/bc/partner/add/"] {
            assert_eq!(ended(call, "partner_id", &partner.org.to_string()), ended(call, "partner_id", &other));
        }
        // Lists and their totals, whatever is searched for.
        for (call, query) in [
            ("/bc/asset/get/", json!({"asset_type": "ADVERTISER"})),
            ("/bc/asset/get/", json!({"asset_type": "TT_ACCOUNT", "filtering": {"keyword": "mei"}})),
            ("/bc/asset/get/", json!({"asset_type": "TT_ACCOUNT", "filtering": {"user_id": w.member.user}})),
            ("/bc/asset_group/list/", json!({})),
            ("/bc/partner/get/", json!({})),
            ("/bc/member/get/", json!({"filtering": {"relation_status": "PENDING"}})),
        ] {
            let mut all: Vec<(&str, Json)> =
                query.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            all.push(("bc_id", w.bc.clone()));
            let answer = theirs.get(call, &all);
            assert_eq!(done(&answer)["page_info"]["total_number"], 0, "{call}: {answer}");
        }
        let another = [("bc_id", w.bc.clone()), ("asset_type", "ADVERTISER".into()), ("filtering", json!({"user_id": w.admin.user}))];
        assert_eq!(theirs.get("/bc/asset/get/", &another)["code"], 40_007, "what a colleague has is not theirs to ask");
    }
}

/// Every reason for which a verb behind the dialect can refuse has a line in the table, and the table has no other.
#[test]
fn golden_wire() {
    let house = House::open(On::Sqlite);
    let words = house.app.words();
    let mut verbs: Vec<&str> = apps::scopes::SCOPES.iter().flat_map(|scope| scope.verbs).copied().collect();
    verbs.extend(["apps.take_token", "apps.give_back"]);
    let known: Vec<&str> = server::CONTEXTS.iter().flat_map(|room| room.part.capabilities).map(|verb| verb.name).collect();
    let unknown: Vec<&&str> = verbs.iter().filter(|verb| !known.contains(verb)).collect();
    assert!(unknown.is_empty(), "scopes name verbs that do not exist: {unknown:?}");
    let calls: Vec<&str> = wire::business::CALLS.iter().filter(|call| !call.open).map(|call| call.path).collect();
    let scoped: Vec<&str> = apps::scopes::SCOPES.iter().flat_map(|scope| scope.calls).copied().collect();
    let loose: Vec<&&str> =
        calls.iter().filter(|call| !scoped.contains(call)).chain(scoped.iter().filter(|call| !calls.contains(call))).collect();
    assert!(loose.is_empty(), "calls without a scope, or scopes with calls that do not exist: {loose:?}");
    let mut text = String::from("Every call, with its method and the permission scope that opens it.\n\n");
    for call in wire::business::CALLS {
        let scope = apps::scopes::SCOPES.iter().find(|scope| scope.calls.contains(&call.path));
        let scope = scope.map_or_else(|| "the app's secret".to_owned(), |scope| format!("{} {}", scope.number, scope.code));
        text.push_str(&format!("{:4} {} | {scope}\n", if call.post { "POST" } else { "GET" }, call.path));
    }
    text.push_str("\nEvery reason against, with its code.\n\n");
    let table = wire::business::codes::table();
    let reader = web::words::Reader::new(web::Lang::En, "UTC");
    for (reason, code) in table {
        assert!(words.has(reason), "the table names {reason}, which nobody wrote");
        text.push_str(&format!("{code} {reason} | {}\n", words.say(&reader, reason, &serde_json::Map::new())));
    }
    let missing: Vec<String> = words
        .keys()
        .filter(|key| words.has(&format!("{key}_fix")))
        .filter(|key| {
            wire::business::codes::scopes_of_reasons(&verbs).iter().any(|scope| key.rsplit_once('.').is_some_and(|(of, _)| of == *scope))
        })
        .filter(|key| !table.contains_key(*key))
        .map(str::to_owned)
        .collect();
    assert!(missing.is_empty(), "reasons without a code:\n{}", missing.join("\n"));
    crate::golden::golden("wire.txt", &text);
}
