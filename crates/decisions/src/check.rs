//! A question becomes numbers, and the numbers an answer. Lists ask the very same.

use crate::{
    answer::{Answer, Denied, Road},
    fact::{Scope, number},
    index::{ASSIGNED, GRANT, Index, NONE, OWN, Org, find},
    names::pair,
    question::{Place, Question, Values},
    using::Using,
};
use kernel::{AccountId, AdAccountId, Instant, OrgId, UserId};

impl Index {
    /// Whose values the question needs; none when it needs none, or names something that is not known.
    pub fn place(&self, question: &Question<'_>) -> Option<Place> {
        let shop_of =
            |org: &Org| Place { region: org.region, merchant: self.merchants.get(usize::from(org.merchant)).copied().unwrap_or_default() };
        match *question {
            Question::Use { .. } => None,
            Question::Invite { shop, account, .. } | Question::Link { shop, account, .. } => {
                self.account(account)?;
                self.org(shop).map(|(_, org)| shop_of(org))
            }
            Question::Unlink { account, .. } => {
                let seller = &self.sellers[self.account(account)? as usize];
                let link = if seller.link == NONE { seller.last_link } else { seller.link };
                self.links.get(link as usize).map(|link| shop_of(&self.orgs[link.shop as usize]))
            }
            Question::Sell { account } => {
                let region = self.sellers[self.account(account)? as usize].region;
                Some(Place { region, merchant: "" })
            }
        }
    }

    /// Answers a question as of `now`. `values` are those of [`Index::place`]; a question that needs them and has none is about
    /// something that is not known.
    pub fn check<'v>(&self, question: &Question<'_>, now: Instant, values: Option<&'v Values>, answer: &mut Answer<'v>) {
        answer.begin(self.revision);
        match (*question, values) {
            (Question::Use { user, centre, account, scope, ad_account, post }, _) => {
                let user = self.user_names.get(number(user)).unwrap_or(NONE);
                let centre = self.org(centre).map_or(NONE, |(number, _)| number);
                let (account, ad_account) = (self.account(account).unwrap_or(NONE), self.ad_account(ad_account).unwrap_or(NONE));
                let seat = self.seat_names.get(pair(centre, user)).unwrap_or(NONE);
                self.answer_using(&Using { user, centre, seat, account, scope, ad_account, post }, now, answer);
            }
            (Question::Invite { shop, account, kind }, Some(values)) => {
                let Some((shop, account)) = self.both(shop, account, answer) else { return };
                self.answer_invite(shop, account, kind, now, values, answer);
            }
            (Question::Link { shop, account, kind, from }, Some(values)) => {
                let Some((shop, account)) = self.both(shop, account, answer) else { return };
                self.answer_link(shop, account, kind, from, now, values, answer);
            }
            (Question::Unlink { account, from }, values) => match (self.account(account), values) {
                (None, _) => say_none(Denied::NoSuchAccount, answer),
                (Some(account), Some(values)) if self.sellers[account as usize].last_link != NONE => {
                    self.answer_unlink(account, from, now, values, answer);
                }
                (Some(_), _) => say_none(Denied::NeverLinked, answer),
            },
            (Question::Sell { account }, Some(values)) => match self.account(account) {
                Some(account) => self.answer_sell(account, values, answer),
                None => say_none(Denied::NoSuchAccount, answer),
            },
            (Question::Invite { shop, account, .. } | Question::Link { shop, account, .. }, None) => drop(self.both(shop, account, answer)),
            (Question::Sell { .. }, None) => say_none(Denied::NoSuchAccount, answer),
        }
    }

    /// The numbers of a shop and an account; what is not known is said.
    fn both(&self, shop: OrgId, account: AccountId, answer: &mut Answer<'_>) -> Option<(u32, u32)> {
        let (shop, account) = (self.org(shop).map(|(number, _)| number), self.account(account));
        if shop.is_none() {
            answer.say("shop_is_normal", Road::Needed, Err(Denied::NoSuchShop));
        }
        if account.is_none() {
            answer.say("account_is_normal", Road::Needed, Err(Denied::NoSuchAccount));
        }
        answer.conclude(None);
        shop.zip(account)
    }

    /// What ties a centre's member to an account, whatever it may be used for.
    pub fn tie(&self, user: UserId, centre: OrgId, account: AccountId, ad_account: AdAccountId) -> Tie {
        let Some((centre, _)) = self.org(centre) else { return Tie::default() };
        let user = self.user_names.get(number(user)).unwrap_or(NONE);
        let seat = self.seat(centre, user).unwrap_or(NONE);
        let account = self.account(account);
        let holders = account.map_or(&[][..], |account| &self.accounts[account as usize].holders);
        let holds = |number: u32, kind: u32| number != NONE && find(holders, kind | number).is_some();
        let ad_account = self.ad_account(ad_account);
        Tie {
            is_member: seat != NONE && self.seats[seat as usize].role.is_some(),
            granted: holds(centre, GRANT),
            assigned: holds(seat, ASSIGNED),
            own: holds(user, OWN),
            coded: account.zip(ad_account).is_some_and(|(account, ad)| self.coded.contains(&(account, ad))),
            reaches_ad_account: ad_account.is_some_and(|ad_account| {
                let ad_account = &self.ads[ad_account as usize];
                ad_account.owner == centre || ad_account.shares.iter().any(|(partner, _)| *partner == centre)
            }),
        }
    }

    /// The shop that the account is linked to.
    pub fn shop_of(&self, account: AccountId) -> Option<OrgId> {
        let link = self.sellers[self.account(account)? as usize].link;
        self.links.get(link as usize).map(|link| OrgId::new(self.org_names.key(link.shop)))
    }

    /// Whether the shop has ever invited the account.
    pub fn has_invited(&self, shop: OrgId, account: AccountId) -> bool {
        let (shop, account) = (self.org(shop).map(|(number, _)| number), self.account(account));
        shop.zip(account).is_some_and(|(shop, account)| self.between(shop, account).is_some())
    }

    /// Every account that this member of this centre may use for this scope in this ad account now, in the order of ids, after
    /// `after`; at most `limit`.
    pub fn list(&self, asked: &Member, now: Instant, after: Option<AccountId>, limit: usize) -> Vec<AccountId> {
        let mut found = Vec::new();
        let Some(mut using) = self.member(asked) else { return found };
        let seat = &self.seats[using.seat as usize];
        let own = &self.users[using.user as usize].own;
        let mut answer = Answer::default();
        for account in seat.accounts.iter().chain(own) {
            let id = AccountId::new(self.account_names.key(*account));
            using.account = *account;
            if after.is_none_or(|after| id > after) && self.accounts[*account as usize].known && self.agrees(&using, now, &mut answer) {
                found.push(id);
            }
        }
        first(found, limit)
    }

    /// Every member, as person and centre, who may use this account for this scope in this ad account now; like [`Index::list`].
    pub fn who(&self, asked: &Subject, now: Instant, after: Option<(UserId, OrgId)>, limit: usize) -> Vec<(UserId, OrgId)> {
        let mut found = Vec::new();
        let (Some(account), Some(ad_account)) = (self.account(asked.account), self.ad_account(asked.ad_account)) else { return found };
        let holders = &self.accounts[account as usize].holders;
        let seats = holders.iter().flat_map(|holder| match holder.kind() {
            ASSIGNED => vec![holder.number()],
            OWN => self.users[holder.number() as usize].seats.clone(),
            _ => Vec::new(),
        });
        let mut answer = Answer::default();
        for number in seats {
            let seat = &self.seats[number as usize];
            let ids = (UserId::new(self.user_names.key(seat.user)), OrgId::new(self.org_names.key(seat.centre)));
            let using = Using {
                user: seat.user,
                centre: self.known(seat.centre),
                seat: number,
                account,
                scope: asked.scope,
                ad_account,
                post: None,
            };
            let wanted = asked.centre.is_none_or(|centre| centre == ids.1);
            if wanted && after.is_none_or(|after| ids > after) && self.agrees(&using, now, &mut answer) {
                found.push(ids);
            }
        }
        first(found, limit)
    }

    fn agrees(&self, using: &Using<'_>, now: Instant, answer: &mut Answer<'_>) -> bool {
        answer.begin(self.revision);
        self.answer_using(using, now, answer);
        answer.allowed
    }

    /// The question of a list, without its account.
    fn member(&self, asked: &Member) -> Option<Using<'static>> {
        let (user, (centre, _)) = (self.user_names.get(number(asked.user))?, self.org(asked.centre)?);
        let seat = self.seat(centre, user)?;
        let ad_account = self.ad_account(asked.ad_account)?;
        Some(Using { user, centre, seat, account: NONE, scope: asked.scope, ad_account, post: None })
    }

    fn known(&self, org: u32) -> u32 {
        if self.orgs[org as usize].known { org } else { NONE }
    }
}

