//! Loads what a question looks at; the form with the facts filled in, and the REST call.

use super::{Ask, Facts, Policy, Subject};
use crate::{About, index, list, snapshot, typed, view};
use access::{Org, index::Orgs};
use kernel::{Actor, OrgKind, Problem, Refusal};
use serde::Deserialize;
use store::Tx;
use web::{Answer, Form, StatusCode, Visit, context};

/// An installation has one operator, or a few.
const MOST_OPERATORS: i64 = 20;

fn org(tx: &mut Tx<'_>, ask: &Ask) -> Result<Org, Refusal> {
    access::index::org(tx, ask.org)?.ok_or(Refusal::NotFound)
}

impl store::Ask for Ask {
    fn org(&self, _: &mut Tx<'_>) -> Result<kernel::OrgId, Refusal> {
        Ok(self.org)
    }
    fn facts(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Facts, Refusal> {
        let org = org(tx, self)?;
        let (about, snapshot) = snapshot::look(tx, &org, self.subject, actor)?;
        let operators = Orgs { kind: Some(OrgKind::Operator), limit: MOST_OPERATORS, ..Orgs::default() };
        Ok(Facts {
            now: tx.now,
            kind: org.kind,
            region: org.region,
            by: actor.user(),
            desk: access::index::orgs(tx, &operators)?.into_iter().map(|operator| operator.id).collect(),
            open: index::count_open(tx, self.org)?,
            same: index::same(tx, self.org, &about, &self.cause)?,
            // Last, so that the event names the values of this verb and not those that the diagnosis looked at.
            policy: tx.policy::<Policy>(org.scope())?,
            about,
            snapshot,
        })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AskSupport)]
pub struct Body {
    /// `link`, `account`, `shop` (one's own organisation) or `other`.
    #[schema(example = "other")]
    pub about: String,
    /// The id of the link or account; left out for the others.
    #[serde(default)]
    #[schema(example = "")]
    pub subject: String,
    /// A cause that the diagnosis named; may be left out.
    #[serde(default)]
    #[schema(example = "")]
    pub cause: String,
    /// In one's own words, 1 to 4,000 characters.
    #[schema(example = "How long does a review take?")]
    pub text: String,
}

fn subject(about: &str, id: &str) -> Result<Subject, Refusal> {
    let bad = || Problem::new("subject", "support.bad_subject").with("given", id);
    match about {
        "link" => Ok(Subject::Link(id.parse().map_err(|_| bad())?)),
        "account" => Ok(Subject::Account(id.parse().map_err(|_| bad())?)),
        "shop" => Ok(Subject::Own),
        "" | "other" => Ok(Subject::Other),
        _ => Err(Problem::new("about", "support.bad_about").with("given", about).into()),
    }
}

fn ask(visit: &Visit, body: &Body) -> Result<Ask, Refusal> {
    let (text, cause) = (typed::text(&body.text, typed::LONGEST), typed::cause(&body.cause));
    let subject = subject(&body.about, &body.subject);
    let mut problems = Vec::new();
    let (subject, cause, text) = (keep(subject, &mut problems), keep(cause, &mut problems), keep(text, &mut problems));
    match (subject, cause, text) {
        (Some(subject), Some(cause), Some(text)) => Ok(Ask { ticket: store::fresh(), org: visit.org()?, subject, cause, text }),
        _ => Err(Refusal::Malformed(problems)),
    }
}

/// What is right, or one more problem: every one of them is told at once.
fn keep<T>(read: Result<T, Refusal>, problems: &mut Vec<Problem>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(Refusal::Malformed(more)) => {
            problems.extend(more);
            None
        }
        Err(_) => None,
    }
}

fn filled(form: &Form) -> Body {
    let text = |name: &str| form.text(name).to_owned();
    let subject = form.opt("subject").or_else(|| form.opt("id")).unwrap_or_default().to_owned();
    Body { about: text("about"), subject, cause: text("cause"), text: text("text") }
}

