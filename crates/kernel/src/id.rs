//! Identifiers. An id says what it names (`acc_…`, `org_…`), so a link's id pasted where an account's belongs is
//! refused as malformed, not looked up in vain.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, marker::PhantomData, str::FromStr};

/// What an [`Id`] can name.
pub trait Kind: 'static {
    /// The text before the underscore.
    const PREFIX: &'static str;
}

/// A 128-bit identifier of one kind of thing, written as `prefix_` and 32 hexadecimal digits.
/// New ones come from the shell (`store::fresh`): the pure core never makes one up.
pub struct Id<K>(u128, PhantomData<fn() -> K>);

/// Why a text is not an id: it names what was expected.
#[derive(Debug, PartialEq, Eq)]
pub struct BadId {
    /// The prefix that the text should have had.
    pub expected: &'static str,
}

impl fmt::Display for BadId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "expected an id of the form {}_ and 32 hexadecimal digits", self.expected)
    }
}

impl<K: Kind> Id<K> {
    /// An id from its number.
    pub const fn new(number: u128) -> Self {
        Self(number, PhantomData)
    }
    /// The id's number.
    pub const fn number(self) -> u128 {
        self.0
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}_{:032x}", K::PREFIX, self.0)
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
impl<K: Kind> FromStr for Id<K> {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = BadId { expected: K::PREFIX };
        let digits = text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_'));
        digits.and_then(|digits| number(digits.as_bytes())).map(Self::new).ok_or(bad)
    }
}

/// 32 hexadecimal digits, none of them capital. Ids are read by the thousand, so each half is put together by itself.
fn number(digits: &[u8]) -> Option<u128> {
    let half = |digits: &[u8]| {
        digits.iter().try_fold(0u64, |so_far, digit| match digit {
            b'0'..=b'9' => Some(so_far << 4 | u64::from(digit - b'0')),
            b'a'..=b'f' => Some(so_far << 4 | u64::from(digit - b'a' + 10)),
            _ => None,
        })
    };
    let (high, low) = digits.split_at_checked(16).filter(|_| digits.len() == 32)?;
    Some(u128::from(half(high)?) << 64 | u128::from(half(low)?))
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Text<K>(PhantomData<K>);
        impl<K: Kind> serde::de::Visitor<'_> for Text<K> {
            type Value = Id<K>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "an id that begins with {}_", K::PREFIX)
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id<K>, E> {
                text.parse().map_err(E::custom)
            }
        }
        input.deserialize_str(Text(PhantomData))
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $prefix:literal => $alias:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $kind {}
        impl Kind for $kind { const PREFIX: &'static str = $prefix; }
        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

kinds! {
    /// A person who signs in.
    User "usr" => UserId;
    /// An organisation: a shop, a creator, a brand, a centre or the operator.
    Org "org" => OrgId;
    /// A creator's account.
    Account "acc" => AccountId;
    /// One agreement between a shop and an account, from its invitation to its end.
    Link "lnk" => LinkId;
    /// A signed-in browser.
    Session "ses" => SessionId;
    /// An API token.
    Token "tok" => TokenId;
    /// A support ticket.
    Ticket "tkt" => TicketId;
    /// A webhook endpoint.
    Endpoint "hook" => EndpointId;
    /// A violation on an account.
    Violation "vio" => ViolationId;
    /// An import of a file.
    Import "imp" => ImportId;
    /// An ad account of a centre.
    AdAccount "adv" => AdAccountId;
    /// A centre's request to use an account: the QR code.
    Request "rqt" => RequestId;
    /// What an owner granted a centre on one account.
    Grant "grt" => GrantId;
    /// Two centres that share ad accounts.
    Partnership "ptn" => PartnershipId;
    /// A named group of ad accounts and members of a centre.
    AssetGroup "asg" => AssetGroupId;
    /// The authorisation of one post by code.
    Authorisation "pau" => AuthorisationId;
    /// A campaign of an ad account.
    Campaign "cmp" => CampaignId;
    /// An ad group of a campaign.
    AdGroup "adg" => AdGroupId;
    /// An ad.
    Ad "ad" => AdId;
    /// A name under which an ad account's ads may appear without being an account.
    Identity "idn" => IdentityId;
    /// A program that a developer registered.
    App "app" => AppId;
    /// One run of an ask, shared by every event it caused.
    Cause "req" => CauseId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_kind_is_malformed_and_says_what_was_expected() {
        let link = LinkId::new(7).to_string();
        assert_eq!(link.parse::<AccountId>(), Err(BadId { expected: "acc" }));
        assert_eq!(link.parse::<LinkId>(), Ok(LinkId::new(7)));
    }

    #[test]
    fn an_id_has_exactly_one_spelling() {
        for text in [
            "acc_7",
            "acc_0000000000000000000000000000000G",
            "ACC_00000000000000000000000000000007",
            "",
            "acc_+0000000000000000000000000000007",
        ] {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
        assert!("acc_0000000000000000000000000000000A".parse::<AccountId>().is_err());
    }
}
