//! The reference: every question is answered by looking through the whole list of facts, from the trade's rules as they are written
//! down, with no thought of speed and nothing shared with the index but the kernel's calendar.

use decisions::{AdRole, Fact, LinkKind, Question, Scope, Scopes, State, Values};
use kernel::{AccountId, AdAccountId, AssetGroupId, Instant, Limit, OrgId, Origin, Region, Standing, UserId};

/// What has happened: the log's position, the moment, the fact.
pub type Happened = (i64, Instant, Fact);

/// A reason by its code and the one number that tells most about it.
pub type Reason = (&'static str, i64);

/// Every reason against; allowed when there is none. Sorted.
pub fn reasons(log: &[Happened], values: &Values, question: &Question<'_>, now: Instant) -> Vec<Reason> {
    let log = Log(log);
    let mut against = match *question {
        Question::Use { user, centre, account, scope, ad_account, post } => log.using(user, centre, account, scope, ad_account, post, now),
        Question::Invite { shop, account, kind } => log.invite(shop, account, kind, now, values),
        Question::Link { shop, account, kind, from } => log.accept(shop, account, kind, from, now, values),
        Question::Unlink { account, from } => log.unlink(account, from, now, values),
        Question::Sell { account } => log.sell(account, values),
    };
    against.sort_unstable();
    against
}

/// The list, and what can be read from it by looking through it.
pub struct Log<'l>(pub &'l [Happened]);

struct Bond {
    shop: OrgId,
    account: AccountId,
    kind: LinkKind,
    standing: Standing,
    since: Instant,
    closes_at: Instant,
    linked_at: Option<Instant>,
    leaving: Option<Instant>,
    changed: usize,
}

