//! Facts that agree are made once here and bent one at a time.

use super::*;
use crate::Scopes;

/// A member who runs ads.
pub(crate) fn place() -> Place {
    Place {
        centre: OrgState::Normal,
        member: Some(Role::CentreMember),
        is_locked_out: false,
        ad_account: Reach::Open,
        role: Some(AdRole::Operator),
    }
}

/// An ad that may run by the centre's grant.
pub(crate) fn facts() -> Facts {
    Facts {
        now: Instant(1_000_000),
        place: place(),
        account: AccountState::Normal,
        is_political: false,
        has_its_owner: true,
        roads: Roads { grant: Scopes::ALL, assignment: Scopes::NONE.with(Scope::Posts), own_link: Scopes::NONE },
        is_withheld: false,
        item: Item::Post("7".into()),
        seen_by: Some(Visibility::Public),
        is_switched_on: true,
        right: Right::Account,
    }
}

fn missing_codes(facts: &Facts) -> Vec<String> {
    missing(facts).into_iter().map(|code| code.strip_prefix("centers.spark.").unwrap().to_owned()).collect()
}

#[test]
fn an_ad_may_run_when_every_condition_holds_and_each_missing_one_is_named_alone() {
    assert_eq!(missing_codes(&facts()), [""; 0]);
    type Bend = fn(&mut Facts);
    let bent: [(Bend, &str); 17] = [
        (|f| f.place.centre = OrgState::Suspended, "centre_not_normal"),
        (|f| f.place.member = None, "not_a_member"),
        (|f| f.place.is_locked_out = true, "locked_out"),
        (|f| f.place.ad_account = Reach::Closed, "ad_account_closed"),
        (|f| f.place.ad_account = Reach::Unshared, "ad_account_unshared"),
        (|f| f.place.ad_account = Reach::OwnerStopped, "ad_accounts_centre_stopped"),
        (|f| f.place.role = None, "no_ad_role"),
        (|f| f.place.role = Some(AdRole::Analyst), "role_too_low"),
        (|f| f.account = AccountState::Suspended, "account_not_normal"),
        (|f| f.is_political = true, "account_political"),
        (|f| f.has_its_owner = false, "account_has_new_owner"),
        (|f| f.roads.grant = Scopes::NONE, "scope_not_granted"),
        (|f| f.roads.assignment = Scopes::NONE, "not_assigned"),
        (|f| f.is_withheld = true, "withheld"),
        (|f| f.is_switched_on = false, "post_switched_off"),
        (|f| f.seen_by = Some(Visibility::Private), "not_public"),
        (|f| f.seen_by = None, "item_gone"),
    ];
    for (bend, code) in bent {
        let mut facts = facts();
        bend(&mut facts);
        assert_eq!(missing_codes(&facts), [code]);
    }
}

#[test]
fn every_missing_condition_is_named_at_once() {
    let facts = Facts { is_political: true, is_switched_on: false, place: Place { role: None, ..place() }, ..facts() };
    assert_eq!(missing_codes(&facts), ["no_ad_role", "account_political", "post_switched_off"]);
}

/// The full truth table of the use: which of grant, assignment and own link hold the scope, for every right that can be named.
#[test]
fn grant_and_assignment_or_the_own_link_hold_the_use() {
    let scope = Scopes::NONE.with(Scope::Posts);
    let pick = |holds| if holds { scope } else { Scopes::NONE };
    for bits in 0..8 {
        let (grant, assigned, own) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
        let roads = Roads { grant: pick(grant), assignment: pick(assigned), own_link: pick(own) };
        let holds = |right| missing_codes(&Facts { roads, right, ..facts() }).is_empty();
        assert_eq!(holds(Right::Account), (grant && assigned) || own, "{roads:?}");
        assert_eq!(holds(Right::Grant), grant && assigned, "{roads:?}");
        assert_eq!(holds(Right::OwnLink), own, "{roads:?}");
        assert!(holds(Right::Code(Code::InForce)), "a code asks for neither");
        let strongest = Facts { roads, ..facts() }.strongest();
        assert_eq!(strongest, if grant && assigned { Some(Road::Grant) } else { own.then_some(Road::OwnLink) });
    }
}

