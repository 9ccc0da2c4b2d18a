//! Questions and answers as JSON.

use decisions::{Answer, Denied, Finding, Ground, LinkKind, Question, Road, Says, Scope};
use kernel::{AccountId, AdAccountId, Instant, OrgId, Origin, Problem, Refusal, Region, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Questions to be answered at once, of one moment and one position of the log.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckBody {
    /// One to 1,000 questions.
    #[schema(min_items = 1, max_items = 1000)]
    pub questions: Vec<Asked>,
    /// Answer on everything up to this position of the log at least; a command's `countersign-seq` names it.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub at_least: i64,
    /// As of which moment: now, or later.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Instant>,
    /// Whether to say what every rule found, also those that agree, and the reasons in words.
    #[serde(default)]
    pub explain: bool,
}

/// A question.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = PermissionQuestion)]
#[serde(tag = "question", rename_all = "snake_case", deny_unknown_fields)]
pub enum Asked {
    /// May this member of this centre use this account, for this scope, in this ad account?
    Use {
        /// The person.
        #[schema(value_type = String, example = "usr_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        user: UserId,
        /// The centre in whose name.
        #[schema(value_type = String, example = "org_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        centre: OrgId,
        /// The creator's account.
        #[schema(value_type = String, example = "acc_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        account: AccountId,
        /// For what: `posts`, `live` or `messages`.
        scope: ScopeCode,
        /// Where the ads run.
        #[schema(value_type = String, example = "adv_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        ad_account: AdAccountId,
        /// Which post; with `posts` only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<String>,
    },
    /// May this shop invite this account now?
    Invite {
        /// The shop.
        #[schema(value_type = String, example = "org_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        shop: OrgId,
        /// The account.
        #[schema(value_type = String, example = "acc_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        account: AccountId,
        /// As what: `official` or `marketing`.
        role: RoleCode,
    },
    /// May the account's owner accept this shop's invitation now?
    Link {
        /// The shop.
        #[schema(value_type = String, example = "org_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        shop: OrgId,
        /// The account.
        #[schema(value_type = String, example = "acc_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        account: AccountId,
        /// As what.
        role: RoleCode,
        /// From which country's network; the asker's own unless said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, example = "GB")]
        network: Option<Region>,
    },
    /// May the account's owner ask now to leave its shop?
    Unlink {
        /// The account.
        #[schema(value_type = String, example = "acc_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        account: AccountId,
        /// From which country's network; the asker's own unless said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, example = "GB")]
        network: Option<Region>,
    },
    /// May this account sell now? One that is linked to a shop sells without a follower minimum.
    Sell {
        /// The account.
        #[schema(value_type = String, example = "acc_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a")]
        account: AccountId,
    },
}

/// What an account is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeCode {
    /// Existing posts.
    Posts,
    /// Live.
    Live,
    /// Direct messages.
    Messages,
}

/// As what an account is linked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = LinkRole)]
#[serde(rename_all = "snake_case")]
pub enum RoleCode {
    /// The shop's own face.
    Official,
    /// A creator who sells for it.
    Marketing,
}

impl From<ScopeCode> for Scope {
    fn from(code: ScopeCode) -> Scope {
        match code {
            ScopeCode::Posts => Scope::Posts,
            ScopeCode::Live => Scope::Live,
            ScopeCode::Messages => Scope::Messages,
        }
    }
}

impl From<RoleCode> for LinkKind {
    fn from(code: RoleCode) -> LinkKind {
        match code {
            RoleCode::Official => LinkKind::Official,
            RoleCode::Marketing => LinkKind::Marketing,
        }
    }
}

impl Asked {
    /// The question as the index takes it. `own` is where the asker's address lies.
    pub fn question(&self, own: Origin) -> Question<'_> {
        let from = |network: Option<Region>| network.map_or(own, Origin::Country);
        match self {
            Asked::Use { user, centre, account, scope, ad_account, post } => Question::Use {
                user: *user,
                centre: *centre,
                account: *account,
                scope: (*scope).into(),
                ad_account: *ad_account,
                post: post.as_deref(),
            },
            Asked::Invite { shop, account, role } => Question::Invite { shop: *shop, account: *account, kind: (*role).into() },
            Asked::Link { shop, account, role, network } => {
                Question::Link { shop: *shop, account: *account, kind: (*role).into(), from: from(*network) }
            }
            Asked::Unlink { account, network } => Question::Unlink { account: *account, from: from(*network) },
            Asked::Sell { account } => Question::Sell { account: *account },
        }
    }

    /// What makes no sense: a post beside another scope.
    pub fn problem(&self, number: usize) -> Result<(), Refusal> {
        match self {
            Asked::Use { scope, post: Some(_), .. } if *scope != ScopeCode::Posts => {
                Err(Problem::new(format!("questions[{number}].post"), "decisions.post_without_posts").into())
            }
            _ => Ok(()),
        }
    }
}

