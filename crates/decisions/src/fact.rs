//! What the index is told. A context maps each of its events to facts with a pure function; the house hands them over in the
//! log's order. Facts say what is, never what is allowed.

use kernel::{
    AccountId, AdAccountId, AssetGroupId, AuthorisationId, Date, Id, Instant, LinkId, OrgId, PartnershipId, Region, Role, UserId,
    ViolationId,
};
use serde::Serialize;

/// What an account may be used for, as its owner grants it. The codes are those of the grants' context.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Existing posts 现有帖子.
    Posts,
    /// Live 直播.
    Live,
    /// Direct messages 私信.
    Messages,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 3] = [Scope::Posts, Scope::Live, Scope::Messages];
    /// The stable code, as asked and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Scope::Posts => "posts",
            Scope::Live => "live",
            Scope::Messages => "messages",
        }
    }
    /// The scope with this code.
    pub fn from_code(code: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// A set of scopes, as bits: 1 posts, 2 live, 4 messages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// None.
    pub const NONE: Scopes = Scopes(0);
    /// From the bits; what is no scope is left out.
    pub const fn from_bits(bits: u8) -> Scopes {
        Scopes(bits & 7)
    }
    /// The bits.
    pub const fn bits(self) -> u8 {
        self.0
    }
    /// Whether the scope is in it.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }
    /// Each scope that is in it, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Scopes {
        Scopes(scopes.into_iter().fold(0, |bits, scope| bits | 1 << scope as u8))
    }
}

impl Serialize for Scopes {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.iter())
    }
}

/// What a member is on an ad account. Later ones may do all that earlier ones may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdRole {
    /// Sees figures.
    Analyst,
    /// Makes and runs ads.
    Operator,
    /// Also manages the ad account.
    Admin,
}

impl AdRole {
    /// Every role, the weakest first.
    pub const ALL: [AdRole; 3] = [AdRole::Analyst, AdRole::Operator, AdRole::Admin];
    /// The stable code, as shown.
    pub const fn code(self) -> &'static str {
        match self {
            AdRole::Analyst => "analyst",
            AdRole::Operator => "operator",
            AdRole::Admin => "admin",
        }
    }
    /// Whether it may make and run ads.
    pub fn runs_ads(self) -> bool {
        self >= AdRole::Operator
    }
    pub(crate) fn of(number: u8) -> AdRole {
        AdRole::ALL[usize::from(number).min(2)]
    }
}

/// As what an account is linked to a shop. The codes are linking's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The shop's own face 官方账号.
    Official,
    /// A creator who sells for the shop 渠道账号.
    Marketing,
}

impl LinkKind {
    /// Both.
    pub const ALL: [LinkKind; 2] = [LinkKind::Official, LinkKind::Marketing];
    /// The stable code, as asked and shown.
    pub const fn code(self) -> &'static str {
        match self {
            LinkKind::Official => "official",
            LinkKind::Marketing => "marketing",
        }
    }
    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<LinkKind> {
        LinkKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Whether an organisation or an account is in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing stands against it.
    Normal,
    /// The platform has stopped it; it can come back.
    Suspended,
    /// It is over.
    Closed,
}

/// What is known of the age of an account's owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatedAge {
    /// Whole years.
    pub years: i16,
    /// The day on which they were stated.
    pub on: Date,
}

/// Whom a fact about a link concerns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// The agreement.
    pub link: LinkId,
    /// As what.
    pub kind: LinkKind,
    /// The shop.
    pub shop: OrgId,
    /// The account.
    pub account: AccountId,
}

/// How many topics the word list knows at the most: an account's findings are counted for each.
pub const TOPICS: usize = 8;

/// One thing that is so from now on.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the fields are what their names and types say")]
pub enum Fact {
    /// A shop or a centre. `merchant` is the name of its pack; `name_length` counts characters.
    Org {
        org: OrgId,
        region: Region,
        merchant: &'static str,
        name_length: u32,
    },
    OrgNamed {
        org: OrgId,
        name_length: u32,
    },
    OrgClassified {
        org: OrgId,
        merchant: &'static str,
    },
    OrgState {
        org: OrgId,
        state: State,
    },
    /// A person is a member of a centre, or is one with another role.
    Member {
        centre: OrgId,
        user: UserId,
        role: Role,
    },
    /// No longer: assignments and roles on ad accounts are gone with it.
    MemberGone {
        centre: OrgId,
        user: UserId,
    },

    /// Whether the platform has locked a person out.
    LockedOut {
        user: UserId,
        locked: bool,
    },

