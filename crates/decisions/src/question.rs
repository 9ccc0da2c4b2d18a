//! What can be asked. A closed list: the rules are few and fixed, so there is no language in which to write others.

use crate::fact::{LinkKind, Scope};
use kernel::{AccountId, AdAccountId, Cited, Instant, Limit, OrgId, Origin, Region, Span, UserId};

/// A question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Question<'q> {
    /// May this member of this centre use this account, for this scope, in this ad account? With a post named: show that very
    /// post in an ad.
    Use {
        /// The person.
        user: UserId,
        /// The centre in whose name.
        centre: OrgId,
        /// The creator's account.
        account: AccountId,
        /// For what.
        scope: Scope,
        /// Where the ads run.
        ad_account: AdAccountId,
        /// Which post; counts with [`Scope::Posts`] only.
        post: Option<&'q str>,
    },
    /// May this shop invite this account now, as this?
    Invite {
        /// The shop.
        shop: OrgId,
        /// The account.
        account: AccountId,
        /// As what.
        kind: LinkKind,
    },
    /// May the account's owner accept this shop's invitation now?
    Link {
        /// The shop.
        shop: OrgId,
        /// The account.
        account: AccountId,
        /// As what.
        kind: LinkKind,
        /// Where the accepting session's address lies.
        from: Origin,
    },
    /// May the account's owner ask now to leave its shop?
    Unlink {
        /// The account.
        account: AccountId,
        /// Where the asking session's address lies.
        from: Origin,
    },
    /// May this account sell now? One that is linked to a shop sells without a follower minimum.
    Sell {
        /// The account.
        account: AccountId,
    },
}

impl Question<'_> {
    /// Which kind of question: stable, as asked, logged and shown.
    pub const fn kind(&self) -> Kind {
        match self {
            Question::Use { .. } => Kind::Use,
            Question::Invite { .. } => Kind::Invite,
            Question::Link { .. } => Kind::Link,
            Question::Unlink { .. } => Kind::Unlink,
            Question::Sell { .. } => Kind::Sell,
        }
    }
}

/// A kind of question.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// [`Question::Use`].
    Use,
    /// [`Question::Invite`].
    Invite,
    /// [`Question::Link`].
    Link,
    /// [`Question::Unlink`].
    Unlink,
    /// [`Question::Sell`].
    Sell,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [Kind::Use, Kind::Invite, Kind::Link, Kind::Unlink, Kind::Sell];
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Use => "use",
            Kind::Invite => "invite",
            Kind::Link => "link",
            Kind::Unlink => "unlink",
            Kind::Sell => "sell",
        }
    }
}

/// The rules' values, as they are in force at the moment of asking for the shop (or, for selling, the account's country).
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "each is the value of linking's rule of the same name")]
pub struct Values {
    pub owner_age: Cited<i16>,
    pub official_accounts: Cited<u32>,
    pub marketing_accounts: Cited<u32>,
    pub marketing_accounts_in_probation: Cited<u32>,
    pub probation: Cited<Span>,
    pub marketing_links: Cited<Limit>,
    pub marketing_links_window: Cited<Span>,
    pub official_unlinks: Cited<Limit>,
    pub marketing_unlinks: Cited<Limit>,
    pub relink_wait: Cited<Span>,
    pub shops_per_account: Cited<u32>,
    pub official_name_length: Cited<usize>,
    pub private_network_is_home: Cited<bool>,
    /// How long an account stays linked at least.
    pub earliest_unlink: Cited<Span>,
    /// How many followers an account needs that is linked to no shop.
    pub followers: Cited<i64>,
    /// The codes of the word list's topics, by their numbers.
    pub topics: &'static [&'static str],
    /// The next moment at which one of these values can be another.
    pub until: Option<Instant>,
}

/// Whose values a question needs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The country.
    pub region: Region,
    /// The name of the merchant type's pack; empty for none.
    pub merchant: &'static str,
}
