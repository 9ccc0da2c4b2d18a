//! What is known, arranged so that a question touches few cache lines. Ids become small numbers; every relation stands on both of
//! its sides in small sorted lists. Instants are kept as they are: nothing here says whether something is in force, because
//! that depends on when one asks.

use crate::{
    fact::{AdRole, Fact, LinkKind, Pair, Scopes, State, StatedAge, TOPICS, number},
    names::{Names, pair},
};
use kernel::{AccountId, AdAccountId, Date, Instant, OrgId, Region, Role, Standing, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// The index: facts in, answers out. It says which position of the log it knows.
#[derive(Default)]
pub struct Index {
    pub(crate) revision: i64,
    pub(crate) org_names: Names<u128>,
    pub(crate) orgs: Vec<Org>,
    pub(crate) shops: Vec<Shop>,
    pub(crate) merchants: Vec<&'static str>,
    pub(crate) user_names: Names<u128>,
    pub(crate) users: Vec<User>,
    pub(crate) seat_names: Names<u64>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) account_names: Names<u128>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) sellers: Vec<Seller>,
    pub(crate) found: BTreeMap<u32, Vec<Found>>,
    pub(crate) violations: BTreeMap<u32, BTreeSet<u128>>,
    pub(crate) ad_names: Names<u128>,
    pub(crate) ads: Vec<AdAccount>,
    pub(crate) group_names: Names<u128>,
    /// The ad accounts of each group.
    pub(crate) groups: Vec<Vec<u32>>,
    pub(crate) partners: BTreeSet<(u32, u32, u128)>,
    pub(crate) post_names: Names<u128>,
    /// Posts whose ids are no plain numbers.
    pub(crate) odd_posts: BTreeMap<Box<str>, u64>,
    pub(crate) posts: Vec<Post>,
    /// The post of each code.
    pub(crate) codes: BTreeMap<u128, u32>,
    /// The ad accounts in which codes for an account's posts were applied.
    pub(crate) coded: BTreeSet<(u32, u32)>,
    pub(crate) link_names: Names<u128>,
    pub(crate) links: Vec<Link>,
    pub(crate) between_names: Names<u64>,
    /// The last changed link between a shop and an account.
    pub(crate) between: Vec<u32>,
}

/// No number.
pub(crate) const NONE: u32 = u32::MAX;
/// No instant.
pub(crate) const NEVER: Instant = Instant(i64::MIN);

pub(crate) struct Org {
    pub opened_at: Instant,
    pub name_length: u32,
    pub shop: u32,
    pub region: Region,
    pub merchant: u8,
    pub state: State,
    pub known: bool,
}

/// What a shop has used of its places.
#[derive(Default)]
pub(crate) struct Shop {
    /// Accounts linked now, by kind.
    pub linked: [Vec<u32>; 2],
    /// Links that are over, by kind.
    pub unlinked: [u32; 2],
    /// When its marketing links were made, oldest first.
    pub marketing_at: Vec<Instant>,
}

#[derive(Default)]
pub(crate) struct User {
    pub seats: Vec<u32>,
    /// Accounts that the person linked themself: the link's scopes stand with the account.
    pub own: Vec<u32>,
    pub locked: bool,
}

/// A person's place in a centre.
pub(crate) struct Seat {
    pub user: u32,
    pub centre: u32,
    pub role: Option<Role>,
    /// Accounts assigned to it: the scopes stand with the account.
    pub accounts: Vec<u32>,
    /// Its roles on ad accounts: the number of the ad account, the role in the bits of scopes.
    pub roles: Vec<Entry>,
    /// Its roles by groups: the number of the group, the role in the bits of scopes.
    pub groups: Vec<Entry>,
}

/// All that the question about using an account looks at.
pub(crate) struct Account {
    /// Who holds what on it: centres by grant, seats by assignment, users by their own link; sorted.
    pub holders: Vec<Entry>,
    pub owner: u32,
    pub state: State,
    pub political: bool,
    pub known: bool,
}

/// What the questions about linking and selling look at besides.
pub(crate) struct Seller {
    pub unlinked_at: Instant,
    pub followers: i64,
    pub birth: Option<Date>,
    pub stated: Option<StatedAge>,
    /// The link in force.
    pub link: u32,
    /// The last changed link, whatever became of it.
    pub last_link: u32,
    pub violations: u32,
    pub region: Region,
    pub claimed: bool,
    pub ecommerce: bool,
    pub has_findings: bool,
}

