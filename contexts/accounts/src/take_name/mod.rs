//! An official account takes its shop's name, and follows when the shop is renamed. Linking asks for it; nobody else may.

use crate::{Account, Event};
use kernel::{AccountId, Capability, May, Rules, rules};
use serde::Serialize;

pub mod io;

/// What linking asks for.
#[derive(Clone, Debug)]
pub struct TakeName {
    /// The official account.
    pub account: AccountId,
    /// The name that it shows from now on.
    pub name: String,
}

/// All that the rules look at.
pub struct Facts {
    /// The account.
    pub account: Account,
}

/// Why not.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    NameMissing,
}

impl kernel::Denied for Denied {}

impl Capability for TakeName {
    const NAME: &'static str = "accounts.take_name";
    const MAY: May = May::Platform;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![there_is_a_name];

    /// An account that bears the name already takes nothing.
    fn events(&self, facts: &Facts) -> Vec<Event> {
        let Account { owner, handle, nickname, .. } = &facts.account;
        let renamed = Event::AccountRenamed {
            account: self.account,
            owner: *owner,
            handle: handle.clone(),
            nickname: self.name.clone(),
            previous_handle: handle.clone(),
            previous_nickname: nickname.clone(),
        };
        if *nickname == self.name { Vec::new() } else { vec![renamed] }
    }
}

/// A shop has a name; an account cannot show nothing.
fn there_is_a_name(ask: &TakeName, _: &Facts) -> Result<(), Denied> {
    if ask.name.trim().is_empty() { Err(Denied::NameMissing) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;

    #[test]
    fn an_official_account_takes_the_shops_name_once() {
        let ask = |name: &str| TakeName { account: AccountId::new(1), name: name.into() };
        let facts = || Facts { account: account() };
        assert!(matches!(&kernel::decide(&ask("Shop"), &facts()).unwrap()[..], [Event::AccountRenamed { handle, .. }] if handle == "luna"));
        assert_eq!(kernel::decide(&ask("Luna"), &facts()), Ok(vec![]));
        assert_eq!(kernel::decide(&ask(" "), &facts()), Err(vec![Denied::NameMissing]));
    }
}
