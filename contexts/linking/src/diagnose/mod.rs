//! Diagnosis 绑定诊断: why a link is still waiting, why it failed, and who can do what about it until when.
//!
//! Nothing is decided here a second time: the rules of the next step are asked (invite, accept, request an unlink, approve
//! it), and each reason they give becomes a cause with the one who must act. Before them stands what the agreement itself
//! says; after them what may be the cause but cannot be seen from here.

use crate::{
    Kind, Link, Stage,
    accept::{self, Accept},
    approve_unlink::{self, ApproveUnlink},
    invite::{self, Invite},
    request_unlink::{self, RequestUnlink},
    rules,
};
use access::OrgState;
use accounts::AccountState;
use kernel::{Capability, Cited, Denied as _, Instant, Region, Span, Standing, decide};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use utoipa::ToSchema;

pub mod io;

/// All that a diagnosis looks at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the account's owner asks; otherwise the shop does, whose own network says nothing about the owner's.
    pub by_owner: bool,
    /// The last agreement between the two, whatever became of it.
    pub link: Option<Link>,
    /// What the shared rules look at.
    pub shared: rules::Facts,
    /// Until when an invitation is open, if one is.
    pub open_until: Option<Instant>,
    /// The invitation's values.
    pub invite: Arc<invite::Policy>,
    /// The unlink request's values.
    pub request_unlink: Arc<request_unlink::Policy>,
    /// Accounts registered in one of these countries stay there; support can move the others.
    pub fixed_regions: Cited<Vec<Region>>,
}

/// One cause.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Cause {
    /// Stable: `network_differs`.
    pub code: &'static str,
    /// Who must act.
    pub who: Who,
    /// Until when that can be done, or when it passes by itself.
    pub until: Option<Instant>,
    /// Whether only support can help: the page then offers a ticket.
    pub support_only: bool,
    /// Whether it only may be the cause, because it cannot be seen from here.
    pub possible: bool,
    /// The arguments of its words.
    pub facts: Map<String, Json>,
}

/// Who must act.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The account's owner.
    Owner,
    /// The shop.
    Shop,
    /// The platform.
    Platform,
    /// Nobody: it passes by itself, or it cannot be changed.
    Nobody,
}

impl Who {
    /// The stable code, as shown.
    pub const fn code(self) -> &'static str {
        match self {
            Who::Owner => "owner",
            Who::Shop => "shop",
            Who::Platform => "platform",
            Who::Nobody => "nobody",
        }
    }
}

/// The answer in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The invitation is open: it is still binding.
    StillBinding,
    /// Linked.
    Linked,
    /// Linked, and the request to leave is open.
    StillLeaving,
    /// It never came to a link: declined, withdrawn or expired.
    Failed,
    /// It was a link and has ended.
    Ended,
    /// Nothing has been asked yet, and something stands in the way.
    Blocked,
    /// Nothing has been asked yet, and nothing stands in the way.
    Free,
}

impl Verdict {
    /// The stable code, as shown.
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::StillBinding => "still_binding",
            Verdict::Linked => "linked",
            Verdict::StillLeaving => "still_leaving",
            Verdict::Failed => "failed",
            Verdict::Ended => "ended",
            Verdict::Blocked => "blocked",
            Verdict::Free => "free",
        }
    }
}

impl Cause {
    fn new(code: &'static str, who: Who) -> Cause {
        Cause { code, who, until: None, support_only: false, possible: false, facts: Map::new() }
    }
    fn until(self, until: impl Into<Option<Instant>>) -> Cause {
        Cause { until: until.into(), ..self }
    }
    fn by_support(self) -> Cause {
        Cause { support_only: true, ..self }
    }
    fn maybe(self) -> Cause {
        Cause { possible: true, ..self }
    }
    fn with(mut self, name: &str, value: impl Serialize) -> Cause {
        self.facts.insert(name.into(), serde_json::to_value(value).unwrap_or_default());
        self
    }
    /// The fields of a rule's answer become the arguments of the words.
    fn saying(mut self, denied: &impl Serialize) -> Cause {
        if let Ok(Json::Object(mut fields)) = serde_json::to_value(denied) {
            fields.remove("code");
            self.facts.append(&mut fields);
        }
        self
    }
}

