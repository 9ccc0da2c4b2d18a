//! Loads the facts; the REST calls, one for posts and one for lives.

use super::{Content, Facts, Record};
use crate::{Live, Post, Visibility, acting, view::AccountView};
use kernel::{Actor, Instant, OrgId, Problem, Refusal};
use serde::Deserialize;
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit};

/// How many characters an id may have.
const ID: usize = 64;
/// How many a title may have.
const TITLE: usize = 500;

impl Ask for Record {
    fn org(&self, _: &mut Tx<'_>) -> Result<OrgId, Refusal> {
        Ok(self.owner)
    }
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Facts, Refusal> {
        let account = acting::own(tx, self.owner, self.account)?;
        let scope = Scope { region: account.region, ..Scope::PLATFORM };
        Ok(Facts { account, now: tx.now, policy: tx.policy(scope)? })
    }
}

/// What the REST call for posts takes.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostsBody {
    /// The posts, new or with new figures.
    pub posts: Vec<PostBody>,
}

/// One of them.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostBody {
    /// The number that the platform gave it.
    #[schema(example = "7412345678901234567")]
    pub id: String,
    /// When it was published.
    #[schema(value_type = String, example = "2026-11-21T10:00:00Z")]
    pub at: Instant,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Its hashtags, without `#`.
    #[serde(default)]
    #[schema(example = json!(["tea"]))]
    pub hashtags: Vec<String>,
    /// The sound it uses.
    #[serde(default)]
    pub song: String,
    /// Its length in seconds.
    #[serde(default)]
    #[schema(example = 38)]
    pub seconds: i64,
    /// Plays.
    #[serde(default)]
    #[schema(example = 5400)]
    pub plays: i64,
    /// Likes.
    #[serde(default)]
    #[schema(example = 410)]
    pub likes: i64,
    /// Comments.
    #[serde(default)]
    #[schema(example = 36)]
    pub comments: i64,
    /// Shares.
    #[serde(default)]
    #[schema(example = 12)]
    pub shares: i64,
    /// Who can see it: `public` unless said, `friends`, `private` or `removed`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub visibility: Visibility,
}

impl From<PostBody> for Post {
    fn from(body: PostBody) -> Post {
        let PostBody { id, at, title, hashtags, song, seconds, plays, likes, comments, shares, visibility } = body;
        Post { id, at, title, hashtags, song, seconds, plays, likes, comments, shares, visibility }
    }
}

/// What the REST call for lives takes.
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

/// What is wrong with one of the things sent: each field that is, by its name.
fn problems(all: &'static str, at: usize, id: &str, title: &str, figures: &[(&str, i64)]) -> Vec<Problem> {
    let wrong = |name: &str, code: &str| Problem::new(format!("{all}[{at}].{name}"), format!("accounts.record.{code}"));
    let mut problems = Vec::new();
    if id.is_empty() || id.chars().count() > ID {
        problems.push(wrong("id", "id_unfit").with("most", ID));
    }
    if title.chars().count() > TITLE {
        problems.push(wrong("title", "title_too_long").with("most", TITLE));
    }
    problems.extend(figures.iter().filter(|(_, figure)| *figure < 0).map(|(name, _)| wrong(name, "negative")));
    problems
}

fn post_problems(at: usize, one: &Post) -> Vec<Problem> {
    let figures =
        [("seconds", one.seconds), ("plays", one.plays), ("likes", one.likes), ("comments", one.comments), ("shares", one.shares)];
    problems("posts", at, &one.id, &one.title, &figures)
}

fn live_problems(at: usize, one: &Live) -> Vec<Problem> {
    let mut problems = problems("lives", at, &one.id, &one.title, &[("viewers", one.viewers), ("likes", one.likes)]);
    if one.ended_at < one.at {
        problems.push(Problem::new(format!("lives[{at}].ended_at"), "accounts.record.ends_before"));
    }
    problems
}

async fn record(visit: Visit, content: Content) -> Answer {
    let problems: Vec<Problem> = match &content {
        Content::Posts(posts) => posts.iter().enumerate().flat_map(|(at, one)| post_problems(at, one)).collect(),
        Content::Lives(lives) => lives.iter().enumerate().flat_map(|(at, one)| live_problems(at, one)).collect(),
    };
    if !problems.is_empty() {
        return Err(Refusal::Malformed(problems));
    }
    let ask = Record { owner: visit.org()?, account: visit.param("account")?, content };
    let id = ask.account;
    visit.command(ask, StatusCode::OK, move |tx| AccountView::of(tx, id)).await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/posts`
pub async fn posts(visit: Visit) -> Answer {
    let body: PostsBody = visit.json()?;
    record(visit, Content::Posts(body.posts.into_iter().map(Post::from).collect())).await
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/lives`
pub async fn lives(visit: Visit) -> Answer {
    let body: LivesBody = visit.json()?;
    record(visit, Content::Lives(body.lives.into_iter().map(Live::from).collect())).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words_found::tests::{live, post};

    fn fields(problems: &[Problem]) -> Vec<&str> {
        problems.iter().map(|problem| problem.field.as_str()).collect()
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let fine = post("1", Instant(2), "soup");
        assert!(post_problems(0, &fine).is_empty());
        let bad = Post { id: String::new(), title: "x".repeat(TITLE + 1), plays: -1, shares: -1, ..fine };
        assert_eq!(fields(&post_problems(3, &bad)), ["posts[3].id", "posts[3].title", "posts[3].plays", "posts[3].shares"]);
        let fine = live("1", Instant(2), "soup");
        assert!(live_problems(0, &fine).is_empty());
        let bad = Live { viewers: -1, ended_at: Instant(1), ..fine };
        assert_eq!(fields(&live_problems(0, &bad)), ["lives[0].viewers", "lives[0].ended_at"]);
    }
}
