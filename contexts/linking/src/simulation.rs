//! A steered simulation: random worlds in which the rules, fed by sums over an index, and a naive reference, which reads the
//! whole log anew for every question, must give the same answer to every ask.
//!
//! Random steps alone almost never meet the rare rules, so each world draws its own habits (few or many accounts, short or long
//! steps, favourite asks) and the clock likes to land on, just before and just after moments at which an answer changes. What
//! counts is how often each reason was reached, not how many steps were made.

mod reference;

use crate::{
    Event, Kind, Link, Pair, accept, approve_unlink, decline, expire, grant_unlink, invite, refuse_unlink, request_unlink,
    rules::{self, tests as sample},
    state::after,
    withdraw, withdraw_unlink,
};
use access::OrgState;
use accounts::{AccountState, Ecommerce};
use kernel::{AccountId, Capability, Denial, Instant, Limit, LinkId, OrgId, Origin, Region, Span, Standing, decide};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// SplitMix64: the same seed, the same world.
pub(super) struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides.max(1)
    }
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len() as u64) as usize]
    }
}

/// What someone asks for. Links are named by their place in the world's list.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Ask {
    Invite { shop: usize, account: usize, kind: Kind },
    Accept(usize),
    Decline(usize),
    Withdraw(usize),
    Expire(usize),
    RequestUnlink(usize),
    ApproveUnlink(usize),
    RefuseUnlink(usize),
    WithdrawUnlink(usize),
    GrantUnlink(usize),
}

/// What lies outside linking and changes by itself.
#[derive(Clone)]
pub(super) struct Around {
    pub shops: Vec<rules::Shop>,
    pub accounts: Vec<accounts::Account>,
    pub violations: Vec<i64>,
    pub findings: Vec<i64>,
    pub origin: Origin,
    pub policy: Arc<rules::Policy>,
    pub open_for: Span,
    pub earliest: Span,
    pub unanswered_after: Span,
}

/// A mistake planted on purpose, to show that the simulation finds it.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Fault {
    None,
    /// The window keeps its oldest link a millisecond too long.
    WindowIsLonger,
    /// The unlink quota is compared with `<=`.
    OneUnlinkMore,
    /// Accepting does not ask again whether the account is free.
    AcceptTrustsTheInvitation,
}

struct World {
    dice: Dice,
    now: Instant,
    around: Around,
    log: Vec<(Instant, Event)>,
    links: Vec<Link>,
    step: i64,
    /// In an eager world most asks are the natural next step of some link, so that quotas fill up.
    eager: bool,
    fault: Fault,
}

fn shop_id(shop: usize) -> OrgId {
    OrgId::new(shop as u128 + 1)
}
fn account_id(account: usize) -> AccountId {
    AccountId::new(account as u128 + 1)
}
fn owner_id(account: usize) -> OrgId {
    OrgId::new(account as u128 + 1_000)
}

impl World {
    fn new(seed: u64, fault: Fault) -> World {
        let mut dice = Dice(seed);
        let eager = dice.roll(2) == 0;
        let (shops, accounts) = if eager { (1, 15) } else { (1 + dice.roll(3) as usize, 1 + dice.roll(14) as usize) };
        let now = sample::NOW;
        let mut policy = sample::policy();
        if dice.roll(3) == 0 {
            policy.marketing_unlinks.value = Limit::AtMost(3);
        }
        policy.marketing_accounts.value = if eager { 50 } else { *dice.pick(&[0, 1, 4, 4, 50]) };
        policy.marketing_accounts_in_probation.value = if eager { 50 } else { policy.marketing_accounts.value.min(1) };
        let sample = sample::shared(Kind::Marketing);
        let shop = |at: usize| rules::Shop { id: shop_id(at), opened_at: now - Span::days(59), ..sample.shop.clone() };
        let account = |at: usize| accounts::Account { id: account_id(at), owner: owner_id(at), ..sample.account.clone() };
        let around = Around {
            shops: (0..shops).map(shop).collect(),
            accounts: (0..accounts).map(account).collect(),
            violations: vec![0; accounts],
            findings: vec![0; accounts],
            origin: sample.origin,
            policy: Arc::new(policy),
            open_for: Span::hours(48),
            earliest: Span::hours(24),
            unanswered_after: Span::days(7),
        };
        let step = *dice.pick(&[60_000, 3_600_000, 12 * 3_600_000, 20 * 86_400_000]);
        let step = if eager { step.min(8 * 3_600_000) } else { step };
        World { dice, now, around, log: Vec::new(), links: Vec::new(), step, eager, fault }
    }

