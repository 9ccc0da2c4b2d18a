//! REST for requests, grants, assignments, own links and uses, on both sides. Lists answer `{items, next}`.

use super::{
    code, image, paging,
    view::{self, CodeView, GrantView, HolderView, OwnLinkView, PersonName, RequestView, UseView},
};
use crate::{
    Reader, Scope, Scopes,
    assign::io::{self as assigning, Many},
    authorise::Authorise,
    end_grant::EndGrant,
    index::{grants, requests},
    link_own::LinkOwn,
    narrow_grant::NarrowGrant,
    record_use::RecordUse,
    refuse_request::RefuseRequest,
    request_access::RequestAccess,
    scan_request::{self, ScanRequest},
    unassign::Unassign,
    unlink_own::UnlinkOwn,
    withdraw_request::WithdrawRequest,
};
use kernel::{AccountId, Capability, GrantId, May, OrgId, Refusal, RequestId, Role, Standing, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::{Ask, Tx};
use utoipa::ToSchema;
use web::{Answer, IntoResponse, Method, StatusCode, Visit, header};

/// Who reads a centre.
pub(crate) const MEMBERS: &[Role] = &[Role::CentreAdmin, Role::CentreMember];
/// Who manages it.
pub(crate) const ADMINS: &[Role] = &[Role::CentreAdmin];
/// Who reads a creator's side.
pub(crate) const CREATORS: &[Role] = &[Role::CreatorOwner, Role::CreatorStaff];
/// Who owns its accounts.
pub(crate) const OWNERS: &[Role] = &[Role::CreatorOwner];

/// The routes.
pub fn routes(routes: &mut web::Routes) {
    requests_of_centre(routes);
    accounts_of_centre(routes);
    super::serving::routes(routes);
    requests_of_owner(routes);
    grants_of_owner(routes);
}

fn requests_of_centre(routes: &mut web::Routes) {
    let (admins, get, post) = (May::Members(ADMINS), Method::GET, Method::POST);
    routes
        .api(get.clone(), "/api/v1/centres/{org}/requests", admins, list_requests)
        .says("A centre's requests to use accounts, the newest first")
        .queries(paging::QUERIES)
        .answers::<RequestPage>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/requests", RequestAccess::MAY, ask)
        .says("Ask to use an account: a code that its owner scans")
        .takes::<RequestBody>()
        .answers::<CodeView>();
    routes
        .api(get.clone(), "/api/v1/centres/{org}/requests/{request}", admins, one_request)
        .says("One request; with its code for whoever asked, while it can be used")
        .answers::<CodeView>();
    routes.api(get.clone(), "/api/v1/centres/{org}/requests/{request}/code.svg", admins, picture_svg).says("The code as a picture, SVG");
    routes.api(get, "/api/v1/centres/{org}/requests/{request}/code.png", admins, picture_png).says("The code as a picture, PNG");
    routes
        .api(post, "/api/v1/centres/{org}/requests/{request}/withdraw", WithdrawRequest::MAY, withdraw)
        .says("Take a request back")
        .answers::<RequestView>();
}

fn accounts_of_centre(routes: &mut web::Routes) {
    let (members, get, post) = (May::Members(MEMBERS), Method::GET, Method::POST);
    routes
        .api(get.clone(), "/api/v1/centres/{org}/accounts", members, list_accounts)
        .says("The accounts that a centre was granted; a standard member sees those assigned to them")
        .queries(&[
            ("q", "a part of the handle or the nickname"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<GrantPage>();
    routes
        .api(get, "/api/v1/centres/{org}/accounts/{account}", members, one_account)
        .says("One account: what the centre holds, who may use it, and where each permission comes from")
        .answers::<AccountView>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/accounts/{account}/narrow", May::Members(ADMINS), narrow_of_centre)
        .says("Give scopes of a granted account back")
        .takes::<ScopesBody>()
        .answers::<GrantView>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/accounts/{account}/end", May::Members(ADMINS), end_of_centre)
        .says("Give a granted account back")
        .takes::<ReasonBody>()
        .answers::<GrantView>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/assignments/preview", May::Members(ADMINS), preview)
        .says("What would become of each member and account, without doing it")
        .takes::<AssignBody>()
        .answers::<Outcomes>();
    routes
        .api(post.clone(), "/api/v1/centres/{org}/assignments", May::Members(ADMINS), assign)
        .says("Give members accounts, many at once; each pair is done or refused by itself")
        .takes::<AssignBody>()
        .answers::<Outcomes>();
    routes
        .api(Method::DELETE, "/api/v1/centres/{org}/accounts/{account}/members/{user}", Unassign::MAY, unassign)
        .says("Take an account back from a member")
        .answers::<AccountView>();
    routes
        .api(post, "/api/v1/centres/{org}/accounts/{account}/uses", RecordUse::MAY, record_use)
        .says("Say that the member used the account; recorded at most once in a while")
        .takes::<UseBody>()
        .answers::<AccountView>();
}

fn requests_of_owner(routes: &mut web::Routes) {
    let (owners, get, post) = (May::Members(OWNERS), Method::GET, Method::POST);
    routes
        .api(post.clone(), "/api/v1/creators/{org}/scans", ScanRequest::MAY, scan)
        .says("Present a code: the request behind it, which only this creator can answer from now on")
        .takes::<ScanBody>()
        .answers::<RequestView>();
    routes
        .api(get.clone(), "/api/v1/creators/{org}/requests", owners, open_of_owner)
        .says("The requests that this creator scanned and that wait for an answer")
        .answers::<RequestPage>();
    routes
        .api(get, "/api/v1/creators/{org}/requests/{request}", owners, one_of_owner)
        .says("A request that this creator scanned")
        .answers::<RequestView>();
    routes
        .api(post.clone(), "/api/v1/creators/{org}/requests/{request}/authorise", Authorise::MAY, authorise)
        .says("Authorise a centre to use an account, for all that it asked or for a part")
        .step_up()
        .takes::<AuthoriseBody>()
        .answers::<GrantView>();
    routes
        .api(post, "/api/v1/creators/{org}/requests/{request}/refuse", RefuseRequest::MAY, refuse)
        .says("Refuse a request")
        .answers::<RequestView>();
}

fn grants_of_owner(routes: &mut web::Routes) {
    let (creators, owners, get, post) = (May::Members(CREATORS), May::Members(OWNERS), Method::GET, Method::POST);
    routes
        .api(get.clone(), "/api/v1/creators/{org}/grants", creators, list_of_owner)
        .says("Which centres may use a creator's accounts, since when, and when they last did")
        .queries(&[
            ("standing", "in_force or ended; in_force unless said"),
            ("size", "how many at the most, 1 to 100; 20 unless said"),
            ("after", "`next` of the page before"),
        ])
        .answers::<GrantPage>();
    routes
        .api(get.clone(), "/api/v1/creators/{org}/grants/{grant}", creators, grant_of_owner)
        .says("One grant: what a centre holds, and who of it used the account when")
        .answers::<OwnersGrantView>();
    routes
        .api(post.clone(), "/api/v1/creators/{org}/grants/{grant}/narrow", owners, narrow_of_owner)
        .says("Take scopes back from a centre")
        .takes::<ScopesBody>()
        .answers::<GrantView>();
    routes
        .api(post.clone(), "/api/v1/creators/{org}/grants/{grant}/end", owners, end_of_owner)
        .says("End a centre's use of an account")
        .takes::<ReasonBody>()
        .answers::<GrantView>();
    routes
        .api(get, "/api/v1/creators/{org}/own_links", creators, own_links)
        .says("People's own TikTok-for-Business links to a creator's accounts")
        .answers::<OwnLinks>();
    routes
        .api(post, "/api/v1/creators/{org}/own_links", LinkOwn::MAY, link_own)
        .says("Link an account to one's own TikTok-for-Business user")
        .takes::<OwnLinkBody>()
        .answers::<OwnLinks>();
    routes
        .api(Method::DELETE, "/api/v1/creators/{org}/own_links/{account}/{user}", UnlinkOwn::MAY, unlink_own)
        .says("End an own link")
        .answers::<OwnLinks>();
}

/// What to ask for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccessRequestBody)]
struct RequestBody {
    /// For what.
    #[schema(value_type = Vec<Scope>)]
    scopes: Vec<String>,
    /// For which account; left out, the owner chooses among theirs.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    account: Option<AccountId>,
}

/// Scopes that remain.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeptScopesBody)]
struct ScopesBody {
    /// All that the centre holds from now on.
    #[schema(value_type = Vec<Scope>)]
    scopes: Vec<String>,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndAccessBody)]
struct ReasonBody {
    /// One sentence for the other side, up to 500 characters; may be left out.
    #[serde(default)]
    reason: String,
}

/// Whom to give what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AssignAccountsBody)]
struct AssignBody {
    /// Which accounts.
    #[schema(value_type = Vec<String>)]
    accounts: Vec<AccountId>,
    /// Whom: each gets every account.
    #[schema(value_type = Vec<String>)]
    members: Vec<UserId>,
    /// All that each may use each for from now on.
    #[schema(value_type = Vec<Scope>)]
    scopes: Vec<String>,
}

/// What was done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountUseBody)]
struct UseBody {
    /// For what the account was used.
    scope: Scope,
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ScanCodeBody)]
struct ScanBody {
    /// What was scanned, typed or pasted: the address, or the code alone.
    code: String,
}

/// What to grant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuthoriseAccessBody)]
struct AuthoriseBody {
    /// On which account.
    #[schema(value_type = String)]
    account: AccountId,
    /// All or some of what was asked for.
    #[schema(value_type = Vec<Scope>)]
    scopes: Vec<String>,
    /// The short code that the owner compared with the one of whoever asked.
    matching_code: String,
}

/// What to link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnLinkBody {
    /// Which account.
    #[schema(value_type = String)]
    account: AccountId,
    /// All that the link holds from now on.
    #[schema(value_type = Vec<Scope>)]
    scopes: Vec<String>,
}

/// Some requests, and where the next ones begin.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessRequestPage)]
struct RequestPage {
    items: Vec<RequestView>,
    next: Option<String>,
}

/// Some grants, and where the next ones begin.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPage {
    /// The grants, the newest first.
    pub items: Vec<GrantView>,
    /// What `after` has to be for the next page; nothing at the end.
    pub next: Option<String>,
}

