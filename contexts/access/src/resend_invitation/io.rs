//! Sending again meets the world: the page, the API and the mail.

use super::{Facts, Policy, ResendInvitation};
use crate::{index, invite_member, shown, team, views::InvitationView};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for ResendInvitation {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let invitation = index::invitation(tx, self.org, &self.invitation)?.ok_or(Refusal::NotFound)?;
        let org = index::org(tx, self.org)?.ok_or(Refusal::NotFound)?;
        let invite = tx.policy::<invite_member::Policy>(org.scope())?;
        Ok(Facts { invitation, now: tx.now, invite, policy: tx.policy::<Policy>(org.scope())? })
    }
}

/// Sends again, and answers the new link's path, which is nowhere kept. Making it closes the old one.
pub fn resend(tx: &mut Tx<'_>, actor: &Actor, ask: &ResendInvitation, lang: &str) -> Result<String, Refusal> {
    store::perform(tx, actor, ask)?;
    invite_member::io::mail(tx, ask.org, &ask.invitation, lang)
}

fn ask(visit: &Visit) -> Result<ResendInvitation, Refusal> {
    Ok(ResendInvitation { org: visit.org()?, invitation: visit.param("invitation")? })
}

/// `POST /org/{org}/team/invitations/{invitation}/resend`: the page again, with the link to hand over.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (actor, lang) = (visit.actor().clone(), visit.lang().code());
    let done = visit
        .write(move |tx| {
            let link = resend(tx, &actor, &ask, lang)?;
            let invitation = index::invitation(tx, ask.org, &ask.invitation)?.ok_or(Refusal::NotFound)?;
            Ok((link, invitation.email))
        })
        .await;
    let mut facts = team::facts(&visit).await?;
    match done {
        Ok((link, email)) => {
            facts.insert("link".into(), format!("{}{link}", visit.app().config().base_url).into());
            facts.insert("invited".into(), email.into());
            visit.page("access/team.html", facts).await
        }
        Err(refusal) => shown::again(&visit, "access/team.html", facts, refusal).await,
    }
}

/// `POST /api/v1/orgs/{org}/invitations/{invitation}/resend`: the link is in the answer and in the mail and nowhere else.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (actor, lang) = (visit.actor().clone(), visit.lang().code());
    let mut view = visit
        .write(move |tx| {
            let link = resend(tx, &actor, &ask, lang)?;
            let now = tx.now;
            let invitation = index::invitation(tx, ask.org, &ask.invitation)?.ok_or(Refusal::NotFound)?;
            Ok(InvitationView { link: Some(link), ..InvitationView::of(invitation, now) })
        })
        .await?;
    view.link = view.link.map(|link| format!("{}{link}", visit.app().config().base_url));
    visit.answer(StatusCode::OK, &view)
}