pub(crate) struct Found {
    pub post: Box<str>,
    pub word: Box<str>,
    pub topic: u8,
    pub dismissed: bool,
}

pub(crate) struct AdAccount {
    pub owner: u32,
    pub open: bool,
    pub seats: Vec<u32>,
    /// Partner centres and the most that their members may be.
    pub shares: Vec<(u32, AdRole)>,
}

pub(crate) struct Post {
    pub account: u32,
    pub switched_on: Option<std::num::NonZeroI64>,
    /// Few posts have any, so the others carry one word for it instead of three.
    #[expect(clippy::box_collection, reason = "a list takes three words even when it is empty")]
    pub codes: Option<Box<Vec<Code>>>,
}

pub(crate) struct Code {
    pub id: u128,
    pub expires_at: Instant,
    pub applied: Vec<u32>,
}

pub(crate) struct Link {
    pub shop: u32,
    pub kind: LinkKind,
    pub standing: Standing,
    pub since: Instant,
    pub closes_at: Instant,
    pub linked_at: Instant,
    /// Until when the open request to leave can stay unanswered.
    pub leaving: Instant,
}

/// One line of a sorted list: what it is about (30 bits, below two bits of kind), the scopes, and the log's position that said so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub key: u32,
    high: u32,
    low: u32,
}

/// Which holders an account's list can name, as the two upper bits of an entry's key.
pub(crate) const GRANT: u32 = 0;
pub(crate) const ASSIGNED: u32 = 1 << 30;
pub(crate) const OWN: u32 = 2 << 30;
const KIND: u32 = 3 << 30;

impl Entry {
    fn new(key: u32, bits: u8, seq: i64) -> Entry {
        Entry { key, high: u32::from(bits) << 24 | (seq >> 32) as u32 & 0xFF_FFFF, low: seq as u32 }
    }
    pub fn scopes(self) -> Scopes {
        Scopes::from_bits(self.bits())
    }
    pub fn bits(self) -> u8 {
        (self.high >> 24) as u8
    }
    pub fn seq(self) -> i64 {
        i64::from(self.high & 0xFF_FFFF) << 32 | i64::from(self.low)
    }
    pub fn kind(self) -> u32 {
        self.key & KIND
    }
    pub fn number(self) -> u32 {
        self.key & !KIND
    }
}

/// Short lists are faster looked through than halved.
const SHORT: usize = 16;

pub(crate) fn find(entries: &[Entry], key: u32) -> Option<Entry> {
    if entries.len() <= SHORT {
        return entries.iter().find(|entry| entry.key == key).copied();
    }
    entries.binary_search_by_key(&key, |entry| entry.key).ok().map(|at| entries[at])
}

fn set(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.binary_search_by_key(&entry.key, |entry| entry.key) {
        Ok(at) => entries[at] = entry,
        Err(at) => insert(entries, at, entry),
    }
}

fn unset(entries: &mut Vec<Entry>, key: u32) -> bool {
    let found = entries.binary_search_by_key(&key, |entry| entry.key);
    if let Ok(at) = found {
        entries.remove(at);
    }
    found.is_ok()
}

pub(crate) fn has(numbers: &[u32], number: u32) -> bool {
    numbers.binary_search(&number).is_ok()
}

fn add(numbers: &mut Vec<u32>, number: u32) {
    if let Err(at) = numbers.binary_search(&number) {
        insert(numbers, at, number);
    }
}

fn remove(numbers: &mut Vec<u32>, number: u32) {
    if let Ok(at) = numbers.binary_search(&number) {
        numbers.remove(at);
    }
}

/// Ids that are no plain numbers have this bit; a plain number has at most 19 digits.
const ODD: u64 = 1 << 63;

/// A post's id as a number, where that can be read back: digits, none before them that says nothing.
fn plain(post: &str) -> Option<u64> {
    let is_plain = !post.is_empty() && post.len() <= 19 && !post.starts_with('0') && post.bytes().all(|byte| byte.is_ascii_digit());
    post.parse().ok().filter(|number| is_plain && *number < ODD)
}

