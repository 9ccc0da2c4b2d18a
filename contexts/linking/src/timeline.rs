//! What has happened to a link, as both sides see it: who did it is a name on one's own side and the organisation's on the other.

use crate::{
    Ending, Event,
    index::{Found, Side},
};
use kernel::{Instant, LinkId, OrgId, Refusal, UserId};
use serde_json::{Map, Value as Json, json};
use store::{Recorded, Tx};
use web::Visit;

/// One thing that has happened.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Its position in the log.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// The event's name.
    pub kind: String,
    /// Who did it; nobody when it was the clock or a rule.
    pub by: Option<String>,
    /// What they wrote.
    pub said: String,
    /// The words' key of what a rule says about it.
    pub rule: Option<String>,
    /// To which link.
    pub link: LinkId,
    /// The account's nickname.
    pub account: String,
}

/// The last `limit` things that have happened to a link, newest first, for a reader of `org`.
pub fn of_link(tx: &mut Tx<'_>, org: OrgId, found: &Found, limit: i64) -> Result<Vec<Moment>, Refusal> {
    let recorded = store::log::before(tx, Some(&found.link.id().to_string()), i64::MAX, limit)?;
    let mut moments = Vec::with_capacity(recorded.len());
    for recorded in recorded {
        if let Some(event) = recorded.event::<Event>() {
            moments.push(moment(tx, org, &recorded, &event?)?);
        }
    }
    Ok(moments)
}

fn moment(tx: &mut Tx<'_>, org: OrgId, recorded: &Recorded, event: &Event) -> Result<Moment, Refusal> {
    let pair = event.pair();
    let account = accounts::index::account(tx, pair.account)?.map(|account| account.nickname).unwrap_or_default();
    let by = match actor(event) {
        None => None,
        Some(side) => {
            let own = if side == Side::Shop { pair.shop } else { pair.owner } == org;
            let person = if own { person(tx, &recorded.actor)? } else { None };
            Some(match (person, side) {
                (Some(name), _) => name,
                (None, Side::Shop) => access::index::org(tx, pair.shop)?.map(|shop| shop.name).unwrap_or_default(),
                (None, Side::Owner) => account.clone(),
            })
        }
    };
    let (said, rule) = told(event);
    Ok(Moment { seq: recorded.seq, at: recorded.at, kind: recorded.kind.clone(), by, said, rule, link: pair.link, account })
}

fn person(tx: &mut Tx<'_>, actor: &str) -> Result<Option<String>, Refusal> {
    let Ok(user) = actor.parse::<UserId>() else { return Ok(None) };
    Ok(access::index::user(tx, user)?.map(|user| user.name))
}

/// Whose act an event was; nobody's when a rule or the clock made it happen.
fn actor(event: &Event) -> Option<Side> {
    match event {
        Event::Unlinked { ended: Ending::Unanswered, .. } | Event::Expired { .. } | Event::NameFollowed { .. } => None,
        Event::UnlinkRefused { reason, .. } if reason.starts_with("rule:") => None,
        Event::Invited { .. } | Event::Withdrawn { .. } | Event::UnlinkRefused { .. } | Event::Unlinked { .. } => Some(Side::Shop),
        Event::Linked { .. } | Event::Declined { .. } | Event::UnlinkAsked { .. } | Event::UnlinkWithdrawn { .. } => Some(Side::Owner),
    }
}

/// What a person wrote with it, and what a rule says about it.
fn told(event: &Event) -> (String, Option<String>) {
    match event {
        Event::Invited { message, .. } => (message.clone(), None),
        Event::UnlinkRefused { reason, .. } if reason.starts_with("rule:") => (String::new(), Some(format!("linking.{reason}"))),
        Event::Declined { reason, .. } | Event::UnlinkAsked { reason, .. } | Event::UnlinkRefused { reason, .. } => (reason.clone(), None),
        Event::Unlinked { ended, .. } => (String::new(), Some(format!("linking.ended.{}", ended.code()))),
        Event::NameFollowed { name, .. } => (name.clone(), None),
        Event::Linked { .. } | Event::Withdrawn { .. } | Event::Expired { .. } | Event::UnlinkWithdrawn { .. } => (String::new(), None),
    }
}

fn look(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "invited" => ("info", "send"),
        "linked" => ("ok", "link"),
        "declined" | "unlink_refused" => ("bad", "circle-x"),
        "expired" => ("mute", "clock"),
        "unlink_asked" => ("warn", "link-off"),
        "unlinked" => ("mute", "unlink"),
        "name_followed" => ("info", "edit"),
        _ => ("mute", "arrow-back-up"),
    }
}

/// The moments as the kit's timeline draws them. Where several links stand together, `base` leads to each.
pub fn drawn(visit: &Visit, moments: &[Moment], base: Option<&str>) -> Vec<Json> {
    let none = Map::new();
    let draw = |moment: &Moment| {
        let (tone, icon) = look(&moment.kind);
        let rule = moment.rule.as_ref().map(|key| visit.say(key, &none));
        let by = moment.by.clone().unwrap_or_else(|| visit.say("linking.by_platform", &none));
        let who = if base.is_some() && by != moment.account { format!("{} · {by}", moment.account) } else { by };
        json!({
            "at": moment.at,
            "text": visit.say(&format!("linking.event.{}", moment.kind), &none),
            "detail": rule.unwrap_or_else(|| moment.said.clone()),
            "who": who,
            "tone": tone,
            "icon": icon,
            "href": base.map(|base| format!("{base}/links/{}", moment.link)),
        })
    };
    moments.iter().map(draw).collect()
}
