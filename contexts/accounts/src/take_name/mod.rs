//! An account takes a shop's name as its nickname: what becoming, and staying, a shop's official account means.
//! Only the platform asks for it; the waits between an owner's own changes do not apply.

use crate::{Account, Event};
use kernel::{AccountId, Capability, May, Rules, Unfit, rules};

pub mod io;

/// What the platform asks for.
#[derive(Clone, Debug)]
pub struct TakeName {
    /// Which account.
    pub account: AccountId,
    /// The shop's name.
    pub name: String,
}

/// All that is looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The account as it is.
    pub account: Account,
}

impl Capability for TakeName {
    const NAME: &'static str = "accounts.take_name";
    const MAY: May = May::Platform;
    type Facts = Facts;
    /// Nothing stands against it: whether a name fits is asked before the link or the shop's renaming.
    type Denied = Unfit;
    type Event = Event;
    const RULES: Rules<Self> = rules![];
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let Account { id, owner, handle, nickname, .. } = &facts.account;
        if *nickname == self.name {
            return Vec::new();
        }
        vec![Event::AccountRenamed {
            account: *id,
            owner: *owner,
            handle: handle.clone(),
            nickname: self.name.clone(),
            previous_handle: handle.clone(),
            previous_nickname: nickname.clone(),
        }]
    }
}
