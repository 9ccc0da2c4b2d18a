//! What a shop has used of its places and quotas, each with its limit and where that is written.

use crate::{index, rules::Policy};
use kernel::{Cited, Instant, Limit, OrgId, Refusal, Span};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

/// Every place and quota of a shop.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Quotas {
    /// One after the other, as pages show them.
    pub quotas: Vec<Quota>,
}

/// One place or quota.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Quota {
    /// `official_accounts`, `marketing_accounts`, `marketing_links`, `official_unlinks` or `marketing_unlinks`.
    pub name: &'static str,
    /// How many are used.
    pub used: u32,
    /// How many there are; nothing where no source sets a limit.
    pub limit: Option<u32>,
    /// Over how long they are counted, where not over all time.
    #[schema(value_type = Option<String>, example = "180 d")]
    pub window: Option<Span>,
    /// Whether the limit is that of a new shop's probation.
    pub in_probation: bool,
    /// When there will be more: the probation ends, or the oldest link leaves the window.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub more_at: Option<Instant>,
    /// Where the limit is written.
    pub source: Source,
}

/// Where a rule's value is written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Source {
    /// The text.
    pub text: String,
    /// The day on which it was read.
    pub seen: String,
    /// `official`, `guide`, `copied`, `conflicting`, `ours` or `operator`.
    #[schema(value_type = String)]
    pub sure: kernel::cited::Sure,
}

fn source<T>(cited: &Cited<T>) -> Source {
    Source { text: cited.source.to_string(), seen: cited.seen.to_string(), sure: cited.sure }
}

const fn most(limit: Limit) -> Option<u32> {
    match limit {
        Limit::None => None,
        Limit::AtMost(most) => Some(most),
    }
}

fn quota<T>(name: &'static str, used: u32, limit: Option<u32>, cited: &Cited<T>) -> Quota {
    Quota { name, used, limit, window: None, in_probation: false, more_at: None, source: source(cited) }
}

/// What a shop has used now.
pub fn load(tx: &mut Tx<'_>, shop: OrgId) -> Result<Quotas, Refusal> {
    let org = access::index::org(tx, shop)?.ok_or(Refusal::NotFound)?;
    let policy = tx.policy::<Policy>(org.scope())?;
    let used = index::used(tx, shop, tx.now - policy.marketing_links_window.value)?;
    Ok(Quotas { quotas: counted(&policy, &used, org.opened_at, tx.now) })
}

fn counted(policy: &Policy, used: &index::Used, opened_at: Instant, now: Instant) -> Vec<Quota> {
    let probation_ends = opened_at + policy.probation.value;
    let in_probation = now < probation_ends;
    let places = if in_probation { &policy.marketing_accounts_in_probation } else { &policy.marketing_accounts };
    let more_places = in_probation && policy.marketing_accounts.value > places.value;
    let window = policy.marketing_links_window.value;
    let links = u32::try_from(used.marketing_links.len()).unwrap_or(u32::MAX);
    vec![
        quota("official_accounts", used.official_now, Some(policy.official_accounts.value), &policy.official_accounts),
        Quota {
            in_probation: more_places,
            more_at: more_places.then_some(probation_ends),
            ..quota("marketing_accounts", used.marketing_now, Some(places.value), places)
        },
        Quota {
            window: Some(window),
            more_at: used.marketing_links.first().map(|oldest| *oldest + window),
            ..quota("marketing_links", links, most(policy.marketing_links.value), &policy.marketing_links)
        },
        quota("official_unlinks", used.official_unlinks, most(policy.official_unlinks.value), &policy.official_unlinks),
        quota("marketing_unlinks", used.marketing_unlinks, most(policy.marketing_unlinks.value), &policy.marketing_unlinks),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, rules::tests::shared};

    #[test]
    fn a_shop_in_probation_has_fewer_places_until_the_moment_it_ends() {
        let facts = shared(Kind::Marketing);
        let mut policy = (*facts.policy).clone();
        policy.probation.value = Span::days(60);
        policy.marketing_accounts.value = 4;
        policy.marketing_accounts_in_probation.value = 1;
        let opened_at = facts.now;
        let ends = opened_at + Span::days(60);
        let places = |now| counted(&policy, &index::Used::default(), opened_at, now)[1].clone();
        assert_eq!((places(ends - Span(1)).limit, places(ends - Span(1)).more_at), (Some(1), Some(ends)));
        assert_eq!((places(ends).limit, places(ends).more_at), (Some(4), None));
    }

    #[test]
    fn the_oldest_link_says_when_the_next_one_is_free() {
        let facts = shared(Kind::Marketing);
        let used = index::Used { marketing_links: vec![facts.now - Span::days(3), facts.now], ..index::Used::default() };
        let links = counted(&facts.policy, &used, facts.now, facts.now)[2].clone();
        assert_eq!((links.used, links.more_at), (2, Some(facts.now - Span::days(3) + facts.policy.marketing_links_window.value)));
    }
}
