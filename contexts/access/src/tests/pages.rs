//! Every page shows, in both languages, with all its words; every verb of the API answers.

use super::house::everywhere;
use kernel::{OrgKind, Role};
use serde_json::json;
use web::StatusCode;

#[test]
fn every_page_shows_in_both_languages_without_a_word_missing() {
    everywhere(|house| {
        let admin = house.person("admin");
        let operator = house.org(OrgKind::Operator, "Operator", admin);
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop & <Söhne>", ann);
        house.add(shop, "bob", Role::ShopStaff);
        let set_up = format!("/operator/{operator}/shops");
        for lang in ["en", "zh"] {
            let mut stranger = house.browser();
            stranger.lang = lang;
            for path in ["/sign_in", "/sign_up", "/forgot", "/verify/nothing"] {
                check(stranger.get(path), path, lang);
            }
            let mut browser = house.signed_in("ann");
            browser.cookies.insert("lang".into(), lang.into());
            let team = format!("/org/{shop}/team");
            let paths = ["/me/profile", "/me/security", "/me/confirm", "/me/found", &team, &format!("/org/{shop}/settings")];
            for path in paths {
                check(browser.get(path), path, lang);
            }
            assert_eq!(browser.get(&format!("/org/{shop}/tokens")).status, StatusCode::OK);
            let invited = [("email", if lang == "en" { "x@example.com" } else { "y@example.com" }), ("role", "shop_staff")];
            browser.get(&team);
            check(browser.post(&format!("{team}/invite"), &invited), "invite", lang);
            check(browser.get(&team), &team, lang);
            let mut boss = house.signed_in("admin");
            boss.cookies.insert("lang".into(), lang.into());
            let one = format!("{set_up}/{shop}");
            for path in [&set_up, &format!("{set_up}?q=sh&kind=shop&state=normal"), &format!("{set_up}?q=nothing%25"), &one] {
                check(boss.get(path), path, lang);
            }
            let reason = [("reason", "Papers are missing")];
            boss.get(&one);
            assert_eq!(boss.post(&format!("{one}/suspend"), &reason).status, StatusCode::SEE_OTHER);
            check(boss.get(&one), &one, lang);
            check(browser.get(&format!("/org/{shop}/settings")), "settings", lang);
            assert_eq!(boss.post(&format!("{one}/reinstate"), &reason).status, StatusCode::SEE_OTHER);
            boss.get(&one);
            let merchant = if lang == "en" { "invited" } else { "open" };
            assert_eq!(boss.post(&format!("{one}/reclassify"), &[("merchant", merchant)]).status, StatusCode::SEE_OTHER);
            check(boss.get(&one), &one, lang);
        }
    });
}

fn check(reply: super::house::Reply, path: &str, lang: &str) {
    assert_eq!(reply.status, StatusCode::OK, "{path} {lang}: {}", reply.body);
    let tag = if lang == "zh" { "<html lang=\"zh-CN\"" } else { "<html lang=\"en\"" };
    assert!(reply.body.contains(tag), "{path} {lang}");
    let stray = reply.body.match_indices("access.").map(|(at, _)| &reply.body[at..(at + 40).min(reply.body.len())]).next();
    assert_eq!(stray, None, "{path} {lang}");
    assert!(!reply.body.contains("<Söhne>"), "{path} {lang}: a name is not escaped");
}

