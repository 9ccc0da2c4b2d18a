//! Taking an invitation back meets the world.

use super::{Facts, WithdrawInvitation};
use crate::{
    index,
    secrets::{self, Purpose},
    views::InvitationView,
};
use kernel::{Actor, OrgId, Refusal};
use store::{Ask, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for WithdrawInvitation {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let invitation = index::invitation(tx, self.org, &self.invitation)?.ok_or(Refusal::NotFound)?;
        Ok(Facts { invitation, now: tx.now })
    }
}

fn ask(visit: &Visit) -> Result<WithdrawInvitation, Refusal> {
    Ok(WithdrawInvitation { org: visit.org()?, invitation: visit.param("invitation")? })
}

/// `POST /org/{org}/team/invitations/{invitation}/withdraw`.
pub async fn post(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (id, back) = (ask.invitation.clone(), format!("/org/{}/team", ask.org));
    visit.perform_then(ask, move |tx| secrets::close(tx, Purpose::Join, &id)).await?;
    visit.redirect(&back, "access.withdraw_invitation.done")
}

/// `DELETE /api/v1/orgs/{org}/invitations/{invitation}`.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit)?;
    let (org, id) = (ask.org, ask.invitation.clone());
    let view = move |tx: &mut Tx<'_>| {
        secrets::close(tx, Purpose::Join, &id)?;
        let now = tx.now;
        index::invitation(tx, org, &id)?.map(|one| InvitationView::of(one, now)).ok_or(Refusal::NotFound)
    };
    visit.command(ask, StatusCode::OK, view).await
}
