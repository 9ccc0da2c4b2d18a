//! What is known, arranged so that a question touches few cache lines. Ids become small numbers; what questions about using look at
//! stands in the tables of names, everything else in lists by number; every relation stands on both of its sides. Instants are kept as
//! they are: nothing here says whether something is in force, because that depends on when one asks.

use crate::{
    fact::{AdRole, Fact, LinkKind, Pair, State, TOPICS, number},
    lists::{ASSIGNED, Entry, GRANT, OWN, add, holder, insert, kind, remove, set, unset},
    names::{Bare, NONE, Table, hash, hash_of_both},
    rights::Rights,
    rows::{Account, AdAccount, Between, Code, Duties, Found, Link, NEVER, Org, Own, Post, Seat, Seller, Shop, User},
};
use kernel::{AccountId, AdAccountId, Instant, OrgId, Region, Standing, UserId};
use std::{
    collections::{BTreeMap, BTreeSet},
    hint::black_box,
};

/// The index: facts in, answers out. It says which position of the log it knows.
#[derive(Default)]
pub struct Index {
    pub(crate) revision: i64,
    pub(crate) orgs: Table<Org, 2>,
    pub(crate) shops: Vec<Shop>,
    pub(crate) merchants: Vec<&'static str>,
    pub(crate) users: Table<User, 2>,
    pub(crate) own: Vec<Own>,
    pub(crate) seats: Table<Seat, 1>,
    pub(crate) duties: Vec<Duties>,
    pub(crate) accounts: Table<Account, 2>,
    /// Who holds anything on each account, sorted; what that is, the rights know.
    pub(crate) holders: Vec<Vec<u32>>,
    /// Who holds what on which account: centres by grant, seats by assignment, users by their own link.
    pub(crate) rights: Rights,
    pub(crate) sellers: Vec<Seller>,
    pub(crate) found: BTreeMap<u32, Vec<Found>>,
    pub(crate) violations: BTreeMap<u32, BTreeSet<u128>>,
    pub(crate) ads: Table<AdAccount, 2>,
    /// The partner centres of each ad account, and the most that their members may be.
    pub(crate) shares: Vec<Vec<(u32, AdRole)>>,
    /// The members that have a role on each ad account.
    pub(crate) staff: Vec<Vec<u32>>,
    pub(crate) group_names: Table<Bare, 2>,
    /// The ad accounts of each group.
    pub(crate) groups: Vec<Vec<u32>>,
    pub(crate) partners: BTreeSet<(u32, u32, u128)>,
    /// From which ad accounts a centre withholds which accounts: centre, account, ad account.
    pub(crate) withheld: BTreeSet<(u32, u32, u32)>,
    /// Posts whose ids are no plain numbers.
    pub(crate) odd_posts: BTreeMap<Box<str>, u64>,
    pub(crate) posts: Table<Post, 2>,
    /// The post of each code.
    pub(crate) codes: BTreeMap<u128, u32>,
    /// The ad accounts in which codes for an account's posts were applied.
    pub(crate) coded: BTreeSet<(u32, u32)>,
    pub(crate) link_names: Table<Bare, 2>,
    pub(crate) links: Vec<Link>,
    /// The last changed link between a shop and an account.
    pub(crate) between: Table<Between, 4>,
}

/// How many facts are looked up before they are taken: their lines all stay near.
const AT_ONCE: usize = 16;

/// Ids that are no plain numbers have this bit; a plain number has at most 19 digits.
const ODD: u64 = 1 << 63;

/// A post's id as a number, where that can be read back: digits, none before them that says nothing.
pub(crate) fn plain(post: &str) -> Option<u64> {
    let digits = post.as_bytes();
    if digits.len() > 19 || digits.first().is_none_or(|first| *first == b'0') {
        return None;
    }
    let (mut number, mut other) = (0u64, false);
    for digit in digits {
        let value = digit.wrapping_sub(b'0');
        other |= value > 9;
        number = number.wrapping_mul(10).wrapping_add(u64::from(value));
    }
    Some(number).filter(|number| !other && *number < ODD)
}

impl Index {
    /// An index that knows nothing yet.
    pub fn new() -> Index {
        Index::default()
    }