    /// Moments at which an answer may change.
    fn edges(&self) -> Vec<Instant> {
        let closings = self.links.iter().filter(|l| l.consent.standing == Standing::Asked).map(|l| l.consent.closes_at);
        let requests = self
            .links
            .iter()
            .filter_map(|l| l.unlink.as_ref())
            .filter(|r| r.consent.standing == Standing::Asked)
            .map(|r| r.consent.closes_at);
        let leaves = self
            .links
            .iter()
            .filter(|l| l.consent.standing == Standing::InForce)
            .filter_map(|l| l.linked_at)
            .map(|at| at + self.around.earliest);
        let waits = self
            .links
            .iter()
            .filter(|l| l.consent.standing == Standing::Ended)
            .map(|l| l.consent.since + self.around.policy.relink_wait.value);
        let windows = self.links.iter().filter_map(|l| l.linked_at).map(|at| at + self.around.policy.marketing_links_window.value);
        let probations = self.around.shops.iter().map(|shop| shop.opened_at + self.around.policy.probation.value);
        closings.chain(requests).chain(leaves).chain(waits).chain(windows).chain(probations).filter(|at| *at > self.now).collect()
    }

    fn pass_time(&mut self) {
        let edges = self.edges();
        if !edges.is_empty() && self.dice.roll(if self.eager { 30 } else { 3 }) == 0 {
            let near = [Span(0), Span(1), Span(-1), Span::hours(1)];
            // The nearest edges are where the next ask is decided; far ones keep the long windows alive.
            let edge = if self.dice.roll(2) == 0 { edges.iter().min().copied().unwrap_or(self.now) } else { *self.dice.pick(&edges) };
            self.now = (edge + *self.dice.pick(&near)).max(self.now);
        } else {
            self.now = self.now + Span(self.dice.roll(self.step as u64) as i64);
        }
    }

    fn change_around(&mut self) {
        let account = self.dice.roll(self.around.accounts.len() as u64) as usize;
        let shop = self.dice.roll(self.around.shops.len() as u64) as usize;
        let (gb, mx) = (Region::new(b"GB"), Region::new(b"MX"));
        match self.dice.roll(9) {
            0 => self.around.violations[account] = self.dice.roll(2) as i64,
            1 => self.around.findings[account] = self.dice.roll(2) as i64,
            2 => self.around.shops[shop].state = *self.dice.pick(&[OrgState::Normal, OrgState::Normal, OrgState::Suspended]),
            3 => {
                self.around.accounts[account].state =
                    *self.dice.pick(&[AccountState::Normal, AccountState::Normal, AccountState::Suspended])
            }
            4 => self.around.accounts[account].ecommerce = *self.dice.pick(&[Ecommerce::Granted, Ecommerce::Granted, Ecommerce::Withdrawn]),
            5 => self.around.accounts[account].region = *self.dice.pick(&[gb, gb, mx]),
            6 => {
                self.around.origin =
                    *self.dice.pick(&[Origin::Country(gb), Origin::Country(gb), Origin::Private, Origin::Unknown, Origin::Country(mx)])
            }
            7 => {
                self.around.accounts[account].birth =
                    *self.dice.pick(&[sample::shared(Kind::Marketing).account.birth, None, Some(jiff::civil::date(2009, 1, 1))])
            }
            _ => self.around.shops[shop].name = "x".repeat(*self.dice.pick(&[10, 29, 30])),
        }
    }

    /// Puts the world back in order, so that the rules behind the first ones are reached too.
    fn mend(&mut self) {
        let sample = sample::shared(Kind::Marketing);
        for shop in &mut self.around.shops {
            (shop.state, shop.name) = (OrgState::Normal, "Tea".into());
        }
        for account in &mut self.around.accounts {
            let (id, owner) = (account.id, account.owner);
            *account = accounts::Account { id, owner, ..sample.account.clone() };
        }
        self.around.violations.fill(0);
        self.around.findings.fill(0);
        self.around.origin = sample.origin;
    }

