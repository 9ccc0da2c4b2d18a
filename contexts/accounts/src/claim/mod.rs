//! Claim an account that a file named: its creator shows the code that the operator issued (`issue_claim_code`) and takes
//! the account over. The code is the proof; whoever merely knows the handle gets nothing.

use crate::{Account, Event};
use jiff::civil::Date;
use kernel::{AccountId, Capability, Instant, May, OrgId, Role, Rules, rules};
use serde::Serialize;

pub mod io;

/// What the creator asks for.
#[derive(Clone)]
pub struct Claim {
    /// The creator's organisation.
    pub owner: OrgId,
    /// The account that bears the handle they typed; none when there is no such account.
    pub account: Option<AccountId>,
    /// The digest of the code they typed.
    pub digest: String,
    /// The owner's date of birth.
    pub birth: Date,
}

/// All that the rules look at.
pub struct Facts {
    /// The account, where there is one.
    pub account: Option<Account>,
    /// The code in force and until when it works.
    pub code: Option<(String, Instant)>,
    /// The moment of asking.
    pub now: Instant,
}

/// Why not. A wrong handle and a wrong code are one answer, so that nobody can find out which accounts can be claimed.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "words.toml says what each reason and its fields are")]
pub enum Denied {
    CodeDoesNotFit,
    CodeTooOld { expired_at: Instant },
    BornInTheFuture,
}

impl kernel::Denied for Denied {}

impl Capability for Claim {
    const NAME: &'static str = "accounts.claim";
    const MAY: May = May::Members(&[Role::CreatorOwner]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![code_fits_the_account, code_is_in_time, owner_has_been_born];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let claimed = |account: &Account| Event::AccountClaimed {
            account: account.id,
            owner: self.owner,
            previous_owner: account.owner,
            birth: self.birth,
        };
        facts.account.iter().map(claimed).collect()
    }
}

/// There is such an account, nobody has claimed it, and the code is the one that was issued for it last.
fn code_fits_the_account(ask: &Claim, facts: &Facts) -> Result<(), Denied> {
    let unclaimed = facts.account.as_ref().is_some_and(|account| !account.claimed);
    let fits = facts.code.as_ref().is_some_and(|(digest, _)| *digest == ask.digest);
    if unclaimed && fits { Ok(()) } else { Err(Denied::CodeDoesNotFit) }
}

/// A code works until the moment it expires. Only whoever holds the right code learns that it has expired.
fn code_is_in_time(ask: &Claim, facts: &Facts) -> Result<(), Denied> {
    match facts.code.as_ref().filter(|(digest, _)| *digest == ask.digest) {
        Some((_, expired_at)) if facts.now >= *expired_at => Err(Denied::CodeTooOld { expired_at: *expired_at }),
        _ => Ok(()),
    }
}

/// The date of birth is not after today; whether the owner is old enough to be linked is linking's question.
fn owner_has_been_born(ask: &Claim, facts: &Facts) -> Result<(), Denied> {
    if facts.now.years_since(ask.birth) >= 0 { Ok(()) } else { Err(Denied::BornInTheFuture) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::account;
    use kernel::Span;

    const END: Instant = Instant(1_795_000_000_000);

    fn facts(now: Instant) -> Facts {
        let mut unclaimed = account();
        unclaimed.claimed = false;
        unclaimed.owner = OrgId::new(9);
        Facts { account: Some(unclaimed), code: Some(("right".into(), END)), now }
    }

    fn ask(digest: &str) -> Claim {
        Claim { owner: OrgId::new(1), account: Some(AccountId::new(1)), digest: digest.into(), birth: jiff::civil::date(2000, 1, 1) }
    }

    #[test]
    fn a_code_works_until_it_expires_and_not_at_that_moment() {
        assert!(kernel::decide(&ask("right"), &facts(END - Span::millis(1))).is_ok());
        assert_eq!(kernel::decide(&ask("right"), &facts(END)), Err(vec![Denied::CodeTooOld { expired_at: END }]));
    }

    #[test]
    fn a_wrong_code_an_unknown_handle_and_a_claimed_account_are_told_apart_by_nobody() {
        let denied = Err(vec![Denied::CodeDoesNotFit]);
        assert_eq!(kernel::decide(&ask("wrong"), &facts(END)), denied);
        assert_eq!(kernel::decide(&ask("right"), &Facts { account: None, code: None, now: END }), denied);
        let mut claimed = facts(END - Span::millis(1));
        claimed.account = Some(account());
        assert_eq!(kernel::decide(&ask("right"), &claimed), denied);
    }

    #[test]
    fn whoever_held_the_account_learns_that_it_has_gone() {
        let events = kernel::decide(&ask("right"), &facts(END - Span::millis(1))).unwrap();
        assert_eq!(kernel::Event::parties(&events[0]), [OrgId::new(1), OrgId::new(9)]);
    }
}
