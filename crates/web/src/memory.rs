//! Whom the door remembers. Programs ask thousands of questions a second, and who they are changes with an event: so the door
//! looks a program up once, and from then on only where the log ends. As long as nothing has happened there that could make
//! them another, they are who they were. Nothing is remembered of people's sessions, which also end without an event, nor of
//! anyone who was not admitted.

use crate::{App, Credential, Membership, Person, Route, visit::Known};
use axum::http::Method;
use kernel::{Actor, Instant, OrgId, Origin, Refusal};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// More than programs that ask at the same time; when there are more, everyone is looked up again.
const MOST: usize = 10_000;

/// Before which door somebody stands, and with what: the credential itself is not kept, only its digest.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    digest: String,
    method: Method,
    path: &'static str,
    org: Option<OrgId>,
}

impl Place {
    /// The place of a request, where the door may remember whoever stands there.
    pub fn of(route: &Route, credential: Option<&Credential>, org: Option<OrgId>) -> Option<Place> {
        let Some(Credential::Token(secret)) = credential.filter(|_| route.lags) else { return None };
        Some(Place { digest: store::clock::sha256(secret.as_bytes()), method: route.method.clone(), path: route.path, org })
    }
}

/// Who was admitted, and on which position of the log.
struct Admitted {
    person: Person,
    memberships: Vec<Membership>,
    as_of: i64,
    until: Instant,
}

/// Who was admitted where.
#[derive(Default)]
pub(crate) struct Memory(RwLock<HashMap<Place, Arc<Admitted>>>);

impl Memory {
    /// Whoever stands there, if they are known and nothing can have changed: not by an event that was committed before they
    /// came, on whichever node, and not by time.
    pub async fn recall(&self, app: &App, place: &Place, origin: Origin) -> Result<Option<Known>, Refusal> {
        let remembered = self.0.read().unwrap_or_else(PoisonError::into_inner).get(place).cloned();
        let Some(admitted) = remembered else { return Ok(None) };
        let end = app.store().end().await?;
        if end.now >= admitted.until || !app.store().is_unmoved(app.0.doors.told_by, admitted.as_of, end.seq) {
            return Ok(None);
        }
        let person = admitted.person.clone();
        Ok(Some(Known {
            actor: Actor { who: person.who.clone(), origin, confirmed_at: person.confirmed_at },
            person: Some(person),
            memberships: admitted.memberships.clone(),
            unread: 0,
            as_of: end.seq,
            now: end.now,
            admitted: Ok(()),
        }))
    }

    /// Remembers who was admitted.
    pub fn keep(&self, place: Place, known: &Known) {
        let Some((person, until)) = known.person.as_ref().and_then(|person| Some((person, person.known_until?))) else { return };
        if known.admitted.is_err() {
            return;
        }
        let person = Person { stale: false, ..person.clone() };
        let admitted = Admitted { person, memberships: known.memberships.clone(), as_of: known.as_of, until };
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(place, Arc::new(admitted));
    }
}