    fn next_ask(&mut self) -> Ask {
        let (shops, accounts) = (self.around.shops.len() as u64, self.around.accounts.len() as u64);
        let (shop, account) = (self.dice.roll(shops) as usize, self.dice.roll(accounts) as usize);
        let kind = if self.dice.roll(4) == 0 { Kind::Official } else { Kind::Marketing };
        let invite = Ask::Invite { shop, account, kind };
        if self.links.is_empty() {
            return invite;
        }
        // Old links are mostly dead; the last ones are where something can happen.
        let all = self.links.len() as u64;
        let back = if self.dice.roll(4) == 0 { self.dice.roll(all) } else { self.dice.roll(all.min(6)) };
        let link = (all - 1 - back) as usize;
        if self.eager {
            match self.dice.roll(8) {
                0 => {}
                1 | 2 => return Ask::Invite { shop, account, kind: Kind::Marketing },
                _ => return self.natural(link).unwrap_or(Ask::Invite { shop, account, kind: Kind::Marketing }),
            }
        }
        match self.dice.roll(12) {
            0 | 1 => invite,
            2 | 3 => Ask::Accept(link),
            4 => Ask::Decline(link),
            5 => Ask::Withdraw(link),
            6 => Ask::Expire(link),
            7 => Ask::RequestUnlink(link),
            8 => Ask::ApproveUnlink(link),
            9 => Ask::RefuseUnlink(link),
            10 => Ask::WithdrawUnlink(link),
            _ => Ask::GrantUnlink(link),
        }
    }

    /// What would come next for this link if everybody wanted it.
    fn natural(&self, at: usize) -> Option<Ask> {
        let link = &self.links[at];
        match (link.consent.standing, link.unlink.as_ref().map(|request| request.consent.standing)) {
            (Standing::Asked, _) => Some(Ask::Accept(at)),
            (Standing::InForce, Some(Standing::Asked)) => Some(Ask::ApproveUnlink(at)),
            (Standing::InForce, _) => Some(Ask::RequestUnlink(at)),
            _ => None,
        }
    }

    fn shared(&self, shop: usize, account: usize, kind: Kind, asking_again: bool) -> rules::Facts {
        let of_shop = |l: &&Link| l.pair.shop == shop_id(shop);
        let now_linked = |wanted: Kind| {
            self.links.iter().filter(of_shop).filter(|l| l.pair.role == wanted && l.consent.standing == Standing::InForce).count() as u32
        };
        let ended =
            self.links.iter().filter(of_shop).filter(|l| l.pair.role == kind && l.consent.standing == Standing::Ended).count() as u32;
        let of_account = |l: &&Link| l.pair.account == account_id(account);
        let slip = Span(i64::from(self.fault == Fault::WindowIsLonger));
        let marketing_links = self
            .links
            .iter()
            .filter(of_shop)
            .filter(|l| l.pair.role == Kind::Marketing)
            .filter_map(|l| l.linked_at)
            .map(|at| at + slip)
            .collect();
        let linked = self.links.iter().filter(of_account).find(|l| l.consent.standing == Standing::InForce).map(|l| l.pair);
        let blind = self.fault == Fault::AcceptTrustsTheInvitation && asking_again;
        rules::Facts {
            now: self.now,
            kind,
            shop: self.around.shops[shop].clone(),
            account: self.around.accounts[account].clone(),
            open_violations: self.around.violations[account],
            findings: if self.around.findings[account] > 0 { vec![("religion".into(), 1)] } else { vec![] },
            linked: linked.filter(|_| !blind),
            unlinked_at: self
                .links
                .iter()
                .filter(of_account)
                .filter(|l| l.consent.standing == Standing::Ended)
                .map(|l| l.consent.since)
                .max(),
            official_now: now_linked(Kind::Official),
            marketing_now: now_linked(Kind::Marketing),
            marketing_links,
            unlinks_ever: ended - u32::from(self.fault == Fault::OneUnlinkMore && ended > 0),
            origin: self.around.origin,
            policy: self.around.policy.clone(),
        }
    }