/// An account of a centre.
#[derive(Serialize, ToSchema)]
#[schema(as = CentreAccount)]
pub(crate) struct AccountView {
    /// What the centre holds.
    #[serde(flatten)]
    pub grant: GrantView,
    /// What the reader may use it for.
    pub own: HolderView,
    /// Everyone who may use it, for admins; else the reader alone.
    pub holders: Vec<HolderView>,
    /// Its uses, as far as the reader sees them.
    pub uses: Vec<UseView>,
}

/// A grant as the owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnersGrant)]
pub(crate) struct OwnersGrantView {
    /// The grant.
    #[serde(flatten)]
    pub grant: GrantView,
    /// Who of the centre used the account, for what, and when last.
    pub uses: Vec<UseView>,
}

/// What became, or would become, of each pair.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentOutcomes)]
struct Outcomes {
    items: Vec<OutcomeView>,
    /// How many pairs are, or would be, done.
    possible: i64,
}

/// What became, or would become, of one pair.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentOutcome)]
pub(crate) struct OutcomeView {
    /// The account.
    pub account: view::AccountName,
    /// The member.
    pub member: PersonName,
    /// What the member had before.
    #[schema(value_type = Vec<Scope>)]
    pub before: Scopes,
    /// What the member has, or would have.
    #[schema(value_type = Vec<Scope>)]
    pub after: Scopes,
    /// Why not; empty where it is done.
    #[schema(value_type = Vec<Object>)]
    pub denials: Vec<Json>,
}

