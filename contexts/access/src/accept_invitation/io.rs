//! Accepting meets the world: the page behind the link. It shows what it accepts, and accepts only what it showed.

use super::{AcceptInvitation, Facts, Policy};
use crate::{
    Invitation, Org, index, rules,
    secrets::{self, Purpose},
    shown, sign_up,
};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};
use web::{Answer, Visit, context};

impl Ask for AcceptInvitation {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        let (invitation, org) = of_link(tx, &self.secret)?;
        let user = index::user(tx, self.user)?.ok_or(Refusal::NotFound)?;
        let present = index::role(tx, org.id, self.user)?;
        let room = rules::io::taken(tx, &org, invitation.role, present)?;
        Ok(Facts { invitation, user, is_member: present.is_some(), room, now: tx.now, policy: tx.policy::<Policy>(org.scope())? })
    }
}

fn of_link(tx: &mut Tx<'_>, secret: &str) -> Result<(Invitation, Org), Refusal> {
    let id = secrets::subject(tx, Purpose::Join, secret)?.ok_or(Refusal::NotFound)?;
    let invitation = index::invitation_by_id(tx, &id)?.ok_or(Refusal::NotFound)?;
    let org = index::org(tx, invitation.org)?.ok_or(Refusal::NotFound)?;
    Ok((invitation, org))
}

/// `GET /join/{secret}`. Whoever is not signed in is asked to sign in or sign up first. Looking accepts nothing.
pub async fn page(visit: Visit) -> Answer {
    let secret = visit.param::<String>("secret")?;
    let looked = secret.clone();
    let (invitation, org) = visit.read(move |tx| of_link(tx, &looked)).await?;
    let path = visit.path().to_owned();
    let next = sign_up::io::escape(&path);
    let seal = visit.seal("invitation", &invitation.id, invitation.invited_at.0);
    let Ok(user) = visit.user() else {
        let facts = context! { title => "access.accept_invitation.title", org => org.name, role => invitation.role, next };
        return visit.page("access/join.html", facts).await;
    };
    let checks = visit.precheck(AcceptInvitation { secret, user }).await?;
    let denials: Vec<_> = checks.iter().filter_map(|check| check.denial.as_ref()).map(|denial| visit.denial(denial)).collect();
    let facts = context! {
        title => "access.accept_invitation.title",
        org => org.name,
        role => invitation.role,
        closes_at => invitation.closes_at,
        path,
        seal,
        denials,
        signed_in => true,
    };
    visit.page("access/join.html", facts).await
}

/// `POST /join/{secret}`.
pub async fn post(visit: Visit) -> Answer {
    let (secret, user) = (visit.param::<String>("secret")?, visit.user()?);
    let looked = secret.clone();
    let (invitation, org) = visit.read(move |tx| of_link(tx, &looked)).await?;
    if visit.sealed_version("invitation", &invitation.id)? != invitation.invited_at.0 {
        return Err(Refusal::Stale);
    }
    let id = invitation.id;
    visit.perform_then(AcceptInvitation { secret, user }, move |tx| secrets::close(tx, Purpose::Join, &id)).await?;
    visit.redirect(&shown::home(org.kind, org.id), "access.accept_invitation.done")
}
