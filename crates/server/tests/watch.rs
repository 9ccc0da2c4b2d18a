//! Answers that come by themselves, and answers at the command line.

use crate::{
    answers::{POST, World, happen, world},
    house::{House, Member, On},
};
use centers::{EndedBy, Event, Scopes};
use kernel::{AuthorisationId, OrgKind, Span};
use serde_json::{Value as Json, json};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::Command,
    time::Duration,
};

/// A stream of answers as they arrive; an answer that does not come ends the wait.
struct Watcher(BufReader<TcpStream>);

fn address(questions: &[Json]) -> String {
    let text = Json::from(questions).to_string();
    let escaped: String =
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    format!("/api/v1/decisions/watch?questions={escaped}")
}

fn watch(member: &Member, questions: &[Json]) -> Watcher {
    let (address, path) = (member.client.address.unwrap(), address(questions));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let token = member.client.token.as_deref().unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n").unwrap();
    Watcher(BufReader::new(stream))
}

impl Watcher {
    /// The next answer; none when the stream has ended.
    fn next(&mut self) -> Option<Json> {
        let mut line = String::new();
        while self.0.read_line(&mut line).unwrap() > 0 {
            if let Some(told) = line.strip_prefix("data:") {
                return Some(serde_json::from_str(told.trim()).unwrap());
            }
            line.clear();
        }
        None
    }
}

fn codes(answer: &Json) -> Vec<&str> {
    answer["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

#[test]
fn a_watcher_is_told_what_an_act_ends_and_what_the_clock_ends() {
    for on in On::BOTH {
        let house = House::open(on);
        let World { admin, standard, creator, account, ad_account, held } = world(&house);
        let authorisation: AuthorisationId = store::fresh();
        let authorised = centers::Authorised { authorisation, account, owner: creator.org, post: POST.into() };
        let expires_at = house.clock_now() + Span::days(7);
        happen(
            &house,
            vec![
                Event::PostAuthorised { authorised: authorised.clone(), digest: String::new(), days: 7, expires_at },
                Event::PostCodeApplied { authorised, centre: admin.org, ad_account, by: standard.user },
            ],
        );
        let of = |scope: &str| json!({"question": "use", "user": standard.user, "centre": admin.org, "account": account, "scope": scope, "ad_account": ad_account});
        let posts = json!({"question": "use", "user": standard.user, "centre": admin.org, "account": account, "scope": "posts", "ad_account": ad_account, "post": POST});
        let mut watcher = watch(&standard, &[posts, of("messages")]);
        let (first, second) = (watcher.next().unwrap(), watcher.next().unwrap());
        assert_eq!((&first["number"], &first["allowed"], &first["by"]), (&json!(0), &json!(true), &json!(["grant", "code"])), "{first}");
        assert_eq!((&second["number"], &second["allowed"]), (&json!(1), &json!(true)), "{second}");

        // The owner takes everything but live: the code still allows the post, the messages are over.
        let live = Scopes::NONE.with(centers::Scope::Live);
        let seq = happen(&house, vec![Event::AccessNarrowed { held, scopes: live, by: EndedBy::Owner }]);
        let (post, messages) = (watcher.next().unwrap(), watcher.next().unwrap());
        assert_eq!((&post["allowed"], &post["by"], &post["holds_until"]), (&json!(true), &json!(["code"]), &json!(expires_at)), "{post}");
        assert_eq!((&messages["number"], &messages["allowed"]), (&json!(1), &json!(false)), "{messages}");
        assert!(messages["revision"].as_i64().unwrap() >= seq);

        // Nobody does anything; the code's time is over.
        house.clock.advance(Span::days(7));
        let over = watcher.next().unwrap();
        assert_eq!((&over["number"], &over["allowed"]), (&json!(0), &json!(false)), "{over}");
        assert!(codes(&over).contains(&"decisions.code_over"), "{over}");

        // Whoever is locked out hears no more.
        let operator = house.operator().org;
        house.perform(access::suspend_user::SuspendUser { operator, user: standard.user, reason: "left".into() });
        assert_eq!(watcher.next(), None);
    }
}

#[test]
fn only_what_may_be_asked_may_be_watched() {
    let house = House::open(On::Sqlite);
    let mut world = world(&house);
    let question = world.question(world.admin.user);
    world.standard.client.get(&address(std::slice::from_ref(&question))).must(404);
    let mut stranger = house.org(OrgKind::Centre, "Southlight", "GB", access::Merchant::Open);
    stranger.client.get(&address(std::slice::from_ref(&question))).must(404);
    world.admin.client.get(&address(&[])).must(422);
    world.admin.client.get(&address(&vec![question; 101])).must(422);
    let bad = world.admin.client.get("/api/v1/decisions/watch?questions=%7B").must(422);
    assert!(bad.body.contains("questions"), "{}", bad.body);
    house.client().get(&address(&[])).must(401);
}

#[test]
fn the_command_line_answers_what_the_server_answers() {
    let house = House::open(On::Sqlite);
    let mut world = world(&house);
    let questions = [world.question(world.standard.user), world.question(world.admin.user)];
    let reply = world.admin.client.post("/api/v1/decisions/check", json!({"questions": questions, "explain": true})).must(200).json();
    let run = |user: kernel::UserId, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.arg("check").args(more).arg("--data").arg(&house.dir.0).args(["--at", &house.clock_now().to_string()]);
        command.args(["use", "--scope", "posts", "--post", POST]);
        for (name, id) in
            [("--user", user.to_string()), ("--centre", world.admin.org.to_string()), ("--account", world.account.to_string())]
        {
            command.args([name, &id]);
        }
        let output = command.args(["--ad-account", &world.ad_account.to_string()]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    for (user, served, exits) in [(world.standard.user, &reply["answers"][0], 0), (world.admin.user, &reply["answers"][1], 3)] {
        let (status, text) = run(user, &["--json"]);
        let mut told: Json = serde_json::from_str(&text).unwrap_or_else(|bad| panic!("{bad}: {text}"));
        let mut served = served.clone();
        // The two revisions are the same log's end, whichever events lie between.
        for answer in [&mut told, &mut served] {
            answer.as_object_mut().unwrap().remove("revision");
        }
        assert_eq!((told, status), (served, Some(exits)), "{text}");
    }
    let (_, english) = run(world.admin.user, &["--lang", "en"]);
    assert!(english.contains("[decisions.not_assigned]"), "{english}");
    let (_, chinese) = run(world.admin.user, &["--lang", "zh"]);
    assert!(chinese.contains("[decisions.not_assigned]") && chinese != english, "{chinese}");
}
