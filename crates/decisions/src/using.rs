//! May this member use this account? The conditions of a Spark ad: the owner's grant to the centre and the centre's
//! assignment to its member, or the member's own link, or a code for the very post; a role that runs ads on the ad account;
//! and the post's own switch. Source: TikTok for Business help 10006161 (G3) and the Business API.

use crate::{
    answer::{Answer, Denied, Ground, Road},
    fact::{AdRole, Scope, Scopes, State},
    index::Index,
    lists::{ASSIGNED, Entry, FEW, GRANT, OWN, find, has, holder},
    names::NONE,
    rows::{Account, AdAccount, Code, Org, Post, Seat, User},
};
use kernel::Instant;

/// A question whose ids have become rows; there is none for what is not known.
#[derive(Clone, Copy)]
pub(crate) struct Using<'i> {
    pub user: Option<&'i User>,
    pub centre: Option<&'i Org>,
    pub seat: Option<&'i Seat>,
    pub account: Option<&'i Account>,
    pub scope: Scope,
    pub ad_account: Option<&'i AdAccount>,
    /// The post that is asked about, if one is, and what is known of it.
    pub post: Option<Option<&'i Post>>,
    /// Where the centre's grant, the assignment and the person's own link stand.
    pub hashes: [u32; 3],
}

impl Using<'_> {
    /// The holders of the three rights. Under nobody's number nothing is kept, of whatever kind.
    pub fn holders(&self) -> [u32; 3] {
        let centre = self.centre.map_or(NONE, |centre| centre.number);
        let seat = self.seat.map_or(NONE, |seat| seat.number);
        let user = self.user.map_or(NONE, |user| user.number);
        [GRANT | centre, ASSIGNED | seat, OWN | user]
    }
}

fn require<'v>(holds: bool, ground: Ground, denied: Denied<'v>) -> Result<Ground, Denied<'v>> {
    if holds { Ok(ground) } else { Err(denied) }
}

impl Index {
    pub(crate) fn answer_using(&self, ask: &Using<'_>, now: Instant, answer: &mut Answer<'_>) {
        say_who(ask, answer);
        say_account(ask.account, answer);
        self.say_ad_account(ask, answer);
        self.say_scope(ask, answer);
        if let Some(post) = ask.post.filter(|_| ask.scope == Scope::Posts) {
            say_post(post, ask.ad_account.map_or(NONE, |ad_account| ad_account.number), now, answer);
        }
        answer.conclude(None);
    }

    fn say_ad_account(&self, ask: &Using<'_>, answer: &mut Answer<'_>) {
        let Some(ad_account) = ask.ad_account else {
            answer.say("ad_account_is_open", Road::Needed, Err(Denied::NoSuchAdAccount));
            return;
        };
        answer.say("ad_account_is_open", Road::Needed, require(ad_account.open, Ground::Nothing, Denied::AdAccountClosed));
        let centre = ask.centre.map_or(NONE, |centre| centre.number);
        let (reach, most) = if ad_account.owner == centre {
            (Ok(Ground::Owned), AdRole::Admin)
        } else {
            let share = self.share(ad_account, centre);
            let partners = share.is_some() && self.are_partners(ad_account.owner, centre);
            let stopped = self.orgs[ad_account.owner].state != State::Normal;
            let reach = share.map_or(Err(Denied::NotShared), |role| {
                require(partners, Ground::Shared { role }, Denied::NotPartners)?;
                require(!stopped, Ground::Shared { role }, Denied::OwnerStopped)
            });
            (reach, share.unwrap_or(AdRole::Admin))
        };
        answer.say("centre_reaches_the_ad_account", Road::Needed, reach);
        let runs = self.role_on(ask).map_or(Err(Denied::NoAdRole), |given| {
            let role = AdRole::of(given.bits());
            let too_weak = if role.runs_ads() { Denied::ShareTooWeak { role, share: most } } else { Denied::RoleTooWeak { role } };
            require(role.min(most).runs_ads(), Ground::AdRole { role: role.min(most), seq: given.seq() }, too_weak)
        });
        answer.say("role_runs_ads", Road::Needed, runs);
    }

    /// The member's role on the ad account: their own, or the strongest that a group gives them.
    fn role_on(&self, ask: &Using<'_>) -> Option<Entry> {
        let (seat, ad_account) = (ask.seat?, ask.ad_account?.number);
        let fits = usize::from(seat.roles) <= FEW;
        let own = if fits { &seat.few } else { self.duties[seat.number as usize].roles.as_slice() };
        let own = find(own, ad_account);
        if !seat.grouped {
            return own;
        }
        let groups = self.duties[seat.number as usize].groups.iter();
        let by_group = groups.filter(|entry| has(&self.groups[entry.key as usize], ad_account)).copied();
        by_group.chain(own).max_by_key(|entry| entry.bits())
    }

