//! What has happened in and between centres, owners and ad accounts. The only thing that other contexts may match on.

use crate::{AdRole, Scope, Scopes};
use kernel::{
    AccountId, AdAccountId, AdGroupId, AdId, AssetGroupId, AuthorisationId, CampaignId, GrantId, IdentityId, Instant, OrgId, PartnershipId,
    RequestId, UserId,
};
use serde::{Deserialize, Serialize};

/// A grant's centre and account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Held {
    /// The grant.
    pub grant: GrantId,
    /// The centre that holds it.
    pub centre: OrgId,
    /// The account it is on.
    pub account: AccountId,
    /// The creator who owns the account.
    pub owner: OrgId,
}

/// The authorisation of one post by code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Authorised {
    /// The authorisation.
    pub authorisation: AuthorisationId,
    /// The account that posted.
    pub account: AccountId,
    /// The creator who owns the account.
    pub owner: OrgId,
    /// The post's id, as its platform writes it.
    pub post: String,
}

/// An ad, and whose account it shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Advert {
    /// The ad.
    pub ad: AdId,
    /// The centre whose member made it.
    pub centre: OrgId,
    /// The ad account it runs in.
    pub ad_account: AdAccountId,
    /// The account it shows.
    pub account: AccountId,
    /// The creator who owns that account.
    pub owner: OrgId,
}

/// What an ad shows.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A post, by its id.
    Post(String),
    /// A live, by its id.
    Live(String),
}

impl Item {
    /// The scope that showing it takes.
    pub const fn scope(&self) -> Scope {
        match self {
            Item::Post(_) => Scope::Posts,
            Item::Live(_) => Scope::Live,
        }
    }
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Item::Post(id) | Item::Live(id) => id,
        }
    }
}

/// By which right an ad shows an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Road {
    /// What the account's owner granted the centre, and the centre gave its member.
    Grant,
    /// The member's own TikTok-for-Business link to the account.
    OwnLink,
    /// A code for one post.
    Code(AuthorisationId),
}

/// Whose doing an end was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The account's owner.
    Owner,
    /// The centre, or the centre that asked.
    Centre,
    /// The other centre of a partnership.
    Partner,
    /// The platform's rules: something it rested on has ended.
    Platform,
}

impl EndedBy {
    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            EndedBy::Owner => "owner",
            EndedBy::Centre => "centre",
            EndedBy::Partner => "partner",
            EndedBy::Platform => "platform",
        }
    }
}

