//! Pages, REST and live pages through the door, as a browser and a program use them.

use crate::{
    mails::{Door, house},
    receiver::{Receiver, status},
    world::{LENIENT, World},
};
use access::{FoundOrg, Merchant, RenameOrg};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use kernel::{OrgId, OrgKind, Region, Span, UserId};
use serde_json::{Value as Json, json};
use web::App;

/// Someone at the door: a browser with a session, or a program with a token.
struct Guest {
    door: Door,
    app: App,
    cookie: String,
    token: String,
    lang: &'static str,
}

impl Guest {
    async fn of(world: &World, user: UserId, org: OrgId, lang: &'static str) -> Guest {
        let (app, door) = house(world);
        let secret = world.write(move |tx| access::session::open(tx, user, "test")).await.0;
        let token = world.write(move |tx| access::issue_token::io::issue_for(tx, org, user, "test", &["notify.*"], Span::days(1))).await;
        Guest { door, app, cookie: secret, token, lang }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, String, String) {
        let answer = (self.door)(request).await;
        let (parts, body) = answer.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let location = parts.headers.get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
        (parts.status, location, String::from_utf8(bytes.to_vec()).unwrap().replace("&#x2f;", "/"))
    }

    fn browser(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookie = format!("{}={}; lang={}", web::session_cookie(true), self.cookie, self.lang);
        Request::builder().method(method).uri(path).header("host", "house.example").header("cookie", cookie)
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let (status, _, body) = self.send(self.browser("GET", path).body(Body::empty()).unwrap()).await;
        (status, body)
    }

    async fn post(&self, path: &str, fields: &str) -> (StatusCode, String) {
        let csrf = self.app.store().keys().prove("csrf", &self.cookie);
        let request = self.browser("POST", path).header("content-type", "application/x-www-form-urlencoded");
        let (status, location, body) = self.send(request.body(Body::from(format!("csrf={csrf}&{fields}"))).unwrap()).await;
        (status, if location.is_empty() { body } else { location })
    }

