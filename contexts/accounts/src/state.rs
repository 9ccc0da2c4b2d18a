//! What an account is, and the small types that its facts are made of.

use jiff::civil::Date;
use kernel::{AccountId, Instant, OrgId, Region, ViolationId};
use serde::{Deserialize, Serialize};

/// The day that an instant falls on, UTC.
pub fn day_of(at: Instant) -> Date {
    at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Whether the account itself is in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Nothing stands against it.
    Normal,
    /// An operator has taken it out of use; it can come back.
    Suspended,
    /// It is closed for good.
    Closed,
}

impl AccountState {
    /// Every state, in the order in which pages list them.
    pub const ALL: [AccountState; 3] = [AccountState::Normal, AccountState::Suspended, AccountState::Closed];
    /// The stable code, as stored and shown in the API.
    pub const fn code(self) -> &'static str {
        match self {
            AccountState::Normal => "normal",
            AccountState::Suspended => "suspended",
            AccountState::Closed => "closed",
        }
    }
}

/// Whether the account may sell: its e-commerce permission 电商权限.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ecommerce {
    /// It may.
    Granted,
    /// It was withdrawn for violations.
    Withdrawn,
}

impl Ecommerce {
    /// The stable code, as stored and shown in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Ecommerce::Granted => "granted",
            Ecommerce::Withdrawn => "withdrawn",
        }
    }
}

/// An age that a list stated on a day. It is no date of birth: of "17, stated on 1 June" we know only that the eighteenth
/// birthday falls within the year after that day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatedAge {
    /// Whole years.
    pub years: i16,
    /// The day on which it was stated.
    pub on: Date,
}

impl StatedAge {
    /// The age that is certain at `now`: the stated age counts as the birthday having been the very day it was stated, so a
    /// year is added only when a full one has passed since. The owner may be older, never younger.
    pub fn at_least(&self, now: Instant) -> i16 {
        self.years + now.years_since(self.on).max(0)
    }
}

/// How many follow, like and watch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// Followers.
    pub followers: i64,
    /// Likes, as the newest source counts them.
    pub likes: i64,
    /// Mean views of a post.
    pub views: i64,
    /// Engagement in basis points: 16.60 % is 1660.
    pub engagement_bp: i64,
    /// How many posts the account has, of which we may know only some.
    pub posts_count: i64,
}

/// Who states figures. Each source is compared with what the same source said last, so that reading a file again changes
/// nothing even when another source has said something newer in between.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A file of accounts.
    AccountsFile,
    /// A file of posts, whose rows repeat their account's figures.
    PostsFile,
}

impl Source {
    /// The stable code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Source::AccountsFile => "accounts_file",
            Source::PostsFile => "posts_file",
        }
    }
}

/// Figures as one source states them; what it does not state stays as it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Stated {
    /// Followers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followers: Option<i64>,
    /// Likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likes: Option<i64>,
    /// Mean views of a post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<i64>,
    /// Engagement in basis points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engagement_bp: Option<i64>,
    /// How many posts the account has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posts_count: Option<i64>,
}

impl Stated {
    /// These figures on top of what was known.
    pub fn over(self, known: Figures) -> Figures {
        Figures {
            followers: self.followers.unwrap_or(known.followers),
            likes: self.likes.unwrap_or(known.likes),
            views: self.views.unwrap_or(known.views),
            engagement_bp: self.engagement_bp.unwrap_or(known.engagement_bp),
            posts_count: self.posts_count.unwrap_or(known.posts_count),
        }
    }
    /// Whether nothing is stated.
    pub fn is_empty(self) -> bool {
        self == Stated::default()
    }
}

/// A creator's account, as other contexts may see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The organisation that owns it: a creator's, or the operator's while nobody has claimed it.
    pub owner: OrgId,
    /// Whether its own creator holds it. An imported account is the operator's until it is claimed.
    pub claimed: bool,
    /// The unique name, without `@`.
    pub handle: String,
    /// The name shown.
    pub nickname: String,
    /// The country in which it was registered.
    pub region: Region,
    /// The owner's date of birth, where it is known.
    pub birth: Option<Date>,
    /// The owner's age by a list, where one stated it.
    pub age_stated: Option<StatedAge>,
    /// Whether it is in order.
    pub state: AccountState,
    /// Whether it may sell.
    pub ecommerce: Ecommerce,
    /// Whether it is one of a government, a politician or a political party: no ad may show it.
    pub political: bool,
    /// Followers.
    pub followers: i64,
    /// Likes.
    pub likes: i64,
    /// Mean views of a post.
    pub views: i64,
    /// Engagement in basis points.
    pub engagement_bp: i64,
    /// How many posts it has: as many as are known here, or more where a list states so.
    pub posts_count: i64,
    /// Whether a brand, not a person, speaks through it.
    pub brand_account: bool,
    /// What it is about, in its own words: `Dancing`, `Comedy`.
    pub categories: Vec<String>,
    /// When it was registered or imported here.
    pub registered_at: Instant,
}

