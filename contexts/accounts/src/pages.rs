//! Every page shows in both languages with all its words, and every address answers those who may and nobody else: behind
//! the real gate, on a real store.

use kernel::{Actor, OrgId, OrgKind, Region, UserId, Who};
use std::{
    net::IpAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use store::{Config, Database, Keys, ManualClock, Packs, Store, Tx};
use tower::ServiceExt;
use web::{App, Credential, Doors, Person, Room, StatusCode};

static ACCESS: Room = access::CONTEXT;
static ACCOUNTS: Room = crate::CONTEXT;
static ROOMS: &[&Room] = &[&ACCESS, &ACCOUNTS];
static NEXT: AtomicU64 = AtomicU64::new(0);

struct Nowhere;
impl web::origin::Countries for Nowhere {
    fn country(&self, _: IpAddr) -> Option<Region> {
        None
    }
}

/// The cookie of these tests is the person's id: how one signs in is tried where it belongs.
fn identify(tx: &mut Tx<'_>, shown: &Credential) -> Result<Option<Person>, kernel::Refusal> {
    let Credential::Session(secret) = shown else { return Ok(None) };
    let Ok(user) = secret.parse::<UserId>() else { return Ok(None) };
    let who = Who::User { user, session: kernel::SessionId::new(1) };
    let (name, email) = ("Someone".into(), "someone@example.com".into());
    Ok(Some(Person {
        who,
        user,
        confirmed_at: Some(tx.now),
        name,
        email,
        lang: String::new(),
        zone: String::new(),
        known_until: None,
        stale: false,
    }))
}

struct House {
    store: Store,
    answer: Box<dyn Fn(axum::extract::Request) -> Reply>,
    dir: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

struct Reply {
    status: StatusCode,
    location: String,
    body: String,
}

impl House {
    fn open() -> House {
        let dir = std::env::temp_dir().join(format!("countersign-pages-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst)));
        std::fs::create_dir_all(&dir).unwrap();
        let config = Config {
            database: Database::Sqlite(dir.join("countersign.db")),
            parts: vec![&ACCESS.part, &ACCOUNTS.part],
            packs: Packs::parse([("base", include_str!("../../../packs/base.toml"))], &[]).unwrap(),
            clock: Arc::new(ManualClock::at(crate::testing::START)),
            gate: access::gate,
            keys: Keys::open(&dir.join("keys")).unwrap(),
            readers: 2,
        };
        let store = Store::open(config).unwrap();
        let web = web::Config { base_url: "http://localhost".into(), secure: false, trusted_proxies: Vec::new(), zone: "UTC".into() };
        let doors = Doors { identify, touch: |_, _| Ok(()), memberships: access::memberships, told_by: "access", unread: |_, _| Ok(0) };
        let (_, router) = App::new(store.clone(), web, doors, ROOMS, Box::new(Nowhere), Default::default()).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let answer = move |request: axum::extract::Request| {
            runtime.block_on(async {
                let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
                let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let location = parts.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
                // Templates write a slash as an entity, which browsers read as a slash.
                Reply { status: parts.status, location, body: String::from_utf8_lossy(&bytes).replace("&#x2f;", "/") }
            })
        };
        House { store, answer: Box::new(answer), dir }
    }

    fn perform<A: store::Ask>(&self, ask: A) {
        self.store.write_blocking(move |tx| store::perform(tx, &Actor::SYSTEM, &ask)).unwrap();
    }

    fn person(&self, name: &str) -> UserId {
        let user = store::fresh();
        let (email, zone) = (format!("{name}@example.com"), "UTC".to_owned());
        self.perform(access::SignUp { user, email, name: name.to_owned(), lang: "en".into(), zone });
        user
    }

    fn org(&self, kind: OrgKind, owner: UserId) -> OrgId {
        let org = store::fresh();
        let (region, merchant) = (Region::new(b"GB"), access::Merchant::Open);
        self.perform(access::FoundOrg { org, kind, name: format!("{kind:?} & <Söhne>"), region, merchant, categories: vec![], owner });
        org
    }

    fn send(&self, request: axum::http::request::Builder, body: Vec<u8>) -> Reply {
        (self.answer)(request.header("host", "localhost").body(web::Body::from(body)).unwrap())
    }

    fn get(&self, user: UserId, lang: &str, path: &str) -> Reply {
        let cookies = format!("session={user}; lang={lang}");
        self.send(axum::http::Request::get(path).header("cookie", cookies), Vec::new())
    }

    fn csrf(&self, user: UserId, page: &str) -> String {
        let body = self.get(user, "en", page).body;
        let (_, rest) = body.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("no form on {page}: {body}"));
        rest.split_once('"').unwrap().0.to_owned()
    }

    fn post(&self, user: UserId, page: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = self.csrf(user, page);
        let all = std::iter::once(("csrf", csrf.as_str())).chain(fields.iter().copied());
        let escape = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body = all.map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&");
        let request = axum::http::Request::post(path).header("cookie", format!("session={user}"));
        self.send(request.header("content-type", "application/x-www-form-urlencoded"), body.into_bytes())
    }

    fn upload(&self, user: UserId, page: &str, kind: &str, file: &[u8]) -> Reply {
        let csrf = self.csrf(user, page);
        let mut body = Vec::new();
        for (name, value) in [("csrf", csrf.as_str()), ("kind", kind)] {
            body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"=x <b>.csv\"\r\n\r\n".bytes());
        body.extend(file);
        body.extend("\r\n--b--\r\n".bytes());
        let request = axum::http::Request::post(page).header("cookie", format!("session={user}"));
        self.send(request.header("content-type", "multipart/form-data; boundary=b"), body)
    }

    fn api(&self, user: UserId, method: &str, path: &str, body: &str) -> Reply {
        let csrf = self.store.keys().prove("csrf", &user.to_string());
        let request = axum::http::Request::builder().method(method).uri(path).header("cookie", format!("session={user}"));
        self.send(request.header("content-type", "application/json").header("x-csrf-token", csrf), body.as_bytes().to_vec())
    }
}

fn shows(reply: &Reply, what: &str) {
    assert_eq!(reply.status, StatusCode::OK, "{what}: {}", reply.body);
    says(reply, what);
}

fn says(reply: &Reply, what: &str) {
    let stray = reply.body.match_indices("accounts.").map(|(at, _)| &reply.body[at..reply.body.len().min(at + 60)]).next();
    assert_eq!(stray, None, "{what}: a key instead of words");
    assert!(!reply.body.contains("<Söhne>") && !reply.body.contains("<b>.csv"), "{what}: text that is not escaped");
}

struct People {
    creator: UserId,
    studio: OrgId,
    operator: UserId,
    house: OrgId,
}

fn people(house: &House) -> People {
    let (creator, operator) = (house.person("creator"), house.person("operator"));
    People { creator, studio: house.org(OrgKind::Creator, creator), operator, house: house.org(OrgKind::Operator, operator) }
}

#[test]
fn a_creator_registers_renames_and_reads_in_both_languages() {
    let house = House::open();
    let People { creator, studio, .. } = people(&house);
    let mine = format!("/creator/{studio}/accounts");
    let new = format!("{mine}/new");
    let fields =
        [("handle", "@luna.kitchen"), ("nickname", "小美 <b>"), ("region", "GB"), ("birth", "2000-01-01"), ("categories", "Cooking, 旅行")];
    for lang in ["en", "zh"] {
        for path in [&mine, &new, &format!("{mine}/claim")] {
            shows(&house.get(creator, lang, path), path);
        }
    }
    let bad = house.post(creator, &new, &new, &[("handle", "luna"), ("region", "Atlantis"), ("birth", "soon")]);
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.body);
    let reply = house.post(creator, &new, &new, &fields);
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    for lang in ["en", "zh"] {
        shows(&house.get(creator, lang, &reply.location), "one");
        shows(&house.get(creator, lang, &mine), "mine");
    }
    let renamed =
        house.post(creator, &reply.location, &format!("{}/rename", reply.location), &[("handle", "luna.cooks"), ("nickname", "Luna")]);
    assert_eq!(renamed.status, StatusCode::SEE_OTHER, "{}", renamed.body);
    let again =
        house.post(creator, &reply.location, &format!("{}/rename", reply.location), &[("handle", "luna.bakes"), ("nickname", "Luna")]);
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("The handle can change again from"), "{}", again.body);
}

#[test]
fn an_operator_acts_and_the_creator_claims() {
    let house = House::open();
    let People { creator, studio, operator, house: org } = people(&house);
    let imports = format!("/operator/{org}/imports");
    let file = include_bytes!("../tests/data/creators.csv");
    let imported =
        house.api(operator, "POST", &format!("/api/v1/orgs/{org}/imports?kind=accounts&only_good=1"), &String::from_utf8_lossy(file));
    assert_eq!(imported.status, StatusCode::CREATED, "{}", imported.body);
    let posts = house.upload(operator, &imports, "posts", include_bytes!("../tests/data/posts.csv"));
    assert_eq!(posts.status, StatusCode::SEE_OTHER, "{}", posts.body);
    for lang in ["en", "zh"] {
        shows(&house.get(operator, lang, &posts.location), "preview");
    }
    assert!(house.get(operator, "en", &format!("{}/errors", posts.location)).body.contains("7E+18"));
    let choices = [("act", "commit"), ("rows", "good"), ("create_missing", "on"), ("region", "")];
    assert_eq!(house.post(operator, &posts.location, &posts.location, &choices).status, StatusCode::SEE_OTHER);
    let done = loop {
        let page = house.get(operator, "en", &posts.location);
        shows(&page, "import");
        if !page.body.contains("hx-trigger=\"every") {
            break page;
        }
    };
    assert!(done.body.contains("9 rows: 7 new, 0 changed, 1 the same, 1 left out"), "{}", done.body);
    let list = format!("/operator/{org}/accounts");
    for lang in ["en", "zh"] {
        shows(&house.get(operator, lang, &posts.location), "done");
        for query in ["", "?q=mira", "?q=nothing%20fits", "?region=US&state=normal&limit=25", "?limit=1"] {
            shows(&house.get(operator, lang, &format!("{list}{query}")), query);
        }
        shows(&house.get(operator, lang, &imports), "imports");
    }
    let found: serde_json::Value =
        serde_json::from_str(&house.api(operator, "GET", &format!("/api/v1/orgs/{org}/accounts?q=mira.coks"), "").body).unwrap();
    let id = found["accounts"][0]["id"].as_str().unwrap_or_else(|| panic!("{found}")).to_owned();
    let one = format!("{list}/{id}");
    let because = [("reason", "It was reported <b>")];
    for (act, status) in [
        ("violations", StatusCode::SEE_OTHER),
        ("withdraw-ecommerce", StatusCode::SEE_OTHER),
        ("withdraw-ecommerce", StatusCode::CONFLICT),
        ("grant-ecommerce", StatusCode::SEE_OTHER),
        ("mark-political", StatusCode::SEE_OTHER),
        ("mark-political", StatusCode::CONFLICT),
        ("suspend", StatusCode::SEE_OTHER),
    ] {
        assert_eq!(house.post(operator, &one, &format!("{one}/{act}"), &because).status, status, "{act}");
        shows(&house.get(operator, "zh", &one), act);
    }
    assert_eq!(house.post(operator, &one, &format!("{one}/reinstate"), &because).status, StatusCode::SEE_OTHER);
    let long = "x".repeat(501);
    for (act, field, fields) in [
        ("suspend", "f-reason", [("reason", long.as_str()), ("region", "")]),
        ("move-region", "f-region", [("reason", "It moved there"), ("region", "Atlantis")]),
    ] {
        let again = house.post(operator, &one, &format!("{one}/{act}"), &fields);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
        says(&again, act);
        assert!(again.body.contains(&format!("id=\"{field}-error\"")), "{act}: the message stands by the field");
        assert_eq!(again.body.matches(fields[0].1).count(), 1, "{act}: what was typed is in its own form and in no other");
        assert_eq!(again.body.matches("<details open>").count(), 1, "{act}: and its form is open");
    }
    let none = house.upload(operator, &imports, "accounts", b"");
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&none, "an empty file");
    assert!(none.body.contains("id=\"f-file-error\""), "{}", none.body);
    let moved = house.post(operator, &one, &format!("{one}/move-region"), &[("region", "MX"), ("reason", "moved")]);
    assert_eq!(moved.status, StatusCode::CONFLICT, "an account registered in the United States stays there");
    let dismissed = house.post(operator, &one, &format!("{one}/findings/7000000000000000003/dismiss"), &because);
    assert_eq!(dismissed.status, StatusCode::SEE_OTHER, "{}", dismissed.body);
    let code = house.post(operator, &one, &format!("{one}/claim-code"), &[]);
    shows(&code, "code");
    let (_, rest) = code.body.split_once("<div class=\"secret-value\"><code>").unwrap();
    let code = rest.split_once("</code>").unwrap().0.to_owned();
    let claim = format!("/creator/{studio}/accounts/claim");
    let wrong = house.post(creator, &claim, &claim, &[("handle", "mira.cooks"), ("code", "AAAAA-AAAAA"), ("birth", "2000-01-01")]);
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    let right = house.post(creator, &claim, &claim, &[("handle", "@Mira.Cooks"), ("code", &code.to_lowercase()), ("birth", "2000-01-01")]);
    assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.body);
    shows(&house.get(creator, "zh", &format!("/creator/{studio}/accounts/{id}")), "claimed");
    for kind in ["accounts", "posts"] {
        assert!(house.get(operator, "zh", &format!("{imports}/template?kind={kind}")).body.contains("账号名"));
        assert!(house.get(operator, "zh", &format!("{imports}/template?kind={kind}&form=xlsx")).body.starts_with("PK"));
    }
}

