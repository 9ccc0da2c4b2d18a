//! May this account be invited, linked, unlinked; may it sell? The rules are linking's, read from what the index knows. Their
//! names, reasons and order are the same, so that a dry run there and an answer here cannot be told apart; a test of the
//! server holds the two together.

use crate::{
    answer::{Answer, Denied, Ground, Road, Topics},
    fact::{LinkKind, State, TOPICS},
    index::Index,
    names::NONE,
    question::Values,
    rows::{Account, Link, NEVER, Org, Seller, Shop},
};
use kernel::{Instant, Limit, Origin, Region, Standing};

/// What the rules look at, found once.
struct Facts<'i, 'v> {
    now: Instant,
    kind: LinkKind,
    number: u32,
    account: &'i Account,
    seller: &'i Seller,
    shop_number: u32,
    org: &'i Org,
    shop: &'i Shop,
    values: &'v Values,
}

type Said<'v> = Result<Ground, Denied<'v>>;

fn require<'v>(holds: bool, denied: impl FnOnce() -> Denied<'v>) -> Said<'v> {
    if holds { Ok(Ground::Nothing) } else { Err(denied()) }
}

impl Index {
    fn facts<'v>(&self, shop: u32, number: u32, kind: LinkKind, now: Instant, values: &'v Values) -> Facts<'_, 'v> {
        let org = &self.orgs[shop];
        Facts {
            now,
            kind,
            number,
            account: &self.accounts[number],
            seller: &self.sellers[number as usize],
            shop_number: shop,
            org,
            shop: &self.shops[org.shop as usize],
            values,
        }
    }

    pub(crate) fn answer_invite<'v>(
        &self,
        shop: u32,
        account: u32,
        kind: LinkKind,
        now: Instant,
        values: &'v Values,
        answer: &mut Answer<'v>,
    ) {
        let f = self.facts(shop, account, kind, now, values);
        self.say_state(&f, answer);
        self.say_fit(&f, None, answer);
        answer.say("someone_can_answer", Road::Needed, require(f.seller.claimed, || Denied::NobodyToAsk));
        let open = self.between(shop, account).filter(|link| link.standing == Standing::Asked && now < link.closes_at);
        let closes_at = open.map(|link| link.closes_at);
        let none_open = closes_at.map_or(Ok(Ground::Nothing), |closes_at| Err(Denied::AlreadyInvited { closes_at }));
        answer.say_until("no_invitation_is_open", Road::Needed, none_open, closes_at, true);
        answer.conclude(values.until);
    }

    #[expect(clippy::too_many_arguments, reason = "the question's parts, as numbers")]
    pub(crate) fn answer_link<'v>(
        &self,
        shop: u32,
        account: u32,
        kind: LinkKind,
        from: Origin,
        now: Instant,
        values: &'v Values,
        answer: &mut Answer<'v>,
    ) {
        let f = self.facts(shop, account, kind, now, values);
        let invitation = self.between(shop, account).filter(|link| link.kind == kind);
        let (open, closes_at) = invitation.map_or((Err(Denied::NotInvited), None), |link| is_open(link, now));
        answer.say_until("invitation_is_open", Road::Needed, open, closes_at, true);
        self.say_state(&f, answer);
        self.say_fit(&f, Some(from), answer);
        answer.conclude(values.until);
    }

    pub(crate) fn answer_unlink<'v>(&self, account: u32, from: Origin, now: Instant, values: &'v Values, answer: &mut Answer<'v>) {
        let seller = &self.sellers[account as usize];
        let number = if seller.link == NONE { seller.last_link } else { seller.link };
        let link = &self.links[number as usize];
        let f = self.facts(link.shop, account, link.kind, now, values);
        let standing = if link.standing == Standing::Asked && now >= link.closes_at { Standing::Expired } else { link.standing };
        let in_force = require(standing == Standing::InForce, || Denied::NotInForce { standing });
        // An unanswered invitation is named otherwise when its time is over; it is in force at no time.
        let lapses = (standing == Standing::Asked).then_some(link.closes_at);
        answer.say_until("link_is_in_force", Road::Needed, in_force, lapses, false);
        let earliest = &values.earliest_unlink;
        let allowed_at = Some(link.linked_at).filter(|at| *at != NEVER).map(|at| at + earliest.value).filter(|at| now < *at);
        let long_enough = allowed_at.map_or(Ok(Ground::Nothing), |allowed_at| Err(Denied::TooSoon { allowed_at, earliest }));
        answer.say_until("has_been_linked_long_enough", Road::Needed, long_enough, allowed_at, true);
        let asked = link.leaving != NEVER && link.standing == Standing::InForce;
        answer.say("no_request_is_open", Road::Needed, require(!asked, || Denied::AlreadyAsked { closes_at: link.leaving }));
        self.say_violations(&f, answer);
        answer.say("network_is_in_the_shops_country", Road::Needed, network(&f, from));
        let allowed = if link.kind == LinkKind::Official { &values.official_unlinks } else { &values.marketing_unlinks };
        let left = allowed.value.leaves_room(f.shop.unlinked[link.kind as usize]);
        answer.say("unlinks_are_left", Road::Needed, require(left, || Denied::UnlinksSpent { allowed, role: link.kind }));
        answer.conclude(values.until);
    }

    pub(crate) fn answer_sell<'v>(&self, account: u32, values: &'v Values, answer: &mut Answer<'v>) {
        let (known, seller) = (&self.accounts[account], &self.sellers[account as usize]);
        answer.say(
            "account_is_normal",
            Road::Needed,
            require(known.state == State::Normal, || Denied::AccountNotNormal { state: known.state }),
        );
        answer.say("ecommerce_is_granted", Road::Needed, require(seller.ecommerce, || Denied::EcommerceWithdrawn));
        let (minimum, followers) = (&values.followers, seller.followers);
        let reaches = match (seller.link != NONE).then(|| &self.links[seller.link as usize]) {
            Some(link) => Ok(Ground::Linked { role: link.kind, since: link.linked_at }),
            None if followers >= minimum.value => Ok(Ground::Followers { followers }),
            None => Err(Denied::TooFewFollowers { followers, minimum }),
        };
        answer.say("is_linked_or_has_followers", Road::Needed, reaches);
        answer.conclude(values.until);
    }

    /// The rules about the shop's and the account's own state.
    fn say_state<'v>(&self, f: &Facts<'_, 'v>, answer: &mut Answer<'v>) {
        let (state, account) = (f.org.state, f.account.state);
        answer.say("shop_is_normal", Road::Needed, require(state == State::Normal, || Denied::ShopNotNormal { state }));
        answer.say("account_is_normal", Road::Needed, require(account == State::Normal, || Denied::AccountNotNormal { state: account }));
        answer.say("ecommerce_is_granted", Road::Needed, require(f.seller.ecommerce, || Denied::EcommerceWithdrawn));
        self.say_violations(f, answer);
        answer.say("content_is_clean", Road::Needed, self.content(f));
    }

    fn say_violations<'v>(&self, f: &Facts<'_, 'v>, answer: &mut Answer<'v>) {
        let count = f.seller.violations;
        answer.say("no_violation_is_open", Road::Needed, require(count == 0, || Denied::OpenViolations { count }));
    }

    /// The rules about how shop and account fit together. The network counts at the answering only.
    fn say_fit<'v>(&self, f: &Facts<'_, 'v>, from: Option<Origin>, answer: &mut Answer<'v>) {
        let (old_enough, of_age_at) = age(f);
        answer.say_until("owner_is_of_age", Road::Needed, old_enough, of_age_at, true);
        let (account, shop): (Region, Region) = (f.seller.region, f.org.region);
        answer.say("account_is_in_the_shops_country", Road::Needed, require(account == shop, || Denied::OtherCountry { account, shop }));
        if let Some(from) = from {
            answer.say("network_is_in_the_shops_country", Road::Needed, network(f, from));
        }
        let linked = (f.seller.link != NONE).then(|| &self.links[f.seller.link as usize]);
        let here = linked.filter(|link| link.shop == f.shop_number).map(|link| link.kind);
        let not_here = here.map_or(Ok(Ground::Nothing), |role| Err(Denied::LinkedHere { role }));
        answer.say("account_is_not_linked_here", Road::Needed, not_here);
        let limit = &f.values.shops_per_account;
        let free = linked.is_none_or(|link| link.shop == f.shop_number);
        answer.say("account_is_free", Road::Needed, require(free, || Denied::LinkedElsewhere { limit }));
        let wait = &f.values.relink_wait;
        let over_at = Some(f.seller.unlinked_at).filter(|at| *at != NEVER).map(|at| at + wait.value).filter(|at| f.now < *at);
        let waited = over_at.map_or(Ok(Ground::Nothing), |over_at| Err(Denied::InWait { wait, over_at }));
        answer.say_until("wait_after_unlink_is_over", Road::Needed, waited, over_at, true);
        say_places(f, answer);
        let (length, allowed) = (f.shop.name_length, &f.values.official_name_length);
        let fits = f.kind != LinkKind::Official || length as usize <= allowed.value;
        answer.say("name_fits", Road::Needed, require(fits, || Denied::NameTooLong { length, allowed }));
    }

    fn content<'v>(&self, f: &Facts<'_, 'v>) -> Said<'v> {
        if !f.seller.has_findings {
            return Ok(Ground::Nothing);
        }
        let mut topics = [0u16; TOPICS];
        for found in self.found.get(&f.number).into_iter().flatten().filter(|found| !found.dismissed) {
            let count = &mut topics[usize::from(found.topic)];
            *count = count.saturating_add(1);
        }
        Err(Denied::ContentFindings {
            count: topics.iter().map(|count| u32::from(*count)).sum(),
            topics: Topics { counts: topics, codes: f.values.topics },
        })
    }
}

