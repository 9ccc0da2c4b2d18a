//! What an answer holds: the verdict, every rule's finding, how long it stands, and the position of the log it was given on.

use crate::fact::{AdRole, LinkKind, Scope, Scopes, State, TOPICS};
use kernel::{Cited, Instant, Limit, Region, Role, Span, Standing};
use serde::{Serialize, Serializer};

/// An answer. Keep one and ask again with it: nothing is allocated then.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answer<'v> {
    /// The verdict.
    pub allowed: bool,
    /// What every rule found, in reading order.
    pub findings: Vec<Finding<'v>>,
    /// The verdict stands until this moment, unless something happens; none when only an event can change it.
    pub holds_until: Option<Instant>,
    /// The first moment at which any finding can be another, unless something happens. Never after `holds_until`.
    pub could_change_at: Option<Instant>,
    /// The log's position that was known.
    pub revision: i64,
}

/// What one rule found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Finding<'v> {
    /// The rule: a true statement about an allowed ask.
    pub rule: &'static str,
    /// Whether it must hold in any case, or on which of the roads it stands, one of which is enough.
    pub road: Road,
    /// What it says.
    pub says: Says<'v>,
    /// The next moment at which it says something else by itself.
    pub changes_at: Option<Instant>,
    /// Whether what it says then turns yes into no or no into yes.
    pub flips: bool,
}

/// What a finding counts for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Road {
    /// It must hold.
    Needed,
    /// The account's owner granted the centre, and the centre gave its member.
    Grant,
    /// The person's own link to the account.
    OwnLink,
    /// A code for this very post.
    Code,
}

impl Road {
    /// The roads, without what is needed in any case.
    pub const ALL: [Road; 3] = [Road::Grant, Road::OwnLink, Road::Code];
}

/// Yes with its ground, or no with its reason.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Says<'v> {
    /// The rule's statement is true.
    Yes(Ground),
    /// It is not.
    No(Denied<'v>),
}

/// On what a yes rests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
#[expect(missing_docs, reason = "`seq` is the position of the event in the log; the rest is what its name says")]
pub enum Ground {
    /// Nothing speaks against it.
    Nothing,
    Member {
        role: Role,
    },
    Granted {
        scopes: Scopes,
        seq: i64,
    },
    Assigned {
        scopes: Scopes,
        seq: i64,
    },
    OwnLink {
        scopes: Scopes,
        seq: i64,
    },
    SwitchedOn {
        seq: i64,
    },
    Code {
        expires_at: Instant,
    },
    /// The centre's own ad account.
    Owned,
    /// A partner's ad account; its members' roles go no further than this one.
    Shared {
        role: AdRole,
    },
    AdRole {
        role: AdRole,
        seq: i64,
    },
    Linked {
        role: LinkKind,
        since: Instant,
    },
    Followers {
        followers: i64,
    },
    Invited {
        closes_at: Instant,
    },
}

/// Topics of the word list and how often each was found. It serialises as the codes of those that were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Topics {
    /// By the topic's number.
    pub counts: [u16; TOPICS],
    /// The topics' codes, by their numbers.
    pub codes: &'static [&'static str],
}

impl Serialize for Topics {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.codes.iter().zip(self.counts).filter(|(_, count)| *count > 0).map(|(code, _)| code))
    }
}

