//! A question becomes numbers, and the numbers an answer. Lists ask the very same.

use crate::{
    answer::{Answer, Denied, Road},
    fact::{Scope, number},
    index::{Index, hash_of_right, hash_of_seat},
    lists::{ASSIGNED, GRANT, OWN, holder, kind},
    names::{NONE, Row, hash, hash_of_both},
    question::{Place, Question, Values},
    rows::{Account, AdAccount, Org, Seat},
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
                self.org(shop).map(shop_of)
            }
            Question::Unlink { account, .. } => {
                let seller = &self.sellers[self.account(account)?.number as usize];
                let link = if seller.link == NONE { seller.last_link } else { seller.link };
                self.links.get(link as usize).map(|link| shop_of(&self.orgs[link.shop]))
            }
            Question::Sell { account } => {
                let region = self.sellers[self.account(account)?.number as usize].region;
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
                (Some(account), Some(values)) if self.sellers[account.number as usize].last_link != NONE => {
                    self.answer_unlink(account.number, from, now, values, answer);
                }
                (Some(_), _) => say_none(Denied::NeverLinked, answer),
            },
            (Question::Sell { account }, Some(values)) => match self.account(account) {
                Some(account) => self.answer_sell(account.number, values, answer),
                None => say_none(Denied::NoSuchAccount, answer),
            },
            (Question::Invite { shop, account, .. } | Question::Link { shop, account, .. }, None) => drop(self.both(shop, account, answer)),
            (Question::Sell { .. }, None) => say_none(Denied::NoSuchAccount, answer),
        }
    }

    /// The rows of all that a question about using names. First a word is read of every line that will be looked at, so that the
    /// waits for memory are one wait, and only then begins what can be foretold wrongly.
    fn using<'i>(&'i self, user: u128, centre: u128, account: u128, scope: Scope, ad: u128, post: Option<&str>) -> Using<'i> {
        let id = post.map(|post| self.post_id(post));
        let (of_user, of_centre, of_account, of_ad) = (hash(user), hash(centre), hash(account), hash(ad));
        let (of_seat, of_post) = (hash_of_seat(of_centre, of_user), hash_of_both(of_account, id.flatten().unwrap_or_default()));
        let hashes = [(GRANT, of_centre), (ASSIGNED, of_seat), (OWN, of_user)];
        let hashes = hashes.map(|(kind, holder)| hash_of_right(of_account, kind, holder));
        black_box((
            self.rights.touch(hashes[0]),
            self.rights.touch(hashes[1]),
            self.accounts.touch(of_account),
            id.flatten().map_or(NONE, |_| self.posts.touch(of_post)),
            self.seats.touch(of_seat),
            self.users.touch(of_user),
            self.ads.touch(of_ad),
            self.orgs.touch(of_centre),
        ));
        let user = self.users.find(of_user, user);
        let centre = self.orgs.find(of_centre, centre).filter(|org| org.known);
        let ad_account = self.ads.find(of_ad, ad).filter(|ad| ad.owner != NONE);
        let account = self.accounts.find(of_account, account).filter(|account| account.known);
        let seat = centre.zip(user).and_then(|(centre, user)| self.seats.find(of_seat, (centre.number, user.number)));
        let post = id.map(|id| self.posts.find(of_post, (account?.number, id?)));
        Using { user, centre, seat, account, scope, ad_account, post, hashes }
    }

    /// The numbers of a shop and an account; what is not known is said.
    fn both(&self, shop: OrgId, account: AccountId, answer: &mut Answer<'_>) -> Option<(u32, u32)> {
        let (shop, account) = (self.org(shop).map(Row::number), self.account(account).map(Row::number));
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
        let Some(centre) = self.org(centre) else { return Tie::default() };
        let (user, account, ad_account) = (self.user(user), self.account(account), self.ad_account(ad_account));
        let seat = user.and_then(|user| self.seat(centre.number, user.number));
        let holds = |key: u32| account.is_some_and(|account| self.holds(account.number, key));
        Tie {
            is_member: seat.is_some_and(|seat| seat.role.is_some()),
            granted: holds(GRANT | centre.number),
            assigned: seat.is_some_and(|seat| holds(ASSIGNED | seat.number)),
            own: user.is_some_and(|user| holds(OWN | user.number)),
            coded: account.zip(ad_account).is_some_and(|(account, ad)| self.coded.contains(&(account.number, ad.number))),
            reaches_ad_account: ad_account.is_some_and(|ad| ad.owner == centre.number || self.share(ad, centre.number).is_some()),
        }
    }

    /// Whether the holder of this key holds anything on the account.
    fn holds(&self, account: u32, key: u32) -> bool {
        self.rights.find(self.hash_of_right(account, key), account, key).is_some()
    }

    /// The shop that the account is linked to.
    pub fn shop_of(&self, account: AccountId) -> Option<OrgId> {
        let link = self.sellers[self.account(account)?.number as usize].link;
        self.links.get(link as usize).map(|link| OrgId::new(self.orgs[link.shop].id))
    }

    /// Whether the shop has ever invited the account.
    pub fn has_invited(&self, shop: OrgId, account: AccountId) -> bool {
        self.org(shop).zip(self.account(account)).is_some_and(|(shop, account)| self.between(shop.number, account.number).is_some())
    }

    /// Every account that this member of this centre may use for this scope in this ad account now, in the order of ids, after
    /// `after`; at most `limit`.
    pub fn list(&self, asked: &Member, now: Instant, after: Option<AccountId>, limit: usize) -> Vec<AccountId> {
        let mut found = Vec::new();
        let (Some(centre), Some(user)) = (self.org(asked.centre), self.user(asked.user)) else { return found };
        let (Some(seat), Some(ad_account)) = (self.seat(centre.number, user.number), self.ad_account(asked.ad_account)) else {
            return found;
        };
        let assigned = &self.duties[seat.number as usize].accounts;
        let own = &self.own[user.number as usize].accounts;
        let mut answer = Answer::default();
        for account in assigned.iter().chain(own).map(|number| &self.accounts[*number]) {
            let id = AccountId::new(account.id);
            if after.is_none_or(|after| id > after) && account.known && self.may(seat, account, asked.scope, ad_account, now, &mut answer) {
                found.push(id);
            }
        }
        first(found, limit)
    }

    /// Every member, as person and centre, who may use this account for this scope in this ad account now; like [`Index::list`].
    pub fn who(&self, asked: &Subject, now: Instant, after: Option<(UserId, OrgId)>, limit: usize) -> Vec<(UserId, OrgId)> {
        let mut found = Vec::new();
        let (Some(account), Some(ad_account)) = (self.account(asked.account), self.ad_account(asked.ad_account)) else { return found };
        let seats = self.holders[account.number as usize].iter().flat_map(|key| match kind(*key) {
            ASSIGNED => vec![holder(*key)],
            OWN => self.own[holder(*key) as usize].seats.clone(),
            _ => Vec::new(),
        });
        let mut answer = Answer::default();
        for seat in seats.map(|number| &self.seats[number]) {
            let ids = (UserId::new(self.users[seat.user].id), OrgId::new(self.orgs[seat.centre].id));
            let wanted = asked.centre.is_none_or(|centre| centre == ids.1) && after.is_none_or(|after| ids > after);
            if wanted && self.may(seat, account, asked.scope, ad_account, now, &mut answer) {
                found.push(ids);
            }
        }
        first(found, limit)
    }

    fn may(&self, seat: &Seat, account: &Account, scope: Scope, ad_account: &AdAccount, now: Instant, answer: &mut Answer<'_>) -> bool {
        let (user, centre) = (&self.users[seat.user], &self.orgs[seat.centre]);
        let using = Using {
            user: Some(user),
            centre: Some(centre).filter(|centre| centre.known),
            seat: Some(seat),
            account: Some(account),
            scope,
            ad_account: Some(ad_account),
            post: None,
            hashes: [GRANT | centre.number, ASSIGNED | seat.number, OWN | user.number].map(|key| self.hash_of_right(account.number, key)),
        };
        answer.begin(self.revision);
        self.answer_using(&using, now, answer);
        answer.allowed
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
