//! What open pages learn at once: that something happened, and in which contexts. Never what; the page fetches that itself,
//! through the door that checks what the reader may see.

pub mod io;

use kernel::OrgId;
use serde::Serialize;
use std::collections::BTreeSet;
use store::Recorded;

/// What is sent to a page.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Changed {
    /// The log's position that it brings the page to.
    pub seq: i64,
    /// The contexts in which something happened.
    pub topics: BTreeSet<String>,
}

/// Whose events a page follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Follows {
    /// Those that this organisation is a party to.
    One(OrgId),
    /// The operator's pages show everyone's.
    All,
}

impl Follows {
    /// Whether the page follows this event.
    pub fn includes(self, event: &Recorded) -> bool {
        match self {
            Follows::One(org) => event.parties.contains(&org),
            Follows::All => true,
        }
    }
}

impl Changed {
    /// Adds an event, when the page follows it.
    pub fn add(&mut self, follows: Follows, event: &Recorded) {
        if follows.includes(event) {
            self.seq = event.seq;
            self.topics.insert(event.context.clone());
        }
    }
}

/// Whether an event may have taken the reader's right to look on: the stream ends, and the page must ask at the door again.
/// Who the event is about does not matter; asking again is cheap.
pub fn ends_streams(follows: Follows, event: &Recorded) -> bool {
    let kinds = ["member_removed", "role_changed", "org_suspended", "user_suspended", "session_ended", "password_changed"];
    let personal = event.parties.is_empty();
    event.context == "access" && kinds.contains(&event.kind.as_str()) && (personal || follows.includes(event))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Instant;
    use serde_json::Value as Json;

    fn event(context: &str, kind: &str, parties: &[u128]) -> Recorded {
        let none = String::new;
        let parties = parties.iter().map(|n| OrgId::new(*n)).collect();
        let (context, kind) = (context.to_owned(), kind.to_owned());
        Recorded {
            seq: 7,
            at: Instant(0),
            context,
            kind,
            subject: none(),
            actor: none(),
            cause: none(),
            pack: none(),
            parties,
            body: Json::Null,
        }
    }

    #[test]
    fn a_page_learns_of_its_own_organisations_events_only() {
        let own = Follows::One(OrgId::new(1));
        let mut changed = Changed::default();
        changed.add(own, &event("linking", "invited", &[2, 3]));
        changed.add(own, &event("access", "signed_in", &[]));
        assert_eq!(changed, Changed::default());
        changed.add(own, &event("linking", "invited", &[2, 1]));
        changed.add(own, &event("accounts", "account_renamed", &[1]));
        assert_eq!(serde_json::to_string(&changed).unwrap(), r#"{"seq":7,"topics":["accounts","linking"]}"#);
    }

    #[test]
    fn a_stream_ends_when_the_right_to_it_may_have_ended() {
        let own = Follows::One(OrgId::new(1));
        assert!(ends_streams(own, &event("access", "member_removed", &[1])));
        assert!(!ends_streams(own, &event("access", "member_removed", &[2])));
        assert!(ends_streams(own, &event("access", "session_ended", &[])));
        assert!(!ends_streams(own, &event("linking", "unlinked", &[1])));
    }
}
