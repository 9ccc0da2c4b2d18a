//! Centres and their members.

use super::{
    asset::ADMINS,
    call::{Caller, denied},
    say,
};
use access::{OrgState, invite_member, remove_member::RemoveMember};
use centers::{AdRole, promise_ad_role::PromiseAdRole};
use kernel::{OrgId, OrgKind, Refusal, Region, Role, Standing, UserId};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use store::Tx;

/// Words for TikTok's field; the rest of them are states that no centre here is in.
fn status(state: OrgState) -> &'static str {
    match state {
        OrgState::Normal => "ENABLE",
        OrgState::Suspended => "PUNISH",
        OrgState::Closed => "DENY",
    }
}

/// `GET /bc/get/`
pub fn get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    let one = given.opt_id::<kernel::id::Org>("bc_id")?;
    given.opt_one_of("scene", &[("SINGLE_ACCOUNT", ()), ("TIERED_ACCOUNT", ())])?;
    let filtering = given.object("filtering")?;
    filtering.opt_one_of("keyword_type", &[("TIER", ()), ("PARTNER", ()), ("MEMBER", ()), ("ASSET", ())])?;
    filtering.opt_one_of("relation_type", &[("PARENT", ()), ("CHILD", ())])?;
    let keyword = filtering.opt_text("keyword")?.unwrap_or_default().to_lowercase();
    let page = given.page(10, 50)?;
    let (_, named) = caller.trust()?;
    let mut list = Vec::new();
    for (org, role) in access::index::roles(tx, caller.user()?)? {
        let is_asked = named.contains(&org.id) && org.kind == OrgKind::Centre && one.is_none_or(|one| one == org.id);
        if is_asked && org.name.to_lowercase().contains(&keyword) {
            list.push(json!({
                "bc_info": {
                    "bc_id": org.id, "name": org.name, "company": org.name, "registered_area": org.region,
                    "status": status(org.state), "type": "NORMAL",
                    "currency": null, "timezone": null, "organization_type": null, "verification_status": null,
                },
                "user_role": say::user_role(role), "ext_user_role": {"finance_role": null}, "binding_status": "BOUND",
            }));
        }
    }
    let total = list.len() as i64;
    Ok(json!({"list": page.of(list), "page_info": page.info(total), "parent_bc": null}))
}

/// `POST /bc/create/`. The app that founds a centre may act in it as well.
pub fn create(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_name", "timezone"])?;
    given.opt_one_of("type", &[("NORMAL", ()), ("SELF_SERVICE", ()), ("SELF_SERVICE_AGENCY", ())])?;
    let (name, zone) = (access::typed::name("bc_name", &given.text("bc_name")?)?, given.text("timezone")?);
    access::typed::zone("timezone", &zone)?;
    let (token, _) = caller.trust()?;
    let region = match given.opt_text("registered_area")? {
        Some(code) => code.parse::<Region>().map_err(|_| given.not_one_of("registered_area", &code, &["ISO 3166-1 alpha-2"]))?,
        None => own_region(tx, caller)?,
    };
    let (org, owner) = (store::fresh(), caller.user()?);
    let (kind, merchant) = (OrgKind::Centre, access::Merchant::Open);
    caller.perform(tx, &access::FoundOrg { org, kind, name, region, merchant, categories: Vec::new(), owner })?;
    store::perform(tx, &kernel::Actor::SYSTEM, &apps::widen::Widen { authorisation: token, added: org })?;
    Ok(json!({"bc_id": org}))
}

/// Where a centre is registered of which nobody said so: where the person's first organisation is, or the app's developer.
fn own_region(tx: &mut Tx<'_>, caller: &Caller) -> Result<Region, Refusal> {
    if let Some((first, _)) = access::index::roles(tx, caller.user()?)?.into_iter().next() {
        return Ok(first.region);
    }
    let kernel::Who::App { app, .. } = caller.actor.who else { return Err(Refusal::Unauthenticated) };
    let developer = apps::index::any_app(tx, app)?.ok_or(Refusal::NotFound)?.org;
    access::index::org(tx, developer)?.map(|org| org.region).ok_or(Refusal::NotFound)
}