/// What has happened. When it happened is the log's to say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are what their names and types say")]
pub enum Event {
    /// A centre has one more ad account. Its currency is an ISO 4217 code, its zone an IANA name.
    AdAccountOpened {
        ad_account: AdAccountId,
        centre: OrgId,
        name: String,
        currency: String,
        zone: String,
    },
    AdAccountRenamed {
        ad_account: AdAccountId,
        centre: OrgId,
        name: String,
    },
    /// An ad account is gone, with every role on it, its shares and its ads.
    AdAccountClosed {
        ad_account: AdAccountId,
        centre: OrgId,
    },
    /// A member of `centre`, which owns the ad account or shares it as a partner, has this role on it from now on.
    AdRoleGiven {
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
    /// Whoever accepts this invitation of the centre has this role on the ad account from then on.
    AdRolePromised {
        invitation: String,
        ad_account: AdAccountId,
        centre: OrgId,
        role: AdRole,
    },

    /// A centre asked another to share ad accounts.
    PartnershipAsked {
        partnership: PartnershipId,
        centre: OrgId,
        partner: OrgId,
        closes_at: Instant,
    },
    PartnershipAccepted {
        partnership: PartnershipId,
        centre: OrgId,
        partner: OrgId,
    },
    PartnershipDeclined {
        partnership: PartnershipId,
        centre: OrgId,
        partner: OrgId,
    },
    PartnershipWithdrawn {
        partnership: PartnershipId,
        centre: OrgId,
        partner: OrgId,
    },
    PartnershipExpired {
        partnership: PartnershipId,
        centre: OrgId,
        partner: OrgId,
    },
    PartnershipEnded {
        partnership: PartnershipId,
        centre: OrgId,
        partner: OrgId,
        by: EndedBy,
    },
    /// The partner's members may be given at most `role` on the ad account.
    AdAccountShared {
        ad_account: AdAccountId,
        centre: OrgId,
        partner: OrgId,
        role: AdRole,
    },
    AdAccountUnshared {
        ad_account: AdAccountId,
        centre: OrgId,
        partner: OrgId,
    },

    AssetGroupMade {
        group: AssetGroupId,
        centre: OrgId,
        name: String,
    },
    AssetGroupRenamed {
        group: AssetGroupId,
        centre: OrgId,
        name: String,
    },
    AssetGroupRemoved {
        group: AssetGroupId,
        centre: OrgId,
    },
    AdAccountGrouped {
        group: AssetGroupId,
        centre: OrgId,
        ad_account: AdAccountId,
    },
    AdAccountUngrouped {
        group: AssetGroupId,
        centre: OrgId,
        ad_account: AdAccountId,
    },
    /// The member has this role on every ad account of the group from now on, besides what they were given themselves.
    MemberGrouped {
        group: AssetGroupId,
        centre: OrgId,
        user: UserId,
        role: AdRole,
    },
    MemberUngrouped {
        group: AssetGroupId,
        centre: OrgId,
        user: UserId,
    },

    /// An admin made a code with which an owner can grant the centre these scopes; only the code's digest is kept.
    AccessRequested {
        request: RequestId,
        centre: OrgId,
        by: UserId,
        scopes: Scopes,
        account: Option<AccountId>,
        digest: String,
        closes_at: Instant,
    },
    /// An owner scanned the code first; only they can answer from now on.
    AccessRequestScanned {
        request: RequestId,
        centre: OrgId,
        owner: OrgId,
    },
    AccessRequestRefused {
        request: RequestId,
        centre: OrgId,
        owner: OrgId,
    },
    AccessRequestWithdrawn {
        request: RequestId,
        centre: OrgId,
        owner: Option<OrgId>,
    },
    AccessRequestExpired {
        request: RequestId,
        centre: OrgId,
        owner: Option<OrgId>,
    },

    /// The owner authorised the centre: `scopes` are all it holds from now on.
    AccessGranted {
        #[serde(flatten)]
        held: Held,
        request: RequestId,
        scopes: Scopes,
        by: UserId,
    },
    /// The owner authorised more: `scopes` are all it holds from now on.
    AccessWidened {
        #[serde(flatten)]
        held: Held,
        request: RequestId,
        scopes: Scopes,
        by: UserId,
    },
    /// Either side took scopes back: `scopes` are all it holds from now on.
    AccessNarrowed {
        #[serde(flatten)]
        held: Held,
        scopes: Scopes,
        by: EndedBy,
    },
    /// The grant is over.
    AccessEnded {
        #[serde(flatten)]
        held: Held,
        by: EndedBy,
        reason: String,
    },
    /// A member of the centre may use the account for these scopes, as far as the grant goes: all they hold from now on.
    Assigned {
        #[serde(flatten)]
        held: Held,
        user: UserId,
        scopes: Scopes,
    },
    Unassigned {
        #[serde(flatten)]
        held: Held,
        user: UserId,
    },
    /// The centre's grant counts no more in this ad account, until it is restored or ends.
    AccountWithheld {
        #[serde(flatten)]
        held: Held,
        ad_account: AdAccountId,
    },
    AccountRestored {
        #[serde(flatten)]
        held: Held,
        ad_account: AdAccountId,
    },
    /// A member used the account; recorded at most once in a while for each member, account and scope.
    AccountUsed {
        #[serde(flatten)]
        held: Held,
        user: UserId,
        scope: Scope,
    },

    /// A person who signs in for the account's owner linked the account to their own TikTok-for-Business user.
    OwnLinked {
        account: AccountId,
        owner: OrgId,
        user: UserId,
        scopes: Scopes,
    },
    OwnUnlinked {
        account: AccountId,
        owner: OrgId,
        user: UserId,
    },

    /// The owner allows or forbids ads to show this post.
    PostSwitched {
        account: AccountId,
        owner: OrgId,
        post: String,
        on: bool,
    },
    /// The owner made a code with which an ad account may show this post; only the code's digest is kept.
    PostAuthorised {
        #[serde(flatten)]
        authorised: Authorised,
        digest: String,
        days: i64,
        expires_at: Instant,
    },
    PostAuthorisationExtended {
        #[serde(flatten)]
        authorised: Authorised,
        days: i64,
        expires_at: Instant,
    },
    PostAuthorisationDeleted {
        #[serde(flatten)]
        authorised: Authorised,
    },
    PostAuthorisationExpired {
        #[serde(flatten)]
        authorised: Authorised,
    },
    /// An ad account may show the post from now on.
    PostCodeApplied {
        #[serde(flatten)]
        authorised: Authorised,
        centre: OrgId,
        ad_account: AdAccountId,
        by: UserId,
    },

    /// A code that is over stands in the ad account's list no longer.
    PostCodeForgotten {
        #[serde(flatten)]
        authorised: Authorised,
        centre: OrgId,
        ad_account: AdAccountId,
        by: UserId,
    },

    /// A name and picture under which an ad account's ads may appear without being an account.
    IdentityCreated {
        identity: IdentityId,
        centre: OrgId,
        ad_account: AdAccountId,
        name: String,
    },
    IdentityDeleted {
        identity: IdentityId,
        centre: OrgId,
        ad_account: AdAccountId,
    },
    CampaignCreated {
        campaign: CampaignId,
        centre: OrgId,
        ad_account: AdAccountId,
        name: String,
        objective: String,
    },
    AdGroupCreated {
        ad_group: AdGroupId,
        campaign: CampaignId,
        centre: OrgId,
        ad_account: AdAccountId,
        name: String,
    },
    /// A member made an ad out of what an account shows.
    AdCreated {
        #[serde(flatten)]
        advert: Advert,
        ad_group: AdGroupId,
        name: String,
        item: Item,
        road: Road,
        by: UserId,
    },
    /// The ad runs no longer: its right ended (`because` names each missing condition), or a member paused it (`because` is empty).
    AdPaused {
        #[serde(flatten)]
        advert: Advert,
        because: Vec<String>,
    },
    /// A member set it running again: it rests on their right, and on this road, from now on.
    AdResumed {
        #[serde(flatten)]
        advert: Advert,
        road: Road,
        by: UserId,
    },
    AdDeleted {
        #[serde(flatten)]
        advert: Advert,
    },
}

impl Event {
    /// The organisations that it concerns: whose acts they are, and whose account is meant.
    fn concerns(&self) -> (OrgId, Option<OrgId>) {
        match self {
            Event::AdAccountOpened { centre, .. }
            | Event::AdAccountRenamed { centre, .. }
            | Event::AdAccountClosed { centre, .. }
            | Event::AdRoleGiven { centre, .. }
            | Event::AdRoleTaken { centre, .. }
            | Event::AdRolePromised { centre, .. }
            | Event::AssetGroupMade { centre, .. }
            | Event::AssetGroupRenamed { centre, .. }
            | Event::AssetGroupRemoved { centre, .. }
            | Event::AdAccountGrouped { centre, .. }
            | Event::AdAccountUngrouped { centre, .. }
            | Event::MemberGrouped { centre, .. }
            | Event::MemberUngrouped { centre, .. }
            | Event::AccessRequested { centre, .. }
            | Event::IdentityCreated { centre, .. }
            | Event::IdentityDeleted { centre, .. }
            | Event::CampaignCreated { centre, .. }
            | Event::AdGroupCreated { centre, .. } => (*centre, None),
            Event::PartnershipAsked { centre, partner, .. }
            | Event::PartnershipAccepted { centre, partner, .. }
            | Event::PartnershipDeclined { centre, partner, .. }
            | Event::PartnershipWithdrawn { centre, partner, .. }
            | Event::PartnershipExpired { centre, partner, .. }
            | Event::PartnershipEnded { centre, partner, .. }
            | Event::AdAccountShared { centre, partner, .. }
            | Event::AdAccountUnshared { centre, partner, .. } => (*centre, Some(*partner)),
            Event::AccessRequestScanned { centre, owner, .. } | Event::AccessRequestRefused { centre, owner, .. } => {
                (*centre, Some(*owner))
            }
            Event::AccessRequestWithdrawn { centre, owner, .. } | Event::AccessRequestExpired { centre, owner, .. } => (*centre, *owner),
            Event::AccessGranted { held, .. }
            | Event::AccessWidened { held, .. }
            | Event::AccessNarrowed { held, .. }
            | Event::AccessEnded { held, .. }
            | Event::Assigned { held, .. }
            | Event::Unassigned { held, .. }
            | Event::AccountUsed { held, .. } => (held.centre, Some(held.owner)),
            // Where a centre uses what it holds is its own affair; what its owner learns is that an ad paused, and why.
            Event::AccountWithheld { held, .. } | Event::AccountRestored { held, .. } => (held.centre, None),
            Event::OwnLinked { owner, .. } | Event::OwnUnlinked { owner, .. } | Event::PostSwitched { owner, .. } => (*owner, None),
            Event::PostAuthorised { authorised, .. }
            | Event::PostAuthorisationExtended { authorised, .. }
            | Event::PostAuthorisationDeleted { authorised }
            | Event::PostAuthorisationExpired { authorised } => (authorised.owner, None),
            Event::PostCodeApplied { authorised, centre, .. } => (*centre, Some(authorised.owner)),
            // The code was the owner's and is over; who keeps it in a list is the centre's own affair.
            Event::PostCodeForgotten { centre, .. } => (*centre, None),
            Event::AdCreated { advert, .. }
            | Event::AdPaused { advert, .. }
            | Event::AdResumed { advert, .. }
            | Event::AdDeleted { advert } => (advert.centre, Some(advert.owner)),
        }
    }
}

impl Event {
    /// The centres in which something changed; none where an owner acts on what is theirs alone.
    pub fn centres(&self) -> Vec<OrgId> {
        match self {
            Event::OwnLinked { .. }
            | Event::OwnUnlinked { .. }
            | Event::PostSwitched { .. }
            | Event::PostAuthorised { .. }
            | Event::PostAuthorisationExtended { .. }
            | Event::PostAuthorisationDeleted { .. }
            | Event::PostAuthorisationExpired { .. } => Vec::new(),
            Event::PartnershipAsked { centre, partner, .. }
            | Event::PartnershipAccepted { centre, partner, .. }
            | Event::PartnershipDeclined { centre, partner, .. }
            | Event::PartnershipWithdrawn { centre, partner, .. }
            | Event::PartnershipExpired { centre, partner, .. }
            | Event::PartnershipEnded { centre, partner, .. }
            | Event::AdAccountShared { centre, partner, .. }
            | Event::AdAccountUnshared { centre, partner, .. } => vec![*centre, *partner],
            other => vec![other.concerns().0],
        }
    }
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "centers";

