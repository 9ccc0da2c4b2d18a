//! Access 身份与权限: who there is, what they may, and how they prove who they are.
//!
//! A *user* is a person who signs in. An *organisation* is a shop, a creator, a brand, a centre or the operator. A *member*
//! is a user with a *role* in an organisation. A *session* is a signed-in browser, a *token* a program that acts for an
//! organisation with the role of the member who issued it, narrowed to its *scopes*. [`gate::gate`] decides who may.
//!
//! [`events`] say what has happened; [`index`] answers who there is. Secrets are kept as digests, beside the log.

pub mod events;
pub mod gate;
pub mod index;
pub mod password;
pub mod rules;
pub mod secrets;
pub mod session;
pub mod set_up;
pub mod state;
pub mod tries;
pub mod views;

mod directory;
mod facts;
mod front;
mod limits;
mod room;
mod second_factor;
mod security;
mod shown;
mod team;
mod totp;
pub mod typed;

pub mod accept_invitation;
pub mod add_member;
pub mod change_categories;
pub mod change_password;
pub mod change_profile;
pub mod change_role;
pub mod confirm;
pub mod end_session;
pub mod enrol_totp;
pub mod expire_invitation;
pub mod found_org;
pub mod invite_member;
pub mod issue_token;
pub mod leave_org;
pub mod reclassify_org;
pub mod reinstate_org;
pub mod reinstate_user;
pub mod remove_member;
pub mod remove_totp;
pub mod rename_org;
pub mod renew_recovery_codes;
pub mod resend_invitation;
pub mod revoke_token;
pub mod sign_in;
pub mod sign_up;
pub mod suspend_org;
pub mod suspend_user;
pub mod verify_email;
pub mod withdraw_invitation;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use accept_invitation::AcceptInvitation;
pub use add_member::AddMember;
pub use change_categories::ChangeCategories;
pub use change_password::ChangePassword;
pub use change_profile::ChangeProfile;
pub use change_role::ChangeRole;
pub use end_session::EndSession;
pub use enrol_totp::EnrolTotp;
pub use events::Event;
pub use expire_invitation::ExpireInvitation;
pub use found_org::FoundOrg;
pub use gate::gate;
pub use index::memberships;
pub use invite_member::{InviteMember, io::fresh_invitation};
pub use issue_token::IssueToken;
pub use leave_org::LeaveOrg;
pub use reclassify_org::ReclassifyOrg;
pub use reinstate_org::ReinstateOrg;
pub use reinstate_user::ReinstateUser;
pub use remove_member::RemoveMember;
pub use remove_totp::RemoveTotp;
pub use rename_org::RenameOrg;
pub use renew_recovery_codes::RenewRecoveryCodes;
pub use resend_invitation::ResendInvitation;
pub use revoke_token::RevokeToken;
pub use room::CONTEXT;
pub use secrets::{Purpose, one_time_link};
pub use session::{identify, touch};
pub use set_up::first_operator_link;
pub use shown::REGIONS;
pub use sign_in::SignIn;
pub use sign_up::{SignUp, io::register};
pub use state::{Invitation, Merchant, Org, OrgState, User, email_key};
pub use suspend_org::SuspendOrg;
pub use suspend_user::SuspendUser;
pub use verify_email::VerifyEmail;
pub use withdraw_invitation::WithdrawInvitation;
