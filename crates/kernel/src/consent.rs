//! Consent: the lifecycle that every agreement of the trade shares.
//!
//! ```text
//! asked ──accept──▶ in force ──end──▶ ended
//!   ├──decline──▶ declined      (the other side)
//!   ├──withdraw─▶ withdrawn     (whoever asked)
//!   └──expire───▶ expired       (the clock)
//! ```
//! A context adds its terms and its rules; who may take which step, until when, and from where to where is decided here
//! and nowhere else. *Accepted is not confirmed*: rights begin in [`Standing::InForce`] only.

use crate::{Instant, OrgId, Span};
use serde::{Deserialize, Serialize};

/// Where an agreement stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// One side has asked; the other has not answered.
    Asked,
    /// Both sides agreed and neither has ended it.
    InForce,
    /// The other side said no.
    Declined,
    /// Whoever asked took it back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
    /// It was in force and has ended.
    Ended,
}

/// What can happen to an agreement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The other side says yes.
    Accept,
    /// The other side says no.
    Decline,
    /// Whoever asked takes it back.
    Withdraw,
    /// The clock closes it.
    Expire,
    /// It ends after having been in force.
    End,
}

/// A side of an agreement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Whoever asked.
    Asker,
    /// Whoever was asked.
    Answerer,
    /// Neither: the clock or another rule of the platform.
    Platform,
}

/// One agreement between two organisations.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Consent {
    /// Who asked.
    pub asker: OrgId,
    /// Who must answer; nobody yet where the question is a code that its first bearer takes up.
    pub answerer: Option<OrgId>,
    /// When it was asked.
    pub asked_at: Instant,
    /// The first moment at which an answer comes too late.
    pub closes_at: Instant,
    /// Where it stands.
    pub standing: Standing,
    /// Since when it stands there.
    pub since: Instant,
}

/// Why a step cannot be taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Unfit {
    /// It was answered, withdrawn or closed before.
    NoLongerOpen {
        /// Where it stands.
        standing: Standing,
        /// Since when.
        since: Instant,
    },
    /// The time for an answer is over.
    AnsweredTooLate {
        /// When it closed.
        closed_at: Instant,
    },
    /// It is still open for an answer.
    StillOpen {
        /// When it closes.
        closes_at: Instant,
    },
    /// It is not in force, so it cannot end.
    NotInForce {
        /// Where it stands.
        standing: Standing,
    },
}

impl crate::Denied for Unfit {
    fn scope(&self) -> Option<&'static str> {
        Some("consent")
    }
    fn until(&self) -> Option<Instant> {
        match self {
            Unfit::StillOpen { closes_at } => Some(*closes_at),
            Unfit::NoLongerOpen { .. } | Unfit::AnsweredTooLate { .. } | Unfit::NotInForce { .. } => None,
        }
    }
}

impl Standing {
    /// Every standing.
    pub const ALL: [Standing; 6] =
        [Standing::Asked, Standing::InForce, Standing::Declined, Standing::Withdrawn, Standing::Expired, Standing::Ended];

    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Standing::Asked => "asked",
            Standing::InForce => "in_force",
            Standing::Declined => "declined",
            Standing::Withdrawn => "withdrawn",
            Standing::Expired => "expired",
            Standing::Ended => "ended",
        }
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 5] = [Step::Accept, Step::Decline, Step::Withdraw, Step::Expire, Step::End];

    /// Who may take it. Ending is for the context to say: a link's end is itself asked and answered.
    pub const fn side(self) -> Side {
        match self {
            Step::Accept | Step::Decline => Side::Answerer,
            Step::Withdraw => Side::Asker,
            Step::Expire | Step::End => Side::Platform,
        }
    }

    const fn leads_to(self) -> Standing {
        match self {
            Step::Accept => Standing::InForce,
            Step::Decline => Standing::Declined,
            Step::Withdraw => Standing::Withdrawn,
            Step::Expire => Standing::Expired,
            Step::End => Standing::Ended,
        }
    }
}

impl Consent {
    /// A new agreement, open for an answer for `open_for`.
    pub fn ask(asker: OrgId, answerer: OrgId, now: Instant, open_for: Span) -> Consent {
        Consent { answerer: Some(answerer), ..Consent::offer(asker, now, open_for) }
    }

    /// A new agreement whose other side is not known yet: whoever takes it up first must answer.
    pub fn offer(asker: OrgId, now: Instant, open_for: Span) -> Consent {
        Consent { asker, answerer: None, asked_at: now, closes_at: now + open_for, standing: Standing::Asked, since: now }
    }