    Account {
        account: AccountId,
        owner: OrgId,
        region: Region,
        birth: Option<Date>,
        stated: Option<StatedAge>,
        claimed: bool,
    },
    Claimed {
        account: AccountId,
        owner: OrgId,
        birth: Date,
    },
    AccountMoved {
        account: AccountId,
        region: Region,
    },
    AgeStated {
        account: AccountId,
        stated: Option<StatedAge>,
    },
    AccountState {
        account: AccountId,
        state: State,
    },
    /// Of a government, a politician or a political party (`is_gpppa`).
    Political {
        account: AccountId,
        political: bool,
    },
    /// Whether the account's e-commerce permission stands.
    Ecommerce {
        account: AccountId,
        granted: bool,
    },
    Violation {
        account: AccountId,
        violation: ViolationId,
    },
    ViolationClosed {
        account: AccountId,
        violation: ViolationId,
    },
    /// A word of the word list stands in a post. `topic` is below [`TOPICS`].
    Found {
        account: AccountId,
        post: String,
        topic: u8,
        word: String,
    },
    Dismissed {
        account: AccountId,
        post: String,
    },
    Followers {
        account: AccountId,
        followers: i64,
    },

    /// These scopes are all that the centre holds on the account.
    Granted {
        centre: OrgId,
        account: AccountId,
        scopes: Scopes,
    },
    /// The grant is over, and the assignments that rested on it.
    GrantEnded {
        centre: OrgId,
        account: AccountId,
    },
    Assigned {
        centre: OrgId,
        account: AccountId,
        user: UserId,
        scopes: Scopes,
    },
    Unassigned {
        centre: OrgId,
        account: AccountId,
        user: UserId,
    },
    /// The centre does not let its grant count in this ad account, until it restores it, the grant ends, or the ad account is closed
    /// or shared with it no longer.
    Withheld {
        centre: OrgId,
        account: AccountId,
        ad_account: AdAccountId,
    },
    Restored {
        centre: OrgId,
        account: AccountId,
        ad_account: AdAccountId,
    },
    OwnLinked {
        account: AccountId,
        user: UserId,
        scopes: Scopes,
    },
    OwnUnlinked {
        account: AccountId,
        user: UserId,
    },
    AdAccount {
        ad_account: AdAccountId,
        centre: OrgId,
    },
    AdAccountClosed {
        ad_account: AdAccountId,
    },
    AdRole {
        ad_account: AdAccountId,
        centre: OrgId,
        user: UserId,
        role: AdRole,
    },
    AdRoleTaken {
        ad_account: AdAccountId,
        centre: OrgId,
        user: UserId,
    },
    /// An ad account is in a group of this centre.
    Grouped {
        group: AssetGroupId,
        centre: OrgId,
        ad_account: AdAccountId,
    },
    Ungrouped {
        group: AssetGroupId,
        ad_account: AdAccountId,
    },
    /// A member has this role on every ad account of the group.
    GroupMember {
        group: AssetGroupId,
        centre: OrgId,
        user: UserId,
        role: AdRole,
    },
    GroupMemberGone {
        group: AssetGroupId,
        centre: OrgId,
        user: UserId,
    },
    GroupGone {
        group: AssetGroupId,
    },
    Partners {
        partnership: PartnershipId,
        one: OrgId,
        other: OrgId,
    },
    PartnersNoMore {
        partnership: PartnershipId,
        one: OrgId,
        other: OrgId,
    },
    Shared {
        ad_account: AdAccountId,
        partner: OrgId,
        role: AdRole,
    },
    Unshared {
        ad_account: AdAccountId,
        partner: OrgId,
    },
    PostSwitched {
        account: AccountId,
        post: String,
        on: bool,
    },
    /// The code for one post, in force until `expires_at`; a later one under the same id replaces the term.
    PostCode {
        code: AuthorisationId,
        account: AccountId,
        post: String,
        expires_at: Instant,
    },
    PostCodeGone {
        code: AuthorisationId,
    },
    /// The ad account may show the code's post.
    PostCodeApplied {
        code: AuthorisationId,
        ad_account: AdAccountId,
    },

    Invited {
        pair: Pair,
        closes_at: Instant,
    },
    Linked {
        pair: Pair,
    },
    Declined {
        pair: Pair,
    },
    Withdrawn {
        pair: Pair,
    },
    Expired {
        pair: Pair,
    },
    UnlinkAsked {
        pair: Pair,
        closes_at: Instant,
    },
    /// The request to leave was refused or taken back.
    UnlinkOver {
        pair: Pair,
    },
    Unlinked {
        pair: Pair,
    },
}

/// Ids that name a thing of the index.
pub(crate) fn number<K>(id: Id<K>) -> u128
where
    K: kernel::Kind,
{
    id.number()
}
