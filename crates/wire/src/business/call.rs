//! The calls: each with its path, whether it writes, and the function that answers it.

use super::{given::Given, oauth};
use kernel::{Actor, Denial, May, OrgId, Refusal, Role, TokenId, UserId, Who};
use serde_json::{Map, Value as Json};
use store::{Tx, part::Entry};
use web::Visit;

/// One call of the dialect.
pub struct Call {
    /// Where it is.
    pub path: &'static str,
    /// POST; else GET.
    pub post: bool,
    /// Whether it changes anything. One GET of TikTok's does.
    pub writes: bool,
    /// Whether it is called without a token: the app shows its secret.
    pub open: bool,
    /// Whether its answer stands beside the code instead of under `data`.
    pub flat: bool,
    /// Answers it.
    pub answer: fn(&mut Tx<'_>, &Caller) -> Result<Json, Refusal>,
}

macro_rules! calls {
    ($($kind:ident $path:literal => $answer:path;)*) => {
        &[$($kind(concat!("/open_api/v1.3", $path), $answer)),*]
    };
}

type Answerer = fn(&mut Tx<'_>, &Caller) -> Result<Json, Refusal>;

const fn get(path: &'static str, answer: Answerer) -> Call {
    Call { path, post: false, writes: false, open: false, flat: false, answer }
}
#[allow(dead_code)]
const fn post(path: &'static str, answer: Answerer) -> Call {
    Call { post: true, writes: true, ..get(path, answer) }
}
/// An app shows its secret instead of a token.
const fn open(path: &'static str, answer: Answerer) -> Call {
    Call { open: true, ..post(path, answer) }
}
const fn open_flat(path: &'static str, answer: Answerer) -> Call {
    Call { flat: true, ..open(path, answer) }
}

/// Every call.
pub const CALLS: &[Call] = calls! {
    open "/oauth2/access_token/" => oauth::access_token;
    open_flat "/oauth2/token/" => oauth::token;
    open_flat "/oauth/token/" => oauth::token;
    open "/oauth2/revoke_token/" => oauth::revoke_token;
    get "/oauth2/advertiser/get/" => oauth::advertiser_get;
};

/// Who calls, and with what.
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// The parameters.
    pub given: Given,
    /// The request: for words, and for the address of this house.
    pub visit: Visit,
}

impl Caller {
    pub(super) fn of(visit: &Visit, call: &Call) -> Result<Caller, Refusal> {
        let is_form = visit.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let given = if call.post { Given::of_body(visit.bytes(), is_form)? } else { Given::of_query(visit.query_text()) };
        Ok(Caller { actor: visit.actor().clone(), given, visit: visit.clone() })
    }
    /// The person for whom the app calls.
    pub fn user(&self) -> Result<UserId, Refusal> {
        self.actor.user().ok_or(Refusal::Unauthenticated)
    }
    /// The authorisation, and the organisations that it names.
    pub fn trust(&self) -> Result<(TokenId, &[OrgId]), Refusal> {
        match &self.actor.who {
            Who::App { token, orgs, .. } => Ok((*token, orgs)),
            Who::Anonymous | Who::User { .. } | Who::Token { .. } | Who::System => Err(Refusal::Unauthenticated),
        }
    }
    /// Whether the person has one of these roles in an organisation, in which the app may act, and the scopes include this call.
    /// The gate decides, as for every route that has the organisation in its path.
    pub fn admitted(&self, tx: &mut Tx<'_>, org: OrgId, roles: &'static [Role], permission: &'static str) -> Result<(), Refusal> {
        store::admit(tx, &Entry { actor: &self.actor, permission, may: May::Members(roles), step_up: false, org: Some(org) })
    }
    /// Does an ask of a context.
    pub fn perform<A: store::Ask>(&self, tx: &mut Tx<'_>, ask: &A) -> Result<(), Refusal> {
        store::perform(tx, &self.actor, ask)
    }
}

/// A reason of the dialect's own.
pub fn denied(code: &str, facts: &[(&str, Json)]) -> Refusal {
    let facts: Map<String, Json> = facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Refusal::Denied { capability: "wire", denials: vec![Denial { code: format!("wire.{code}"), facts, until: None }] }
}