    /// The offer after `answerer` took it up. Whoever took it up before stays.
    pub fn taken_up(mut self, answerer: OrgId) -> Consent {
        self.answerer = self.answerer.or(Some(answerer));
        self
    }

    /// Whether `step` may be taken now. An answer is in time until the millisecond before the closing; from the closing on
    /// only the clock may act, whether or not its turn has come: a late ticker is late, never wrong.
    pub fn admits(&self, step: Step, now: Instant) -> Result<(), Unfit> {
        let over = now >= self.closes_at;
        match (self.standing, step) {
            (Standing::InForce, Step::End) => Ok(()),
            (standing, Step::End) => Err(Unfit::NotInForce { standing }),
            (Standing::Asked, Step::Expire) if over => Ok(()),
            (Standing::Asked, Step::Expire) => Err(Unfit::StillOpen { closes_at: self.closes_at }),
            (Standing::Asked, Step::Accept | Step::Decline | Step::Withdraw) if over => {
                Err(Unfit::AnsweredTooLate { closed_at: self.closes_at })
            }
            (Standing::Asked, Step::Accept | Step::Decline | Step::Withdraw) => Ok(()),
            (standing, _) => Err(Unfit::NoLongerOpen { standing, since: self.since }),
        }
    }

    /// The agreement after a step that happened at `at`. The log is the authority: what it says happened, happened.
    pub fn after(mut self, step: Step, at: Instant) -> Consent {
        self.standing = step.leads_to();
        self.since = at;
        self
    }

    /// The organisation that may take `step`; none where only the platform may.
    pub fn actor_of(&self, step: Step) -> Option<OrgId> {
        match step.side() {
            Side::Asker => Some(self.asker),
            Side::Answerer => self.answerer,
            Side::Platform => None,
        }
    }

    /// Where a reader stands at `now`: an agreement whose time is over reads as expired even before the clock's turn.
    pub fn standing_at(&self, now: Instant) -> Standing {
        if self.standing == Standing::Asked && now >= self.closes_at { Standing::Expired } else { self.standing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_000_000);

    fn asked() -> Consent {
        Consent::ask(OrgId::new(1), OrgId::new(2), NOW, Span::hours(48))
    }

    #[test]
    fn every_step_in_every_standing_is_as_written_here() {
        let allowed = [
            (Standing::Asked, Step::Accept),
            (Standing::Asked, Step::Decline),
            (Standing::Asked, Step::Withdraw),
            (Standing::InForce, Step::End),
        ];
        for standing in Standing::ALL {
            for step in Step::ALL {
                let consent = Consent { standing, ..asked() };
                assert_eq!(consent.admits(step, NOW).is_ok(), allowed.contains(&(standing, step)), "{standing:?} {step:?}");
                let late = consent.admits(step, consent.closes_at).is_ok();
                assert_eq!(
                    late,
                    matches!((standing, step), (Standing::Asked, Step::Expire) | (Standing::InForce, Step::End)),
                    "{standing:?} {step:?} at the closing"
                );
            }
        }
    }

    #[test]
    fn an_answer_counts_until_the_millisecond_before_the_closing() {
        let closing = asked().closes_at;
        assert_eq!(asked().admits(Step::Accept, closing - Span(1)), Ok(()));
        assert_eq!(asked().admits(Step::Accept, closing), Err(Unfit::AnsweredTooLate { closed_at: closing }));
        assert_eq!(asked().admits(Step::Expire, closing - Span(1)), Err(Unfit::StillOpen { closes_at: closing }));
        assert_eq!(asked().standing_at(closing), Standing::Expired);
    }

    #[test]
    fn each_side_takes_only_its_own_steps() {
        let consent = asked();
        assert_eq!(consent.actor_of(Step::Accept), consent.answerer);
        assert_eq!(consent.actor_of(Step::Withdraw), Some(consent.asker));
        assert_eq!(consent.actor_of(Step::Expire), None);
    }

    #[test]
    fn an_offer_is_answered_by_whoever_took_it_up_first() {
        let offer = Consent::offer(OrgId::new(1), NOW, Span::minutes(10));
        assert_eq!(offer.actor_of(Step::Accept), None);
        let taken = offer.taken_up(OrgId::new(2)).taken_up(OrgId::new(3));
        assert_eq!(taken.actor_of(Step::Accept), Some(OrgId::new(2)));
    }
}