/// `GET /bc/member/get/`: members, and for admins the invitations that wait for an answer.
pub fn member_get(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    let (centre, reader) = caller.centre(tx)?;
    let filtering = given.object("filtering")?;
    let keyword = filtering.opt_text("keyword")?.unwrap_or_default().to_lowercase();
    let role = filtering.opt_one_of("user_role", say::USER_ROLES)?;
    let relations = [("BOUND", true), ("PENDING", false), ("REJECTED", false), ("UNBOUND", false)];
    let relation = filtering.opt_text("relation_status")?;
    filtering.opt_one_of("relation_status", &relations)?;
    let wants = |word: &str| relation.as_deref().is_none_or(|wanted| wanted == word);
    let page = given.page(10, 1_000)?;
    let mut list = Vec::new();
    let mut total = 0;
    if wants("BOUND") {
        let team = access::index::Team { search: keyword.clone(), role, after: None, limit: page.reach() };
        total = access::index::team_count(tx, centre, &team)?;
        let bound = |member: access::index::Member| say::member(Some(member.user), &member.name, &member.email, member.role, "BOUND");
        list.extend(access::index::team(tx, centre, &team)?.into_iter().map(bound));
    }
    if wants("PENDING") && reader.is_admin() {
        let now = tx.now;
        let waits = |invitation: &access::Invitation| {
            let is_open = invitation.standing_at(now) == Standing::Asked;
            is_open && invitation.email.contains(&keyword) && role.is_none_or(|role| role == invitation.role)
        };
        let open: Vec<_> = access::index::open_invitations(tx, centre)?.into_iter().filter(waits).collect();
        total += open.len() as i64;
        list.extend(open.iter().map(|invitation| say::member(None, "", &invitation.email, invitation.role, "PENDING")));
    }
    Ok(json!({"list": page.of(list), "page_info": page.info(total)}))
}

/// How many people one call invites.
const MOST_INVITED: usize = 50;

/// `POST /bc/member/invite/`: each gets a mail with a link that works once, and whoever accepts has the role on the ad accounts
/// from then on. All are invited, or none.
pub fn member_invite(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "emails"])?;
    let (org, _) = caller.centre(tx)?;
    let emails = given.texts("emails", MOST_INVITED)?;
    let role = given.opt_one_of("user_role", say::USER_ROLES)?.unwrap_or(Role::CentreMember);
    given.opt_one_of("asset_type", &[("ADVERTISER", ())])?;
    let on_each = given.opt_one_of("advertiser_role", say::ADVERTISER_ROLES)?.unwrap_or(AdRole::Analyst);
    finance_role(caller)?;
    let ad_accounts = given.ids::<kernel::id::AdAccount>("asset_ids", MOST_INVITED)?;
    for email in emails {
        let (invitation, email) = (access::fresh_invitation(), access::typed::email("emails", &email)?);
        let ask = access::InviteMember { invitation, org, email, role };
        invite_member::io::invite(tx, &caller.actor, &ask, caller.visit.lang().code())?;
        for ad_account in &ad_accounts {
            let invitation = ask.invitation.clone();
            caller.perform(tx, &PromiseAdRole { centre: org, ad_account: *ad_account, invitation, role: on_each })?;
        }
    }
    Ok(json!({}))
}

/// TikTok's finance roles: there is nothing here that they could manage.
fn finance_role(caller: &Caller) -> Result<(), Refusal> {
    let wanted = caller.given.object("ext_user_role")?.opt_text("finance_role")?;
    if wanted.is_some() { Err(denied("not_offered", &[("name", "ext_user_role.finance_role".into())])) } else { Ok(()) }
}

/// `POST /bc/member/update/`
pub fn member_update(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id", "user_id"])?;
    let (org, _) = caller.centre(tx)?;
    let user: UserId = given.id("user_id")?;
    let role = given.opt_one_of("user_role", say::USER_ROLES)?;
    finance_role(caller)?;
    let member = access::index::member(tx, org, user)?.ok_or(Refusal::NotFound)?;
    if given.opt_text("user_name")?.is_some_and(|name| name != member.name) {
        return Err(denied("name_is_the_persons_own", &[]));
    }
    // What is so already needs no change: an SDK sends the whole member back.
    if let Some(role) = role.filter(|role| *role != member.role) {
        caller.perform(tx, &access::ChangeRole { org, user, role })?;
    } else {
        caller.admitted(tx, org, &[Role::CentreAdmin], "access.change_role")?;
    }
    Ok(json!({}))
}