impl Account {
    /// The owner's age that is certain at `now`: by the date of birth, else at least by the stated age; nothing when neither
    /// is known. Rules that need an age treat "nothing" as "not shown".
    pub fn age_at_least(&self, now: Instant) -> Option<i16> {
        self.birth.map(|birth| now.years_since(birth)).or_else(|| self.age_stated.map(|stated| stated.at_least(now)))
    }
    /// Its figures in one piece.
    pub fn figures(&self) -> Figures {
        let Account { followers, likes, views, engagement_bp, posts_count, .. } = *self;
        Figures { followers, likes, views, engagement_bp, posts_count }
    }
}

/// Who can see a post.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everyone.
    #[default]
    Public,
    /// Its creator's friends.
    Friends,
    /// Its creator alone.
    Private,
    /// Nobody any more: its creator or the platform took it down.
    Removed,
}

impl Visibility {
    /// Every visibility, in the order in which pages list them.
    pub const ALL: [Visibility; 4] = [Visibility::Public, Visibility::Friends, Visibility::Private, Visibility::Removed];
    /// The stable code, as stored and shown in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Visibility::Public => "public",
            Visibility::Friends => "friends",
            Visibility::Private => "private",
            Visibility::Removed => "removed",
        }
    }
    /// Whether it is what a post is unless something else is said; such a post's event stays as it always was.
    fn is_usual(&self) -> bool {
        *self == Visibility::Public
    }
}

/// One published video.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Post {
    /// The number that the platform gave it, as text.
    pub id: String,
    /// When it was published.
    pub at: Instant,
    /// Its title, where one is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Its hashtags, without `#`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<String>,
    /// The sound it uses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub song: String,
    /// Its length in seconds.
    pub seconds: i64,
    /// Plays.
    pub plays: i64,
    /// Likes.
    pub likes: i64,
    /// Comments.
    pub comments: i64,
    /// Shares.
    pub shares: i64,
    /// Who can see it.
    #[serde(default, skip_serializing_if = "Visibility::is_usual")]
    pub visibility: Visibility,
}

/// One live broadcast.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Live {
    /// The number that the platform gave it, as text.
    pub id: String,
    /// When it began.
    pub at: Instant,
    /// When it ended.
    pub ended_at: Instant,
    /// Its title.
    pub title: String,
    /// Viewers in all.
    pub viewers: i64,
    /// Likes.
    pub likes: i64,
}

/// What a word of the word list stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Religion 宗教.
    Religion,
    /// Political dispute 政治争议.
    Politics,
    /// False advertising 虚假宣传.
    FalseAdvertising,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Topic; 3] = [Topic::Religion, Topic::Politics, Topic::FalseAdvertising];
    /// The stable code, as stored and shown in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Topic::Religion => "religion",
            Topic::Politics => "politics",
            Topic::FalseAdvertising => "false_advertising",
        }
    }
}

/// A word of the word list that was found in a post or a live.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// What it stands for.
    pub topic: Topic,
    /// The word of the list.
    pub word: String,
    /// The post or live in which it was found.
    pub post: String,
    /// When that was published.
    pub at: Instant,
}

/// A violation on an account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Violation {
    /// Its id.
    pub id: ViolationId,
    /// The account.
    pub account: AccountId,
    /// What was violated, in the reviewer's words.
    pub reason: String,
    /// When it was found.
    pub found_at: Instant,
    /// When it was closed; open until then.
    pub closed_at: Option<Instant>,
    /// How it was closed.
    pub outcome: Option<String>,
}

/// One day of an account, for its chart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TrendPoint {
    /// The day, in UTC.
    pub day: Date,
    /// Followers as last known on that day; nothing before the first figure.
    pub followers: Option<i64>,
    /// Likes on the posts published that day.
    pub likes: i64,
    /// Plays of the posts published that day.
    pub plays: i64,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An account in order, for the tests of the verbs.
    pub(crate) fn account() -> Account {
        Account {
            id: AccountId::new(1),
            owner: OrgId::new(1),
            claimed: true,
            handle: "luna".into(),
            nickname: "Luna".into(),
            region: Region::new(b"GB"),
            birth: None,
            age_stated: None,
            state: AccountState::Normal,
            ecommerce: Ecommerce::Granted,
            political: false,
            followers: 0,
            likes: 0,
            views: 0,
            engagement_bp: 0,
            posts_count: 0,
            brand_account: false,
            categories: Vec::new(),
            registered_at: Instant(0),
        }
    }

    #[test]
    fn a_stated_age_never_makes_anyone_older_than_is_certain() {
        let stated = StatedAge { years: 17, on: jiff::civil::date(2025, 6, 1) };
        let year_later: Instant = "2026-06-01T00:00:00Z".parse().unwrap();
        assert_eq!(stated.at_least(year_later - kernel::Span::millis(1)), 17);
        assert_eq!(stated.at_least(year_later), 18);
    }
}
