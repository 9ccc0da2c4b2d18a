//! Mail, from the event to what a person reads.

use crate::world::World;
use access::SuspendOrg;
use axum::http::Request;
use futures_util::future::BoxFuture;
use kernel::Span;
use notify::{MailConfig, MailTls, mail::Mails};
use serde_json::Value as Json;
use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tower::ServiceExt;
use web::{App, Body, Config, Doors, Response, Room, origin::Countries};

static ACCESS: Room = access::CONTEXT;
static ACCOUNTS: Room = accounts::CONTEXT;
static NOTIFY: Room = notify::CONTEXT;
static ROOMS: [&Room; 3] = [&ACCESS, &ACCOUNTS, &NOTIFY];

struct Nowhere;
impl Countries for Nowhere {
    fn country(&self, _: std::net::IpAddr) -> Option<kernel::Region> {
        None
    }
}

/// What takes a request and answers it.
pub type Door = Arc<dyn Fn(Request<Body>) -> BoxFuture<'static, Response> + Send + Sync>;

/// The whole house, and its door.
pub fn house(world: &World) -> (App, Door) {
    let config = Config { base_url: "https://house.example".into(), secure: true, trusted_proxies: vec![], zone: "UTC".into() };
    let doors = Doors {
        identify: access::identify,
        memberships: access::memberships,
        touch: access::touch,
        told_by: "access",
        unread: notify::unread,
    };
    let (app, router) = App::new(world.store.clone(), config, doors, &ROOMS, Box::new(Nowhere), Default::default()).unwrap();
    let door: Door = Arc::new(move |request| {
        let answer = router.clone().oneshot(request);
        Box::pin(async move { answer.await.unwrap() })
    });
    (app, door)
}

fn mails(world: &World, port: u16) -> Arc<Mails> {
    let from = "Countersign <no-reply@house.example>".into();
    let config = MailConfig { host: "127.0.0.1".into(), port, user: None, password: None, from, tls: MailTls::Never };
    Arc::new(Mails::new(house(world).0, &config).unwrap())
}

/// The repository's mail server that only listens. It ends with its standard input.
struct Sink {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl Sink {
    fn start() -> Sink {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../browser/smtp-sink.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs browser/smtp-sink.mjs; `npm ci` in browser/ installs what it needs");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Json =
            serde_json::from_str(&lines.next().expect("the mail server starts; `npm ci` in browser/ installs what it needs").unwrap())
                .unwrap();
        let port = u16::try_from(first["listening"].as_u64().unwrap()).unwrap();
        Sink { child, lines, port }
    }
    fn next(&mut self) -> Json {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

async fn stop(world: &World) {
    let (operator, org, reason) = (store::fresh(), world.shop, "检查 <b>\r\nBcc: x".to_owned());
    world.ask(SuspendOrg { operator, org, reason }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reads_what_happened_in_their_own_language_once() {
    for (lang, subject, button) in [("zh", "One 已被暂停", "打开"), ("en", "One was suspended", "Open")] {
        let world = World::new("", lang).await;
        stop(&world).await;
        let mut sink = Sink::start();
        let sender = mails(&world, sink.port);
        assert_eq!(notify::senders::round(&world.store, &sender).await, Ok(1));
        assert_eq!(notify::senders::round(&world.store, &sender).await, Ok(0));
        let mail = sink.next();
        assert_eq!((&mail["subject"], &mail["to"][0]), (&subject.into(), &"owner@shop.example".into()));
        assert_eq!(mail["from"], "no-reply@house.example");
        assert!(mail["text"].as_str().unwrap().contains("检查 <b>"), "{mail}");
        assert!(mail["html"].as_str().unwrap().contains("检查 &lt;b&gt;"), "{mail}");
        assert!(mail["text"].as_str().unwrap().contains(&format!("{button}: https://house.example/shop/{}", world.shop)), "{mail}");
        assert_eq!(mail["headers"]["auto-submitted"], "auto-generated");
        assert!(mail["headers"]["message-id"].as_str().unwrap().ends_with("@house.example>"), "{mail}");
        assert_eq!(mail["headers"].get("bcc"), None);
    }
}

/// A mail server that answers every address with `verdict`.
async fn refusing(verdict: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = tokio::io::BufReader::new(read).lines();
            let _ = write.write_all(b"220 here\r\n").await;
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = if line.starts_with("RCPT") { verdict } else { "250 ok" };
                let _ = write.write_all(format!("{answer}\r\n").as_bytes()).await;
            }
        }
    });
    port
}

async fn only_mail(world: &World) -> store::outbox::Message {
    let all = ["waiting", "dead", "sent"];
    let mut found = Vec::new();
    for state in all {
        found.extend(world.write(move |tx| store::outbox::list(tx, "mail", state, None, 10)).await);
    }
    assert_eq!(found.len(), 1);
    found.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_good_is_given_up_at_once_and_one_for_now_is_tried_again() {
    for world in World::everywhere("", "en").await {
        stop(&world).await;
        let sender = mails(&world, refusing("450 come back later").await);
        assert_eq!(notify::senders::round(&world.store, &sender).await, Ok(1));
        let waiting = only_mail(&world).await;
        assert_eq!((waiting.state.as_str(), waiting.due), ("waiting", Some(world.store.now() + Span::minutes(1))));
        world.clock.advance(Span::minutes(1));
        let sender = mails(&world, refusing("550 no such person").await);
        assert_eq!(notify::senders::round(&world.store, &sender).await, Ok(1));
        let dead = only_mail(&world).await;
        assert_eq!((dead.state.as_str(), dead.due), ("dead", None));
        assert!(dead.said.contains("no such person"), "{}", dead.said);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_waited_for_72_hours_is_given_up_and_one_a_millisecond_younger_is_sent() {
    let mut sink = Sink::start();
    for (waited, tried) in [(Span(Span::hours(72).0 - 1), 1), (Span::hours(72), 0)] {
        let world = World::new("", "en").await;
        stop(&world).await;
        world.clock.advance(waited);
        let sender = mails(&world, sink.port);
        assert_eq!(notify::senders::round(&world.store, &sender).await, Ok(tried));
        assert_eq!(only_mail(&world).await.state, if tried == 1 { "sent" } else { "dead" });
    }
    assert_eq!(sink.next()["to"][0], "owner@shop.example");
}
