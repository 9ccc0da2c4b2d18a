//! Ad accounts, partnerships, groups and identities as pages and the API show them, with names instead of ids.

use super::{Pair, io};
use crate::{
    AdRole, Reader,
    index::{
        ad_accounts::{self, Holds, Reached},
        groups::{self, Group},
        identities,
        partners::{self, Partnership, Share},
    },
};
use kernel::{Actor, AdAccountId, AssetGroupId, IdentityId, Instant, OrgId, PartnershipId, Refusal, UserId};
use serde::Serialize;
use store::Tx;
use utoipa::ToSchema;

/// A centre, by its name.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CentreCard {
    /// Its id.
    #[schema(value_type = String)]
    pub id: OrgId,
    /// Its name.
    pub name: String,
}

/// A centre's card.
pub fn centre(tx: &mut Tx<'_>, id: OrgId) -> Result<CentreCard, Refusal> {
    Ok(CentreCard { id, name: access::index::org(tx, id)?.map(|org| org.name).unwrap_or_default() })
}

/// An ad account, as one centre has it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AdAccountView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AdAccountId,
    /// What people call it.
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA.
    pub zone: String,
    /// The centre that owns it.
    pub owner: CentreCard,
    /// Whether that is this centre.
    pub own: bool,
    /// The most that this centre's members can be on it.
    pub at_most: AdRole,
    /// What the reader is on it.
    pub your_role: Option<AdRole>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Instant,
    /// The log's position of its last change; a page's forms are bound to it.
    pub version: i64,
}

/// A page of ad accounts.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AdAccountPage {
    /// The ad accounts, by name.
    pub items: Vec<AdAccountView>,
    /// What `after` has to be for the next page; nothing at the end.
    pub next: Option<String>,
    /// How many there are in all, whatever the page.
    pub total: i64,
}

/// A member on an ad account.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct RoleHolder {
    /// Who.
    #[schema(value_type = String)]
    pub user: UserId,
    /// What people call them.
    pub name: String,
    /// What counts: the higher of the two below, not more than the share.
    pub role: AdRole,
    /// What they were given themselves.
    pub given: Option<AdRole>,
    /// The most that a group gives them.
    pub grouped: Option<AdRole>,
}

/// With whom an ad account is shared.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ShareView {
    /// The ad account.
    #[schema(value_type = String)]
    pub ad_account: AdAccountId,
    /// Its name.
    pub name: String,
    /// The centre that owns it.
    pub owner: CentreCard,
    /// The partner that has it.
    pub partner: CentreCard,
    /// The most that the partner's members can be.
    pub role: AdRole,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
}

/// A name under which ads may appear.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = AdIdentity)]
pub struct IdentityView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: IdentityId,
    /// The name that people see.
    pub name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
}

/// An ad account with who is on it. Whoever does not manage it sees only their own place.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AdAccountDetail {
    /// The ad account.
    #[serde(flatten)]
    pub ad_account: AdAccountView,
    /// Whether the reader manages it.
    pub manages: bool,
    /// Whether the reader makes ads in it, or is an admin of the centre.
    pub operates: bool,
    /// Who of this centre is what on it.
    pub members: Vec<RoleHolder>,
    /// Who was invited and gets a role on it when they join; for admins of the centre.
    pub promised: Vec<PromisedRole>,
    /// With whom it is shared; for admins of the centre that owns it.
    pub shares: Vec<ShareView>,
    /// This centre's groups that it is in; for admins.
    pub groups: Vec<GroupView>,
    /// The names under which its ads may appear.
    pub identities: Vec<IdentityView>,
}

/// A role that waits for somebody who was invited.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PromisedRole {
    /// The invitation.
    pub invitation: String,
    /// To whom it went.
    pub email: String,
    /// As what.
    pub role: AdRole,
}

/// An ad account as this reader sees it.
pub fn ad_account(tx: &mut Tx<'_>, org: OrgId, reached: &Reached, user: Option<UserId>) -> Result<AdAccountView, Refusal> {
    let one = &reached.ad_account;
    let your_role = user.map_or(Ok(None), |user| ad_accounts::role_in(tx, one.id, org, user))?;
    Ok(AdAccountView {
        id: one.id,
        name: one.name.clone(),
        currency: one.currency.clone(),
        zone: one.zone.clone(),
        owner: centre(tx, one.centre)?,
        own: one.centre == org,
        at_most: reached.at_most.unwrap_or(AdRole::Admin),
        your_role,
        opened_at: one.opened_at,
        version: one.version,
    })
}

/// A page of the ad accounts that this reader sees. `filter.limit` is how many it holds.
pub fn ad_accounts(tx: &mut Tx<'_>, org: OrgId, actor: &Actor, filter: &ad_accounts::Filter) -> Result<AdAccountPage, Refusal> {
    let reader = io::reader(tx, org, actor)?;
    let mut found = ad_accounts::list(tx, org, reader, &ad_accounts::Filter { limit: filter.limit + 1, ..filter.clone() })?;
    let more = found.len() as i64 > filter.limit;
    found.truncate(usize::try_from(filter.limit).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|last| place(&ad_accounts::place(&last.ad_account)));
    let total = ad_accounts::count(tx, org, reader, filter)?;
    let items = found.iter().map(|found| ad_account(tx, org, found, actor.user())).collect::<Result<_, _>>()?;
    Ok(AdAccountPage { items, next, total })
}

