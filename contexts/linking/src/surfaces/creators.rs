//! The creator's pages, the diagnosis of both sides, and what a page may not do by itself.

use super::*;
use crate::{approve_unlink::ApproveUnlink, invite::Invite, withdraw::Withdraw};

/// A page with its slashes as a browser reads them.
async fn look(house: &House, visitor: &Visitor, path: &str) -> Page {
    let mut page = house.get(visitor, path).await.must(200);
    page.body = page.body.replace("&#x2f;", "/");
    page.says_everything();
    page
}

async fn invite(house: &House, shop: OrgId, account: AccountId, kind: Kind) -> LinkId {
    let link: LinkId = store::fresh();
    house.perform(Invite { link, shop, account, kind, message: "Welcome to the team".into() }).await;
    link
}

fn form<'a>(csrf: &'a str, seal: &'a str, reason: &'a str) -> [(&'static str, &'a str); 3] {
    [("csrf", csrf), ("seal", seal), ("reason", reason)]
}

#[tokio::test]
async fn an_owner_reads_answers_leaves_and_looks_back_on_the_phone_in_both_languages() {
    for lang in ["en", "zh"] {
        let (house, (shop, _), (creator, owner), account) = world().await;
        let browser = house.browser(owner, lang).await;
        let base = format!("/creator/{creator}");
        for path in ["", "/links", "/history", "/diagnose", "/links?which=leaving"] {
            look(&house, &browser, &format!("{base}{path}")).await;
        }
        let link = invite(&house, shop, account, Kind::Marketing).await;
        let invitation = format!("{base}/invitations/{link}");
        let home = look(&house, &browser, &base).await;
        assert!(home.body.contains(&invitation) && home.body.contains("data-deadline"));
        assert_eq!(house.get(&browser, &format!("{base}/links/{link}")).await.must(303).place, invitation);
        let asked = look(&house, &browser, &invitation).await;
        assert!(asked.body.contains("Welcome to the team") && asked.body.contains("Tea &amp; Cups"));
        let (csrf, seal) = (asked.hidden("/accept", "csrf"), asked.hidden("/accept", "seal"));
        let long = "x".repeat(501);
        let again = house.form(&browser, &format!("{invitation}/decline"), &form(&csrf, &seal, &long)).await.must(422);
        assert!(again.body.contains(&long), "nothing typed is lost");
        again.says_everything();
        let declined = house.form(&browser, &format!("{invitation}/decline"), &form(&csrf, &seal, "not now")).await.must(303);
        assert_eq!(declined.place, base);
        let link = invite(&house, shop, account, Kind::Marketing).await;
        let invitation = format!("{base}/invitations/{link}");
        let seal = look(&house, &browser, &invitation).await.hidden("/accept", "seal");
        let accepted = house.form(&browser, &format!("{invitation}/accept"), &form(&csrf, &seal, "")).await.must(303);
        let info = format!("{base}/links/{link}");
        assert_eq!(accepted.place, info);
        assert_eq!(house.get(&browser, &invitation).await.must(303).place, info, "what is answered is read where links are");

        let soon = look(&house, &browser, &info).await;
        assert!(!soon.body.contains("/request_unlink") && soon.body.contains("btn-blocked"), "the wait is shown before anyone clicks");
        house.clock.advance(Span::hours(24));
        let browser = house.browser(owner, lang).await;
        let info_page = look(&house, &browser, &info).await;
        let (csrf, seal) = (info_page.hidden("/request_unlink", "csrf"), info_page.hidden("/request_unlink", "seal"));
        house.form(&browser, &format!("{info}/request_unlink"), &form(&csrf, &seal, " ")).await.must(422).says_everything();
        house.form(&browser, &format!("{info}/request_unlink"), &form(&csrf, &seal, "moving on")).await.must(303);
        let leaving = look(&house, &browser, &info).await;
        assert!(leaving.body.contains("moving on"));
        look(&house, &browser, &base).await;
        let seal = leaving.hidden("/withdraw_unlink", "seal");
        house.form(&browser, &format!("{info}/withdraw_unlink"), &form(&csrf, &seal, "")).await.must(303);
        let seal = look(&house, &browser, &info).await.hidden("/request_unlink", "seal");
        house.form(&browser, &format!("{info}/request_unlink"), &form(&csrf, &seal, "really")).await.must(303);
        house.perform(ApproveUnlink { shop, link }).await;
        for path in [info.as_str(), base.as_str(), &format!("{base}/links"), &format!("{base}/diagnose?link={link}")] {
            look(&house, &browser, path).await;
        }
        let history = look(&house, &browser, &format!("{base}/history?size=20")).await;
        assert!(history.body.contains(&format!("{base}/links/{link}")));
    }
}