#[test]
fn strangers_and_other_tenants_find_nothing() {
    let house = House::open();
    let People { creator, studio, operator, house: org } = people(&house);
    let other = house.person("other");
    let theirs = house.org(OrgKind::Creator, other);
    let body = r#"{"handle":"luna","region":"GB","birth":"2000-01-01"}"#;
    let made = house.api(creator, "POST", &format!("/api/v1/orgs/{studio}/accounts"), body);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = serde_json::from_str::<serde_json::Value>(&made.body).unwrap()["id"].as_str().unwrap().to_owned();
    assert!(!made.body.contains("2000-01-01"), "a date of birth stays inside");
    for (user, path) in [
        (other, format!("/creator/{studio}/accounts/{id}")),
        (other, format!("/creator/{theirs}/accounts/{id}")),
        (other, format!("/api/v1/orgs/{theirs}/accounts/{id}")),
        (other, format!("/api/v1/orgs/{studio}/accounts/{id}")),
        (creator, format!("/operator/{org}/accounts/{id}")),
        (creator, format!("/operator/{org}/imports")),
        (operator, format!("/operator/{org}/accounts/acc_00000000000000000000000000000001")),
    ] {
        assert_eq!(house.get(user, "en", &path).status, StatusCode::NOT_FOUND, "{path}");
    }
    let rename = format!("/api/v1/orgs/{theirs}/accounts/{id}/rename");
    assert_eq!(house.api(other, "POST", &rename, r#"{"handle":"mine","nickname":"Mine"}"#).status, StatusCode::NOT_FOUND);
    let own = house.api(other, "GET", &format!("/api/v1/orgs/{theirs}/accounts"), "");
    assert!(own.body.contains("\"accounts\":[]"), "{}", own.body);
    let all = house.api(operator, "GET", &format!("/api/v1/orgs/{org}/accounts?q=luna"), "");
    assert!(all.body.contains(&id), "{}", all.body);
}
