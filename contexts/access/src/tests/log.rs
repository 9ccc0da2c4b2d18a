//! What stands in the log, and what never does.

use super::house::{PASSWORD, everywhere};
use kernel::{OrgKind, Role, Span};

#[test]
fn no_secret_and_no_address_of_anyone_stands_in_the_log_in_plain() {
    everywhere(|house| {
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let token = house.write(move |tx| crate::issue_token::issue_for(tx, shop, ann, "erp", &["*"], Span::days(1))).unwrap();
        let mut browser = house.signed_in("ann");
        browser.get(&format!("/org/{shop}/team"));
        browser.post(&format!("/org/{shop}/team/invite"), &[("email", "bob@example.com"), ("role", "shop_staff")]);
        let link = house.mailed_link("bob@example.com");
        let secret = link.rsplit('/').next().unwrap().to_owned();
        let session = browser.cookies["session"].clone();
        let device = browser.cookies["device"].clone();
        let kept = house.read(|tx| {
            let mut text = String::new();
            for table in ["events", "sessions", "token_secrets", "one_time_links", "tries", "devices", "passwords"] {
                // Rows as text: enough to look for what must not be there.
                for row in tx.all(&format!("SELECT * FROM {table}"), &[])? {
                    text.push_str(&format!("{table} {row:?}\n"));
                }
            }
            Ok(text)
        });
        for canary in [PASSWORD, &token, &secret, &session, &device] {
            assert!(!kept.contains(canary), "{canary}");
        }
        let events: String = kept.lines().filter(|line| line.starts_with("events")).collect();
        for canary in ["ann@example.com", "bob@example.com", "\"ann\"", "argon2"] {
            assert!(!events.contains(canary), "{canary}");
        }
    });
}

#[test]
fn replaying_the_log_gives_the_same_people_and_ends_no_session_opened_since() {
    everywhere(|house| {
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        house.add(shop, "bob", Role::ShopStaff);
        let mut browser = house.signed_in("ann");
        browser.get("/me/security");
        browser.post("/me/security/password", &[("password", PASSWORD), ("new_password", "four green bottles")]);
        house.pass(Span::minutes(5));
        let mut later = house.browser();
        later.sign_in("ann", "four green bottles");
        let look = move |tx: &mut store::Tx<'_>| {
            Ok((crate::index::org(tx, shop)?, crate::index::members(tx, shop)?, crate::index::user(tx, ann)?))
        };
        let before = house.read(look);
        house
            .write(|tx| {
                for table in crate::index::TABLES {
                    tx.run(&format!("DELETE FROM {table}"), &[])?;
                }
                for event in store::log::after(tx, 0, 1_000)? {
                    crate::index::apply(tx, &event)?;
                }
                Ok(())
            })
            .unwrap();
        assert_eq!(house.read(look), before);
        assert!(later.is_signed_in() && browser.is_signed_in());
    });
}