impl Log<'_> {
    /// The last thing that `pick` makes of a fact, with its place in the list.
    fn last<T>(&self, pick: impl Fn(&Fact) -> Option<T>) -> Option<(usize, T)> {
        self.0.iter().enumerate().rev().find_map(|(at, (_, _, fact))| pick(fact).map(|found| (at, found)))
    }
    fn happened(&self, after: usize, is: impl Fn(&Fact) -> bool) -> bool {
        self.0.iter().skip(after + 1).any(|(_, _, fact)| is(fact))
    }

    // ---- Business Center ----

    #[expect(clippy::too_many_arguments, reason = "the question's parts")]
    fn using(
        &self,
        user: UserId,
        centre: OrgId,
        account: AccountId,
        scope: Scope,
        ad_account: AdAccountId,
        post: Option<&str>,
        now: Instant,
    ) -> Vec<Reason> {
        let mut against = Vec::new();
        let centre_known = self.last(|f| matches!(f, Fact::Org { org, .. } if *org == centre).then_some(())).is_some();
        if !centre_known {
            against.push(("no_such_centre", 0));
        } else if self.org_state(centre) != State::Normal {
            against.push(("centre_not_normal", 0));
        }
        let member = centre_known && self.is_member(centre, user);
        if !member {
            against.push(("not_a_member", 0));
        } else if self.is_locked_out(user) {
            against.push(("locked_out", 0));
        }
        let account_known = self.is_account(account);
        if !account_known {
            against.push(("no_such_account", 0));
        } else {
            if self.account_state(account) != State::Normal {
                against.push(("account_stopped", 0));
            }
            if self.is_political(account) {
                against.push(("political", 0));
            }
        }
        self.on_the_ad_account(user, centre, centre_known, ad_account, &mut against);
        let post = post.filter(|_| scope == Scope::Posts);
        let code = post.and_then(|post| self.code(account, post, ad_account));
        let coded = code.is_some_and(|expires_at| now < expires_at);
        if let Some(post) = post
            && !coded
            && !self.is_switched_on(account, post)
        {
            against.push(("switched_off", 0));
        }
        let granted = self.granted(centre, account).filter(|_| centre_known && account_known);
        let assigned = self.assigned(centre, account, user).filter(|_| centre_known && account_known);
        let own = self.own(account, user).filter(|_| account_known);
        let withheld = self.is_withheld(centre, account, ad_account);
        let lets = |scopes: Option<Scopes>| scopes.is_some_and(|scopes| scopes.contains(scope));
        let arrives = (lets(granted) && lets(assigned) && !withheld) || lets(own) || coded;
        if !arrives {
            let missing = |scopes: Option<Scopes>, none, lacks| match scopes {
                None => Some((none, 0)),
                Some(scopes) if !scopes.contains(scope) => Some((lacks, i64::from(scopes.bits()))),
                Some(_) => None,
            };
            against.extend(missing(granted, "not_granted", "scope_not_granted"));
            against.extend(missing(assigned, "not_assigned", "scope_not_assigned"));
            // Who was not given an account does not learn where it is withheld.
            if withheld && lets(granted) && lets(assigned) {
                against.push(("withheld", 0));
            }
            against.extend(missing(own, "not_linked_by_person", "scope_not_linked_by_person"));
            if post.is_some() {
                against.push(code.map_or(("no_code", 0), |over_at| ("code_over", over_at.0)));
            }
        }
        against
    }

    fn on_the_ad_account(&self, user: UserId, centre: OrgId, centre_known: bool, ad_account: AdAccountId, against: &mut Vec<Reason>) {
        let Some((owner, open)) = self.ad_account(ad_account) else {
            against.push(("no_such_ad_account", 0));
            return;
        };
        if !open {
            against.push(("ad_account_closed", 0));
        }
        let share = self.share(ad_account, centre).filter(|_| centre_known);
        let mut most = AdRole::Admin;
        if owner != centre || !centre_known {
            match share {
                None => against.push(("not_shared", 0)),
                Some(role) => {
                    most = role;
                    if !self.are_partners(owner, centre) {
                        against.push(("not_partners", 0));
                    } else if self.org_state(owner) != State::Normal {
                        against.push(("owner_stopped", 0));
                    }
                }
            }
        }
        let groups = self.groups().into_iter().filter_map(|group| self.group_role(group, ad_account, centre, user));
        match groups.chain(self.ad_role(ad_account, centre, user)).max().filter(|_| centre_known) {
            None => against.push(("no_ad_role", 0)),
            Some(AdRole::Analyst) => against.push(("role_too_weak", 0)),
            Some(_) if most == AdRole::Analyst => against.push(("share_too_weak", 0)),
            Some(AdRole::Operator | AdRole::Admin) => {}
        }
    }

    pub fn is_member(&self, centre: OrgId, user: UserId) -> bool {
        let last = self.last(|f| match f {
            Fact::Member { centre: c, user: u, .. } if (*c, *u) == (centre, user) => Some(true),
            Fact::MemberGone { centre: c, user: u } if (*c, *u) == (centre, user) => Some(false),
            _ => None,
        });
        last.is_some_and(|(_, is)| is)
    }

    pub fn granted(&self, centre: OrgId, account: AccountId) -> Option<Scopes> {
        let last = self.last(|f| match f {
            Fact::Granted { centre: c, account: a, scopes } if (*c, *a) == (centre, account) => Some(Some(*scopes)),
            Fact::GrantEnded { centre: c, account: a } if (*c, *a) == (centre, account) => Some(None),
            _ => None,
        });
        last?.1
    }

    /// An assignment ends by itself, with the grant, and with the membership.
    pub fn assigned(&self, centre: OrgId, account: AccountId, user: UserId) -> Option<Scopes> {
        let last = self.last(|f| match f {
            Fact::Assigned { centre: c, account: a, user: u, scopes } if (*c, *a, *u) == (centre, account, user) => Some(Some(*scopes)),
            Fact::Unassigned { centre: c, account: a, user: u } if (*c, *a, *u) == (centre, account, user) => Some(None),
            Fact::GrantEnded { centre: c, account: a } if (*c, *a) == (centre, account) => Some(None),
            Fact::MemberGone { centre: c, user: u } if (*c, *u) == (centre, user) => Some(None),
            _ => None,
        });
        last?.1
    }

    /// Whether the centre keeps the account out of this ad account. That ends when it restores it, and with what it rests on: the grant,
    /// the ad account, or its share with the centre.
    pub fn is_withheld(&self, centre: OrgId, account: AccountId, ad_account: AdAccountId) -> bool {
        let last = self.last(|f| match f {
            Fact::Withheld { centre: c, account: a, ad_account: x } if (*c, *a, *x) == (centre, account, ad_account) => Some(true),
            Fact::Restored { centre: c, account: a, ad_account: x } if (*c, *a, *x) == (centre, account, ad_account) => Some(false),
            Fact::GrantEnded { centre: c, account: a } if (*c, *a) == (centre, account) => Some(false),
            Fact::AdAccountClosed { ad_account: x } if *x == ad_account => Some(false),
            Fact::Unshared { ad_account: x, partner } if (*x, *partner) == (ad_account, centre) => Some(false),
            _ => None,
        });
        last.is_some_and(|(_, withheld)| withheld)
    }

    pub fn own(&self, account: AccountId, user: UserId) -> Option<Scopes> {
        let last = self.last(|f| match f {
            Fact::OwnLinked { account: a, user: u, scopes } if (*a, *u) == (account, user) => Some(Some(*scopes)),
            Fact::OwnUnlinked { account: a, user: u } if (*a, *u) == (account, user) => Some(None),
            _ => None,
        });
        last?.1
    }

    pub fn ad_role(&self, ad_account: AdAccountId, centre: OrgId, user: UserId) -> Option<AdRole> {
        let last = self.last(|f| match f {
            Fact::AdRole { ad_account: a, centre: c, user: u, role } if (*a, *c, *u) == (ad_account, centre, user) => Some(Some(*role)),
            Fact::AdRoleTaken { ad_account: a, centre: c, user: u } if (*a, *c, *u) == (ad_account, centre, user) => Some(None),
            Fact::MemberGone { centre: c, user: u } if (*c, *u) == (centre, user) => Some(None),
            _ => None,
        });
        last?.1
    }

    pub fn is_locked_out(&self, user: UserId) -> bool {
        let last = self.last(|f| match f {
            Fact::LockedOut { user: u, locked } if *u == user => Some(*locked),
            _ => None,
        });
        last.is_some_and(|(_, locked)| locked)
    }
    pub fn is_political(&self, account: AccountId) -> bool {
        self.last(|f| pick_political(f, account)).is_some_and(|(_, political)| political)
    }
    /// Whose it is, and whether it is open.
    pub fn ad_account(&self, ad_account: AdAccountId) -> Option<(OrgId, bool)> {
        let (opened_at, owner) = self.last(|f| match f {
            Fact::AdAccount { ad_account: id, centre } if *id == ad_account => Some(*centre),
            _ => None,
        })?;
        Some((owner, !self.happened(opened_at, |f| matches!(f, Fact::AdAccountClosed { ad_account: id } if *id == ad_account))))
    }
    /// How far the owner shares it with this centre.
    pub fn share(&self, ad_account: AdAccountId, centre: OrgId) -> Option<AdRole> {
        let share = self.last(|f| match f {
            Fact::Shared { ad_account: id, partner, role } if (*id, *partner) == (ad_account, centre) => Some(Some(*role)),
            Fact::Unshared { ad_account: id, partner } if (*id, *partner) == (ad_account, centre) => Some(None),
            _ => None,
        });
        share?.1
    }

    pub fn groups(&self) -> Vec<AssetGroupId> {
        let named = self.0.iter().filter_map(|(_, _, fact)| if let Fact::Grouped { group, .. } = fact { Some(*group) } else { None });
        let mut all: Vec<AssetGroupId> = named.collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    pub fn group_role(&self, group: AssetGroupId, ad_account: AdAccountId, centre: OrgId, user: UserId) -> Option<AdRole> {
        let inside = self.last(|f| match f {
            Fact::Grouped { group: g, ad_account: a, .. } if (*g, *a) == (group, ad_account) => Some(true),
            Fact::Ungrouped { group: g, ad_account: a } if (*g, *a) == (group, ad_account) => Some(false),
            Fact::GroupGone { group: g } if *g == group => Some(false),
            _ => None,
        });
        let role = self.last(|f| match f {
            Fact::GroupMember { group: g, centre: c, user: u, role } if (*g, *c, *u) == (group, centre, user) => Some(Some(*role)),
            Fact::GroupMemberGone { group: g, centre: c, user: u } if (*g, *c, *u) == (group, centre, user) => Some(None),
            Fact::MemberGone { centre: c, user: u } if (*c, *u) == (centre, user) => Some(None),
            _ => None,
        });
        role.filter(|_| inside.is_some_and(|(_, inside)| inside))?.1
    }

    pub fn are_partners(&self, a: OrgId, b: OrgId) -> bool {
        self.0.iter().enumerate().any(|(at, (_, _, fact))| {
            let Fact::Partners { partnership, one, other } = fact else { return false };
            let is_theirs = (*one, *other) == (a, b) || (*other, *one) == (a, b);
            is_theirs && !self.happened(at, |f| matches!(f, Fact::PartnersNoMore { partnership: p, .. } if p == partnership))
        })
    }

    fn is_switched_on(&self, account: AccountId, post: &str) -> bool {
        let last = self.last(|f| match f {
            Fact::PostSwitched { account: a, post: p, on } if *a == account && p == post => Some(*on),
            _ => None,
        });
        last.is_some_and(|(_, on)| on)
    }

    /// The latest expiry among the codes of the post that the ad account has applied and nobody has deleted.
    fn code(&self, account: AccountId, post: &str, ad_account: AdAccountId) -> Option<Instant> {
        let terms = self.0.iter().enumerate().filter_map(|(at, (_, _, fact))| {
            let Fact::PostCode { code, account: a, post: p, expires_at } = fact else { return None };
            let of_it = *a == account && p == post;
            let replaced = self.happened(at, |f| match f {
                Fact::PostCode { code: c, .. } | Fact::PostCodeGone { code: c } => c == code,
                _ => false,
            });
            let applied =
                self.last(|f| matches!(f, Fact::PostCodeApplied { code: c, ad_account: x } if c == code && *x == ad_account).then_some(()));
            (of_it && !replaced && applied.is_some()).then_some(*expires_at)
        });
        terms.max()
    }

    // ---- accounts and organisations ----

    fn is_account(&self, account: AccountId) -> bool {
        self.last(|f| matches!(f, Fact::Account { account: a, .. } if *a == account).then_some(())).is_some()
    }
    pub fn account_state(&self, account: AccountId) -> State {
        let last = self.last(|f| match f {
            Fact::AccountState { account: a, state } if *a == account => Some(*state),
            _ => None,
        });
        last.map_or(State::Normal, |(_, state)| state)
    }
    pub fn org_state(&self, org: OrgId) -> State {
        let last = self.last(|f| match f {
            Fact::OrgState { org: o, state } if *o == org => Some(*state),
            _ => None,
        });
        last.map_or(State::Normal, |(_, state)| state)
    }
    fn shop(&self, shop: OrgId) -> Option<(Region, Instant, u32)> {
        let (at, (region, first)) = self.last(|f| match f {
            Fact::Org { org, region, name_length, .. } if *org == shop => Some((*region, *name_length)),
            _ => None,
        })?;
        let renamed = self.last(|f| match f {
            Fact::OrgNamed { org, name_length } if *org == shop => Some(*name_length),
            _ => None,
        });
        Some((region, self.0[at].1, renamed.map_or(first, |(_, length)| length)))
    }
    fn region(&self, account: AccountId) -> Option<Region> {
        let last = self.last(|f| match f {
            Fact::Account { account: a, region, .. } | Fact::AccountMoved { account: a, region } if *a == account => Some(*region),
            _ => None,
        });
        last.map(|(_, region)| region)
    }
    fn ecommerce(&self, account: AccountId) -> bool {
        let last = self.last(|f| match f {
            Fact::Ecommerce { account: a, granted } if *a == account => Some(*granted),
            _ => None,
        });
        last.is_none_or(|(_, granted)| granted)
    }
    fn claimed(&self, account: AccountId) -> bool {
        let last = self.last(|f| match f {
            Fact::Account { account: a, claimed, .. } if *a == account => Some(*claimed),
            Fact::Claimed { account: a, .. } if *a == account => Some(true),
            _ => None,
        });
        last.is_some_and(|(_, claimed)| claimed)
    }
    fn open_violations(&self, account: AccountId) -> i64 {
        let open = self.0.iter().enumerate().filter(|(at, (_, _, fact))| {
            let Fact::Violation { account: a, violation } = fact else { return false };
            *a == account && !self.happened(*at, |f| matches!(f, Fact::ViolationClosed { violation: v, .. } if v == violation))
        });
        open.count() as i64
    }
    /// The same word in the same post counts once, and not after a reviewer has dismissed it, also when it is read again.
    fn findings(&self, account: AccountId) -> i64 {
        let mut seen = Vec::new();
        for (at, (_, _, fact)) in self.0.iter().enumerate() {
            let Fact::Found { account: a, post, topic, word } = fact else { continue };
            if *a == account && !seen.iter().any(|(_, known)| *known == (post, topic, word)) {
                seen.push((at, (post, topic, word)));
            }
        }
        let dismissed = |at: usize, post: &String| {
            self.happened(at, |f| matches!(f, Fact::Dismissed { account: a, post: p } if *a == account && p == post))
        };
        seen.into_iter().filter(|(at, (post, ..))| !dismissed(*at, post)).count() as i64
    }

    // ---- linking ----

    fn bonds(&self) -> Vec<Bond> {
        let begun = self.0.iter().enumerate().filter_map(|(at, (_, when, fact))| match fact {
            Fact::Invited { pair, closes_at } => Some((at, *when, *pair, *closes_at)),
            _ => None,
        });
        begun
            .map(|(begun, when, pair, closes_at)| {
                let (shop, account, kind) = (pair.shop, pair.account, pair.kind);
                let mut bond = Bond {
                    shop,
                    account,
                    kind,
                    standing: Standing::Asked,
                    since: when,
                    closes_at,
                    linked_at: None,
                    leaving: None,
                    changed: begun,
                };
                for (at, (_, when, fact)) in self.0.iter().enumerate().skip(begun) {
                    let (next, of) = match fact {
                        Fact::Linked { pair } => (Some(Standing::InForce), pair),
                        Fact::Declined { pair } => (Some(Standing::Declined), pair),
                        Fact::Withdrawn { pair } => (Some(Standing::Withdrawn), pair),
                        Fact::Expired { pair } => (Some(Standing::Expired), pair),
                        Fact::Unlinked { pair } => (Some(Standing::Ended), pair),
                        Fact::UnlinkAsked { pair, .. } | Fact::UnlinkOver { pair } => (None, pair),
                        _ => continue,
                    };
                    if of.link != pair.link {
                        continue;
                    }
                    bond.changed = at;
                    match fact {
                        Fact::UnlinkAsked { closes_at, .. } => bond.leaving = Some(*closes_at),
                        Fact::UnlinkOver { .. } => bond.leaving = None,
                        Fact::Linked { .. } => bond.linked_at = Some(*when),
                        _ => {}
                    }
                    if let Some(standing) = next {
                        (bond.standing, bond.since) = (standing, *when);
                    }
                }
                bond
            })
            .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "the question's parts")]
    fn shared(
        &self,
        bonds: &[Bond],
        shop: OrgId,
        account: AccountId,
        kind: LinkKind,
        from: Option<Origin>,
        now: Instant,
        values: &Values,
    ) -> Vec<Reason> {
        let mut against = Vec::new();
        let (Some((region, opened_at, name_length)), true) = (self.shop(shop), self.is_account(account)) else { return against };
        if self.org_state(shop) != State::Normal {
            against.push(("shop_not_normal", 0));
        }
        if self.account_state(account) != State::Normal {
            against.push(("account_not_normal", 0));
        }
        if !self.ecommerce(account) {
            against.push(("ecommerce_withdrawn", 0));
        }
        against.extend(self.violations(account));
        match self.findings(account) {
            0 => {}
            count => against.push(("content_findings", count)),
        }
        against.extend(self.age(account, now, values));
        if self.region(account) != Some(region) {
            against.push(("other_country", 0));
        }
        against.extend(from.and_then(|from| network(from, region, values)));
        if let Some(bond) = bonds.iter().find(|bond| bond.account == account && bond.standing == Standing::InForce) {
            against.push(if bond.shop == shop { ("linked_here", bond.kind as i64) } else { ("linked_elsewhere", 0) });
        }
        let left = bonds.iter().filter(|bond| bond.account == account && bond.standing == Standing::Ended).map(|bond| bond.since).max();
        if let Some(over_at) = left.map(|at| at + values.relink_wait.value)
            && now < over_at
        {
            against.push(("in_wait", over_at.0));
        }
        let of_shop = |kind: LinkKind, standing: Standing| {
            bonds.iter().filter(|bond| bond.shop == shop && bond.kind == kind && bond.standing == standing).count() as u32
        };
        if kind == LinkKind::Official {
            if of_shop(kind, Standing::InForce) >= values.official_accounts.value {
                against.push(("official_place_taken", 0));
            }
            if name_length as usize > values.official_name_length.value {
                against.push(("name_too_long", i64::from(name_length)));
            }
            return against;
        }
        let linked = of_shop(kind, Standing::InForce);
        let over_at = opened_at + values.probation.value;
        let (early, later) = (values.marketing_accounts_in_probation.value, values.marketing_accounts.value);
        let allowed = if now < over_at { early } else { later };
        if linked >= allowed {
            let more = now < over_at && later > linked;
            against.push(("marketing_places_taken", if more { over_at.0 } else { i64::from(allowed) }));
        }
        if let Limit::AtMost(most) = values.marketing_links.value {
            let window = values.marketing_links_window.value;
            let made = bonds.iter().filter(|bond| bond.shop == shop && bond.kind == kind).filter_map(|bond| bond.linked_at);
            let mut inside: Vec<Instant> = made.filter(|at| *at + window > now).collect();
            inside.sort_unstable();
            if inside.len() >= most as usize {
                // One more fits when so many have left the window that fewer than `most` are inside.
                let next = inside.iter().find(|at| inside.iter().filter(|other| **other > **at).count() < most as usize);
                against.push(("links_spent", next.filter(|_| most > 0).map_or(0, |at| (*at + window).0)));
            }
        }
        against
    }

    fn violations(&self, account: AccountId) -> Option<Reason> {
        Some(self.open_violations(account)).filter(|count| *count > 0).map(|count| ("open_violations", count))
    }

    fn age(&self, account: AccountId, now: Instant, values: &Values) -> Option<Reason> {
        let (_, birth) = self.last(|f| match f {
            Fact::Account { account: a, birth, .. } if *a == account => Some(*birth),
            Fact::Claimed { account: a, birth, .. } if *a == account => Some(Some(*birth)),
            _ => None,
        })?;
        let stated = self.last(|f| match f {
            Fact::Account { account: a, stated, .. } | Fact::AgeStated { account: a, stated } if *a == account => Some(*stated),
            _ => None,
        });
        let minimum = values.owner_age.value;
        let years = match (birth, stated.and_then(|(_, stated)| stated)) {
            (Some(birth), _) => now.years_since(birth),
            (None, Some(stated)) => stated.years + now.years_since(stated.on).max(0),
            (None, None) => return Some(("age_not_known", 0)),
        };
        if years >= minimum {
            return None;
        }
        // The birthday is found by walking: the first day on which the years are enough.
        let day = |birth| {
            (0..40 * 366)
                .map(|days| Instant((now.0.div_euclid(86_400_000) + days) * 86_400_000))
                .find(|at| at.years_since(birth) >= minimum)
        };
        Some(("under_age", birth.and_then(day).map_or(0, |at| at.0)))
    }

    fn invite(&self, shop: OrgId, account: AccountId, kind: LinkKind, now: Instant, values: &Values) -> Vec<Reason> {
        let unknown = self.unknown(shop, account);
        if !unknown.is_empty() {
            return unknown;
        }
        let bonds = self.bonds();
        let mut against = self.shared(&bonds, shop, account, kind, None, now, values);
        if !self.claimed(account) {
            against.push(("nobody_to_ask", 0));
        }
        let open =
            bonds.iter().find(|bond| (bond.shop, bond.account, bond.standing) == (shop, account, Standing::Asked) && now < bond.closes_at);
        against.extend(open.map(|bond| ("already_invited", bond.closes_at.0)));
        against
    }

    fn accept(&self, shop: OrgId, account: AccountId, kind: LinkKind, from: Origin, now: Instant, values: &Values) -> Vec<Reason> {
        let unknown = self.unknown(shop, account);
        if !unknown.is_empty() {
            return unknown;
        }
        let bonds = self.bonds();
        let mut against = self.shared(&bonds, shop, account, kind, Some(from), now, values);
        let invitation = bonds.iter().filter(|bond| (bond.shop, bond.account) == (shop, account)).max_by_key(|bond| bond.changed);
        match invitation.filter(|bond| bond.kind == kind) {
            None => against.push(("not_invited", 0)),
            Some(bond) if bond.standing != Standing::Asked => against.push(("no_longer_open", bond.since.0)),
            Some(bond) if now >= bond.closes_at => against.push(("answered_too_late", bond.closes_at.0)),
            Some(_) => {}
        }
        against
    }

    fn unlink(&self, account: AccountId, from: Origin, now: Instant, values: &Values) -> Vec<Reason> {
        if !self.is_account(account) {
            return vec![("no_such_account", 0)];
        }
        let bonds = self.bonds();
        let mine: Vec<&Bond> = bonds.iter().filter(|bond| bond.account == account).collect();
        let in_force = mine.iter().find(|bond| bond.standing == Standing::InForce);
        let Some(bond) = in_force.or(mine.iter().max_by_key(|bond| bond.changed)) else { return vec![("never_linked", 0)] };
        let mut against = Vec::new();
        let lapsed = bond.standing == Standing::Asked && now >= bond.closes_at;
        let standing = if lapsed { Standing::Expired } else { bond.standing };
        if standing != Standing::InForce {
            against.push(("not_in_force", standing as i64));
        }
        if let Some(allowed_at) = bond.linked_at.map(|at| at + values.earliest_unlink.value)
            && now < allowed_at
        {
            against.push(("too_soon", allowed_at.0));
        }
        if let Some(closes_at) = bond.leaving.filter(|_| bond.standing == Standing::InForce) {
            against.push(("already_asked", closes_at.0));
        }
        against.extend(self.violations(account));
        let region = self.shop(bond.shop).map_or(Region::new(b"ZZ"), |(region, ..)| region);
        against.extend(network(from, region, values));
        let ever =
            bonds.iter().filter(|other| other.shop == bond.shop && other.kind == bond.kind && other.standing == Standing::Ended).count();
        let allowed = if bond.kind == LinkKind::Official { &values.official_unlinks } else { &values.marketing_unlinks };
        if let Limit::AtMost(most) = allowed.value
            && ever as u32 >= most
        {
            against.push(("unlinks_spent", bond.kind as i64));
        }
        against
    }

    fn sell(&self, account: AccountId, values: &Values) -> Vec<Reason> {
        if !self.is_account(account) {
            return vec![("no_such_account", 0)];
        }
        let mut against = Vec::new();
        if self.account_state(account) != State::Normal {
            against.push(("account_not_normal", 0));
        }
        if !self.ecommerce(account) {
            against.push(("ecommerce_withdrawn", 0));
        }
        let linked = self.bonds().iter().any(|bond| bond.account == account && bond.standing == Standing::InForce);
        let followers = self.last(|f| match f {
            Fact::Followers { account: a, followers } if *a == account => Some(*followers),
            _ => None,
        });
        let followers = followers.map_or(0, |(_, followers)| followers);
        if !linked && followers < values.followers.value {
            against.push(("too_few_followers", followers));
        }
        against
    }

    fn unknown(&self, shop: OrgId, account: AccountId) -> Vec<Reason> {
        let shop = self.shop(shop).is_none().then_some(("no_such_shop", 0));
        let account = (!self.is_account(account)).then_some(("no_such_account", 0));
        shop.into_iter().chain(account).collect()
    }
}

fn pick_political(fact: &Fact, of: AccountId) -> Option<bool> {
    match fact {
        Fact::Political { account, political } if *account == of => Some(*political),
        _ => None,
    }
}

fn network(from: Origin, shop: Region, values: &Values) -> Option<Reason> {
    match from {
        Origin::Country(network) if network != shop => Some(("network_elsewhere", 0)),
        Origin::Private if !values.private_network_is_home.value => Some(("network_private", 0)),
        Origin::Unknown => Some(("network_not_known", 0)),
        Origin::Country(_) | Origin::Private | Origin::Inside => None,
    }
}
