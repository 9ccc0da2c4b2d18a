//! A world of grants, with the members, roles, switches and links that go with them, and questions about it: the same for every
//! engine that is measured.

use decisions::{AdRole, Fact, Question, Scope, Scopes};
use kernel::{AccountId, AdAccountId, Instant, OrgId, Region, Role, UserId};

pub const NOW: Instant = Instant(1_795_000_000_000);
pub const POST: &str = "7306112345678901234";

struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }
}

/// An id as random as real ones.
fn id(kind: u64, n: u64) -> u128 {
    let (high, low) = (Dice(kind << 48 ^ n).roll(), Dice(kind << 40 ^ n ^ 0xABCD_EF01).roll());
    u128::from(high) << 64 | u128::from(low)
}
fn user(centre: u64, n: u64) -> UserId {
    UserId::new(id(1, centre * MEMBERS + n))
}
pub fn centre(n: u64) -> OrgId {
    OrgId::new(id(2, n))
}
pub fn account(n: u64) -> AccountId {
    AccountId::new(id(3, n))
}
fn ad_account(centre: u64, n: u64) -> AdAccountId {
    AdAccountId::new(id(4, centre * ADS + n))
}

const MEMBERS: u64 = 20;
const ADS: u64 = 5;
const PER_CENTRE: u64 = 500;

/// A grant as questions refer to it: its centre, its account, its first member.
struct Granted {
    centre: u64,
    account: u64,
    member: u64,
}

pub struct World {
    pub facts: Vec<Fact>,
    grants: Vec<Granted>,
    centres: u64,
    accounts: u64,
}

pub fn world(grants: u64) -> World {
    let mut dice = Dice(7);
    let (centres, accounts) = ((grants / PER_CENTRE).max(1), grants * 2 / 5);
    let mut facts = Vec::new();
    let region = Region::new(b"GB");
    for c in 0..centres {
        facts.push(Fact::Org { org: centre(c), region, merchant: "open", name_length: 9 });
        for n in 0..ADS {
            facts.push(Fact::AdAccount { ad_account: ad_account(c, n), centre: centre(c) });
        }
        for n in 0..MEMBERS {
            let role = if n == 0 { Role::CentreAdmin } else { Role::CentreMember };
            facts.push(Fact::Member { centre: centre(c), user: user(c, n), role });
            for k in 0..3 {
                let role = if k == 2 { AdRole::Analyst } else { AdRole::Operator };
                facts.push(Fact::AdRole { ad_account: ad_account(c, (n + k) % ADS), centre: centre(c), user: user(c, n), role });
            }
        }
    }
    for n in 0..accounts {
        let (account, owner) = (account(n), OrgId::new(id(5, n)));
        facts.push(Fact::Account { account, owner, region, birth: None, stated: None, claimed: true });
        facts.push(Fact::PostSwitched { account, post: POST.to_owned(), on: true });
    }
    let mut given = Vec::new();
    for _ in 0..grants {
        let (c, a, member) = (dice.below(centres), dice.below(accounts), dice.below(MEMBERS));
        let (centre, account) = (centre(c), account(a));
        facts.push(Fact::Granted { centre, account, scopes: Scopes::from_bits(7) });
        for k in 0..2 {
            facts.push(Fact::Assigned {
                centre,
                account,
                user: user(c, (member + k) % MEMBERS),
                scopes: Scopes::from_bits(if k == 0 { 7 } else { 2 }),
            });
        }
        given.push(Granted { centre: c, account: a, member });
        if given.len() % 20 == 0 {
            facts.push(Fact::OwnLinked { account, user: user(c, member), scopes: Scopes::from_bits(1) });
        }
    }
    World { facts, grants: given, centres, accounts }
}

/// Half of the questions are about a grant and its member; the others about someone and something.
pub fn questions(world: &World, count: usize, post: Option<&'static str>) -> Vec<Question<'static>> {
    let mut dice = Dice(11);
    let mut question = |n: usize| {
        let grant = &world.grants[dice.below(world.grants.len() as u64) as usize];
        let (c, a, member) = if n.is_multiple_of(2) {
            (grant.centre, grant.account, grant.member)
        } else {
            (dice.below(world.centres), dice.below(world.accounts), dice.below(MEMBERS))
        };
        let ad = if n.is_multiple_of(8) { dice.below(ADS) } else { member % ADS };
        Question::Use {
            user: user(c, member),
            centre: centre(c),
            account: account(a),
            scope: Scope::Posts,
            ad_account: ad_account(c, ad),
            post,
        }
    };
    (0..count).map(&mut question).collect()
}
