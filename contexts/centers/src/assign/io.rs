//! Loads what an assignment looks at, and gives many members many accounts at once.

use super::{Assign, Facts};
use crate::{Scopes, granting::io, index::grants};
use kernel::{AccountId, Actor, Denial, OrgId, Refusal, UserId};
use store::{Ask, Tx};

impl Ask for Assign {
    fn org(&self, _tx: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.centre)
    }
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let grant = grants::grant(tx, self.centre, self.account)?.ok_or(Refusal::NotFound)?;
        Ok(Facts {
            centre: io::state(tx, self.centre)?,
            grant,
            is_member: access::index::role(tx, self.centre, self.user)?.is_some(),
            given: grants::assignment(tx, self.centre, self.account, self.user)?.map_or(Scopes::NONE, |given| given.scopes),
        })
    }
}

/// Whom to give what.
#[derive(Clone, Debug)]
pub struct Many {
    /// For which centre.
    pub centre: OrgId,
    /// Which accounts.
    pub accounts: Vec<AccountId>,
    /// Whom: each gets every account.
    pub users: Vec<UserId>,
    /// All that each may use each for from now on.
    pub scopes: Scopes,
}

/// How many pairs of a member and an account one act changes at the most. A form's limit, not a rule of the trade.
pub const MOST_PAIRS: usize = 1_000;

/// What becomes, or would become, of one pair.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// Which account.
    pub account: AccountId,
    /// Whom.
    pub user: UserId,
    /// What the member has before.
    pub before: Scopes,
    /// Why not; empty where it is done.
    pub denials: Vec<Denial>,
}

impl Outcome {
    /// Whether it is, or would be, done.
    pub fn is_possible(&self) -> bool {
        self.denials.is_empty()
    }
}

impl Many {
    fn each(&self) -> impl Iterator<Item = Assign> {
        let pairs = self.accounts.iter().flat_map(|account| self.users.iter().map(move |user| (*account, *user)));
        pairs.map(|(account, user)| Assign { centre: self.centre, account, user, scopes: self.scopes })
    }
}

fn before(tx: &mut Tx<'_>, ask: &Assign) -> Result<Scopes, Refusal> {
    Ok(grants::assignment(tx, ask.centre, ask.account, ask.user)?.map_or(Scopes::NONE, |given| given.scopes))
}

/// Every pair's outcome, without doing anything.
pub fn preview(tx: &mut Tx<'_>, actor: &Actor, many: &Many) -> Result<Vec<Outcome>, Refusal> {
    let mut outcomes = Vec::new();
    for ask in many.each() {
        let before = before(tx, &ask)?;
        let checks = store::precheck(tx, actor, &ask)?;
        let denials = checks.into_iter().filter_map(|check| check.denial).collect();
        outcomes.push(Outcome { account: ask.account, user: ask.user, before, denials });
    }
    Ok(outcomes)
}

/// Gives each member each account; what is denied for one pair leaves the others as they are.
pub fn apply(tx: &mut Tx<'_>, actor: &Actor, many: &Many) -> Result<Vec<Outcome>, Refusal> {
    let mut outcomes = Vec::new();
    for ask in many.each() {
        let before = before(tx, &ask)?;
        let denials = match tx.attempt(|tx| store::perform(tx, actor, &ask)) {
            Ok(()) => Vec::new(),
            Err(Refusal::Denied { denials, .. }) => denials,
            Err(other) => return Err(other),
        };
        outcomes.push(Outcome { account: ask.account, user: ask.user, before, denials });
    }
    Ok(outcomes)
}
