//! The front door: everyone is led to where they belong.

use crate::shown;
use kernel::OrgKind;
use web::{Answer, Visit};

/// `GET /`: the first console of whoever is signed in, the founding page of whoever has none, the sign-in page of everyone else.
pub async fn page(visit: Visit) -> Answer {
    if visit.person().is_none() {
        return visit.redirect("/sign_in", "");
    }
    let first = visit.memberships().first().map(|own| match own.kind {
        OrgKind::Shop | OrgKind::Creator | OrgKind::Centre | OrgKind::Operator => shown::home(own.kind, own.org),
        // Their console is not built yet; their team is.
        OrgKind::Brand => format!("/org/{}/team", own.org),
    });
    visit.redirect(first.as_deref().unwrap_or("/me/found"), "")
}
