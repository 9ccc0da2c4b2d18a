//! What the tests of this crate share.

use crate::{App, Authorisation, Tier};
use kernel::{AppId, Cited, Instant, OrgId, Sure, TokenId, UserId};

/// A value with a source.
pub fn cited<T>(value: T) -> Cited<T> {
    Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
}

/// An app that asks for two scopes.
pub fn app() -> App {
    App {
        id: AppId::new(1),
        org: OrgId::new(2),
        name: "Reports".into(),
        redirects: vec!["https://reports.example/back".into()],
        scopes: vec![150, 156],
        tier: Tier::Basic,
        registered_at: Instant(0),
        secret_since: Instant(0),
        seq: 1,
    }
}

/// A person's trust in it, of which the app has not made use yet.
pub fn authorisation() -> Authorisation {
    Authorisation {
        id: TokenId::new(3),
        app: AppId::new(1),
        user: UserId::new(4),
        orgs: vec![OrgId::new(30)],
        scopes: vec![150],
        authorised_at: Instant(5),
        closes_at: Instant(3_600_005),
        taken_at: None,
        revoked_at: None,
        used_at: None,
    }
}
