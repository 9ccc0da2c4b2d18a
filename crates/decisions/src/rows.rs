//! What is known of each thing. What the question about using an account looks at stands in the tables of [names](crate::names), so many
//! to a line of memory as fit; everything else in lists, by the thing's number.

use crate::{
    fact::{LinkKind, State, StatedAge},
    lists::{Entry, FEW},
    names::{NONE, Row},
};
use kernel::{Date, Instant, Region, Role, Standing};

/// No instant.
pub(crate) const NEVER: Instant = Instant(i64::MIN);

pub(crate) struct Org {
    pub id: u128,
    pub number: u32,
    pub shop: u32,
    pub region: Region,
    pub merchant: u8,
    pub state: State,
    pub known: bool,
}

/// What the questions about linking look at besides: what a shop is, and what it has used of its places.
pub(crate) struct Shop {
    pub opened_at: Instant,
    pub name_length: u32,
    /// Accounts linked now, by kind.
    pub linked: [Vec<u32>; 2],
    /// Links that are over, by kind.
    pub unlinked: [u32; 2],
    /// When its marketing links were made, oldest first.
    pub marketing_at: Vec<Instant>,
}

pub(crate) struct User {
    pub id: u128,
    pub number: u32,
    pub locked: bool,
}

/// What is a person's; lists ask for it.
#[derive(Default)]
pub(crate) struct Own {
    pub seats: Vec<u32>,
    /// Accounts that the person linked themself: the link's scopes stand with the account.
    pub accounts: Vec<u32>,
}

/// A person's place in a centre, in one line of memory.
pub(crate) struct Seat {
    pub number: u32,
    pub user: u32,
    pub centre: u32,
    pub role: Option<Role>,
    /// Whether it has roles by groups.
    pub grouped: bool,
    /// How many roles on ad accounts it has; more than fit here stand with its duties.
    pub roles: u8,
    pub few: [Entry; FEW],
}

/// What a place in a centre brings with it.
#[derive(Default)]
pub(crate) struct Duties {
    /// Accounts assigned to it: the scopes stand with the account.
    pub accounts: Vec<u32>,
    /// Its roles on ad accounts: the number of the ad account, the role in the bits of scopes.
    pub roles: Vec<Entry>,
    /// Its roles by groups: the number of the group, the role in the bits of scopes.
    pub groups: Vec<Entry>,
}

/// All that the question about using an account looks at besides rights.
pub(crate) struct Account {
    pub id: u128,
    pub number: u32,
    pub owner: u32,
    pub state: State,
    pub political: bool,
    /// Whether a person has linked it themself.
    pub own_linked: bool,
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
    pub id: u128,
    pub number: u32,
    pub owner: u32,
    pub open: bool,
    /// Whether partner centres have a share of it.
    pub shared: bool,
    /// Whether a centre has ever withheld an account from it.
    pub withheld: bool,
}

pub(crate) struct Post {
    /// Its id as a number.
    pub id: u64,
    pub account: u32,
    pub number: u32,
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

pub(crate) struct Between {
    pub shop: u32,
    pub account: u32,
    pub number: u32,
    pub link: u32,
}

/// How a row is found, and what stands where there is none.
macro_rules! row {
    ($row:ident, $key:ty, |$one:ident| $value:expr, $nothing:expr) => {
        impl Row for $row {
            type Key = $key;
            fn nothing() -> $row {
                $nothing
            }
            #[inline]
            fn key(&self) -> $key {
                let $one = self;
                $value
            }
            #[inline]
            fn number(&self) -> u32 {
                self.number
            }
        }
    };
}
row!(Org, u128, |org| org.id, Org::new(0, NONE));
row!(User, u128, |user| user.id, User { id: 0, number: NONE, locked: false });
row!(Account, u128, |account| account.id, Account::new(0, NONE));
row!(AdAccount, u128, |ad_account| ad_account.id, AdAccount::new(0, NONE));
row!(Seat, (u32, u32), |seat| (seat.centre, seat.user), Seat::new((NONE, NONE), NONE));
row!(Post, (u32, u64), |post| (post.account, post.id), Post { id: 0, account: NONE, number: NONE, switched_on: None, codes: None });
row!(Between, (u32, u32), |between| (between.shop, between.account), Between { shop: NONE, account: NONE, number: NONE, link: NONE });

impl Org {
    pub fn new(id: u128, number: u32) -> Org {
        Org { id, number, shop: NONE, region: Region::new(b"ZZ"), merchant: 0, state: State::Normal, known: false }
    }
}
impl Account {
    pub fn new(id: u128, number: u32) -> Account {
        Account { id, number, owner: NONE, state: State::Normal, political: false, own_linked: false, known: false }
    }
}
impl AdAccount {
    pub fn new(id: u128, number: u32) -> AdAccount {
        AdAccount { id, number, owner: NONE, open: false, shared: false, withheld: false }
    }
}
impl Seat {
    pub fn new((centre, user): (u32, u32), number: u32) -> Seat {
        Seat { number, user, centre, role: None, grouped: false, roles: 0, few: [Entry::NOTHING; FEW] }
    }
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