    /// The log's position up to which it knows everything.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Everything up to `seq` has been told.
    pub fn reached(&mut self, seq: i64) {
        self.revision = self.revision.max(seq);
    }

    /// The organisation that owns the account.
    pub fn owner_of(&self, account: AccountId) -> Option<OrgId> {
        let owner = self.account(account)?.owner;
        Some(OrgId::new(self.orgs[owner].id))
    }

    /// Takes facts in the log's order, each with the position of the event that stated it and when that happened. Of many a few at a time
    /// are looked up before they are taken, so that the waits for memory are one wait.
    pub fn tell_all(&mut self, facts: &[(i64, Instant, Fact)]) {
        for some in facts.chunks(AT_ONCE) {
            some.iter().for_each(|(_, _, fact)| self.touch(fact));
            some.iter().for_each(|(seq, at, fact)| self.tell(fact, *seq, *at));
        }
    }

    /// Reads the lines of memory that the facts of which there are most will change.
    fn touch(&self, fact: &Fact) {
        let account = |account: &AccountId| hash(number(*account));
        match fact {
            Fact::Granted { centre, account: of, .. } => {
                let (centre, account) = (hash(number(*centre)), account(of));
                let right = self.rights.touch(hash_of_right(account, GRANT, centre));
                black_box((right, self.orgs.touch(centre), self.accounts.touch(account)));
            }
            Fact::Assigned { centre, user, account: of, .. } => {
                let (seat, account) = (hash_of_seat(hash(number(*centre)), hash(number(*user))), account(of));
                let right = self.rights.touch(hash_of_right(account, ASSIGNED, seat));
                black_box((right, self.seats.touch(seat), self.accounts.touch(account)));
            }
            Fact::PostSwitched { account: of, post, .. } => {
                let account = account(of);
                let post = self.posts.touch(hash_of_both(account, plain(post).unwrap_or_default()));
                black_box((post, self.accounts.touch(account)));
            }
            Fact::Account { account: of, owner, .. } => {
                black_box((self.accounts.touch(account(of)), self.orgs.touch(hash(number(*owner)))));
            }
            _ => {}
        }
    }

    /// Takes one fact that the event at `seq` stated, which happened at `at`.
    pub fn tell(&mut self, fact: &Fact, seq: i64, at: Instant) {
        self.revision = self.revision.max(seq);
        match fact {
            Fact::Org { org, region, merchant, name_length } => {
                let (merchant, org) = (self.merchant(merchant), self.new_org(*org));
                let shop = self.shop_mut(org);
                (shop.opened_at, shop.name_length) = (at, *name_length);
                let org = &mut self.orgs[org];
                (org.region, org.merchant, org.state, org.known) = (*region, merchant, State::Normal, true);
            }
            Fact::OrgNamed { org, name_length } => {
                let org = self.new_org(*org);
                self.shop_mut(org).name_length = *name_length;
            }
            Fact::OrgClassified { org, merchant } => self.org_mut(*org).merchant = self.merchant(merchant),
            Fact::OrgState { org, state } => self.org_mut(*org).state = *state,
            Fact::Member { centre, user, role } => {
                let seat = self.new_seat(*centre, *user);
                self.seats[seat].role = Some(*role);
            }
            Fact::MemberGone { centre, user } => self.leave(*centre, *user),
            Fact::LockedOut { user, locked } => {
                let user = self.new_user(*user);
                self.users[user].locked = *locked;
            }
            Fact::Granted { .. }
            | Fact::GrantEnded { .. }
            | Fact::Assigned { .. }
            | Fact::Unassigned { .. }
            | Fact::Withheld { .. }
            | Fact::Restored { .. }
            | Fact::OwnLinked { .. }
            | Fact::OwnUnlinked { .. } => self.tell_right(fact, seq),
            Fact::AdAccount { .. }
            | Fact::AdAccountClosed { .. }
            | Fact::AdRole { .. }
            | Fact::AdRoleTaken { .. }
            | Fact::Grouped { .. }
            | Fact::Ungrouped { .. }
            | Fact::GroupMember { .. }
            | Fact::GroupMemberGone { .. }
            | Fact::GroupGone { .. }
            | Fact::Partners { .. }
            | Fact::PartnersNoMore { .. }
            | Fact::Shared { .. }
            | Fact::Unshared { .. } => self.tell_ad_account(fact, seq),
            Fact::PostSwitched { .. } | Fact::PostCode { .. } | Fact::PostCodeGone { .. } | Fact::PostCodeApplied { .. } => {
                self.tell_post(fact, seq);
            }
            Fact::Invited { pair, .. }
            | Fact::Linked { pair }
            | Fact::Declined { pair }
            | Fact::Withdrawn { pair }
            | Fact::Expired { pair }
            | Fact::UnlinkAsked { pair, .. }
            | Fact::UnlinkOver { pair }
            | Fact::Unlinked { pair } => self.tell_link(fact, pair, at),
            Fact::Account { .. }
            | Fact::Claimed { .. }
            | Fact::AccountMoved { .. }
            | Fact::AgeStated { .. }
            | Fact::AccountState { .. }
            | Fact::Political { .. }
            | Fact::Ecommerce { .. }
            | Fact::Violation { .. }
            | Fact::ViolationClosed { .. }
            | Fact::Found { .. }
            | Fact::Dismissed { .. }
            | Fact::Followers { .. } => self.tell_account(fact),
        }
    }

