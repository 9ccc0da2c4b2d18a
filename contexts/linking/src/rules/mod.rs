//! The rules of linking that hold at the asking and again at the answering: an invitation that was right on Monday may be
//! wrong on Tuesday, and *accepted is not confirmed*.

use crate::{Kind, events::Pair};
use access::{Merchant, OrgState};
use accounts::{Account, AccountState, Ecommerce};
use kernel::{Capability, Cited, Instant, Limit, Origin, Region, Span};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// The values that these rules read.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How old an account's owner must be, in years.
    pub owner_age: Cited<i16>,
    /// Official accounts per shop.
    pub official_accounts: Cited<u32>,
    /// Marketing accounts per shop.
    pub marketing_accounts: Cited<u32>,
    /// Marketing accounts per shop while it is in probation.
    pub marketing_accounts_in_probation: Cited<u32>,
    /// How long a new shop is in probation.
    pub probation: Cited<Span>,
    /// Marketing links per shop within the window.
    pub marketing_links: Cited<Limit>,
    /// The window.
    pub marketing_links_window: Cited<Span>,
    /// Official accounts that a shop may ever unlink.
    pub official_unlinks: Cited<Limit>,
    /// Marketing accounts that a shop may ever unlink.
    pub marketing_unlinks: Cited<Limit>,
    /// How long an account waits after an unlink before it can be linked again.
    pub relink_wait: Cited<Span>,
    /// How many shops an account may be linked to at a time.
    pub shops_per_account: Cited<u32>,
    /// How many characters an official account's name may have at the most.
    pub official_name_length: Cited<usize>,
    /// Whether a session from a private or loopback address counts as being in the shop's country.
    pub private_network_is_home: Cited<bool>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "linking.rules";
}

/// All that the shared rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// As what the account is to be linked.
    pub kind: Kind,
    /// The shop.
    pub shop: Shop,
    /// The account.
    pub account: Account,
    /// Violations of the account that are still open.
    pub open_violations: i64,
    /// Topics that the word list found in the account's history, with how often.
    pub findings: Vec<(String, i64)>,
    /// The account's link that is in force, if any.
    pub linked: Option<Pair>,
    /// When the account was last unlinked from any shop.
    pub unlinked_at: Option<Instant>,
    /// Official accounts that the shop has now.
    pub official_now: u32,
    /// Marketing accounts that the shop has now.
    pub marketing_now: u32,
    /// When the shop's marketing links of the window were made, oldest first.
    pub marketing_links: Vec<Instant>,
    /// Accounts of this kind that the shop has unlinked, ever.
    pub unlinks_ever: u32,
    /// Where the acting session's network address lies.
    pub origin: Origin,
    /// The values in force for the shop.
    pub policy: Arc<Policy>,
}

/// The shop, as far as the rules look at it.
#[derive(Clone, PartialEq, Debug)]
pub struct Shop {
    /// Which.
    pub id: kernel::OrgId,
    /// Its name.
    pub name: String,
    /// Its country.
    pub region: Region,
    /// Its type.
    pub merchant: Merchant,
    /// Whether it may act.
    pub state: OrgState,
    /// When it was opened: probation counts from here.
    pub opened_at: Instant,
}

/// Facts that hold the shared ones.
pub trait HasFacts {
    /// The shared ones.
    fn shared(&self) -> &Facts;
}