/// People's own links.
#[derive(Serialize, ToSchema)]
struct OwnLinks {
    items: Vec<OwnLinkView>,
}

/// A text that may be empty, of at most as many characters as people write with an answer.
pub(crate) fn reason(text: &str) -> Result<String, Refusal> {
    const MOST: usize = 500;
    let text = text.trim();
    // What begins like this is the rules' own.
    if text.chars().count() > MOST || text.starts_with("rule:") {
        return Err(kernel::Problem::new("reason", "linking.text_too_long").with("most", MOST).into());
    }
    Ok(text.to_owned())
}

fn scopes(codes: &[String]) -> Result<Scopes, Refusal> {
    code::scopes("scopes", codes.iter().map(String::as_str))
}

// ---- the centre's requests ----

async fn list_requests(visit: Visit) -> Answer {
    let (org, size, after) = (visit.org()?, paging::size(&visit)?, paging::after(&visit)?);
    let page = visit.read(move |tx| request_page(tx, org, after, size)).await?;
    visit.answer(StatusCode::OK, &RequestPage { items: page.0, next: page.1 })
}

/// One page of a centre's requests.
pub(crate) fn request_page(
    tx: &mut Tx<'_>,
    org: OrgId,
    after: Option<requests::Cursor>,
    size: i64,
) -> Result<(Vec<RequestView>, Option<String>), Refusal> {
    let mut found = requests::of_centre(tx, org, after, size + 1)?;
    let next = paging::cut(&mut found, size, requests::Request::cursor);
    let items = found.iter().map(|found| view::request(tx, found)).collect::<Result<_, _>>()?;
    Ok((items, next))
}

