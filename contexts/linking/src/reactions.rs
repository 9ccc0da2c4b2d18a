//! What linking makes of events: of its own, an official account that takes its shop's name; of others', a renamed shop.

use crate::{Event, Kind, follow_name::FollowName};
use store::{AnyAsk, Recorded};

/// Event in, asks out, nothing else.
pub fn react(recorded: &Recorded) -> Vec<Box<dyn AnyAsk>> {
    if let Some(Ok(event)) = recorded.event::<Event>() {
        return match event {
            Event::Linked { pair, shop_name } if pair.role == Kind::Official => take_name(pair.account, shop_name),
            Event::NameFollowed { pair, name } => take_name(pair.account, name),
            Event::Linked { .. }
            | Event::Invited { .. }
            | Event::Declined { .. }
            | Event::Withdrawn { .. }
            | Event::Expired { .. }
            | Event::UnlinkAsked { .. }
            | Event::UnlinkRefused { .. }
            | Event::UnlinkWithdrawn { .. }
            | Event::Unlinked { .. } => Vec::new(),
        };
    }
    if let Some(Ok(access::Event::OrgRenamed { org, name, .. })) = recorded.event::<access::Event>() {
        return vec![Box::new(FollowName { shop: org, name })];
    }
    Vec::new()
}

fn take_name(account: kernel::AccountId, name: String) -> Vec<Box<dyn AnyAsk>> {
    vec![Box::new(accounts::take_name::TakeName { account, name })]
}
