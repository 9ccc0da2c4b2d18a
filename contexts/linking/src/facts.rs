//! What links tell the index that answers questions about permission.

use crate::{Event, Kind, events};
use decisions::{Fact, LinkKind, Pair};
use kernel::Refusal;
use store::Said;

/// The facts in one event.
pub fn tell(said: &Said<'_>, say: &mut dyn FnMut(Fact)) -> Result<(), Refusal> {
    let Some(event) = said.event::<Event>() else { return Ok(()) };
    match event? {
        Event::Invited { pair, closes_at, .. } => say(Fact::Invited { pair: of(pair), closes_at }),
        Event::Linked { pair, .. } => say(Fact::Linked { pair: of(pair) }),
        Event::Declined { pair, .. } => say(Fact::Declined { pair: of(pair) }),
        Event::Withdrawn { pair } => say(Fact::Withdrawn { pair: of(pair) }),
        Event::Expired { pair } => say(Fact::Expired { pair: of(pair) }),
        Event::UnlinkAsked { pair, closes_at, .. } => say(Fact::UnlinkAsked { pair: of(pair), closes_at }),
        Event::UnlinkRefused { pair, .. } | Event::UnlinkWithdrawn { pair } => say(Fact::UnlinkOver { pair: of(pair) }),
        Event::Unlinked { pair, .. } => say(Fact::Unlinked { pair: of(pair) }),
        Event::NameFollowed { .. } => {}
    }
    Ok(())
}

fn of(pair: events::Pair) -> Pair {
    let kind = match pair.role {
        Kind::Official => LinkKind::Official,
        Kind::Marketing => LinkKind::Marketing,
    };
    Pair { link: pair.link, kind, shop: pair.shop, account: pair.account }
}