async fn ask(visit: Visit) -> Answer {
    let (org, user, base) = (visit.org()?, visit.user()?, visit.app().config().base_url.clone());
    let RequestBody { scopes: codes, account } = visit.json()?;
    let (scopes, request, secret) = (scopes(&codes)?, store::fresh(), code::secret());
    let ask = RequestAccess { request, centre: org, scopes, account, digest: code::digest(&secret) };
    let view = move |tx: &mut Tx<'_>| {
        code::keep(tx, request, &secret)?;
        code_view(tx, org, request, user, &base)
    };
    visit.command(ask, StatusCode::CREATED, view).await
}

/// A request of a centre with its code, for whoever asked.
pub(crate) fn code_view(tx: &mut Tx<'_>, org: OrgId, request: RequestId, user: UserId, base: &str) -> Result<CodeView, Refusal> {
    let found = requests::of_centre_by_id(tx, org, request)?.ok_or(Refusal::NotFound)?;
    view::with_code(tx, &found, user, base)
}

async fn one_request(visit: Visit) -> Answer {
    let view = seen_request(&visit).await?;
    visit.answer(StatusCode::OK, &view)
}

/// The request in the path, as its reader sees it.
pub(crate) async fn seen_request(visit: &Visit) -> Result<CodeView, Refusal> {
    let (org, request, user, base) = (visit.org()?, visit.param("request")?, visit.user()?, visit.app().config().base_url.clone());
    visit.read(move |tx| code_view(tx, org, request, user, &base)).await
}

pub(crate) async fn picture_svg(visit: Visit) -> Answer {
    let address = seen_request(&visit).await?.address.ok_or(Refusal::NotFound)?;
    picture(&visit, "svg", "image/svg+xml", image::svg(&address)?.into_bytes())
}

pub(crate) async fn picture_png(visit: Visit) -> Answer {
    let address = seen_request(&visit).await?.address.ok_or(Refusal::NotFound)?;
    picture(&visit, "png", "image/png", image::png(&address)?)
}

/// Shown in place, or saved where the address asks for it.
fn picture(visit: &Visit, ending: &str, kind: &'static str, bytes: Vec<u8>) -> Answer {
    if visit.query("download").is_some() {
        return visit.download(&format!("access-request.{ending}"), kind, bytes);
    }
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}

async fn withdraw(visit: Visit) -> Answer {
    let (centre, request) = (visit.org()?, visit.param("request")?);
    let view = move |tx: &mut Tx<'_>| {
        let found = requests::of_centre_by_id(tx, centre, request)?.ok_or(Refusal::NotFound)?;
        view::request(tx, &found)
    };
    visit.command(WithdrawRequest { centre, request }, StatusCode::OK, view).await
}

// ---- the centre's accounts ----

async fn list_accounts(visit: Visit) -> Answer {
    let (org, user, size, after) = (visit.org()?, visit.user()?, paging::size(&visit)?, paging::after(&visit)?);
    let like = visit.query("q").unwrap_or_default().to_owned();
    let page = visit
        .read(move |tx| {
            let reader = Reader::of(tx, org, user)?;
            account_page(tx, org, reader, &like, after, size)
        })
        .await?;
    visit.answer(StatusCode::OK, &page)
}

/// One page of the accounts that a reader of a centre sees.
pub(crate) fn account_page(
    tx: &mut Tx<'_>,
    org: OrgId,
    reader: Reader,
    like: &str,
    after: Option<grants::Cursor>,
    size: i64,
) -> Result<GrantPage, Refusal> {
    let like = like.trim().trim_start_matches('@').to_lowercase();
    let (mut found, mut place) = (Vec::new(), after);
    // A centre holds a few hundred accounts at the most, so a search looks at their names one page after another.
    loop {
        let some = grants::of_centre(tx, org, reader, place, paging::MOST)?;
        let last = some.len() < usize::try_from(paging::MOST).unwrap_or(usize::MAX);
        place = some.last().map(grants::Grant::cursor);
        for grant in some {
            if like.is_empty() || matches(tx, &grant, &like)? {
                found.push(grant);
            }
        }
        if last || found.len() as i64 > size {
            break;
        }
    }
    let next = paging::cut(&mut found, size, grants::Grant::cursor);
    let items = found.iter().map(|grant| view::grant(tx, grant, reader)).collect::<Result<_, _>>()?;
    Ok(GrantPage { items, next })
}