#[tokio::test]
async fn an_answer_to_what_has_changed_since_is_stale_and_looking_never_acts() {
    let (house, (shop, _), (creator, owner), account) = world().await;
    let browser = house.browser(owner, "en").await;
    let link = invite(&house, shop, account, Kind::Marketing).await;
    let path = format!("/creator/{creator}/invitations/{link}");
    let page = look(&house, &browser, &path).await;
    let (csrf, seal) = (page.hidden("/accept", "csrf"), page.hidden("/accept", "seal"));
    for act in ["accept", "decline"] {
        assert!(house.get(&browser, &format!("{path}/{act}")).await.status.is_client_error());
    }
    house.form(&browser, &format!("{path}/accept"), &[("csrf", csrf.as_str())]).await.must(409);
    house.perform(Withdraw { shop, link }).await;
    let other = invite(&house, shop, account, Kind::Official).await;
    let late = house.form(&browser, &format!("{path}/decline"), &form(&csrf, &seal, "Next spring perhaps.")).await.must(409);
    late.says_everything();
    assert!(late.body.contains("<blockquote dir=\"auto\">Next spring perhaps.</blockquote>"), "its form is gone, its text is not");
    let second = format!("/creator/{creator}/invitations/{other}");
    house.form(&browser, &format!("{second}/accept"), &form(&csrf, &seal, "")).await.must(409);
    assert!(look(&house, &browser, &second).await.body.contains("/accept"), "nothing was answered");
}

#[tokio::test]
async fn staff_read_but_only_the_owner_answers_and_others_see_nothing() {
    let (house, (shop, seller), (creator, owner), account) = world().await;
    let link = invite(&house, shop, account, Kind::Marketing).await;
    let staff: UserId = store::fresh();
    let (email, name) = ("helper@example.com".to_owned(), "Helper".to_owned());
    house.perform(access::SignUp { user: staff, email, name, lang: String::new(), zone: "UTC".into() }).await;
    house.perform(access::AddMember { org: creator, user: staff, role: Role::CreatorStaff }).await;
    let helper = house.browser(staff, "en").await;
    let path = format!("/creator/{creator}/invitations/{link}");
    let page = look(&house, &helper, &path).await;
    assert!(!page.body.contains(&format!("{path}/accept")) && page.body.contains("btn-blocked"));
    let csrf = page.hidden("/language", "csrf");
    house.form(&helper, &format!("{path}/accept"), &[("csrf", csrf.as_str())]).await.must(403);
    let (stranger, strange) = house.org(OrgKind::Creator, "Stranger", Merchant::Open).await;
    let other = house.browser(strange, "en").await;
    for path in [path.clone(), format!("/creator/{stranger}/invitations/{link}"), format!("/creator/{stranger}/links/{link}")] {
        house.get(&other, &path).await.must(404);
    }
    house.get(&other, &format!("/creator/{stranger}/diagnose?link={link}")).await.must(404);
    let (seller, owner) = (house.program(shop, seller).await, house.program(creator, owner).await);
    house.get(&seller, &format!("/api/v1/creators/{creator}/diagnose?link={link}")).await.must(404);
    house.get(&owner, &format!("/api/v1/creators/{creator}/diagnose?link={link}")).await.must(200);
}

#[tokio::test]
async fn a_diagnosis_names_the_cause_who_must_act_and_until_when_on_both_sides() {
    let (house, (shop, seller), (creator, owner), account) = world().await;
    let program = house.program(shop, seller).await;
    let api = format!("/api/v1/shops/{shop}/diagnose?account={account}");
    let free = house.get(&program, &api).await.must(200).json();
    assert_eq!(free["verdict"], "free", "{free}");
    let link = invite(&house, shop, account, Kind::Marketing).await;
    let waiting = house.get(&program, &api).await.must(200).json();
    assert_eq!((&waiting["verdict"], &waiting["causes"][0]["code"]), (&json!("still_binding"), &json!("not_answered")));
    assert_eq!((&waiting["causes"][0]["who"], &waiting["causes"][0]["facts"]["hours_left"]), (&json!("owner"), &json!(48)));
    let bad = house.get(&program, &format!("/api/v1/shops/{shop}/diagnose?account=x")).await.must(422).json();
    assert_eq!(bad["reasons"][0]["field"], "account");
    house.get(&program, &format!("/api/v1/shops/{shop}/diagnose")).await.must(422);

    let violation = accounts::find_violation::FindViolation {
        operator: store::fresh(),
        violation: store::fresh(),
        account,
        reason: "counterfeit".into(),
    };
    house.perform(violation).await;
    for lang in ["en", "zh"] {
        let (seller, owner) = (house.browser(seller, lang).await, house.browser(owner, lang).await);
        let base = format!("/shop/{shop}/diagnose");
        for path in [base.clone(), format!("{base}?q=lin"), format!("{base}?q=nobody")] {
            look(&house, &seller, &path).await;
        }
        for (visitor, path) in
            [(&seller, format!("{base}?account={account}")), (&owner, format!("/creator/{creator}/diagnose?link={link}"))]
        {
            let page = look(&house, visitor, &path).await;
            assert!(page.body.contains("violations_open") && page.body.contains("/tickets"), "only support can help");
            assert_eq!(page.hidden("id=\"ticket\"", "cause"), "violations_open");
            assert_eq!(page.hidden("id=\"ticket\"", "subject"), link.to_string());
        }
    }
    house.clock.advance(Span::hours(48));
    let expired = house.get(&program, &format!("{api}&role=official")).await.must(200).json();
    assert_eq!((&expired["verdict"], &expired["causes"][0]["code"]), (&json!("failed"), &json!("expired")));
    assert_eq!(expired["role"], "official");
}
