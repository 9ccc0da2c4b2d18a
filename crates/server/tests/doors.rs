//! The door: what every answer wears, what a broken request hears, and what a house refuses to be.

use crate::house::{Dir, House, On};
use access::Merchant;
use serde_json::json;
use server::Settings;

#[test]
fn every_answer_wears_the_same_headers() {
    let house = House::open(On::Sqlite);
    let mut client = house.client();
    for path in [
        "/",
        "/sign_in",
        "/nowhere",
        "/api/v1/nowhere",
        "/assets/app.css",
        "/assets/nothing",
        "/healthz",
        "/api/openapi.json",
        "/org/nonsense/team",
    ] {
        let reply = client.get(path);
        for (name, value) in web::PRODUCT_HEADERS {
            assert_eq!(
                reply.header(name).map(|v| v.split_whitespace().collect::<String>()),
                Some(value.split_whitespace().collect()),
                "{path} {name}"
            );
        }
        if !path.starts_with("/assets") && path != "/api/openapi.json" && path != "/healthz" {
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
        }
    }
}

#[test]
fn the_policy_admits_no_inline_script_or_style() {
    let (_, policy) = web::PRODUCT_HEADERS[0];
    assert!(!policy.contains("unsafe") && policy.contains("object-src 'none'") && policy.contains("frame-ancestors 'none'"));
}

#[test]
fn the_house_says_that_it_is_ready() {
    for on in On::BOTH {
        let house = House::open(on);
        let reply = house.client().get("/healthz").must(200);
        assert_eq!(reply.json()["ready"], true, "{}", reply.body);
    }
}

#[test]
fn broken_json_names_the_field() {
    let house = House::open(On::Sqlite);
    let mut shop = house.shop("Tea", "GB", Merchant::Invited);
    let path = format!("/api/v1/shops/{}/links", shop.org);
    let reply = shop.client.post(&path, json!({"account": "acc_7", "role": "marketing"})).must(422);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert_eq!(reply.json()["reasons"][0]["field"], "account", "{}", reply.body);
    let reply = shop.client.send("POST", &path, &[("Content-Type", "application/json")], b"{\"role\": ");
    assert_eq!(reply.status, 422, "{}", reply.body);
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(shop.client.send("POST", &path, &[("Content-Type", "application/json")], deep.as_bytes()).status, 422);
    let large = vec![b' '; 2 << 20];
    assert_eq!(shop.client.send("POST", &path, &[("Content-Type", "application/json")], &large).status, 422);
}

#[test]
fn a_zero_in_a_text_is_no_fault_on_either_database() {
    for on in On::BOTH {
        let house = House::open(on);
        let mut shop = house.shop("Tea", "GB", Merchant::Invited);
        let path = |rest: &str| format!("/api/v1/orgs/{}/{rest}", shop.org);
        let (tickets, name, webhooks, accounts) = (path("tickets"), path("name"), path("webhooks"), path("accounts?q=a%00b&after=%00"));
        let mut heard = Vec::new();
        for text in ["\0", "a\0b"] {
            heard.push(shop.client.post(&tickets, json!({"about": "other", "text": format!("{text}?")})).status);
            heard.push(shop.client.post(&webhooks, json!({"url": format!("https://example.com/{text}"), "kinds": [text]})).status);
            let body = json!({"name": text}).to_string();
            heard.push(shop.client.send("PUT", &name, &[("Content-Type", "application/json")], body.as_bytes()).status);
            let key = [("Content-Type", "application/json")];
            heard.push(
                shop.client.send("POST", &tickets, &key, b"{\"about\": \"other\", \"subject\": \"\\u0000\", \"text\": \"x\"}").status,
            );
        }
        heard.push(shop.client.get(&accounts).status);
        heard.push(house.client().get("/sign_in?next=%00").status);
        let mut browser = house.browser(&shop);
        heard
            .push(browser.form(&format!("/org/{}/tickets", shop.org), &[("about", "other"), ("subject", "a\0b"), ("text", "a\0b")]).status);
        assert!(heard.iter().all(|status| *status < 500), "{on:?} {heard:?}");
    }
}

#[test]
fn a_path_asked_by_another_method_says_so_on_a_page_or_as_a_problem() {
    let house = House::open(On::Sqlite);
    let reply = house.client().get("/language");
    assert_eq!((reply.status, reply.body.contains("<h1")), (405, true), "{}", reply.body);
    let reply = house.client().send("PATCH", "/api/v1/orgs", &[], b"");
    assert_eq!((reply.status, reply.header("content-type")), (405, Some("application/problem+json")), "{}", reply.body);
}

#[test]
fn another_sites_page_cannot_post_here() {
    let house = House::open(On::Sqlite);
    let shop = house.shop("Tea", "GB", Merchant::Invited);
    let mut browser = house.browser(&shop);
    for headers in [[("Origin", "https://evil.example")], [("Sec-Fetch-Site", "cross-site")], [("Origin", "null")]] {
        assert_eq!(browser.send("POST", "/language", &headers, b"lang=zh").status, 409, "{headers:?}");
    }
}

#[test]
fn an_unknown_token_is_refused_even_where_anyone_may() {
    let house = House::open(On::Sqlite);
    let mut client = house.client();
    client.token = Some("cs_nonsense".into());
    assert_eq!(client.get("/api").status, 303);
    client.get("/api/v1/nowhere");
}

#[test]
fn a_house_that_others_can_reach_wants_tls_a_proxy_and_a_secret() {
    let dir = Dir::new();
    let mut settings = Settings::local(&dir.0, "0.0.0.0:8080".parse().unwrap());
    assert_eq!(settings.insecure().len(), 3);
    settings.base_url = Some("https://shop.example".into());
    settings.trusted_proxies = vec!["10.0.0.0/24".parse().unwrap()];
    settings.secret = Some("x".repeat(31));
    assert_eq!(settings.insecure().len(), 1);
    settings.secret = Some("x".repeat(32));
    assert_eq!(settings.insecure(), Vec::<String>::new());
    assert_eq!(Settings::local(&dir.0, "127.0.0.1:8080".parse().unwrap()).insecure(), Vec::<String>::new());
}

#[test]
fn a_database_opens_only_with_the_keys_and_the_secret_that_it_was_made_with() {
    for on in On::BOTH {
        let (dir, other) = (Dir::new(), Dir::new());
        let mut settings = Settings::local(&dir.0, "127.0.0.1:0".parse().unwrap());
        settings.database = (on == On::Postgres).then(crate::house::fresh_database);
        settings.secret = Some("x".repeat(32));
        let open = |settings: &Settings| server::house::open_store(settings, std::sync::Arc::new(store::SystemClock)).map(drop);
        open(&settings).unwrap();
        let wrong = Settings { secret: Some("y".repeat(32)), ..settings.clone() };
        assert!(format!("{:?}", open(&wrong)).contains("other keys"), "{on:?}");
        if on == On::Postgres {
            let strange = Settings { data: other.0.clone(), ..settings.clone() };
            assert!(format!("{:?}", open(&strange)).contains("other keys"));
        }
        open(&settings).unwrap();
    }
}
