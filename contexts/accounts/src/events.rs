//! What has happened to accounts. The only thing that other contexts may match on.

use crate::state::{Finding, Live, Post, Source, Stated, StatedAge};
use jiff::civil::Date;
use kernel::{AccountId, Instant, OrgId, Region, ViolationId};
use serde::{Deserialize, Serialize};

/// What has happened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "every event names its account and its owner at that moment; the other fields say what they are")]
pub enum Event {
    /// An account is known from now on: its creator registered it, or a file named it (`claimed` is false then).
    AccountRegistered {
        account: AccountId,
        owner: OrgId,
        handle: String,
        nickname: String,
        region: Region,
        birth: Option<Date>,
        age_stated: Option<StatedAge>,
        brand_account: bool,
        categories: Vec<String>,
        claimed: bool,
    },
    /// The operator made a code with which an account's creator can claim it; only the code's digest is kept.
    ClaimCodeIssued { account: AccountId, owner: OrgId, digest: String, expires_at: Instant },
    /// A creator took an account over with such a code.
    AccountClaimed { account: AccountId, owner: OrgId, previous_owner: OrgId, birth: Date },
    /// Handle or nickname changed.
    AccountRenamed {
        account: AccountId,
        owner: OrgId,
        handle: String,
        nickname: String,
        previous_handle: String,
        previous_nickname: String,
    },
    /// Support moved the account to another country.
    AccountMoved { account: AccountId, owner: OrgId, region: Region, previous_region: Region, reason: String },
    /// An operator took the account out of use.
    AccountSuspended { account: AccountId, owner: OrgId, reason: String },
    /// An operator took the suspension back.
    AccountReinstated { account: AccountId, owner: OrgId, reason: String },
    /// An operator marked the account as one of a government, a politician or a party, which no ad may show, or took the mark back.
    AccountMarked { account: AccountId, owner: OrgId, political: bool, reason: String },
    /// The account may no longer sell.
    EcommerceWithdrawn { account: AccountId, owner: OrgId, reason: String },
    /// The account may sell again.
    EcommerceGranted { account: AccountId, owner: OrgId, reason: String },
    /// A violation was found; it is open until it is closed.
    ViolationFound { account: AccountId, owner: OrgId, violation: ViolationId, reason: String },
    /// A violation was closed.
    ViolationClosed { account: AccountId, owner: OrgId, violation: ViolationId, outcome: String },
    /// A file told more about the account than was known.
    ProfileUpdated {
        account: AccountId,
        owner: OrgId,
        nickname: String,
        age_stated: Option<StatedAge>,
        brand_account: bool,
        categories: Vec<String>,
    },
    /// A source stated the account's figures as of a day.
    FiguresUpdated { account: AccountId, owner: OrgId, day: Date, source: Source, stated: Stated },
    /// Posts of one account, new or with new figures, and what the word list found in them.
    PostsRecorded { account: AccountId, owner: OrgId, posts: Vec<Post>, findings: Vec<Finding> },
    /// Lives of one account, and what the word list found in them.
    LivesRecorded { account: AccountId, owner: OrgId, lives: Vec<Live>, findings: Vec<Finding> },
    /// A reviewer looked at what was found in a post and found nothing wrong.
    FindingsDismissed { account: AccountId, owner: OrgId, post: String, reason: String },
}

impl Event {
    /// The account it is about.
    pub fn account(&self) -> AccountId {
        self.about().0
    }
    /// Who owned the account when it happened.
    pub fn owner(&self) -> OrgId {
        self.about().1
    }

    fn about(&self) -> (AccountId, OrgId) {
        match self {
            Event::AccountRegistered { account, owner, .. }
            | Event::ClaimCodeIssued { account, owner, .. }
            | Event::AccountClaimed { account, owner, .. }
            | Event::AccountRenamed { account, owner, .. }
            | Event::AccountMoved { account, owner, .. }
            | Event::AccountSuspended { account, owner, .. }
            | Event::AccountReinstated { account, owner, .. }
            | Event::AccountMarked { account, owner, .. }
            | Event::EcommerceWithdrawn { account, owner, .. }
            | Event::EcommerceGranted { account, owner, .. }
            | Event::ViolationFound { account, owner, .. }
            | Event::ViolationClosed { account, owner, .. }
            | Event::ProfileUpdated { account, owner, .. }
            | Event::FiguresUpdated { account, owner, .. }
            | Event::PostsRecorded { account, owner, .. }
            | Event::LivesRecorded { account, owner, .. }
            | Event::FindingsDismissed { account, owner, .. } => (*account, *owner),
        }
    }
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "accounts";

    fn subject(&self) -> String {
        self.account().to_string()
    }
    fn parties(&self) -> Vec<OrgId> {
        match self {
            // Whoever held it until now learns that it has gone.
            Event::AccountClaimed { owner, previous_owner, .. } => vec![*owner, *previous_owner],
            other => vec![other.owner()],
        }
    }
    /// Names, birth and stated age are a person's: erasing the person leaves the chain whole and these empty.
    fn person(&self) -> Option<String> {
        match self {
            Event::AccountRegistered { account, .. }
            | Event::AccountClaimed { account, .. }
            | Event::AccountRenamed { account, .. }
            | Event::ProfileUpdated { account, .. } => Some(account.to_string()),
            Event::ClaimCodeIssued { .. }
            | Event::AccountMoved { .. }
            | Event::AccountSuspended { .. }
            | Event::AccountReinstated { .. }
            | Event::AccountMarked { .. }
            | Event::EcommerceWithdrawn { .. }
            | Event::EcommerceGranted { .. }
            | Event::ViolationFound { .. }
            | Event::ViolationClosed { .. }
            | Event::FiguresUpdated { .. }
            | Event::PostsRecorded { .. }
            | Event::LivesRecorded { .. }
            | Event::FindingsDismissed { .. } => None,
        }
    }
}
