//! Every cause that policies name, from facts that everyone agrees with, bent one at a time.

use super::*;
use crate::{
    events::{Event, Pair},
    rules::tests::{NOW, cited, leaving, link, linked, pair, shared},
    state::after,
};
use accounts::Ecommerce;
use kernel::{Limit, OrgId, Origin};

fn facts(link: Option<Link>) -> Facts {
    Facts {
        by_owner: true,
        link,
        shared: shared(Kind::Marketing),
        open_until: None,
        invite: Arc::new(invite::Policy { open_for: cited(Span::hours(48)) }),
        request_unlink: Arc::new(request_unlink::Policy { earliest: cited(Span::hours(24)), unanswered_after: cited(Span::days(7)) }),
        fixed_regions: cited(vec![Region::new(b"US")]),
    }
}

fn invited() -> Facts {
    facts(Some(link(Kind::Marketing, NOW)))
}

fn codes(facts: &Facts) -> Vec<&'static str> {
    causes(facts).iter().map(|cause| cause.code).collect()
}

fn cause(facts: &Facts, code: &str) -> Cause {
    let all = causes(facts);
    all.iter().find(|cause| cause.code == code).cloned().unwrap_or_else(|| panic!("no {code} in {all:?}"))
}

/// The one certain cause besides the open invitation, from facts bent once.
fn bent(bend: impl FnOnce(&mut Facts)) -> Cause {
    let mut facts = invited();
    bend(&mut facts);
    let certain: Vec<Cause> = causes(&facts).into_iter().filter(|cause| !cause.possible && cause.code != "not_answered").collect();
    let [cause] = &certain[..] else { panic!("{certain:?}") };
    assert!(CODES.contains(&cause.code), "{}", cause.code);
    cause.clone()
}

fn answer(code: &'static str, who: Who, support_only: bool, until: Option<Instant>) -> (&'static str, Who, bool, Option<Instant>) {
    (code, who, support_only, until)
}

fn short(cause: &Cause) -> (&'static str, Who, bool, Option<Instant>) {
    (cause.code, cause.who, cause.support_only, cause.until)
}

#[test]
fn an_open_invitation_is_still_binding_and_waits_for_the_owner_with_the_hours_left() {
    let mut facts = invited();
    assert_eq!(verdict(&facts), Verdict::StillBinding);
    let closes_at = NOW + Span::hours(48);
    let waits = cause(&facts, "not_answered");
    assert_eq!(short(&waits), answer("not_answered", Who::Owner, false, Some(closes_at)));
    assert_eq!(waits.facts["hours_left"], 48);
    facts.shared.now = closes_at - Span(1);
    assert_eq!(cause(&facts, "not_answered").facts["hours_left"], 1);
}

#[test]
fn at_the_very_moment_an_invitation_closes_it_has_failed_and_not_a_millisecond_before() {
    let mut facts = invited();
    let closes_at = NOW + Span::hours(48);
    facts.shared.now = closes_at - Span(1);
    assert_eq!(verdict(&facts), Verdict::StillBinding);
    facts.shared.now = closes_at;
    assert_eq!(verdict(&facts), Verdict::Failed);
    assert_eq!(cause(&facts, "expired").facts["at"], closes_at.to_string());
}

#[test]
fn a_network_elsewhere_is_the_owners_to_change() {
    let away = |origin| move |facts: &mut Facts| facts.shared.origin = origin;
    let differs = bent(away(Origin::Country(Region::new(b"FR"))));
    assert_eq!(short(&differs), answer("network_differs", Who::Owner, false, None));
    assert_eq!((&differs.facts["network"], &differs.facts["shop"]), (&Json::from("FR"), &Json::from("GB")));
    assert_eq!(bent(away(Origin::Unknown)).code, "network_not_known");
}

#[test]
fn the_shops_own_network_says_nothing_about_the_owners() {
    let mut facts = invited();
    (facts.by_owner, facts.shared.origin) = (false, Origin::Country(Region::new(b"FR")));
    assert_eq!(codes(&facts), ["not_answered", "network_of_owner", "page_timed_out"]);
    assert!(cause(&facts, "network_of_owner").possible);
}

#[test]
fn an_owner_whose_invitation_ran_out_learns_that_the_network_was_in_the_way() {
    let mut facts = invited();
    facts.shared.now = NOW + Span::hours(48);
    facts.shared.origin = Origin::Country(Region::new(b"FR"));
    assert_eq!(codes(&facts), ["expired", "network_differs"]);
}