    fn tell_account(&mut self, fact: &Fact) {
        match fact {
            Fact::Account { account, owner, region, birth, stated, claimed } => {
                let (account, owner) = (self.new_account(*account), self.new_org(*owner));
                (self.accounts[account].known, self.accounts[account].owner) = (true, owner);
                let seller = &mut self.sellers[account as usize];
                (seller.region, seller.birth, seller.stated, seller.claimed) = (*region, *birth, *stated, *claimed);
            }
            Fact::Claimed { account, owner, birth } => {
                let (account, owner) = (self.new_account(*account), self.new_org(*owner));
                self.accounts[account].owner = owner;
                (self.sellers[account as usize].claimed, self.sellers[account as usize].birth) = (true, Some(*birth));
            }
            Fact::AccountMoved { account, region } => self.seller_mut(*account).region = *region,
            Fact::AgeStated { account, stated } => self.seller_mut(*account).stated = *stated,
            Fact::Ecommerce { account, granted } => self.seller_mut(*account).ecommerce = *granted,
            Fact::Followers { account, followers } => self.seller_mut(*account).followers = *followers,
            Fact::AccountState { account, state } => {
                let account = self.new_account(*account);
                self.accounts[account].state = *state;
            }
            Fact::Political { account, political } => {
                let account = self.new_account(*account);
                self.accounts[account].political = *political;
            }
            Fact::Violation { account, violation } => {
                let account = self.new_account(*account);
                let open = self.violations.entry(account).or_default();
                open.insert(number(*violation));
                self.sellers[account as usize].violations = open.len() as u32;
            }
            Fact::ViolationClosed { account, violation } => {
                let account = self.new_account(*account);
                let Some(open) = self.violations.get_mut(&(account)) else { return };
                open.remove(&number(*violation));
                self.sellers[account as usize].violations = open.len() as u32;
                if open.is_empty() {
                    self.violations.remove(&(account));
                }
            }
            Fact::Found { account, post, topic, word } => {
                let account = self.new_account(*account);
                let found = self.found.entry(account).or_default();
                // What a reviewer has dismissed stays dismissed when the same word is read in the same post again.
                if !found.iter().any(|one| *one.post == **post && *one.word == **word && one.topic == *topic) {
                    let (post, word) = (post.as_str().into(), word.as_str().into());
                    found.push(Found { post, word, topic: (*topic).min(TOPICS as u8 - 1), dismissed: false });
                    self.sellers[account as usize].has_findings = true;
                }
            }
            Fact::Dismissed { account, post } => {
                let account = self.new_account(*account);
                let Some(found) = self.found.get_mut(&(account)) else { return };
                found.iter_mut().filter(|one| *one.post == **post).for_each(|one| one.dismissed = true);
                self.sellers[account as usize].has_findings = found.iter().any(|one| !one.dismissed);
            }
            _ => {}
        }
    }

