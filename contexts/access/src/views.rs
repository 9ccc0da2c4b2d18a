//! What the REST API shows.

use crate::{
    Invitation, Org, User,
    index::{ApiToken, Member},
};
use kernel::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Organisation)]
pub struct OrgView {
    /// `org_…`.
    pub id: String,
    /// `shop`, `creator`, `brand`, `centre` or `operator`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// The country in which it is registered, ISO 3166-1 alpha-2.
    pub region: String,
    /// A shop's type: `open`, `invited`, `us_individual` or `us_business`.
    pub merchant: String,
    /// `normal`, `suspended` or `closed`.
    pub state: String,
    /// Why it is in that state; empty when normal.
    pub reason: String,
    /// Since when it is in that state.
    pub since: String,
    /// What a shop sells.
    pub categories: Vec<String>,
    /// When it was founded.
    pub opened_at: String,
}

impl From<Org> for OrgView {
    fn from(org: Org) -> Self {
        OrgView {
            id: org.id.to_string(),
            kind: org.kind.code().into(),
            name: org.name,
            region: org.region.to_string(),
            merchant: org.merchant.code().into(),
            state: org.state.code().into(),
            reason: org.reason,
            since: org.since.to_string(),
            categories: org.categories,
            opened_at: org.opened_at.to_string(),
        }
    }
}

/// A page of organisations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrgList {
    /// The organisations, by name.
    pub items: Vec<OrgView>,
    /// Send it as `after` for the next page; absent on the last one.
    pub next: Option<String>,
}

/// A member of an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberView {
    /// `usr_…`.
    pub user: String,
    /// What people call them.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// Their role.
    pub role: String,
    /// Since when.
    pub joined_at: String,
    /// Whether they sign in with a second factor.
    pub second_factor: bool,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        let (user, role) = (member.user.to_string(), member.role.code().into());
        let joined_at = member.joined_at.to_string();
        MemberView { user, name: member.name, email: member.email, role, joined_at, second_factor: member.second_factor }
    }
}

/// An invitation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MemberInvitation)]
pub struct InvitationView {
    /// Which.
    pub id: String,
    /// Whom.
    pub email: String,
    /// As what.
    pub role: String,
    /// When.
    pub invited_at: String,
    /// The first moment at which accepting comes too late.
    pub closes_at: String,
    /// `asked`, `in_force` (accepted), `withdrawn` or `expired`.
    pub standing: String,
    /// The page on which it is accepted, shown once: whoever invited may hand it over themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl InvitationView {
    /// An invitation as it stands at `now`.
    pub fn of(invitation: Invitation, now: Instant) -> InvitationView {
        InvitationView {
            standing: invitation.standing_at(now).code().into(),
            id: invitation.id,
            email: invitation.email,
            role: invitation.role.code().into(),
            invited_at: invitation.invited_at.to_string(),
            closes_at: invitation.closes_at.to_string(),
            link: None,
        }
    }
}

/// An API token.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenView {
    /// `tok_…`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The permissions that it may use.
    pub scopes: Vec<String>,
    /// With whose role it acts.
    pub user: String,
    /// When it was issued.
    pub issued_at: String,
    /// From when on it works no longer.
    pub expires_at: String,
    /// When it was revoked.
    pub revoked_at: Option<String>,
    /// When it was last used, to the minute.
    pub used_at: Option<String>,
    /// `working`, `expired` or `revoked`.
    pub state: String,
    /// The token itself, shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl TokenView {
    /// A token as it is at `now`.
    pub fn of(token: ApiToken, now: Instant) -> TokenView {
        let state = if token.revoked_at.is_some() {
            "revoked"
        } else if now >= token.expires_at {
            "expired"
        } else {
            "working"
        };
        TokenView {
            id: token.id.to_string(),
            name: token.name,
            scopes: token.scopes,
            user: token.user.to_string(),
            issued_at: token.issued_at.to_string(),
            expires_at: token.expires_at.to_string(),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
            used_at: token.used_at.map(|at| at.to_string()),
            state: state.into(),
            secret: None,
        }
    }
}

/// Whose credential this is, and where they belong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    /// `usr_…`.
    pub user: String,
    /// What people call them.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// `en`, `zh` or empty.
    pub lang: String,
    /// Their time zone.
    pub zone: String,
    /// Whether they have shown that the address is their own.
    pub verified: bool,
    /// Whether they sign in with a second factor.
    pub second_factor: bool,
    /// The organisations they belong to.
    pub memberships: Vec<MembershipView>,
}

/// One organisation that a person belongs to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
pub struct MembershipView {
    /// Which.
    pub org: String,
    /// Of which kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// As what.
    pub role: String,
}

impl Me {
    /// A person with their memberships.
    pub fn of(user: User, memberships: Vec<(Org, kernel::Role)>) -> Me {
        let one = |(org, role): (Org, kernel::Role)| MembershipView {
            org: org.id.to_string(),
            kind: org.kind.code().into(),
            name: org.name,
            role: role.code().into(),
        };
        Me {
            user: user.id.to_string(),
            name: user.name,
            email: user.email,
            lang: user.lang,
            zone: user.zone,
            verified: user.verified,
            second_factor: user.second_factor,
            memberships: memberships.into_iter().map(one).collect(),
        }
    }
}

/// Why something is done, for others to read.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// At most 500 characters.
    #[schema(example = "Agreed with the owner.")]
    pub reason: String,
}

/// A person, as an operator sees them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// `usr_…`.
    pub user: String,
    /// What people call them.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// Whether they are locked out.
    pub suspended: bool,
}

impl From<User> for PersonView {
    fn from(user: User) -> Self {
        PersonView { user: user.id.to_string(), name: user.name, email: user.email, suspended: user.suspended }
    }
}

/// A list of members.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberList {
    /// The members, those who joined first on top.
    pub items: Vec<MemberView>,
    /// Send it as `after` for the next page; absent on the last one.
    pub next: Option<String>,
    /// How many there are in all, whatever the page.
    pub total: i64,
}

/// A list of invitations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationList {
    /// The invitations, newest first.
    pub items: Vec<InvitationView>,
}

/// A list of tokens.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenList {
    /// The tokens, newest first.
    pub items: Vec<TokenView>,
}