/// The first in order, each once: an account can be both assigned and the member's own.
fn first<T: Ord>(mut found: Vec<T>, limit: usize) -> Vec<T> {
    found.sort_unstable();
    found.dedup();
    found.truncate(limit);
    found
}

/// What ties a centre's member to an account and an ad account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tie {
    /// The person is a member of the centre.
    pub is_member: bool,
    /// The centre holds a grant on the account.
    pub granted: bool,
    /// The account is assigned to the member.
    pub assigned: bool,
    /// The person linked the account themself.
    pub own: bool,
    /// A code for a post of the account was applied in the ad account.
    pub coded: bool,
    /// The ad account is the centre's own, or shared with it.
    pub reaches_ad_account: bool,
}

/// Who asks for a list of accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    /// The person.
    pub user: UserId,
    /// The centre in whose name.
    pub centre: OrgId,
    /// For what.
    pub scope: Scope,
    /// Where the ads run.
    pub ad_account: AdAccountId,
}

/// What a list of members is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subject {
    /// The account.
    pub account: AccountId,
    /// For what.
    pub scope: Scope,
    /// Where the ads run.
    pub ad_account: AdAccountId,
    /// Only members of this centre.
    pub centre: Option<OrgId>,
}

fn say_none(denied: Denied<'static>, answer: &mut Answer<'_>) {
    let rule = if matches!(denied, Denied::NeverLinked) { "link_is_in_force" } else { "account_is_normal" };
    answer.say(rule, Road::Needed, Err(denied));
    answer.conclude(None);
}