    fn decide(&self, ask: Ask) -> Result<Vec<Event>, BTreeSet<String>> {
        let of = |link: usize| {
            let link = self.links[link].clone();
            let shared = self.shared(link.pair.shop.number() as usize - 1, link.pair.account.number() as usize - 1, link.pair.role, true);
            (link, shared)
        };
        let (now, id) = (self.now, LinkId::new(self.links.len() as u128 + 1));
        let words = String::new;
        match ask {
            Ask::Invite { shop, account, kind } => {
                let open = |l: &&Link| {
                    l.pair.shop == shop_id(shop) && l.pair.account == account_id(account) && l.consent.standing == Standing::Asked
                };
                let asked = self.links.iter().find(open);
                let open_until = asked.map(|l| l.consent.closes_at).filter(|closes_at| now < *closes_at);
                let lapsed = asked.filter(|l| now >= l.consent.closes_at).map(|l| l.pair);
                let policy = Arc::new(invite::Policy { open_for: sample::cited(self.around.open_for) });
                let facts = invite::Facts { shared: self.shared(shop, account, kind, false), open_until, lapsed, policy };
                answer(&invite::Invite { link: id, shop: shop_id(shop), account: account_id(account), kind, message: words() }, &facts)
            }
            Ask::Accept(link) => {
                let (link, shared) = of(link);
                answer(&accept::Accept { owner: link.pair.owner, link: link.id() }, &accept::Facts { link, shared })
            }
            Ask::Decline(link) => {
                let (link, _) = of(link);
                answer(&decline::Decline { owner: link.pair.owner, link: link.id(), reason: words() }, &decline::Facts { link, now })
            }
            Ask::Withdraw(link) => {
                let (link, _) = of(link);
                answer(&withdraw::Withdraw { shop: link.pair.shop, link: link.id() }, &withdraw::Facts { link, now })
            }
            Ask::Expire(link) => {
                let (link, _) = of(link);
                answer(&expire::Expire { link: link.id() }, &expire::Facts { link, now })
            }
            Ask::RequestUnlink(link) => {
                let (link, shared) = of(link);
                let policy = request_unlink::Policy {
                    earliest: sample::cited(self.around.earliest),
                    unanswered_after: sample::cited(self.around.unanswered_after),
                };
                let ask = request_unlink::RequestUnlink { owner: link.pair.owner, link: link.id(), reason: words() };
                answer(&ask, &request_unlink::Facts { link, shared, policy: Arc::new(policy) })
            }
            Ask::ApproveUnlink(link) => {
                let (link, shared) = of(link);
                answer(&approve_unlink::ApproveUnlink { shop: link.pair.shop, link: link.id() }, &approve_unlink::Facts { link, shared })
            }
            Ask::RefuseUnlink(link) => {
                let (link, _) = of(link);
                answer(
                    &refuse_unlink::RefuseUnlink { shop: link.pair.shop, link: link.id(), reason: words() },
                    &refuse_unlink::Facts { link, now },
                )
            }
            Ask::WithdrawUnlink(link) => {
                let (link, _) = of(link);
                answer(&withdraw_unlink::WithdrawUnlink { owner: link.pair.owner, link: link.id() }, &withdraw_unlink::Facts { link, now })
            }
            Ask::GrantUnlink(link) => {
                let (link, shared) = of(link);
                answer(&grant_unlink::GrantUnlink { link: link.id() }, &grant_unlink::Facts { link, shared })
            }
        }
    }

    fn keep(&mut self, event: Event) {
        let place = event.pair().link.number() as usize - 1;
        let before = self.links.get(place).cloned();
        let Some(now) = after(before, &event, self.now) else { return };
        if place == self.links.len() {
            self.links.push(now)
        } else {
            self.links[place] = now
        }
        self.log.push((self.now, event));
    }
}

fn answer<C: Capability<Event = Event>>(ask: &C, facts: &C::Facts) -> Result<Vec<Event>, BTreeSet<String>> {
    decide(ask, facts).map_err(|denied| denied.iter().map(|d| Denial::of::<C>(d).code).collect())
}

