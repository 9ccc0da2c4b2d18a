//! `POST /api/v1/decisions/check`, `/list` and `/who`.

use super::{
    asker::Asker,
    denial,
    engine::Engine,
    journal::{Journal, Noting},
    shapes::{Answered, Asked, CheckBody, ScopeCode},
};
use decisions::{Answer, Index, Member, Subject};
use kernel::{AccountId, AdAccountId, Instant, OrgId, Problem, Refusal, UserId};
use serde::{Deserialize, Serialize};
use std::{io::Write, sync::Arc};
use utoipa::ToSchema;
use web::{Answer as Reply, IntoResponse, StatusCode, Visit, header};

/// How many questions one request may ask.
const MOST: usize = 1_000;
/// How long a list's page may be.
const LONGEST: i64 = 1_000;

/// The index of this house.
pub fn engine(visit: &Visit) -> Result<Arc<Engine>, Refusal> {
    visit.app().extra::<Arc<Engine>>().cloned().ok_or_else(|| Refusal::Fault("this house answers no questions".into()))
}

/// The moment that is asked about: now, or what was named, which is not past: of the past only the log knows.
pub fn moment(visit: &Visit, at: Option<Instant>) -> Result<Instant, Refusal> {
    match at {
        None => Ok(visit.now()),
        Some(at) if at >= visit.now() => Ok(at),
        Some(_) => Err(Refusal::malformed("at", "decisions.past")),
    }
}

/// Everything that was committed before the request came in is known to the answer. What the asker has seen is among it: every
/// node reads one log, so a position beyond the log's end as the door saw it was never answered by anybody.
pub async fn fresh(visit: &Visit, engine: &Engine, at_least: i64) -> Result<(), Refusal> {
    if !(0..=visit.as_of()).contains(&at_least) {
        return Err(Problem::new("at_least", "decisions.at_least_bad").with("most", visit.as_of()).into());
    }
    engine.knows(visit.as_of(), visit.now()).await
}

/// `POST /api/v1/decisions/check`
pub async fn check(visit: Visit) -> Reply {
    let body: CheckBody = visit.json()?;
    if body.questions.is_empty() || body.questions.len() > MOST {
        return Err(Problem::new("questions", "decisions.how_many").with("most", MOST as i64).into());
    }
    body.questions.iter().enumerate().try_for_each(|(number, asked)| asked.problem(number))?;
    let (engine, asker, at) = (engine(&visit)?, Asker::of(&visit)?, moment(&visit, body.at)?);
    fresh(&visit, &engine, body.at_least).await?;
    let noting = visit.app().extra::<Journal>().and_then(|journal| journal.open(&visit, at));
    let (text, revision) = {
        let index = engine.index();
        let mut out = Vec::with_capacity(body.questions.len() * 400 + 100);
        out.extend_from_slice(b"{\"answers\":[");
        for (number, asked) in body.questions.iter().enumerate() {
            if number > 0 {
                out.push(b',');
            }
            let found = one(&visit, &engine, &index, &asker, asked, at, body.explain, &mut out, noting.as_ref())?;
            if !found && body.questions.len() == 1 {
                return Err(Refusal::NotFound);
            }
        }
        // Writing to memory cannot fail.
        let _ = write!(out, "],\"revision\":{},\"at\":\"{at}\"}}", index.revision());
        (out, index.revision())
    };
    Ok(json(text, revision))
}

/// JSON that is already written, with the log's position that it shows.
fn json(text: Vec<u8>, revision: i64) -> web::Response {
    let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], text).into_response();
    response.headers_mut().insert("countersign-as-of", header::HeaderValue::from(revision));
    response
}

#[expect(clippy::too_many_arguments, reason = "everything that one answer of many needs")]
fn one(
    visit: &Visit,
    engine: &Engine,
    index: &Index,
    asker: &Asker,
    asked: &Asked,
    at: Instant,
    explain: bool,
    out: &mut Vec<u8>,
    noting: Option<&Noting<'_>>,
) -> Result<bool, Refusal> {
    let question = asked.question(visit.origin());
    if !asker.may_ask(index, &question) {
        return write_to(out, &Answered::NOT_THERE).map(|()| false);
    }
    engine.ask(visit.app().store(), index, &question, at, |answer: &Answer<'_>| {
        if let Some(noting) = noting {
            noting.note(asked, question.kind(), answer);
        }
        let tell = |denied: &decisions::Denied<'_>| {
            let said = visit.denial(&denial(denied));
            (said["text"].as_str().unwrap_or_default().to_owned(), said["remedy"].as_str().map(str::to_owned))
        };
        write_to(out, &Answered::of(answer, explain.then_some(&tell))).map(|()| true)
    })?
}

fn write_to<T: Serialize>(out: &mut Vec<u8>, what: &T) -> Result<(), Refusal> {
    serde_json::to_writer(out, what).map_err(|bad| Refusal::Fault(bad.to_string()))
}

