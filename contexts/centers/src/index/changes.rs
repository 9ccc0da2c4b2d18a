//! The change log of a centre: what its members and its partners' and owners' acts changed in it.

use crate::Event;
use kernel::{OrgKind, Refusal};
use store::{Recorded, Tx, args};

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

fn of_access(event: &access::Event) -> Option<(Activity, kernel::OrgId)> {
    use access::Event as E;
    match event {
        E::OrgFounded { org, .. } | E::OrgRenamed { org, .. } | E::OrgSuspended { org, .. } | E::OrgReinstated { org, .. } => {
            Some((Activity::Business, *org))
        }
        // Whom an invitation is for stays sealed in the log; the entry of whoever joins names them.
        E::InvitationWithdrawn { org, .. } | E::MemberJoined { org, .. } | E::RoleChanged { org, .. } | E::MemberRemoved { org, .. } => {
            Some((Activity::User, *org))
        }
        _ => None,
    }
}

fn activity(event: &Event) -> Activity {
    match event {
        Event::AdRoleGiven { .. }
        | Event::AdRoleTaken { .. }
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
        | Event::AccountUsed { .. }
        | Event::OwnLinked { .. }
        | Event::OwnUnlinked { .. }
        | Event::PostSwitched { .. }
        | Event::PostAuthorised { .. }
        | Event::PostAuthorisationExtended { .. }
        | Event::PostAuthorisationDeleted { .. }
        | Event::PostAuthorisationExpired { .. }
        | Event::PostCodeApplied { .. } => Activity::Account,
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
