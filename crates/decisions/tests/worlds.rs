//! Random worlds: few people and things, so that they meet; small limits, so that they are reached; questions asked at the edges of
//! time. Everything follows from a seed.

use crate::naive::{Happened, Log};
use decisions::{AdRole, Fact, LinkKind, Pair, Question, Scope, Scopes, State, StatedAge, Values};
use kernel::{
    AccountId, AdAccountId, AssetGroupId, AuthorisationId, Cited, Date, Instant, Limit, LinkId, OrgId, Origin, PartnershipId, Region, Role,
    Span, Sure, UserId, ViolationId,
};
use std::sync::Arc;

/// A small generator (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

pub const USERS: u64 = 3;
pub const CENTRES: u64 = 2;
pub const ACCOUNTS: u64 = 3;
pub const ADS: u64 = 2;
pub const SHOPS: u64 = 2;
const REGIONS: [&[u8; 2]; 2] = [b"GB", b"US"];
pub const POSTS: [&str; 2] = ["7301", "7302"];
const BEGIN: Instant = Instant(1_795_000_000_000);

/// Numbers beyond those that exist name nothing.
pub fn user(n: u64) -> UserId {
    UserId::new(u128::from(n) + 0x1000)
}
pub fn centre(n: u64) -> OrgId {
    OrgId::new(u128::from(n) + 0x2000)
}
pub fn shop(n: u64) -> OrgId {
    OrgId::new(u128::from(n) + 0x3000)
}
pub fn account(n: u64) -> AccountId {
    AccountId::new(u128::from(n) + 0x4000)
}
pub fn ad_account(n: u64) -> AdAccountId {
    AdAccountId::new(u128::from(n) + 0x5000)
}

fn cited<T>(value: T) -> Cited<T> {
    Cited { value, source: Arc::from("a test"), seen: Arc::from("2026-11-22"), sure: Sure::Ours }
}

