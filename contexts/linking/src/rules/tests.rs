//! Facts that every rule agrees with, for tests to bend one at a time; and each shared rule at its edge.

use super::*;
use crate::{
    events::Event,
    invite,
    state::{Link, after},
};
use kernel::{AccountId, LinkId, OrgId, Sure, decide};

pub(crate) const NOW: Instant = Instant(1_790_000_000_000);

pub(crate) fn cited<T>(value: T) -> Cited<T> {
    Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
}

pub(crate) fn pair(kind: Kind) -> Pair {
    Pair { link: LinkId::new(1), role: kind, shop: OrgId::new(1), account: AccountId::new(1), owner: OrgId::new(2) }
}

pub(crate) fn policy() -> Policy {
    Policy {
        owner_age: cited(18),
        official_accounts: cited(1),
        marketing_accounts: cited(4),
        marketing_accounts_in_probation: cited(1),
        probation: cited(Span::days(60)),
        marketing_links: cited(Limit::AtMost(10)),
        marketing_links_window: cited(Span::days(180)),
        official_unlinks: cited(Limit::AtMost(3)),
        marketing_unlinks: cited(Limit::None),
        relink_wait: cited(Span::hours(24)),
        shops_per_account: cited(1),
        official_name_length: cited(29),
        private_network_is_home: cited(true),
    }
}

pub(crate) fn shared(kind: Kind) -> Facts {
    let gb = Region::new(b"GB");
    let account = Account {
        id: AccountId::new(1),
        owner: OrgId::new(2),
        claimed: true,
        handle: "lin.mei".into(),
        nickname: "林梅".into(),
        region: gb,
        birth: Some(jiff::civil::date(1999, 5, 1)),
        age_stated: None,
        state: AccountState::Normal,
        ecommerce: Ecommerce::Granted,
        followers: 900,
        likes: 10,
        views: 10,
        engagement_bp: 100,
        posts_count: 3,
        brand_account: false,
        political: false,
        categories: vec![],
        registered_at: NOW - Span::days(400),
    };
    let shop = Shop {
        id: OrgId::new(1),
        name: "Tea".into(),
        region: gb,
        merchant: Merchant::Invited,
        state: OrgState::Normal,
        opened_at: NOW - Span::days(90),
    };
    Facts {
        now: NOW,
        kind,
        shop,
        account,
        open_violations: 0,
        findings: vec![],
        linked: None,
        unlinked_at: None,
        official_now: 0,
        marketing_now: 0,
        marketing_links: vec![],
        unlinks_ever: 0,
        origin: Origin::Country(gb),
        policy: Arc::new(policy()),
    }
}

pub(crate) fn link(kind: Kind, at: Instant) -> Link {
    let invited = Event::Invited { pair: pair(kind), closes_at: at + Span::hours(48), message: String::new() };
    after(None, &invited, at).unwrap()
}

pub(crate) fn linked(kind: Kind, at: Instant) -> Link {
    after(Some(link(kind, at)), &Event::Linked { pair: pair(kind), shop_name: "Tea".into() }, at).unwrap()
}

pub(crate) fn leaving(kind: Kind, at: Instant) -> Link {
    let asked = Event::UnlinkAsked { pair: pair(kind), closes_at: at + Span::days(7), reason: String::new() };
    after(Some(linked(kind, at)), &asked, at).unwrap()
}

/// What an invitation answers to these facts: the shared reasons only.
fn denied(facts: Facts) -> Vec<Denied> {
    let ask =
        invite::Invite { link: LinkId::new(1), shop: OrgId::new(1), account: AccountId::new(1), kind: facts.kind, message: String::new() };
    let policy = Arc::new(invite::Policy { open_for: cited(Span::hours(48)) });
    let all = decide(&ask, &invite::Facts { shared: facts, open_until: None, lapsed: None, policy }).err().unwrap_or_default();
    all.into_iter().map(|denied| if let invite::Denied::Shared(denied) = denied { denied } else { panic!("{denied:?}") }).collect()
}

fn bent(kind: Kind, bend: impl FnOnce(&mut Facts)) -> Vec<Denied> {
    let mut facts = shared(kind);
    bend(&mut facts);
    denied(facts)
}

#[test]
fn facts_that_agree_are_denied_nothing() {
    assert_eq!(denied(shared(Kind::Official)), vec![]);
    assert_eq!(denied(shared(Kind::Marketing)), vec![]);
}

#[test]
fn an_owner_is_of_age_from_the_first_moment_of_the_birthday() {
    let birth = jiff::civil::date(2008, 9, 21);
    let birthday: Instant = "2026-09-21T00:00:00Z".parse().unwrap();
    assert_eq!(bent(Kind::Marketing, |f| (f.account.birth, f.now) = (Some(birth), birthday)), vec![]);
    let expected = Denied::UnderAge { minimum: cited(18), of_age_at: Some(birthday) };
    assert_eq!(bent(Kind::Marketing, |f| (f.account.birth, f.now) = (Some(birth), birthday - Span(1))), vec![expected]);
}

#[test]
fn an_age_that_nobody_has_shown_is_not_an_age() {
    assert_eq!(bent(Kind::Marketing, |f| f.account.birth = None), vec![Denied::AgeNotKnown { minimum: cited(18) }]);
}

