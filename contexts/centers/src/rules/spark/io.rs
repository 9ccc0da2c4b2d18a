//! Loads what the conditions of an ad look at. Many ads are looked at together when something ends, so what is the same for
//! several of them is asked once.

use super::{Code, Facts, Place, Reach, Right};
use crate::{
    AdRole, Item, Reader, Road,
    index::{
        ad_accounts::{self, AdAccount},
        ads::{self, Ad},
        grants::{self, Roads},
        posts, withheld,
    },
};
use access::OrgState;
use accounts::{Account, Visibility};
use kernel::{AccountId, Actor, AdAccountId, AdId, AuthorisationId, OrgId, Refusal, Role, UserId};
use std::collections::HashMap;
use store::Tx;

/// Which ad, as far as the conditions look at it.
#[derive(Clone, Debug)]
pub struct About {
    /// The centre for which it runs.
    pub centre: OrgId,
    /// The person on whom it rests.
    pub person: UserId,
    /// In which ad account.
    pub ad_account: AdAccountId,
    /// Which account it shows.
    pub account: AccountId,
    /// To whom the account belonged when it was made; nothing for an ad that is only being made.
    pub owner: Option<OrgId>,
    /// What it shows.
    pub item: Item,
    /// By which right.
    pub by: By,
}

/// By which right an ad is to be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// By the account: the centre's grant or the person's own link.
    Account,
    /// By this road and no other.
    Road(Road),
}

impl About {
    /// An ad that was made: by its code, or else by whichever right to the account holds.
    pub fn made(ad: &Ad) -> About {
        let by = if matches!(ad.road, Road::Code(_)) { By::Road(ad.road) } else { By::Account };
        About {
            centre: ad.advert.centre,
            person: ad.rests_on,
            ad_account: ad.advert.ad_account,
            account: ad.advert.account,
            owner: Some(ad.advert.owner),
            item: ad.item.clone(),
            by,
        }
    }
}

/// What was already looked up in this transaction, at one moment.
#[derive(Default)]
pub struct Known {
    orgs: HashMap<OrgId, OrgState>,
    members: HashMap<(OrgId, UserId), Option<Role>>,
    people: HashMap<UserId, bool>,
    ad_accounts: HashMap<AdAccountId, Option<AdAccount>>,
    roles: HashMap<(AdAccountId, OrgId, UserId), (bool, Option<AdRole>)>,
    accounts: HashMap<AccountId, Option<Account>>,
    roads: HashMap<(OrgId, AccountId, UserId), Roads>,
    withheld: HashMap<(OrgId, AccountId, AdAccountId), bool>,
    items: HashMap<(AccountId, Item), (Option<Visibility>, bool)>,
    codes: HashMap<(AuthorisationId, AdAccountId), Option<(posts::Authorisation, bool)>>,
}

/// What the map holds for `key`, looked up the first time.
fn once<K: std::hash::Hash + Eq, V: Clone>(
    map: &mut HashMap<K, V>,
    key: K,
    look: impl FnOnce() -> Result<V, Refusal>,
) -> Result<V, Refusal> {
    if let Some(known) = map.get(&key) {
        return Ok(known.clone());
    }
    let found = look()?;
    map.insert(key, found.clone());
    Ok(found)
}

impl Known {
    fn org(&mut self, tx: &mut Tx<'_>, org: OrgId) -> Result<OrgState, Refusal> {
        once(&mut self.orgs, org, || Ok(access::index::org(tx, org)?.map_or(OrgState::Closed, |org| org.state)))
    }

    /// A person who acts for a centre in an ad account.
    pub fn place(&mut self, tx: &mut Tx<'_>, centre: OrgId, person: UserId, id: AdAccountId) -> Result<Place, Refusal> {
        let (ad_account, role) = self.reach(tx, centre, person, id)?;
        let member = once(&mut self.members, (centre, person), || access::index::role(tx, centre, person))?;
        Ok(Place {
            centre: self.org(tx, centre)?,
            member,
            is_locked_out: once(&mut self.people, person, || Ok(access::index::user(tx, person)?.is_none_or(|user| user.suspended)))?,
            ad_account,
            // A role that is about to be taken from whoever left counts no more.
            role: role.filter(|_| member.is_some()),
        })
    }

    fn reach(&mut self, tx: &mut Tx<'_>, centre: OrgId, person: UserId, id: AdAccountId) -> Result<(Reach, Option<AdRole>), Refusal> {
        let ad_account = once(&mut self.ad_accounts, id, || ad_accounts::ad_account(tx, id))?;
        let Some(ad_account) = ad_account.filter(|it| it.closed_at.is_none()) else { return Ok((Reach::Closed, None)) };
        let (is_shared, role) = once(&mut self.roles, (id, centre, person), || {
            let is_shared = ad_accounts::at_most(tx, id, centre)?.is_some();
            Ok((is_shared, ad_accounts::role_in(tx, id, centre, person)?))
        })?;
        let reach = match (is_shared, self.org(tx, ad_account.centre)?) {
            (false, _) => Reach::Unshared,
            (true, OrgState::Normal) => Reach::Open,
            // The centre's own state is a condition by itself.
            (true, _) if ad_account.centre == centre => Reach::Open,
            (true, _) => Reach::OwnerStopped,
        };
        Ok((reach, role))
    }