fn matches(tx: &mut Tx<'_>, grant: &grants::Grant, like: &str) -> Result<bool, Refusal> {
    let account = accounts::index::account(tx, grant.held.account)?;
    Ok(account.is_some_and(|account| account.handle.to_lowercase().contains(like) || account.nickname.to_lowercase().contains(like)))
}

async fn one_account(visit: Visit) -> Answer {
    let (org, user, account) = (visit.org()?, visit.user()?, visit.param("account")?);
    let view = visit.read(move |tx| account_view(tx, org, user, account)).await?;
    visit.answer(StatusCode::OK, &view)
}

/// An account of a centre, as far as a reader sees it; what they do not see is not there.
pub(crate) fn account_view(tx: &mut Tx<'_>, org: OrgId, user: UserId, account: AccountId) -> Result<AccountView, Refusal> {
    let reader = Reader::of(tx, org, user)?;
    let grant = grants::seen(tx, org, reader, account)?.ok_or(Refusal::NotFound)?;
    Ok(AccountView {
        own: view::holder(tx, &grant, user)?,
        holders: view::holders(tx, &grant, reader)?,
        uses: view::uses(tx, &grant, reader)?,
        grant: view::grant(tx, &grant, reader)?,
    })
}

async fn held(visit: &Visit) -> Result<GrantId, Refusal> {
    let (org, account) = (visit.org()?, visit.param("account")?);
    visit.read(move |tx| Ok(grants::grant(tx, org, account)?.ok_or(Refusal::NotFound)?.held.grant)).await
}

async fn changed<A: Ask>(visit: Visit, ask: A, grant: GrantId) -> Answer {
    let org = visit.org()?;
    let view = move |tx: &mut Tx<'_>| {
        let (grant, ..) = crate::end_grant::io::of_side(tx, org, grant)?;
        view::grant(tx, &grant, Reader::Admin)
    };
    visit.command(ask, StatusCode::OK, view).await
}

async fn narrow_of_centre(visit: Visit) -> Answer {
    let (org, grant, scopes) = (visit.org()?, held(&visit).await?, scopes(&visit.json::<ScopesBody>()?.scopes)?);
    changed(visit, NarrowGrant { org, grant, scopes }, grant).await
}

async fn end_of_centre(visit: Visit) -> Answer {
    let (org, grant, reason) = (visit.org()?, held(&visit).await?, reason(&visit.json::<ReasonBody>()?.reason)?);
    changed(visit, EndGrant { org, grant, reason }, grant).await
}

fn many(visit: &Visit) -> Result<Many, Refusal> {
    let AssignBody { accounts, members: users, scopes: codes } = visit.json()?;
    sized(Many { centre: visit.org()?, accounts, users, scopes: scopes(&codes)? })
}

/// One act changes a limited number of pairs, and at least one.
pub(crate) fn sized(many: Many) -> Result<Many, Refusal> {
    let pairs = many.accounts.len().saturating_mul(many.users.len());
    if (1..=assigning::MOST_PAIRS).contains(&pairs) {
        return Ok(many);
    }
    let field = if many.accounts.is_empty() { "accounts" } else { "members" };
    Err(kernel::Problem::new(field, "centers.granting.bad_pairs").with("most", assigning::MOST_PAIRS).into())
}

/// Outcomes with names and words.
pub(crate) fn outcomes(
    tx: &mut Tx<'_>,
    visit: &Visit,
    scopes: Scopes,
    found: Vec<assigning::Outcome>,
) -> Result<Vec<OutcomeView>, Refusal> {
    let mut items = Vec::with_capacity(found.len());
    for outcome in found {
        let after = if outcome.is_possible() { scopes } else { outcome.before };
        items.push(OutcomeView {
            account: view::account(tx, outcome.account)?,
            member: view::person(tx, outcome.user)?,
            before: outcome.before,
            after,
            denials: outcome.denials.iter().map(|denial| visit.denial(denial)).collect(),
        });
    }
    Ok(items)
}