#[test]
fn the_api_founds_renames_invites_lists_and_removes() {
    everywhere(|house| {
        let ann = house.person("ann");
        let mut browser = house.signed_in("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let bob = house.add(shop, "bob", Role::ShopStaff);
        let scopes: &[&str] = &["*", "access.remove_member", "access.change_role"];
        let token = house.write(move |tx| crate::issue_token::issue_for(tx, shop, ann, "erp", scopes, kernel::Span::days(1))).unwrap();
        let mut program = house.program(&token);
        let base = format!("/api/v1/orgs/{shop}");
        let me = browser.api("GET", "/api/v1/me", json!(null)).json();
        assert_eq!(
            (me["email"].as_str(), me["memberships"][0]["org"].as_str()),
            (Some("ann@example.com"), Some(shop.to_string().as_str()))
        );
        assert_eq!(program.get(&base).json()["kind"], "shop");
        let set = program.api("PUT", &format!("{base}/categories"), json!({"categories": ["Beauty", "Home"]}));
        assert_eq!(set.json()["categories"], json!(["Beauty", "Home"]), "{}", set.body);
        let invitation = program.api("POST", &format!("{base}/invitations"), json!({"email": "cat@example.com", "role": "shop_staff"}));
        assert_eq!(invitation.status, StatusCode::CREATED, "{}", invitation.body);
        assert!(invitation.json()["link"].as_str().unwrap().starts_with("http://localhost/join/"));
        let listed = program.get(&format!("{base}/invitations"));
        assert!(listed.json()["items"][0].get("link").is_none());
        let id = listed.json()["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(program.api("DELETE", &format!("{base}/invitations/{id}"), json!(null)).json()["standing"], "withdrawn");
        let role = program.api("PUT", &format!("{base}/members/{bob}/role"), json!({"role": "shop_manager"}));
        assert_eq!(role.json()["role"], "shop_manager", "{}", role.body);
        let bad = program.api("PUT", &format!("{base}/members/{bob}/role"), json!({"role": "creator_owner"}));
        assert_eq!(
            (bad.status, bad.json()["reasons"][0]["code"].clone()),
            (StatusCode::CONFLICT, json!("access.change_role.role_of_another_kind"))
        );
        let left = program.api("DELETE", &format!("{base}/members/{bob}"), json!(null));
        assert_eq!(left.json()["items"].as_array().map(Vec::len), Some(1), "{}", left.body);
        let gone = program.api("DELETE", &format!("{base}/members/{ann}"), json!(null));
        assert_eq!(gone.json()["reasons"][0]["code"], "access.remove_member.last_head");
    });
}

#[test]
fn the_directory_pages_by_key_and_finds_by_a_part_of_the_name() {
    everywhere(|house| {
        let admin = house.person("admin");
        let operator = house.org(OrgKind::Operator, "Operator", admin);
        for name in ["Alpha_1", "alpha2", "BETA", "谊品", "Zeta%"] {
            house.org(OrgKind::Shop, name, admin);
        }
        let token =
            house.write(move |tx| crate::issue_token::issue_for(tx, operator, admin, "t", &["read"], kernel::Span::days(1))).unwrap();
        let names = |query: &str| {
            let reply = house.program(&token).get(&format!("/api/v1/operators/{operator}/orgs?{query}"));
            let page = reply.json();
            let names =
                page["items"].as_array().unwrap_or_else(|| panic!("{page}")).iter().map(|org| org["name"].as_str().unwrap().to_owned());
            (names.collect::<Vec<_>>(), page["next"].as_str().map(str::to_owned))
        };
        assert_eq!(names("q=ALPHA").0.len(), 2);
        assert_eq!(names("q=a_1").0, ["Alpha_1"]);
        assert_eq!(names("q=%25").0, ["Zeta%"]);
        assert_eq!(names("q=%E8%B0%8A").0, ["谊品"]);
        let (mut seen, mut after) = (Vec::new(), Some(String::new()));
        while let Some(place) = after {
            let escaped: String = place.bytes().map(|b| format!("%{b:02X}")).collect();
            let (page, next) = names(&format!("kind=shop&limit=2&after={escaped}"));
            seen.extend(page);
            after = next;
        }
        assert_eq!(seen.len(), 5);
        let foreign = house.person("eve");
        let shop = house.org(OrgKind::Shop, "Own", foreign);
        let token = house.write(move |tx| crate::issue_token::issue_for(tx, shop, foreign, "t", &["*"], kernel::Span::days(1))).unwrap();
        assert_eq!(house.program(&token).get(&format!("/api/v1/operators/{operator}/orgs")).status, StatusCode::NOT_FOUND);
        assert_eq!(house.program(&token).get(&format!("/api/v1/operators/{shop}/orgs")).status, StatusCode::FORBIDDEN);
    });
}