    fn tell_right(&mut self, fact: &Fact, seq: i64) {
        match fact {
            Fact::Granted { centre, account, scopes } => {
                let (centre, account) = (self.new_org(*centre), self.new_account(*account));
                self.give(account, Entry::new(GRANT | centre, scopes.bits(), seq));
            }
            Fact::GrantEnded { centre, account } => {
                let (centre, account) = (self.new_org(*centre), self.new_account(*account));
                self.end_grant(centre, account);
            }
            Fact::Assigned { centre, account, user, scopes } => {
                let (seat, account) = (self.new_seat(*centre, *user), self.new_account(*account));
                self.give(account, Entry::new(ASSIGNED | seat, scopes.bits(), seq));
                add(&mut self.duties[seat as usize].accounts, account);
            }
            Fact::Unassigned { centre, account, user } => {
                let (seat, account) = (self.new_seat(*centre, *user), self.new_account(*account));
                self.take(account, ASSIGNED | seat);
                remove(&mut self.duties[seat as usize].accounts, account);
            }
            Fact::Withheld { centre, account, ad_account } => {
                let (centre, account) = (self.new_org(*centre), self.new_account(*account));
                let ad_account = self.new_ad_account(*ad_account);
                self.withheld.insert((centre, account, ad_account));
                self.ads[ad_account].withheld = true;
            }
            Fact::Restored { centre, account, ad_account } => {
                let (centre, account) = (self.new_org(*centre), self.new_account(*account));
                let ad_account = self.new_ad_account(*ad_account);
                self.withheld.remove(&(centre, account, ad_account));
            }
            Fact::OwnLinked { account, user, scopes } => {
                let (user, account) = (self.new_user(*user), self.new_account(*account));
                self.give(account, Entry::new(OWN | user, scopes.bits(), seq));
                self.accounts[account].own_linked = true;
                add(&mut self.own[user as usize].accounts, account);
            }
            Fact::OwnUnlinked { account, user } => {
                let (user, account) = (self.new_user(*user), self.new_account(*account));
                self.take(account, OWN | user);
                self.accounts[account].own_linked = self.holders[account as usize].iter().any(|key| kind(*key) == OWN);
                remove(&mut self.own[user as usize].accounts, account);
            }
            _ => {}
        }
    }

    /// With a grant end the assignments that rested on it, and what was withheld of it.
    fn end_grant(&mut self, centre: u32, account: u32) {
        self.forget_withheld((centre, account, 0)..=(centre, account, NONE), |_| true);
        let rests = |key: &u32| kind(*key) == ASSIGNED && self.seats[holder(*key)].centre == centre;
        let assigned: Vec<u32> = self.holders[account as usize].iter().copied().filter(rests).collect();
        for key in assigned {
            remove(&mut self.duties[holder(key) as usize].accounts, account);
            self.take(account, key);
        }
        self.take(account, GRANT | centre);
    }

    /// Nothing is withheld from an ad account that the centre can no longer use.
    fn forget_withheld(&mut self, among: std::ops::RangeInclusive<(u32, u32, u32)>, is_over: impl Fn(u32) -> bool) {
        let over: Vec<_> = self.withheld.range(among).copied().filter(|(_, _, ad_account)| is_over(*ad_account)).collect();
        for one in over {
            self.withheld.remove(&one);
        }
    }
    /// Whether the centre lets its grant on the account not count in the ad account.
    pub(crate) fn is_withheld(&self, centre: u32, account: u32, ad_account: &AdAccount) -> bool {
        ad_account.withheld && self.withheld.contains(&(centre, account, ad_account.number))
    }

    fn give(&mut self, account: u32, entry: Entry) {
        add(&mut self.holders[account as usize], entry.key);
        let Index { rights, accounts, orgs, seats, users, .. } = self;
        rights.set(account, entry, |account, key| hash_of_right(accounts.hash(account), key, hash_of_holder(orgs, seats, users, key)));
    }
    fn take(&mut self, account: u32, key: u32) {
        remove(&mut self.holders[account as usize], key);
        self.rights.unset(self.hash_of_right(account, key), account, key);
    }

