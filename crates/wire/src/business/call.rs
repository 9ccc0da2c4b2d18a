//! The calls: each with its path, whether it writes, and the function that answers it.

use super::{ad, asset, centre, given::Given, group, identity, oauth, partner, post};
use centers::{
    Reader, Scope,
    assets::io::MEMBERS,
    index::ad_accounts::{self, Reached},
};
use kernel::{Actor, AdAccountId, Denial, May, OrgId, Refusal, Role, TokenId, UserId, Who};
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
    /// Whether it tries a code, so that its tries are counted.
    pub guesses: bool,
    /// For what an account is used by whoever gets an answer, if it is.
    pub uses: Option<Scope>,
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
    Call { path, post: false, writes: false, open: false, guesses: false, uses: None, flat: false, answer }
}
const fn post(path: &'static str, answer: Answerer) -> Call {
    Call { post: true, writes: true, ..get(path, answer) }
}
/// A GET that does something: TikTok's own choice.
const fn get_that_acts(path: &'static str, answer: Answerer) -> Call {
    Call { writes: true, ..get(path, answer) }
}
const fn get_of_a_code(path: &'static str, answer: Answerer) -> Call {
    Call { guesses: true, ..get(path, answer) }
}
const fn post_of_a_code(path: &'static str, answer: Answerer) -> Call {
    Call { guesses: true, ..post(path, answer) }
}
/// A GET by which an account is used: its owner sees by whom, and when last.
const fn get_by_use(path: &'static str, answer: Answerer) -> Call {
    Call { uses: Some(Scope::Posts), ..get(path, answer) }
}
const fn get_by_use_of_lives(path: &'static str, answer: Answerer) -> Call {
    Call { uses: Some(Scope::Live), ..get(path, answer) }
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
    get "/bc/get/" => centre::get;
    post "/bc/create/" => centre::create;
    get "/bc/member/get/" => centre::member_get;
    post "/bc/member/invite/" => centre::member_invite;
    post "/bc/member/update/" => centre::member_update;
    post "/bc/member/delete/" => centre::member_delete;
    get "/bc/asset/get/" => asset::get;
    get "/bc/asset/admin/get/" => asset::admin_get;
    post "/bc/asset/admin/delete/" => asset::admin_delete;
    post "/bc/asset/assign/" => asset::assign;
    post "/bc/asset/unassign/" => asset::unassign;
    get "/bc/asset/member/get/" => asset::member_get;
    get "/bc/asset/partner/get/" => asset::partner_get;
    get "/bc/asset/bind/quota/" => asset::bind_quota;
    get_that_acts "/bc/asset/account/authorization/" => asset::account_authorization;
    post "/bc/asset/advertiser/assign/" => asset::advertiser_assign;
    post "/bc/asset/advertiser/unassign/" => asset::advertiser_unassign;
    get "/bc/asset/advertiser/assigned/" => asset::advertiser_assigned;
    post "/bc/advertiser/create/" => asset::advertiser_create;
    get "/advertiser/info/" => asset::advertiser_info;
    post "/bc/partner/add/" => partner::add;
    get "/bc/partner/get/" => partner::get;
    post "/bc/partner/delete/" => partner::delete;
    get "/bc/partner/asset/get/" => partner::asset_get;
    post "/bc/partner/asset/delete/" => partner::asset_delete;
    post "/bc/asset_group/create/" => group::create;
    post "/bc/asset_group/update/" => group::update;
    post "/bc/asset_group/delete/" => group::delete;
    get "/bc/asset_group/get/" => group::get;
    get "/bc/asset_group/list/" => group::list;
    get "/changelog/get/" => centre::changelog;
    get "/identity/get/" => identity::get;
    get "/identity/info/" => identity::info;
    post "/identity/create/" => identity::create;
    post "/identity/delete/" => identity::delete;
    get_by_use "/identity/video/get/" => identity::video_get;
    get_by_use "/identity/video/info/" => identity::video_info;
    get_by_use_of_lives "/identity/live/get/" => identity::live_get;
    post_of_a_code "/tt_video/authorize/" => post::authorize;
    get_of_a_code "/tt_video/info/" => post::info;
    get "/tt_video/list/" => post::list;
    post "/tt_video/unbind/" => post::unbind;
    post "/business/post/authorize/setting/" => post::setting;
    post "/business/post/authorize/" => post::grant;
    get "/business/post/authorize/status/" => post::state;
    post "/business/post/authorize/delete/" => post::delete;
    post "/campaign/create/" => ad::campaign_create;
    get "/campaign/get/" => ad::campaign_get;
    post "/adgroup/create/" => ad::adgroup_create;
    get "/adgroup/get/" => ad::adgroup_get;
    post "/ad/create/" => ad::create;
    get "/ad/get/" => ad::get;
    post "/ad/status/update/" => ad::status_update;
};