/// Which accounts.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AccountsThatMayBody)]
#[serde(deny_unknown_fields)]
pub struct ListBody {
    /// The person.
    #[schema(value_type = String, example = "usr_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    user: UserId,
    /// The centre in whose name.
    #[schema(value_type = String, example = "org_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    centre: OrgId,
    /// For what.
    scope: ScopeCode,
    /// Where the ads run.
    #[schema(value_type = String, example = "adv_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    ad_account: AdAccountId,
    /// As with checking.
    #[serde(default)]
    #[schema(minimum = 0)]
    at_least: i64,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// How many at the most, 1 to 1,000; 100 unless said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    size: Option<i64>,
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
pub struct AccountsThatMay {
    /// The accounts, by their ids.
    #[schema(value_type = Vec<String>)]
    items: Vec<AccountId>,
    /// What to pass as `after`; none at the end.
    next: Option<String>,
    /// The log's position on which the page was made.
    revision: i64,
}

/// `POST /api/v1/decisions/list`
pub async fn list(visit: Visit) -> Reply {
    let body: ListBody = visit.json()?;
    let size = sized(body.size)?;
    let after = body.after.as_deref().map(|text| text.parse::<AccountId>()).transpose().map_err(|_| bad_cursor())?;
    let (engine, asker) = (engine(&visit)?, Asker::of(&visit)?);
    if !asker.may_list(body.user, body.centre) {
        return Err(Refusal::NotFound);
    }
    fresh(&visit, &engine, body.at_least).await?;
    let asked = Member { user: body.user, centre: body.centre, scope: body.scope.into(), ad_account: body.ad_account };
    let (mut items, revision) = {
        let index = engine.index();
        (index.list(&asked, visit.now(), after, size + 1), index.revision())
    };
    let next = cut(&mut items, size).map(|last| last.to_string());
    visit.answer(StatusCode::OK, &AccountsThatMay { items, next, revision })
}

/// Which members.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MembersThatMayBody)]
#[serde(deny_unknown_fields)]
pub struct WhoBody {
    /// The account.
    #[schema(value_type = String, example = "acc_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    account: AccountId,
    /// For what.
    scope: ScopeCode,
    /// Where the ads run.
    #[schema(value_type = String, example = "adv_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    ad_account: AdAccountId,
    /// Only members of this centre; an admin's own centre unless said.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "org_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
    centre: Option<OrgId>,
    /// As with checking.
    #[serde(default)]
    #[schema(minimum = 0)]
    at_least: i64,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
    /// How many at the most, 1 to 1,000; 100 unless said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    size: Option<i64>,
}

/// A member of a centre.
#[derive(Serialize, ToSchema)]
pub struct MemberThatMay {
    /// The person.
    #[schema(value_type = String)]
    user: UserId,
    /// The centre in whose name.
    #[schema(value_type = String)]
    centre: OrgId,
}

/// A page of members.
#[derive(Serialize, ToSchema)]
pub struct MembersThatMay {
    /// The members, by person and centre.
    items: Vec<MemberThatMay>,
    /// What to pass as `after`; none at the end.
    next: Option<String>,
    /// The log's position on which the page was made.
    revision: i64,
}

/// `POST /api/v1/decisions/who`
pub async fn who(visit: Visit) -> Reply {
    let body: WhoBody = visit.json()?;
    let size = sized(body.size)?;
    let after = body.after.as_deref().map(member_in).transpose()?;
    let (engine, asker) = (engine(&visit)?, Asker::of(&visit)?);
    fresh(&visit, &engine, body.at_least).await?;
    let centre = asker.may_see_users(&engine, body.account, body.centre)?;
    let asked = Subject { account: body.account, scope: body.scope.into(), ad_account: body.ad_account, centre };
    let (mut found, revision) = {
        let index = engine.index();
        (index.who(&asked, visit.now(), after, size + 1), index.revision())
    };
    let next = cut(&mut found, size).map(|(user, centre)| format!("{user} {centre}"));
    let items = found.into_iter().map(|(user, centre)| MemberThatMay { user, centre }).collect();
    visit.answer(StatusCode::OK, &MembersThatMay { items, next, revision })
}

fn member_in(text: &str) -> Result<(UserId, OrgId), Refusal> {
    let (user, centre) = text.split_once(' ').ok_or_else(bad_cursor)?;
    Ok((user.parse().map_err(|_| bad_cursor())?, centre.parse().map_err(|_| bad_cursor())?))
}

fn bad_cursor() -> Refusal {
    Refusal::malformed("after", "decisions.bad_cursor")
}

fn sized(size: Option<i64>) -> Result<usize, Refusal> {
    let size = size.unwrap_or(100);
    let bad = || Refusal::Malformed(vec![Problem::new("size", "decisions.size").with("most", LONGEST)]);
    if (1..=LONGEST).contains(&size) { usize::try_from(size).map_err(|_| bad()) } else { Err(bad()) }
}

/// Cuts what is more than a page; answers where the next one begins.
fn cut<T: Copy>(items: &mut Vec<T>, size: usize) -> Option<T> {
    let more = items.len() > size;
    items.truncate(size);
    items.last().copied().filter(|_| more)
}
