//! A world to measure in, made by the verbs themselves: every account is registered, every shop founded, every token issued.
//! Many asks share one transaction, as an import's rows do.

use access::Merchant;
use kernel::{Actor, OrgId, OrgKind, Region, Span, UserId};
use server::{Settings, house};
use std::{fmt::Write, net::SocketAddr, path::Path, sync::Arc};
use store::{Ask, Store, SystemClock, Tx};

/// How many asks share a transaction.
const TOGETHER: usize = 2_000;
/// How many marketing accounts an invited shop may have.
const PER_SHOP: usize = 4;
/// How many of the invited accounts a creator has.
const PER_CREATOR: usize = 10;

/// Numbers that look random and are the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
    /// Handles are Latin and unique, nicknames Latin or Chinese.
    fn names(&mut self, number: usize) -> (String, String) {
        const LATIN: [&str; 20] = [
            "lu", "na", "mi", "ra", "co", "ok", "sa", "to", "be", "ki", "dan", "fit", "joy", "max", "zen", "art", "li", "wei", "han", "kim",
        ];
        const CHINESE: [&str; 18] =
            ["小", "美", "厨", "房", "旅", "行", "阿", "强", "好", "物", "日", "记", "妈", "健", "身", "教", "练", "星"];
        let word = |dice: &mut Dice| (0..2 + dice.roll(2)).map(|_| LATIN[dice.roll(20)]).collect::<String>();
        let handle = format!("{}{}{number}", word(self), ["", ".", "_"][self.roll(3)]);
        let nickname = if self.roll(3) == 0 {
            (0..3 + self.roll(3)).map(|_| CHINESE[self.roll(18)]).collect()
        } else {
            format!("{} {}", word(self), word(self))
        };
        (handle, nickname)
    }
}

/// An organisation with a token of its owner's.
pub struct Org {
    pub id: OrgId,
    pub owner: UserId,
    pub token: String,
}

pub fn perform<A: Ask>(tx: &mut Tx<'_>, ask: &A) {
    store::perform(tx, &Actor::SYSTEM, ask).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", A::NAME));
}

pub fn found(store: &Store, kind: OrgKind, merchant: Merchant, numbers: std::ops::Range<usize>) -> Vec<Org> {
    let all: Vec<usize> = numbers.collect();
    let one = move |tx: &mut Tx<'_>, number: usize| {
        let (owner, id) = (store::fresh(), store::fresh());
        let (name, email) = (format!("{} {number}", kind.code()), format!("{}{number}@bench.example", kind.code()));
        perform(tx, &access::SignUp { user: owner, email, name: name.clone(), lang: "en".into(), zone: "UTC".into() });
        let categories = if kind == OrgKind::Shop { vec!["Home & Garden".to_owned()] } else { Vec::new() };
        perform(tx, &access::FoundOrg { org: id, kind, name, region: Region::new(b"GB"), merchant, categories, owner });
        let token = access::issue_token::issue_for(tx, id, owner, "bench", &["*"], Span::days(30))?;
        Ok::<_, kernel::Refusal>(Org { id, owner, token })
    };
    let made = all.chunks(TOGETHER).flat_map(|chunk| {
        let chunk = chunk.to_vec();
        store.write_blocking(move |tx| chunk.iter().map(|number| one(tx, *number)).collect::<Result<Vec<_>, _>>()).unwrap()
    });
    made.collect()
}

