//! The house's refusals in TikTok's codes, with our own reasons in the message.

use kernel::{Denial, Problem, Refusal, Who};
use serde_json::{Map, Value as Json};
use std::{collections::BTreeMap, sync::OnceLock};
use web::Visit;

/// It was done.
pub const OK: u32 = 0;
const BAD_PARAMETERS: u32 = 40_000;
const NO_PERMISSION: u32 = 40_001;
const BAD_PARAMETER: u32 = 40_002;
const NOT_FOUND: u32 = 40_007;
/// There is no such call here.
pub const NOT_IMPLEMENTED: u32 = 40_008;
const TOO_MANY_IDS: u32 = 40_011;
const DUPLICATE: u32 = 40_050;
/// There is no such version here.
pub const BAD_VERSION: u32 = 40_051;
const TOO_FREQUENT: u32 = 40_100;
const TOKEN_EMPTY: u32 = 40_104;
const TOKEN_WRONG: u32 = 40_105;
/// The call is there, by another method.
pub const METHOD_FORBIDDEN: u32 = 40_117;
const CONFLICT: u32 = 40_202;
const FAULT: u32 = 50_000;
const TIME_OUT: u32 = 50_002;

/// Which code each reason against has: the lines of `codes.toml`.
const TABLE: &str = include_str!("codes.toml");

/// Every reason that a call can be refused for, with its code.
pub fn table() -> &'static BTreeMap<String, u32> {
    static READ: OnceLock<BTreeMap<String, u32>> = OnceLock::new();
    READ.get_or_init(|| {
        let groups: BTreeMap<String, Vec<String>> = toml::from_str(TABLE).unwrap_or_default();
        let pairs = groups.into_iter().filter_map(|(code, reasons)| Some((code.parse::<u32>().ok()?, reasons)));
        pairs.flat_map(|(code, reasons)| reasons.into_iter().map(move |reason| (reason, code))).collect()
    })
}

/// The code of one reason. A rule without a line in the table is a parameter that does not fit; a test keeps the table complete.
fn of_denial(denial: &Denial) -> u32 {
    table().get(&denial.code).copied().unwrap_or(BAD_PARAMETER)
}

/// A reason and its remedy as one sentence or two, and the code by which it is found in this house's own documentation.
fn with_remedy(visit: &Visit, code: &str, facts: &Map<String, Json>) -> String {
    let fix = format!("{code}_fix");
    let remedy = if visit.app().words().has(&fix) { visit.say(&fix, facts) } else { String::new() };
    format!("{} {remedy}", visit.say(code, facts)).trim().to_owned()
}

fn of_denials(visit: &Visit, denials: &[Denial]) -> (u32, String) {
    // The first reason decides, in the order in which the rules are read.
    let code = denials.first().map_or(BAD_PARAMETER, of_denial);
    let said = denials.iter().map(|denial| {
        let text = with_remedy(visit, &denial.code, &denial.facts);
        if denial.code.starts_with("wire.") { text } else { format!("{text} ({})", denial.code) }
    });
    (code, said.collect::<Vec<_>>().join(" "))
}

fn of_problems(visit: &Visit, problems: &[Problem]) -> (u32, String) {
    let code = match problems.first().map(|problem| problem.code.as_str()) {
        Some("wire.body" | "web.body_too_large") => BAD_PARAMETERS,
        Some("wire.too_many_ids") => TOO_MANY_IDS,
        _ => BAD_PARAMETER,
    };
    let said = problems.iter().map(|problem| {
        let text = with_remedy(visit, &problem.code, &problem.facts);
        if problem.code.starts_with("wire.") { text } else { format!("{}: {text}", problem.field) }
    });
    (code, said.collect::<Vec<_>>().join(" "))
}

/// The code and the message of a refusal.
pub(crate) fn said(visit: &Visit, refusal: &Refusal) -> (u32, String) {
    let plain = |code: u32, key: &str| (code, visit.say(key, &Map::new()));
    match refusal {
        Refusal::Malformed(problems) => of_problems(visit, problems),
        Refusal::Unauthenticated => {
            let shown = visit.header(super::DIALECT.token).is_some_and(|token| !token.trim().is_empty());
            if shown { plain(TOKEN_WRONG, "wire.token_wrong") } else { plain(TOKEN_EMPTY, "wire.token_empty") }
        }
        Refusal::Forbidden { permission } => {
            let in_scope = matches!(&visit.actor().who, Who::App { scopes, .. } if scopes.contains(permission));
            let facts = Map::from_iter([("permission".to_owned(), Json::from(*permission))]);
            (NO_PERMISSION, visit.say(if in_scope { "wire.forbidden_role" } else { "wire.forbidden_scope" }, &facts))
        }
        Refusal::ConfirmFirst => plain(NO_PERMISSION, "wire.confirm_first"),
        Refusal::NotFound => plain(NOT_FOUND, "wire.not_found"),
        Refusal::Denied { denials, .. } => of_denials(visit, denials),
        Refusal::Stale => plain(CONFLICT, "wire.stale"),
        Refusal::KeyReused => plain(DUPLICATE, "wire.duplicate"),
        Refusal::TooMany { retry_at } => {
            let facts = Map::from_iter([("retry_at".to_owned(), Json::from(super::say::time(*retry_at)))]);
            (TOO_FREQUENT, visit.say("wire.too_frequent", &facts))
        }
        Refusal::Behind { .. } => plain(TIME_OUT, "wire.behind"),
        Refusal::Fault(_) => plain(FAULT, "wire.fault"),
    }
}

/// Where reasons stand that several verbs share.
const SHARED: &[&str] = &["consent", "access.rules", "centers.assets", "centers.granting", "centers.spark"];

/// Where the reasons of these verbs stand: below their own names and those that they share.
pub fn scopes_of_reasons<'a>(verbs: &[&'a str]) -> Vec<&'a str> {
    verbs.iter().copied().chain(SHARED.iter().copied()).collect()
}