/// Values of every size that matters; the same for both sides.
pub fn values(dice: &mut Dice) -> Values {
    let mut limit = |most: u64| if dice.once_in(4) { Limit::None } else { Limit::AtMost(dice.below(most + 1) as u32) };
    let (marketing_links, official_unlinks, marketing_unlinks) = (limit(3), limit(2), limit(2));
    Values {
        owner_age: cited(dice.one(&[18, 20])),
        official_accounts: cited(dice.below(2) as u32 + u32::from(!dice.once_in(4))),
        marketing_accounts: cited(dice.below(4) as u32),
        marketing_accounts_in_probation: cited(dice.below(3) as u32),
        probation: cited(Span::days(dice.below(3) as i64 * 2)),
        marketing_links: cited(marketing_links),
        marketing_links_window: cited(Span::days(1 + dice.below(6) as i64)),
        official_unlinks: cited(official_unlinks),
        marketing_unlinks: cited(marketing_unlinks),
        relink_wait: cited(Span::hours(dice.below(3) as i64 * 12)),
        shops_per_account: cited(1),
        official_name_length: cited(29),
        private_network_is_home: cited(dice.once_in(2)),
        earliest_unlink: cited(Span::hours(dice.below(3) as i64 * 12)),
        followers: cited(1_000),
        topics: &["religion", "politics", "false_advertising"],
        until: None,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Asked,
    Linked,
    Leaving,
    Over,
}

/// A world as it grows.
pub struct World {
    pub dice: Dice,
    pub log: Vec<Happened>,
    pub now: Instant,
    pub values: Values,
    /// Moments at which something begins or ends: where questions are asked.
    pub edges: Vec<Instant>,
    links: Vec<(Pair, Stage)>,
    fresh: u128,
}

impl World {
    pub fn new(seed: u64) -> World {
        let mut dice = Dice(seed.wrapping_mul(0xD134_2543_DE82_EF95) ^ 0x5EED);
        let values = values(&mut dice);
        let mut world = World { dice, log: Vec::new(), now: BEGIN, values, edges: Vec::new(), links: Vec::new(), fresh: 0x9000 };
        world.begin();
        world
    }

    fn fresh(&mut self) -> u128 {
        self.fresh += 1;
        self.fresh
    }

    fn begin(&mut self) {
        let home = Region::new(b"GB");
        for n in 0..CENTRES {
            self.happen(Fact::Org { org: centre(n), region: home, merchant: "open", name_length: 9 });
        }
        for n in 0..SHOPS {
            let (region, name_length) = (self.region(), if self.dice.once_in(8) { 30 } else { 29 });
            self.happen(Fact::Org { org: shop(n), region, merchant: "open", name_length });
            self.edges.push(self.now + self.values.probation.value);
        }
        for n in 0..ACCOUNTS {
            let (region, birth, claimed) = (self.region(), self.birth(), !self.dice.once_in(5));
            let birth = birth.filter(|_| claimed);
            let stated = self.stated();
            self.happen(Fact::Account { account: account(n), owner: OrgId::new(0x6000), region, birth, stated, claimed });
        }
        for n in 0..ADS {
            let owner = centre(self.dice.below(CENTRES));
            self.happen(Fact::AdAccount { ad_account: ad_account(n), centre: owner });
        }
        // Most people have what they need to begin with, so that one thing missing is one thing missing.
        for _ in 0..20 {
            let fact = self.right();
            self.happen(fact);
        }
    }

    fn region(&mut self) -> Region {
        if self.dice.once_in(4) { Region::new(REGIONS[1]) } else { Region::new(REGIONS[0]) }
    }

    /// Around the birthday that counts.
    fn birth(&mut self) -> Option<Date> {
        let today = self.now.timestamp().to_zoned(jiff_utc()).date();
        let year = today.year() - if self.dice.once_in(3) { self.values.owner_age.value } else { 25 };
        let birth = Date::new(year, today.month(), today.day().min(28)).ok()?;
        let birth = birth.checked_add(days(self.dice.below(9) as i64 - 3)).ok()?;
        self.edges.extend(Instant::birthday(birth, self.values.owner_age.value));
        (!self.dice.once_in(5)).then_some(birth)
    }

    fn stated(&mut self) -> Option<StatedAge> {
        let years = self.values.owner_age.value - self.dice.below(2) as i16;
        let on = self.now.timestamp().to_zoned(jiff_utc()).date().checked_sub(days(363 + self.dice.below(4) as i64)).ok()?;
        self.edges.extend(Instant::birthday(on, self.values.owner_age.value - years));
        (!self.dice.once_in(2)).then_some(StatedAge { years, on })
    }

    pub fn happen(&mut self, fact: Fact) {
        let seq = self.log.len() as i64 + 1;
        self.log.push((seq, self.now, fact));
    }

    /// Time goes on: not at all, by a little, or to just where something ends.
    pub fn wait(&mut self) {
        let step = match self.dice.below(6) {
            0 | 1 => 0,
            2 | 3 => self.dice.below(6 * 3_600_000) as i64,
            4 => self.dice.below(24 * 3_600_000) as i64,
            _ => {
                let next = self.edges.iter().filter(|edge| **edge > self.now).min();
                next.map_or(0, |edge| (*edge - self.now).0 + self.dice.below(2) as i64)
            }
        };
        self.now = Instant(self.now.0 + step.min(30 * 86_400_000));
    }

    /// One more thing happens.
    pub fn step(&mut self) {
        self.wait();
        let fact = match self.dice.below(10) {
            0..=4 => self.right(),
            5 => self.state(),
            _ => return self.link(),
        };
        self.happen(fact);
    }

    fn scopes(&mut self) -> Scopes {
        if self.dice.once_in(3) { Scopes::from_bits(self.dice.below(8) as u8) } else { Scopes::from_bits(7) }
    }

    fn right(&mut self) -> Fact {
        let (user, centre) = (user(self.dice.below(USERS)), centre(self.dice.below(CENTRES)));
        let (account, ad_account) = (account(self.dice.below(ACCOUNTS)), ad_account(self.dice.below(ADS)));
        let scopes = self.scopes();
        let group = AssetGroupId::new(u128::from(self.dice.below(2)) + 0x7000);
        match self.dice.below(52) {
            48..=51 => self.withheld(centre, account, ad_account),
            40 | 41 => Fact::Grouped { group, centre, ad_account },
            42 => Fact::Ungrouped { group, ad_account },
            43..=45 => Fact::GroupMember { group, centre, user, role: self.dice.one(&AdRole::ALL) },
            46 => Fact::GroupMemberGone { group, centre, user },
            47 if self.dice.once_in(2) => Fact::GroupGone { group },
            47 => Fact::LockedOut { user, locked: self.dice.once_in(2) },
            0..=4 => Fact::Member { centre, user, role: self.dice.one(&[Role::CentreAdmin, Role::CentreMember]) },
            5 => Fact::MemberGone { centre, user },
            6..=9 => Fact::Granted { centre, account, scopes },
            10 => Fact::GrantEnded { centre, account },
            11..=14 => Fact::Assigned { centre, account, user, scopes },
            15 => Fact::Unassigned { centre, account, user },
            16 | 17 => Fact::OwnLinked { account, user, scopes },
            18 => Fact::OwnUnlinked { account, user },
            19..=23 => Fact::AdRole { ad_account, centre, user, role: self.dice.one(&AdRole::ALL) },
            24 => Fact::AdRoleTaken { ad_account, centre, user },
            25 if self.dice.once_in(3) => Fact::AdAccountClosed { ad_account },
            25..=27 => Fact::Shared { ad_account, partner: centre, role: self.dice.one(&AdRole::ALL) },
            28 => Fact::Unshared { ad_account, partner: centre },
            29..=31 => self.partners(),
            32 | 33 => {
                let (post, on) = (self.dice.one(&POSTS).to_owned(), !self.dice.once_in(3));
                Fact::PostSwitched { account, post, on }
            }
            _ => self.code(account, ad_account),
        }
    }

    /// What a centre holds, it can keep out of an ad account that it has, and let it in again.
    fn withheld(&mut self, centre: OrgId, account: AccountId, ad_account: AdAccountId) -> Fact {
        let known = self.log.iter().filter_map(|(_, _, fact)| match fact {
            Fact::Withheld { centre, account, ad_account } => Some((*centre, *account, *ad_account)),
            _ => None,
        });
        let known: Vec<_> = known.collect();
        let log = Log(&self.log);
        let has =
            log.ad_account(ad_account).is_some_and(|(owner, open)| open && (owner == centre || log.share(ad_account, centre).is_some()));
        if has && log.granted(centre, account).is_some() && (known.is_empty() || !self.dice.once_in(3)) {
            return Fact::Withheld { centre, account, ad_account };
        }
        let (centre, account, ad_account) = if known.is_empty() { (centre, account, ad_account) } else { self.dice.one(&known) };
        Fact::Restored { centre, account, ad_account }
    }

    /// Some centre keeps some account out of some ad account, if it can.
    pub fn keep_out(&mut self) {
        let (centre, account) = (centre(self.dice.below(CENTRES)), account(self.dice.below(ACCOUNTS)));
        let ad_account = ad_account(self.dice.below(ADS));
        let fact = self.withheld(centre, account, ad_account);
        self.happen(fact);
    }

    /// Gives someone all that a use takes, but now and then one thing.
    pub fn give(&mut self) {
        let (user, centre, account) = (user(self.dice.below(USERS)), centre(self.dice.below(CENTRES)), account(self.dice.below(ACCOUNTS)));
        let (ad_account, scopes) = (ad_account(self.dice.below(ADS)), self.scopes());
        let all = [
            Fact::OrgState { org: centre, state: State::Normal },
            Fact::LockedOut { user, locked: false },
            Fact::Member { centre, user, role: Role::CentreMember },
            Fact::AccountState { account, state: State::Normal },
            Fact::Political { account, political: false },
            Fact::Granted { centre, account, scopes },
            Fact::Assigned { centre, account, user, scopes },
            Fact::AdRole { ad_account, centre, user, role: AdRole::Operator },
        ];
        for fact in all {
            if !self.dice.once_in(12) {
                self.happen(fact);
            }
        }
    }

    fn partners(&mut self) -> Fact {
        let known = self.log.iter().filter_map(|(_, _, fact)| match fact {
            Fact::Partners { partnership, one, other } => Some((*partnership, *one, *other)),
            _ => None,
        });
        let known: Vec<_> = known.collect();
        if !known.is_empty() && self.dice.once_in(2) {
            let (partnership, one, other) = self.dice.one(&known);
            return Fact::PartnersNoMore { partnership, one, other };
        }
        let (one, other) = if self.dice.once_in(2) { (centre(0), centre(1)) } else { (centre(1), centre(0)) };
        Fact::Partners { partnership: PartnershipId::new(self.fresh()), one, other }
    }

    fn code(&mut self, account: AccountId, ad_account: AdAccountId) -> Fact {
        let known = self.log.iter().filter_map(|(_, _, fact)| match fact {
            Fact::PostCode { code, account, post, .. } => Some((*code, *account, post.clone())),
            _ => None,
        });
        let known: Vec<_> = known.collect();
        let expires_at = self.now + Span(self.dice.below(72) as i64 * 3_600_000);
        if known.is_empty() || self.dice.once_in(4) {
            self.edges.push(expires_at);
            let (code, post) = (AuthorisationId::new(self.fresh()), self.dice.one(&POSTS).to_owned());
            return Fact::PostCode { code, account, post, expires_at };
        }
        let (code, account, post) = known[self.dice.below(known.len() as u64) as usize].clone();
        match self.dice.below(8) {
            0 => Fact::PostCodeGone { code },
            // A code that was deleted is not extended.
            1 if !self.log.iter().any(|(_, _, fact)| *fact == Fact::PostCodeGone { code }) => {
                self.edges.push(expires_at);
                Fact::PostCode { code, account, post, expires_at }
            }
            _ => Fact::PostCodeApplied { code, ad_account },
        }
    }

    fn state(&mut self) -> Fact {
        let account = account(self.dice.below(ACCOUNTS));
        let org = if self.dice.once_in(2) { shop(self.dice.below(SHOPS)) } else { centre(self.dice.below(CENTRES)) };
        let state = self.dice.one(&[State::Normal, State::Normal, State::Suspended, State::Closed]);
        let violations = self.log.iter().filter_map(|(_, _, fact)| match fact {
            Fact::Violation { account, violation } => Some((*account, *violation)),
            _ => None,
        });
        let violations: Vec<_> = violations.collect();
        let (post, word) = (self.dice.one(&POSTS).to_owned(), self.dice.one(&["miracle", "cure"]).to_owned());
        match self.dice.below(18) {
            0 | 1 => Fact::OrgState { org, state },
            2 | 3 => Fact::AccountState { account, state },
            4 => Fact::Political { account, political: self.dice.once_in(2) },
            5 | 6 => Fact::Ecommerce { account, granted: !self.dice.once_in(3) },
            7 => Fact::Violation { account, violation: ViolationId::new(self.fresh()) },
            8..=10 if !violations.is_empty() => {
                let (account, violation) = self.dice.one(&violations);
                Fact::ViolationClosed { account, violation }
            }
            11 => Fact::Found { account, post, topic: self.dice.below(3) as u8, word },
            12 | 13 => Fact::Dismissed { account, post },
            14 => Fact::AccountMoved { account, region: self.region() },
            15 => Fact::AgeStated { account, stated: self.stated() },
            16 => match self.birth() {
                Some(birth) => Fact::Claimed { account, owner: OrgId::new(0x6001), birth },
                None => Fact::Followers { account, followers: 999 },
            },
            17 if self.dice.once_in(2) => Fact::OrgNamed { org: shop(0), name_length: 28 + self.dice.below(3) as u32 },
            _ => Fact::Followers { account, followers: self.dice.one(&[0, 999, 1_000, 5_000]) },
        }
    }

    /// What can happen to links, as linking lets it: one in force for an account, one invitation open between a shop and an
    /// account.
    fn link(&mut self) {
        let open: Vec<usize> = (0..self.links.len()).filter(|at| self.links[*at].1 != Stage::Over).collect();
        if open.is_empty() || self.dice.once_in(3) {
            return self.invite();
        }
        let at = open[self.dice.below(open.len() as u64) as usize];
        let (pair, stage) = self.links[at];
        let taken =
            self.links.iter().any(|(other, stage)| other.account == pair.account && matches!(stage, Stage::Linked | Stage::Leaving));
        let closes_at = self.now + Span::hours(24);
        let (fact, next) = match (stage, self.dice.below(8)) {
            (Stage::Asked, 0..=5) if !taken => (Fact::Linked { pair }, Stage::Linked),
            (Stage::Asked, 6) => (Fact::Declined { pair }, Stage::Over),
            (Stage::Asked, 7) => (Fact::Withdrawn { pair }, Stage::Over),
            (Stage::Asked, _) => (Fact::Expired { pair }, Stage::Over),
            (Stage::Linked, _) => (Fact::UnlinkAsked { pair, closes_at }, Stage::Leaving),
            (Stage::Leaving, 0 | 1) => (Fact::UnlinkOver { pair }, Stage::Linked),
            (Stage::Leaving, _) => (Fact::Unlinked { pair }, Stage::Over),
            (Stage::Over, _) => return,
        };
        self.links[at].1 = next;
        match next {
            Stage::Linked => {
                self.edges.push(self.now + self.values.earliest_unlink.value);
                self.edges.push(self.now + self.values.marketing_links_window.value);
            }
            Stage::Over => self.edges.push(self.now + self.values.relink_wait.value),
            Stage::Asked | Stage::Leaving => {}
        }
        self.happen(fact);
    }

    fn invite(&mut self) {
        let (shop, account) = (shop(self.dice.below(SHOPS)), account(self.dice.below(ACCOUNTS)));
        let is_linked = |stage: Stage| matches!(stage, Stage::Linked | Stage::Leaving);
        if self.links.iter().any(|(pair, stage)| (pair.shop, pair.account) == (shop, account) && is_linked(*stage)) {
            return;
        }
        let same = self.links.iter().position(|(pair, stage)| (pair.shop, pair.account) == (shop, account) && *stage == Stage::Asked);
        if let Some(at) = same {
            self.links[at].1 = Stage::Over;
            self.happen(Fact::Expired { pair: self.links[at].0 });
        }
        let kind = if self.dice.once_in(3) { LinkKind::Official } else { LinkKind::Marketing };
        let pair = Pair { link: LinkId::new(self.fresh()), kind, shop, account };
        let closes_at = self.now + Span::hours(self.dice.below(48) as i64);
        self.edges.push(closes_at);
        self.links.push((pair, Stage::Asked));
        self.happen(Fact::Invited { pair, closes_at });
    }

    /// A moment to ask at: now, or at an edge, a millisecond before it or after it.
    pub fn moment(&mut self) -> Instant {
        let future: Vec<Instant> = self.edges.iter().copied().filter(|edge| *edge >= self.now).collect();
        if future.is_empty() || self.dice.once_in(2) {
            return self.now;
        }
        let edge = future[self.dice.below(future.len() as u64) as usize];
        Instant((edge.0 + self.dice.below(3) as i64 - 1).max(self.now.0))
    }

    /// A question: half of them about something that happened, so that yes is no rarity.
    pub fn question(&mut self) -> Question<'static> {
        let question = self.any_question();
        if self.dice.once_in(2) { self.likely(question) } else { question }
    }

    /// The same question about whoever has an assignment and, often, a role; or about a shop and an account with an open invitation.
    fn likely(&mut self, question: Question<'static>) -> Question<'static> {
        match question {
            Question::Use { scope, ad_account, post, .. } => {
                let assigned = self.log.iter().filter_map(|(_, _, fact)| match fact {
                    Fact::Assigned { centre, account, user, .. } => Some((*centre, *account, *user)),
                    _ => None,
                });
                let assigned: Vec<_> = assigned.collect();
                if assigned.is_empty() {
                    return question;
                }
                let (centre, account, user) = self.dice.one(&assigned);
                let roles = self.log.iter().filter_map(|(_, _, fact)| match fact {
                    Fact::AdRole { ad_account, centre: c, user: u, .. } if (*c, *u) == (centre, user) => Some(*ad_account),
                    _ => None,
                });
                let roles: Vec<_> = roles.chain([ad_account]).collect();
                Question::Use { user, centre, account, scope, ad_account: self.dice.one(&roles), post }
            }
            Question::Link { from, .. } => {
                let open = self.links.iter().filter(|(_, stage)| *stage == Stage::Asked).map(|(pair, _)| *pair);
                let open: Vec<Pair> = open.collect();
                if open.is_empty() {
                    return question;
                }
                let Pair { kind, shop, account, .. } = self.dice.one(&open);
                Question::Link { shop, account, kind, from }
            }
            Question::Invite { .. } | Question::Unlink { .. } | Question::Sell { .. } => question,
        }
    }

    /// About what there is and, rarely, about what there is not.
    fn any_question(&mut self) -> Question<'static> {
        let dice = &mut self.dice;
        let stray = |dice: &mut Dice, of: u64| if dice.once_in(40) { of } else { dice.below(of) };
        let (account, shop) = (account(stray(dice, ACCOUNTS)), shop(stray(dice, SHOPS)));
        let kind = if dice.once_in(2) { LinkKind::Official } else { LinkKind::Marketing };
        let from = match dice.below(8) {
            0 => Origin::Private,
            1 => Origin::Unknown,
            2 => Origin::Country(Region::new(b"US")),
            3 => Origin::Inside,
            _ => Origin::Country(Region::new(b"GB")),
        };
        match dice.below(10) {
            0 | 1 => Question::Invite { shop, account, kind },
            2 | 3 => Question::Link { shop, account, kind, from },
            4 => Question::Unlink { account, from },
            5 if dice.once_in(3) => Question::Sell { account },
            _ => {
                let (user, centre) = (user(stray(dice, USERS)), centre(stray(dice, CENTRES)));
                let (scope, ad_account) = (dice.one(&Scope::ALL), ad_account(stray(dice, ADS)));
                let post = if dice.once_in(2) { Some(dice.one(&POSTS)) } else { None };
                Question::Use { user, centre, account, scope, ad_account, post }
            }
        }
    }
}

fn jiff_utc() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::UTC
}
fn days(days: i64) -> jiff::Span {
    jiff::Span::new().days(days)
}
