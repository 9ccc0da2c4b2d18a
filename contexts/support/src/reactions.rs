//! What support's acts ask of the contexts that own what is acted on: event in, asks out, nothing else.

use crate::{Event, state::Act};
use accounts::{close_violation::CloseViolation, grant_ecommerce::GrantEcommerce, move_region::MoveRegion, reinstate::Reinstate};
use store::{AnyAsk, Recorded};

/// When support has fixed something, the verb that it stands for is asked in the same transaction.
pub fn react(recorded: &Recorded) -> Vec<Box<dyn AnyAsk>> {
    let Some(Ok(Event::Fixed { operator, account, act, text, .. })) = recorded.event::<Event>() else { return Vec::new() };
    let ask: Box<dyn AnyAsk> = match act {
        Act::MoveRegion { region } => Box::new(MoveRegion { operator, account, region, reason: text }),
        Act::CloseViolation { violation } => Box::new(CloseViolation { operator, account, violation, outcome: text }),
        Act::GrantEcommerce => Box::new(GrantEcommerce { operator, account, reason: text }),
        Act::Reinstate => Box::new(Reinstate { operator, account, reason: text }),
    };
    vec![ask]
}