    async fn api(&self, method: &str, path: &str, body: Json) -> (StatusCode, Json) {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.token));
        let request = request.header("content-type", "application/json").header("host", "house.example");
        let (status, _, text) = self.send(request.body(Body::from(body.to_string())).unwrap()).await;
        (status, serde_json::from_str(&text).unwrap_or(Json::String(text)))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_speaks_both_languages_and_every_button_works() {
    for lang in ["en", "zh"] {
        let world = World::new(LENIENT, lang).await;
        let receiver = Receiver::start(status(200)).await;
        let guest = Guest::of(&world, world.owner, world.shop, lang).await;
        let home = format!("/org/{}/webhooks", world.shop);
        let (status, _) = guest.get(&home).await;
        assert_eq!(status, StatusCode::OK);
        let url = receiver.url().replace(':', "%3A").replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
        let (status, page) = guest.post(&home, &format!("url={url}&types=access.org_renamed&types=linking.linked")).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
        assert!(page.starts_with(&format!("{home}/hook_")), "{page}");
        let (status, _) = guest.post(&format!("{page}/test"), "").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        world.something_happens("Two").await;
        let sender = world.sender(None);
        assert_eq!(world.send(&sender).await, 2);
        let (_, list) = guest.get(&page).await;
        let delivery = list.split(&format!("href=\"{page}/deliveries/")).nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let delivery = format!("{page}/deliveries/{delivery}");
        for path in [&home, &page, &delivery, &format!("{page}/secret"), &format!("/org/{}/notifications", world.shop)] {
            let (status, html) = guest.get(path).await;
            assert_eq!(status, StatusCode::OK, "{path}: {html}");
            assert!(!html.replace("notify.test", "").contains(">notify."), "{path}: a key without words");
        }
        let (status, again) = guest.post(&format!("{delivery}/redeliver"), "").await;
        assert_eq!((status, again), (StatusCode::SEE_OTHER, delivery));
        let (status, _) = guest.post(&page, &format!("url={url}&everything=on")).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (status, to) = guest.post(&format!("{page}/remove"), "").await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, home));
        assert_eq!(guest.get(&page).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_what_waits_but_not_what_it_says_and_others_do_not_see_it() {
    let world = World::new(LENIENT, "zh").await;
    let (operator, name, owner, region) = (store::fresh(), "Op".to_owned(), world.owner, Region::new(b"GB"));
    let found = FoundOrg { org: operator, kind: OrgKind::Operator, name, region, merchant: Merchant::Open, categories: vec![], owner };
    world.ask(found).await.unwrap();
    let letter = store::outbox::Letter {
        words: "x".into(),
        facts: Default::default(),
        link: "/enter/top-secret".into(),
        lang: "zh".into(),
        zone: String::new(),
    };
    world.write(move |tx| store::outbox::mail(tx, "mail_x", "someone@shop.example", &letter)).await;
    let guest = Guest::of(&world, world.owner, operator, "zh").await;
    let outbox = format!("/operator/{operator}/outbox");
    let (status, html) = guest.get(&outbox).await;
    assert_eq!(status, StatusCode::OK, "{html}");
    assert!(html.contains("someone@shop.example") && html.contains("尚未配置邮件服务器") && !html.contains("top-secret"), "{html}");
    let resend = format!("{outbox}/mail_x/resend");
    assert_eq!(guest.post(&resend, "").await.0, StatusCode::CONFLICT, "it was not given up");
    world.write(|tx| store::outbox::failed(tx, "mail_x", "no such person", None)).await;
    assert_eq!(guest.post(&resend, "").await.0, StatusCode::SEE_OTHER);
    assert_eq!(world.write(|tx| store::outbox::find(tx, "mail_x")).await.unwrap().state, "waiting");
    assert_eq!(guest.get(&outbox.replace(&operator.to_string(), &world.shop.to_string())).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_does_the_same_over_rest_and_another_organisations_are_not_there() {
    let world = World::new(LENIENT, "en").await;
    let guest = Guest::of(&world, world.owner, world.shop, "en").await;
    let all = format!("/api/v1/orgs/{}/webhooks", world.shop);
    let (status, added) = guest.api("POST", &all, json!({"url": "http://127.0.0.1:1/", "types": ["*"]})).await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    assert!(added["secrets"][0].as_str().unwrap().starts_with("whsec_"), "{added}");
    let one = format!("{all}/{}", added["id"].as_str().unwrap());
    let (status, bad) = guest.api("PUT", &one, json!({"url": "nonsense", "types": []})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    let (status, denied) = guest.api("PUT", &one, json!({"url": "http://127.0.0.1:1/", "types": ["linking.lost"]})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{denied}");
    assert!(denied.to_string().contains("notify.add_endpoint.unknown_types"), "{denied}");
    let (status, sent) = guest.api("POST", &format!("{one}/test"), json!({})).await;
    assert_eq!((status, &sent["type"]), (StatusCode::ACCEPTED, &"notify.test".into()));
    let (_, list) = guest.api("GET", &format!("{one}/deliveries"), Json::Null).await;
    assert_eq!(list["items"][0]["id"], sent["id"]);
    let (_, notices) = guest.api("GET", &format!("/api/v1/orgs/{}/notifications", world.shop), Json::Null).await;
    assert!(notices["unread"].as_i64().unwrap() >= 1, "{notices}");
    let read = format!("/api/v1/orgs/{}/notifications/read", world.shop);
    let (_, read) = guest.api("PUT", &read, json!({"seq": i64::MAX})).await;
    assert!(read["seq"].as_i64().unwrap() < 1_000, "nothing beyond the log's end has been read: {read}");

    let (stranger, name) = (OrgId::new(77), "Other".to_owned());
    let (region, owner) = (Region::new(b"GB"), world.owner);
    world
        .ask(FoundOrg { org: stranger, kind: OrgKind::Shop, name, region, merchant: Merchant::Open, categories: vec![], owner })
        .await
        .unwrap();
    for path in [all.replace(&world.shop.to_string(), &stranger.to_string()), one.replace(&world.shop.to_string(), &stranger.to_string())] {
        assert_eq!(guest.api("GET", &path, Json::Null).await.0, StatusCode::NOT_FOUND, "the token is for one organisation: {path}");
    }
    let foreign = format!("/org/{stranger}/webhooks/{}", added["id"].as_str().unwrap());
    assert_eq!(guest.get(&foreign).await.0, StatusCode::NOT_FOUND);
    let (status, removed) = guest.api("DELETE", &one, Json::Null).await;
    assert_eq!((status, &removed["removed"]), (StatusCode::OK, &added["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_learns_of_its_own_organisations_events_at_once() {
    let world = World::new(LENIENT, "en").await;
    let guest = Guest::of(&world, world.owner, world.shop, "en").await;
    let request = guest.browser("GET", &format!("/org/{}/live", world.shop)).body(Body::empty()).unwrap();
    let answer = (guest.door)(request).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut body = answer.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.starts_with(b":"), "{first:?}");
    let owner = world.owner;
    let (name, region) = ("Other".to_owned(), Region::new(b"GB"));
    let other = store::fresh();
    world
        .ask(FoundOrg { org: other, kind: OrgKind::Shop, name, region, merchant: Merchant::Open, categories: vec![], owner })
        .await
        .unwrap();
    world.ask(RenameOrg { org: world.shop, name: "Two".into() }).await.unwrap();
    let seq = world.write(|tx| Ok(tx.as_of())).await;
    let last = format!("event: changed\ndata: {{\"seq\":{seq},\"topics\":[\"access\"]}}");
    // The token that this test was issued may still be told first; the other shop's founding never is.
    let others = world.write(|tx| store::log::after(tx, 0, 100)).await;
    let others: Vec<i64> = others.iter().filter(|event| event.parties == [other]).map(|event| event.seq).collect();
    assert!(!others.is_empty());
    loop {
        let news = body.frame().await.unwrap().unwrap().into_data().unwrap();
        let text = String::from_utf8(news.to_vec()).unwrap().trim().to_owned();
        assert!(others.iter().all(|seq| !text.contains(&format!("\"seq\":{seq},"))), "{text}");
        if text == last {
            break;
        }
    }

    let stranger = guest.browser("GET", &format!("/org/{}/live", OrgId::new(5))).body(Body::empty()).unwrap();
    assert_eq!((guest.door)(stranger).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn senders_that_run_are_woken_by_an_event_and_end_when_they_are_told() {
    let world = World::new(LENIENT, "en").await;
    let receiver = Receiver::start(status(200)).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut running = tokio::task::JoinSet::new();
    for sender in notify::senders(&house(&world).0, &stopped) {
        running.spawn(sender);
    }
    let endpoint = world.add(&receiver.url(), &["*"]).await;
    let mut feed = world.store.follow();
    world.something_happens("Two").await;
    let arrived = async {
        while world.deliveries(&endpoint).await.iter().all(|one| one.state != "sent") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(4), arrived).await.expect("it arrives before the sender looks by itself");
    assert!(feed.try_recv().is_ok());
    stop.send(true).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(4), running.join_all()).await.expect("they end");
    assert_eq!(receiver.got().len(), 1);
}
