//! Inviting meets the world: the page, the API and the mail.

use super::{Facts, InviteMember, Policy};
use crate::{
    index, rules,
    secrets::{self, Purpose},
    shown, team, typed,
    views::{InvitationList, InvitationView},
};
use kernel::{Actor, OrgId, Refusal, Role};
use serde::Deserialize;
use serde_json::Map;
use store::{
    Ask, Tx,
    clock::{secret, sha256},
    outbox::{self, Letter},
};
use utoipa::ToSchema;
use web::{Answer, StatusCode, Visit};

impl Ask for InviteMember {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let org = index::org(tx, self.org)?.ok_or(Refusal::NotFound)?;
        let invited = index::user_by_email(tx, &self.email)?;
        let room = rules::io::promised(tx, &org, self.role, invited.map(|user| user.id))?;
        let open = index::open_invitations(tx, self.org)?;
        let policy = tx.policy::<Policy>(org.scope())?;
        Ok(Facts { org, invited_by: actor.user(), is_member: room.present.is_some(), open, room, now: tx.now, policy })
    }
}

/// A new invitation's id.
pub fn fresh_invitation() -> String {
    format!("inv_{}", &secret()[..32])
}

/// Invites, mails the link, and answers its path, which is nowhere kept.
pub fn invite(tx: &mut Tx<'_>, actor: &Actor, ask: &InviteMember, lang: &str) -> Result<String, Refusal> {
    store::perform(tx, actor, ask)?;
    mail(tx, ask.org, &ask.invitation, lang)
}

/// Mails an invitation's link, and answers its path. A link that was mailed before works no longer.
pub(crate) fn mail(tx: &mut Tx<'_>, org: OrgId, invitation: &str, lang: &str) -> Result<String, Refusal> {
    let invitation = index::invitation(tx, org, invitation)?.ok_or(Refusal::NotFound)?;
    let org = index::org(tx, org)?.ok_or(Refusal::NotFound)?;
    let link = secrets::one_time_link(tx, Purpose::Join, &invitation.id, invitation.closes_at - tx.now)?;
    // Someone who is known here reads their own language; everyone else the inviter's.
    let known = index::user_by_email(tx, &invitation.email)?;
    let (lang, zone) = known.map_or_else(|| (lang.to_owned(), String::new()), |user| (user.lang, user.zone));
    let mut facts = Map::new();
    facts.insert("name".into(), org.name.into());
    facts.insert("role".into(), invitation.role.code().into());
    facts.insert("closes_at".into(), invitation.closes_at.to_string().into());
    let letter = Letter { words: "access.invite_member.mail".into(), facts, link: link.clone(), lang, zone };
    outbox::mail(tx, &format!("access.{}", &sha256(link.as_bytes())[..32]), &invitation.email, &letter)?;
    Ok(link)
}

/// What is sent to invite someone.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The address they sign in with.
    #[schema(example = "ann@shop.example")]
    pub email: String,
    /// Their role, one of the organisation's kind: `shop_staff`.
    #[schema(example = "shop_staff")]
    pub role: String,
}

fn ask(visit: &Visit, sent: &NewInvitation) -> Result<InviteMember, Refusal> {
    let email = typed::email("email", &sent.email)?;
    let role = Role::from_code(&sent.role).ok_or_else(|| Refusal::malformed("role", "access.role_unknown"))?;
    Ok(InviteMember { invitation: fresh_invitation(), org: visit.org()?, email, role })
}

/// `POST /org/{org}/team/invite`: the page again, with the link to hand over.
pub async fn post(visit: Visit) -> Answer {
    let sent = NewInvitation { email: visit.form().text("email").into(), role: visit.form().text("role").into() };
    let (actor, lang) = (visit.actor().clone(), visit.lang().code());
    let done = match ask(&visit, &sent) {
        Ok(ask) => visit.write(move |tx| invite(tx, &actor, &ask, lang)).await,
        Err(refusal) => Err(refusal),
    };
    let mut facts = team::facts(&visit).await?;
    match done {
        Ok(link) => {
            facts.insert("link".into(), format!("{}{link}", visit.app().config().base_url).into());
            facts.insert("invited".into(), sent.email.into());
            visit.page("access/team.html", facts).await
        }
        Err(refusal) => shown::again(&visit, "access/team.html", facts, refusal).await,
    }
}

/// `POST /api/v1/orgs/{org}/invitations`: 201. The link is in the answer and in the mail and nowhere else, so that a repeat
/// under the same Idempotency-Key is not kept either: it is refused as already invited.
pub async fn api(visit: Visit) -> Answer {
    let ask = ask(&visit, &visit.json::<NewInvitation>()?)?;
    let (actor, lang) = (visit.actor().clone(), visit.lang().code());
    let mut view = visit
        .write(move |tx| {
            let link = invite(tx, &actor, &ask, lang)?;
            let now = tx.now;
            let invitation = index::invitation(tx, ask.org, &ask.invitation)?.ok_or(Refusal::NotFound)?;
            Ok(InvitationView { link: Some(link), ..InvitationView::of(invitation, now) })
        })
        .await?;
    view.link = view.link.map(|link| format!("{}{link}", visit.app().config().base_url));
    visit.answer(StatusCode::CREATED, &view)
}

/// `GET /api/v1/orgs/{org}/invitations`.
pub async fn list(visit: Visit) -> Answer {
    let org = visit.org()?;
    let items = visit
        .read(move |tx| {
            let now = tx.now;
            Ok(index::invitations(tx, org)?.into_iter().map(|one| InvitationView::of(one, now)).collect::<Vec<_>>())
        })
        .await?;
    visit.answer(StatusCode::OK, &InvitationList { items })
}