#[test]
fn under_18_passes_on_the_birthday() {
    let birthday: Instant = "2027-02-03T00:00:00Z".parse().unwrap();
    let young = bent(|facts| facts.shared.account.birth = Some(jiff::civil::date(2009, 2, 3)));
    assert_eq!(short(&young), answer("under_age", Who::Nobody, false, Some(birthday)));
    let unknown = bent(|facts| facts.shared.account.birth = None);
    assert_eq!(short(&unknown), answer("age_not_known", Who::Owner, false, None));
}

#[test]
fn an_abnormal_shop_or_account_needs_the_platform_and_a_closed_one_is_over() {
    let shop = |state| bent(move |facts| facts.shared.shop.state = state);
    assert_eq!(short(&shop(OrgState::Suspended)), answer("shop_abnormal", Who::Platform, true, None));
    assert_eq!(short(&shop(OrgState::Closed)), answer("shop_closed", Who::Nobody, false, None));
    let account = |state| bent(move |facts| facts.shared.account.state = state);
    assert_eq!(short(&account(AccountState::Suspended)), answer("account_abnormal", Who::Platform, true, None));
    assert_eq!(short(&account(AccountState::Closed)), answer("account_closed", Who::Nobody, false, None));
}

#[test]
fn an_account_linked_elsewhere_is_its_owners_to_free() {
    let elsewhere = bent(|facts| facts.shared.linked = Some(Pair { shop: OrgId::new(9), ..pair(Kind::Marketing) }));
    assert_eq!(short(&elsewhere), answer("linked_elsewhere", Who::Owner, false, None));
    let here = bent(|facts| facts.shared.linked = Some(pair(Kind::Official)));
    assert_eq!(short(&here), answer("linked_here", Who::Owner, false, None));
    assert_eq!(here.facts["role"], "official");
}

#[test]
fn support_can_move_an_account_from_another_country_except_one_registered_in_the_us() {
    let mexican = bent(|facts| facts.shared.account.region = Region::new(b"MX"));
    assert_eq!(short(&mexican), answer("other_country", Who::Platform, true, None));
    let american = bent(|facts| facts.shared.account.region = Region::new(b"US"));
    assert_eq!(short(&american), answer("other_country_fixed", Who::Nobody, false, None));
}

#[test]
fn a_permission_withdrawn_an_open_violation_and_found_content_need_support() {
    let withdrawn = bent(|facts| facts.shared.account.ecommerce = Ecommerce::Withdrawn);
    assert_eq!(short(&withdrawn), answer("permission_withdrawn", Who::Platform, true, None));
    let open = bent(|facts| facts.shared.open_violations = 2);
    assert_eq!((short(&open), &open.facts["count"]), (answer("violations_open", Who::Platform, true, None), &Json::from(2)));
    let found = bent(|facts| facts.shared.findings = vec![("religion".into(), 1)]);
    assert_eq!(short(&found), answer("content_found", Who::Platform, true, None));
}

#[test]
fn the_wait_after_an_unlink_ends_to_the_millisecond() {
    let over_at = NOW + Span(1);
    let waits = bent(|facts| facts.shared.unlinked_at = Some(over_at - Span::hours(24)));
    assert_eq!(short(&waits), answer("in_wait", Who::Nobody, false, Some(over_at)));
    let mut facts = invited();
    facts.shared.unlinked_at = Some(NOW - Span::hours(24));
    assert!(!codes(&facts).contains(&"in_wait"));
}

#[test]
fn a_link_younger_than_24_hours_cannot_be_left_and_says_from_when_it_can() {
    let mut facts = facts(Some(linked(Kind::Marketing, NOW)));
    let allowed_at = NOW + Span::hours(24);
    facts.shared.now = allowed_at - Span(1);
    assert_eq!(verdict(&facts), Verdict::Linked);
    assert_eq!(short(&cause(&facts, "too_soon")), answer("too_soon", Who::Nobody, false, Some(allowed_at)));
    facts.shared.now = allowed_at;
    assert_eq!(codes(&facts), ["linked", "page_timed_out"]);
}

