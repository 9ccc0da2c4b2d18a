//! Record what an account has published, new or with new figures. The word list reads it as it comes in.

use crate::{Account, Event, Live, Post, words_found};
use kernel::{AccountId, Capability, Cited, Instant, May, OrgId, Role, Rules, Span, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub mod io;

/// What the account's owner asks for.
#[derive(Clone, Debug)]
pub struct Record {
    /// The owner.
    pub owner: OrgId,
    /// The account.
    pub account: AccountId,
    /// What was published.
    pub content: Content,
}

/// What an account publishes.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Content {
    Posts(Vec<Post>),
    Lives(Vec<Live>),
}

impl Content {
    /// Each with its id and when it was published, or began.
    fn published(&self) -> Vec<(&str, Instant)> {
        match self {
            Content::Posts(posts) => posts.iter().map(|one| (one.id.as_str(), one.at)).collect(),
            Content::Lives(lives) => lives.iter().map(|one| (one.id.as_str(), one.at)).collect(),
        }
    }
}

/// All that the rules look at.
pub struct Facts {
    /// The account.
    pub account: Account,
    /// The moment of asking.
    pub now: Instant,
    /// This verb's values.
    pub policy: Arc<Policy>,
}

/// The values that this verb reads.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// So many posts at once, at the most.
    pub posts: Cited<u32>,
    /// So many lives at once, at the most.
    pub lives: Cited<u32>,
    /// So far ahead of ours another clock may be.
    pub clock_skew: Cited<Span>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "accounts.record";
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    TooManyAtOnce { given: usize, at_once: Cited<u32> },
    NotYetPublished { id: String, at: Instant },
}

impl kernel::Denied for Denied {
    fn until(&self) -> Option<Instant> {
        match self {
            Denied::NotYetPublished { at, .. } => Some(*at),
            Denied::TooManyAtOnce { .. } => None,
        }
    }
}

impl Capability for Record {
    const NAME: &'static str = "accounts.record";
    const MAY: May = May::Members(&[Role::CreatorOwner, Role::CreatorStaff, Role::OperatorAdmin, Role::OperatorSupport]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![few_enough_at_once, all_have_been_published];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let (account, owner) = (self.account, facts.account.owner);
        vec![match self.content.clone() {
            Content::Posts(posts) => Event::PostsRecorded { account, owner, findings: words_found::in_posts(&posts), posts },
            Content::Lives(lives) => Event::LivesRecorded { account, owner, findings: words_found::in_lives(&lives), lives },
        }]
    }
}

/// One call stays small enough to be answered at once.
fn few_enough_at_once(ask: &Record, facts: &Facts) -> Result<(), Denied> {
    let (given, at_once) = match &ask.content {
        Content::Posts(posts) => (posts.len(), &facts.policy.posts),
        Content::Lives(lives) => (lives.len(), &facts.policy.lives),
    };
    if given <= at_once.value as usize { Ok(()) } else { Err(Denied::TooManyAtOnce { given, at_once: at_once.clone() }) }
}

/// What lies in the future has not happened; a little is forgiven to clocks that run ahead.
fn all_have_been_published(ask: &Record, facts: &Facts) -> Result<(), Denied> {
    let latest = facts.now + facts.policy.clock_skew.value;
    let ahead = ask.content.published().into_iter().find(|(_, at)| *at > latest);
    ahead.map_or(Ok(()), |(id, at)| Err(Denied::NotYetPublished { id: id.to_owned(), at }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        naming::tests::cited,
        state::tests::account,
        words_found::tests::{live, post},
    };

    const NOW: Instant = Instant(1_795_000_000_000);

    /// The same rules for both kinds of content.
    fn both(published: &[(&str, Instant)]) -> [Content; 2] {
        let posts = published.iter().map(|(id, at)| post(id, *at, "soup")).collect();
        let lives = published.iter().map(|(id, at)| live(id, *at, "soup")).collect();
        [Content::Posts(posts), Content::Lives(lives)]
    }

    fn decide(content: Content) -> Result<Vec<Event>, Vec<Denied>> {
        let policy = Policy { posts: cited(3), lives: cited(2), clock_skew: cited(Span::minutes(5)) };
        let facts = Facts { account: account(), now: NOW, policy: Arc::new(policy) };
        kernel::decide(&Record { owner: OrgId::new(1), account: AccountId::new(1), content }, &facts)
    }

    #[test]
    fn as_many_at_once_as_the_kind_allows_and_not_one_more() {
        for (content, most) in both(&[]).into_iter().zip([3, 2]) {
            let many = |how_many: usize| {
                let ids: Vec<String> = (0..how_many).map(|one| one.to_string()).collect();
                let published: Vec<(&str, Instant)> = ids.iter().map(|id| (id.as_str(), NOW)).collect();
                let [posts, lives] = both(&published);
                if matches!(content, Content::Posts(_)) { posts } else { lives }
            };
            assert!(decide(many(most as usize)).is_ok());
            let given = most as usize + 1;
            assert_eq!(decide(many(given)), Err(vec![Denied::TooManyAtOnce { given, at_once: cited(most) }]));
        }
    }

    #[test]
    fn a_clock_may_run_five_minutes_ahead_and_not_a_millisecond_more() {
        let edge = NOW + Span::minutes(5);
        let over = edge + Span::millis(1);
        for content in both(&[("1", edge)]) {
            assert!(decide(content).is_ok());
        }
        for content in both(&[("1", NOW), ("2", over)]) {
            assert_eq!(decide(content), Err(vec![Denied::NotYetPublished { id: "2".into(), at: over }]));
        }
    }
}
