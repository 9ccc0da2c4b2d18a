//! REST for ad accounts and roles on them, partners and shares, asset groups, identities, and the centre's home and change log.
//! Lists answer `{items, next}`; `next` is the `after` of the page that follows.

use super::{
    io::{self, ADMINS, MEMBERS, MOST_PAIRS},
    paging, typed,
    view::{
        self, AdAccountDetail, AdAccountPage, AdAccountView, GroupDetail, GroupPage, IdentityView, PairView, PartnershipDetail,
        PartnershipPage, PartnershipView, ShareView,
    },
};
use crate::{
    AdRole, Reader,
    accept_partner::AcceptPartner,
    ask_partner::AskPartner,
    changes,
    close_ad_account::CloseAdAccount,
    create_identity::CreateIdentity,
    decline_partner::DeclinePartner,
    delete_identity::DeleteIdentity,
    end_partner::EndPartner,
    give_ad_role::GiveAdRole,
    group_assets::GroupAssets,
    home,
    index::{ad_accounts, partners},
    make_group::MakeGroup,
    open_ad_account::OpenAdAccount,
    promise_ad_role::PromiseAdRole,
    remove_group::RemoveGroup,
    rename_ad_account::RenameAdAccount,
    rename_group::RenameGroup,
    share_ad_account::ShareAdAccount,
    take_ad_role::TakeAdRole,
    ungroup_assets::UngroupAssets,
    unshare_ad_account::UnshareAdAccount,
    withdraw_partner::WithdrawPartner,
};
use kernel::{AdAccountId, AssetGroupId, Capability, IdentityId, May, OrgId, PartnershipId, Problem, Refusal, UserId};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;
use web::{Answer, Method, StatusCode, Visit};

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    reads(routes);
    ad_account_acts(routes);
    partner_acts(routes);
    group_acts(routes);
}

