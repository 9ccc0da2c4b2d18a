//! The naive reference: for each ask it reads the whole log from its beginning and writes the rules down once more, in another
//! style and with no line shared with the product's. Slow and plain on purpose.

use super::{Around, Ask, account_id, shop_id};
use crate::{Ending, Event, Kind};
use access::OrgState;
use accounts::{AccountState, Ecommerce};
use kernel::{AccountId, Instant, Limit, LinkId, OrgId, Origin, Span};
use std::collections::BTreeSet;

type Log = [(Instant, Event)];

struct Story {
    kind: Kind,
    shop: OrgId,
    account: AccountId,
    invited_until: Instant,
    linked: Option<Instant>,
    unlinked: Option<Instant>,
    /// How the invitation ended, if it ended without a link.
    dead: bool,
    /// The last request to leave: until when, and whether it is still unanswered.
    request: Option<(Instant, bool)>,
}

fn story(log: &Log, link: LinkId) -> Option<Story> {
    let mut found: Option<Story> = None;
    for (at, event) in log.iter().filter(|(_, event)| event.pair().link == link) {
        let pair = event.pair();
        match (event, found.as_mut()) {
            (Event::Invited { closes_at, .. }, _) => {
                let (kind, shop, account) = (pair.role, pair.shop, pair.account);
                found = Some(Story {
                    kind,
                    shop,
                    account,
                    invited_until: *closes_at,
                    linked: None,
                    unlinked: None,
                    dead: false,
                    request: None,
                });
            }
            (Event::Linked { .. }, Some(s)) => s.linked = Some(*at),
            (Event::Declined { .. } | Event::Withdrawn { .. } | Event::Expired { .. }, Some(s)) => s.dead = true,
            (Event::UnlinkAsked { closes_at, .. }, Some(s)) => s.request = Some((*closes_at, true)),
            (Event::UnlinkRefused { .. } | Event::UnlinkWithdrawn { .. }, Some(s)) => {
                s.request = s.request.map(|(until, _)| (until, false))
            }
            (Event::Unlinked { ended: Ending::Approved | Ending::Unanswered, .. }, Some(s)) => {
                s.unlinked = Some(*at);
                s.request = s.request.map(|(until, _)| (until, false));
            }
            (Event::NameFollowed { .. }, _) | (_, None) => {}
        }
    }
    found
}

fn stories(log: &Log) -> Vec<Story> {
    let links: BTreeSet<LinkId> = log.iter().map(|(_, event)| event.pair().link).collect();
    links.into_iter().filter_map(|link| story(log, link)).collect()
}

impl Story {
    fn in_force(&self) -> bool {
        self.linked.is_some() && self.unlinked.is_none()
    }
    fn unanswered(&self) -> bool {
        !self.dead && self.linked.is_none()
    }
}

type Codes = BTreeSet<String>;

fn say(codes: &mut Codes, wrong: bool, code: &str) {
    if wrong {
        codes.insert(code.to_owned());
    }
}

fn both(log: &Log, around: &Around, now: Instant, shop: OrgId, account: AccountId, kind: Kind, codes: &mut Codes) {
    let s = around.shops.iter().find(|s| s.id == shop).unwrap();
    let place = around.accounts.iter().position(|a| a.id == account).unwrap();
    let a = &around.accounts[place];
    let all = stories(log);
    let p = &around.policy;
    say(codes, s.state != OrgState::Normal, "linking.rules.shop_not_normal");
    say(codes, a.state != AccountState::Normal, "linking.rules.account_not_normal");
    say(codes, a.ecommerce != Ecommerce::Granted, "linking.rules.ecommerce_withdrawn");
    say(codes, around.violations[place] != 0, "linking.rules.open_violations");
    say(codes, around.findings[place] != 0, "linking.rules.content_findings");
    match a.birth {
        None => say(codes, true, "linking.rules.age_not_known"),
        Some(birth) => {
            let eighteen: Instant = format!("{}-{:02}-{:02}T00:00:00Z", birth.year() + 18, birth.month(), birth.day()).parse().unwrap();
            say(codes, now < eighteen, "linking.rules.under_age");
        }
    }
    say(codes, a.region != s.region, "linking.rules.other_country");
    say(codes, all.iter().any(|l| l.account == account && l.shop == shop && l.in_force()), "linking.rules.linked_here");
    say(codes, all.iter().any(|l| l.account == account && l.shop != shop && l.in_force()), "linking.rules.linked_elsewhere");
    say(
        codes,
        all.iter().any(|l| l.account == account && l.unlinked.is_some_and(|at| now.0 - at.0 < p.relink_wait.value.0)),
        "linking.rules.in_wait",
    );
    let held = |wanted: Kind| all.iter().filter(|l| l.shop == shop && l.kind == wanted && l.in_force()).count() as u32;
    if kind == Kind::Official {
        say(codes, held(Kind::Official) >= p.official_accounts.value, "linking.rules.official_place_taken");
        say(codes, s.name.chars().count() > p.official_name_length.value, "linking.rules.name_too_long");
    } else {
        let probation = now.0 - s.opened_at.0 < p.probation.value.0;
        let allowed = if probation { p.marketing_accounts_in_probation.value } else { p.marketing_accounts.value };
        say(codes, held(Kind::Marketing) >= allowed, "linking.rules.marketing_places_taken");
        let recent = |l: &&Story| {
            l.shop == shop && l.kind == Kind::Marketing && l.linked.is_some_and(|at| now.0 - at.0 < p.marketing_links_window.value.0)
        };
        let made = all.iter().filter(recent).count() as u32;
        say(codes, matches!(p.marketing_links.value, Limit::AtMost(most) if made >= most), "linking.rules.links_spent");
    }
}

