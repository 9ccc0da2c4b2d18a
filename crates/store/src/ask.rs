//! The one way through the house. Every change, from every surface, goes through [`perform`].

use crate::{Tx, part::Entry};
use kernel::{Actor, Capability, Check, Denial, Event, May, OrgId, Refusal, decide};

/// A capability that knows how to load its facts. Implemented in a verb's `io.rs`; there is no `if` about the business there.
pub trait Ask: Capability + Send + Sync + 'static {
    /// The organisation for which the actor asks. Only verbs for members need to name one.
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Err(Refusal::Fault(format!("{} names no organisation", Self::NAME)))
    }
    /// Loads all that the rules may look at. `actor` is here for its network origin and its name, never for permissions.
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Self::Facts, Refusal>;
}

/// How deep an event may cause events. A deeper chain is a loop.
const DEEPEST: u8 = 4;

fn enter<A: Ask>(tx: &mut Tx<'_>, actor: &Actor, ask: &A) -> Result<(), Refusal> {
    let org = if matches!(A::MAY, May::Members(_)) { Some(ask.org(tx)?) } else { None };
    let gate = tx.gate();
    gate(tx, &Entry { actor, permission: A::NAME, may: A::MAY, step_up: A::STEP_UP, org })
}

/// Who may → facts → rules → events → tables → reactions. All or nothing, in the transaction it is given.
pub fn perform<A: Ask>(tx: &mut Tx<'_>, actor: &Actor, ask: &A) -> Result<(), Refusal> {
    tx.ahead(|tx| {
        let _rehearsed = (enter(tx, actor, ask), ask.facts(tx, actor));
    });
    enter(tx, actor, ask)?;
    tx.deciding();
    let facts = ask.facts(tx, actor)?;
    let refused = |denied: Vec<A::Denied>| Refusal::Denied { capability: A::NAME, denials: denied.iter().map(Denial::of::<A>).collect() };
    let events = decide(ask, &facts).map_err(refused)?;
    tx.acting_as(actor);
    events.iter().try_for_each(|event| happen(tx, event))
}

/// The same rules asked without doing anything: what a page shows before anyone clicks.
pub fn precheck<A: Ask>(tx: &mut Tx<'_>, actor: &Actor, ask: &A) -> Result<Vec<Check>, Refusal> {
    enter(tx, actor, ask)?;
    let facts = ask.facts(tx, actor)?;
    Ok(kernel::precheck(ask, &facts))
}

/// Records an event, brings every table in step, and asks what other contexts make of it.
fn happen<E: Event>(tx: &mut Tx<'_>, event: &E) -> Result<(), Refusal> {
    let recorded = tx.record(event)?;
    for part in tx.parts() {
        (part.apply)(tx, &recorded)?;
    }
    for part in tx.parts() {
        for ask in (part.react)(&recorded) {
            tx.deeper(DEEPEST, |tx| ask.perform(tx, &Actor::SYSTEM))?;
        }
    }
    Ok(())
}

/// Asks the gate, for whoever stands before a door without an ask of their own: a page that only shows.
pub fn admit(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<(), Refusal> {
    let gate = tx.gate();
    gate(tx, entry)
}

/// An ask whose type is forgotten: a reaction's or a deadline's.
pub trait AnyAsk: Send {
    /// `context.verb`.
    fn name(&self) -> &'static str;
    /// Goes the one way.
    fn perform(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<(), Refusal>;
}

impl<A: Ask> AnyAsk for A {
    fn name(&self) -> &'static str {
        A::NAME
    }
    fn perform(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<(), Refusal> {
        perform(tx, actor, self)
    }
}
