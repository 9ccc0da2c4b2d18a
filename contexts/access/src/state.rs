//! What an organisation, an invitation and a person are at a moment. Pure.

use kernel::{Instant, OrgId, OrgKind, Region, Standing, UserId};
use serde::{Deserialize, Serialize};
use store::Scope;

/// What a shop is to the platform; each type has its own pack of rules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Merchant {
    /// Anyone may open such a shop 自主入驻.
    Open,
    /// Opened by the platform's invitation 定向邀约.
    Invited,
    /// A natural person in the United States 美国个人商家.
    UsIndividual,
    /// A company in the United States 美国企业商家.
    UsBusiness,
}

impl Merchant {
    /// Every type.
    pub const ALL: [Merchant; 4] = [Merchant::Open, Merchant::Invited, Merchant::UsIndividual, Merchant::UsBusiness];

    /// The name of its pack, also as stored and shown in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Merchant::Open => "open",
            Merchant::Invited => "invited",
            Merchant::UsIndividual => "us_individual",
            Merchant::UsBusiness => "us_business",
        }
    }

    /// The type with this code.
    pub fn from_code(code: &str) -> Option<Merchant> {
        Merchant::ALL.into_iter().find(|merchant| merchant.code() == code)
    }

    /// Whether a shop in `region` can be of this type: the two American types and no other in the United States.
    pub fn fits(self, region: Region) -> bool {
        matches!(self, Merchant::UsIndividual | Merchant::UsBusiness) == (region == Region::new(b"US"))
    }
}

/// Whether an organisation may act.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrgState {
    /// It may.
    Normal,
    /// The platform has stopped it for a while; it can still read, and ask for help.
    Suspended,
    /// It is over.
    Closed,
}

impl OrgState {
    /// Every state.
    pub const ALL: [OrgState; 3] = [OrgState::Normal, OrgState::Suspended, OrgState::Closed];

    /// The stable code, as stored and shown in the API.
    pub const fn code(self) -> &'static str {
        match self {
            OrgState::Normal => "normal",
            OrgState::Suspended => "suspended",
            OrgState::Closed => "closed",
        }
    }

    /// The state with this code.
    pub fn from_code(code: &str) -> Option<OrgState> {
        OrgState::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// An organisation: a shop, a creator, a brand, a centre or the operator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Org {
    /// Which.
    pub id: OrgId,
    /// Of which kind.
    pub kind: OrgKind,
    /// What people call it.
    pub name: String,
    /// The country in which it is registered.
    pub region: Region,
    /// A shop's type; `Open` for every other kind.
    pub merchant: Merchant,
    /// Whether it may act.
    pub state: OrgState,
    /// Why it is in that state, in the words of whoever put it there; empty when normal.
    pub reason: String,
    /// Since when it is in that state.
    pub since: Instant,
    /// What a shop sells, as category names.
    pub categories: Vec<String>,
    /// When it was founded.
    pub opened_at: Instant,
}

impl Org {
    /// For whom this organisation's rule values are asked.
    pub fn scope(&self) -> Scope {
        Scope { region: self.region, merchant: if self.kind == OrgKind::Shop { self.merchant.code() } else { "" } }
    }
}

/// A person who signs in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The address under which they sign in, in lower case.
    pub email: String,
    /// What people call them.
    pub name: String,
    /// `en` or `zh`.
    pub lang: String,
    /// An IANA time zone.
    pub zone: String,
    /// Whether they have shown that the address is theirs.
    pub verified: bool,
    /// Whether the platform has locked them out.
    pub suspended: bool,
    /// Whether they sign in with a second factor.
    pub second_factor: bool,
    /// When they signed up.
    pub signed_up_at: Instant,
}

/// An invitation to become a member.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Invitation {
    /// Which.
    pub id: String,
    /// Into which organisation.
    pub org: OrgId,
    /// Whom, by the address they sign in with, in lower case.
    pub email: String,
    /// As what.
    pub role: kernel::Role,
    /// By whom.
    pub invited_by: Option<UserId>,
    /// When.
    pub invited_at: Instant,
    /// The first moment at which accepting comes too late.
    pub closes_at: Instant,
    /// Asked, in force (accepted), withdrawn or expired. Expiry is also read from `closes_at`: the clock may be late.
    pub standing: Standing,
    /// Since when.
    pub since: Instant,
}

impl Invitation {
    /// Where it stands at `now`: an unanswered one past its closing has expired.
    pub fn standing_at(&self, now: Instant) -> Standing {
        if self.standing == Standing::Asked && now >= self.closes_at { Standing::Expired } else { self.standing }
    }
}

/// An address as it is compared: without spaces around it, in lower case.
pub fn email_key(typed: &str) -> String {
    typed.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_american_types_are_for_the_united_states_and_the_others_for_elsewhere() {
        for merchant in Merchant::ALL {
            let american = matches!(merchant, Merchant::UsIndividual | Merchant::UsBusiness);
            assert_eq!(merchant.fits(Region::new(b"US")), american, "{merchant:?}");
            assert_eq!(merchant.fits(Region::new(b"GB")), !american, "{merchant:?}");
            assert_eq!(Merchant::from_code(merchant.code()), Some(merchant));
        }
    }

    #[test]
    fn an_invitation_has_expired_from_the_very_moment_it_closes() {
        let closes_at = Instant(1_000);
        let open = Invitation {
            id: String::new(),
            org: OrgId::new(1),
            email: String::new(),
            role: kernel::Role::ShopStaff,
            invited_by: None,
            invited_at: Instant(0),
            closes_at,
            standing: Standing::Asked,
            since: Instant(0),
        };
        assert_eq!(open.standing_at(Instant(999)), Standing::Asked);
        assert_eq!(open.standing_at(closes_at), Standing::Expired);
    }
}