/// A place in a list by name, as an address holds it: the id, then the name.
pub fn place<K: kernel::Kind>(place: &(String, kernel::Id<K>)) -> String {
    format!("{}~{}", place.1, place.0)
}

/// Such a place, read back.
pub fn read_place<K: kernel::Kind>(text: &str) -> Option<(String, kernel::Id<K>)> {
    let (id, name) = text.split_once('~')?;
    Some((name.to_owned(), id.parse().ok()?))
}

/// One ad account with who is on it.
pub fn ad_account_detail(tx: &mut Tx<'_>, org: OrgId, actor: &Actor, id: AdAccountId) -> Result<AdAccountDetail, Refusal> {
    let (reached, acting) = io::acting(tx, org, id, actor)?;
    let view = ad_account(tx, org, &reached, actor.user())?;
    let (manages, operates) = (super::manages(acting).is_ok(), super::operates(acting).is_ok());
    let holders = ad_accounts::holders(tx, id, org)?;
    let seen = holders.iter().filter(|holds| manages || Some(holds.user) == actor.user());
    let members = seen.map(|holds| holder(tx, holds)).collect::<Result<_, _>>()?;
    // Whom a centre invites is its admins' to know.
    let promised = if acting.is_admin { ad_accounts::promises_on(tx, id, org)? } else { Vec::new() };
    let of = |(invitation, role): (access::Invitation, AdRole)| PromisedRole { invitation: invitation.id, email: invitation.email, role };
    let promised = promised.into_iter().map(of).collect();
    let shares = if view.own && acting.is_admin { partners::shares_of(tx, id)? } else { Vec::new() };
    let shares = shares.iter().map(|found| share(tx, found)).collect::<Result<_, _>>()?;
    let groups = if acting.is_admin { groups::of_ad_account(tx, org, id)? } else { Vec::new() };
    let groups = groups.into_iter().map(GroupView::from).collect();
    let identities = identities(tx, id, None, 100)?;
    Ok(AdAccountDetail { ad_account: view, manages, operates, members, promised, shares, groups, identities })
}

/// An ad account's identities, oldest first.
pub fn identities(
    tx: &mut Tx<'_>,
    ad_account: AdAccountId,
    after: Option<(Instant, IdentityId)>,
    limit: i64,
) -> Result<Vec<IdentityView>, Refusal> {
    let found = identities::list(tx, ad_account, after, limit)?;
    Ok(found.into_iter().map(|one| IdentityView { id: one.id, name: one.name, made_at: one.made_at }).collect())
}

fn holder(tx: &mut Tx<'_>, holds: &Holds) -> Result<RoleHolder, Refusal> {
    let Holds { user, given, grouped, role } = *holds;
    Ok(RoleHolder { user, name: person(tx, user)?, role, given, grouped })
}

/// What people call someone.
pub fn person(tx: &mut Tx<'_>, user: UserId) -> Result<String, Refusal> {
    Ok(access::index::user(tx, user)?.map(|user| user.name).unwrap_or_default())
}

/// A share, with names.
pub fn share(tx: &mut Tx<'_>, found: &Share) -> Result<ShareView, Refusal> {
    let Share { ad_account, centre: owner, partner, role, since } = *found;
    let name = ad_accounts::ad_account(tx, ad_account)?.map(|one| one.name).unwrap_or_default();
    Ok(ShareView { ad_account, name, owner: centre(tx, owner)?, partner: centre(tx, partner)?, role, since })
}

/// A partnership, as one side sees it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PartnershipView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: PartnershipId,
    /// The other centre.
    pub partner: CentreCard,
    /// Whether this centre asked.
    pub asked_by_you: bool,
    /// `asked`, `in_force`, `declined`, `withdrawn`, `expired` or `ended`.
    pub standing: &'static str,
    /// Since when it stands there.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Instant,
    /// Until when it can be answered.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Instant,
    /// The log's position of its last change; a page's forms are bound to it.
    pub version: i64,
}

/// A page of partnerships.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PartnershipPage {
    /// The partnerships, the last changed first.
    pub items: Vec<PartnershipView>,
    /// What `after` has to be for the next page; nothing at the end.
    pub next: Option<String>,
}

/// A partnership with what is shared.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PartnershipDetail {
    /// The partnership.
    #[serde(flatten)]
    pub partnership: PartnershipView,
    /// What this centre shares with the other.
    pub given: Vec<ShareView>,
    /// What the other shares with this centre.
    pub held: Vec<ShareView>,
}

/// A partnership, as `org` sees it.
pub fn partnership(tx: &mut Tx<'_>, org: OrgId, found: &Partnership) -> Result<PartnershipView, Refusal> {
    let consent = &found.consent;
    let standing = consent.standing_at(tx.now).code();
    Ok(PartnershipView {
        id: found.id,
        partner: centre(tx, found.other(org))?,
        asked_by_you: consent.asker == org,
        standing,
        since: consent.since,
        asked_at: consent.asked_at,
        closes_at: consent.closes_at,
        version: found.version,
    })
}