impl HasFacts for Facts {
    fn shared(&self) -> &Facts {
        self
    }
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words file says each in two languages")]
pub enum Denied {
    ShopNotNormal { state: OrgState },
    AccountNotNormal { state: AccountState },
    EcommerceWithdrawn,
    OpenViolations { count: i64 },
    ContentFindings { count: i64, topics: Vec<String> },
    UnderAge { minimum: Cited<i16>, of_age_at: Option<Instant> },
    AgeNotKnown { minimum: Cited<i16> },
    OtherCountry { account: Region, shop: Region },
    NetworkElsewhere { network: Region, shop: Region },
    NetworkNotKnown { shop: Region },
    NetworkPrivate { shop: Region, allowed: Cited<bool> },
    LinkedElsewhere { limit: Cited<u32> },
    LinkedHere { role: Kind },
    OfficialPlaceTaken { allowed: Cited<u32> },
    MarketingPlacesTaken { allowed: Cited<u32>, more_at: Option<Instant> },
    LinksSpent { allowed: Cited<Limit>, window: Cited<Span>, next_at: Option<Instant> },
    InWait { wait: Cited<Span>, over_at: Instant },
    UnlinksSpent { allowed: Cited<Limit>, role: Kind },
    NameTooLong { length: usize, allowed: Cited<usize> },
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        Some("linking.rules")
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::UnderAge { of_age_at, .. } => *of_age_at,
            Denied::MarketingPlacesTaken { more_at, .. } => *more_at,
            Denied::LinksSpent { next_at, .. } => *next_at,
            Denied::InWait { over_at, .. } => Some(*over_at),
            Denied::ShopNotNormal { .. }
            | Denied::AccountNotNormal { .. }
            | Denied::EcommerceWithdrawn
            | Denied::OpenViolations { .. }
            | Denied::ContentFindings { .. }
            | Denied::AgeNotKnown { .. }
            | Denied::OtherCountry { .. }
            | Denied::NetworkElsewhere { .. }
            | Denied::NetworkNotKnown { .. }
            | Denied::NetworkPrivate { .. }
            | Denied::LinkedElsewhere { .. }
            | Denied::LinkedHere { .. }
            | Denied::OfficialPlaceTaken { .. }
            | Denied::UnlinksSpent { .. }
            | Denied::NameTooLong { .. } => None,
        }
    }
}

/// What a shared rule answers to a verb: the verb's own `Denied` can hold it.
type Answer<C> = Result<(), <C as Capability>::Denied>;

fn shared<C>(facts: &C::Facts, rule: impl FnOnce(&Facts) -> Result<(), Denied>) -> Answer<C>
where
    C: Capability<Facts: HasFacts, Denied: From<Denied>>,
{
    rule(facts.shared()).map_err(Into::into)
}

