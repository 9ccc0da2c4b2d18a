//! Showing an address meets the world: the link in the mail.

use super::{Facts, VerifyEmail};
use crate::{
    secrets::{self, Purpose},
    sign_up,
};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};
use web::{Answer, Visit, context};

impl Ask for VerifyEmail {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let subject = secrets::subject(tx, Purpose::VerifyEmail, &self.secret)?;
        Ok(Facts { user: subject.and_then(|subject| subject.parse().ok()) })
    }
}

/// `GET /verify/{secret}`: one button. Looking at it does not use it up, so a mail program's preview cannot.
pub async fn page(visit: Visit) -> Answer {
    visit.page("access/verify.html", context! { title => "access.verify_email.title", path => visit.path() }).await
}

/// `POST /verify/{secret}`.
pub async fn post(visit: Visit) -> Answer {
    let ask = VerifyEmail { secret: visit.param("secret")? };
    let actor = visit.actor().clone();
    visit
        .write(move |tx| {
            let subject = secrets::subject(tx, Purpose::VerifyEmail, &ask.secret)?;
            store::perform(tx, &actor, &ask)?;
            subject.map_or(Ok(()), |subject| secrets::close(tx, Purpose::VerifyEmail, &subject))
        })
        .await?;
    visit.redirect("/", "access.verify_email.done")
}

/// `POST /me/verify`: mails the link again.
pub async fn again(visit: Visit) -> Answer {
    let user = visit.user()?;
    visit
        .write(move |tx| {
            crate::tries::count(tx, &[crate::tries::Bucket::Code(user)])?;
            sign_up::io::mail_link(tx, user, Purpose::VerifyEmail, "access.verify_email.mail")
        })
        .await?;
    visit.redirect("/me/profile", "access.verify_email.mailed")
}