/// `GET /org/{org}/tickets/new`: the form, with the facts that the ticket will hold.
pub async fn page(visit: Visit) -> Answer {
    let body = filled(visit.queries());
    show(&visit, StatusCode::OK, body, None).await
}

/// `POST /org/{org}/tickets`. A page that only says what it is about (the diagnosis' button) gets the form, filled in.
pub async fn post(visit: Visit) -> Answer {
    let body = filled(visit.form());
    if !visit.form().values().contains_key("text") {
        return show(&visit, StatusCode::OK, body, None).await;
    }
    let asked = match ask(&visit, &body) {
        Ok(ask) => {
            let ticket = ask.ticket;
            visit.perform(ask).await.map(|_| ticket)
        }
        Err(refusal) => Err(refusal),
    };
    match asked {
        Ok(ticket) => visit.redirect(&format!("/org/{}/tickets/{ticket}", visit.org()?), "support.ask.done"),
        Err(refusal @ Refusal::Denied { .. }) => show(&visit, StatusCode::CONFLICT, body, Some(refusal)).await,
        Err(refusal @ Refusal::Malformed(_)) => show(&visit, StatusCode::UNPROCESSABLE_ENTITY, body, Some(refusal)).await,
        Err(other) => Err(other),
    }
}

/// The form as it was filled in, with what is wrong.
async fn show(visit: &Visit, status: StatusCode, body: Body, refusal: Option<Refusal>) -> Answer {
    let (denials, errors) = match &refusal {
        Some(Refusal::Denied { denials, .. }) => (denials.iter().map(|denial| visit.denial(denial)).collect(), Vec::new()),
        Some(Refusal::Malformed(problems)) => {
            let said = |problem: &Problem| serde_json::json!({"field": problem.field, "text": visit.say(&problem.code, &problem.facts)});
            (Vec::new(), problems.iter().map(said).collect())
        }
        _ => (Vec::new(), Vec::new()),
    };
    let (org, actor) = (visit.org()?, visit.actor().clone());
    // A link of someone else is as little there as one with a bad id: then the form is about something else.
    let wanted = subject(&body.about, &body.subject).unwrap_or(Subject::Other);
    let (about, seen, promised_at, kind) = visit
        .read(move |tx| {
            let org = access::index::org(tx, org)?.ok_or(Refusal::NotFound)?;
            let (about, seen) = snapshot::look(tx, &org, wanted, &actor)?;
            let promised_at = tx.policy::<Policy>(org.scope())?.promised_at(tx.now, org.region);
            Ok((about, seen, promised_at, org.kind))
        })
        .await?;
    let facts = list::io::facts(visit, &serde_json::to_value(&seen).unwrap_or_default());
    let causes: Vec<_> = super::CAUSES.iter().map(|code| list::io::choice(visit, code, &format!("support.cause.{code}"))).collect();
    // A cause that the diagnosis named and the list does not offer stays what it is.
    let other_cause =
        (!body.cause.is_empty() && !super::CAUSES.contains(&body.cause.as_str())).then(|| list::io::cause(visit, &body.cause));
    let fixed = !matches!(about, About::Other);
    let context = context! {
        title => "support.ask.title",
        about => about.code(),
        subject => about.subject(),
        kind => kind.code(),
        fixed, other_cause, causes, facts, denials, errors, promised_at,
        cause => body.cause,
        text => body.text,
    };
    visit.page_with(status, "support/ask.html", context).await
}

/// `POST /api/v1/orgs/{org}/tickets`
pub async fn api(visit: Visit) -> Answer {
    let body: Body = visit.json()?;
    let ask = ask(&visit, &body)?;
    let (org, ticket) = (ask.org, ask.ticket);
    visit.command(ask, StatusCode::CREATED, move |tx| view::for_customer(tx, org, ticket)).await
}
