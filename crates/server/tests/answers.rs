//! Answers about permission: over HTTP, beside linking's and the centres' own rules, at their moments, and on two processes.

use crate::house::{House, Member, On};
use access::Merchant;
use centers::{AdRole, EndedBy, Event, Held, Scopes};
use kernel::{
    AccountId, Actor, AdAccountId, AssetGroupId, AuthorisationId, Capability, Instant, LinkId, May, OrgId, OrgKind, Refusal, Role, Rules,
    Span, UserId,
};
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::{Ask, Tx};

/// Makes events happen as they are: the tables, the reactions and the index cannot tell.
#[derive(Debug)]
struct Happen(Vec<Event>);

#[derive(PartialEq, Debug, Serialize)]
enum Never {}

impl kernel::Denied for Never {}

impl Capability for Happen {
    const NAME: &'static str = "centers.happen";
    const MAY: May = May::Platform;
    type Facts = ();
    type Denied = Never;
    type Event = Event;
    const RULES: Rules<Self> = &[];
    fn events(&self, (): &()) -> Vec<Event> {
        self.0.clone()
    }
}

impl Ask for Happen {
    fn facts(&self, _: &mut Tx<'_>, _: &Actor) -> Result<(), Refusal> {
        Ok(())
    }
}

/// A centre with an admin and a standard member, a creator with an account, an ad account, and everything granted.
pub struct World {
    pub admin: Member,
    pub standard: Member,
    pub creator: Member,
    pub account: AccountId,
    pub ad_account: AdAccountId,
    pub held: Held,
}

pub const POST: &str = "7306112345678901234";

pub fn happen(house: &House, events: Vec<Event>) -> i64 {
    house.store.write_blocking(move |tx| store::perform(tx, &Actor::SYSTEM, &Happen(events.clone())).map(|()| tx.as_of())).unwrap()
}

pub fn world(house: &House) -> World {
    let admin = house.org(OrgKind::Centre, "Northlight", "GB", Merchant::Open);
    let standard = house.colleague(admin.org, Role::CentreMember);
    let creator = house.creator("Mei", "GB");
    let account = house.account(&creator, "mei.cooks", "GB");
    let (ad_account, centre) = (store::fresh(), admin.org);
    let held = Held { grant: store::fresh(), centre, account, owner: creator.org };
    let (name, currency, zone) = ("Spring".to_owned(), "GBP".to_owned(), "Europe/London".to_owned());
    let scopes = Scopes::ALL;
    happen(
        house,
        vec![
            Event::AdAccountOpened { ad_account, centre, name, currency, zone },
            Event::AccessGranted { held, request: store::fresh(), scopes, by: creator.user },
            Event::Assigned { held, user: standard.user, scopes },
            Event::AdRoleGiven { ad_account, centre, user: standard.user, role: AdRole::Operator },
            Event::PostSwitched { account, owner: creator.org, post: POST.into(), on: true },
        ],
    );
    World { admin, standard, creator, account, ad_account, held }
}

impl World {
    pub fn question(&self, user: UserId) -> Json {
        json!({"question": "use", "user": user, "centre": self.admin.org, "account": self.account, "scope": "posts", "ad_account": self.ad_account, "post": POST})
    }
}

pub fn check(member: &mut Member, questions: Vec<Json>) -> crate::client::Reply {
    member.client.post("/api/v1/decisions/check", json!({"questions": questions, "explain": true}))
}

