//! Who may: the one place that decides it, for every surface.

use crate::{confirm, index};
use kernel::{May, OrgId, Refusal, Role, Who};
use store::{Scope, Tx, part::Entry};

/// Whether `entry.actor` may use `entry.permission`. Whoever is no member learns nothing, not even that the organisation
/// exists; whether the moment is right is for the verb's rules, not for the gate.
pub fn gate(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<(), Refusal> {
    if entry.actor.who == Who::System || entry.may == May::Anyone {
        return Ok(());
    }
    let user = entry.actor.user().ok_or(Refusal::Unauthenticated)?;
    let (suspended, role) = index::standing(tx, user, entry.org)?.ok_or(Refusal::Unauthenticated)?;
    if suspended {
        return Err(Refusal::Unauthenticated);
    }
    let forbidden = Refusal::Forbidden { permission: entry.permission };
    match entry.may {
        May::Anyone => {}
        May::Platform => return Err(forbidden),
        May::Person | May::Known => match &entry.actor.who {
            // A program acts for an organisation, never for the person who issued its token …
            Who::Token { .. } if entry.may == May::Person => return Err(forbidden),
            // … unless that person let it, for this.
            Who::App { scopes, .. } if !scopes.contains(&entry.permission) => return Err(forbidden),
            Who::App { .. } | Who::Token { .. } | Who::User { .. } | Who::System | Who::Anonymous => {}
        },
        May::Members(roles) => {
            let org = entry.org.ok_or(Refusal::NotFound)?;
            if !belongs(&entry.actor.who, org) {
                return Err(Refusal::NotFound);
            }
            let role = role.ok_or(Refusal::NotFound)?;
            if !admits(&entry.actor.who, entry.permission, roles, role) {
                return Err(forbidden);
            }
        }
    }
    if entry.step_up { confirmed(tx, entry) } else { Ok(()) }
}

/// A token acts for its own organisation only, a person's app for those that the person named.
fn belongs(who: &Who, org: OrgId) -> bool {
    match who {
        Who::Token { org: own, .. } => *own == org,
        Who::App { orgs, .. } => orgs.contains(&org),
        Who::User { .. } | Who::System | Who::Anonymous => true,
    }
}

/// Whether the role is one of those that may, and a token's scopes include the permission.
fn admits(who: &Who, permission: &str, roles: &[Role], role: Role) -> bool {
    let in_scope = match who {
        Who::Token { scopes, .. } => is_route(permission) || scopes.iter().any(|scope| covers(scope, permission)),
        // Its person agreed to a list: neither reading nor a star is beyond it.
        Who::App { scopes, .. } => scopes.contains(&permission),
        Who::User { .. } | Who::System | Who::Anonymous => true,
    };
    in_scope && roles.contains(&role)
}

/// A route's own permission is its path. A token may stand before every door that its member may; what it may *do* behind
/// it, the verb asks by its own name. So every token reads what its member reads.
fn is_route(permission: &str) -> bool {
    permission.starts_with('/')
}

/// Whether a scope includes a permission: `linking.unlink` itself, `linking.*` every verb of linking, `*` everything.
pub fn covers(scope: &str, permission: &str) -> bool {
    match scope.strip_suffix('*') {
        Some("") => true,
        Some(beginning) => beginning.ends_with('.') && permission.starts_with(beginning),
        None => scope == permission,
    }
}

/// A person confirmed who they are within the packs' window. A program cannot confirm anything: its issuer did, when
/// issuing it, for the dangerous acts that its scopes name in full; a scope with `*` never includes one.
fn confirmed(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<(), Refusal> {
    if matches!(entry.actor.who, Who::App { .. }) {
        // Its person confirmed when letting it act, and its scopes name everything in full.
        return Ok(());
    }
    if let Who::Token { scopes, .. } = &entry.actor.who {
        let named = is_route(entry.permission) || scopes.iter().any(|scope| scope == entry.permission);
        return if named { Ok(()) } else { Err(Refusal::Forbidden { permission: entry.permission }) };
    }
    let lasts = tx.policy::<confirm::Policy>(Scope::PLATFORM)?.lasts.value;
    let recent = entry.actor.confirmed_at.is_some_and(|at| tx.now < at + lasts);
    if recent { Ok(()) } else { Err(Refusal::ConfirmFirst) }
}