fn counted(items: Vec<OutcomeView>) -> Outcomes {
    let possible = items.iter().filter(|item| item.denials.is_empty()).count() as i64;
    Outcomes { items, possible }
}

async fn preview(visit: Visit) -> Answer {
    let (many, actor, said) = (many(&visit)?, visit.actor().clone(), visit.clone());
    let items = visit
        .read(move |tx| {
            let found = assigning::preview(tx, &actor, &many)?;
            outcomes(tx, &said, many.scopes, found)
        })
        .await?;
    visit.answer(StatusCode::OK, &counted(items))
}

async fn assign(visit: Visit) -> Answer {
    let (many, actor, said) = (many(&visit)?, visit.actor().clone(), visit.clone());
    let items = visit
        .write(move |tx| {
            let found = assigning::apply(tx, &actor, &many)?;
            outcomes(tx, &said, many.scopes, found)
        })
        .await?;
    visit.answer(StatusCode::OK, &counted(items))
}

async fn unassign(visit: Visit) -> Answer {
    let (centre, account, user, reader) = (visit.org()?, visit.param("account")?, visit.param("user")?, visit.user()?);
    let view = move |tx: &mut Tx<'_>| account_view(tx, centre, reader, account);
    visit.command(Unassign { centre, account, user }, StatusCode::OK, view).await
}

async fn record_use(visit: Visit) -> Answer {
    let (centre, account, user) = (visit.org()?, visit.param("account")?, visit.user()?);
    let scope = visit.json::<UseBody>()?.scope;
    let view = move |tx: &mut Tx<'_>| account_view(tx, centre, user, account);
    visit.command(RecordUse { centre, account, scope }, StatusCode::OK, view).await
}

// ---- the owner's requests ----

async fn scan(visit: Visit) -> Answer {
    let owner = visit.org()?;
    let code = visit.json::<ScanBody>()?.code;
    let request = scan_request::io::present(&visit, owner, &code).await?;
    let view = visit.read(move |tx| of_owner(tx, owner, request)).await?;
    visit.answer(StatusCode::OK, &view)
}

/// A request that an owner scanned.
pub(crate) fn of_owner(tx: &mut Tx<'_>, owner: OrgId, request: RequestId) -> Result<RequestView, Refusal> {
    let found = requests::of_owner_by_id(tx, owner, request)?.ok_or(Refusal::NotFound)?;
    view::request(tx, &found)
}

async fn open_of_owner(visit: Visit) -> Answer {
    let owner = visit.org()?;
    let items = visit
        .read(move |tx| {
            let open = requests::open_of_owner(tx, owner)?;
            open.iter().map(|found| view::request(tx, found)).collect::<Result<Vec<_>, _>>()
        })
        .await?;
    visit.answer(StatusCode::OK, &RequestPage { items, next: None })
}

async fn one_of_owner(visit: Visit) -> Answer {
    let (owner, request) = (visit.org()?, visit.param("request")?);
    let view = visit.read(move |tx| of_owner(tx, owner, request)).await?;
    visit.answer(StatusCode::OK, &view)
}

async fn authorise(visit: Visit) -> Answer {
    let (owner, request) = (visit.org()?, visit.param("request")?);
    let AuthoriseBody { account, scopes: codes, matching_code } = visit.json()?;
    let ask = Authorise { grant: store::fresh(), owner, request, account, scopes: scopes(&codes)?, matching_code };
    let view = move |tx: &mut Tx<'_>| {
        let centre = requests::of_owner_by_id(tx, owner, request)?.ok_or(Refusal::NotFound)?.centre();
        let grant = grants::grant(tx, centre, account)?.ok_or(Refusal::NotFound)?;
        view::grant(tx, &grant, Reader::Admin)
    };
    visit.command(ask, StatusCode::OK, view).await
}

async fn refuse(visit: Visit) -> Answer {
    let (owner, request) = (visit.org()?, visit.param("request")?);
    visit.command(RefuseRequest { owner, request }, StatusCode::OK, move |tx| of_owner(tx, owner, request)).await
}

// ---- the owner's grants and own links ----

