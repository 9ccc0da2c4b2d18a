//! The change log of a centre: what its members and its partners' and owners' acts changed in it.

use crate::Event;
use kernel::{Instant, OrgId, OrgKind, Refusal};
use serde_json::{Map, Value as Json};
use store::{Recorded, Row, Tx, Value, args};

/// What an entry is about, as the log is filtered; the Business API's names for it are the same in capitals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Activity {
    /// Members and their roles.
    User,
    /// Accounts and ad accounts: grants, assignments, codes.
    Account,
    /// What is made with them: partners, groups, ads.
    Asset,
    /// The centre itself.
    Business,
}

impl Activity {
    /// Every activity.
    pub const ALL: [Activity; 4] = [Activity::User, Activity::Account, Activity::Asset, Activity::Business];
    /// The stable code, as stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Activity::User => "user",
            Activity::Account => "account",
            Activity::Asset => "asset",
            Activity::Business => "business",
        }
    }
    /// The activity with this code.
    pub fn from_code(code: &str) -> Option<Activity> {
        Activity::ALL.into_iter().find(|activity| activity.code() == code)
    }
}

/// Adds an entry for each centre in which something changed.
pub(super) fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    let (activity, centres) = if let Some(event) = recorded.event::<Event>() {
        let event = event?;
        (activity(&event), event.centres())
    } else if let Some(event) = recorded.event::<access::Event>() {
        let Some((activity, org)) = of_access(&event?) else { return Ok(()) };
        let is_centre = access::index::org(tx, org)?.is_some_and(|org| org.kind == OrgKind::Centre);
        (activity, if is_centre { vec![org] } else { Vec::new() })
    } else {
        return Ok(());
    };
    for centre in centres {
        let mut facts = recorded.body.clone();
        if let Some(facts) = facts.as_object_mut() {
            facts.retain(|key, _| key != "kind" && key != "digest");
        }
        let sql = "INSERT INTO centre_changes (centre, seq, at, actor, activity, event, facts) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let event = format!("{}.{}", recorded.context, recorded.kind);
        tx.put(sql, args![centre, recorded.seq, recorded.at, &recorded.actor, activity.code(), event, facts.to_string()])?;
    }
    Ok(())
}

fn of_access(event: &access::Event) -> Option<(Activity, OrgId)> {
    use access::Event as E;
    match event {
        E::OrgFounded { org, .. } | E::OrgRenamed { org, .. } | E::OrgSuspended { org, .. } | E::OrgReinstated { org, .. } => {
            Some((Activity::Business, *org))
        }
        // Whom an invitation is for stays sealed in the log; the entry of whoever joins names them.
        E::InvitationWithdrawn { org, .. }
        | E::InvitationResent { org, .. }
        | E::InvitationExpired { org, .. }
        | E::MemberJoined { org, .. }
        | E::RoleChanged { org, .. }
        | E::MemberRemoved { org, .. } => Some((Activity::User, *org)),
        _ => None,
    }
}