/// Why not. Linking's reasons have linking's codes and fields. It serialises as its fields; [`Denied::code`] names it.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the words files say each in two languages")]
pub enum Denied<'v> {
    NoSuchCentre,
    NoSuchShop,
    NoSuchAccount,
    CentreNotNormal { state: State },
    NotAMember,
    LockedOut,
    AccountStopped { state: State },
    Political,
    NotGranted,
    ScopeNotGranted { scope: Scope, granted: Scopes },
    NotAssigned,
    ScopeNotAssigned { scope: Scope, assigned: Scopes },
    Withheld,
    NotLinkedByPerson,
    ScopeNotLinkedByPerson { scope: Scope, linked: Scopes },
    NoCode,
    CodeOver { over_at: Instant },
    NoSuchAdAccount,
    AdAccountClosed,
    NotShared,
    NotPartners,
    OwnerStopped,
    NoAdRole,
    RoleTooWeak { role: AdRole },
    ShareTooWeak { role: AdRole, share: AdRole },
    SwitchedOff,

    ShopNotNormal { state: State },
    AccountNotNormal { state: State },
    EcommerceWithdrawn,
    OpenViolations { count: u32 },
    ContentFindings { count: u32, topics: Topics },
    UnderAge { minimum: &'v Cited<i16>, of_age_at: Option<Instant> },
    AgeNotKnown { minimum: &'v Cited<i16> },
    OtherCountry { account: Region, shop: Region },
    NetworkElsewhere { network: Region, shop: Region },
    NetworkNotKnown { shop: Region },
    NetworkPrivate { shop: Region, allowed: &'v Cited<bool> },
    LinkedElsewhere { limit: &'v Cited<u32> },
    LinkedHere { role: LinkKind },
    OfficialPlaceTaken { allowed: &'v Cited<u32> },
    MarketingPlacesTaken { allowed: &'v Cited<u32>, more_at: Option<Instant> },
    LinksSpent { allowed: &'v Cited<Limit>, window: &'v Cited<Span>, next_at: Option<Instant> },
    InWait { wait: &'v Cited<Span>, over_at: Instant },
    UnlinksSpent { allowed: &'v Cited<Limit>, role: LinkKind },
    NameTooLong { length: u32, allowed: &'v Cited<usize> },
    AlreadyInvited { closes_at: Instant },
    NobodyToAsk,
    NotInvited,
    NoLongerOpen { standing: Standing, since: Instant },
    AnsweredTooLate { closed_at: Instant },
    NeverLinked,
    NotInForce { standing: Standing },
    TooSoon { allowed_at: Instant, earliest: &'v Cited<Span> },
    AlreadyAsked { closes_at: Instant },
    TooFewFollowers { followers: i64, minimum: &'v Cited<i64> },
}

impl Denied<'_> {
    /// The stable code: the name under which the reason's words stand, and the reason's own.
    pub const fn code(&self) -> &'static str {
        match self {
            Denied::NoSuchCentre => "decisions.no_such_centre",
            Denied::NoSuchShop => "decisions.no_such_shop",
            Denied::NoSuchAccount => "decisions.no_such_account",
            Denied::CentreNotNormal { .. } => "decisions.centre_not_normal",
            Denied::NotAMember => "decisions.not_a_member",
            Denied::LockedOut => "decisions.locked_out",
            Denied::AccountStopped { .. } => "decisions.account_stopped",
            Denied::Political => "decisions.political",
            Denied::NotGranted => "decisions.not_granted",
            Denied::ScopeNotGranted { .. } => "decisions.scope_not_granted",
            Denied::NotAssigned => "decisions.not_assigned",
            Denied::ScopeNotAssigned { .. } => "decisions.scope_not_assigned",
            Denied::Withheld => "decisions.withheld",
            Denied::NotLinkedByPerson => "decisions.not_linked_by_person",
            Denied::ScopeNotLinkedByPerson { .. } => "decisions.scope_not_linked_by_person",
            Denied::NoCode => "decisions.no_code",
            Denied::CodeOver { .. } => "decisions.code_over",
            Denied::NoSuchAdAccount => "decisions.no_such_ad_account",
            Denied::AdAccountClosed => "decisions.ad_account_closed",
            Denied::NotShared => "decisions.not_shared",
            Denied::NotPartners => "decisions.not_partners",
            Denied::OwnerStopped => "decisions.owner_stopped",
            Denied::NoAdRole => "decisions.no_ad_role",
            Denied::RoleTooWeak { .. } => "decisions.role_too_weak",
            Denied::ShareTooWeak { .. } => "decisions.share_too_weak",
            Denied::SwitchedOff => "decisions.switched_off",
            Denied::NotInvited => "decisions.not_invited",
            Denied::NeverLinked => "decisions.never_linked",
            Denied::TooFewFollowers { .. } => "decisions.too_few_followers",
            Denied::ShopNotNormal { .. } => "linking.rules.shop_not_normal",
            Denied::AccountNotNormal { .. } => "linking.rules.account_not_normal",
            Denied::EcommerceWithdrawn => "linking.rules.ecommerce_withdrawn",
            Denied::OpenViolations { .. } => "linking.rules.open_violations",
            Denied::ContentFindings { .. } => "linking.rules.content_findings",
            Denied::UnderAge { .. } => "linking.rules.under_age",
            Denied::AgeNotKnown { .. } => "linking.rules.age_not_known",
            Denied::OtherCountry { .. } => "linking.rules.other_country",
            Denied::NetworkElsewhere { .. } => "linking.rules.network_elsewhere",
            Denied::NetworkNotKnown { .. } => "linking.rules.network_not_known",
            Denied::NetworkPrivate { .. } => "linking.rules.network_private",
            Denied::LinkedElsewhere { .. } => "linking.rules.linked_elsewhere",
            Denied::LinkedHere { .. } => "linking.rules.linked_here",
            Denied::OfficialPlaceTaken { .. } => "linking.rules.official_place_taken",
            Denied::MarketingPlacesTaken { .. } => "linking.rules.marketing_places_taken",
            Denied::LinksSpent { .. } => "linking.rules.links_spent",
            Denied::InWait { .. } => "linking.rules.in_wait",
            Denied::UnlinksSpent { .. } => "linking.rules.unlinks_spent",
            Denied::NameTooLong { .. } => "linking.rules.name_too_long",
            Denied::AlreadyInvited { .. } => "linking.invite.already_invited",
            Denied::NobodyToAsk => "linking.invite.nobody_to_ask",
            Denied::NoLongerOpen { .. } => "consent.no_longer_open",
            Denied::AnsweredTooLate { .. } => "consent.answered_too_late",
            Denied::NotInForce { .. } => "consent.not_in_force",
            Denied::TooSoon { .. } => "linking.request_unlink.too_soon",
            Denied::AlreadyAsked { .. } => "linking.request_unlink.already_asked",
        }
    }

    /// The earliest moment at which the reason can be gone without a person's doing, where waiting helps.
    pub const fn until(&self) -> Option<Instant> {
        match self {
            Denied::UnderAge { of_age_at: at, .. }
            | Denied::MarketingPlacesTaken { more_at: at, .. }
            | Denied::LinksSpent { next_at: at, .. } => *at,
            Denied::InWait { over_at: at, .. }
            | Denied::AlreadyInvited { closes_at: at }
            | Denied::TooSoon { allowed_at: at, .. }
            | Denied::AlreadyAsked { closes_at: at } => Some(*at),
            _ => None,
        }
    }
}

impl Finding<'_> {
    /// Whether it says yes.
    pub const fn holds(&self) -> bool {
        matches!(self.says, Says::Yes(_))
    }
}

impl<'v> Answer<'v> {
    /// The reasons against: what is needed and does not hold and, when no road is complete, what is missing on each.
    pub fn reasons(&self) -> impl Iterator<Item = Denied<'v>> + '_ {
        let arrives = self.roads().next().is_none() || self.roads().any(|road| self.is_complete(road));
        self.findings.iter().filter_map(move |finding| match finding.says {
            Says::No(denied) if finding.road == Road::Needed || !arrives => Some(denied),
            Says::No(_) | Says::Yes(_) => None,
        })
    }
    /// The roads on which every finding holds.
    pub fn complete_roads(&self) -> impl Iterator<Item = Road> + '_ {
        self.roads().filter(|road| self.is_complete(*road))
    }
    fn roads(&self) -> impl Iterator<Item = Road> + '_ {
        Road::ALL.into_iter().filter(|road| self.findings.iter().any(|finding| finding.road == *road))
    }
    fn is_complete(&self, road: Road) -> bool {
        self.findings.iter().filter(|finding| finding.road == road).all(Finding::holds)
    }

    pub(crate) fn begin(&mut self, revision: i64) {
        self.findings.clear();
        self.findings.reserve(MOST_FINDINGS);
        self.revision = revision;
    }
    /// A finding that no clock changes.
    pub(crate) fn say(&mut self, rule: &'static str, road: Road, says: Result<Ground, Denied<'v>>) {
        self.say_until(rule, road, says, None, true);
    }
    pub(crate) fn say_until(
        &mut self,
        rule: &'static str,
        road: Road,
        says: Result<Ground, Denied<'v>>,
        changes_at: Option<Instant>,
        flips: bool,
    ) {
        let says = says.map_or_else(Says::No, Says::Yes);
        self.findings.push(Finding { rule, road, says, changes_at, flips });
    }

    /// The verdict and its times, from the findings. `until` is when the rules' values can be others.
    pub(crate) fn conclude(&mut self, until: Option<Instant>) {
        // Nearly every answer hangs on no clock. Then bits are enough: which roads there are, and on which something is missing.
        let (mut there, mut missing, mut timed) = (0u8, 0u8, false);
        for finding in &self.findings {
            let road = 1 << finding.road as u8;
            there |= road;
            missing |= if finding.holds() { 0 } else { road };
            timed |= finding.changes_at.is_some();
        }
        if !timed {
            let needed = 1 << Road::Needed as u8;
            let arrives = there & !needed == 0 || there & !missing & !needed != 0;
            self.allowed = missing & needed == 0 && arrives;
            (self.could_change_at, self.holds_until) = (until, until);
            return;
        }
        let mut whole = Times::YES;
        let mut roads = [None::<Times>; 3];
        let mut could_change_at = until;
        for finding in &self.findings {
            could_change_at = earlier(could_change_at, finding.changes_at);
            let one = Times::of(finding);
            match finding.road {
                Road::Needed => whole = whole.and(one),
                road => {
                    let road = &mut roads[road as usize - 1];
                    *road = Some(road.map_or(one, |so_far| so_far.and(one)));
                }
            }
        }
        if let Some(any) = roads.into_iter().flatten().reduce(Times::or) {
            whole = whole.and(any);
        }
        self.allowed = whole.now;
        self.could_change_at = could_change_at;
        // What the rules' next values make of it is not known.
        self.holds_until = earlier(whole.turns_at(), until);
    }
}

/// As many rules as a question has, so that a new answer allocates once.
const MOST_FINDINGS: usize = 16;

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// A statement over time: what it is now, and the span in which it is true: from `from` until before `to`. No statement here
/// comes true twice.
#[derive(Clone, Copy)]
struct Times {
    now: bool,
    from: i64,
    to: i64,
}

impl Times {
    const YES: Times = Times { now: true, from: i64::MIN, to: i64::MAX };

    fn of(finding: &Finding<'_>) -> Times {
        let turn = finding.changes_at.filter(|_| finding.flips).map(|at| at.0);
        if finding.holds() {
            Times { now: true, from: i64::MIN, to: turn.unwrap_or(i64::MAX) }
        } else {
            Times { now: false, from: turn.unwrap_or(i64::MAX), to: i64::MAX }
        }
    }
    fn and(self, other: Times) -> Times {
        Times { now: self.now && other.now, from: self.from.max(other.from), to: self.to.min(other.to) }
    }
    /// The nearest span in which one or the other is true; two that touch are one.
    fn or(self, other: Times) -> Times {
        let (first, second) = if self.from <= other.from { (self, other) } else { (other, self) };
        if first.is_never() {
            return second;
        }
        let touches = !second.is_never() && second.from <= first.to;
        Times { now: self.now || other.now, from: first.from, to: if touches { first.to.max(second.to) } else { first.to } }
    }
    fn is_never(self) -> bool {
        self.from >= self.to
    }
    fn turns_at(self) -> Option<Instant> {
        let turn = if self.now { self.to } else { self.from };
        (!self.is_never() && turn != i64::MAX).then_some(Instant(turn))
    }
}