/// Where it stands, in one word.
pub fn verdict(facts: &Facts) -> Verdict {
    match facts.link.as_ref().map(|link| link.stage(facts.shared.now)) {
        Some(Stage::Invited { .. }) => Verdict::StillBinding,
        Some(Stage::Linked { .. }) => Verdict::Linked,
        Some(Stage::Leaving { .. }) => Verdict::StillLeaving,
        Some(Stage::Over { standing: Standing::Ended, .. }) => Verdict::Ended,
        Some(Stage::Over { .. }) => Verdict::Failed,
        None if against(facts).is_empty() => Verdict::Free,
        None => Verdict::Blocked,
    }
}

/// Every cause: what the agreement says, what the next step's rules say, and what may be the cause besides.
pub fn causes(facts: &Facts) -> Vec<Cause> {
    let against = against(facts);
    let mut causes = agreed(facts);
    let besides = besides(facts, against.is_empty());
    causes.extend(against);
    causes.extend(besides);
    causes
}

/// Whether the rules of the next step all agree at this moment.
pub fn next_step_is_free(facts: &Facts) -> bool {
    against(facts).is_empty()
}

/// Whole hours that are left, counting a begun one.
fn hours_left(until: Instant, now: Instant) -> i64 {
    let hour = Span::hours(1).0;
    (until - now).0.max(0).saturating_add(hour - 1) / hour
}

/// What the agreement itself says.
fn agreed(facts: &Facts) -> Vec<Cause> {
    let now = facts.shared.now;
    let Some(link) = &facts.link else { return Vec::new() };
    match link.stage(now) {
        Stage::Invited { until } => vec![unanswered(until, now)],
        Stage::Leaving { request, .. } => {
            let closes_at = request.consent.closes_at;
            let cause = Cause::new("unlink_not_answered", Who::Shop).until(closes_at);
            vec![cause.with("hours_left", hours_left(closes_at, now)).with("closes_at", closes_at)]
        }
        Stage::Linked { since } => {
            let linked = Cause::new("linked", Who::Nobody).with("since", since).with("role", link.pair.role);
            std::iter::once(linked).chain(refused(link)).collect()
        }
        Stage::Over { standing, at } => over(link, standing, at),
    }
}

/// The last request to leave was refused, with the shop's reason or a rule's.
fn refused(link: &Link) -> Option<Cause> {
    let request = link.unlink.as_ref().filter(|request| request.consent.standing == Standing::Declined)?;
    Some(Cause::new("unlink_refused", Who::Owner).with("at", request.consent.since).with("answer", &request.answer))
}

fn unanswered(until: Instant, now: Instant) -> Cause {
    let cause = Cause::new("not_answered", Who::Owner).until(until);
    cause.with("hours_left", hours_left(until, now)).with("closes_at", until)
}

fn over(link: &Link, standing: Standing, at: Instant) -> Vec<Cause> {
    let cause = match standing {
        Standing::Declined => Cause::new("declined", Who::Shop).with("at", at),
        Standing::Withdrawn => Cause::new("withdrawn", Who::Shop).with("at", at),
        // What the clock has ended ended at its deadline, whenever the ticker came by.
        Standing::Expired => Cause::new("expired", Who::Shop).with("at", link.consent.closes_at),
        Standing::Ended => Cause::new("ended", Who::Nobody).with("at", at),
        Standing::Asked | Standing::InForce => return Vec::new(),
    };
    vec![cause]
}

/// What the rules of the next step say.
fn against(facts: &Facts) -> Vec<Cause> {
    let Some(link) = &facts.link else { return against_invite(facts) };
    match link.stage(facts.shared.now) {
        Stage::Invited { .. } => against_accept(facts, link),
        Stage::Linked { .. } => against_leaving(facts, link),
        Stage::Leaving { .. } => against_approval(facts, link),
        Stage::Over { .. } => {
            let mut causes = against_invite(facts);
            // An owner whose answer failed on the network finds out here, although nobody is asked now.
            causes.extend(own_network(facts, link));
            causes
        }
    }
}

