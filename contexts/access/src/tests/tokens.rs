//! Tokens: within their scopes, for their organisation, until they end.

use super::house::{House, everywhere};
use kernel::{OrgId, OrgKind, Role, Span, UserId};
use serde_json::{Value, json};
use web::StatusCode;

fn token(house: &House, org: OrgId, user: UserId, scopes: &'static [&'static str]) -> String {
    house.write(move |tx| crate::issue_token::issue_for(tx, org, user, "erp", scopes, Span::days(1))).unwrap()
}

#[test]
fn a_token_works_until_the_very_moment_it_expires() {
    everywhere(|house| {
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let token = token(house, shop, ann, &["read"]);
        assert!(token.starts_with("cs_") && token.len() >= 3 + 32);
        house.pass(Span(Span::days(1).0 - 1));
        assert_eq!(house.program(&token).get("/api/v1/me").status, StatusCode::OK);
        house.pass(Span(1));
        assert_eq!(house.program(&token).get("/api/v1/me").status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn a_token_reads_what_its_member_reads_and_does_what_its_scopes_name() {
    everywhere(|house| {
        let ann = house.person("ann");
        let (shop, other) = (house.org(OrgKind::Shop, "Shop", ann), house.org(OrgKind::Shop, "Other", ann));
        let (read, rename) = (token(house, shop, ann, &["read"]), token(house, shop, ann, &["access.rename_org"]));
        let name = |org: OrgId| format!("/api/v1/orgs/{org}/name");
        assert_eq!(house.program(&read).get(&format!("/api/v1/orgs/{shop}/members")).status, StatusCode::OK);
        assert_eq!(house.program(&read).api("PUT", &name(shop), json!({"name": "New"})).status, StatusCode::FORBIDDEN);
        let renamed = house.program(&rename).api("PUT", &name(shop), json!({"name": "New"}));
        assert_eq!((renamed.status, renamed.json()["name"].clone()), (StatusCode::OK, json!("New")));
        // The same person's other organisation is not the token's.
        assert_eq!(house.program(&rename).api("PUT", &name(other), json!({"name": "New"})).status, StatusCode::NOT_FOUND);
        assert_eq!(house.program(&read).get(&format!("/api/v1/orgs/{other}")).status, StatusCode::NOT_FOUND);
        // A program is nobody: it changes no password and founds nothing.
        let found = json!({"kind": "shop", "name": "x", "region": "GB"});
        assert_eq!(house.program(&rename).api("POST", "/api/v1/orgs", found).status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_revoked_token_and_one_of_a_removed_member_are_refused_at_once() {
    everywhere(|house| {
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let bob = house.add(shop, "bob", Role::ShopOwner);
        let (first, second) = (token(house, shop, bob, &["*"]), token(house, shop, bob, &["*"]));
        let mut browser = house.signed_in("ann");
        browser.get(&format!("/org/{shop}/tokens"));
        let id = house.read(move |tx| Ok(crate::index::tokens(tx, shop)?.iter().map(|one| one.id.to_string()).max().unwrap()));
        assert_eq!(browser.post(&format!("/org/{shop}/tokens/{id}/revoke"), &[]).status, StatusCode::SEE_OTHER);
        let works = |token: &str| house.program(token).get("/api/v1/me").status == StatusCode::OK;
        assert!(works(&first) != works(&second));
        assert_eq!(browser.post(&format!("/org/{shop}/team/{bob}/remove"), &[]).status, StatusCode::SEE_OTHER);
        assert!(!works(&first) && !works(&second));
    });
}

#[test]
fn a_token_acts_with_the_role_that_its_issuer_has_now() {
    everywhere(|house| {
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let bob = house.add(shop, "bob", Role::ShopOwner);
        let token = token(house, shop, bob, &["*"]);
        let path = format!("/api/v1/orgs/{shop}/categories");
        assert_eq!(house.program(&token).api("PUT", &path, json!({"categories": ["Beauty"]})).status, StatusCode::OK);
        let mut browser = house.signed_in("ann");
        browser.get(&format!("/org/{shop}/team"));
        assert_eq!(browser.post(&format!("/org/{shop}/team/{bob}/role"), &[("role", "shop_staff")]).status, StatusCode::SEE_OTHER);
        assert_eq!(house.program(&token).api("PUT", &path, json!({"categories": ["Home"]})).status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_token_is_shown_once_and_kept_only_as_a_digest() {
    everywhere(|house| {
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let mut browser = house.signed_in("ann");
        browser.get(&format!("/org/{shop}/tokens"));
        let fields = [("name", "ERP"), ("scopes", "access.rename_org"), ("lasts", "90 d")];
        let page = browser.post(&format!("/org/{shop}/tokens"), &fields);
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let token = format!("cs_{}", page.between("<code>cs_", "</code>"));
        assert_eq!(house.program(&token).get("/api/v1/me").json()["user"], json!(ann));
        assert!(!browser.get(&format!("/org/{shop}/tokens")).body.contains(&token));
        let listed = browser.api("GET", &format!("/api/v1/orgs/{shop}/tokens"), Value::Null);
        assert!(!listed.body.contains(&token) && listed.body.contains("ERP"), "{}", listed.body);
    });
}