    /// With a membership end its assignments and its roles on ad accounts.
    fn leave(&mut self, centre: OrgId, user: UserId) {
        let seat = self.new_seat(centre, user);
        self.seats[seat].role = None;
        let Duties { accounts, roles, .. } = std::mem::take(&mut self.duties[seat as usize]);
        self.show_roles(seat);
        for account in accounts {
            self.take(account, ASSIGNED | seat);
        }
        for role in roles {
            remove(&mut self.staff[role.key as usize], seat);
        }
    }

    /// Copies the roles of a place to where questions look for them.
    fn show_roles(&mut self, seat: u32) {
        let (duties, seat) = (&self.duties[seat as usize], &mut self.seats[seat]);
        seat.grouped = !duties.groups.is_empty();
        // Where there are more than fit, only that counts.
        seat.roles = u8::try_from(duties.roles.len()).unwrap_or(u8::MAX);
        for (at, few) in seat.few.iter_mut().enumerate() {
            *few = duties.roles.get(at).copied().unwrap_or(Entry::NOTHING);
        }
    }

    fn tell_ad_account(&mut self, fact: &Fact, seq: i64) {
        match fact {
            Fact::AdAccount { ad_account, centre } => {
                let (ad_account, owner) = (self.new_ad_account(*ad_account), self.new_org(*centre));
                (self.ads[ad_account].owner, self.ads[ad_account].open) = (owner, true);
            }
            Fact::AdAccountClosed { ad_account } => {
                let ad_account = self.new_ad_account(*ad_account);
                self.ads[ad_account].open = false;
                let partners = self.shares[ad_account as usize].iter().map(|(partner, _)| *partner);
                let reaching: Vec<u32> = partners.chain([self.ads[ad_account].owner]).collect();
                for centre in reaching {
                    self.forget_withheld((centre, 0, 0)..=(centre, NONE, NONE), |one| one == ad_account);
                }
            }
            Fact::AdRole { ad_account, centre, user, role } => {
                let (seat, ad_account) = (self.new_seat(*centre, *user), self.new_ad_account(*ad_account));
                set(&mut self.duties[seat as usize].roles, Entry::new(ad_account, *role as u8, seq));
                add(&mut self.staff[ad_account as usize], seat);
                self.show_roles(seat);
            }
            Fact::AdRoleTaken { ad_account, centre, user } => {
                let (seat, ad_account) = (self.new_seat(*centre, *user), self.new_ad_account(*ad_account));
                unset(&mut self.duties[seat as usize].roles, ad_account);
                remove(&mut self.staff[ad_account as usize], seat);
                self.show_roles(seat);
            }
            Fact::Grouped { group, ad_account, .. } => {
                let (group, ad_account) = (self.new_group(*group), self.new_ad_account(*ad_account));
                add(&mut self.groups[group], ad_account);
            }
            Fact::Ungrouped { group, ad_account } => {
                let (group, ad_account) = (self.new_group(*group), self.new_ad_account(*ad_account));
                remove(&mut self.groups[group], ad_account);
            }
            Fact::GroupMember { group, centre, user, role } => {
                let (seat, group) = (self.new_seat(*centre, *user), self.new_group(*group));
                set(&mut self.duties[seat as usize].groups, Entry::new(group as u32, *role as u8, seq));
                self.show_roles(seat);
            }
            Fact::GroupMemberGone { group, centre, user } => {
                let (seat, group) = (self.new_seat(*centre, *user), self.new_group(*group));
                unset(&mut self.duties[seat as usize].groups, group as u32);
                self.show_roles(seat);
            }
            Fact::GroupGone { group } => {
                let group = self.new_group(*group);
                self.groups[group].clear();
            }
            Fact::Partners { partnership, one, other } => {
                let (one, other) = (self.new_org(*one), self.new_org(*other));
                self.partners.insert((one.min(other), one.max(other), number(*partnership)));
            }
            Fact::PartnersNoMore { partnership, one, other } => {
                let (one, other) = (self.new_org(*one), self.new_org(*other));
                self.partners.remove(&(one.min(other), one.max(other), number(*partnership)));
            }
            Fact::Shared { ad_account, partner, role } => {
                let (partner, ad_account) = (self.new_org(*partner), self.new_ad_account(*ad_account));
                let shares = &mut self.shares[ad_account as usize];
                shares.retain(|(known, _)| *known != partner);
                shares.push((partner, *role));
                self.ads[ad_account].shared = true;
            }
            Fact::Unshared { ad_account, partner } => {
                let (partner, ad_account) = (self.new_org(*partner), self.new_ad_account(*ad_account));
                let shares = &mut self.shares[ad_account as usize];
                shares.retain(|(known, _)| *known != partner);
                self.ads[ad_account].shared = !shares.is_empty();
                self.forget_withheld((partner, 0, 0)..=(partner, NONE, NONE), |one| one == ad_account);
            }
            _ => {}
        }
    }