fn denied<C: Capability>(ask: &C, facts: &C::Facts) -> Vec<C::Denied> {
    decide(ask, facts).err().unwrap_or_default()
}

fn against_invite(facts: &Facts) -> Vec<Cause> {
    let shared = &facts.shared;
    let link = facts.link.as_ref().map_or(kernel::LinkId::new(0), Link::id);
    let ask = Invite { link, shop: shared.shop.id, account: shared.account.id, kind: shared.kind, message: String::new() };
    let known = invite::Facts { shared: shared.clone(), open_until: facts.open_until, lapsed: None, policy: facts.invite.clone() };
    let cause = |against: invite::Denied| match against {
        invite::Denied::AlreadyInvited { closes_at } => Some(unanswered(closes_at, shared.now)),
        invite::Denied::NobodyToAsk => Some(Cause::new("unclaimed", Who::Owner)),
        invite::Denied::Shared(denied) => of_rule(&denied, facts),
    };
    denied(&ask, &known).into_iter().filter_map(cause).collect()
}

fn accepting(facts: &Facts, link: &Link) -> (Accept, accept::Facts) {
    (Accept { owner: link.pair.owner, link: link.id() }, accept::Facts { link: link.clone(), shared: facts.shared.clone() })
}

fn against_accept(facts: &Facts, link: &Link) -> Vec<Cause> {
    let (ask, known) = accepting(facts, link);
    let cause = |against: accept::Denied| match against {
        // Where the invitation stands has been said already.
        accept::Denied::Consent(_) => None,
        accept::Denied::Shared(denied) => of_rule(&denied, facts),
    };
    denied(&ask, &known).into_iter().filter_map(cause).collect()
}

fn own_network(facts: &Facts, link: &Link) -> Option<Cause> {
    let (ask, known) = accepting(facts, link);
    let was_linked = link.linked_at.is_some();
    match rules::network_is_in_the_shops_country(&ask, &known) {
        Err(accept::Denied::Shared(denied)) if facts.by_owner && !was_linked => of_rule(&denied, facts),
        _ => None,
    }
}

fn against_leaving(facts: &Facts, link: &Link) -> Vec<Cause> {
    let ask = RequestUnlink { owner: link.pair.owner, link: link.id(), reason: String::new() };
    let known = request_unlink::Facts { link: link.clone(), shared: facts.shared.clone(), policy: facts.request_unlink.clone() };
    let cause = |against: request_unlink::Denied| match &against {
        request_unlink::Denied::TooSoon { allowed_at, .. } => Some(Cause::new("too_soon", Who::Nobody).until(*allowed_at).saying(&against)),
        request_unlink::Denied::AlreadyAsked { .. } | request_unlink::Denied::Consent(_) => None,
        request_unlink::Denied::Shared(denied) => of_rule(denied, facts),
    };
    denied(&ask, &known).into_iter().filter_map(cause).collect()
}

fn against_approval(facts: &Facts, link: &Link) -> Vec<Cause> {
    let ask = ApproveUnlink { shop: link.pair.shop, link: link.id() };
    let known = approve_unlink::Facts { link: link.clone(), shared: facts.shared.clone() };
    let cause = |against: approve_unlink::Denied| match against {
        approve_unlink::Denied::Consent(_) => None,
        approve_unlink::Denied::Shared(denied) => of_rule(&denied, facts),
    };
    denied(&ask, &known).into_iter().filter_map(cause).collect()
}