/// What a run has met.
#[derive(Default)]
struct Met {
    steps: u64,
    codes: BTreeMap<String, u64>,
    events: BTreeMap<String, u64>,
    difference: Option<String>,
}

fn run(worlds: u64, asks: u64, fault: Fault) -> Met {
    let mut met = Met::default();
    for seed in 0..worlds {
        let mut world = World::new(seed, fault);
        for step in 0..asks {
            world.pass_time();
            match world.dice.roll(if world.eager { 24 } else { 6 }) {
                0 => world.change_around(),
                1..=3 => world.mend(),
                _ => {}
            }
            let ask = world.next_ask();
            let answered = world.decide(ask);
            let expected = reference::answer(&world.log, &world.around, world.now, ask);
            met.steps += 1;
            let said = answered.as_ref().map(|events| events.iter().map(kind_of).collect::<Vec<_>>()).map_err(Clone::clone);
            if said != expected {
                met.difference =
                    Some(format!("seed {seed}, step {step}, {ask:?} at {}: the rules say {said:?}, the reference {expected:?}", world.now));
                return met;
            }
            match answered {
                Ok(events) => events.into_iter().for_each(|event| {
                    *met.events.entry(kind_of(&event)).or_default() += 1;
                    world.keep(event);
                }),
                Err(codes) => codes.into_iter().for_each(|code| *met.codes.entry(code).or_default() += 1),
            }
            // Whatever happens, an account is linked to one shop at a time.
            let linked: Vec<Pair> = world.links.iter().filter(|l| l.consent.standing == Standing::InForce).map(|l| l.pair).collect();
            let accounts: BTreeSet<_> = linked.iter().map(|pair| pair.account).collect();
            if accounts.len() != linked.len() {
                met.difference = Some(format!("seed {seed}, step {step}: an account is linked twice"));
                return met;
            }
        }
    }
    met
}

fn kind_of(event: &Event) -> String {
    serde_json::to_value(event).ok().and_then(|e| e.get("kind").and_then(|k| k.as_str().map(str::to_owned))).unwrap_or_default()
}

/// Every reason that linking's verbs can give, and how often a run must meet it.
const REASONS: [&str; 25] = [
    "consent.answered_too_late",
    "consent.no_longer_open",
    "consent.not_in_force",
    "consent.still_open",
    "linking.invite.already_invited",
    "linking.request_unlink.already_asked",
    "linking.request_unlink.too_soon",
    "linking.rules.account_not_normal",
    "linking.rules.age_not_known",
    "linking.rules.content_findings",
    "linking.rules.ecommerce_withdrawn",
    "linking.rules.in_wait",
    "linking.rules.linked_elsewhere",
    "linking.rules.linked_here",
    "linking.rules.links_spent",
    "linking.rules.marketing_places_taken",
    "linking.rules.name_too_long",
    "linking.rules.network_elsewhere",
    "linking.rules.network_not_known",
    "linking.rules.official_place_taken",
    "linking.rules.open_violations",
    "linking.rules.other_country",
    "linking.rules.shop_not_normal",
    "linking.rules.under_age",
    "linking.rules.unlinks_spent",
];

#[test]
fn simulation_the_rules_and_a_naive_reference_agree_and_every_reason_is_met() {
    let met = run(700, 300, Fault::None);
    assert_eq!(met.difference, None);
    for reason in REASONS {
        assert!(
            met.codes.get(reason).is_some_and(|times| *times >= 20),
            "{reason} was met too rarely: {:?} in {} steps",
            met.codes,
            met.steps
        );
    }
    assert_eq!(met.events.len(), 9, "every event but a shop's renaming happens: {:?}", met.events);
}

#[test]
fn simulation_finds_a_window_that_is_a_millisecond_too_long() {
    assert!(run(700, 300, Fault::WindowIsLonger).difference.is_some());
}

#[test]
fn simulation_finds_one_unlink_too_many() {
    assert!(run(700, 300, Fault::OneUnlinkMore).difference.is_some());
}

#[test]
fn simulation_finds_an_acceptance_that_does_not_ask_again() {
    assert!(run(700, 300, Fault::AcceptTrustsTheInvitation).difference.is_some());
}