/// Lists are many and short: they grow by a half, not to the double.
fn insert<T>(list: &mut Vec<T>, at: usize, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 2).max(1));
    }
    list.insert(at, item);
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
        let owner = self.accounts[self.account(account)? as usize].owner;
        Some(OrgId::new(self.org_names.key(owner)))
    }

    /// Takes one fact that the event at `seq` stated, which happened at `at`.
    pub fn tell(&mut self, fact: &Fact, seq: i64, at: Instant) {
        self.revision = self.revision.max(seq);
        match fact {
            Fact::Org { org, region, merchant, name_length } => {
                let (merchant, org) = (self.merchant(merchant), self.new_org(*org));
                let shop = self.shop_number(org);
                let (region, name_length) = (*region, *name_length);
                self.orgs[org as usize] = Org { opened_at: at, name_length, shop, region, merchant, state: State::Normal, known: true };
            }
            Fact::OrgNamed { org, name_length } => self.org_mut(*org).name_length = *name_length,
            Fact::OrgClassified { org, merchant } => self.org_mut(*org).merchant = self.merchant(merchant),
            Fact::OrgState { org, state } => self.org_mut(*org).state = *state,
            Fact::Member { centre, user, role } => {
                let seat = self.new_seat(*centre, *user);
                self.seats[seat as usize].role = Some(*role);
            }
            Fact::MemberGone { centre, user } => self.leave(*centre, *user),
            Fact::LockedOut { user, locked } => {
                let user = self.new_user(*user);
                self.users[user as usize].locked = *locked;
            }
            Fact::Granted { .. }
            | Fact::GrantEnded { .. }
            | Fact::Assigned { .. }
            | Fact::Unassigned { .. }
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
                let seller = &mut self.sellers[account];
                (seller.region, seller.birth, seller.stated, seller.claimed) = (*region, *birth, *stated, *claimed);
            }
            Fact::Claimed { account, owner, birth } => {
                let (account, owner) = (self.new_account(*account), self.new_org(*owner));
                self.accounts[account].owner = owner;
                (self.sellers[account].claimed, self.sellers[account].birth) = (true, Some(*birth));
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
                let open = self.violations.entry(account as u32).or_default();
                open.insert(number(*violation));
                self.sellers[account].violations = open.len() as u32;
            }
            Fact::ViolationClosed { account, violation } => {
                let account = self.new_account(*account);
                let Some(open) = self.violations.get_mut(&(account as u32)) else { return };
                open.remove(&number(*violation));
                self.sellers[account].violations = open.len() as u32;
                if open.is_empty() {
                    self.violations.remove(&(account as u32));
                }
            }
            Fact::Found { account, post, topic, word } => {
                let account = self.new_account(*account);
                let found = self.found.entry(account as u32).or_default();
                // What a reviewer has dismissed stays dismissed when the same word is read in the same post again.
                if !found.iter().any(|one| *one.post == **post && *one.word == **word && one.topic == *topic) {
                    let (post, word) = (post.as_str().into(), word.as_str().into());
                    found.push(Found { post, word, topic: (*topic).min(TOPICS as u8 - 1), dismissed: false });
                    self.sellers[account].has_findings = true;
                }
            }
            Fact::Dismissed { account, post } => {
                let account = self.new_account(*account);
                let Some(found) = self.found.get_mut(&(account as u32)) else { return };
                found.iter_mut().filter(|one| *one.post == **post).for_each(|one| one.dismissed = true);
                self.sellers[account].has_findings = found.iter().any(|one| !one.dismissed);
            }
            _ => {}
        }
    }

    fn tell_right(&mut self, fact: &Fact, seq: i64) {
        match fact {
            Fact::Granted { centre, account, scopes } => {
                let (centre, account) = (self.new_org(*centre), self.new_account(*account));
                set(&mut self.accounts[account].holders, Entry::new(GRANT | centre, scopes.bits(), seq));
            }
            Fact::GrantEnded { centre, account } => {
                let (centre, account) = (self.new_org(*centre), self.new_account(*account));
                self.end_grant(centre, account);
            }
            Fact::Assigned { centre, account, user, scopes } => {
                let (seat, account) = (self.new_seat(*centre, *user), self.new_account(*account));
                set(&mut self.accounts[account].holders, Entry::new(ASSIGNED | seat, scopes.bits(), seq));
                add(&mut self.seats[seat as usize].accounts, account as u32);
            }
            Fact::Unassigned { centre, account, user } => {
                let (seat, account) = (self.new_seat(*centre, *user), self.new_account(*account));
                unset(&mut self.accounts[account].holders, ASSIGNED | seat);
                remove(&mut self.seats[seat as usize].accounts, account as u32);
            }
            Fact::OwnLinked { account, user, scopes } => {
                let (user, account) = (self.new_user(*user), self.new_account(*account));
                set(&mut self.accounts[account].holders, Entry::new(OWN | user, scopes.bits(), seq));
                add(&mut self.users[user as usize].own, account as u32);
            }
            Fact::OwnUnlinked { account, user } => {
                let (user, account) = (self.new_user(*user), self.new_account(*account));
                unset(&mut self.accounts[account].holders, OWN | user);
                remove(&mut self.users[user as usize].own, account as u32);
            }
            _ => {}
        }
    }

    /// With a grant end the assignments that rested on it.
    fn end_grant(&mut self, centre: u32, account: usize) {
        let seats = &mut self.seats;
        self.accounts[account].holders.retain(|entry| {
            let rests = entry.kind() == ASSIGNED && seats[entry.number() as usize].centre == centre;
            if rests {
                remove(&mut seats[entry.number() as usize].accounts, account as u32);
            }
            !rests && entry.key != GRANT | centre
        });
    }

    /// With a membership end its assignments and its roles on ad accounts.
    fn leave(&mut self, centre: OrgId, user: UserId) {
        let seat = self.new_seat(centre, user);
        let place = &mut self.seats[seat as usize];
        place.role = None;
        place.groups.clear();
        for account in std::mem::take(&mut place.accounts) {
            unset(&mut self.accounts[account as usize].holders, ASSIGNED | seat);
        }
        for role in std::mem::take(&mut place.roles) {
            remove(&mut self.ads[role.key as usize].seats, seat);
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
            }
            Fact::AdRole { ad_account, centre, user, role } => {
                let (seat, ad_account) = (self.new_seat(*centre, *user), self.new_ad_account(*ad_account));
                set(&mut self.seats[seat as usize].roles, Entry::new(ad_account as u32, *role as u8, seq));
                add(&mut self.ads[ad_account].seats, seat);
            }
            Fact::AdRoleTaken { ad_account, centre, user } => {
                let (seat, ad_account) = (self.new_seat(*centre, *user), self.new_ad_account(*ad_account));
                unset(&mut self.seats[seat as usize].roles, ad_account as u32);
                remove(&mut self.ads[ad_account].seats, seat);
            }
            Fact::Grouped { group, ad_account, .. } => {
                let (group, ad_account) = (self.new_group(*group), self.new_ad_account(*ad_account));
                add(&mut self.groups[group], ad_account as u32);
            }
            Fact::Ungrouped { group, ad_account } => {
                let (group, ad_account) = (self.new_group(*group), self.new_ad_account(*ad_account));
                remove(&mut self.groups[group], ad_account as u32);
            }
            Fact::GroupMember { group, centre, user, role } => {
                let (seat, group) = (self.new_seat(*centre, *user), self.new_group(*group));
                set(&mut self.seats[seat as usize].groups, Entry::new(group as u32, *role as u8, seq));
            }
            Fact::GroupMemberGone { group, centre, user } => {
                let (seat, group) = (self.new_seat(*centre, *user), self.new_group(*group));
                unset(&mut self.seats[seat as usize].groups, group as u32);
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
                let shares = &mut self.ads[ad_account].shares;
                shares.retain(|(known, _)| *known != partner);
                shares.push((partner, *role));
            }
            Fact::Unshared { ad_account, partner } => {
                let (partner, ad_account) = (self.new_org(*partner), self.new_ad_account(*ad_account));
                self.ads[ad_account].shares.retain(|(known, _)| *known != partner);
            }
            _ => {}
        }
    }

    fn tell_post(&mut self, fact: &Fact, seq: i64) {
        match fact {
            Fact::PostSwitched { account, post, on } => {
                let account = self.new_account(*account) as u32;
                self.post_mut(account, post).switched_on = std::num::NonZeroI64::new(seq).filter(|_| *on);
            }
            Fact::PostCode { code, account, post, expires_at } => {
                let (id, account) = (number(*code), self.new_account(*account) as u32);
                let post = self.new_post(account, post);
                self.codes.insert(id, post);
                let codes = self.posts[post as usize].codes.get_or_insert_default();
                match codes.iter_mut().find(|code| code.id == id) {
                    Some(known) => known.expires_at = *expires_at,
                    None => codes.push(Code { id, expires_at: *expires_at, applied: Vec::new() }),
                }
            }
            Fact::PostCodeGone { code } => {
                let codes = self.codes.remove(&number(*code)).and_then(|post| self.posts[post as usize].codes.as_mut());
                codes.into_iter().for_each(|codes| codes.retain(|known| known.id != number(*code)));
            }
            Fact::PostCodeApplied { code, ad_account } => {
                let ad_account = self.new_ad_account(*ad_account) as u32;
                let Some(post) = self.codes.get(&number(*code)) else { return };
                let post = &mut self.posts[*post as usize];
                self.coded.insert((post.account, ad_account));
                let codes = post.codes.iter_mut().flat_map(|codes| codes.iter_mut());
                codes.filter(|known| known.id == number(*code)).for_each(|known| add(&mut known.applied, ad_account));
            }
            _ => {}
        }
    }

    fn tell_link(&mut self, fact: &Fact, pair: &Pair, at: Instant) {
        let (account, shop) = (self.new_account(pair.account), self.new_org(pair.shop));
        let link = self.new_link(pair, shop, account as u32);
        self.sellers[account].last_link = link as u32;
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
        let shop = self.shop_number(shop) as usize;
        if standing == Standing::InForce {
            self.links[link].linked_at = at;
            self.sellers[account].link = link as u32;
            add(&mut self.shops[shop].linked[kind], account as u32);
            if pair.kind == LinkKind::Marketing {
                let made = &mut self.shops[shop].marketing_at;
                let place = made.partition_point(|known| *known <= at);
                insert(made, place, at);
            }
        }
        if standing == Standing::Ended {
            self.links[link].leaving = NEVER;
            let seller = &mut self.sellers[account];
            (seller.link, seller.unlinked_at) = (NONE, seller.unlinked_at.max(at));
            remove(&mut self.shops[shop].linked[kind], account as u32);
            self.shops[shop].unlinked[kind] += 1;
        }
    }

    // ---- numbers ----

    pub(crate) fn account(&self, id: AccountId) -> Option<u32> {
        self.account_names.get(number(id)).filter(|account| self.accounts[*account as usize].known)
    }
    pub(crate) fn org(&self, id: OrgId) -> Option<(u32, &Org)> {
        let org = self.org_names.get(number(id))?;
        Some((org, &self.orgs[org as usize])).filter(|(_, org)| org.known)
    }
    pub(crate) fn seat(&self, centre: u32, user: u32) -> Option<u32> {
        self.seat_names.get(pair(centre, user))
    }
    pub(crate) fn ad_account(&self, id: AdAccountId) -> Option<u32> {
        self.ad_names.get(number(id)).filter(|ad_account| self.ads[*ad_account as usize].owner != NONE)
    }
    /// Whether two centres are partners now.
    pub(crate) fn are_partners(&self, one: u32, other: u32) -> bool {
        let (low, high) = (one.min(other), one.max(other));
        self.partners.range((low, high, 0)..=(low, high, u128::MAX)).next().is_some()
    }

    fn new_org(&mut self, id: OrgId) -> u32 {
        let (org, new) = self.org_names.name(number(id));
        if new {
            let nowhere = Region::new(b"ZZ");
            let (opened_at, name_length, shop, merchant) = (NEVER, 0, NONE, 0);
            self.orgs.push(Org { opened_at, name_length, shop, region: nowhere, merchant, state: State::Normal, known: false });
        }
        org
    }
    fn org_mut(&mut self, id: OrgId) -> &mut Org {
        let org = self.new_org(id);
        &mut self.orgs[org as usize]
    }
    fn shop_number(&mut self, org: u32) -> u32 {
        let org = &mut self.orgs[org as usize];
        if org.shop == NONE {
            org.shop = self.shops.len() as u32;
            self.shops.push(Shop::default());
        }
        org.shop
    }
    fn merchant(&mut self, code: &'static str) -> u8 {
        let known = self.merchants.iter().position(|known| *known == code);
        known.unwrap_or_else(|| {
            self.merchants.push(code);
            self.merchants.len() - 1
        }) as u8
    }
    fn new_user(&mut self, id: UserId) -> u32 {
        let (user, new) = self.user_names.name(number(id));
        if new {
            self.users.push(User::default());
        }
        user
    }
    fn new_seat(&mut self, centre: OrgId, user: UserId) -> u32 {
        let (centre, user) = (self.new_org(centre), self.new_user(user));
        let (seat, new) = self.seat_names.name(pair(centre, user));
        if new {
            self.seats.push(Seat { user, centre, role: None, accounts: Vec::new(), roles: Vec::new(), groups: Vec::new() });
            add(&mut self.users[user as usize].seats, seat);
        }
        seat
    }
    fn new_account(&mut self, id: AccountId) -> usize {
        let (account, new) = self.account_names.name(number(id));
        if new {
            self.accounts.push(Account { holders: Vec::new(), owner: NONE, state: State::Normal, political: false, known: false });
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
        account as usize
    }
    fn seller_mut(&mut self, id: AccountId) -> &mut Seller {
        let account = self.new_account(id);
        &mut self.sellers[account]
    }
    fn new_ad_account(&mut self, id: AdAccountId) -> usize {
        let (ad_account, new) = self.ad_names.name(number(id));
        if new {
            self.ads.push(AdAccount { owner: NONE, open: false, seats: Vec::new(), shares: Vec::new() });
        }
        ad_account as usize
    }
    fn new_group(&mut self, id: kernel::AssetGroupId) -> usize {
        let (group, new) = self.group_names.name(number(id));
        if new {
            self.groups.push(Vec::new());
        }
        group as usize
    }
    fn post_mut(&mut self, account: u32, post: &str) -> &mut Post {
        let post = self.new_post(account, post);
        &mut self.posts[post as usize]
    }
    /// A post is named by its account and its id; ids that are no plain numbers are named first, by another table.
    fn new_post(&mut self, account: u32, post: &str) -> u32 {
        let next = self.odd_posts.len() as u64;
        let key = plain(post).unwrap_or_else(|| *self.odd_posts.entry(post.into()).or_insert(ODD | next));
        let (number, new) = self.post_names.name(u128::from(account) << 64 | u128::from(key));
        if new {
            self.posts.push(Post { account, switched_on: None, codes: None });
        }
        number
    }
    pub(crate) fn post(&self, account: u32, post: &str) -> Option<&Post> {
        let key = plain(post).or_else(|| self.odd_posts.get(post).copied())?;
        self.post_names.get(u128::from(account) << 64 | u128::from(key)).map(|number| &self.posts[number as usize])
    }
    fn new_link(&mut self, of: &Pair, shop: u32, account: u32) -> usize {
        let (link, new) = self.link_names.name(number(of.link));
        if new {
            let (standing, none) = (Standing::Asked, NEVER);
            self.links.push(Link { shop, kind: of.kind, standing, since: none, closes_at: none, linked_at: none, leaving: none });
        }
        let (place, new) = self.between_names.name(pair(shop, account));
        if new {
            self.between.push(link);
        }
        self.between[place as usize] = link;
        link as usize
    }
    /// The last changed link between a shop and an account.
    pub(crate) fn between(&self, shop: u32, account: u32) -> Option<&Link> {
        let place = self.between_names.get(pair(shop, account))?;
        Some(&self.links[self.between[place as usize] as usize])
    }

    /// How much memory it holds, in bytes.
    pub fn bytes(&self) -> usize {
        fn table<T>(list: &Vec<T>) -> usize {
            list.capacity() * size_of::<T>()
        }
        // What the allocator keeps beside each piece is not counted.
        let names = self.org_names.bytes()
            + self.user_names.bytes()
            + self.seat_names.bytes()
            + self.account_names.bytes()
            + self.ad_names.bytes()
            + self.link_names.bytes()
            + self.between_names.bytes()
            + self.post_names.bytes();
        let tables = table(&self.orgs)
            + table(&self.shops)
            + table(&self.users)
            + table(&self.seats)
            + table(&self.accounts)
            + table(&self.sellers)
            + table(&self.ads)
            + table(&self.links)
            + table(&self.between)
            + table(&self.posts);
        let lists = self.users.iter().map(|user| table(&user.seats) + table(&user.own)).sum::<usize>()
            + self.seats.iter().map(|seat| table(&seat.accounts) + table(&seat.roles)).sum::<usize>()
            + self.accounts.iter().map(|account| table(&account.holders)).sum::<usize>()
            + self.ads.iter().map(|ad_account| table(&ad_account.seats) + table(&ad_account.shares)).sum::<usize>();
        names + tables + lists
    }
}
