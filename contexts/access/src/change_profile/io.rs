//! One's own profile meets the world.

use super::{ChangeProfile, Facts};
use crate::{index, shown, typed};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};
use web::{Answer, Lang, Visit, context};

impl Ask for ChangeProfile {
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        shown::own(actor, self.user)?;
        index::user(tx, self.user)?.map(|_| Facts).ok_or(Refusal::NotFound)
    }
}

/// The zones that are offered; any other of the zone table can be typed.
const ZONES: [&str; 24] = [
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Singapore",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Asia/Jakarta",
    "Asia/Manila",
    "Asia/Kuala_Lumpur",
    "Asia/Tokyo",
    "Asia/Riyadh",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Rome",
    "Europe/Madrid",
    "Europe/Warsaw",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Sao_Paulo",
    "UTC",
];

async fn facts(visit: &Visit) -> Result<web::Facts, Refusal> {
    let user = visit.user()?;
    let user = visit.read(move |tx| index::user(tx, user)?.ok_or(Refusal::NotFound)).await?;
    let langs = shown::options(visit, "access.langs", ["zh", "en"]);
    Ok(context! { title => "access.profile.title", user, langs, zones => ZONES })
}

/// `GET /me/profile`.
pub async fn page(visit: Visit) -> Answer {
    let facts = facts(&visit).await?;
    visit.page("access/profile.html", facts).await
}

/// `POST /me/profile`.
pub async fn post(visit: Visit) -> Answer {
    let changed = match ask(&visit) {
        Ok(ask) => {
            visit.set_cookie("lang", &ask.lang, 365 * 86_400, false);
            visit.perform(ask).await
        }
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(_) => visit.redirect("/me/profile", "access.profile.done"),
        Err(refusal) => shown::again(&visit, "access/profile.html", facts(&visit).await?, refusal).await,
    }
}

fn ask(visit: &Visit) -> Result<ChangeProfile, Refusal> {
    let form = visit.form();
    let lang = Lang::from_code(form.text("lang")).ok_or_else(|| Refusal::malformed("lang", "access.lang_unknown"))?;
    let (name, zone) = (typed::name("name", form.text("name"))?, typed::zone("zone", form.text("zone"))?);
    Ok(ChangeProfile { user: visit.user()?, name, lang: lang.code().into(), zone })
}
