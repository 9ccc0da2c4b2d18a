//! What the tests of this crate share.

use kernel::{Cited, Sure};

/// A value with a source.
pub fn cited<T>(value: T) -> Cited<T> {
    Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
}

/// An invitation of a day, sent at the beginning of time.
pub fn invitation() -> crate::Invitation {
    crate::Invitation {
        id: "inv_1".into(),
        org: kernel::OrgId::new(1),
        email: "bob@example.com".into(),
        role: kernel::Role::CentreMember,
        invited_by: None,
        invited_at: kernel::Instant(0),
        closes_at: kernel::Instant(0) + kernel::Span::hours(24),
        standing: kernel::Standing::Asked,
        since: kernel::Instant(0),
    }
}

/// A shop in Britain.
pub fn shop() -> crate::Org {
    crate::Org {
        id: kernel::OrgId::new(1),
        kind: kernel::OrgKind::Shop,
        name: "Shop".into(),
        region: kernel::Region::new(b"GB"),
        merchant: crate::Merchant::Open,
        state: crate::OrgState::Normal,
        reason: String::new(),
        since: kernel::Instant(0),
        categories: Vec::new(),
        opened_at: kernel::Instant(0),
    }
}
