//! The words of the trade. Everything here is pure: no clock, no randomness, no storage, no web.
//!
//! Read in this order: [`id`] and [`time`] (the values), [`role`] (who acts), [`cited`] (a rule's value with its source),
//! [`capability`] (an ask and the rules that decide it), [`consent`] (the lifecycle that every agreement shares),
//! [`refusal`] (the three ways in which an answer can be no).

pub mod capability;
pub mod cited;
pub mod consent;
pub mod id;
pub mod refusal;
pub mod region;
pub mod role;
pub mod time;

pub use capability::{Capability, Check, Denied, Event, May, Rule, Rules, decide, precheck};
pub use cited::{Cited, Limit, Policy, Sure};
pub use consent::{Consent, Side, Standing, Step, Unfit};
pub use id::{
    AccountId, AdAccountId, AdGroupId, AdId, AppId, AssetGroupId, AuthorisationId, CampaignId, CauseId, EndpointId, GrantId, Id,
    IdentityId, ImportId, Kind, LinkId, OrgId, PartnershipId, RequestId, SessionId, TicketId, TokenId, UserId, ViolationId,
};
pub use refusal::{Denial, Problem, Refusal};
pub use region::{Origin, Region};
pub use role::{Actor, OrgKind, Role, Who};
pub use time::{Date, Instant, Span};