/// `POST /bc/member/delete/`: a member by id, or an invitation that waits by its address.
pub fn member_delete(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    let given = &caller.given;
    given.require(&["bc_id"])?;
    let (org, _) = caller.centre(tx)?;
    // Whom the centre invites is its admins' to know: everyone else is refused before an address is looked for.
    caller.admitted(tx, org, ADMINS, "access.remove_member")?;
    if let Some(user) = given.opt_id("user_id")? {
        caller.perform(tx, &RemoveMember { org, user })?;
        return Ok(json!({}));
    }
    given.require(&["user_email"])?;
    let email = access::email_key(&given.text("user_email")?);
    match waiting(tx, org, &email)? {
        Some(invitation) => caller.perform(tx, &access::WithdrawInvitation { org, invitation })?,
        None => {
            let user = access::index::user_by_email(tx, &email)?.ok_or(Refusal::NotFound)?.id;
            caller.perform(tx, &RemoveMember { org, user })?;
        }
    }
    Ok(json!({}))
}

fn waiting(tx: &mut Tx<'_>, org: OrgId, email: &str) -> Result<Option<String>, Refusal> {
    let now = tx.now;
    let open = access::index::open_invitations(tx, org)?.into_iter();
    Ok(open.filter(|one| one.standing_at(now) == Standing::Asked).find(|one| one.email == email).map(|one| one.id))
}

/// `GET /changelog/get/`: what happened in a centre, in words of the caller's language.
pub fn changelog(tx: &mut Tx<'_>, caller: &Caller) -> Result<Json, Refusal> {
    use centers::index::changes::{Activity, Filter, list};
    let given = &caller.given;
    let (centre, reader) = caller.centre(tx)?;
    if !reader.is_admin() {
        return Err(Refusal::Forbidden { permission: "/open_api/v1.3/changelog/get/" });
    }
    let activities = [
        ("ALL", None),
        ("USER", Some(Activity::User)),
        ("ACCOUNT", Some(Activity::Account)),
        ("ASSET", Some(Activity::Asset)),
        ("BUSINESS", Some(Activity::Business)),
    ];
    let activity = given.object("filtering")?.opt_one_of("activity_type", &activities)?.flatten();
    given.opt_one_of("sort_field", &[("operation_time", ())])?;
    let ascending = given.opt_one_of("sort_type", &[("DESC", false), ("ASC", true)])?.unwrap_or(false);
    let (from, until) = days(caller, tx.now)?;
    let page = given.page(10, 50)?;
    let mut filter = Filter { activity, from: Some(from), until: Some(until), limit: page.reach(), ..Filter::default() };
    if ascending {
        filter.limit = i64::from(u16::MAX);
    }
    let found = centers::changes::load(tx, centre, &filter)?;
    let mut all: Vec<_> = found.items.into_iter().map(|change| change.said(&caller.visit)).collect();
    if ascending {
        all.reverse();
    }
    let actors: HashMap<i64, String> = list(tx, centre, &filter)?.into_iter().map(|change| (change.seq, change.actor)).collect();
    let mut entries = Vec::new();
    for change in page.of(all) {
        let operator = actors.get(&change.seq).map(|actor| operator(tx, centre, actor)).transpose()?.flatten();
        entries.push(json!({
            "time": say::time(change.at), "activity_type": change.activity.to_uppercase(), "operator_id": operator,
            "operator_name": change.who, "activity_log": change.text, "event": change.event,
        }));
    }
    Ok(json!({"changelog_list": entries, "page_info": page.info(found.total)}))
}

/// The member behind an entry, also behind an app; the other side's people have no ids here.
fn operator(tx: &mut Tx<'_>, centre: OrgId, actor: &str) -> Result<Option<UserId>, Refusal> {
    let user = match actor.parse::<UserId>() {
        Ok(user) => Some(user),
        Err(_) => actor.parse().ok().map(|token| apps::index::behind(tx, token)).transpose()?.flatten().map(|(_, user)| user),
    };
    let Some(user) = user else { return Ok(None) };
    Ok(access::index::role(tx, centre, user)?.map(|_| user))
}

/// Both days or neither: the last seven.
fn days(caller: &Caller, now: kernel::Instant) -> Result<(kernel::Instant, kernel::Instant), Refusal> {
    let day = |name: &str| {
        let typed = caller.given.opt_text(name)?;
        let read = |text: String| {
            format!("{text}T00:00:00Z").parse::<kernel::Instant>().map_err(|_| caller.given.not_one_of(name, &text, &["YYYY-MM-DD"]))
        };
        typed.map(read).transpose()
    };
    match (day("start_date")?, day("end_date")?) {
        (Some(from), Some(last)) => Ok((from, last + kernel::Span::days(1))),
        (None, None) => Ok((now - kernel::Span::days(7), now + kernel::Span(1))),
        (Some(_), None) => caller.given.require(&["end_date"]).map(|()| (now, now)),
        (None, Some(_)) => caller.given.require(&["start_date"]).map(|()| (now, now)),
    }
}