/// A page of a centre's partnerships.
pub fn partnerships(tx: &mut Tx<'_>, org: OrgId, over: bool, before: Option<i64>, size: i64) -> Result<PartnershipPage, Refusal> {
    let mut found = partners::list(tx, org, over, before, size + 1)?;
    let more = found.len() as i64 > size;
    found.truncate(usize::try_from(size).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|last| last.version.to_string());
    let items = found.iter().map(|found| partnership(tx, org, found)).collect::<Result<_, _>>()?;
    Ok(PartnershipPage { items, next })
}

/// One partnership with what is shared.
pub fn partnership_detail(tx: &mut Tx<'_>, org: OrgId, id: PartnershipId) -> Result<PartnershipDetail, Refusal> {
    let found = partners::of_side(tx, org, id)?;
    let other = found.other(org);
    let mut all = |from, to| {
        let shares = partners::shared(tx, from, to)?;
        shares.iter().map(|found| share(tx, found)).collect::<Result<Vec<_>, Refusal>>()
    };
    let (given, held) = (all(org, other)?, all(other, org)?);
    Ok(PartnershipDetail { partnership: partnership(tx, org, &found)?, given, held })
}

/// An asset group.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: AssetGroupId,
    /// What people call it.
    pub name: String,
    /// How many ad accounts are in it.
    pub ad_accounts: i64,
    /// How many members.
    pub members: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        let Group { id, name, made_at, ad_accounts, members, .. } = group;
        GroupView { id, name, ad_accounts, members, made_at }
    }
}

/// A page of groups.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct GroupPage {
    /// The groups, by name.
    pub items: Vec<GroupView>,
    /// What `after` has to be for the next page; nothing at the end.
    pub next: Option<String>,
}

/// A member of a group.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct GroupMember {
    /// Who.
    #[schema(value_type = String)]
    pub user: UserId,
    /// What people call them.
    pub name: String,
    /// What the group makes them on its ad accounts.
    pub role: AdRole,
}

/// A group with what and who is in it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct GroupDetail {
    /// The group's id.
    #[schema(value_type = String)]
    pub id: AssetGroupId,
    /// Its name.
    pub name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Instant,
    /// Its ad accounts.
    pub ad_accounts: Vec<AdAccountView>,
    /// Its members.
    pub members: Vec<GroupMember>,
}

/// A page of a centre's groups.
pub fn groups(tx: &mut Tx<'_>, org: OrgId, search: &str, after: Option<(String, AssetGroupId)>, size: i64) -> Result<GroupPage, Refusal> {
    let mut found = groups::list(tx, org, search, after, size + 1)?;
    let more = found.len() as i64 > size;
    found.truncate(usize::try_from(size).unwrap_or(0));
    let next = found.last().filter(|_| more).map(|last| place(&(last.name.clone(), last.id)));
    Ok(GroupPage { items: found.into_iter().map(GroupView::from).collect(), next })
}

/// One group.
pub fn group_detail(tx: &mut Tx<'_>, org: OrgId, id: AssetGroupId) -> Result<GroupDetail, Refusal> {
    let Group { id, name, made_at, .. } = groups::group(tx, org, id)?;
    let mut all = Vec::new();
    for one in groups::ad_accounts(tx, id)? {
        let reached = ad_accounts::of_centre(tx, org, Reader::Admin, one)?;
        all.push(ad_account(tx, org, &reached, None)?);
    }
    let mut members = Vec::new();
    for (user, role) in groups::members(tx, id)? {
        members.push(GroupMember { user, name: person(tx, user)?, role });
    }
    Ok(GroupDetail { id, name, made_at, ad_accounts: all, members })
}

/// What became, or would become, of one pair of a member and an ad account.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct PairView {
    /// Which ad account.
    #[schema(value_type = String)]
    pub ad_account: AdAccountId,
    /// Its name.
    pub ad_account_name: String,
    /// Whom.
    #[schema(value_type = String)]
    pub user: UserId,
    /// What people call them.
    pub user_name: String,
    /// What they were given before.
    pub before: Option<AdRole>,
    /// Whether it is, or would be, done.
    pub possible: bool,
    /// Why not.
    #[schema(value_type = Vec<Object>)]
    pub denials: Vec<serde_json::Value>,
}

/// A pair with names; the reasons in words come from whoever knows the reader's language.
pub fn pair(tx: &mut Tx<'_>, found: &Pair) -> Result<PairView, Refusal> {
    let ad_account_name = ad_accounts::ad_account(tx, found.ad_account)?.map(|one| one.name).unwrap_or_default();
    Ok(PairView {
        ad_account: found.ad_account,
        ad_account_name,
        user: found.user,
        user_name: person(tx, found.user)?,
        before: found.before,
        possible: found.denials.is_empty(),
        denials: Vec::new(),
    })
}