/// Which grants a list shows.
pub(crate) fn standing(visit: &Visit) -> Result<Standing, Refusal> {
    match visit.query("standing") {
        None => Ok(Standing::InForce),
        Some(code) if code == Standing::InForce.code() => Ok(Standing::InForce),
        Some(code) if code == Standing::Ended.code() => Ok(Standing::Ended),
        Some(other) => Err(kernel::Problem::new("standing", "centers.granting.bad_standing").with("given", other).into()),
    }
}

async fn list_of_owner(visit: Visit) -> Answer {
    let (owner, standing, size, after) = (visit.org()?, standing(&visit)?, paging::size(&visit)?, paging::after(&visit)?);
    let page = visit.read(move |tx| owners_page(tx, owner, standing, after, size)).await?;
    visit.answer(StatusCode::OK, &page)
}

/// One page of the grants on an owner's accounts.
pub(crate) fn owners_page(
    tx: &mut Tx<'_>,
    owner: OrgId,
    standing: Standing,
    after: Option<grants::Cursor>,
    size: i64,
) -> Result<GrantPage, Refusal> {
    let mut found = grants::of_owner(tx, owner, standing, after, size + 1)?;
    let next = paging::cut(&mut found, size, grants::Grant::cursor);
    let items = found.iter().map(|grant| view::grant(tx, grant, Reader::Admin)).collect::<Result<_, _>>()?;
    Ok(GrantPage { items, next })
}

async fn grant_of_owner(visit: Visit) -> Answer {
    let (owner, grant) = (visit.org()?, visit.param("grant")?);
    let view = visit.read(move |tx| owners_grant(tx, owner, grant)).await?;
    visit.answer(StatusCode::OK, &view)
}

/// One grant on an owner's account, with its uses.
pub(crate) fn owners_grant(tx: &mut Tx<'_>, owner: OrgId, grant: GrantId) -> Result<OwnersGrantView, Refusal> {
    let grant = grants::of_owner_by_id(tx, owner, grant)?.ok_or(Refusal::NotFound)?;
    Ok(OwnersGrantView { uses: view::uses(tx, &grant, Reader::Admin)?, grant: view::grant(tx, &grant, Reader::Admin)? })
}

async fn narrow_of_owner(visit: Visit) -> Answer {
    let (org, grant, scopes) = (visit.org()?, visit.param("grant")?, scopes(&visit.json::<ScopesBody>()?.scopes)?);
    changed(visit, NarrowGrant { org, grant, scopes }, grant).await
}

async fn end_of_owner(visit: Visit) -> Answer {
    let (org, grant, reason) = (visit.org()?, visit.param("grant")?, reason(&visit.json::<ReasonBody>()?.reason)?);
    changed(visit, EndGrant { org, grant, reason }, grant).await
}

/// The own links to a creator's accounts: all of them for the owner, one's own for staff.
pub(crate) fn own_links_seen(tx: &mut Tx<'_>, owner: OrgId, user: UserId) -> Result<Vec<OwnLinkView>, Refusal> {
    let is_owner = access::index::role(tx, owner, user)? == Some(Role::CreatorOwner);
    let mut items = Vec::new();
    for account in accounts::index::of_owner(tx, owner)? {
        for link in grants::own_links_to(tx, account.id)?.into_iter().filter(|link| is_owner || link.user == user) {
            items.push(view::own_link(tx, &link)?);
        }
    }
    Ok(items)
}

async fn own_links(visit: Visit) -> Answer {
    let (owner, user) = (visit.org()?, visit.user()?);
    let items = visit.read(move |tx| own_links_seen(tx, owner, user)).await?;
    visit.answer(StatusCode::OK, &OwnLinks { items })
}

async fn link_own(visit: Visit) -> Answer {
    let (owner, user) = (visit.org()?, visit.user()?);
    let OwnLinkBody { account, scopes: codes } = visit.json()?;
    let view = move |tx: &mut Tx<'_>| Ok(OwnLinks { items: own_links_seen(tx, owner, user)? });
    visit.command(LinkOwn { owner, account, scopes: scopes(&codes)? }, StatusCode::OK, view).await
}

async fn unlink_own(visit: Visit) -> Answer {
    let (owner, account, user, reader) = (visit.org()?, visit.param("account")?, visit.param("user")?, visit.user()?);
    let view = move |tx: &mut Tx<'_>| Ok(OwnLinks { items: own_links_seen(tx, owner, reader)? });
    visit.command(UnlinkOwn { owner, account, user }, StatusCode::OK, view).await
}
