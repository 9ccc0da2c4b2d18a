//! Loads the facts; the REST call.

use super::{Facts, RecordPosts};
use crate::{Post, Visibility, acting, view::AccountView};
use kernel::{Actor, Instant, OrgId, Problem, Refusal};
use serde::Deserialize;
use store::{Ask, Scope, Tx};
use web::{Answer, StatusCode, Visit};

impl Ask for RecordPosts {
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

fn problem(at: usize, one: &Post) -> Option<Problem> {
    let field = |name: &str| format!("posts[{at}].{name}");
    let text = one.title.chars().count() > 500 || one.id.is_empty() || one.id.chars().count() > 64;
    let negative = [one.seconds, one.plays, one.likes, one.comments, one.shares].iter().any(|number| *number < 0);
    match (text, negative) {
        (true, _) => Some(Problem::new(field("id"), "accounts.record.text_unfit")),
        (_, true) => Some(Problem::new(field("likes"), "accounts.record.negative")),
        _ => None,
    }
}

/// `POST /api/v1/orgs/{org}/accounts/{account}/posts`
pub async fn api(visit: Visit) -> Answer {
    let body: PostsBody = visit.json()?;
    let posts: Vec<Post> = body.posts.into_iter().map(Post::from).collect();
    let problems: Vec<Problem> = posts.iter().enumerate().filter_map(|(at, one)| problem(at, one)).collect();
    if !problems.is_empty() {
        return Err(Refusal::Malformed(problems));
    }
    let ask = RecordPosts { owner: visit.org()?, account: visit.param("account")?, posts };
    let id = ask.account;
    visit.command(ask, StatusCode::OK, move |tx| AccountView::of(tx, id)).await
}