    fn tell_post(&mut self, fact: &Fact, seq: i64) {
        match fact {
            Fact::PostSwitched { account, post, on } => {
                let account = self.new_account(*account);
                self.post_mut(account, post).switched_on = std::num::NonZeroI64::new(seq).filter(|_| *on);
            }
            Fact::PostCode { code, account, post, expires_at } => {
                let (id, account) = (number(*code), self.new_account(*account));
                let post = self.new_post(account, post);
                self.codes.insert(id, post);
                let codes = self.posts[post].codes.get_or_insert_default();
                match codes.iter_mut().find(|code| code.id == id) {
                    Some(known) => known.expires_at = *expires_at,
                    None => codes.push(Code { id, expires_at: *expires_at, applied: Vec::new() }),
                }
            }
            Fact::PostCodeGone { code } => {
                let codes = self.codes.remove(&number(*code)).and_then(|post| self.posts[post].codes.as_mut());
                codes.into_iter().for_each(|codes| codes.retain(|known| known.id != number(*code)));
            }
            Fact::PostCodeApplied { code, ad_account } => {
                let ad_account = self.new_ad_account(*ad_account);
                let Some(post) = self.codes.get(&number(*code)) else { return };
                let post = &mut self.posts[*post];
                self.coded.insert((post.account, ad_account));
                let codes = post.codes.iter_mut().flat_map(|codes| codes.iter_mut());
                codes.filter(|known| known.id == number(*code)).for_each(|known| add(&mut known.applied, ad_account));
            }
            _ => {}
        }
    }

    fn tell_link(&mut self, fact: &Fact, pair: &Pair, at: Instant) {
        let (account, shop) = (self.new_account(pair.account), self.new_org(pair.shop));
        let link = self.new_link(pair, shop, account);
        self.sellers[account as usize].last_link = link as u32;
        match fact {
            Fact::Invited { closes_at, .. } => self.links[link].closes_at = *closes_at,
            Fact::UnlinkAsked { closes_at, .. } => self.links[link].leaving = *closes_at,
            Fact::UnlinkOver { .. } => self.links[link].leaving = NEVER,
            _ => {}
        }
        let standing = match fact {
            Fact::Invited { .. } => Standing::Asked,
            Fact::Linked { .. } => Standing::InForce,
            Fact::Declined { .. } => Standing::Declined,
            Fact::Withdrawn { .. } => Standing::Withdrawn,
            Fact::Expired { .. } => Standing::Expired,
            Fact::Unlinked { .. } => Standing::Ended,
            _ => return,
        };
        (self.links[link].standing, self.links[link].since) = (standing, at);
        let kind = pair.kind as usize;
        if standing == Standing::InForce {
            self.links[link].linked_at = at;
            self.sellers[account as usize].link = link as u32;
            let shop = self.shop_mut(shop);
            add(&mut shop.linked[kind], account);
            if pair.kind == LinkKind::Marketing {
                let made = &mut shop.marketing_at;
                let place = made.partition_point(|known| *known <= at);
                insert(made, place, at);
            }
        }
        if standing == Standing::Ended {
            self.links[link].leaving = NEVER;
            let seller = &mut self.sellers[account as usize];
            (seller.link, seller.unlinked_at) = (NONE, seller.unlinked_at.max(at));
            let shop = self.shop_mut(shop);
            remove(&mut shop.linked[kind], account);
            shop.unlinked[kind] += 1;
        }
    }

