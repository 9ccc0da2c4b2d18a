//! Requests, grants and what members hold, as pages, the API and other dialects show them.

use super::code;
use crate::{
    Reader, Scope, Scopes,
    index::{
        grants::{self, Grant, Roads},
        requests::Request,
    },
};
use kernel::{AccountId, GrantId, Instant, OrgId, Refusal, RequestId, Standing, UserId};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

/// An organisation by name.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct OrgName {
    /// Its id.
    #[schema(value_type = String)]
    pub id: OrgId,
    /// Its name.
    pub name: String,
}

/// A person by name.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PersonName {
    /// Their id.
    #[schema(value_type = String)]
    pub id: UserId,
    /// What people call them.
    pub name: String,
}

/// An account by name.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AccountName {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AccountId,
    /// Its handle, without `@`.
    pub handle: String,
    /// Its nickname.
    pub nickname: String,
    /// `normal`, `suspended` or `closed`.
    pub state: String,
}

/// An organisation by name.
pub fn org(tx: &mut Tx<'_>, id: OrgId) -> Result<OrgName, Refusal> {
    Ok(OrgName { id, name: access::index::org(tx, id)?.map(|org| org.name).unwrap_or_default() })
}

/// A person by name.
pub fn person(tx: &mut Tx<'_>, id: UserId) -> Result<PersonName, Refusal> {
    Ok(PersonName { id, name: access::index::user(tx, id)?.map(|user| user.name).unwrap_or_default() })
}

/// An account by name.
pub fn account(tx: &mut Tx<'_>, id: AccountId) -> Result<AccountName, Refusal> {
    let account = accounts::index::account(tx, id)?.ok_or(Refusal::NotFound)?;
    Ok(AccountName { id, handle: account.handle, nickname: account.nickname, state: account.state.code().into() })
}

/// A request to use an account.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = AccessRequest)]
pub struct RequestView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: RequestId,
    /// Who asks.
    pub centre: OrgName,
    /// Since when that centre is here.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub centre_since: Option<Instant>,
    /// Which admin asked.
    pub asked_by: PersonName,
    /// For what.
    #[schema(value_type = Vec<Scope>)]
    pub scopes: Scopes,
    /// For which account, where only one is meant or one was granted.
    pub account: Option<AccountName>,
    /// The creator who scanned the code first.
    pub owner: Option<OrgName>,
    /// `asked`, `in_force` (authorised), `declined`, `withdrawn` or `expired`.
    pub standing: &'static str,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Instant,
    /// The first moment at which an answer comes too late.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Instant,
    /// Since when it stands where it stands.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// The short code that both screens show while it waits for an answer.
    pub matching_code: Option<String>,
    /// The log's position of its last change; a page's forms are bound to it.
    pub version: i64,
}

impl RequestView {
    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        self.standing == Standing::Asked.code()
    }
}

/// A request as it stands at the transaction's moment.
pub fn request(tx: &mut Tx<'_>, request: &Request) -> Result<RequestView, Refusal> {
    let consent = &request.consent;
    let standing = consent.standing_at(tx.now);
    let found = access::index::org(tx, consent.asker)?;
    let matching_code = (standing == Standing::Asked).then(|| code::matching(tx.keys(), request.id));
    Ok(RequestView {
        id: request.id,
        centre: org(tx, consent.asker)?,
        centre_since: found.map(|org| org.opened_at),
        asked_by: person(tx, request.asked_by)?,
        scopes: request.scopes,
        account: request.granted.or(request.account).map(|id| account(tx, id)).transpose()?,
        owner: request.owner().map(|owner| org(tx, owner)).transpose()?,
        standing: standing.code(),
        asked_at: consent.asked_at,
        closes_at: consent.closes_at,
        since: if standing == consent.standing { consent.since } else { consent.closes_at },
        matching_code,
        version: request.version,
    })
}

