//! What a link is at a moment: two agreements of one shape, the link itself and the request to leave it.

use crate::{Event, events::Pair};
use kernel::{Consent, Instant, LinkId, OrgId, Span, Standing, Step};
use serde::{Deserialize, Serialize};

/// As what an account is linked to a shop.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The shop's own face: it bears the shop's name and shows all its products. 官方账号
    Official,
    /// A creator who sells for the shop without commission. 渠道账号
    Marketing,
}

impl Kind {
    /// Both.
    pub const ALL: [Kind; 2] = [Kind::Official, Kind::Marketing];

    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Official => "official",
            Kind::Marketing => "marketing",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = ();
    fn from_str(text: &str) -> Result<Kind, ()> {
        Kind::ALL.into_iter().find(|kind| kind.code() == text).ok_or(())
    }
}

/// A link, from its invitation to its end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Whom it concerns.
    pub pair: Pair,
    /// The agreement: asked by the shop, answered by the owner.
    pub consent: Consent,
    /// What the shop wrote to the owner.
    pub message: String,
    /// Since when it is or was in force.
    pub linked_at: Option<Instant>,
    /// The last request to leave: asked by the owner, answered by the shop.
    pub unlink: Option<Unlink>,
}

/// A request to leave.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unlink {
    /// The agreement: asked by the owner, answered by the shop.
    pub consent: Consent,
    /// Why the owner wants to leave.
    pub reason: String,
    /// Why the shop refused, when it did.
    pub answer: String,
}

/// Where a link stands, with exactly what is known there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage<'a> {
    /// The shop has asked; the owner may answer until then.
    Invited {
        /// The first moment at which an answer comes too late.
        until: Instant,
    },
    /// In force.
    Linked {
        /// Since when.
        since: Instant,
    },
    /// In force, and the owner has asked to leave.
    Leaving {
        /// Since when it is in force.
        since: Instant,
        /// The request.
        request: &'a Unlink,
    },
    /// Over, before or after having been in force.
    Over {
        /// How.
        standing: Standing,
        /// Since when.
        at: Instant,
    },
}

impl Link {
    /// The agreement's id.
    pub fn id(&self) -> LinkId {
        self.pair.link
    }

    /// Where it stands at `now`; what the clock has ended is over even before the ticker's turn.
    pub fn stage(&self, now: Instant) -> Stage<'_> {
        match self.consent.standing_at(now) {
            Standing::Asked => Stage::Invited { until: self.consent.closes_at },
            Standing::InForce => {
                let since = self.linked_at.unwrap_or(self.consent.since);
                match &self.unlink {
                    Some(request) if request.consent.standing == Standing::Asked => Stage::Leaving { since, request },
                    _ => Stage::Linked { since },
                }
            }
            standing => Stage::Over { standing, at: self.consent.since },
        }
    }

    /// The open or last request to leave, as an agreement; one that never was counts as withdrawn.
    pub fn request(&self) -> Option<&Unlink> {
        self.unlink.as_ref()
    }
}

/// The state after one more event that happened at `at`. The log is the authority: nothing is checked here.
pub fn after(link: Option<Link>, event: &Event, at: Instant) -> Option<Link> {
    if let Event::Invited { pair, closes_at, message } = event {
        let consent = Consent::ask(pair.shop, pair.owner, at, *closes_at - at);
        return Some(Link { pair: *pair, consent, message: message.clone(), linked_at: None, unlink: None });
    }
    let link = link?;
    Some(match event {
        Event::Linked { .. } => Link { consent: link.consent.after(Step::Accept, at), linked_at: Some(at), ..link },
        Event::Declined { .. } => Link { consent: link.consent.after(Step::Decline, at), ..link },
        Event::Withdrawn { .. } => Link { consent: link.consent.after(Step::Withdraw, at), ..link },
        Event::Expired { .. } => Link { consent: link.consent.after(Step::Expire, at), ..link },
        Event::UnlinkAsked { pair, closes_at, reason } => {
            let consent = Consent::ask(pair.owner, pair.shop, at, *closes_at - at);
            Link { unlink: Some(Unlink { consent, reason: reason.clone(), answer: String::new() }), ..link }
        }
        Event::UnlinkRefused { reason, .. } => answered(link, Step::Decline, at, reason),
        Event::UnlinkWithdrawn { .. } => answered(link, Step::Withdraw, at, ""),
        Event::Unlinked { .. } => {
            let link = answered(link, Step::Accept, at, "");
            Link { consent: link.consent.after(Step::End, at), ..link }
        }
        Event::Invited { .. } | Event::NameFollowed { .. } => link,
    })
}

fn answered(link: Link, step: Step, at: Instant, answer: &str) -> Link {
    let unlink =
        link.unlink.map(|request| Unlink { consent: request.consent.after(step, at), reason: request.reason, answer: answer.to_owned() });
    Link { unlink, ..link }
}

/// The shop's side of a link: whether `org` asked for it.
pub fn is_shop(link: &Link, org: OrgId) -> bool {
    link.pair.shop == org
}

/// How much of an agreement's time is over, in percent: for a bar, never for a rule.
pub fn elapsed_percent(consent: &Consent, now: Instant) -> i64 {
    let whole = (consent.closes_at - consent.asked_at).0.max(1);
    ((now - consent.asked_at).0.clamp(0, whole) * 100) / whole
}

/// How long an agreement stays open.
pub fn open_for(consent: &Consent) -> Span {
    consent.closes_at - consent.asked_at
}