fn is_open(link: &Link, now: Instant) -> (Said<'static>, Option<Instant>) {
    let closes_at = link.closes_at;
    match link.standing {
        Standing::Asked if now < closes_at => (Ok(Ground::Invited { closes_at }), Some(closes_at)),
        Standing::Asked => (Err(Denied::AnsweredTooLate { closed_at: closes_at }), None),
        standing => (Err(Denied::NoLongerOpen { standing, since: link.since }), None),
    }
}

/// What a stated age makes certain, and from when on the owner is old enough.
fn age<'v>(f: &Facts<'_, 'v>) -> (Said<'v>, Option<Instant>) {
    let minimum = &f.values.owner_age;
    let (years, birthday) = match (f.seller.birth, f.seller.stated) {
        (Some(birth), _) => (f.now.years_since(birth), Instant::birthday(birth, minimum.value)),
        (None, Some(stated)) => {
            let missing = minimum.value - stated.years;
            (stated.years + f.now.years_since(stated.on).max(0), Instant::birthday(stated.on, missing))
        }
        (None, None) => return (Err(Denied::AgeNotKnown { minimum }), None),
    };
    if years >= minimum.value {
        return (Ok(Ground::Nothing), None);
    }
    // A stated age names no birthday: the day on which it is certain is no promise to the owner, but it does change the answer.
    (Err(Denied::UnderAge { minimum, of_age_at: birthday.filter(|_| f.seller.birth.is_some()) }), birthday)
}