/// The same table where the centre withholds the account from the ad account: nothing but its grant counts no more.
#[test]
fn what_is_withheld_leaves_the_own_link_and_the_code_and_says_so_to_those_only_who_have_the_account() {
    let scope = Scopes::NONE.with(Scope::Posts);
    let pick = |holds| if holds { scope } else { Scopes::NONE };
    for bits in 0..8 {
        let (grant, assigned, own) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
        let roads = Roads { grant: pick(grant), assignment: pick(assigned), own_link: pick(own) };
        let withheld = Facts { roads, is_withheld: true, ..facts() };
        let missing = |right| missing_codes(&Facts { right, ..withheld.clone() });
        let by_grant =
            if grant && assigned { vec!["withheld".to_owned()] } else { missing_codes(&Facts { roads, right: Right::Grant, ..facts() }) };
        assert_eq!(missing(Right::Grant), by_grant, "{roads:?}");
        assert_eq!(missing(Right::Account), if own { Vec::new() } else { by_grant }, "{roads:?}");
        assert_eq!(missing(Right::OwnLink).is_empty(), own, "{roads:?}");
        assert!(missing(Right::Code(Code::InForce)).is_empty(), "{roads:?}");
        assert_eq!(withheld.strongest(), own.then_some(Road::OwnLink));
    }
}

#[test]
fn a_standard_member_does_not_learn_whether_the_centre_holds_an_account_that_they_were_not_given() {
    let scope = Scopes::NONE.with(Scope::Posts);
    for grant in [Scopes::NONE, scope] {
        let roads = Roads { grant, ..Roads::default() };
        assert_eq!(missing_codes(&Facts { roads, ..facts() }), ["not_assigned"], "{grant:?}");
        let admin = Facts { roads, place: Place { member: Some(Role::CentreAdmin), ..place() }, ..facts() };
        assert_eq!(missing_codes(&admin), [if grant == scope { "not_assigned" } else { "scope_not_granted" }]);
    }
}

#[test]
fn a_scope_for_posts_shows_no_live_and_the_other_way_round() {
    for (held, item) in [(Scope::Posts, Item::Live("1".into())), (Scope::Live, Item::Post("1".into()))] {
        let held = Scopes::NONE.with(held);
        let facts = Facts { roads: Roads { grant: held, assignment: held, own_link: held }, item, ..facts() };
        assert_eq!(missing_codes(&facts), ["scope_not_granted"]);
    }
}

#[test]
fn a_live_has_no_switch() {
    let live = Scopes::NONE.with(Scope::Live);
    let roads = Roads { grant: live, assignment: live, own_link: Scopes::NONE };
    let facts = Facts { item: Item::Live("1".into()), roads, is_switched_on: false, ..facts() };
    assert_eq!(missing_codes(&facts), [""; 0]);
}

#[test]
fn a_code_needs_neither_the_switch_nor_a_scope_but_it_must_be_in_force() {
    let none = Facts { roads: Roads::default(), is_switched_on: false, ..facts() };
    let by = |code| missing_codes(&Facts { right: Right::Code(code), ..none.clone() });
    assert_eq!(by(Code::InForce), [""; 0]);
    assert_eq!(by(Code::Expired), ["code_expired"]);
    assert_eq!(by(Code::Deleted), ["code_deleted"]);
    assert_eq!(by(Code::NotApplied), ["code_not_applied"]);
}

#[test]
fn a_page_asks_the_same_conditions_as_a_pause() {
    let facts = Facts { is_political: true, seen_by: None, ..facts() };
    let failing: Vec<_> = answers(&facts).into_iter().filter_map(|check| check.denial).map(|denial| denial.code).collect();
    assert_eq!(failing, missing(&facts));
    assert_eq!(answers(&facts).len(), CONDITIONS.len());
}
