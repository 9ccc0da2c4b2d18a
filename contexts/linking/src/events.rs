//! What has happened between shops and accounts. The only thing that other contexts may match on.

use crate::Kind;
use kernel::{AccountId, Instant, LinkId, OrgId};
use serde::{Deserialize, Serialize};

/// Whom an event of a link concerns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pair {
    /// The agreement.
    pub link: LinkId,
    /// As what the account is linked.
    pub role: Kind,
    /// The shop.
    pub shop: OrgId,
    /// The account.
    pub account: AccountId,
    /// The creator who owns the account.
    pub owner: OrgId,
}

/// What has happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "every event names its pair; the other fields say what they are")]
pub enum Event {
    /// A shop invited an account; its owner may answer until `closes_at`.
    Invited {
        #[serde(flatten)]
        pair: Pair,
        closes_at: Instant,
        message: String,
    },
    /// The owner accepted: the account is linked. An official account takes `shop_name`.
    Linked {
        #[serde(flatten)]
        pair: Pair,
        shop_name: String,
    },
    /// The owner said no.
    Declined {
        #[serde(flatten)]
        pair: Pair,
        reason: String,
    },
    /// The shop took the invitation back.
    Withdrawn {
        #[serde(flatten)]
        pair: Pair,
    },
    /// Nobody answered in time.
    Expired {
        #[serde(flatten)]
        pair: Pair,
    },
    /// The owner asked to leave; unanswered, it is granted at `closes_at`.
    UnlinkAsked {
        #[serde(flatten)]
        pair: Pair,
        closes_at: Instant,
        reason: String,
    },
    /// The shop refused, with its reason.
    UnlinkRefused {
        #[serde(flatten)]
        pair: Pair,
        reason: String,
    },
    /// The owner took the request back.
    UnlinkWithdrawn {
        #[serde(flatten)]
        pair: Pair,
    },
    /// The account is no longer linked.
    Unlinked {
        #[serde(flatten)]
        pair: Pair,
        ended: Ending,
    },
    /// The shop was renamed and its official account follows.
    NameFollowed {
        #[serde(flatten)]
        pair: Pair,
        name: String,
    },
}

/// How a link ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The shop agreed to the owner's request.
    Approved,
    /// The owner's request stayed unanswered and was granted by the rule.
    Unanswered,
}

impl Ending {
    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Ending::Approved => "approved",
            Ending::Unanswered => "unanswered",
        }
    }
}

impl Event {
    /// Whom it concerns.
    pub fn pair(&self) -> Pair {
        match self {
            Event::Invited { pair, .. }
            | Event::Linked { pair, .. }
            | Event::Declined { pair, .. }
            | Event::Withdrawn { pair }
            | Event::Expired { pair }
            | Event::UnlinkAsked { pair, .. }
            | Event::UnlinkRefused { pair, .. }
            | Event::UnlinkWithdrawn { pair }
            | Event::Unlinked { pair, .. }
            | Event::NameFollowed { pair, .. } => *pair,
        }
    }
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "linking";

    fn subject(&self) -> String {
        self.pair().link.to_string()
    }
    fn parties(&self) -> Vec<OrgId> {
        vec![self.pair().shop, self.pair().owner]
    }
}