    fn item(&mut self, tx: &mut Tx<'_>, account: AccountId, item: &Item) -> Result<(Option<Visibility>, bool), Refusal> {
        once(&mut self.items, (account, item.clone()), || match item {
            Item::Post(id) => {
                let seen_by = accounts::index::post_of(tx, account, id)?.map(|post| post.visibility);
                Ok((seen_by, posts::is_on(tx, account, id)?))
            }
            Item::Live(id) => Ok((accounts::index::live_of(tx, account, id)?.map(|_| Visibility::Public), false)),
        })
    }

    fn code(&mut self, tx: &mut Tx<'_>, about: &About, id: AuthorisationId, account: &Account) -> Result<Code, Refusal> {
        let found = once(&mut self.codes, (id, about.ad_account), || {
            let Some(found) = posts::authorisation_by_id(tx, id)? else { return Ok(None) };
            Ok(Some((found, posts::applied_to(tx, id, about.ad_account)?.is_some())))
        })?;
        let now = tx.now;
        Ok(match found {
            Some((it, true)) if it.authorised.account == about.account && it.authorised.post == about.item.id() => {
                // Whoever owned the account before authorises nothing any more.
                if it.deleted || it.authorised.owner != account.owner {
                    Code::Deleted
                } else if it.in_force(now) {
                    Code::InForce
                } else {
                    Code::Expired
                }
            }
            _ => Code::NotApplied,
        })
    }

    /// The facts about one ad.
    pub fn facts(&mut self, tx: &mut Tx<'_>, about: &About) -> Result<Facts, Refusal> {
        let (centre, person) = (about.centre, about.person);
        let account = once(&mut self.accounts, about.account, || accounts::index::account(tx, about.account))?.ok_or(Refusal::NotFound)?;
        let place = self.place(tx, centre, person, about.ad_account)?;
        let (seen_by, is_switched_on) = self.item(tx, about.account, &about.item)?;
        let right = match about.by {
            By::Account => Right::Account,
            By::Road(Road::Grant) => Right::Grant,
            By::Road(Road::OwnLink) => Right::OwnLink,
            By::Road(Road::Code(id)) => Right::Code(self.code(tx, about, id, &account)?),
        };
        Ok(Facts {
            now: tx.now,
            place,
            account: account.state,
            is_political: account.political,
            has_its_owner: about.owner.is_none_or(|owner| owner == account.owner),
            roads: once(&mut self.roads, (centre, about.account, person), || grants::scopes_of(tx, centre, about.account, person))?,
            is_withheld: once(&mut self.withheld, (centre, about.account, about.ad_account), || {
                Ok(withheld::since(tx, centre, about.account, about.ad_account)?.is_some())
            })?,
            item: about.item.clone(),
            seen_by,
            is_switched_on,
            right,
        })
    }
}

/// The facts about one ad alone.
pub fn load(tx: &mut Tx<'_>, about: &About) -> Result<Facts, Refusal> {
    Known::default().facts(tx, about)
}

/// A member who acts in an ad account, and the ad account. What the member may not see is not there; a person acts as themself.
pub fn acting(tx: &mut Tx<'_>, actor: &Actor, centre: OrgId, by: UserId, id: AdAccountId) -> Result<(Place, AdAccount), Refusal> {
    if actor.user().is_some_and(|user| user != by) {
        return Err(Refusal::NotFound);
    }
    let reader = Reader::of(tx, centre, by)?;
    let ad_account = ad_accounts::of_centre(tx, centre, reader, id)?.ad_account;
    Ok((Known::default().place(tx, centre, by, id)?, ad_account))
}

/// An ad that a member may see: one in an ad account that they may see.
pub fn seen_ad(tx: &mut Tx<'_>, actor: &Actor, centre: OrgId, by: UserId, id: AdId) -> Result<(Place, Ad), Refusal> {
    let ad = ads::ad_by_id(tx, id)?.ok_or(Refusal::NotFound)?;
    let (place, _) = acting(tx, actor, centre, by, ad.advert.ad_account)?;
    Ok((place, ad))
}

/// Whether a member may see an account from an ad account: by the centre's grant as far as it is theirs to see, by their own link,
/// or because a code of it was applied there.
pub fn sees_account(tx: &mut Tx<'_>, centre: OrgId, by: UserId, ad_account: AdAccountId, account: AccountId) -> Result<bool, Refusal> {
    let reader = Reader::of(tx, centre, by)?;
    Ok(grants::seen(tx, centre, reader, account)?.is_some()
        || grants::own_link(tx, account, by)?.is_some()
        || !posts::applied(tx, ad_account, Some(account), None, 1)?.is_empty())
}
