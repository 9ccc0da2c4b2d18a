//! What the tests of this crate share.

use kernel::{Cited, Sure};

/// A value with a source.
pub fn cited<T>(value: T) -> Cited<T> {
    Cited { value, source: "test".into(), seen: "2026-11-21".into(), sure: Sure::Ours }
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