    // ---- numbers ----

    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.find(hash(number(id)), number(id)).filter(|account| account.known)
    }
    pub(crate) fn org(&self, id: OrgId) -> Option<&Org> {
        self.orgs.find(hash(number(id)), number(id)).filter(|org| org.known)
    }
    pub(crate) fn user(&self, id: UserId) -> Option<&User> {
        self.users.find(hash(number(id)), number(id))
    }
    pub(crate) fn seat(&self, centre: u32, user: u32) -> Option<&Seat> {
        self.seats.find(hash_of_seat(self.orgs.hash(centre), self.users.hash(user)), (centre, user))
    }
    pub(crate) fn ad_account(&self, id: AdAccountId) -> Option<&AdAccount> {
        self.ads.find(hash(number(id)), number(id)).filter(|ad_account| ad_account.owner != NONE)
    }
    /// Where a right of this holder on this account stands.
    pub(crate) fn hash_of_right(&self, account: u32, key: u32) -> u32 {
        hash_of_right(self.accounts.hash(account), key, hash_of_holder(&self.orgs, &self.seats, &self.users, key))
    }
    /// Whether two centres are partners now.
    pub(crate) fn are_partners(&self, one: u32, other: u32) -> bool {
        let (low, high) = (one.min(other), one.max(other));
        self.partners.range((low, high, 0)..=(low, high, u128::MAX)).next().is_some()
    }

    fn new_org(&mut self, id: OrgId) -> u32 {
        let id = number(id);
        self.orgs.name(hash(id), id, |number| Org::new(id, number)).0
    }
    fn org_mut(&mut self, id: OrgId) -> &mut Org {
        let org = self.new_org(id);
        &mut self.orgs[org]
    }
    fn shop_mut(&mut self, org: u32) -> &mut Shop {
        let org = &mut self.orgs[org];
        if org.shop == NONE {
            org.shop = self.shops.len() as u32;
            let (linked, marketing_at) = (Default::default(), Vec::new());
            self.shops.push(Shop { opened_at: NEVER, name_length: 0, linked, unlinked: [0; 2], marketing_at });
        }
        &mut self.shops[org.shop as usize]
    }
    fn merchant(&mut self, code: &'static str) -> u8 {
        let known = self.merchants.iter().position(|known| *known == code);
        known.unwrap_or_else(|| {
            self.merchants.push(code);
            self.merchants.len() - 1
        }) as u8
    }
    fn new_user(&mut self, id: UserId) -> u32 {
        let id = number(id);
        let (user, new) = self.users.name(hash(id), id, |number| User { id, number, locked: false });
        if new {
            self.own.push(Own::default());
        }
        user
    }
    fn new_seat(&mut self, centre: OrgId, user: UserId) -> u32 {
        let hash = hash_of_seat(hash(number(centre)), hash(number(user)));
        let (centre, user) = (self.new_org(centre), self.new_user(user));
        let (seat, new) = self.seats.name(hash, (centre, user), |number| Seat::new((centre, user), number));
        if new {
            self.duties.push(Duties::default());
            add(&mut self.own[user as usize].seats, seat);
        }
        seat
    }
    fn new_account(&mut self, id: AccountId) -> u32 {
        let id = number(id);
        let (account, new) = self.accounts.name(hash(id), id, |number| Account::new(id, number));
        if new {
            self.holders.push(Vec::new());
            self.sellers.push(Seller {
                unlinked_at: NEVER,
                followers: 0,
                birth: None,
                stated: None,
                link: NONE,
                last_link: NONE,
                violations: 0,
                region: Region::new(b"ZZ"),
                claimed: false,
                ecommerce: true,
                has_findings: false,
            });
        }
        account
    }
    fn seller_mut(&mut self, id: AccountId) -> &mut Seller {
        let account = self.new_account(id);
        &mut self.sellers[account as usize]
    }
    fn new_ad_account(&mut self, id: AdAccountId) -> u32 {
        let id = number(id);
        let new = |number| AdAccount::new(id, number);
        let (ad_account, new) = self.ads.name(hash(id), id, new);
        if new {
            self.shares.push(Vec::new());
            self.staff.push(Vec::new());
        }
        ad_account
    }
    fn new_group(&mut self, id: kernel::AssetGroupId) -> usize {
        let id = number(id);
        let (group, new) = self.group_names.name(hash(id), id, |number| Bare::new(id, number));
        if new {
            self.groups.push(Vec::new());
        }
        group as usize
    }
    fn post_mut(&mut self, account: u32, post: &str) -> &mut Post {
        let post = self.new_post(account, post);
        &mut self.posts[post]
    }
    /// A post is named by its account and its id; ids that are no plain numbers are named first, by another table.
    fn new_post(&mut self, account: u32, post: &str) -> u32 {
        let next = self.odd_posts.len() as u64;
        let id = plain(post).unwrap_or_else(|| *self.odd_posts.entry(post.into()).or_insert(ODD | next));
        let hash = hash_of_both(self.accounts.hash(account), id);
        self.posts.name(hash, (account, id), |number| Post { id, account, number, switched_on: None, codes: None }).0
    }
    /// The number under which a post's id is kept.
    pub(crate) fn post_id(&self, post: &str) -> Option<u64> {
        plain(post).or_else(|| self.odd_posts.get(post).copied())
    }
    fn new_link(&mut self, of: &Pair, shop: u32, account: u32) -> usize {
        let id = number(of.link);
        let (link, new) = self.link_names.name(hash(id), id, |number| Bare::new(id, number));
        if new {
            self.shop_mut(shop);
            let (standing, none) = (Standing::Asked, NEVER);
            self.links.push(Link { shop, kind: of.kind, standing, since: none, closes_at: none, linked_at: none, leaving: none });
        }
        let new = |number| Between { shop, account, number, link };
        let (place, _) = self.between.name(hash_of_both(shop, account.into()), (shop, account), new);
        self.between[place].link = link;
        link as usize
    }
    /// The last changed link between a shop and an account.
    pub(crate) fn between(&self, shop: u32, account: u32) -> Option<&Link> {
        let between = self.between.find(hash_of_both(shop, account.into()), (shop, account))?;
        Some(&self.links[between.link as usize])
    }

    /// How much memory it holds, in bytes.
    pub fn bytes(&self) -> usize {
        fn table<T>(list: &Vec<T>) -> usize {
            list.capacity() * size_of::<T>()
        }
        // What the allocator keeps beside each piece is not counted.
        let names = self.rights.bytes()
            + self.orgs.bytes()
            + self.users.bytes()
            + self.seats.bytes()
            + self.accounts.bytes()
            + self.ads.bytes()
            + self.posts.bytes()
            + self.between.bytes()
            + self.link_names.bytes()
            + self.group_names.bytes();
        let tables = table(&self.holders)
            + table(&self.shares)
            + table(&self.shops)
            + table(&self.own)
            + table(&self.duties)
            + table(&self.sellers)
            + table(&self.staff)
            + table(&self.links);
        let lists = self.own.iter().map(|own| table(&own.seats) + table(&own.accounts)).sum::<usize>()
            + self.duties.iter().map(|duties| table(&duties.accounts) + table(&duties.roles) + table(&duties.groups)).sum::<usize>()
            + self.holders.iter().map(table).sum::<usize>()
            + self.staff.iter().map(table).sum::<usize>()
            + self.shares.iter().map(table).sum::<usize>();
        names + tables + lists
    }
}

/// The hash of a person's place in a centre, from the hashes of their ids.
pub(crate) fn hash_of_seat(centre: u32, user: u32) -> u32 {
    hash_of_both(centre, user.into())
}

/// The hash of a right, from those of the account and of its holder.
pub(crate) fn hash_of_right(account: u32, key: u32, holder: u32) -> u32 {
    hash_of_both(account, u64::from(kind(key)) << 32 | u64::from(holder))
}
fn hash_of_holder(orgs: &Table<Org, 2>, seats: &Table<Seat, 1>, users: &Table<User, 2>, key: u32) -> u32 {
    match kind(key) {
        GRANT => orgs.hash(holder(key)),
        ASSIGNED => seats.hash(holder(key)),
        _ => users.hash(holder(key)),
    }
}
