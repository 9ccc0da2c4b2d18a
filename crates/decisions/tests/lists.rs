//! What is listed is what is allowed, from both sides, and no page loses or repeats anything.

use crate::worlds::{ACCOUNTS, ADS, CENTRES, USERS, World, account, ad_account, centre, user};
use decisions::{Answer, Index, Member, Question, Scope, Subject};
use kernel::{AccountId, OrgId, UserId};

fn grown(seed: u64) -> (World, Index) {
    let (mut world, mut index) = (World::new(seed), Index::new());
    (0..120).for_each(|_| world.step());
    world.log.iter().for_each(|(seq, at, fact)| index.tell(fact, *seq, *at));
    (world, index)
}

/// All of a list, page by page.
fn paged<T: Copy>(size: usize, page: impl Fn(Option<T>, usize) -> Vec<T>) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    loop {
        let next = page(all.last().copied(), size);
        let ends = next.len() < size;
        all.extend(next);
        if ends {
            return all;
        }
    }
}

#[test]
fn checking_listing_and_asking_who_agree_in_every_world() {
    let mut listed = 0;
    for seed in 0..300 {
        let (world, index) = grown(seed);
        for scope in Scope::ALL {
            for ads in 0..ADS {
                let mut allowed: Vec<(UserId, OrgId, AccountId)> = Vec::new();
                let ad_account = ad_account(ads);
                for (u, c, a) in (0..USERS).flat_map(|u| (0..CENTRES).flat_map(move |c| (0..ACCOUNTS).map(move |a| (u, c, a)))) {
                    let (user, centre, account) = (user(u), centre(c), account(a));
                    let question = Question::Use { user, centre, account, scope, ad_account, post: None };
                    let mut answer = Answer::default();
                    index.check(&question, world.now, None, &mut answer);
                    if answer.allowed {
                        allowed.push((user, centre, account));
                    }
                }
                listed += allowed.len();
                for (u, c) in (0..USERS).flat_map(|u| (0..CENTRES).map(move |c| (u, c))) {
                    let asked = Member { user: user(u), centre: centre(c), scope, ad_account };
                    let mine: Vec<_> = allowed.iter().filter(|one| (one.0, one.1) == (asked.user, asked.centre)).map(|one| one.2).collect();
                    for size in 1..4 {
                        assert_eq!(paged(size, |after, limit| index.list(&asked, world.now, after, limit)), mine);
                    }
                }
                for a in 0..ACCOUNTS {
                    let asked = Subject { account: account(a), scope, ad_account, centre: None };
                    let mut mine: Vec<_> = allowed.iter().filter(|one| one.2 == asked.account).map(|one| (one.0, one.1)).collect();
                    mine.sort_unstable();
                    for size in 1..4 {
                        assert_eq!(paged(size, |after, limit| index.who(&asked, world.now, after, limit)), mine);
                    }
                }
            }
        }
    }
    assert!(listed > 500, "too little was ever allowed: {listed}");
}
