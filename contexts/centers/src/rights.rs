//! The words of a right: which uses of an account were granted, and what a member is on an ad account.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// What an account may be used for. Each is a bundle of permissions that its owner reads in plain words before granting it.
/// Source: TikTok for Business help 10006161 (G3); the codes in brackets are those of the Business API.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Existing posts 现有帖子 (`POST`): the profile, posts whose ad switch is on, public videos.
    Posts,
    /// Live 直播 (`LIVE`): the profile, live videos.
    Live,
    /// Direct messages 私信 (`DIRECT_MESSAGE`): the profile, conversations that people began with the account.
    Messages,
}

impl Scope {
    /// Every scope, in the order in which pages list them.
    pub const ALL: [Scope; 3] = [Scope::Posts, Scope::Live, Scope::Messages];

    /// The stable code, as stored and shown.
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
    /// The permissions that it contains, as codes; the words below `centers.permission` spell them out.
    pub const fn permissions(self) -> &'static [&'static str] {
        match self {
            Scope::Posts => &["profile", "ad_posts", "public_videos"],
            Scope::Live => &["profile", "live_videos"],
            Scope::Messages => &["profile", "conversations"],
        }
    }
    const fn bit(self) -> u8 {
        match self {
            Scope::Posts => 1,
            Scope::Live => 2,
            Scope::Messages => 4,
        }
    }
}

/// A set of scopes. Written as a list of codes in the order of [`Scope::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// None.
    pub const NONE: Scopes = Scopes(0);
    /// All.
    pub const ALL: Scopes = Scopes(7);

    /// The set with this scope added.
    pub const fn with(self, scope: Scope) -> Scopes {
        Scopes(self.0 | scope.bit())
    }
    /// Whether the scope is in it.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }
    /// What is in both.
    pub const fn and(self, other: Scopes) -> Scopes {
        Scopes(self.0 & other.0)
    }
    /// What is in either.
    pub const fn or(self, other: Scopes) -> Scopes {
        Scopes(self.0 | other.0)
    }
    /// What is in this and not in the other.
    pub const fn without(self, other: Scopes) -> Scopes {
        Scopes(self.0 & !other.0)
    }
    /// Whether all of it is in the other.
    pub const fn is_within(self, other: Scopes) -> bool {
        self.0 & !other.0 == 0
    }
    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Each scope that is in it, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
    /// As one number, for tables: 1 posts, 2 live, 4 messages.
    pub const fn bits(self) -> i64 {
        self.0 as i64
    }
    /// From such a number; what is no scope is left out.
    pub const fn from_bits(bits: i64) -> Scopes {
        Scopes((bits & 7) as u8)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Scopes {
        scopes.into_iter().fold(Scopes::NONE, Scopes::with)
    }
}
impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.iter())
    }
}
impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let codes = Vec::<std::borrow::Cow<'de, str>>::deserialize(input)?;
        let unknown = |code: &str| D::Error::custom(format!("no scope is called {code}; there are posts, live and messages"));
        codes.iter().map(|code| Scope::from_code(code).ok_or_else(|| unknown(code))).collect()
    }
}

/// What a member is on an ad account. Later ones may do all that earlier ones may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
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
    /// Every role, the most powerful first.
    pub const ALL: [AdRole; 3] = [AdRole::Admin, AdRole::Operator, AdRole::Analyst];

    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            AdRole::Analyst => "analyst",
            AdRole::Operator => "operator",
            AdRole::Admin => "admin",
        }
    }
    /// The role with this code.
    pub fn from_code(code: &str) -> Option<AdRole> {
        AdRole::ALL.into_iter().find(|role| role.code() == code)
    }
    /// Whether it may make and run ads.
    pub fn runs_ads(self) -> bool {
        self >= AdRole::Operator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_in_order_and_read_back() {
        let scopes: Scopes = [Scope::Messages, Scope::Posts].into_iter().collect();
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["posts","messages"]"#);
        assert_eq!(serde_json::from_str::<Scopes>(r#"["messages","posts"]"#).unwrap(), scopes);
        assert!(serde_json::from_str::<Scopes>(r#"["post"]"#).is_err());
        assert_eq!(Scopes::from_bits(scopes.bits()), scopes);
    }

    #[test]
    fn every_set_behaves_as_a_set() {
        for a in 0..8 {
            for b in 0..8 {
                let (x, y) = (Scopes::from_bits(a), Scopes::from_bits(b));
                for scope in Scope::ALL {
                    assert_eq!(x.and(y).contains(scope), x.contains(scope) && y.contains(scope));
                    assert_eq!(x.or(y).contains(scope), x.contains(scope) || y.contains(scope));
                    assert_eq!(x.without(y).contains(scope), x.contains(scope) && !y.contains(scope));
                }
                assert_eq!(x.is_within(y), x.iter().all(|scope| y.contains(scope)));
            }
        }
    }

    #[test]
    fn only_operators_and_admins_run_ads() {
        assert_eq!(AdRole::ALL.map(AdRole::runs_ads), [true, true, false]);
        assert!(AdRole::ALL.into_iter().all(|role| AdRole::from_code(role.code()) == Some(role)));
    }
}
