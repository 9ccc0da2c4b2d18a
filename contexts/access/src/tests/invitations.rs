//! Invitations: nobody else gets in by one, whatever they hold.

use super::house::{Browser, House, everywhere};
use kernel::{OrgId, OrgKind, Span};
use web::StatusCode;

struct Scene {
    shop: OrgId,
    link: String,
}

fn invited(house: &House, email: &str) -> Scene {
    let ann = house.person("ann");
    let shop = house.org(OrgKind::Shop, "Shop", ann);
    Scene { shop, link: invite(&mut house.signed_in("ann"), shop, email) }
}

fn invite(browser: &mut Browser<'_>, shop: OrgId, email: &str) -> String {
    browser.get(&format!("/org/{shop}/team"));
    let page = browser.post(&format!("/org/{shop}/team/invite"), &[("email", email), ("role", "shop_staff")]);
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page.between("<code>http://localhost", "</code>")
}

fn members(house: &House, shop: OrgId) -> usize {
    house.read(move |tx| Ok(crate::index::members(tx, shop)?.len()))
}

#[test]
fn the_invited_person_joins_and_the_link_is_spent() {
    everywhere(|house| {
        let Scene { shop, link } = invited(house, "Bob@Example.com");
        assert_eq!(house.mailed_link("bob@example.com"), link);
        house.person("bob");
        let mut bob = house.signed_in("bob");
        // Looking, also twice and by a preview, accepts nothing.
        for _ in 0..2 {
            assert_eq!(bob.get(&link).status, StatusCode::OK);
        }
        assert_eq!(members(house, shop), 1);
        assert_eq!(bob.post_sealed(&link).location(), format!("/shop/{shop}"));
        assert_eq!(members(house, shop), 2);
        assert_eq!(bob.get(&link).status, StatusCode::NOT_FOUND);
        assert_eq!(bob.post_sealed(&link).status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_forwarded_link_is_worth_nothing_to_anyone_else() {
    everywhere(|house| {
        let Scene { shop, link } = invited(house, "bob@example.com");
        house.person("eve");
        let mut eve = house.signed_in("eve");
        let page = eve.get(&link);
        assert!(page.status == StatusCode::OK && !page.body.contains("name=\"seal\""));
        assert_ne!(eve.post_sealed(&link).status, StatusCode::SEE_OTHER);
        // Not even with a page's seal of her own for the same link.
        assert_eq!(members(house, shop), 1);
        let mut nobody = house.browser();
        nobody.get(&link);
        assert!(nobody.post_sealed(&link).location().starts_with("/sign_in"));
        assert_eq!(members(house, shop), 1);
    });
}

#[test]
fn whoever_signs_up_with_the_invited_address_must_show_that_it_is_theirs() {
    everywhere(|house| {
        let Scene { shop, link } = invited(house, "bob@example.com");
        let mut bob = house.browser();
        bob.get("/sign_up");
        let fields = [("email", "bob@example.com"), ("name", "Bob"), ("password", "four green bottles")];
        assert_eq!(bob.post("/sign_up", &fields).status, StatusCode::SEE_OTHER);
        assert_eq!(bob.sign_in("bob", "four green bottles").status, StatusCode::SEE_OTHER);
        let page = bob.get(&link);
        assert!(!page.body.contains("name=\"seal\""), "{}", page.body);
        assert_eq!(members(house, shop), 1);
        let verify = house.mailed_link("bob@example.com");
        assert!(verify.starts_with("/verify/"), "{verify}");
        bob.get(&verify);
        assert_eq!(bob.post(&verify, &[]).status, StatusCode::SEE_OTHER);
        bob.get(&link);
        assert_eq!(bob.post_sealed(&link).status, StatusCode::SEE_OTHER);
        assert_eq!(members(house, shop), 2);
        // The link that showed the address is spent too.
        assert_eq!(bob.post(&verify, &[]).status, StatusCode::CONFLICT);
    });
}

#[test]
fn a_withdrawn_invitation_and_its_successor_have_nothing_to_do_with_each_other() {
    everywhere(|house| {
        let Scene { shop, link } = invited(house, "bob@example.com");
        house.person("bob");
        let mut bob = house.signed_in("bob");
        bob.get(&link);
        let looked_at = bob.page.clone();
        let mut ann = house.signed_in("ann");
        ann.get(&format!("/org/{shop}/team"));
        let again = [("email", "bob@example.com"), ("role", "shop_manager")];
        assert_eq!(ann.post(&format!("/org/{shop}/team/invite"), &again).status, StatusCode::CONFLICT);
        let id = house.read(move |tx| Ok(crate::index::invitations(tx, shop)?[0].id.clone()));
        ann.get(&format!("/org/{shop}/team"));
        assert_eq!(ann.post(&format!("/org/{shop}/team/invitations/{id}/withdraw"), &[]).status, StatusCode::SEE_OTHER);
        assert_eq!(bob.post_sealed(&link).status, StatusCode::NOT_FOUND);
        house.pass(Span(1));
        let second = invite(&mut ann, shop, "bob@example.com");
        // The page showed the first invitation; its seal does not accept the second.
        bob.page = looked_at;
        assert_eq!(bob.post_sealed(&second).status, StatusCode::CONFLICT);
        assert_eq!(bob.get(&link).status, StatusCode::NOT_FOUND);
        assert_eq!(members(house, shop), 1);
        bob.get(&second);
        assert_eq!(bob.post_sealed(&second).status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn an_invitation_is_open_for_48_hours_and_not_a_millisecond_longer() {
    for (late, joins) in [(Span(Span::hours(48).0 - 1), true), (Span::hours(48), false)] {
        everywhere(|house| {
            let Scene { shop, link } = invited(house, "bob@example.com");
            house.person("bob");
            house.pass(late);
            let mut bob = house.signed_in("bob");
            bob.get(&link);
            bob.post_sealed(&link);
            assert_eq!(members(house, shop), if joins { 2 } else { 1 });
        });
    }
}

#[test]
fn a_page_for_one_person_does_not_accept_for_another_in_the_same_browser() {
    everywhere(|house| {
        let Scene { shop, link } = invited(house, "bob@example.com");
        house.person("bob");
        house.person("eve");
        let mut bob = house.signed_in("bob");
        bob.get(&link);
        let seal_of_bob = bob.page.clone();
        let mut eve = house.signed_in("eve");
        eve.get("/me/profile");
        let own_csrf = eve.page.split_once("name=\"csrf\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
        eve.page = format!(
            "name=\"csrf\" value=\"{own_csrf}\" {}",
            seal_of_bob.split_once("name=\"seal\"").map(|(_, rest)| format!("name=\"seal\"{rest}")).unwrap()
        );
        assert_eq!(eve.post_sealed(&link).status, StatusCode::CONFLICT);
        assert_eq!(members(house, shop), 1);
    });
}

#[test]
fn heads_invite_and_others_cannot() {
    everywhere(|house| {
        let Scene { shop, .. } = invited(house, "bob@example.com");
        house.add(shop, "sam", kernel::Role::ShopStaff);
        let mut sam = house.signed_in("sam");
        sam.get(&format!("/org/{shop}/team"));
        let fields = [("email", "eve@example.com"), ("role", "shop_owner")];
        assert_eq!(sam.post(&format!("/org/{shop}/team/invite"), &fields).status, StatusCode::FORBIDDEN);
        house.person("eve");
        let mut eve = house.signed_in("eve");
        eve.get("/me/profile");
        assert_eq!(eve.post(&format!("/org/{shop}/team/invite"), &fields).status, StatusCode::NOT_FOUND);
        let body = serde_json::json!({"email": "x@example.com", "role": "shop_staff"});
        assert_eq!(house.browser().api("POST", &format!("/api/v1/orgs/{shop}/invitations"), body).status, StatusCode::UNAUTHORIZED);
    });
}

fn post(browser: &mut Browser<'_>, at: &str, path: &str, fields: &[(&str, &str)]) -> super::house::Reply {
    browser.get(at);
    browser.post(path, fields)
}

#[test]
fn sending_again_kills_the_old_link_and_gives_the_whole_time() {
    everywhere(|house| {
        let Scene { shop, link } = invited(house, "bob@example.com");
        house.person("bob");
        let mut ann = house.signed_in("ann");
        let team = format!("/org/{shop}/team");
        let id = house.read(move |tx| Ok(crate::index::invitations(tx, shop)?[0].id.clone()));
        let resend = format!("{team}/invitations/{id}/resend");
        // At once it is refused with the moment from which it works; the old link lives on.
        assert_eq!(post(&mut ann, &team, &resend, &[]).status, StatusCode::CONFLICT);
        house.pass(Span(Span::hours(48).0 - 1));
        let mut ann = house.signed_in("ann");
        let page = post(&mut ann, &team, &resend, &[]);
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let second = page.between("<code>http://localhost", "</code>");
        assert_ne!(second, link);
        assert_eq!(house.mailed_link("bob@example.com"), second);
        let mut bob = house.signed_in("bob");
        assert_eq!(bob.get(&link).status, StatusCode::NOT_FOUND);
        // The first deadline passes without closing it; it is open for 48 hours from the second mail.
        house.pass(Span(Span::hours(48).0 - 1));
        house.tick();
        let mut bob = house.signed_in("bob");
        bob.get(&second);
        assert_eq!(bob.post_sealed(&second).status, StatusCode::SEE_OTHER);
        assert_eq!(members(house, shop), 2);
        // Whoever has joined is not invited again.
        let mut ann = house.signed_in("ann");
        assert_eq!(post(&mut ann, &team, &resend, &[]).status, StatusCode::CONFLICT);
    });
}

#[test]
fn the_clock_closes_what_nobody_accepted() {
    everywhere(|house| {
        let Scene { shop, .. } = invited(house, "bob@example.com");
        let standing = move |house: &House| house.read(move |tx| Ok(crate::index::invitations(tx, shop)?[0].standing));
        house.pass(Span(Span::hours(48).0 - 1));
        house.tick();
        assert_eq!(standing(house), kernel::Standing::Asked);
        house.pass(Span(1));
        house.tick();
        assert_eq!(standing(house), kernel::Standing::Expired);
    });
}

#[test]
fn a_member_leaves_and_the_last_head_stays() {
    everywhere(|house| {
        let ann = house.person("ann");
        let centre = house.org(OrgKind::Centre, "Agency", ann);
        house.add(centre, "bob", kernel::Role::CentreMember);
        let leave = format!("/org/{centre}/team/leave");
        let team = format!("/org/{centre}/team");
        let mut last = house.signed_in("ann");
        let page = post(&mut last, &team, &leave, &[]);
        assert!(page.status == StatusCode::CONFLICT && page.body.contains("Give someone else"), "{}", page.body);
        assert_eq!(post(&mut house.signed_in("bob"), &team, &leave, &[]).location(), "/");
        assert_eq!(members(house, centre), 1);
        assert_eq!(house.signed_in("bob").get(&team).status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_last_admins_place_goes_to_one_of_two_and_promises_count() {
    everywhere(|house| {
        let ann = house.person("ann");
        let centre = house.org(OrgKind::Centre, "Agency", ann);
        for n in 0..18 {
            house.add(centre, &format!("admin{n}"), kernel::Role::CentreAdmin);
        }
        let bob = house.add(centre, "bob", kernel::Role::CentreMember);
        let (team, mut browser) = (format!("/org/{centre}/team"), house.signed_in("ann"));
        let invite = [("email", "eve@example.com"), ("role", "centre_admin")];
        assert_eq!(post(&mut browser, &team, &format!("{team}/invite"), &invite).status, StatusCode::OK);
        // 19 and one promised are 20: nobody else is invited as an admin, a standard member is.
        let more = [("email", "zoe@example.com"), ("role", "centre_admin")];
        let full = post(&mut browser, &team, &format!("{team}/invite"), &more);
        assert!(full.status == StatusCode::CONFLICT && full.body.contains("20 admins"), "{}", full.body);
        let member = [("email", "zoe@example.com"), ("role", "centre_member")];
        assert_eq!(post(&mut browser, &team, &format!("{team}/invite"), &member).status, StatusCode::OK);
        // A promise is no place: whoever gets there first has it, and the other is refused with the reason.
        let role = [("role", "centre_admin")];
        assert_eq!(post(&mut browser, &team, &format!("{team}/{bob}/role"), &role).status, StatusCode::SEE_OTHER);
        house.person("eve");
        let link = house.mailed_link("eve@example.com");
        let mut eve = house.signed_in("eve");
        assert!(eve.get(&link).body.contains("20 admins"));
        assert_eq!(house.read(move |tx| crate::index::count_role(tx, centre, kernel::Role::CentreAdmin)), 20);
    });
}
