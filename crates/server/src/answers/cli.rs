//! `countersign check …`: a question at the command line, answered from the log itself.

use super::{Asked, RoleCode, ScopeCode, Shelf};
use crate::{CONTEXTS, Settings, house::open_store};
use clap::{Args, Subcommand, ValueEnum};
use decisions::{Answer, Index, Says};
use kernel::{AccountId, AdAccountId, Denial, Instant, OrgId, Origin, Refusal, UserId};
use serde_json::{Map, Value as Json};
use std::{fmt::Write, sync::Arc};
use store::SystemClock;
use web::{Lang, Words, words::Reader};

/// How to answer.
#[derive(Args, Clone)]
pub struct Options {
    /// The language: en or zh.
    #[arg(long, default_value = "en", global = true)]
    pub lang: String,
    /// As of a later moment, such as 2026-11-22T10:00:00Z; now when left out.
    #[arg(long, global = true)]
    pub at: Option<Instant>,
    /// Print the answer as JSON, as the REST API gives it.
    #[arg(long, global = true)]
    pub json: bool,
}

/// What is asked.
#[derive(Subcommand, Clone)]
pub enum Ask {
    /// May this member of this centre use this account?
    Use {
        /// The person.
        #[arg(long, value_parser = id::<kernel::id::User>)]
        user: UserId,
        /// The centre in whose name.
        #[arg(long, value_parser = id::<kernel::id::Org>)]
        centre: OrgId,
        /// The account.
        #[arg(long, value_parser = id::<kernel::id::Account>)]
        account: AccountId,
        /// For what.
        #[arg(long, value_enum)]
        scope: Scope,
        /// Where the ads run.
        #[arg(long, value_parser = id::<kernel::id::AdAccount>)]
        ad_account: AdAccountId,
        /// Which post.
        #[arg(long)]
        post: Option<String>,
    },
    /// May this shop invite this account?
    Invite {
        /// The shop.
        #[arg(long, value_parser = id::<kernel::id::Org>)]
        shop: OrgId,
        /// The account.
        #[arg(long, value_parser = id::<kernel::id::Account>)]
        account: AccountId,
        /// As what.
        #[arg(long, value_enum)]
        role: Role,
    },
    /// May the account's owner accept this shop's invitation?
    Link {
        /// The shop.
        #[arg(long, value_parser = id::<kernel::id::Org>)]
        shop: OrgId,
        /// The account.
        #[arg(long, value_parser = id::<kernel::id::Account>)]
        account: AccountId,
        /// As what.
        #[arg(long, value_enum)]
        role: Role,
        /// From which country's network; from anywhere when left out.
        #[arg(long)]
        network: Option<kernel::Region>,
    },
    /// May the account's owner ask to leave its shop?
    Unlink {
        /// The account.
        #[arg(long, value_parser = id::<kernel::id::Account>)]
        account: AccountId,
        /// From which country's network; from anywhere when left out.
        #[arg(long)]
        network: Option<kernel::Region>,
    },
    /// May this account sell?
    Sell {
        /// The account.
        #[arg(long, value_parser = id::<kernel::id::Account>)]
        account: AccountId,
    },
}

/// What an account is used for.
#[derive(Clone, Copy, ValueEnum)]
pub enum Scope {
    /// Existing posts.
    Posts,
    /// Live.
    Live,
    /// Direct messages.
    Messages,
}

/// As what an account is linked.
#[derive(Clone, Copy, ValueEnum)]
pub enum Role {
    /// The shop's own face.
    Official,
    /// A creator who sells for it.
    Marketing,
}

fn id<K: kernel::Kind>(text: &str) -> Result<kernel::Id<K>, String> {
    text.parse().map_err(|bad: kernel::id::BadId| bad.to_string())
}

impl Ask {
    fn asked(self) -> Asked {
        let role_of = |role| match role {
            Role::Official => RoleCode::Official,
            Role::Marketing => RoleCode::Marketing,
        };
        match self {
            Ask::Use { user, centre, account, scope, ad_account, post } => {
                let scope = match scope {
                    Scope::Posts => ScopeCode::Posts,
                    Scope::Live => ScopeCode::Live,
                    Scope::Messages => ScopeCode::Messages,
                };
                Asked::Use { user, centre, account, scope, ad_account, post }
            }
            Ask::Invite { shop, account, role } => Asked::Invite { shop, account, role: role_of(role) },
            Ask::Link { shop, account, role, network } => Asked::Link { shop, account, role: role_of(role), network },
            Ask::Unlink { account, network } => Asked::Unlink { account, network },
            Ask::Sell { account } => Asked::Sell { account },
        }
    }
}