fn network<'v>(f: &Facts<'_, 'v>, from: Origin) -> Said<'v> {
    let (shop, allowed) = (f.org.region, &f.values.private_network_is_home);
    match from {
        Origin::Inside => Ok(Ground::Nothing),
        Origin::Country(network) => require(network == shop, || Denied::NetworkElsewhere { network, shop }),
        Origin::Private => require(allowed.value, || Denied::NetworkPrivate { shop, allowed }),
        Origin::Unknown => Err(Denied::NetworkNotKnown { shop }),
    }
}

fn say_places<'v>(f: &Facts<'_, 'v>, answer: &mut Answer<'v>) {
    let [official, marketing] = [0, 1].map(|kind| u32::try_from(f.shop.linked[kind].len()).unwrap_or(u32::MAX));
    let allowed = &f.values.official_accounts;
    let free = f.kind != LinkKind::Official || official < allowed.value;
    answer.say("official_place_is_free", Road::Needed, require(free, || Denied::OfficialPlaceTaken { allowed }));
    if f.kind == LinkKind::Official {
        answer.say("marketing_place_is_free", Road::Needed, Ok(Ground::Nothing));
        answer.say("marketing_links_are_left", Road::Needed, Ok(Ground::Nothing));
        return;
    }
    let over_at = f.shop.opened_at + f.values.probation.value;
    let in_probation = f.now < over_at;
    let (early, later) = (&f.values.marketing_accounts_in_probation, &f.values.marketing_accounts);
    let allowed = if in_probation { early } else { later };
    let more_at = (in_probation && later.value > marketing).then_some(over_at);
    let free = require(marketing < allowed.value, || Denied::MarketingPlacesTaken { allowed, more_at });
    let flips = (marketing < early.value) != (marketing < later.value);
    // While both say no, the value that says so is another afterwards.
    let changes_at = (in_probation && (flips || free.is_err())).then_some(over_at);
    answer.say_until("marketing_place_is_free", Road::Needed, free, changes_at, flips);
    let (left, next_at) = links_left(f);
    answer.say_until("marketing_links_are_left", Road::Needed, left, next_at, true);
}

fn links_left<'v>(f: &Facts<'_, 'v>) -> (Said<'v>, Option<Instant>) {
    let (allowed, window) = (&f.values.marketing_links, &f.values.marketing_links_window);
    let Limit::AtMost(most) = allowed.value else { return (Ok(Ground::Nothing), None) };
    let made = &f.shop.marketing_at;
    let inside = &made[made.partition_point(|at| *at + window.value <= f.now)..];
    if inside.len() < most as usize {
        return (Ok(Ground::Nothing), None);
    }
    let next_at = if most == 0 { None } else { inside.get(inside.len() - most as usize).map(|at| *at + window.value) };
    (Err(Denied::LinksSpent { allowed, window, next_at }), next_at)
}
