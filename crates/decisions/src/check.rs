//! A question becomes numbers, and the numbers an answer. Lists ask the very same.

use crate::{
    answer::{Answer, Denied, Road},
    fact::{Scope, number},
    index::{Index, NONE, Org, hash_of_seat},
    lists::{ASSIGNED, GRANT, OWN, holder, kind},
    names::{hash, hash_of_both},
    question::{Place, Question, Values},
    using::Using,
};
use kernel::{AccountId, AdAccountId, Instant, OrgId, UserId};
use std::hint::black_box;

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
                self.links.get(link as usize).map(|link| shop_of(&self.orgs[link.shop]))
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
                let using = self.using(number(user), number(centre), number(account), scope, number(ad_account), post);
                self.answer_using(&using, now, answer);
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

    /// The numbers of all that a question about using names. First every guess is taken, so that the waits for memory are one wait,
    /// then every row is read, for the same reason, and only then begins what can be foretold wrongly.
    fn using<'i>(&'i self, user: u128, centre: u128, account: u128, scope: Scope, ad: u128, post: Option<&str>) -> Using<'i> {
        let id = post.map(|post| self.post_id(post));
        let (of_user, of_centre, of_account, of_ad) = (hash(user), hash(centre), hash(account), hash(ad));
        let (of_seat, of_post) = (hash_of_seat(of_centre, of_user), hash_of_both(of_account, id.flatten().unwrap_or_default()));
        let guesses = [
            self.users.guess(of_user),
            self.orgs.guess(of_centre),
            self.accounts.guess(of_account),
            self.ads.guess(of_ad),
            self.seats.guess(of_seat),
        ];
        let post_guess = id.flatten().map_or(NONE, |_| self.posts.guess(of_post));
        let [user_guess, centre_guess, account_guess, ad_guess, seat_guess] = black_box(guesses);
        let touched = (
            self.accounts.rows().get(account_guess as usize).is_some_and(|account| account.known),
            self.rights.touch(account_guess, GRANT | centre_guess),
            self.rights.touch(account_guess, ASSIGNED | seat_guess),
            self.rights.touch(account_guess, OWN | user_guess),
            self.seats.rows().get(seat_guess as usize).map_or(0, |seat| seat.roles),
            self.users.rows().get(user_guess as usize).is_some_and(|user| user.locked),
            self.ads.rows().get(ad_guess as usize).is_some_and(|ad_account| ad_account.open),
            self.orgs.rows().get(centre_guess as usize).is_some_and(|org| org.known),
            self.posts.rows().get(post_guess as usize).map_or(0, |post| post.account),
        );
        black_box(touched);
        let user = self.users.settle(user_guess, of_user, user).map_or(NONE, |(user, _)| user);
        let centre = self.orgs.settle(centre_guess, of_centre, centre).filter(|(_, org)| org.known).map_or(NONE, |(centre, _)| centre);
        let ad_account = self.ads.settle(ad_guess, of_ad, ad).filter(|(_, ad)| ad.owner != NONE).map_or(NONE, |(ad, _)| ad);
        let account = self.accounts.settle(account_guess, of_account, account).filter(|(_, account)| account.known);
        let account = account.map_or(NONE, |(account, _)| account);
        let seat = self.seats.settle(seat_guess, of_seat, (centre, user)).map_or(NONE, |(seat, _)| seat);
        let post = id.map(|id| Some(self.posts.settle(post_guess, of_post, (account, id?))?.1));
        Using { user, centre, seat, account, scope, ad_account, post }
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
        let user = self.user(user).unwrap_or(NONE);
        let seat = self.seat(centre, user).unwrap_or(NONE);
        let account = self.account(account);
        let holds = |key: u32| account.is_some_and(|account| self.rights.find(account, key).is_some());
        let [granted, assigned, own] = [GRANT | centre, ASSIGNED | seat, OWN | user].map(holds);
        let ad_account = self.ad_account(ad_account);
        Tie {
            is_member: seat != NONE && self.seats[seat].role.is_some(),
            granted,
            assigned,
            own,
            coded: account.zip(ad_account).is_some_and(|(account, ad)| self.coded.contains(&(account, ad))),
            reaches_ad_account: ad_account.is_some_and(|ad_account| {
                let ad_account = &self.ads[ad_account];
                ad_account.owner == centre || ad_account.shares.iter().any(|(partner, _)| *partner == centre)
            }),
        }
    }

    /// The shop that the account is linked to.
    pub fn shop_of(&self, account: AccountId) -> Option<OrgId> {
        let link = self.sellers[self.account(account)? as usize].link;
        self.links.get(link as usize).map(|link| OrgId::new(self.orgs[link.shop].id))
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
        let assigned = &self.duties[using.seat as usize].accounts;
        let own = &self.own[using.user as usize].accounts;
        let mut answer = Answer::default();
        for account in assigned.iter().chain(own) {
            let id = AccountId::new(self.accounts[*account].id);
            using.account = *account;
            if after.is_none_or(|after| id > after) && self.accounts[*account].known && self.agrees(&using, now, &mut answer) {
                found.push(id);
            }
        }
        first(found, limit)
    }

    /// Every member, as person and centre, who may use this account for this scope in this ad account now; like [`Index::list`].
    pub fn who(&self, asked: &Subject, now: Instant, after: Option<(UserId, OrgId)>, limit: usize) -> Vec<(UserId, OrgId)> {
        let mut found = Vec::new();
        let (Some(account), Some(ad_account)) = (self.account(asked.account), self.ad_account(asked.ad_account)) else { return found };
        let holders = &self.accounts[account].holders;
        let seats = holders.iter().flat_map(|key| match kind(*key) {
            ASSIGNED => vec![holder(*key)],
            OWN => self.own[holder(*key) as usize].seats.clone(),
            _ => Vec::new(),
        });
        let mut answer = Answer::default();
        for number in seats {
            let seat = &self.seats[number];
            let ids = (UserId::new(self.users[seat.user].id), OrgId::new(self.orgs[seat.centre].id));
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
        let (user, (centre, _)) = (self.user(asked.user)?, self.org(asked.centre)?);
        let seat = self.seat(centre, user)?;
        let ad_account = self.ad_account(asked.ad_account)?;
        Some(Using { user, centre, seat, account: NONE, scope: asked.scope, ad_account, post: None })
    }

    fn known(&self, org: u32) -> u32 {
        if self.orgs[org].known { org } else { NONE }
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