/// Makes `accounts` accounts, the first `pairs` of which are to be invited, and writes `plan.txt`, `queries.txt` and
/// `world.txt` beside the data.
pub fn world(folder: &Path, accounts: usize, pairs: usize, database: Option<String>) {
    let start = std::time::Instant::now();
    std::fs::create_dir_all(folder).unwrap();
    let mut settings = Settings::local(&folder.join("data"), SocketAddr::from(([127, 0, 0, 1], 0)));
    settings.database = database;
    let store = house::open_store(&settings, Arc::new(SystemClock)).unwrap();
    let shops = found(&store, OrgKind::Shop, Merchant::Invited, 0..pairs.div_ceil(PER_SHOP).max(1));
    let creators = found(&store, OrgKind::Creator, Merchant::Open, 0..pairs.div_ceil(PER_CREATOR).max(1));
    let operator = found(&store, OrgKind::Operator, Merchant::Open, 0..1).remove(0);

    let mut dice = Dice(7);
    let (mut plan, mut queries) = (String::new(), String::new());
    let birth = jiff::civil::date(1995, 5, 17);
    let regions = ["GB", "US", "MX", "ID", "TH", "VN", "MY", "PH", "SG"].map(|code| code.parse::<Region>().unwrap());
    let mut made = 0;
    while made < accounts {
        let mut batch = Vec::new();
        for number in made..(made + TOGETHER).min(accounts) {
            let (handle, nickname) = dice.names(number);
            let invited = number < pairs;
            let (account, creator) = (store::fresh(), &creators[number / PER_CREATOR % creators.len()]);
            if invited {
                let (at, owner) = (number / PER_SHOP, creator);
                writeln!(plan, "{at} {} {} {account} {} {}", shops[at].id, shops[at].token, owner.id, owner.token).unwrap();
            }
            if number.is_multiple_of((accounts / 2_000).max(1)) {
                writeln!(queries, "/api/v1/shops/{}/accounts?q={}", shops[0].id, query(&mut dice, number, &handle, &nickname)).unwrap();
            }
            let region = if invited { regions[0] } else { regions[dice.roll(9)] };
            let categories = vec!["Food".to_owned()];
            let register = accounts::register::Register { account, owner: creator.id, handle, nickname, region, birth, categories };
            batch.push((register, dice.roll(50_000_000) as i64));
        }
        made += batch.len();
        store
            .write_blocking(move |tx| {
                for (register, followers) in &batch {
                    perform(tx, register);
                    stand(tx, register, *followers)?;
                }
                Ok(())
            })
            .unwrap();
    }
    let user = operator.owner;
    let session = store.write_blocking(move |tx| access::session::open(tx, user, "bench").map(|(secret, _)| secret)).unwrap();
    let shop_user = shops[0].owner;
    let shop_session = store.write_blocking(move |tx| access::session::open(tx, shop_user, "bench").map(|(secret, _)| secret)).unwrap();
    let world = format!(
        "operator {}\noperator_session {session}\noperator_token {}\nshop {}\nshop_session {shop_session}\nshop_token {}\n",
        operator.id, operator.token, shops[0].id, shops[0].token
    );
    for (name, text) in [("plan.txt", plan), ("queries.txt", queries), ("world.txt", world)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    println!("operations {made}\nseconds {:.3}", start.elapsed().as_secs_f64());
}

/// How popular the account is. Followers come with an import's figures, one more event each; a world of a million is
/// spread over the list's order without them, straight in the list's own table.
fn stand(tx: &mut Tx<'_>, register: &accounts::register::Register, followers: i64) -> Result<(), kernel::Refusal> {
    tx.put("UPDATE accounts SET followers = $2 WHERE id = $1", store::args![register.account, followers])
}

/// What someone types who looks for this account: the beginning of a name, and every other time with two letters swapped.
fn query(dice: &mut Dice, number: usize, handle: &str, nickname: &str) -> String {
    let from = if number.is_multiple_of(2) { handle } else { nickname };
    let mut letters: Vec<char> = from.chars().take(2 + dice.roll(7)).collect();
    if dice.roll(2) == 0 && letters.len() > 4 {
        letters.swap(2, 3);
    }
    let text: String = letters.into_iter().collect();
    text.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() {
            all.push(char::from(byte))
        } else {
            write!(all, "%{byte:02X}").unwrap()
        }
        all
    })
}