/// The answer as text, and the verdict. The whole log is read for it; a running server answers from memory.
pub fn print(settings: &Settings, ask: Ask, options: &Options) -> Result<(String, bool), Refusal> {
    let lang = Lang::from_code(&options.lang)
        .ok_or_else(|| Refusal::Fault(format!("there is no language `{}`; there are en and zh", options.lang)))?;
    let store = open_store(settings, Arc::new(SystemClock))?;
    let index = read(&store)?;
    let asked = ask.asked();
    asked.problem(0).map_err(|_| Refusal::Fault("--post goes with --scope posts".into()))?;
    let now = options.at.unwrap_or_else(|| store.now());
    let question = asked.question(Origin::Inside);
    let values = index.place(&question).map(|place| Shelf::default().values(store.packs(), place, now)).transpose()?;
    let mut answer = Answer::default();
    index.check(&question, now, values.as_deref(), &mut answer);
    let all = Words::parse(CONTEXTS.iter().flat_map(|room| room.words.iter().copied()).chain(web::own_words()))?;
    let reader = Reader::new(lang, &settings.zone);
    let text = if options.json {
        let tell = |denied: &decisions::Denied<'_>| words_of(&all, &reader, &super::denial(denied));
        let answered = super::shapes::Answered::of(&answer, Some(&tell));
        serde_json::to_string_pretty(&answered).map_err(|bad| Refusal::Fault(bad.to_string()))? + "\n"
    } else {
        plain(&all, &reader, &answer)
    };
    Ok((text, answer.allowed))
}

/// An index of everything in the log.
fn read(store: &store::Store) -> Result<Index, Refusal> {
    let mut index = Index::new();
    let contexts = CONTEXTS.iter().filter(|room| room.facts.is_some()).map(|room| room.part.name).collect();
    let mut follower = store.follower(contexts, 0);
    follower.past(
        |said, facts| super::engine::heard(CONTEXTS, said, facts),
        |facts: super::engine::Facts, reached| super::engine::know(&mut index, &facts, reached),
    )?;
    Ok(index)
}

fn plain(all: &Words, reader: &Reader, answer: &Answer<'_>) -> String {
    let say = |key: &str| all.say(reader, key, &Map::new());
    let mut text = format!("{}\n", say(if answer.allowed { "decisions.allowed" } else { "decisions.not_allowed" }));
    let wait = |text: &mut String, key: &str, at: Option<Instant>| {
        if let Some(at) = at {
            let facts = Map::from_iter([("at".to_owned(), Json::from(at.to_string()))]);
            let _ = writeln!(text, "{}", all.say(reader, key, &facts));
        }
    };
    for finding in &answer.findings {
        let mark = if finding.holds() { "✓" } else { "✗" };
        let _ = writeln!(text, "  {mark} {}", say(&super::rule_key(all, finding.rule)));
        if let Says::No(denied) = finding.says {
            let said = super::denial(&denied);
            let (reason, remedy) = words_of(all, reader, &said);
            let remedy = remedy.map_or_else(String::new, |remedy| format!(" {remedy}"));
            let _ = writeln!(text, "      {reason}{remedy} [{}]", said.code);
        }
    }
    wait(&mut text, "decisions.holds_until", answer.holds_until);
    wait(&mut text, "decisions.could_change_at", answer.could_change_at);
    let facts = Map::from_iter([("revision".to_owned(), Json::from(answer.revision))]);
    let _ = writeln!(text, "{}", all.say(reader, "decisions.revision", &facts));
    text
}

/// The reason, and what would help.
fn words_of(all: &Words, reader: &Reader, denial: &Denial) -> (String, Option<String>) {
    let fix = format!("{}_fix", denial.code);
    let remedy = all.has(&fix).then(|| all.say(reader, &fix, &denial.facts));
    (all.say(reader, &denial.code, &denial.facts), remedy)
}
