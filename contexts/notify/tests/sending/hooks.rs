//! Webhooks, from the event to the receiver's answer in the log.

use crate::{
    receiver::{Receiver, Reply, status},
    world::{LENIENT, World},
};
use kernel::{EndpointId, Refusal, Span};
use notify::{
    EndpointState,
    enable_endpoint::EnableEndpoint,
    index,
    redeliver::Redeliver,
    rotate_secret::RotateSecret,
    send_test::SendTest,
    signature,
    webhooks::{
        Webhooks,
        client::{Client, Dial, Resolve},
    },
};
use serde_json::Value as Json;
use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, atomic::Ordering},
};
use tokio::net::TcpStream;

fn body(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_arrives_signed_once_with_its_id_and_the_log_shows_it() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let endpoint = world.add(&receiver.url(), &["access.org_renamed"]).await;
        let deaf = world.add("http://127.0.0.1:1/", &["linking.*"]).await;
        world.something_happens("Two").await;
        let sender = world.sender(None);
        assert_eq!(world.send(&sender).await, 1);
        assert_eq!(world.send(&sender).await, 0);

        let got = receiver.got();
        assert_eq!(got.len(), 1);
        let told = body(&got[0].body);
        assert_eq!((&told["type"], &told["data"]["name"]), (&"access.org_renamed".into(), &"Two".into()));
        assert_eq!(told["org"], world.shop.to_string());
        assert_eq!(told["id"], got[0].header("countersign-event-id"));
        assert!(got[0].head.starts_with("POST /hook?x=1 HTTP/1.1"), "{}", got[0].head);
        assert_eq!(got[0].header("host"), format!("127.0.0.1:{}", receiver.port));
        let secret = signature::secret(world.store.keys(), endpoint.id, 1);
        assert_eq!(got[0].header("countersign-signature"), signature::sign(&[secret], world.store.now(), &got[0].body));

        let log = world.deliveries(&endpoint).await;
        assert_eq!((log.len(), log[0].state.as_str(), log[0].said.as_str()), (1, "sent", "arrived 200"));
        let attempts = world.attempts(&endpoint, &log[0].id).await;
        assert_eq!((attempts.len(), attempts[0].outcome.as_str(), attempts[0].answer.as_str()), (1, "arrived", "said"));
        assert!(world.deliveries(&deaf).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_tried_again_at_each_delay_and_not_a_millisecond_before_and_given_up_after_the_last() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(status(500)).await;
        let endpoint = world.add(&receiver.url(), &["*"]).await;
        world.something_happens("Two").await;
        let sender = world.sender(None);
        let mut tries = world.send(&sender).await;
        let policy = world.write(|tx| tx.policy::<notify::Webhooks>(store::Scope::PLATFORM)).await;
        for delay in &policy.delays.value {
            world.clock.advance(Span(delay.0 - 1));
            assert_eq!(world.send(&sender).await, 0, "before {delay}");
            world.clock.advance(Span(1));
            tries += world.send(&sender).await;
        }
        assert_eq!(tries, policy.delays.value.len() + 1);
        let log = world.deliveries(&endpoint).await;
        assert_eq!((log[0].state.as_str(), log[0].due, log[0].said.as_str()), ("dead", None, "refused 500"));
        world.clock.advance(Span::days(10));
        assert_eq!(world.send(&sender).await, 0);
        let got = receiver.got();
        assert!(
            got.iter().all(|one| one.body == got[0].body && one.header("countersign-event-id") == got[0].header("countersign-event-id"))
        );
        assert_eq!(got.last().unwrap().header("countersign-attempt"), tries.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_is_forgotten_after_a_while_and_what_did_not_is_kept() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let (hears, deaf) =
            (world.add(&receiver.url(), &["access.org_renamed"]).await, world.add("http://127.0.0.1:1/", &["access.org_renamed"]).await);
        world.something_happens("Two").await;
        let sender = world.sender(None);
        world.send(&sender).await;
        let keep = world.write(|tx| tx.policy::<notify::Webhooks>(store::Scope::PLATFORM)).await.keep.value;
        world.clock.advance(keep);
        assert_eq!(world.write(notify::forget).await, 0, "kept to the last moment");
        world.clock.advance(Span(1));
        assert_eq!(world.write(notify::forget).await, 1);
        assert_eq!(world.write(notify::forget).await, 0);
        assert!(world.deliveries(&hears).await.is_empty());
        assert_eq!(world.deliveries(&deaf).await.len(), 1, "nobody has heard of it yet");
    }
}

const OFF_AFTER_3: &str = r#"off_after = { value = 3, source = "test", seen = "2026-11-21", sure = "operator" }"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_always_fails_is_switched_off_its_organisation_told_and_what_waits_given_up() {
    for world in World::everywhere(&format!("{LENIENT}{OFF_AFTER_3}"), "en").await {
        let receiver = Receiver::start(status(500)).await;
        let endpoint = world.add(&receiver.url(), &["access.*"]).await;
        let sender = world.sender(None);
        for name in ["Two", "Three", "Four"] {
            world.something_happens(name).await;
            world.send(&sender).await;
        }
        assert_eq!(receiver.got().len(), 3);
        assert_eq!(world.happened().await, ["endpoint_added", "endpoint_disabled"]);
        let (org, id) = (world.shop, endpoint.id);
        let now = world.write(move |tx| index::endpoint(tx, org, id)).await.unwrap();
        assert_eq!(now.state, EndpointState::Off);
        assert_eq!(world.write(move |tx| index::unread(tx, org)).await, 2, "the owner joined, the endpoint was switched off");
        let mails = world.write(|tx| store::outbox::list(tx, "mail", "waiting", None, 10)).await;
        assert!(mails.iter().any(|mail| mail.body.contains("notify_endpoint_disabled") && mail.target == "owner@shop.example"));

        // While it is off nothing new is put on its way, and what waited is given up.
        world.something_happens("Five").await;
        world.clock.advance(Span::hours(1));
        world.send(&sender).await;
        assert_eq!(receiver.got().len(), 3);
        let log = world.deliveries(&endpoint).await;
        assert_eq!(log.iter().map(|one| (one.state.as_str(), one.said.as_str())).collect::<Vec<_>>(), [("dead", "off"); 3]);

        // Enabled again it starts from zero: two failures do not switch it off.
        world.ask(EnableEndpoint { org, endpoint: id }).await.unwrap();
        for name in ["Six", "Seven"] {
            world.clock.advance(Span(1));
            world.something_happens(name).await;
            world.send(&sender).await;
        }
        assert_eq!(world.write(move |tx| index::endpoint(tx, org, id)).await.unwrap().state, EndpointState::On);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_hangs_drips_or_talks_nonsense_costs_one_time_out_and_no_more() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(Reply::Nothing).await;
        let endpoint = world.add(&receiver.url(), &["*"]).await;
        let sender = world.sender(None);
        let bad = [("Two", Reply::Nothing, "timed_out"), ("Three", Reply::Drip, "timed_out"), ("Four", Reply::Noise, "garbled")];
        for (name, reply, outcome) in bad {
            receiver.now_answers(reply);
            world.clock.advance(Span(1));
            world.something_happens(name).await;
            world.send(&sender).await;
            let log = world.deliveries(&endpoint).await;
            assert_eq!(log[0].said, outcome);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_answer_without_end_only_the_beginning_is_read() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(Reply::Endless).await;
        let endpoint = world.add(&receiver.url(), &["*"]).await;
        world.something_happens("Two").await;
        let sender = world.sender(None);
        world.send(&sender).await;
        let log = world.deliveries(&endpoint).await;
        assert_eq!(log[0].said, "arrived 200");
        assert_eq!(world.attempts(&endpoint, &log[0].id).await[0].answer.len(), 1_000);
        // What the two sockets buffer lies between what was read and what was written.
        let written = receiver.written.load(Ordering::SeqCst);
        assert!(written < 16 * 1024 * 1024, "{written} bytes of a gigabyte were taken");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    for world in World::everywhere(LENIENT, "en").await {
        let inner = Receiver::start(status(200)).await;
        let outer = Receiver::start(Reply::Status(302, format!("Location: {}\r\n", inner.url()), String::new())).await;
        let endpoint = world.add(&outer.url(), &["*"]).await;
        world.something_happens("Two").await;
        world.send(&world.sender(None)).await;
        assert_eq!(world.deliveries(&endpoint).await[0].said, "refused 302");
        assert_eq!((outer.connections(), inner.connections()), (1, 0));
    }
}

const STRICT: &str = r#"
[notify.webhooks]
plain_http = { value = true, source = "test", seen = "2026-11-21", sure = "operator" }
time_out = { value = "500 ms", source = "test", seen = "2026-11-21", sure = "operator" }
"#;

/// A client whose names resolve to what `answers` says, one answer after the other, and that writes down whom it dials.
fn guided(answers: &[&[&str]], lands_at: u16) -> (Client, Arc<Mutex<Vec<IpAddr>>>) {
    let dialled = Arc::new(Mutex::new(Vec::new()));
    let parse = |one: &&[&str]| one.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>();
    let rest = Mutex::new(answers.iter().map(parse).rev().collect::<Vec<_>>());
    let resolve: Resolve = Arc::new(move |_, port| {
        let next = rest.lock().unwrap().pop().unwrap_or_default();
        Box::pin(async move { Ok(next.into_iter().map(|ip| SocketAddr::from((ip, port))).collect()) })
    });
    let seen = dialled.clone();
    let dial: Dial = Arc::new(move |address| {
        seen.lock().unwrap().push(address.ip());
        Box::pin(TcpStream::connect(("127.0.0.1", lands_at)))
    });
    (Client::with(resolve, dial, [].into_iter().collect()).unwrap(), dialled)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_into_the_own_network_is_never_connected_to() {
    for world in World::everywhere(STRICT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let endpoint = world.add("http://hooks.example/", &["*"]).await;
        let private = [
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "::ffff:10.0.0.1",
            "fd00::1",
            "fe80::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ];
        let (client, dialled) = guided(&[&private], receiver.port);
        let sender = world.sender(Some(client));
        world.something_happens("Two").await;
        world.send(&sender).await;
        assert_eq!(world.deliveries(&endpoint).await[0].said, "unreachable", "the same words as for a host that is not there");
        assert_eq!((dialled.lock().unwrap().len(), receiver.connections()), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_that_was_checked_is_the_address_that_is_connected_to() {
    for world in World::everywhere(STRICT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let endpoint = world.add("http://rebinding.example/", &["*"]).await;
        // A rebinding name: public when it is asked first, loopback when it is asked again.
        let (client, dialled) = guided(&[&["10.0.0.1", "93.184.216.34"], &["127.0.0.1"]], receiver.port);
        let sender = world.sender(Some(client));
        for name in ["Two", "Three"] {
            world.clock.advance(Span(1));
            world.something_happens(name).await;
            world.send(&sender).await;
        }
        let said: Vec<_> = world.deliveries(&endpoint).await.into_iter().map(|one| one.said).collect();
        assert_eq!(said, ["unreachable", "arrived 200"]);
        assert_eq!(*dialled.lock().unwrap(), ["93.184.216.34".parse::<IpAddr>().unwrap()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_figures_is_checked_at_the_sending_too() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let endpoint = world.add(&receiver.url(), &["*"]).await;
        world.something_happens("Two").await;
        // The installation changed its mind after the endpoint was added.
        let parcels = world.write(|tx| <Webhooks as notify::senders::Channel>::take(tx, 10)).await;
        assert_eq!(parcels.len(), 1);
        let strict = notify::webhooks::client::Limits {
            plain_http: true,
            private_addresses: false,
            time_out: std::time::Duration::from_secs(1),
            read_limit: 10,
        };
        let outgoing = notify::webhooks::client::Outgoing { url: endpoint.url, headers: vec![], body: "{}".into() };
        let outcome = Client::new().unwrap().post(&outgoing, strict).await;
        assert_eq!((outcome, receiver.connections()), (notify::webhooks::client::Outcome::Unreachable, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_prove_its_name_is_not_told() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let endpoint = world.add(&format!("https://127.0.0.1:{}/", receiver.port), &["*"]).await;
        world.something_happens("Two").await;
        world.send(&world.sender(None)).await;
        let said = world.deliveries(&endpoint).await[0].said.clone();
        assert!(matches!(said.as_str(), "untrusted" | "timed_out"), "{said}");
        assert!(receiver.got().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_secret_is_rotated_both_sign_and_afterwards_the_new_one_alone() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let endpoint = world.add(&receiver.url(), &["*"]).await;
        let sender = world.sender(None);
        let (org, id) = (world.shop, endpoint.id);
        world.ask(RotateSecret { org, endpoint: id }).await.unwrap();
        let secrets = [2, 1].map(|generation| signature::secret(world.store.keys(), id, generation));
        assert_ne!(secrets[0], secrets[1]);
        world.clock.advance(Span(Span::hours(24).0 - 1));
        world.something_happens("Two").await;
        world.send(&sender).await;
        let got = receiver.got().pop().unwrap();
        assert_eq!(got.header("countersign-signature"), signature::sign(&secrets, world.store.now(), &got.body));
        world.clock.advance(Span(1));
        world.something_happens("Three").await;
        world.send(&sender).await;
        let got = receiver.got().pop().unwrap();
        assert_eq!(got.header("countersign-signature"), signature::sign(&secrets[..1], world.store.now(), &got.body));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_and_never_written_down_is_sent_again_under_the_same_id() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let endpoint = world.add(&receiver.url(), &["*"]).await;
        world.something_happens("Two").await;
        // A process that takes a message and ends.
        let taken = world.write(|tx| <Webhooks as notify::senders::Channel>::take(tx, 10)).await;
        assert_eq!(taken.len(), 1);
        drop(taken);
        let sender = world.sender(None);
        assert_eq!(world.send(&sender).await, 0, "it is leased");
        world.clock.advance(Span::minutes(1));
        assert_eq!(world.send(&sender).await, 1);
        let log = world.deliveries(&endpoint).await;
        assert_eq!((log.len(), log[0].state.as_str(), log[0].tries), (1, "sent", 2));
        assert_eq!(receiver.got().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_and_a_redelivery_arrive_and_another_organisations_are_not_there() {
    for world in World::everywhere(LENIENT, "en").await {
        let receiver = Receiver::start(status(200)).await;
        let endpoint = world.add(&receiver.url(), &["linking.*"]).await;
        let sender = world.sender(None);
        let (org, id) = (world.shop, endpoint.id);
        world.ask(SendTest { org, endpoint: id }).await.unwrap();
        world.send(&sender).await;
        assert_eq!(body(&receiver.got()[0].body)["type"], "notify.test");
        let delivery = world.deliveries(&endpoint).await[0].id.clone();
        world.ask(Redeliver { org, endpoint: id, delivery: delivery.clone() }).await.unwrap();
        let again = world.ask(Redeliver { org, endpoint: id, delivery: delivery.clone() }).await;
        assert!(matches!(again, Err(Refusal::Denied { .. })), "it is under way");
        world.send(&sender).await;
        let got = receiver.got();
        assert_eq!((got.len(), &got[0].body), (2, &got[1].body));

        let stranger = store::fresh();
        assert_eq!(world.ask(Redeliver { org: stranger, endpoint: id, delivery }).await, Err(Refusal::NotFound));
        assert_eq!(world.ask(SendTest { org: stranger, endpoint: id }).await, Err(Refusal::NotFound));
        assert_eq!(world.ask(RotateSecret { org, endpoint: EndpointId::new(1) }).await, Err(Refusal::NotFound));
    }
}