/// Who calls, and with what.
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// The parameters.
    pub given: Given,
    /// The call.
    pub path: &'static str,
    /// The request: for words, and for the address of this house.
    pub visit: Visit,
}

impl Caller {
    pub(super) fn of(visit: &Visit, call: &Call) -> Result<Caller, Refusal> {
        let is_form = visit.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let given = if call.post { Given::of_body(visit.bytes(), is_form)? } else { Given::of_query(visit.query_text()) };
        Ok(Caller { actor: visit.actor().clone(), given, path: call.path, visit: visit.clone() })
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
    /// The centre that a call names as `bc_id`, and what of it the person sees. One that the app may not act in, or the person
    /// does not belong to, is the same as none.
    pub fn centre(&self, tx: &mut Tx<'_>) -> Result<(OrgId, Reader), Refusal> {
        self.given.require(&["bc_id"])?;
        // There are no centres below a centre here; answering for the one above instead would be another answer than was asked for.
        for name in ["child_bc_id", "source_child_bc_id", "target_child_bc_id"] {
            if self.given.opt_text(name)?.is_some() {
                return Err(denied("not_offered", &[("name", name.into())]));
            }
        }
        let found = self.given.id("bc_id").and_then(|centre| self.in_centre(tx, centre).map(|reader| (centre, reader)));
        found.map_err(|refusal| match refusal {
            Refusal::NotFound => denied("bc_unknown", &[("given", self.given.text("bc_id").unwrap_or_default().into())]),
            other => other,
        })
    }
    fn in_centre(&self, tx: &mut Tx<'_>, centre: OrgId) -> Result<Reader, Refusal> {
        self.admitted(tx, centre, MEMBERS, self.path)?;
        Reader::of(tx, centre, self.user()?)
    }
    /// An ad account that the person reaches, and through which centre.
    pub fn reaches(&self, tx: &mut Tx<'_>, id: AdAccountId) -> Result<(OrgId, Reached), Refusal> {
        self.reaches_in(tx, id, None)
    }
    /// The same through one centre, where it is named. One that they do not reach is the same as none.
    pub fn reaches_in(&self, tx: &mut Tx<'_>, id: AdAccountId, centre: Option<OrgId>) -> Result<(OrgId, Reached), Refusal> {
        let (_, orgs) = self.trust()?;
        for org in orgs.iter().copied().filter(|org| centre.is_none_or(|centre| centre == *org)) {
            // The gate says no for a creator's organisation, whose roles are others, and for a centre that was left.
            let Ok(reader) = self.in_centre(tx, org) else { continue };
            match ad_accounts::of_centre(tx, org, reader, id) {
                Ok(reached) => return Ok((org, reached)),
                Err(Refusal::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Err(self.unknown_advertiser(Refusal::NotFound))
    }
    /// An ad account that is not there for this person.
    pub fn unknown_advertiser(&self, refusal: Refusal) -> Refusal {
        match refusal {
            Refusal::NotFound => {
                let given = self.given.opt_text("advertiser_id").ok().flatten().unwrap_or_default();
                denied("advertiser_unknown", &[("given", given.into())])
            }
            other => other,
        }
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