fn network(around: &Around, shop: OrgId, codes: &mut Codes) {
    let home = around.shops.iter().find(|s| s.id == shop).unwrap().region;
    match around.origin {
        Origin::Country(there) => say(codes, there != home, "linking.rules.network_elsewhere"),
        Origin::Unknown => say(codes, true, "linking.rules.network_not_known"),
        Origin::Private => say(codes, !around.policy.private_network_is_home.value, "linking.rules.network_private"),
        Origin::Inside => {}
    }
}

fn unlink_quota(log: &Log, around: &Around, link: &Story) -> bool {
    let used = stories(log).iter().filter(|l| l.shop == link.shop && l.kind == link.kind && l.unlinked.is_some()).count() as u32;
    let limit = if link.kind == Kind::Official { around.policy.official_unlinks.value } else { around.policy.marketing_unlinks.value };
    matches!(limit, Limit::AtMost(most) if used >= most)
}

fn violation(around: &Around, account: AccountId) -> bool {
    around.violations[around.accounts.iter().position(|a| a.id == account).unwrap()] > 0
}

fn open_question(until: Instant, unanswered: bool, by_clock: bool, now: Instant, codes: &mut Codes) {
    if !unanswered {
        say(codes, true, "consent.no_longer_open");
    } else if by_clock {
        say(codes, now < until, "consent.still_open");
    } else {
        say(codes, now >= until, "consent.answered_too_late");
    }
}

pub(super) fn answer(log: &Log, around: &Around, now: Instant, ask: Ask) -> Result<Vec<String>, Codes> {
    let mut codes = Codes::new();
    let of = |link: usize| story(log, LinkId::new(link as u128 + 1)).unwrap();
    let invitation = |link: usize, by_clock: bool, codes: &mut Codes| {
        let link = of(link);
        open_question(link.invited_until, link.unanswered(), by_clock, now, codes);
    };
    let request = |link: usize, by_clock: bool, codes: &mut Codes| {
        let link = of(link);
        let (until, unanswered) = link.request.unwrap_or((now, false));
        open_question(until, unanswered, by_clock, now, codes);
    };
    let done = match ask {
        Ask::Invite { shop, account, kind } => {
            both(log, around, now, shop_id(shop), account_id(account), kind, &mut codes);
            let same = |l: &&Story| l.shop == shop_id(shop) && l.account == account_id(account) && l.unanswered();
            let all = stories(log);
            let last = all.iter().find(same).map(|l| l.invited_until);
            say(&mut codes, last.is_some_and(|until| now < until), "linking.invite.already_invited");
            if last.is_some() {
                return if codes.is_empty() { Ok(vec!["expired".into(), "invited".into()]) } else { Err(codes) };
            }
            "invited"
        }
        Ask::Accept(link) => {
            invitation(link, false, &mut codes);
            let link = of(link);
            both(log, around, now, link.shop, link.account, link.kind, &mut codes);
            network(around, link.shop, &mut codes);
            "linked"
        }
        Ask::Decline(link) => {
            invitation(link, false, &mut codes);
            "declined"
        }
        Ask::Withdraw(link) => {
            invitation(link, false, &mut codes);
            "withdrawn"
        }
        Ask::Expire(link) => {
            invitation(link, true, &mut codes);
            "expired"
        }
        Ask::RequestUnlink(link) => {
            let link = of(link);
            say(&mut codes, !link.in_force(), "consent.not_in_force");
            say(&mut codes, link.linked.is_some_and(|at| Span(now.0 - at.0) < around.earliest), "linking.request_unlink.too_soon");
            say(
                &mut codes,
                link.in_force() && link.request.is_some_and(|(_, unanswered)| unanswered),
                "linking.request_unlink.already_asked",
            );
            say(&mut codes, violation(around, link.account), "linking.rules.open_violations");
            say(&mut codes, unlink_quota(log, around, &link), "linking.rules.unlinks_spent");
            network(around, link.shop, &mut codes);
            "unlink_asked"
        }
        Ask::ApproveUnlink(link) => {
            request(link, false, &mut codes);
            let link = of(link);
            say(&mut codes, violation(around, link.account), "linking.rules.open_violations");
            say(&mut codes, unlink_quota(log, around, &link), "linking.rules.unlinks_spent");
            "unlinked"
        }
        Ask::RefuseUnlink(link) => {
            request(link, false, &mut codes);
            "unlink_refused"
        }
        Ask::WithdrawUnlink(link) => {
            request(link, false, &mut codes);
            "unlink_withdrawn"
        }
        Ask::GrantUnlink(link) => {
            request(link, true, &mut codes);
            let link = of(link);
            if violation(around, link.account) || unlink_quota(log, around, &link) { "unlink_refused" } else { "unlinked" }
        }
    };
    if codes.is_empty() { Ok(vec![done.to_owned()]) } else { Err(codes) }
}
