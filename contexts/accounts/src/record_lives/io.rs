//! Loads the facts; the REST call.

use super::{Facts, RecordLives};
use crate::{Live, acting, view::AccountView};
use kernel::{Actor, Instant, OrgId, Problem, Refusal};
use serde::Deserialize;
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for RecordLives {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = acting::own(tx, self.owner, self.account)?;
        let scope = Scope { region: account.region, ..Scope::PLATFORM };
        Ok(Facts { account, now: tx.now, policy: tx.policy(scope)? })
    }
}

/// What the REST call takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LivesBody {
    /// The lives, new or with new figures.
    pub lives: Vec<LiveBody>,
}

/// One of them.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveBody {
    /// The number that the platform gave it.
    #[schema(example = "7412345678901234568")]
    pub id: String,
    /// When it began.
    #[schema(value_type = String, example = "2026-11-21T20:00:00Z")]
    pub at: Instant,
    /// When it ended.
    #[schema(value_type = String, example = "2026-11-21T22:00:00Z")]
    pub ended_at: Instant,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Viewers in all.
    #[serde(default)]
    #[schema(example = 900)]
    pub viewers: i64,
    /// Likes.
    #[serde(default)]
    #[schema(example = 350)]
    pub likes: i64,
}

impl From<LiveBody> for Live {
    fn from(body: LiveBody) -> Live {
        let LiveBody { id, at, ended_at, title, viewers, likes } = body;
        Live { id, at, ended_at, title, viewers, likes }
    }
}

fn problem(at: usize, one: &Live) -> Option<Problem> {
    let field = |name: &str| format!("lives[{at}].{name}");
    let text = one.title.chars().count() > 500 || one.id.is_empty() || one.id.chars().count() > 64;
    let negative = [one.viewers, one.likes, one.ended_at.0 - one.at.0].iter().any(|number| *number < 0);
    match (text, negative) {
        (true, _) => Some(Problem::new(field("id"), "accounts.record.text_unfit")),
        (_, true) => Some(Problem::new(field("likes"), "accounts.record.negative")),
        _ => None,
    }
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/lives`
pub async fn api(visit: Visit) -> Answer {
    let body: LivesBody = visit.json()?;
    let lives: Vec<Live> = body.lives.into_iter().map(Live::from).collect();
    let problems: Vec<Problem> = lives.iter().enumerate().filter_map(|(at, one)| problem(at, one)).collect();
    if !problems.is_empty() {
        return Err(Refusal::Malformed(problems));
    }
    let ask = RecordLives { owner: visit.org()?, account: visit.param("account")?, lives };
    let id = ask.account;
    visit.command(ask, StatusCode::OK, move |tx| AccountView::of(tx, id)).await
}