macro_rules! shared_rules {
    ($($(#[$doc:meta])* $name:ident = $rule:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name<C>(_: &C, facts: &C::Facts) -> Answer<C>
        where C: Capability<Facts: HasFacts, Denied: From<Denied>> {
            shared::<C>(facts, $rule)
        }
    )*};
}

fn require(holds: bool, denied: impl FnOnce() -> Denied) -> Result<(), Denied> {
    if holds { Ok(()) } else { Err(denied()) }
}

shared_rules! {
    /// The shop's state is normal.
    shop_is_normal = |f| require(f.shop.state == OrgState::Normal, || Denied::ShopNotNormal { state: f.shop.state });
    /// The account's state is normal.
    account_is_normal = |f| require(f.account.state == AccountState::Normal, || Denied::AccountNotNormal { state: f.account.state });
    /// The account's e-commerce permission has not been withdrawn.
    ecommerce_is_granted = |f| require(f.account.ecommerce == Ecommerce::Granted, || Denied::EcommerceWithdrawn);
    /// No violation of the account is open.
    no_violation_is_open = |f| require(f.open_violations == 0, || Denied::OpenViolations { count: f.open_violations });
    /// The account's history is clean of religion, political dispute and false advertising.
    content_is_clean = content;
    /// The account's owner is of age, from the first moment of the birthday.
    owner_is_of_age = age;
    /// The account is registered in the shop's country.
    account_is_in_the_shops_country = |f| require(f.account.region == f.shop.region, || Denied::OtherCountry { account: f.account.region, shop: f.shop.region });
    /// The acting session's network address is in the shop's country.
    network_is_in_the_shops_country = network;
    /// The account is linked to no other shop.
    account_is_free = free;
    /// The account is not already linked to this shop, as the one or the other.
    account_is_not_linked_here = |f| match f.linked {
        Some(pair) if pair.shop == f.shop.id => Err(Denied::LinkedHere { role: pair.role }),
        _ => Ok(()),
    };
    /// The shop has a place for an official account.
    official_place_is_free = |f| require(f.kind != Kind::Official || f.official_now < f.policy.official_accounts.value, || Denied::OfficialPlaceTaken { allowed: f.policy.official_accounts.clone() });
    /// The shop has a place for a marketing account; fewer while it is in probation.
    marketing_place_is_free = marketing_place;
    /// The shop has marketing links left in the window; the oldest one leaves the window at exactly its length.
    marketing_links_are_left = links_left;
    /// The wait after the account's last unlink is over.
    wait_after_unlink_is_over = wait;
    /// The shop has unlinks of this kind left.
    unlinks_are_left = |f| {
        let allowed = if f.kind == Kind::Official { &f.policy.official_unlinks } else { &f.policy.marketing_unlinks };
        require(allowed.value.leaves_room(f.unlinks_ever), || Denied::UnlinksSpent { allowed: allowed.clone(), role: f.kind })
    };
    /// The shop's name fits an official account, which takes it.
    name_fits = |f| {
        let length = f.shop.name.chars().count();
        let allowed = &f.policy.official_name_length;
        require(f.kind != Kind::Official || length <= allowed.value, || Denied::NameTooLong { length, allowed: allowed.clone() })
    };
}

fn content(f: &Facts) -> Result<(), Denied> {
    let count = f.findings.iter().map(|(_, times)| times).sum();
    let topics = || f.findings.iter().map(|(topic, _)| topic.clone()).collect();
    require(f.findings.is_empty(), || Denied::ContentFindings { count, topics: topics() })
}

fn age(f: &Facts) -> Result<(), Denied> {
    let minimum = &f.policy.owner_age;
    match f.account.age_at_least(f.now) {
        None => Err(Denied::AgeNotKnown { minimum: minimum.clone() }),
        Some(years) if years >= minimum.value => Ok(()),
        Some(_) => Err(Denied::UnderAge {
            minimum: minimum.clone(),
            of_age_at: f.account.birth.and_then(|birth| Instant::birthday(birth, minimum.value)),
        }),
    }
}

fn network(f: &Facts) -> Result<(), Denied> {
    let (shop, allowed) = (f.shop.region, &f.policy.private_network_is_home);
    match f.origin {
        Origin::Inside => Ok(()),
        Origin::Country(network) => require(network == shop, || Denied::NetworkElsewhere { network, shop }),
        Origin::Private => require(allowed.value, || Denied::NetworkPrivate { shop, allowed: allowed.clone() }),
        Origin::Unknown => Err(Denied::NetworkNotKnown { shop }),
    }
}

fn free(f: &Facts) -> Result<(), Denied> {
    let elsewhere = f.linked.is_some_and(|pair| pair.shop != f.shop.id);
    require(!elsewhere, || Denied::LinkedElsewhere { limit: f.policy.shops_per_account.clone() })
}

fn marketing_place(f: &Facts) -> Result<(), Denied> {
    let over_at = f.shop.opened_at + f.policy.probation.value;
    let in_probation = f.now < over_at;
    let later = &f.policy.marketing_accounts;
    let allowed = if in_probation { &f.policy.marketing_accounts_in_probation } else { later };
    let more_at = (in_probation && later.value > f.marketing_now).then_some(over_at);
    require(f.kind != Kind::Marketing || f.marketing_now < allowed.value, || Denied::MarketingPlacesTaken {
        allowed: allowed.clone(),
        more_at,
    })
}

fn links_left(f: &Facts) -> Result<(), Denied> {
    let (allowed, window) = (&f.policy.marketing_links, &f.policy.marketing_links_window);
    let inside: Vec<Instant> = f.marketing_links.iter().copied().filter(|at| *at + window.value > f.now).collect();
    let used = u32::try_from(inside.len()).unwrap_or(u32::MAX);
    let Limit::AtMost(most) = allowed.value else { return Ok(()) };
    let next_at = (most > 0).then(|| inside.get(inside.len().saturating_sub(most as usize)).map(|at| *at + window.value)).flatten();
    require(f.kind != Kind::Marketing || used < most, || Denied::LinksSpent { allowed: allowed.clone(), window: window.clone(), next_at })
}

fn wait(f: &Facts) -> Result<(), Denied> {
    let wait = &f.policy.relink_wait;
    let over_at = f.unlinked_at.map(|at| at + wait.value);
    match over_at {
        Some(over_at) if f.now < over_at => Err(Denied::InWait { wait: wait.clone(), over_at }),
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