    fn subject(&self) -> String {
        match self {
            Event::AdAccountOpened { ad_account, .. }
            | Event::AdAccountRenamed { ad_account, .. }
            | Event::AdAccountClosed { ad_account, .. }
            | Event::AdRoleGiven { ad_account, .. }
            | Event::AdRoleTaken { ad_account, .. }
            | Event::AdRolePromised { ad_account, .. }
            | Event::AdAccountShared { ad_account, .. }
            | Event::AdAccountUnshared { ad_account, .. }
            | Event::IdentityCreated { ad_account, .. }
            | Event::IdentityDeleted { ad_account, .. }
            | Event::CampaignCreated { ad_account, .. }
            | Event::AdGroupCreated { ad_account, .. } => ad_account.to_string(),
            Event::PartnershipAsked { partnership, .. }
            | Event::PartnershipAccepted { partnership, .. }
            | Event::PartnershipDeclined { partnership, .. }
            | Event::PartnershipWithdrawn { partnership, .. }
            | Event::PartnershipExpired { partnership, .. }
            | Event::PartnershipEnded { partnership, .. } => partnership.to_string(),
            Event::AssetGroupMade { group, .. }
            | Event::AssetGroupRenamed { group, .. }
            | Event::AssetGroupRemoved { group, .. }
            | Event::AdAccountGrouped { group, .. }
            | Event::AdAccountUngrouped { group, .. }
            | Event::MemberGrouped { group, .. }
            | Event::MemberUngrouped { group, .. } => group.to_string(),
            Event::AccessRequested { request, .. }
            | Event::AccessRequestScanned { request, .. }
            | Event::AccessRequestRefused { request, .. }
            | Event::AccessRequestWithdrawn { request, .. }
            | Event::AccessRequestExpired { request, .. } => request.to_string(),
            Event::AccessGranted { held, .. }
            | Event::AccessWidened { held, .. }
            | Event::AccessNarrowed { held, .. }
            | Event::AccessEnded { held, .. }
            | Event::Assigned { held, .. }
            | Event::Unassigned { held, .. }
            | Event::AccountWithheld { held, .. }
            | Event::AccountRestored { held, .. }
            | Event::AccountUsed { held, .. } => held.grant.to_string(),
            Event::OwnLinked { account, .. } | Event::OwnUnlinked { account, .. } | Event::PostSwitched { account, .. } => {
                account.to_string()
            }
            Event::PostAuthorised { authorised, .. }
            | Event::PostAuthorisationExtended { authorised, .. }
            | Event::PostAuthorisationDeleted { authorised }
            | Event::PostAuthorisationExpired { authorised }
            | Event::PostCodeApplied { authorised, .. }
            | Event::PostCodeForgotten { authorised, .. } => authorised.authorisation.to_string(),
            Event::AdCreated { advert, .. }
            | Event::AdPaused { advert, .. }
            | Event::AdResumed { advert, .. }
            | Event::AdDeleted { advert } => advert.ad.to_string(),
        }
    }
    fn parties(&self) -> Vec<OrgId> {
        let (first, second) = self.concerns();
        [first].into_iter().chain(second.filter(|second| *second != first)).collect()
    }
}