#[test]
fn the_fifth_marketing_account_is_one_too_many() {
    assert_eq!(bent(Kind::Marketing, |f| f.marketing_now = 3), vec![]);
    let expected = Denied::MarketingPlacesTaken { allowed: cited(4), more_at: None };
    assert_eq!(bent(Kind::Marketing, |f| f.marketing_now = 4), vec![expected]);
    assert_eq!(bent(Kind::Official, |f| f.marketing_now = 4), vec![]);
}

#[test]
fn a_shop_in_probation_has_fewer_places_until_the_very_moment_that_ends() {
    let over_at = NOW + Span(1);
    let in_probation = |f: &mut Facts| (f.marketing_now, f.shop.opened_at) = (1, over_at - Span::days(60));
    assert_eq!(bent(Kind::Marketing, in_probation), vec![Denied::MarketingPlacesTaken { allowed: cited(1), more_at: Some(over_at) }]);
    assert_eq!(
        bent(Kind::Marketing, |f| {
            in_probation(f);
            f.now = over_at;
        }),
        vec![]
    );
}

#[test]
fn the_eleventh_link_in_180_days_waits_until_the_oldest_leaves_the_window_to_the_millisecond() {
    let oldest = NOW - Span::days(180);
    let ten = |first: Instant| (0..10).map(|n| first + Span(n)).collect::<Vec<_>>();
    assert_eq!(bent(Kind::Marketing, |f| f.marketing_links = ten(oldest)[..9].to_vec()), vec![]);
    assert_eq!(bent(Kind::Marketing, |f| f.marketing_links = ten(oldest)), vec![], "the oldest has just left");
    let spent = |first: Instant| Denied::LinksSpent {
        allowed: cited(Limit::AtMost(10)),
        window: cited(Span::days(180)),
        next_at: Some(first + Span::days(180)),
    };
    assert_eq!(bent(Kind::Marketing, |f| f.marketing_links = ten(oldest + Span(1))), vec![spent(oldest + Span(1))]);
    assert_eq!(bent(Kind::Official, |f| f.marketing_links = ten(oldest + Span(1))), vec![]);
}

#[test]
fn an_account_waits_24_hours_after_an_unlink() {
    let over_at = NOW + Span(1);
    let expected = Denied::InWait { wait: cited(Span::hours(24)), over_at };
    assert_eq!(bent(Kind::Marketing, |f| f.unlinked_at = Some(over_at - Span::hours(24))), vec![expected]);
    assert_eq!(bent(Kind::Marketing, |f| f.unlinked_at = Some(NOW - Span::hours(24))), vec![]);
}

#[test]
fn an_account_is_linked_to_one_shop_and_once() {
    let elsewhere = Pair { shop: OrgId::new(9), ..pair(Kind::Marketing) };
    assert_eq!(bent(Kind::Marketing, |f| f.linked = Some(elsewhere)), vec![Denied::LinkedElsewhere { limit: cited(1) }]);
    assert_eq!(bent(Kind::Official, |f| f.linked = Some(pair(Kind::Marketing))), vec![Denied::LinkedHere { role: Kind::Marketing }]);
}

#[test]
fn a_shop_has_one_official_account() {
    assert_eq!(bent(Kind::Official, |f| f.official_now = 1), vec![Denied::OfficialPlaceTaken { allowed: cited(1) }]);
    assert_eq!(bent(Kind::Marketing, |f| f.official_now = 1), vec![]);
}

#[test]
fn states_permission_violations_history_and_country_each_have_their_own_reason() {
    assert_eq!(bent(Kind::Marketing, |f| f.shop.state = OrgState::Suspended), vec![Denied::ShopNotNormal { state: OrgState::Suspended }]);
    assert_eq!(
        bent(Kind::Marketing, |f| f.account.state = AccountState::Suspended),
        vec![Denied::AccountNotNormal { state: AccountState::Suspended }]
    );
    assert_eq!(bent(Kind::Marketing, |f| f.account.ecommerce = Ecommerce::Withdrawn), vec![Denied::EcommerceWithdrawn]);
    assert_eq!(bent(Kind::Marketing, |f| f.open_violations = 1), vec![Denied::OpenViolations { count: 1 }]);
    let topics = vec!["religion".to_owned()];
    assert_eq!(bent(Kind::Marketing, |f| f.findings = vec![("religion".into(), 2)]), vec![Denied::ContentFindings { count: 2, topics }]);
    let (account, shop) = (Region::new(b"MX"), Region::new(b"GB"));
    assert_eq!(bent(Kind::Marketing, |f| f.account.region = account), vec![Denied::OtherCountry { account, shop }]);
}

#[test]
fn an_official_account_takes_the_shops_name_so_it_must_fit() {
    assert_eq!(bent(Kind::Official, |f| f.shop.name = "x".repeat(29)), vec![]);
    assert_eq!(bent(Kind::Official, |f| f.shop.name = "x".repeat(30)), vec![Denied::NameTooLong { length: 30, allowed: cited(29) }]);
    assert_eq!(bent(Kind::Marketing, |f| f.shop.name = "x".repeat(30)), vec![]);
}