/// A request with its code, for whoever asked.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = AccessRequestCode)]
pub struct CodeView {
    /// The request.
    #[serde(flatten)]
    pub request: RequestView,
    /// The address that the QR code holds; nothing once the request is over, and for everyone but whoever asked.
    pub address: Option<String>,
}

/// A request of a centre, for a reader of it: only whoever asked is shown the code, and only while it can be used.
pub fn with_code(tx: &mut Tx<'_>, found: &Request, reader: UserId, base: &str) -> Result<CodeView, Refusal> {
    let view = request(tx, found)?;
    let shows = view.is_open() && found.asked_by == reader;
    let address = if shows { code::kept(tx, found)?.map(|code| code::address(base, &code)) } else { None };
    Ok(CodeView { request: view, address })
}

/// From where a permission comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PermissionOrigin)]
pub enum From {
    /// The person's own TikTok-for-Business link.
    OwnLink,
    /// What the owner granted the centre, and the centre gave the person.
    Centre,
    /// Both.
    Both,
}

/// A permission and where it comes from.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = HeldPermission)]
pub struct PermissionView {
    /// `profile`, `ad_posts`, `public_videos`, `live_videos` or `conversations`.
    pub permission: &'static str,
    /// From where it comes.
    pub from: From,
}

/// Each permission that someone has, once, and where it comes from.
pub fn permissions(roads: Roads) -> Vec<PermissionView> {
    let holds = |scopes: Scopes, permission: &str| scopes.iter().any(|scope| scope.permissions().contains(&permission));
    let mut found: Vec<PermissionView> = Vec::new();
    for permission in Scope::ALL.into_iter().flat_map(|scope| scope.permissions().iter().copied()) {
        let from = match (holds(roads.by_centre(), permission), holds(roads.own_link, permission)) {
            (true, true) => From::Both,
            (true, false) => From::Centre,
            (false, true) => From::OwnLink,
            (false, false) => continue,
        };
        if found.iter().all(|known| known.permission != permission) {
            found.push(PermissionView { permission, from });
        }
    }
    found
}

/// What someone may use an account for.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = AccountHolder)]
pub struct HolderView {
    /// Who.
    pub user: PersonName,
    /// What the centre gave them.
    #[schema(value_type = Vec<Scope>)]
    pub assigned: Scopes,
    /// What their own link holds.
    #[schema(value_type = Vec<Scope>)]
    pub own_link: Scopes,
    /// Each permission that comes of both, and from where.
    pub permissions: Vec<PermissionView>,
    /// Since when they have it from the centre.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
    /// When they last used it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Instant>,
}

/// A grant.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub struct GrantView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: GrantId,
    /// The centre that holds it.
    pub centre: OrgName,
    /// The account.
    pub account: AccountName,
    /// Whose account it is.
    pub owner: OrgName,
    /// All that the centre holds.
    #[schema(value_type = Vec<Scope>)]
    pub scopes: Scopes,
    /// `in_force` or `ended`.
    pub standing: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Instant,
    /// Who ended it: `owner`, `centre`, `platform`; empty while in force.
    pub ended_by: String,
    /// Why it ended; may be empty, and begins with `rule:` where a rule ended it.
    pub reason: String,
    /// How many members have the account; only for those who see all of them.
    pub assigned: Option<i64>,
    /// When it was last used, and by whom, as far as the reader sees.
    pub last_use: Option<UseView>,
    /// The log's position of its last change; a page's forms are bound to it.
    pub version: i64,
}

/// A use.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = AccountUse)]
pub struct UseView {
    /// Who used it.
    pub user: PersonName,
    /// For what.
    pub scope: Scope,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
}

/// What became of a grant in use, the last first: all of it for the owner and for admins, one's own for standard members.
pub fn uses(tx: &mut Tx<'_>, grant: &Grant, reader: Reader) -> Result<Vec<UseView>, Refusal> {
    let found = grants::uses(tx, grant.held.centre, grant.held.account)?;
    let shown = found.into_iter().filter(|used| used.last_at >= grant.since && reader.only().is_none_or(|own| own == used.user));
    shown.map(|used| Ok(UseView { user: person(tx, used.user)?, scope: used.scope, at: used.last_at })).collect()
}

