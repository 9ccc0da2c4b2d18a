//! What has happened to people, organisations and memberships. No secret and no digest of one is ever in here.

use crate::Merchant;
use kernel::{Instant, OrgId, OrgKind, Region, Role, SessionId, TokenId, UserId};
use serde::{Deserialize, Serialize};

/// What has happened. When it happened is the log's to say.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are what their names and types say")]
pub enum Event {
    /// An organisation came into being. Its founder's membership is an event of its own.
    OrgFounded { org: OrgId, org_kind: OrgKind, name: String, region: Region, merchant: Merchant, categories: Vec<String> },
    /// An organisation took another name.
    OrgRenamed { org: OrgId, from: String, name: String },
    /// A shop was put under another merchant type's rules.
    OrgReclassified { org: OrgId, from: Merchant, merchant: Merchant },
    /// The platform stopped an organisation.
    OrgSuspended { org: OrgId, reason: String },
    /// The platform let a stopped organisation act again.
    OrgReinstated { org: OrgId, reason: String },
    /// A shop said what it sells.
    CategoriesChanged { org: OrgId, categories: Vec<String> },
    /// A person can sign in from now on.
    UserSignedUp { user: UserId, email: String, name: String, lang: String, zone: String, verified: bool },
    /// A person showed that their e-mail address is theirs.
    EmailVerified { user: UserId },
    /// A person changed how they are called and how pages look to them.
    ProfileChanged { user: UserId, name: String, lang: String, zone: String },
    /// A person has another password; every session except the one kept has ended.
    PasswordChanged { user: UserId, kept: Option<SessionId> },
    /// The platform locked a person out; every session has ended.
    UserSuspended { user: UserId, reason: String },
    /// The platform let a person in again.
    UserReinstated { user: UserId, reason: String },
    /// A person signed in.
    SignedIn { user: UserId, session: SessionId },
    /// A session was ended by its person, here or from another browser.
    SessionEnded { user: UserId, session: SessionId },
    /// A person signs in with a second factor from now on; every session except the one kept has ended.
    TotpEnrolled { user: UserId, kept: Option<SessionId> },
    /// A person signs in with the password alone again; every session except the one kept has ended.
    TotpRemoved { user: UserId, kept: Option<SessionId> },
    /// A person has new recovery codes; the old ones are worth nothing.
    RecoveryCodesRenewed { user: UserId },
    /// Someone was invited to become a member. The address is sealed under the invitation's own key.
    MemberInvited { invitation: String, org: OrgId, email: String, role: Role, invited_by: Option<UserId>, closes_at: Instant },
    /// An invitation was taken back.
    InvitationWithdrawn { invitation: String, org: OrgId },
    /// An invitation was sent again: a new link, and the whole time to answer.
    InvitationResent { invitation: String, org: OrgId, closes_at: Instant },
    /// Nobody accepted an invitation in time.
    InvitationExpired { invitation: String, org: OrgId },
    /// Someone became a member, by an invitation or by founding.
    MemberJoined { org: OrgId, user: UserId, role: Role, invitation: Option<String> },
    /// A member has another role.
    RoleChanged { org: OrgId, user: UserId, from: Role, role: Role },
    /// A member left or was removed; the tokens they issued for the organisation work no longer.
    MemberRemoved { org: OrgId, user: UserId, role: Role },
    /// A program may act for an organisation.
    TokenIssued { token: TokenId, org: OrgId, user: UserId, name: String, scopes: Vec<String>, expires_at: Instant },
    /// A program may no longer act.
    TokenRevoked { token: TokenId, org: OrgId },
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "access";

    fn subject(&self) -> String {
        match self {
            Event::OrgFounded { org, .. }
            | Event::OrgRenamed { org, .. }
            | Event::OrgReclassified { org, .. }
            | Event::OrgSuspended { org, .. }
            | Event::OrgReinstated { org, .. }
            | Event::CategoriesChanged { org, .. }
            | Event::MemberInvited { org, .. }
            | Event::InvitationWithdrawn { org, .. }
            | Event::InvitationResent { org, .. }
            | Event::InvitationExpired { org, .. }
            | Event::MemberJoined { org, .. }
            | Event::RoleChanged { org, .. }
            | Event::MemberRemoved { org, .. }
            | Event::TokenIssued { org, .. }
            | Event::TokenRevoked { org, .. } => org.to_string(),
            Event::UserSignedUp { user, .. }
            | Event::EmailVerified { user }
            | Event::ProfileChanged { user, .. }
            | Event::PasswordChanged { user, .. }
            | Event::UserSuspended { user, .. }
            | Event::UserReinstated { user, .. }
            | Event::SignedIn { user, .. }
            | Event::SessionEnded { user, .. }
            | Event::TotpEnrolled { user, .. }
            | Event::TotpRemoved { user, .. }
            | Event::RecoveryCodesRenewed { user } => user.to_string(),
        }
    }

    fn parties(&self) -> Vec<OrgId> {
        match self {
            Event::OrgFounded { org, .. }
            | Event::OrgRenamed { org, .. }
            | Event::OrgReclassified { org, .. }
            | Event::OrgSuspended { org, .. }
            | Event::OrgReinstated { org, .. }
            | Event::CategoriesChanged { org, .. }
            | Event::MemberInvited { org, .. }
            | Event::InvitationWithdrawn { org, .. }
            | Event::InvitationResent { org, .. }
            | Event::InvitationExpired { org, .. }
            | Event::MemberJoined { org, .. }
            | Event::RoleChanged { org, .. }
            | Event::MemberRemoved { org, .. }
            | Event::TokenIssued { org, .. }
            | Event::TokenRevoked { org, .. } => vec![*org],
            Event::UserSignedUp { .. }
            | Event::EmailVerified { .. }
            | Event::ProfileChanged { .. }
            | Event::PasswordChanged { .. }
            | Event::UserSuspended { .. }
            | Event::UserReinstated { .. }
            | Event::SignedIn { .. }
            | Event::SessionEnded { .. }
            | Event::TotpEnrolled { .. }
            | Event::TotpRemoved { .. }
            | Event::RecoveryCodesRenewed { .. } => Vec::new(),
        }
    }

    fn person(&self) -> Option<String> {
        match self {
            Event::UserSignedUp { user, .. } | Event::ProfileChanged { user, .. } => Some(user.to_string()),
            Event::MemberInvited { invitation, .. } => Some(invitation.clone()),
            Event::OrgFounded { .. }
            | Event::OrgRenamed { .. }
            | Event::OrgReclassified { .. }
            | Event::OrgSuspended { .. }
            | Event::OrgReinstated { .. }
            | Event::CategoriesChanged { .. }
            | Event::EmailVerified { .. }
            | Event::PasswordChanged { .. }
            | Event::UserSuspended { .. }
            | Event::UserReinstated { .. }
            | Event::SignedIn { .. }
            | Event::SessionEnded { .. }
            | Event::TotpEnrolled { .. }
            | Event::TotpRemoved { .. }
            | Event::RecoveryCodesRenewed { .. }
            | Event::InvitationWithdrawn { .. }
            | Event::InvitationResent { .. }
            | Event::InvitationExpired { .. }
            | Event::MemberJoined { .. }
            | Event::RoleChanged { .. }
            | Event::MemberRemoved { .. }
            | Event::TokenIssued { .. }
            | Event::TokenRevoked { .. } => None,
        }
    }
}