fn activity(event: &Event) -> Activity {
    match event {
        Event::AdRoleGiven { .. }
        | Event::AdRoleTaken { .. }
        | Event::AdRolePromised { .. }
        | Event::Assigned { .. }
        | Event::Unassigned { .. }
        | Event::MemberGrouped { .. }
        | Event::MemberUngrouped { .. } => Activity::User,
        Event::AccessRequested { .. }
        | Event::AccessRequestScanned { .. }
        | Event::AccessRequestRefused { .. }
        | Event::AccessRequestWithdrawn { .. }
        | Event::AccessRequestExpired { .. }
        | Event::AccessGranted { .. }
        | Event::AccessWidened { .. }
        | Event::AccessNarrowed { .. }
        | Event::AccessEnded { .. }
        | Event::AccountWithheld { .. }
        | Event::AccountRestored { .. }
        | Event::AccountUsed { .. }
        | Event::OwnLinked { .. }
        | Event::OwnUnlinked { .. }
        | Event::PostSwitched { .. }
        | Event::PostAuthorised { .. }
        | Event::PostAuthorisationExtended { .. }
        | Event::PostAuthorisationDeleted { .. }
        | Event::PostAuthorisationExpired { .. }
        | Event::PostCodeApplied { .. }
        | Event::PostCodeForgotten { .. } => Activity::Account,
        Event::AdAccountOpened { .. }
        | Event::AdAccountRenamed { .. }
        | Event::AdAccountClosed { .. }
        | Event::AssetGroupMade { .. }
        | Event::AssetGroupRenamed { .. }
        | Event::AssetGroupRemoved { .. }
        | Event::AdAccountGrouped { .. }
        | Event::AdAccountUngrouped { .. }
        | Event::IdentityCreated { .. }
        | Event::IdentityDeleted { .. }
        | Event::CampaignCreated { .. }
        | Event::AdGroupCreated { .. }
        | Event::AdCreated { .. }
        | Event::AdPaused { .. }
        | Event::AdResumed { .. }
        | Event::AdDeleted { .. } => Activity::Asset,
        Event::PartnershipAsked { .. }
        | Event::PartnershipAccepted { .. }
        | Event::PartnershipDeclined { .. }
        | Event::PartnershipWithdrawn { .. }
        | Event::PartnershipExpired { .. }
        | Event::PartnershipEnded { .. }
        | Event::AdAccountShared { .. }
        | Event::AdAccountUnshared { .. } => Activity::Business,
    }
}

/// An entry of the change log.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// Its position in the house's log.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// Who, as the log names them: a person's id, a token's, `system`.
    pub actor: String,
    /// What it is about: an [`Activity`]'s code.
    pub activity: String,
    /// What happened: `centers.ad_account_opened`.
    pub event: String,
    /// The event's facts.
    pub facts: Map<String, Json>,
}

fn read(row: &Row) -> Result<Change, Refusal> {
    let text = |column: usize| row.text(column).map(str::to_owned);
    Ok(Change { seq: row.int(0)?, at: row.at(1)?, actor: text(2)?, activity: text(3)?, event: text(4)?, facts: row.json(5)? })
}

/// Which entries of a centre's change log to show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// About this only.
    pub activity: Option<Activity>,
    /// By this person, or this token, only.
    pub actor: Option<String>,
    /// About this thing only: an id that the facts name.
    pub about: Option<String>,
    /// From this moment on.
    pub from: Option<Instant>,
    /// Before this moment.
    pub until: Option<Instant>,
    /// Before this position: the last of the page before.
    pub before: Option<i64>,
    /// How many at the most.
    pub limit: i64,
}

fn selection(centre: OrgId, filter: &Filter) -> (String, Vec<Value>) {
    let (mut sql, mut values) = ("FROM centre_changes WHERE centre = $1".to_owned(), vec![Value::from(centre)]);
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        sql.push_str(&format!(" AND {condition} ${}", values.len()));
    };
    if let Some(activity) = filter.activity {
        and("activity =", activity.code().into());
    }
    if let Some(actor) = &filter.actor {
        and("actor =", actor.into());
    }
    if let Some(about) = &filter.about {
        // An id holds nothing that LIKE reads specially but its underscore, which stands for itself too.
        and("facts LIKE", format!("%\"{about}\"%").into());
    }
    if let Some(from) = filter.from {
        and("at >=", from.into());
    }
    if let Some(until) = filter.until {
        and("at <", until.into());
    }
    (sql, values)
}

/// A centre's change log, newest first.
pub fn list(tx: &mut Tx<'_>, centre: OrgId, filter: &Filter) -> Result<Vec<Change>, Refusal> {
    let (mut sql, mut values) = selection(centre, filter);
    if let Some(before) = filter.before {
        values.push(before.into());
        sql.push_str(&format!(" AND seq < ${}", values.len()));
    }
    values.push(filter.limit.into());
    let sql = format!("SELECT seq, at, actor, activity, event, facts {sql} ORDER BY seq DESC LIMIT ${}", values.len());
    tx.all(&sql, &values)?.iter().map(read).collect()
}

/// How many entries that is in all, whatever the page.
pub fn count(tx: &mut Tx<'_>, centre: OrgId, filter: &Filter) -> Result<i64, Refusal> {
    let (sql, values) = selection(centre, filter);
    tx.count(&format!("SELECT COUNT(*) {sql}"), &values)
}