#[test]
fn spent_quotas_say_who_can_make_room() {
    let first = NOW - Span::days(1);
    let links = bent(|facts| facts.shared.marketing_links = vec![first; 10]);
    assert_eq!(short(&links), answer("links_spent", Who::Nobody, false, Some(first + Span::days(180))));
    let places = bent(|facts| facts.shared.marketing_now = 4);
    assert_eq!(short(&places), answer("marketing_places_taken", Who::Shop, false, None));
    let official = bent(|facts| (facts.shared.kind, facts.shared.official_now) = (Kind::Official, 1));
    assert_eq!(short(&official), answer("official_place_taken", Who::Shop, false, None));
}

#[test]
fn unlinks_that_are_spent_keep_a_link_until_the_platform_raises_the_value() {
    let mut facts = facts(Some(linked(Kind::Official, NOW)));
    (facts.shared.kind, facts.shared.now) = (Kind::Official, NOW + Span::hours(24));
    facts.shared.unlinks_ever = 2;
    assert_eq!(codes(&facts), ["linked", "page_timed_out"]);
    facts.shared.unlinks_ever = 3;
    let spent = cause(&facts, "unlinks_spent");
    assert_eq!(short(&spent), answer("unlinks_spent", Who::Platform, true, None));
    assert_eq!(spent.facts["allowed"], serde_json::to_value(cited(Limit::AtMost(3))).unwrap());
}

#[test]
fn a_name_that_does_not_fit_is_the_shops_to_change() {
    let long = bent(|facts| (facts.shared.kind, facts.shared.shop.name) = (Kind::Official, "x".repeat(30)));
    assert_eq!(short(&long), answer("name_too_long", Who::Shop, false, None));
}

#[test]
fn with_nothing_in_the_way_the_page_may_have_timed_out() {
    assert_eq!(codes(&invited()), ["not_answered", "page_timed_out"]);
    let mut blocked = invited();
    blocked.shared.open_violations = 1;
    assert!(!codes(&blocked).contains(&"page_timed_out"));
}

#[test]
fn what_failed_says_how_and_whether_it_can_be_tried_again() {
    let ended = |event: Event| facts(after(Some(link(Kind::Marketing, NOW)), &event, NOW));
    let declined = ended(Event::Declined { pair: pair(Kind::Marketing), reason: String::new() });
    assert_eq!((verdict(&declined), codes(&declined), next_step_is_free(&declined)), (Verdict::Failed, vec!["declined"], true));
    let mut withdrawn = ended(Event::Withdrawn { pair: pair(Kind::Marketing) });
    withdrawn.shared.open_violations = 1;
    assert_eq!(codes(&withdrawn), ["withdrawn", "violations_open"]);
    assert!(!next_step_is_free(&withdrawn));
    let expired = ended(Event::Expired { pair: pair(Kind::Marketing) });
    assert_eq!(codes(&expired), ["expired"]);
}

#[test]
fn an_open_request_to_leave_waits_for_the_shop_until_it_is_granted_by_itself() {
    let mut facts = facts(Some(leaving(Kind::Marketing, NOW)));
    assert_eq!(verdict(&facts), Verdict::StillLeaving);
    let waits = cause(&facts, "unlink_not_answered");
    assert_eq!(short(&waits), answer("unlink_not_answered", Who::Shop, false, Some(NOW + Span::days(7))));
    facts.shared.open_violations = 1;
    assert!(codes(&facts).contains(&"violations_open"), "what blocks the approval is named");
}

#[test]
fn a_refused_request_gives_the_shops_reason() {
    let refused = Event::UnlinkRefused { pair: pair(Kind::Marketing), reason: "season".into() };
    let mut facts = facts(after(Some(leaving(Kind::Marketing, NOW)), &refused, NOW + Span(1)));
    facts.shared.now = NOW + Span::hours(24);
    assert_eq!(cause(&facts, "unlink_refused").facts["answer"], "season");
}

#[test]
fn before_anything_was_asked_the_rules_of_the_invitation_answer() {
    let mut none = facts(None);
    none.by_owner = false;
    assert_eq!((verdict(&none), codes(&none)), (Verdict::Free, vec!["page_timed_out"]));
    none.shared.account.claimed = false;
    assert_eq!((verdict(&none), codes(&none)), (Verdict::Blocked, vec!["unclaimed"]));
}

#[test]
fn every_cause_has_its_words_and_what_helps() {
    type Entries = std::collections::BTreeMap<String, std::collections::BTreeMap<String, String>>;
    let words: Entries = toml::from_str(include_str!("words.toml")).unwrap();
    for code in CODES {
        assert!(words.contains_key(*code) && words.contains_key(&format!("{code}_fix")), "{code}");
    }
}