/// A grant as a reader sees it; the owner reads like an admin.
pub fn grant(tx: &mut Tx<'_>, grant: &Grant, reader: Reader) -> Result<GrantView, Refusal> {
    let held = grant.held;
    let assigned = if reader.is_admin() { Some(grants::count_assigned(tx, held.centre, held.account)?) } else { None };
    Ok(GrantView {
        id: held.grant,
        centre: org(tx, held.centre)?,
        account: account(tx, held.account)?,
        owner: org(tx, held.owner)?,
        scopes: grant.scopes,
        standing: grant.standing.code(),
        since: grant.since,
        changed_at: grant.changed_at,
        ended_by: grant.ended_by.clone(),
        reason: grant.reason.clone(),
        assigned,
        last_use: uses(tx, grant, reader)?.into_iter().next(),
        version: grant.version,
    })
}

/// What a person may use a granted account for, in this centre.
pub fn holder(tx: &mut Tx<'_>, grant: &Grant, user: UserId) -> Result<HolderView, Refusal> {
    let (centre, account) = (grant.held.centre, grant.held.account);
    let roads = grants::scopes_of(tx, centre, account, user)?;
    let since = grants::assignment(tx, centre, account, user)?.map(|given| given.since);
    let used = grants::uses(tx, centre, account)?.into_iter().find(|used| used.user == user && used.last_at >= grant.since);
    Ok(HolderView {
        user: person(tx, user)?,
        assigned: roads.assignment,
        own_link: roads.own_link,
        permissions: permissions(roads),
        since,
        last_used_at: used.map(|used| used.last_at),
    })
}

/// Everyone who may use a granted account, as far as a reader sees them: members who have it, and members whose own link reaches it.
pub fn holders(tx: &mut Tx<'_>, grant: &Grant, reader: Reader) -> Result<Vec<HolderView>, Refusal> {
    let (centre, account) = (grant.held.centre, grant.held.account);
    let mut users: Vec<UserId> = grants::assignments_on(tx, centre, account)?.into_iter().map(|given| given.user).collect();
    for link in grants::own_links_to(tx, account)? {
        if !users.contains(&link.user) && access::index::role(tx, centre, link.user)?.is_some() {
            users.push(link.user);
        }
    }
    users.retain(|user| reader.only().is_none_or(|own| own == *user));
    users.into_iter().map(|user| holder(tx, grant, user)).collect()
}

/// A person's own link.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = OwnLink)]
pub struct OwnLinkView {
    /// The account.
    pub account: AccountName,
    /// Whose link.
    pub user: PersonName,
    /// What it holds.
    #[schema(value_type = Vec<Scope>)]
    pub scopes: Scopes,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
}

/// An own link.
pub fn own_link(tx: &mut Tx<'_>, link: &grants::OwnLink) -> Result<OwnLinkView, Refusal> {
    Ok(OwnLinkView { account: account(tx, link.account)?, user: person(tx, link.user)?, scopes: link.scopes, since: link.since })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roads(grant: i64, assignment: i64, own_link: i64) -> Roads {
        let bits = Scopes::from_bits;
        Roads { grant: bits(grant), assignment: bits(assignment), own_link: bits(own_link) }
    }

    #[test]
    fn each_permission_stands_once_with_where_it_comes_from() {
        let shown: Vec<_> = permissions(roads(1, 1, 2)).into_iter().map(|it| (it.permission, it.from)).collect();
        let expected =
            [("profile", From::Both), ("ad_posts", From::Centre), ("public_videos", From::Centre), ("live_videos", From::OwnLink)];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_the_centre_was_granted_and_did_not_hand_on_gives_a_member_nothing() {
        assert_eq!(permissions(roads(7, 0, 0)), []);
    }
}
