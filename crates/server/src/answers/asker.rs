//! Who may ask what. Operators ask about everything; a centre's admin about the centre, a standard member about themself, an owner
//! about own accounts, a shop about itself. What someone may not ask about is not there for them.

use super::engine::Engine;
use decisions::{Index, Question, Tie};
use kernel::{AccountId, OrgId, OrgKind, Refusal, Role, UserId, Who};
use web::{Membership, Visit};

/// Whoever asks.
#[derive(Clone, PartialEq, Debug)]
pub struct Asker {
    user: UserId,
    places: Vec<(OrgId, Role)>,
}

impl Asker {
    /// From the visit: a person with all their organisations, a program with the one it acts for, as the door found them.
    pub fn of(visit: &Visit) -> Result<Asker, Refusal> {
        Self::with(visit, visit.memberships())
    }
    /// The same, as of now: for a stream, whose visit began long ago.
    pub async fn now(visit: &Visit) -> Result<Asker, Refusal> {
        let user = visit.user()?;
        let memberships = visit.read(move |tx| access::memberships(tx, user)).await?;
        Self::with(visit, &memberships)
    }
    fn with(visit: &Visit, memberships: &[Membership]) -> Result<Asker, Refusal> {
        let acts_for = |org: OrgId| !matches!(visit.actor().who, Who::Token { org: own, .. } if own != org);
        let places = memberships.iter().filter(|own| acts_for(own.org)).map(|own| (own.org, own.role)).collect();
        Ok(Asker { user: visit.user()?, places })
    }

    /// Whether they work for the operator.
    pub fn is_operator(&self) -> bool {
        self.places.iter().any(|(_, role)| role.org() == OrgKind::Operator)
    }
    fn has(&self, org: OrgId, kind: OrgKind) -> bool {
        self.places.iter().any(|(place, role)| *place == org && role.org() == kind)
    }
    fn owns(&self, index: &Index, account: AccountId) -> bool {
        index.owner_of(account).is_some_and(|owner| self.has(owner, OrgKind::Creator))
    }
    fn runs(&self, centre: OrgId) -> bool {
        self.places.contains(&(centre, Role::CentreAdmin))
    }

    /// Whether the question is theirs to ask.
    pub fn may_ask(&self, index: &Index, question: &Question<'_>) -> bool {
        if self.is_operator() {
            return true;
        }
        match *question {
            Question::Use { user, centre, account, ad_account, .. } => {
                let tie = index.tie(user, centre, account, ad_account);
                let holds = tie.granted || tie.own || tie.coded;
                let known = tie.is_member && tie.reaches_ad_account;
                let sees = (self.runs(centre) && holds)
                    || (self.is_self(user, centre) && (tie.assigned || tie.own || tie.coded))
                    || (self.owns(index, account) && holds && uses(tie));
                known && sees
            }
            Question::Invite { shop, .. } => self.has(shop, OrgKind::Shop),
            Question::Link { shop, account, .. } => {
                index.has_invited(shop, account) && (self.has(shop, OrgKind::Shop) || self.owns(index, account))
            }
            Question::Unlink { account, .. } | Question::Sell { account } => {
                self.owns(index, account) || index.shop_of(account).is_some_and(|shop| self.has(shop, OrgKind::Shop))
            }
        }
    }

    /// Whether they may list what this member of this centre may use.
    pub fn may_list(&self, user: UserId, centre: OrgId) -> bool {
        self.is_operator() || self.runs(centre) || self.is_self(user, centre)
    }

    /// Of which members they may see that they use the account: all, or those of one centre only.
    pub fn may_see_users(&self, engine: &Engine, account: AccountId, centre: Option<OrgId>) -> Result<Option<OrgId>, Refusal> {
        if self.is_operator() || self.owns(&engine.index(), account) {
            return Ok(centre);
        }
        let own = centre.filter(|centre| self.runs(*centre));
        // Without a centre named, an admin of one asks about that one.
        let only = self.places.iter().filter(|(_, role)| *role == Role::CentreAdmin).map(|(centre, _)| *centre);
        let only: Vec<OrgId> = only.collect();
        match (own, centre, only.as_slice()) {
            (Some(own), ..) => Ok(Some(own)),
            (None, None, [one]) => Ok(Some(*one)),
            _ => Err(Refusal::NotFound),
        }
    }

    fn is_self(&self, user: UserId, centre: OrgId) -> bool {
        user == self.user && self.has(centre, OrgKind::Centre)
    }
}

/// An owner sees who was given the account, not who else works for a centre.
fn uses(tie: Tie) -> bool {
    tie.assigned || tie.own
}