fn codes(answer: &Json) -> Vec<&str> {
    answer["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

#[test]
fn a_question_is_answered_with_its_reasons_and_each_asker_sees_their_own() {
    for on in On::BOTH {
        let house = House::open(on);
        let mut world = world(&house);
        let question = world.question(world.standard.user);
        let answer = check(&mut world.standard.clone(), vec![question.clone()]).must(200).json();
        assert_eq!(answer["answers"][0]["allowed"], true, "{answer}");
        assert_eq!(answer["answers"][0]["by"], json!(["grant"]));
        assert_eq!(answer["answers"][0]["because"].as_array().unwrap().len(), 13, "{answer}");

        // The admin has neither assignment nor role, and reads both at once; the owner of the account sees who uses it.
        let of_admin = world.question(world.admin.user);
        let answer = check(&mut world.admin, vec![of_admin.clone()]).must(200).json();
        assert_eq!(
            codes(&answer["answers"][0]),
            ["decisions.no_ad_role", "decisions.not_assigned", "decisions.not_linked_by_person", "decisions.no_code"]
        );
        for reason in answer["answers"][0]["reasons"].as_array().unwrap() {
            assert!(reason["text"].as_str().is_some_and(|text| text.contains(' ')) && reason["remedy"].is_string(), "{reason}");
        }
        check(&mut world.creator, vec![question.clone()]).must(200);

        // What is not one's own is not there: others' questions, other centres, accounts that nobody granted.
        check(&mut world.standard, vec![of_admin]).must(404);
        let mut stranger = house.org(OrgKind::Centre, "Southlight", "GB", Merchant::Open);
        check(&mut stranger, vec![question.clone()]).must(404);
        let other = house.account(&house.creator("Ana", "GB"), "ana.paints", "GB");
        for account in [other, AccountId::new(7)] {
            let mut asked = question.clone();
            asked["account"] = json!(account);
            let reply = check(&mut world.admin, vec![asked.clone()]).must(404);
            let known = check(&mut world.admin, vec![question.clone(), asked]).must(200).json();
            assert!(known["answers"][1]["allowed"].is_null() && known["answers"][0]["allowed"] == true, "{known}");
            assert!(!reply.body.contains("ana"));
        }
        let mut operator = house.operator();
        let answer = check(&mut operator, vec![question.clone(), json!({"question": "sell", "account": world.account})]).must(200).json();
        assert_eq!(codes(&answer["answers"][1]), ["decisions.too_few_followers"]);
        assert_eq!(answer["answers"][1]["reasons"][0]["facts"]["minimum"]["value"], 1_000);

        // What is taken is gone with the very answer that took it.
        let seq = happen(
            &house,
            vec![Event::AccessNarrowed { held: world.held, scopes: Scopes::NONE.with(centers::Scope::Live), by: EndedBy::Owner }],
        );
        let reply = check(&mut world.standard, vec![question]).must(200);
        assert_eq!(
            codes(&reply.json()["answers"][0]),
            ["decisions.scope_not_granted", "decisions.not_linked_by_person", "decisions.no_code"]
        );
        assert!(reply.json()["revision"].as_i64().unwrap() >= seq);
    }
}

#[test]
fn malformed_questions_name_what_is_wrong_and_the_log_s_end_is_the_latest_that_can_be_asked_for() {
    let house = House::open(On::Sqlite);
    let mut operator = house.operator();
    let sell = json!({"question": "sell", "account": AccountId::new(7)});
    let post = |client: &mut Member, body: Json| client.client.post("/api/v1/decisions/check", body);
    post(&mut operator, json!({"questions": []})).must(422);
    post(&mut operator, json!({"questions": vec![sell.clone(); 1_001]})).must(422);
    post(&mut operator, json!({"questions": [sell], "at": "2001-01-01T00:00:00Z"})).must(422);
    post(&mut operator, json!({"questions": [{"question": "sell", "account": "lnk_7"}]})).must(422);
    assert_eq!(
        post(&mut operator, json!({"questions": vec![sell.clone(); 1_000]})).must(200).json()["answers"].as_array().unwrap().len(),
        1_000
    );
    let end = post(&mut operator, json!({"questions": [sell]})).must(200).json()["revision"].as_i64().unwrap();
    post(&mut operator, json!({"questions": [sell], "at_least": end})).must(200);
    for never in [-1, end + 1, i64::MAX] {
        let refused = post(&mut operator, json!({"questions": [sell], "at_least": never})).must(422);
        assert!(refused.body.contains("at_least") && refused.body.contains(&end.to_string()), "{}", refused.body);
    }
    let nobody = house.client().post("/api/v1/decisions/check", json!({"questions": []}));
    assert_eq!(nobody.status, 401);
}

#[test]
fn lists_hold_what_checks_allow_from_both_sides() {
    let house = House::open(On::Sqlite);
    let mut world = world(&house);
    let list = json!({"user": world.standard.user, "centre": world.admin.org, "scope": "live", "ad_account": world.ad_account});
    for asker in [&mut world.standard.clone(), &mut world.admin] {
        let page = asker.client.post("/api/v1/decisions/list", list.clone()).must(200).json();
        assert_eq!(page["items"], json!([world.account]));
    }
    world.creator.client.post("/api/v1/decisions/list", list).must(404);
    let who = json!({"account": world.account, "scope": "live", "ad_account": world.ad_account});
    let centre = world.admin.org;
    for asker in [&mut world.creator, &mut world.admin] {
        let page = asker.client.post("/api/v1/decisions/who", who.clone()).must(200).json();
        assert_eq!(page["items"], json!([{"user": world.standard.user, "centre": centre}]));
    }
    world.standard.client.post("/api/v1/decisions/who", who).must(404);
}

#[test]
fn a_code_ends_at_its_moment_without_anything_happening() {
    let house = House::open(On::Sqlite);
    let mut world = world(&house);
    let (code, owner, account, ad_account) =
        (store::fresh::<kernel::id::Authorisation>(), world.creator.org, world.account, world.ad_account);
    let authorised = centers::Authorised { authorisation: code, account, owner, post: POST.into() };
    let expires_at = house.clock_now() + Span::days(7);
    let by = world.standard.user;
    happen(
        &house,
        vec![
            Event::PostAuthorised { authorised: authorised.clone(), digest: String::new(), days: 7, expires_at },
            Event::PostCodeApplied { authorised, centre: world.admin.org, ad_account, by },
            Event::PostSwitched { account, owner, post: POST.into(), on: false },
        ],
    );
    let question = world.question(by);
    let first = check(&mut world.standard, vec![question.clone()]).must(200).json();
    assert_eq!(first["answers"][0]["holds_until"], json!(expires_at), "{first}");
    let at = |at: Instant| json!({"questions": [question], "at": at});
    let before = world.standard.client.post("/api/v1/decisions/check", at(expires_at - Span(1))).must(200).json();
    assert_eq!((&before["answers"][0]["allowed"], &before["answers"][0]["by"]), (&json!(true), &json!(["grant", "code"])));
    let then = world.standard.client.post("/api/v1/decisions/check", at(expires_at)).must(200).json();
    assert_eq!(codes(&then["answers"][0]), ["decisions.switched_off"]);
}

/// What a verb's own dry run says against: code, facts and when waiting helps.
fn said(checks: &[kernel::Check]) -> Vec<Json> {
    let against = checks.iter().filter_map(|check| check.denial.as_ref());
    let mut all: Vec<Json> = against.map(|denial| json!({"code": denial.code, "facts": denial.facts, "until": denial.until})).collect();
    all.sort_by_key(Json::to_string);
    all
}

fn answered(answer: &Json) -> Vec<Json> {
    let mut all: Vec<Json> = answer["reasons"].as_array().unwrap().clone();
    all.iter_mut().filter(|reason| reason["facts"].is_null()).for_each(|reason| reason["facts"] = json!({}));
    // The words are those of the codes and facts, which are compared.
    for reason in all.iter_mut().filter_map(Json::as_object_mut) {
        assert!(reason.remove("text").is_some());
        reason.remove("remedy");
    }
    all.sort_by_key(Json::to_string);
    all
}

#[test]
fn the_index_says_of_linking_what_linking_says_itself() {
    let house = House::open(On::Sqlite);
    let mut operator = house.operator();
    let mut shops: Vec<Member> = [("GB", Merchant::Invited), ("GB", Merchant::Open), ("US", Merchant::UsBusiness)]
        .into_iter()
        .enumerate()
        .map(|(n, (region, merchant))| house.shop(&format!("Shop {n}"), region, merchant))
        .collect();
    let mut owner = house.creator("Mei", "GB");
    let accounts: Vec<AccountId> = (0..6).map(|n| house.account(&owner, &format!("mei.{n}"), if n == 5 { "US" } else { "GB" })).collect();
    let org = operator.org;
    house.perform(accounts::suspend::Suspend { operator: org, account: accounts[1], reason: "checked".into() });
    house.perform(accounts::find_violation::FindViolation {
        operator: org,
        violation: store::fresh(),
        account: accounts[2],
        reason: "checked".into(),
    });
    house.perform(accounts::withdraw_ecommerce::WithdrawEcommerce { operator: org, account: accounts[3], reason: "checked".into() });
    let linked = house.link(&mut shops[0], &mut owner, accounts[0], "marketing");
    shops[0].invite(accounts[4], "marketing").must(201);
    let mut compared = compare(&house, &mut operator, &shops, &accounts);
    house.pass(Span::hours(30));
    owner.act(&linked, "unlink", json!({"reason": "moving on"})).must(200);
    compared += compare(&house, &mut operator, &shops, &accounts);
    shops[0].answer(&linked, "unlink/approve", json!({})).must(200);
    compared += compare(&house, &mut operator, &shops, &accounts);
    house.pass(Span::hours(24));
    compared += compare(&house, &mut operator, &shops, &accounts);
    assert!(compared > 150, "{compared}");
}

/// Every shop × account × kind: inviting, accepting, asking to leave.
fn compare(house: &House, operator: &mut Member, shops: &[Member], accounts: &[AccountId]) -> usize {
    let mut compared = 0;
    for (shop, account, role) in
        shops.iter().flat_map(|shop| accounts.iter().flat_map(move |account| linking::Kind::ALL.map(|role| (shop.org, *account, role))))
    {
        let asked = json!({"question": "invite", "shop": shop, "account": account, "role": role});
        let mine = check(operator, vec![asked]).must(200).json();
        let theirs = house.store.read_blocking(move |tx| linking::invite::io::precheck(tx, &Actor::SYSTEM, shop, account, role)).unwrap();
        assert_eq!(answered(&mine["answers"][0]), said(&theirs.checks));
        compared += 1;
        let between = house.store.read_blocking(move |tx| linking::index::last_between(tx, shop, account)).unwrap();
        let Some(link) = between.map(|found| found.link).filter(|link| link.pair.role == role) else { continue };
        let (owner, id) = (link.pair.owner, link.id());
        let asked = json!({"question": "link", "shop": shop, "account": account, "role": role, "network": "GB"});
        let mine = check(operator, vec![asked]).must(200).json();
        let from = Actor { origin: kernel::Origin::Country("GB".parse().unwrap()), ..Actor::SYSTEM };
        let ask = linking::accept::Accept { owner, link: id };
        let theirs = house.store.read_blocking(move |tx| store::precheck(tx, &from, &ask)).unwrap();
        assert_eq!(answered(&mine["answers"][0]), said(&theirs));
        let latest = house.store.read_blocking(move |tx| linking::index::of_account(tx, account, 1)).unwrap();
        if latest[0].link.id() == id {
            compare_unlink(house, operator, owner, id, account);
        }
        compared += 1;
    }
    compared
}

fn compare_unlink(house: &House, operator: &mut Member, owner: OrgId, link: LinkId, account: AccountId) {
    let mine = check(operator, vec![json!({"question": "unlink", "account": account, "network": "US"})]).must(200).json();
    let from = Actor { origin: kernel::Origin::Country("US".parse().unwrap()), ..Actor::SYSTEM };
    let ask = linking::request_unlink::RequestUnlink { owner, link, reason: String::new() };
    let theirs = house.store.read_blocking(move |tx| store::precheck(tx, &from, &ask)).unwrap();
    assert_eq!(answered(&mine["answers"][0]), said(&theirs));
}

/// What changes from one step to the next, and whether the two agree afterwards.
#[test]
fn the_index_and_the_conditions_of_an_ad_agree_step_by_step() {
    let house = House::open(On::Sqlite);
    let mut operator = house.operator();
    let world = world(&house);
    let World { held, account, ad_account, .. } = world;
    let (centre, owner) = (world.admin.org, world.creator.org);
    let users = [world.admin.user, world.standard.user];
    let group: AssetGroupId = store::fresh();
    let partner = house.org(OrgKind::Centre, "Southlight", "GB", Merchant::Open);
    let theirs: AdAccountId = store::fresh();
    let (name, currency, zone) = ("Theirs".to_owned(), "GBP".to_owned(), "Europe/London".to_owned());
    let live = Scopes::NONE.with(centers::Scope::Live);
    let partnership = store::fresh();
    let code: AuthorisationId = store::fresh();
    let authorised = centers::Authorised { authorisation: code, account, owner, post: POST.into() };
    let expires_at = house.clock_now() + Span::days(7);
    let steps: Vec<Event> = vec![
        Event::Assigned { held, user: users[0], scopes: live },
        Event::AssetGroupMade { group, centre, name: "All".into() },
        Event::AdAccountGrouped { group, centre, ad_account },
        Event::MemberGrouped { group, centre, user: users[0], role: AdRole::Operator },
        Event::AdAccountOpened { ad_account: theirs, centre: partner.org, name, currency, zone },
        Event::PartnershipAccepted { partnership, centre, partner: partner.org },
        Event::AdAccountShared { ad_account: theirs, centre: partner.org, partner: centre, role: AdRole::Analyst },
        Event::AdRoleGiven { ad_account: theirs, centre, user: users[1], role: AdRole::Admin },
        Event::AdAccountShared { ad_account: theirs, centre: partner.org, partner: centre, role: AdRole::Operator },
        Event::AccountWithheld { held, ad_account },
        Event::AccountWithheld { held, ad_account: theirs },
        Event::AccountRestored { held, ad_account },
        Event::OwnLinked { account, owner, user: users[0], scopes: Scopes::ALL },
        Event::PostAuthorised { authorised: authorised.clone(), digest: String::new(), days: 7, expires_at },
        Event::PostCodeApplied { authorised: authorised.clone(), centre, ad_account, by: users[0] },
        Event::AccessNarrowed { held, scopes: live, by: EndedBy::Owner },
        Event::AccountWithheld { held, ad_account },
        Event::OwnUnlinked { account, owner, user: users[0] },
        Event::AccountRestored { held, ad_account },
        Event::PostSwitched { account, owner, post: POST.into(), on: false },
        Event::PostAuthorisationDeleted { authorised },
        Event::MemberUngrouped { group, centre, user: users[0] },
        Event::AdAccountUnshared { ad_account: theirs, centre: partner.org, partner: centre },
        Event::AdAccountShared { ad_account: theirs, centre: partner.org, partner: centre, role: AdRole::Operator },
        Event::AdRoleGiven { ad_account: theirs, centre, user: users[1], role: AdRole::Admin },
        Event::AdAccountClosed { ad_account, centre },
    ];
    let mut verdicts = std::collections::BTreeMap::new();
    for step in steps {
        let shown = format!("{step:?}");
        happen(&house, vec![step]);
        for user in users {
            for scope in centers::Scope::ALL {
                for ads in [ad_account, theirs] {
                    let asked = json!({"question": "use", "user": user, "centre": centre, "account": account, "scope": scope.code(), "ad_account": ads});
                    let mine = check(&mut operator, vec![asked]).must(200).json();
                    let place = house
                        .store
                        .read_blocking(move |tx| {
                            let place = centers::rules::spark::io::Known::default().place(tx, centre, user, ads)?;
                            let roads = centers::index::grants::scopes_of(tx, centre, account, user)?;
                            let is_withheld = centers::index::withheld::since(tx, centre, account, ads)?.is_some();
                            Ok((place, if is_withheld { roads.own_link } else { roads.all() }))
                        })
                        .unwrap();
                    let (place, held) = place;
                    let runs = place.ad_account == centers::rules::spark::Reach::Open && place.role.is_some_and(AdRole::runs_ads);
                    let expected = place.member.is_some() && !place.is_locked_out && runs && held.contains(scope);
                    assert_eq!(mine["answers"][0]["allowed"], expected, "{shown}: {user} {scope:?} {mine}");
                    *verdicts.entry(expected).or_insert(0) += 1;
                }
            }
        }
    }
    assert!(verdicts.values().all(|count| *count > 20), "{verdicts:?}");
}

#[test]
fn what_one_process_writes_the_other_knows() {
    let house = House::open(On::Postgres);
    let neighbour = house.neighbour();
    let mut world = world(&house);
    let question = world.question(world.standard.user);
    world.standard.client.address = Some(neighbour.address);
    for round in 0..20 {
        let scopes = if round % 2 == 0 { Scopes::NONE.with(centers::Scope::Live) } else { Scopes::ALL };
        let seq = happen(&house, vec![Event::AccessNarrowed { held: world.held, scopes, by: EndedBy::Owner }]);
        let body = json!({"questions": [question], "at_least": seq});
        let answer = world.standard.client.post("/api/v1/decisions/check", body).must(200).json();
        assert_eq!(answer["answers"][0]["allowed"], round % 2 == 1, "{answer}");
    }
}

#[test]
fn answers_are_kept_as_they_were_given_and_read_by_the_operator() {
    let house = House::open(On::Sqlite);
    let mut operator = house.operator();
    let world = world(&house);
    for _ in 0..2 {
        check(&mut operator, vec![json!({"question": "sell", "account": world.account})]).must(200);
    }
    // The page's answers are kept as well.
    let asked = format!("/org/{}/why?question=sell&account={}", operator.org, world.account);
    let page = house.browser(&operator).get(&asked).must(200);
    assert!(page.body.contains("1,000"), "{}", page.body);
    let path = format!("/api/v1/operator/{}/decisions?kind=sell", operator.org);
    let kept = (0..200).find_map(|_| {
        let page = operator.client.get(&path).must(200).json();
        let all = page["items"].as_array().unwrap().len() == 3;
        all.then_some(page).or_else(|| {
            std::thread::park_timeout(std::time::Duration::from_millis(20));
            None
        })
    });
    let kept = kept.unwrap();
    assert_eq!(kept["items"][0]["answer"]["reasons"][0]["code"], "decisions.too_few_followers");
    assert_eq!(kept["items"][0]["question"]["account"], json!(world.account));
    let mut world = world;
    world.admin.client.get(&path).must(404);
}
