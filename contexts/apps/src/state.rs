//! What an app and a person's trust in it are at a moment. Pure.

use kernel::{AppId, Instant, OrgId, TokenId, UserId};
use serde::{Deserialize, Serialize};

/// How often an app may call. Every app begins at the first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are TikTok's; the packs say what they allow")]
pub enum Tier {
    Basic,
    Advanced,
    Premium,
    Ultimate,
}

impl Tier {
    /// Every tier, the first one first.
    pub const ALL: [Tier; 4] = [Tier::Basic, Tier::Advanced, Tier::Premium, Tier::Ultimate];

    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Tier::Basic => "basic",
            Tier::Advanced => "advanced",
            Tier::Premium => "premium",
            Tier::Ultimate => "ultimate",
        }
    }
    /// The tier with this code.
    pub fn from_code(code: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.code() == code)
    }
}

/// Whose doing the end of an authorisation was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevokedBy {
    /// The person who had given it.
    Person,
    /// The app itself.
    App,
    /// The app is gone.
    Platform,
}

impl RevokedBy {
    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            RevokedBy::Person => "person",
            RevokedBy::App => "app",
            RevokedBy::Platform => "platform",
        }
    }
}

/// A program that a developer registered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct App {
    /// Which.
    pub id: AppId,
    /// The developer's organisation.
    pub org: OrgId,
    /// What people call it.
    pub name: String,
    /// The addresses to which it may send people back, each to the letter.
    pub redirects: Vec<String>,
    /// What it asks people for: numbers of [`crate::scopes::SCOPES`].
    pub scopes: Vec<u64>,
    /// How often it may call.
    pub tier: Tier,
    /// When it was registered.
    pub registered_at: Instant,
    /// Since when its secret is in force.
    pub secret_since: Instant,
    /// Its last change, as the log's position: what a page binds its forms to.
    pub seq: i64,
}

/// A person's trust in an app.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Authorisation {
    /// Which.
    pub id: TokenId,
    /// In which app.
    pub app: AppId,
    /// Whose.
    pub user: UserId,
    /// The organisations in which the app may act.
    pub orgs: Vec<OrgId>,
    /// What it may do there.
    pub scopes: Vec<u64>,
    /// When it was given.
    pub authorised_at: Instant,
    /// The first moment at which fetching the token comes too late.
    pub closes_at: Instant,
    /// When the app fetched its token.
    pub taken_at: Option<Instant>,
    /// When it ended.
    pub revoked_at: Option<Instant>,
    /// When the app last used it, to the minute.
    pub used_at: Option<Instant>,
}

/// Where an authorisation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Given; the app has not fetched its token yet.
    Given,
    /// The app may act.
    InForce,
    /// The app did not fetch its token in time.
    Lapsed,
    /// It has ended.
    Revoked,
}

impl Authorisation {
    /// Where it stands at `now`.
    pub fn at(&self, now: Instant) -> Trust {
        match (self.revoked_at, self.taken_at) {
            (Some(_), _) => Trust::Revoked,
            (None, Some(_)) => Trust::InForce,
            (None, None) if now < self.closes_at => Trust::Given,
            (None, None) => Trust::Lapsed,
        }
    }
}
