//! What has happened to apps and to the trust that people put in them. No secret and no digest of one is ever in here.

use crate::{RevokedBy, Tier};
use kernel::{AppId, Instant, OrgId, TokenId, UserId};
use serde::{Deserialize, Serialize};

/// What has happened. When it happened is the log's to say.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are what their names and types say")]
pub enum Event {
    /// A developer's organisation has one more app. It asks people for these scopes and sends them back to these addresses.
    AppRegistered { app: AppId, org: OrgId, name: String, redirects: Vec<String>, scopes: Vec<u64> },
    /// An app is called otherwise, asks for other scopes or sends people elsewhere. What people agreed to before stays as it was.
    AppChanged { app: AppId, org: OrgId, name: String, redirects: Vec<String>, scopes: Vec<u64> },
    /// An app has another secret; the one before is worth nothing.
    SecretRotated { app: AppId, org: OrgId },
    /// The platform put an app on another tier of rate limits.
    TierSet { app: AppId, org: OrgId, from: Tier, tier: Tier },
    /// An app is gone; nobody's trust in it counts any longer.
    AppRemoved { app: AppId, org: OrgId },
    /// A person let an app act for them in these organisations. It has until `closes_at` to fetch its token.
    AppAuthorised { authorisation: TokenId, app: AppId, org: OrgId, user: UserId, orgs: Vec<OrgId>, scopes: Vec<u64>, closes_at: Instant },
    /// The app fetched its token: from now on it acts.
    TokenTaken { authorisation: TokenId, app: AppId, org: OrgId, user: UserId },
    /// The app founded an organisation for the person, and may act in it as well.
    AuthorisationWidened { authorisation: TokenId, app: AppId, org: OrgId, user: UserId, added: OrgId },
    /// The app may no longer act for the person.
    AuthorisationRevoked { authorisation: TokenId, app: AppId, org: OrgId, user: UserId, by: RevokedBy },
}

impl Event {
    /// The app, and the organisation of its developer.
    fn about(&self) -> (AppId, OrgId) {
        match self {
            Event::AppRegistered { app, org, .. }
            | Event::AppChanged { app, org, .. }
            | Event::SecretRotated { app, org }
            | Event::TierSet { app, org, .. }
            | Event::AppRemoved { app, org }
            | Event::AppAuthorised { app, org, .. }
            | Event::TokenTaken { app, org, .. }
            | Event::AuthorisationWidened { app, org, .. }
            | Event::AuthorisationRevoked { app, org, .. } => (*app, *org),
        }
    }
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "apps";

    fn subject(&self) -> String {
        self.about().0.to_string()
    }

    /// The developer's organisation, and those in which the app may act.
    fn parties(&self) -> Vec<OrgId> {
        let mut parties = vec![self.about().1];
        match self {
            Event::AppAuthorised { orgs, .. } => parties.extend(orgs.iter().filter(|org| **org != self.about().1)),
            Event::AuthorisationWidened { added, .. } => parties.push(*added),
            Event::AppRegistered { .. }
            | Event::AppChanged { .. }
            | Event::SecretRotated { .. }
            | Event::TierSet { .. }
            | Event::AppRemoved { .. }
            | Event::TokenTaken { .. }
            | Event::AuthorisationRevoked { .. } => {}
        }
        parties
    }
}
