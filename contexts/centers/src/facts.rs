//! What grants, assignments, roles and posts tell the index that answers questions about permission.

use crate::{AdRole, Event, Held, Scopes};
use decisions::Fact;
use kernel::Refusal;
use store::Said;

/// The facts in one event.
pub fn tell(said: &Said<'_>, say: &mut dyn FnMut(Fact)) -> Result<(), Refusal> {
    let Some(event) = said.event::<Event>() else { return Ok(()) };
    match event? {
        Event::AccessGranted { held, scopes, .. }
        | Event::AccessWidened { held, scopes, .. }
        | Event::AccessNarrowed { held, scopes, .. } => {
            let Held { centre, account, .. } = held;
            say(Fact::Granted { centre, account, scopes: bits(scopes) });
        }
        Event::AccessEnded { held: Held { centre, account, .. }, .. } => say(Fact::GrantEnded { centre, account }),
        Event::Assigned { held: Held { centre, account, .. }, user, scopes } => {
            say(Fact::Assigned { centre, account, user, scopes: bits(scopes) });
        }
        Event::Unassigned { held: Held { centre, account, .. }, user } => say(Fact::Unassigned { centre, account, user }),
        Event::AccountWithheld { held: Held { centre, account, .. }, ad_account } => say(Fact::Withheld { centre, account, ad_account }),
        Event::AccountRestored { held: Held { centre, account, .. }, ad_account } => say(Fact::Restored { centre, account, ad_account }),
        Event::OwnLinked { account, user, scopes, .. } => say(Fact::OwnLinked { account, user, scopes: bits(scopes) }),
        Event::OwnUnlinked { account, user, .. } => say(Fact::OwnUnlinked { account, user }),
        Event::AdAccountOpened { ad_account, centre, .. } => say(Fact::AdAccount { ad_account, centre }),
        Event::AdAccountClosed { ad_account, .. } => say(Fact::AdAccountClosed { ad_account }),
        Event::AdRoleGiven { ad_account, centre, user, role: given } => say(Fact::AdRole { ad_account, centre, user, role: role(given) }),
        Event::AdRoleTaken { ad_account, centre, user } => say(Fact::AdRoleTaken { ad_account, centre, user }),
        Event::AdAccountGrouped { group, centre, ad_account } => say(Fact::Grouped { group, centre, ad_account }),
        Event::AdAccountUngrouped { group, ad_account, .. } => say(Fact::Ungrouped { group, ad_account }),
        Event::MemberGrouped { group, centre, user, role: given } => say(Fact::GroupMember { group, centre, user, role: role(given) }),
        Event::MemberUngrouped { group, centre, user } => say(Fact::GroupMemberGone { group, centre, user }),
        Event::AssetGroupRemoved { group, .. } => say(Fact::GroupGone { group }),
        Event::PartnershipAccepted { partnership, centre, partner } => say(Fact::Partners { partnership, one: centre, other: partner }),
        Event::PartnershipEnded { partnership, centre, partner, .. } => {
            say(Fact::PartnersNoMore { partnership, one: centre, other: partner })
        }
        Event::AdAccountShared { ad_account, partner, role: most, .. } => say(Fact::Shared { ad_account, partner, role: role(most) }),
        Event::AdAccountUnshared { ad_account, partner, .. } => say(Fact::Unshared { ad_account, partner }),
        Event::PostSwitched { account, post, on, .. } => say(Fact::PostSwitched { account, post, on }),
        Event::PostAuthorised { authorised, expires_at, .. } | Event::PostAuthorisationExtended { authorised, expires_at, .. } => {
            say(Fact::PostCode { code: authorised.authorisation, account: authorised.account, post: authorised.post, expires_at });
        }
        Event::PostAuthorisationDeleted { authorised } => say(Fact::PostCodeGone { code: authorised.authorisation }),
        Event::PostCodeApplied { authorised, ad_account, .. } => say(Fact::PostCodeApplied { code: authorised.authorisation, ad_account }),
        // A code's end is in its term; what the index knows of it still says when it ended.
        Event::PostAuthorisationExpired { .. }
        | Event::AdAccountRenamed { .. }
        | Event::PartnershipAsked { .. }
        | Event::PartnershipDeclined { .. }
        | Event::PartnershipWithdrawn { .. }
        | Event::PartnershipExpired { .. }
        | Event::AssetGroupMade { .. }
        | Event::AssetGroupRenamed { .. }
        | Event::AccessRequested { .. }
        | Event::AccessRequestScanned { .. }
        | Event::AccessRequestRefused { .. }
        | Event::AccessRequestWithdrawn { .. }
        | Event::AccessRequestExpired { .. }
        | Event::AccountUsed { .. }
        // What was promised holds when somebody joins, and a code that is forgotten was over before.
        | Event::AdRolePromised { .. }
        | Event::PostCodeForgotten { .. }
        | Event::IdentityCreated { .. }
        | Event::IdentityDeleted { .. }
        | Event::CampaignCreated { .. }
        | Event::AdGroupCreated { .. }
        | Event::AdCreated { .. }
        | Event::AdPaused { .. }
        | Event::AdResumed { .. }
        | Event::AdDeleted { .. } => {}
    }
    Ok(())
}

fn bits(scopes: Scopes) -> decisions::Scopes {
    decisions::Scopes::from_bits(u8::try_from(scopes.bits()).unwrap_or_default())
}

fn role(role: AdRole) -> decisions::AdRole {
    match role {
        AdRole::Analyst => decisions::AdRole::Analyst,
        AdRole::Operator => decisions::AdRole::Operator,
        AdRole::Admin => decisions::AdRole::Admin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scope;

    #[test]
    fn scopes_and_roles_are_the_same_on_both_sides() {
        for n in 0..8 {
            let ours = Scopes::from_bits(n);
            let codes = |all: Vec<&'static str>| all.join(" ");
            assert_eq!(codes(ours.iter().map(Scope::code).collect()), codes(bits(ours).iter().map(decisions::Scope::code).collect()));
        }
        for ours in AdRole::ALL {
            assert_eq!((ours.code(), ours.runs_ads()), (role(ours).code(), role(ours).runs_ads()));
        }
    }
}
