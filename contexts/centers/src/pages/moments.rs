//! What has happened to a grant: who did it is a name on one's own side and the organisation's on the other.

use crate::{
    Event,
    index::{ad_accounts, grants::Grant},
    release_account::OWNER_CHANGED,
};
use kernel::{Instant, OrgId, Refusal, UserId};
use serde_json::{Map, Value as Json, json};
use store::Tx;
use web::Visit;

/// How many a page shows.
const MOST: i64 = 50;

/// One thing that has happened.
pub(crate) struct Moment {
    at: Instant,
    kind: String,
    by: Option<String>,
    facts: Map<String, Json>,
    said: String,
}

/// What has happened to a grant, the last first, for a reader of `org`.
pub(crate) fn of_grant(tx: &mut Tx<'_>, org: OrgId, grant: &Grant) -> Result<Vec<Moment>, Refusal> {
    let recorded = store::log::before(tx, Some(&grant.held.grant.to_string()), i64::MAX, MOST)?;
    let mut moments = Vec::new();
    for recorded in recorded {
        let Some(event) = recorded.event::<Event>() else { continue };
        let event = event?;
        // Whom a centre gives an account, and where it uses it, is its own affair; the owner sees by whom it is used.
        if org == grant.held.owner
            && matches!(
                event,
                Event::Assigned { .. } | Event::Unassigned { .. } | Event::AccountWithheld { .. } | Event::AccountRestored { .. }
            )
        {
            continue;
        }
        let mut facts = recorded.body.as_object().cloned().unwrap_or_default();
        if let Event::Assigned { user, .. } | Event::Unassigned { user, .. } | Event::AccountUsed { user, .. } = &event {
            let name = access::index::user(tx, *user)?.map(|user| user.name).unwrap_or_default();
            facts.insert("name".into(), name.into());
        }
        if let Event::AccountWithheld { ad_account, .. } | Event::AccountRestored { ad_account, .. } = &event {
            let name = ad_accounts::ad_account(tx, *ad_account)?.map(|one| one.name).unwrap_or_default();
            facts.insert("name".into(), name.into());
        }
        let said = match &event {
            Event::AccessEnded { reason, .. } => reason.clone(),
            _ => String::new(),
        };
        let by = actor(tx, org, grant, &recorded.actor)?;
        moments.push(Moment { at: recorded.at, kind: recorded.kind.clone(), by, facts, said });
    }
    Ok(moments)
}

fn actor(tx: &mut Tx<'_>, org: OrgId, grant: &Grant, actor: &str) -> Result<Option<String>, Refusal> {
    let person = match actor.parse::<UserId>() {
        Ok(user) => Some(user),
        Err(_) => actor.parse().ok().map(|token| access::index::token(tx, org, token)).transpose()?.flatten().map(|token| token.user),
    };
    if let Some(user) = person.filter(|_| true)
        && access::index::role(tx, org, user)?.is_some()
    {
        return Ok(access::index::user(tx, user)?.map(|user| user.name));
    }
    if actor == "system" {
        return Ok(None);
    }
    let other = if org == grant.held.owner { grant.held.centre } else { grant.held.owner };
    Ok(access::index::org(tx, other)?.map(|org| org.name))
}

fn look(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "access_granted" | "access_widened" => ("ok", "shield-check"),
        "access_narrowed" => ("warn", "minus"),
        "access_ended" => ("mute", "shield-x"),
        "assigned" => ("info", "user-check"),
        "unassigned" => ("mute", "user-minus"),
        "account_withheld" => ("warn", "ban"),
        "account_restored" => ("ok", "check"),
        _ => ("mute", "activity"),
    }
}

/// The moments as the kit's timeline draws them.
pub(crate) fn drawn(visit: &Visit, moments: &[Moment]) -> Vec<Json> {
    let draw = |moment: &Moment| {
        let (tone, icon) = look(&moment.kind);
        let detail = reason(visit, &moment.said);
        let who = moment.by.clone().unwrap_or_else(|| super::say(visit, "by_platform"));
        let text = visit.say(&format!("centers.pages.event.{}", moment.kind), &moment.facts);
        json!({"at": moment.at, "text": text, "detail": detail, "who": who, "tone": tone, "icon": icon})
    };
    moments.iter().map(draw).collect()
}

/// A reason in words: people's as they wrote it, a rule's in the reader's language.
pub(crate) fn reason(visit: &Visit, said: &str) -> String {
    if said == OWNER_CHANGED { visit.say("centers.release_account.owner_changed", &Map::new()) } else { said.to_owned() }
}
