//! The gate, exhaustively, against a naive statement of the same.

use super::house::everywhere;
use kernel::{Actor, Instant, May, OrgKind, Origin, Refusal, Role, SessionId, Span, TokenId, Who};
use store::part::Entry;

fn session(user: kernel::UserId, confirmed_at: Option<Instant>) -> Actor {
    Actor { who: Who::User { user, session: SessionId::new(1) }, origin: Origin::Private, confirmed_at }
}

#[test]
fn a_role_is_admitted_where_it_is_listed_and_only_in_its_own_organisation() {
    everywhere(|house| {
        let founder = house.person("founder");
        let orgs: Vec<_> = OrgKind::ALL.into_iter().map(|kind| (kind, house.org(kind, kind.code(), founder))).collect();
        let elsewhere = house.org(OrgKind::Shop, "Elsewhere", founder);
        let people: Vec<_> = Role::ALL
            .into_iter()
            .map(|role| {
                let org = orgs.iter().find(|(kind, _)| *kind == role.org()).unwrap().1;
                (role, org, house.add(org, role.code(), role))
            })
            .collect();
        const LISTS: [&[Role]; 4] = [&[Role::ShopOwner], &[Role::ShopStaff, Role::OperatorAdmin], &Role::ALL, &[]];
        house.read(move |tx| {
            for (role, org, user) in &people {
                for list in LISTS {
                    for (target, own) in [(*org, true), (elsewhere, false)] {
                        for token in [
                            None,
                            Some((true, "*")),
                            Some((true, "thing.do")),
                            Some((true, "thing.*")),
                            Some((true, "other.*")),
                            Some((false, "*")),
                        ] {
                            let actor = match token {
                                None => session(*user, None),
                                Some((here, scope)) => {
                                    let bound = if here { target } else { kernel::OrgId::new(7) };
                                    let who = Who::Token { token: TokenId::new(1), user: *user, org: bound, scopes: vec![scope.into()] };
                                    Actor { who, origin: Origin::Private, confirmed_at: None }
                                }
                            };
                            let entry =
                                Entry { actor: &actor, permission: "thing.do", may: May::Members(list), step_up: false, org: Some(target) };
                            let scope_fits = token.is_none_or(|(_, scope)| scope != "other.*");
                            let bound_here = token.is_none_or(|(here, _)| here);
                            let expected = if !own || !bound_here {
                                Err(Refusal::NotFound)
                            } else if list.contains(role) && scope_fits {
                                Ok(())
                            } else {
                                Err(Refusal::Forbidden { permission: "thing.do" })
                            };
                            assert_eq!(crate::gate(tx, &entry), expected, "{role:?} {list:?} own {own} {token:?}");
                        }
                    }
                }
            }
            Ok(())
        });
    });
}

#[test]
fn strangers_programs_and_the_platform_pass_where_they_should() {
    everywhere(|house| {
        let user = house.person("ann");
        let org = house.org(OrgKind::Shop, "Shop", user);
        house.read(move |tx| {
            let token = Actor {
                who: Who::Token { token: TokenId::new(1), user, org, scopes: vec!["*".into()] },
                origin: Origin::Private,
                confirmed_at: None,
            };
            let unknown = session(kernel::UserId::new(99), None);
            let mut ask = |actor: &Actor, may| crate::gate(tx, &Entry { actor, permission: "x.y", may, step_up: false, org: None });
            let forbidden = || Err(Refusal::Forbidden { permission: "x.y" });
            let members = May::Members(&Role::ALL);
            for may in [May::Anyone, May::Person, May::Platform, members] {
                assert_eq!(ask(&Actor::SYSTEM, may), Ok(()));
            }
            for (actor, person) in
                [(&Actor::ANONYMOUS, Err(Refusal::Unauthenticated)), (&unknown, Err(Refusal::Unauthenticated)), (&token, forbidden())]
            {
                assert_eq!(ask(actor, May::Anyone), Ok(()));
                assert_eq!(ask(actor, May::Person), person);
            }
            let ann = session(user, None);
            assert_eq!(ask(&ann, May::Person), Ok(()));
            assert_eq!(ask(&ann, May::Platform), forbidden());
            assert_eq!(ask(&Actor::ANONYMOUS, members), Err(Refusal::Unauthenticated));
            // A verb for members that names no organisation admits nobody.
            assert_eq!(ask(&ann, members), Err(Refusal::NotFound));
            Ok(())
        });
    });
}

#[test]
fn a_confirmation_serves_until_the_very_moment_the_window_ends() {
    everywhere(|house| {
        let user = house.person("ann");
        let org = house.org(OrgKind::Shop, "Shop", user);
        house.read(move |tx| {
            let now = tx.now;
            let mut ask = |actor: &Actor| {
                crate::gate(tx, &Entry { actor, permission: "x.y", may: May::Members(&Role::ALL), step_up: true, org: Some(org) })
            };
            let window = Span::minutes(10);
            assert_eq!(ask(&session(user, None)), Err(Refusal::ConfirmFirst));
            assert_eq!(ask(&session(user, Some(now - window))), Err(Refusal::ConfirmFirst));
            assert_eq!(ask(&session(user, Some(now - window + Span(1)))), Ok(()));
            let token = |scope: &str| Actor {
                who: Who::Token { token: TokenId::new(1), user, org, scopes: vec![scope.into()] },
                origin: Origin::Private,
                confirmed_at: None,
            };
            // A star never includes a dangerous act; naming it does, since whoever issued the token had confirmed.
            assert_eq!(ask(&token("x.y")), Ok(()));
            for wide in ["*", "x.*"] {
                assert_eq!(ask(&token(wide)), Err(Refusal::Forbidden { permission: "x.y" }));
            }
            Ok(())
        });
    });
}

#[test]
fn someone_locked_out_passes_no_gate_from_the_next_request_on() {
    everywhere(|house| {
        let admin = house.person("admin");
        let operator = house.org(OrgKind::Operator, "Operator", admin);
        let ann = house.person("ann");
        let shop = house.org(OrgKind::Shop, "Shop", ann);
        let mut browser = house.signed_in("ann");
        let token = house.write(move |tx| crate::issue_token::issue_for(tx, shop, ann, "erp", &["*"], Span::days(1))).unwrap();
        assert!(browser.is_signed_in());
        let ask = crate::SuspendUser { operator, user: ann, reason: "test".into() };
        house.perform(session(admin, Some(super::house::START)), ask).unwrap();
        assert!(!browser.is_signed_in());
        assert_eq!(house.program(&token).get("/api/v1/me").status, web::StatusCode::UNAUTHORIZED);
        let entry_is = house.read(move |tx| {
            let actor = session(ann, None);
            Ok(crate::gate(tx, &Entry { actor: &actor, permission: "x.y", may: May::Person, step_up: false, org: None }))
        });
        assert_eq!(entry_is, Err(Refusal::Unauthenticated));
        house.perform(session(admin, Some(super::house::START)), crate::ReinstateUser { operator, user: ann, reason: "x".into() }).unwrap();
        house.signed_in("ann");
    });
}