/// Who can do what about a rule's answer. Nothing where it says something about the wrong side's session.
fn of_rule(denied: &rules::Denied, facts: &Facts) -> Option<Cause> {
    use rules::Denied as D;
    let cause = match denied {
        D::NetworkElsewhere { .. } | D::NetworkNotKnown { .. } | D::NetworkPrivate { .. } if !facts.by_owner => return None,
        D::NetworkElsewhere { .. } => Cause::new("network_differs", Who::Owner),
        D::NetworkNotKnown { .. } => Cause::new("network_not_known", Who::Owner),
        D::NetworkPrivate { .. } => Cause::new("network_private", Who::Owner),
        D::UnderAge { .. } => Cause::new("under_age", Who::Nobody),
        D::AgeNotKnown { .. } => Cause::new("age_not_known", Who::Owner),
        D::ShopNotNormal { state: OrgState::Closed } => Cause::new("shop_closed", Who::Nobody),
        D::ShopNotNormal { .. } => Cause::new("shop_abnormal", Who::Platform).by_support(),
        D::AccountNotNormal { state: AccountState::Closed } => Cause::new("account_closed", Who::Nobody),
        D::AccountNotNormal { .. } => Cause::new("account_abnormal", Who::Platform).by_support(),
        D::EcommerceWithdrawn => Cause::new("permission_withdrawn", Who::Platform).by_support(),
        D::OpenViolations { .. } => Cause::new("violations_open", Who::Platform).by_support(),
        D::ContentFindings { .. } => Cause::new("content_found", Who::Platform).by_support(),
        D::OtherCountry { account, .. } if facts.fixed_regions.value.contains(account) => {
            Cause::new("other_country_fixed", Who::Nobody).with("fixed", &facts.fixed_regions)
        }
        D::OtherCountry { .. } => Cause::new("other_country", Who::Platform).by_support(),
        D::LinkedElsewhere { .. } => Cause::new("linked_elsewhere", Who::Owner),
        D::LinkedHere { .. } => Cause::new("linked_here", Who::Owner),
        D::OfficialPlaceTaken { .. } => Cause::new("official_place_taken", Who::Shop),
        D::MarketingPlacesTaken { .. } => Cause::new("marketing_places_taken", Who::Shop),
        D::LinksSpent { .. } => Cause::new("links_spent", Who::Nobody),
        D::InWait { .. } => Cause::new("in_wait", Who::Nobody),
        // The sum of what happened cannot be undone; only the platform can raise the value for this shop's packs.
        D::UnlinksSpent { .. } => Cause::new("unlinks_spent", Who::Platform).by_support(),
        D::NameTooLong { .. } => Cause::new("name_too_long", Who::Shop),
    };
    Some(cause.until(denied.until()).saying(denied))
}

/// What may be the cause and cannot be seen from here.
fn besides(facts: &Facts, nothing_against: bool) -> Vec<Cause> {
    let shop = facts.shared.shop.region;
    let stage = facts.link.as_ref().map(|link| link.stage(facts.shared.now));
    let network = || Cause::new("network_of_owner", Who::Owner).maybe().with("shop", shop);
    let page = |who| nothing_against.then(|| Cause::new("page_timed_out", who).maybe());
    match stage {
        Some(Stage::Invited { .. }) if !facts.by_owner => std::iter::once(network()).chain(page(Who::Owner)).collect(),
        Some(Stage::Invited { .. } | Stage::Linked { .. }) => page(Who::Owner).into_iter().collect(),
        Some(Stage::Leaving { .. }) | None => page(Who::Shop).into_iter().collect(),
        Some(Stage::Over { .. }) => Vec::new(),
    }
}

/// Every code, for words and tests.
pub const CODES: &[&str] = &[
    "not_answered",
    "unlink_not_answered",
    "linked",
    "unlink_refused",
    "declined",
    "withdrawn",
    "expired",
    "ended",
    "unclaimed",
    "too_soon",
    "network_differs",
    "network_not_known",
    "network_private",
    "network_of_owner",
    "under_age",
    "age_not_known",
    "shop_closed",
    "shop_abnormal",
    "account_closed",
    "account_abnormal",
    "permission_withdrawn",
    "violations_open",
    "content_found",
    "other_country",
    "other_country_fixed",
    "linked_elsewhere",
    "linked_here",
    "official_place_taken",
    "marketing_places_taken",
    "links_spent",
    "in_wait",
    "unlinks_spent",
    "name_too_long",
    "page_timed_out",
];

/// As what the next step would be: what is open or in force has its kind, what is over may be tried as the other.
pub fn kind_of(link: Option<&Link>, now: Instant, asked: Option<Kind>) -> Kind {
    let own = link.map(|link| link.pair.role);
    let is_over = link.is_none_or(|link| matches!(link.stage(now), Stage::Over { .. }));
    if is_over { asked.or(own) } else { own }.unwrap_or(Kind::Marketing)
}

#[cfg(test)]
mod tests;