    /// The most that a partner's members may be on an ad account that is shared with them.
    pub(crate) fn share(&self, ad_account: &AdAccount, partner: u32) -> Option<AdRole> {
        let shares = ad_account.shared.then(|| &self.shares[ad_account.number as usize])?;
        shares.iter().find(|(known, _)| *known == partner).map(|(_, role)| *role)
    }

    /// The grant's road and the person's own. A member may do what both the grant and the assignment name.
    fn say_scope(&self, ask: &Using<'_>, answer: &mut Answer<'_>) {
        let (scope, account) = (ask.scope, ask.account.map_or(NONE, |account| account.number));
        let ([by_centre, by_seat, by_user], [centre, seat, user]) = (ask.hashes, ask.holders());
        let [granted, assigned] = [(by_centre, centre), (by_seat, seat)].map(|(hash, holder)| self.rights.find(hash, account, holder));
        // Few accounts have links of people's own, so nobody waits for that line beforehand.
        let own_linked = ask.account.is_some_and(|account| account.own_linked);
        let own = if own_linked { self.rights.find(by_user, account, user) } else { None };
        let says = |entry: Option<Entry>, none, ground: fn(Scopes, i64) -> Ground, lacks: fn(Scope, Scopes) -> Denied<'static>| {
            entry.map_or(Err(none), |entry| {
                require(entry.scopes().contains(scope), ground(entry.scopes(), entry.seq()), lacks(scope, entry.scopes()))
            })
        };
        let granted = says(
            granted,
            Denied::NotGranted,
            |scopes, seq| Ground::Granted { scopes, seq },
            |scope, granted| Denied::ScopeNotGranted { scope, granted },
        );
        answer.say("centre_holds_the_scope", Road::Grant, granted);
        let assigned = says(
            assigned,
            Denied::NotAssigned,
            |scopes, seq| Ground::Assigned { scopes, seq },
            |scope, assigned| Denied::ScopeNotAssigned { scope, assigned },
        );
        answer.say("member_is_assigned_the_scope", Road::Grant, assigned);
        // Who was not given an account does not learn where it is withheld.
        let is_given = granted.is_ok() && assigned.is_ok();
        let withheld = is_given && ask.ad_account.is_some_and(|ad_account| self.is_withheld(holder(centre), account, ad_account));
        answer.say("account_is_not_withheld", Road::Grant, require(!withheld, Ground::Nothing, Denied::Withheld));
        let own = says(
            own,
            Denied::NotLinkedByPerson,
            |scopes, seq| Ground::OwnLink { scopes, seq },
            |scope, linked| Denied::ScopeNotLinkedByPerson { scope, linked },
        );
        answer.say("person_linked_the_account", Road::OwnLink, own);
    }
}

fn say_who(ask: &Using<'_>, answer: &mut Answer<'_>) {
    let normal = ask.centre.map_or(Err(Denied::NoSuchCentre), |centre| {
        require(centre.state == State::Normal, Ground::Nothing, Denied::CentreNotNormal { state: centre.state })
    });
    answer.say("centre_is_normal", Road::Needed, normal);
    let role = ask.seat.and_then(|seat| seat.role);
    let locked = ask.user.is_some_and(|user| user.locked);
    let member = role.map_or(Err(Denied::NotAMember), |role| require(!locked, Ground::Member { role }, Denied::LockedOut));
    answer.say("person_is_a_member", Road::Needed, member);
}

fn say_account(account: Option<&Account>, answer: &mut Answer<'_>) {
    let Some(account) = account else {
        answer.say("account_is_normal", Road::Needed, Err(Denied::NoSuchAccount));
        return;
    };
    let normal = require(account.state == State::Normal, Ground::Nothing, Denied::AccountStopped { state: account.state });
    answer.say("account_is_normal", Road::Needed, normal);
    answer.say("account_is_not_political", Road::Needed, require(!account.political, Ground::Nothing, Denied::Political));
}

/// A code stands for the scope and for the switch alike.
fn say_post(post: Option<&Post>, ad_account: u32, now: Instant, answer: &mut Answer<'_>) {
    let applied = |code: &&Code| has(&code.applied, ad_account);
    let code = post.and_then(|post| post.codes.iter().flat_map(|codes| codes.iter()).filter(applied).map(|code| code.expires_at).max());
    let coded = match code {
        Some(expires_at) if now < expires_at => Ok(Ground::Code { expires_at }),
        Some(over_at) => Err(Denied::CodeOver { over_at }),
        None => Err(Denied::NoCode),
    };
    let over = code.filter(|expires_at| now < *expires_at);
    answer.say_until("code_is_in_force", Road::Code, coded, over, true);
    let switch = post.and_then(|post| post.switched_on);
    match (switch, coded) {
        (Some(seq), _) => answer.say("post_is_open_to_ads", Road::Needed, Ok(Ground::SwitchedOn { seq: seq.get() })),
        (None, Ok(code)) => answer.say_until("post_is_open_to_ads", Road::Needed, Ok(code), over, true),
        (None, Err(_)) => answer.say("post_is_open_to_ads", Road::Needed, Err(Denied::SwitchedOff)),
    }
}