fn reads(routes: &mut web::Routes) {
    let (members, admins, get) = (May::Members(MEMBERS), May::Members(ADMINS), Method::GET);
    routes
        .api(get.clone(), "/api/v1/centres/{org}", members, home::api)
        .says("A centre: its figures and what waits for an answer, as far as the reader sees it")
        .answers::<home::CentreHome>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/ad_accounts", members, list_ad_accounts)
        .says("The ad accounts that a centre owns or has from partners; a standard member sees those on which they have a role")
        .queries(&[
            ("q", "a part of the name"),
            ("own", "yes: the centre's own; no: those of partners"),
            ("user", "only those on which this member has a role"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<AdAccountPage>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/ad_accounts/{ad_account}", members, one_ad_account)
        .says("One ad account and who is on it; whoever does not manage it sees only their own place")
        .answers::<AdAccountDetail>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/partners", admins, list_partners)
        .says("A centre's partners and open questions")
        .queries(&[
            ("over", "yes: those that are over"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<PartnershipPage>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/partners/{partnership}", admins, one_partner)
        .says("One partnership and what is shared")
        .answers::<PartnershipDetail>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/groups", admins, list_groups)
        .says("A centre's asset groups")
        .queries(&[
            ("q", "a part of the name"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<GroupPage>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/groups/{group}", admins, one_group)
        .says("One asset group: its ad accounts and members")
        .answers::<GroupDetail>();
    routes
        .api(get, "/api/v1/centres/{org}/changes", admins, changes::pages::api)
        .says("What happened in a centre, newest first")
        .queries(changes::pages::QUERIES)
        .answers::<changes::CentreChangePage>();
}

fn ad_account_acts(routes: &mut web::Routes) {
    let (post, put, delete) = (Method::POST, Method::PUT, Method::DELETE);
    let one = "/api/v1/centres/{org}/ad_accounts/{ad_account}";
    routes
        .api(post.clone(), "/api/v1/centres/{org}/ad_accounts", OpenAdAccount::MAY, open)
        .says("Open an ad account")
        .takes::<NewAdAccount>()
        .answers::<AdAccountDetail>();
    routes
        .api(put.clone(), "/api/v1/centres/{org}/ad_accounts/{ad_account}/name", RenameAdAccount::MAY, rename)
        .says("Rename an ad account")
        .takes::<NameBody>()
        .answers::<AdAccountDetail>();
    routes
        .api(delete.clone(), one, CloseAdAccount::MAY, close)
        .says("Close an ad account, with every role on it")
        .answers::<AdAccountView>();
    routes
        .api(put.clone(), "/api/v1/centres/{org}/ad_accounts/{ad_account}/members/{user}", GiveAdRole::MAY, give)
        .says("Give a member a role on an ad account")
        .takes::<RoleBody>()
        .answers::<AdAccountDetail>();
    routes
        .api(delete.clone(), "/api/v1/centres/{org}/ad_accounts/{ad_account}/members/{user}", TakeAdRole::MAY, take)
        .says("Take a member's role on an ad account back")
        .answers::<Taken>();
    routes
        .api(put.clone(), "/api/v1/centres/{org}/ad_accounts/{ad_account}/invitations/{invitation}", PromiseAdRole::MAY, promise)
        .says("Promise someone who was invited a role on an ad account: they get it when they join")
        .takes::<RoleBody>()
        .answers::<AdAccountDetail>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/ad_roles", May::Members(ADMINS), give_many)
        .says("Give members roles on ad accounts, many at once; each pair is done or refused by itself")
        .takes::<ManyRoles>()
        .answers::<PairViews>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/ad_roles/preview", May::Members(ADMINS), preview_many)
        .says("What would become of each member and ad account, without doing it")
        .takes::<ManyRoles>()
        .answers::<PairViews>();
    routes
        .api(put, "/api/v1/centres/{org}/ad_accounts/{ad_account}/shares/{partner}", ShareAdAccount::MAY, share)
        .says("Share an ad account with a partner, up to a role")
        .takes::<RoleBody>()
        .answers::<ShareView>();
    routes
        .api(delete.clone(), "/api/v1/centres/{org}/ad_accounts/{ad_account}/shares/{partner}", UnshareAdAccount::MAY, unshare)
        .says("Stop sharing an ad account, or give a shared one back: then the partner is the centre itself")
        .answers::<Unshared>();
    routes
        .api(post, "/api/v1/centres/{org}/ad_accounts/{ad_account}/identities", CreateIdentity::MAY, create_identity)
        .says("Create a name under which ads may appear")
        .takes::<NameBody>()
        .answers::<IdentityView>();
    routes
        .api(delete, "/api/v1/centres/{org}/ad_accounts/{ad_account}/identities/{identity}", DeleteIdentity::MAY, delete_identity)
        .says("Delete such a name")
        .answers::<AdAccountDetail>();
}

fn partner_acts(routes: &mut web::Routes) {
    let post = Method::POST;
    routes
        .api(post.clone(), "/api/v1/centres/{org}/partners", AskPartner::MAY, ask_partner)
        .says("Ask another centre to become a partner")
        .takes::<PartnerBody>()
        .answers::<PartnershipView>();
    for (act, says) in [
        ("accept", "Become partners"),
        ("decline", "Decline to become partners"),
        ("withdraw", "Take the question back"),
        ("end", "End a partnership, with every share"),
    ] {
        let (path, may): (&'static str, May) = match act {
            "accept" => ("/api/v1/centres/{org}/partners/{partnership}/accept", AcceptPartner::MAY),
            "decline" => ("/api/v1/centres/{org}/partners/{partnership}/decline", DeclinePartner::MAY),
            "withdraw" => ("/api/v1/centres/{org}/partners/{partnership}/withdraw", WithdrawPartner::MAY),
            _ => ("/api/v1/centres/{org}/partners/{partnership}/end", EndPartner::MAY),
        };
        let route = match act {
            "accept" => routes.api(post.clone(), path, may, accept),
            "decline" => routes.api(post.clone(), path, may, decline),
            "withdraw" => routes.api(post.clone(), path, may, withdraw),
            _ => routes.api(post.clone(), path, may, end),
        };
        route.says(says).answers::<PartnershipView>();
    }
}

fn group_acts(routes: &mut web::Routes) {
    let post = Method::POST;
    routes
        .api(post.clone(), "/api/v1/centres/{org}/groups", MakeGroup::MAY, make_group)
        .says("Make an asset group")
        .takes::<NameBody>()
        .answers::<GroupDetail>();
    routes
        .api(Method::PUT, "/api/v1/centres/{org}/groups/{group}/name", RenameGroup::MAY, rename_group)
        .says("Rename an asset group")
        .takes::<NameBody>()
        .answers::<GroupDetail>();
    routes
        .api(Method::DELETE, "/api/v1/centres/{org}/groups/{group}", RemoveGroup::MAY, remove_group)
        .says("Remove an asset group")
        .answers::<GroupPage>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/groups/{group}/add", GroupAssets::MAY, add)
        .says("Put ad accounts and members into an asset group")
        .takes::<AddBody>()
        .answers::<GroupDetail>();
    routes
        .api(post, "/api/v1/centres/{org}/groups/{group}/remove", UngroupAssets::MAY, take_out)
        .says("Take ad accounts and members out of an asset group")
        .takes::<TakeOutBody>()
        .answers::<GroupDetail>();
}

/// What is sent to open an ad account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAdAccount {
    /// At most 100 characters.
    pub name: String,
    /// ISO 4217, such as GBP.
    pub currency: String,
    /// IANA, such as Europe/London.
    pub zone: String,
}

/// A name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AssetName)]
pub(crate) struct NameBody {
    /// At most 100 characters.
    pub name: String,
}

/// A role on an ad account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AdAccountRole)]
pub(crate) struct RoleBody {
    /// `admin`, `operator` or `analyst`.
    pub role: String,
}

/// What is sent to give many members roles on many ad accounts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManyRoles {
    /// Which ad accounts.
    #[schema(value_type = Vec<String>)]
    pub ad_accounts: Vec<AdAccountId>,
    /// Whom: each gets the role on every ad account.
    #[schema(value_type = Vec<String>)]
    pub users: Vec<UserId>,
    /// `admin`, `operator` or `analyst`.
    pub role: String,
}

/// What became, or would become, of each pair.
#[derive(Serialize, ToSchema)]
#[schema(as = AdRoleOutcomes)]
pub(crate) struct PairViews {
    /// Each pair.
    pub items: Vec<PairView>,
    /// How many of them are, or would be, done.
    pub possible: usize,
}

/// Whose role was taken back.
#[derive(Serialize, ToSchema)]
#[schema(as = AdRoleTaken)]
pub(crate) struct Taken {
    /// The ad account.
    #[schema(value_type = String)]
    pub ad_account: AdAccountId,
    /// Who.
    #[schema(value_type = String)]
    pub user: UserId,
    /// What they are on it still, by a group.
    pub role: Option<AdRole>,
}

/// What is shared no longer.
#[derive(Serialize, ToSchema)]
#[schema(as = AdAccountUnshared)]
pub(crate) struct Unshared {
    /// The ad account.
    #[schema(value_type = String)]
    pub ad_account: AdAccountId,
    /// The partner that had it.
    #[schema(value_type = String)]
    pub partner: OrgId,
}

/// Whom to ask.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartnerBody {
    /// The other centre's id.
    #[schema(value_type = String)]
    pub partner: OrgId,
}

/// A member and what a group makes them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupPlace {
    /// Who.
    #[schema(value_type = String)]
    pub user: UserId,
    /// `admin`, `operator` or `analyst`.
    pub role: String,
}

/// What to put into a group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GroupAdd)]
pub(crate) struct AddBody {
    /// Ad accounts.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub ad_accounts: Vec<AdAccountId>,
    /// Members.
    #[serde(default)]
    pub members: Vec<GroupPlace>,
}

/// What to take out of a group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GroupTakeOut)]
pub(crate) struct TakeOutBody {
    /// Ad accounts.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub ad_accounts: Vec<AdAccountId>,
    /// Members.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub members: Vec<UserId>,
}

async fn list_ad_accounts(visit: Visit) -> Answer {
    let (org, actor, filter) = (visit.org()?, visit.actor().clone(), paging::ad_accounts(&visit)?);
    let page = visit.read(move |tx| view::ad_accounts(tx, org, &actor, &filter)).await?;
    visit.answer(StatusCode::OK, &page)
}

async fn one_ad_account(visit: Visit) -> Answer {
    let (org, actor, id) = (visit.org()?, visit.actor().clone(), visit.param("ad_account")?);
    let one = visit.read(move |tx| view::ad_account_detail(tx, org, &actor, id)).await?;
    visit.answer(StatusCode::OK, &one)
}

async fn list_partners(visit: Visit) -> Answer {
    let (org, over, before, size) = (visit.org()?, visit.query("over") == Some("yes"), paging::before(&visit)?, paging::size(&visit)?);
    let page = visit.read(move |tx| view::partnerships(tx, org, over, before, size)).await?;
    visit.answer(StatusCode::OK, &page)
}

async fn one_partner(visit: Visit) -> Answer {
    let (org, id) = (visit.org()?, visit.param("partnership")?);
    let one = visit.read(move |tx| view::partnership_detail(tx, org, id)).await?;
    visit.answer(StatusCode::OK, &one)
}

async fn list_groups(visit: Visit) -> Answer {
    let (org, after, size) = (visit.org()?, paging::group(&visit)?, paging::size(&visit)?);
    let search = visit.query("q").unwrap_or_default().to_owned();
    let page = visit.read(move |tx| view::groups(tx, org, &search, after, size)).await?;
    visit.answer(StatusCode::OK, &page)
}

async fn one_group(visit: Visit) -> Answer {
    let (org, id) = (visit.org()?, visit.param("group")?);
    let one = visit.read(move |tx| view::group_detail(tx, org, id)).await?;
    visit.answer(StatusCode::OK, &one)
}

/// The ask to open an ad account with what was typed; every problem is named.
pub(crate) fn new_ad_account(centre: OrgId, sent: &NewAdAccount) -> Result<OpenAdAccount, Refusal> {
    let (name, currency, zone) =
        (typed::name("name", &sent.name), typed::currency("currency", &sent.currency), typed::zone("zone", &sent.zone));
    match (name, currency, zone) {
        (Ok(name), Ok(currency), Ok(zone)) => Ok(OpenAdAccount { ad_account: store::fresh(), centre, name, currency, zone }),
        (name, currency, zone) => Err(Refusal::Malformed([name.err(), currency.err(), zone.err()].into_iter().flatten().collect())),
    }
}

async fn open(visit: Visit) -> Answer {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let ask = new_ad_account(org, &visit.json()?)?;
    let id = ask.ad_account;
    visit.command(ask, StatusCode::CREATED, move |tx| view::ad_account_detail(tx, org, &actor, id)).await
}

async fn rename(visit: Visit) -> Answer {
    let (org, actor, id) = (visit.org()?, visit.actor().clone(), visit.param("ad_account")?);
    let name = typed::name("name", &visit.json::<NameBody>()?.name)?;
    let ask = RenameAdAccount { centre: org, ad_account: id, name };
    visit.command(ask, StatusCode::OK, move |tx| view::ad_account_detail(tx, org, &actor, id)).await
}

async fn close(visit: Visit) -> Answer {
    let (org, id) = (visit.org()?, visit.param("ad_account")?);
    let view = move |tx: &mut Tx<'_>| {
        let ad_account = ad_accounts::ad_account(tx, id)?.ok_or(Refusal::NotFound)?;
        view::ad_account(tx, org, &ad_accounts::Reached { ad_account, at_most: None }, None)
    };
    visit.command(CloseAdAccount { centre: org, ad_account: id }, StatusCode::OK, view).await
}

async fn give(visit: Visit) -> Answer {
    let (org, actor, id, user) = (visit.org()?, visit.actor().clone(), visit.param("ad_account")?, visit.param("user")?);
    let role = typed::role("role", &visit.json::<RoleBody>()?.role)?;
    let ask = GiveAdRole { centre: org, ad_account: id, user, role };
    visit.command(ask, StatusCode::OK, move |tx| view::ad_account_detail(tx, org, &actor, id)).await
}

async fn promise(visit: Visit) -> Answer {
    let (org, actor, id) = (visit.org()?, visit.actor().clone(), visit.param("ad_account")?);
    let invitation: String = visit.param("invitation")?;
    let role = typed::role("role", &visit.json::<RoleBody>()?.role)?;
    let ask = PromiseAdRole { centre: org, ad_account: id, invitation, role };
    visit.command(ask, StatusCode::OK, move |tx| view::ad_account_detail(tx, org, &actor, id)).await
}

async fn take(visit: Visit) -> Answer {
    let (org, ad_account, user) = (visit.org()?, visit.param("ad_account")?, visit.param("user")?);
    let view = move |tx: &mut Tx<'_>| Ok(Taken { ad_account, user, role: ad_accounts::role_in(tx, ad_account, org, user)? });
    visit.command(TakeAdRole { centre: org, ad_account, user }, StatusCode::OK, view).await
}

/// Many pairs, or what would become of them, with the reasons in the reader's words.
pub(crate) async fn many(visit: &Visit, sent: ManyRoles, dry: bool) -> Result<PairViews, Refusal> {
    let (org, actor) = (visit.org()?, visit.actor().clone());
    let role = typed::role("role", &sent.role)?;
    if sent.ad_accounts.is_empty() || sent.users.is_empty() {
        return Err(Refusal::malformed("users", "centers.give_ad_role.nothing_chosen"));
    }
    if sent.ad_accounts.len().saturating_mul(sent.users.len()) > MOST_PAIRS {
        return Err(Problem::new("users", "centers.give_ad_role.too_many").with("most", MOST_PAIRS as i64).into());
    }
    let work = move |tx: &mut Tx<'_>| {
        let pairs = io::give_many(tx, &actor, (org, &sent.ad_accounts, &sent.users, role), dry)?;
        pairs.into_iter().map(|pair| Ok((view::pair(tx, &pair)?, pair.denials))).collect::<Result<Vec<_>, Refusal>>()
    };
    let pairs = if dry { visit.read(work).await? } else { visit.write(work).await? };
    let items: Vec<PairView> = pairs
        .into_iter()
        .map(|(pair, denials)| PairView { denials: denials.iter().map(|denial| visit.denial(denial)).collect(), ..pair })
        .collect();
    let possible = items.iter().filter(|pair| pair.possible).count();
    Ok(PairViews { items, possible })
}

async fn give_many(visit: Visit) -> Answer {
    let done = many(&visit, visit.json()?, false).await?;
    visit.answer(StatusCode::OK, &done)
}

async fn preview_many(visit: Visit) -> Answer {
    let seen = many(&visit, visit.json()?, true).await?;
    visit.answer(StatusCode::OK, &seen)
}

async fn share(visit: Visit) -> Answer {
    let (org, ad_account, partner) = (visit.org()?, visit.param("ad_account")?, visit.param("partner")?);
    let role = typed::role("role", &visit.json::<RoleBody>()?.role)?;
    let view = move |tx: &mut Tx<'_>| {
        let found = partners::share(tx, ad_account, partner)?.ok_or(Refusal::NotFound)?;
        view::share(tx, &found)
    };
    visit.command(ShareAdAccount { centre: org, ad_account, partner, role }, StatusCode::OK, view).await
}

/// The ask to end a share, from whichever side.
pub(crate) async fn unshare_ask(visit: &Visit, ad_account: AdAccountId, partner: OrgId) -> Result<UnshareAdAccount, Refusal> {
    let org = visit.org()?;
    let owner = visit.read(move |tx| Ok(ad_accounts::of_centre(tx, org, Reader::Admin, ad_account)?.ad_account.centre)).await?;
    Ok(UnshareAdAccount { centre: org, ad_account, owner, partner })
}

async fn unshare(visit: Visit) -> Answer {
    let (ad_account, partner) = (visit.param("ad_account")?, visit.param("partner")?);
    let ask = unshare_ask(&visit, ad_account, partner).await?;
    visit.command(ask, StatusCode::OK, move |_| Ok(Unshared { ad_account, partner })).await
}

async fn create_identity(visit: Visit) -> Answer {
    let (org, ad_account) = (visit.org()?, visit.param("ad_account")?);
    let name = typed::name("name", &visit.json::<NameBody>()?.name)?;
    let identity: IdentityId = store::fresh();
    let view = move |tx: &mut Tx<'_>| {
        let one = crate::index::identities::identity(tx, ad_account, identity)?;
        Ok(IdentityView { id: one.id, name: one.name, made_at: one.made_at })
    };
    visit.command(CreateIdentity { identity, centre: org, ad_account, name }, StatusCode::CREATED, view).await
}

async fn delete_identity(visit: Visit) -> Answer {
    let (org, actor, ad_account) = (visit.org()?, visit.actor().clone(), visit.param("ad_account")?);
    let ask = DeleteIdentity { centre: org, ad_account, identity: visit.param("identity")? };
    visit.command(ask, StatusCode::OK, move |tx| view::ad_account_detail(tx, org, &actor, ad_account)).await
}

async fn ask_partner(visit: Visit) -> Answer {
    let (org, partnership) = (visit.org()?, store::fresh());
    let ask = AskPartner { partnership, centre: org, partner: visit.json::<PartnerBody>()?.partner };
    visit.command(ask, StatusCode::CREATED, move |tx| seen_partner(tx, org, partnership)).await
}

fn seen_partner(tx: &mut Tx<'_>, org: OrgId, id: PartnershipId) -> Result<PartnershipView, Refusal> {
    let found = partners::of_side(tx, org, id)?;
    view::partnership(tx, org, &found)
}

async fn accept(visit: Visit) -> Answer {
    let (centre, partnership) = (visit.org()?, visit.param("partnership")?);
    visit.command(AcceptPartner { centre, partnership }, StatusCode::OK, move |tx| seen_partner(tx, centre, partnership)).await
}

async fn decline(visit: Visit) -> Answer {
    let (centre, partnership) = (visit.org()?, visit.param("partnership")?);
    visit.command(DeclinePartner { centre, partnership }, StatusCode::OK, move |tx| seen_partner(tx, centre, partnership)).await
}

async fn withdraw(visit: Visit) -> Answer {
    let (centre, partnership) = (visit.org()?, visit.param("partnership")?);
    visit.command(WithdrawPartner { centre, partnership }, StatusCode::OK, move |tx| seen_partner(tx, centre, partnership)).await
}

async fn end(visit: Visit) -> Answer {
    let (centre, partnership) = (visit.org()?, visit.param("partnership")?);
    visit.command(EndPartner { centre, partnership }, StatusCode::OK, move |tx| seen_partner(tx, centre, partnership)).await
}

async fn make_group(visit: Visit) -> Answer {
    let (centre, group) = (visit.org()?, store::fresh());
    let name = typed::name("name", &visit.json::<NameBody>()?.name)?;
    visit.command(MakeGroup { group, centre, name }, StatusCode::CREATED, move |tx| view::group_detail(tx, centre, group)).await
}

async fn rename_group(visit: Visit) -> Answer {
    let (centre, group) = (visit.org()?, visit.param("group")?);
    let name = typed::name("name", &visit.json::<NameBody>()?.name)?;
    visit.command(RenameGroup { centre, group, name }, StatusCode::OK, move |tx| view::group_detail(tx, centre, group)).await
}

async fn remove_group(visit: Visit) -> Answer {
    let (centre, group): (OrgId, AssetGroupId) = (visit.org()?, visit.param("group")?);
    let view = move |tx: &mut Tx<'_>| view::groups(tx, centre, "", None, paging::PAGE);
    visit.command(RemoveGroup { centre, group }, StatusCode::OK, view).await
}

async fn add(visit: Visit) -> Answer {
    let (centre, group) = (visit.org()?, visit.param("group")?);
    let AddBody { ad_accounts, members } = visit.json()?;
    let place = |place: GroupPlace| Ok::<_, Refusal>((place.user, typed::role("role", &place.role)?));
    let members = members.into_iter().map(place).collect::<Result<_, _>>()?;
    let ask = GroupAssets { centre, group, ad_accounts, members };
    visit.command(ask, StatusCode::OK, move |tx| view::group_detail(tx, centre, group)).await
}

async fn take_out(visit: Visit) -> Answer {
    let (centre, group) = (visit.org()?, visit.param("group")?);
    let TakeOutBody { ad_accounts, members } = visit.json()?;
    let ask = UngroupAssets { centre, group, ad_accounts, members };
    visit.command(ask, StatusCode::OK, move |tx| view::group_detail(tx, centre, group)).await
}