/// The answers, in the order of the questions.
#[derive(Serialize, ToSchema)]
pub struct Checked<'a> {
    /// One for each question.
    pub answers: Vec<Answered<'a>>,
    /// The log's position on which all of them were given.
    pub revision: i64,
    /// The moment of which all of them are.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
}

/// An answer.
#[derive(Serialize, ToSchema)]
pub struct Answered<'a> {
    /// The verdict. None: there is no such thing, or it is not yours to ask about.
    pub allowed: Option<bool>,
    /// Every reason against; none where it is allowed.
    pub reasons: Vec<Reason<'a>>,
    /// By which right, where it is allowed: `grant`, `own_link` and `code`, or none where no right is needed.
    #[schema(value_type = Vec<String>)]
    pub by: Vec<Road>,
    /// The verdict stands until then, unless something happens; none when only an event can change it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub holds_until: Option<Instant>,
    /// The first moment at which any reason can be another by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub could_change_at: Option<Instant>,
    /// What every rule found, where `explain` asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Vec<Found<'a>>>,
}

/// A reason against.
#[derive(Serialize, ToSchema)]
#[schema(as = ReasonAgainst)]
pub struct Reason<'a> {
    /// Stable, such as `linking.rules.in_wait`.
    pub code: &'a str,
    /// What decided, with the cited value where there is one.
    #[schema(value_type = Object)]
    pub facts: Denied<'a>,
    /// The earliest moment at which it can be gone by itself, where waiting helps.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// The reason in the asker's language, where `explain` asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What would help, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// Says a reason in somebody's language: what stands against it, and what would help.
pub type Tell<'t> = &'t dyn Fn(&Denied<'_>) -> (String, Option<String>);

/// What one rule found.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleFinding)]
pub struct Found<'a> {
    /// A true statement about an allowed ask.
    pub rule: &'a str,
    /// `needed` in any case, or the road that it is part of: one complete road is enough.
    #[schema(value_type = String)]
    pub road: Road,
    /// Whether it is true.
    pub holds: bool,
    /// On what it rests, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub ground: Option<Ground>,
    /// Why not, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason<'a>>,
    /// When it says something else by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub changes_at: Option<Instant>,
}

impl<'a> Reason<'a> {
    fn of(denied: Denied<'a>, tell: Option<Tell<'_>>) -> Reason<'a> {
        let (text, remedy) = tell.map(|tell| tell(&denied)).map_or((None, None), |(text, remedy)| (Some(text), remedy));
        Reason { code: denied.code(), until: denied.until(), facts: denied, text, remedy }
    }
}

impl<'a> Found<'a> {
    fn of(finding: &Finding<'a>, tell: Tell<'_>) -> Found<'a> {
        let (ground, reason) = match finding.says {
            Says::Yes(ground) => (Some(ground).filter(|ground| *ground != Ground::Nothing), None),
            Says::No(denied) => (None, Some(Reason::of(denied, Some(tell)))),
        };
        Found { rule: finding.rule, road: finding.road, holds: finding.holds(), ground, reason, changes_at: finding.changes_at }
    }
}

impl<'a> Answered<'a> {
    /// The answer as it is told; with every rule and in words where it is to be explained.
    pub fn of(answer: &'a Answer<'a>, explain: Option<Tell<'_>>) -> Answered<'a> {
        Answered {
            allowed: Some(answer.allowed),
            reasons: answer.reasons().map(|denied| Reason::of(denied, explain)).collect(),
            by: if answer.allowed { answer.complete_roads().collect() } else { Vec::new() },
            holds_until: answer.holds_until,
            could_change_at: answer.could_change_at,
            because: explain.map(|tell| answer.findings.iter().map(|finding| Found::of(finding, tell)).collect()),
        }
    }
    /// Nothing that the asker may ask about.
    pub const NOT_THERE: Answered<'static> =
        Answered { allowed: None, reasons: Vec::new(), by: Vec::new(), holds_until: None, could_change_at: None, because: None };
}
