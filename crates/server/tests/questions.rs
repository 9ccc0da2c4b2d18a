//! How many questions a command puts to the database: each is a part of a command's price, on PostgreSQL the greater part, and
//! they come one by one, unnoticed.

use crate::house::{House, On};
use access::Merchant;
use kernel::{Actor, LinkId, Origin, Who};
use linking::{Kind, accept::Accept, index::Found, invite::Invite};
use store::{Tx, perform};

/// Someone who asks with a session of their own.
fn asking(member: &crate::house::Member) -> Actor {
    let who = Who::User { user: member.user, session: store::fresh() };
    Actor { who, origin: Origin::Inside, confirmed_at: None }
}

/// What a command of the API does in its transaction, and how many questions it asks.
fn counted<A: store::Ask>(
    house: &House,
    actor: Actor,
    ask: A,
    found: impl Fn(&mut Tx<'_>) -> Result<Found, kernel::Refusal> + Clone + Send + 'static,
) -> usize {
    let again = found.clone();
    let work = move |tx: &mut Tx<'_>| {
        perform(tx, &actor, &ask)?;
        let found = found(tx)?;
        linking::view::view(tx, &found)?;
        Ok((tx.questions(), found))
    };
    let (questions, answered) = house.store.write_blocking(work).unwrap();
    assert_eq!(house.store.read_blocking(again).unwrap(), answered, "what was answered is what was written");
    questions
}

fn commands_ask(on: On) {
    let house = House::open(on);
    let (shop, owner) = (house.shop("Shop", "GB", Merchant::Invited), house.creator("Creator", "GB"));
    let account = house.account(&owner, "handle", "GB");
    let link: LinkId = store::fresh();
    let (to, by) = (shop.org, owner.org);
    let invite = Invite { link, shop: shop.org, account, kind: Kind::Marketing, message: String::new() };
    let shown = move |tx: &mut Tx<'_>| linking::index::of_shop(tx, to, link);
    // Gate, invitation before, shop, account, what stands against it, its bonds, the shop's quotas; whom to tell, their
    // organisation, their programs. The link as it is answered is known from its writing.
    assert_eq!(counted(&house, asking(&shop), invite, shown), 10);
    let shown = move |tx: &mut Tx<'_>| linking::index::of_owner(tx, by, link);
    // The same with the invitation itself, and without the shop to tell: it is known by then.
    assert_eq!(counted(&house, asking(&owner), Accept { owner: owner.org, link }, shown), 9);
}

#[test]
fn a_command_asks_no_more_questions_on_sqlite() {
    commands_ask(On::Sqlite);
}

#[test]
fn a_command_asks_no_more_questions_on_postgres() {
    commands_ask(On::Postgres);
}
