//! The conditions of a Spark ad: asked when it is made, when it is resumed, and again whenever something ended on which it may
//! rest. Source: TikTok for Business help 10006161 (G3) and the Business API.

use crate::{AdRole, Item, Road, Scope, index::grants::Roads};
use access::OrgState;
use accounts::{AccountState, Visibility};
use kernel::{Capability, Cited, Denial, Denied as _, Instant, Role};
use serde::{Deserialize, Serialize};

pub mod io;

/// The values that these rules read.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How many ads one identity backs at the most.
    pub ads_per_identity: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "centers.spark";
}

/// All that the conditions look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The moment of asking.
    pub now: Instant,
    /// For whom and where it runs.
    pub place: Place,
    /// Whether the account is in order.
    pub account: AccountState,
    /// Whether it is one of a government, a politician or a political party.
    pub is_political: bool,
    /// Whether the account still belongs to whom it belonged when the ad was made.
    pub has_its_owner: bool,
    /// What the person may use the account for, and why.
    pub roads: Roads,
    /// Whether the centre withholds the account from the ad account.
    pub is_withheld: bool,
    /// What the ad shows.
    pub item: Item,
    /// Who can see that; nothing where the account has no such post or live.
    pub seen_by: Option<Visibility>,
    /// Whether the owner lets ads show the post.
    pub is_switched_on: bool,
    /// By which right it is to be shown.
    pub right: Right,
}

/// A person who acts for a centre in an ad account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// What the person is in the centre; nothing for whoever is no member.
    pub member: Option<Role>,
    /// Whether the platform has locked the person out.
    pub is_locked_out: bool,
    /// The ad account, as the centre has it.
    pub ad_account: Reach,
    /// What the person is on the ad account, capped by the share where it is a partner's.
    pub role: Option<AdRole>,
}

/// An ad account, as a centre has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// It is open, and the centre's own or shared with it.
    Open,
    /// It is closed.
    Closed,
    /// A partner owns it and shares it no longer.
    Unshared,
    /// The centre that owns it may not act.
    OwnerStopped,
}

/// By which right an account is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Right {
    /// What the owner granted the centre and the centre gave the person, or the person's own link: they add up.
    Account,
    /// What the owner granted the centre and the centre gave the person, and nothing else.
    Grant,
    /// The person's own link, and nothing else.
    OwnLink,
    /// A code for one post.
    Code(Code),
}

/// What a code is worth in an ad account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// It is in force and was applied there.
    InForce,
    /// Its time is over.
    Expired,
    /// Its owner deleted it.
    Deleted,
    /// It was not applied to this ad account, or is for another post.
    NotApplied,
}

impl Facts {
    /// The strongest road that holds: the centre's grant, then the own link. A code is named, never guessed.
    pub fn strongest(&self) -> Option<Road> {
        let scope = self.item.scope();
        if self.roads.by_centre().contains(scope) && !self.is_withheld {
            Some(Road::Grant)
        } else {
            self.roads.own_link.contains(scope).then_some(Road::OwnLink)
        }
    }
}

/// Facts that hold a place.
pub trait HasPlace {
    /// The place.
    fn place(&self) -> &Place;
}

/// Facts that hold all of it.
pub trait HasFacts: HasPlace {
    /// All of it.
    fn spark(&self) -> &Facts;
}

impl HasPlace for Facts {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl HasFacts for Facts {
    fn spark(&self) -> &Facts {
        self
    }
}

/// Why not. Their words hold no figures, so that a paused ad's page can say what was missing when it was paused.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words file says each in two languages")]
pub enum Denied {
    CentreNotNormal { state: OrgState },
    NotAMember,
    LockedOut,
    AdAccountClosed,
    AdAccountUnshared,
    AdAccountsCentreStopped,
    NoAdRole,
    RoleTooLow { role: AdRole },
    AccountNotNormal { state: AccountState },
    AccountPolitical,
    AccountHasNewOwner,
    ScopeNotGranted { scope: Scope },
    NotAssigned { scope: Scope },
    Withheld,
    NotLinked { scope: Scope },
    PostSwitchedOff,
    CodeExpired,
    CodeDeleted,
    CodeNotApplied,
    NotPublic { visibility: Visibility },
    ItemGone,
}

impl kernel::Denied for Denied {
    fn scope(&self) -> Option<&'static str> {
        Some("centers.spark")
    }
}

/// A condition: its name is a true statement about an ad that may run.
pub struct Condition {
    /// The statement's name.
    pub name: &'static str,
    /// `Ok` when it is true.
    pub check: fn(&Facts) -> Result<(), Denied>,
}

type Answer<C> = Result<(), <C as Capability>::Denied>;

macro_rules! conditions {
    (of places { $($(#[$place_doc:meta])* $place:ident = $of_place:expr;)* } of ads { $($(#[$doc:meta])* $name:ident = $rule:expr;)* }) => {
        $(
            $(#[$place_doc])*
            pub fn $place<C>(_: &C, facts: &C::Facts) -> Answer<C>
            where C: Capability<Facts: HasPlace, Denied: From<Denied>> {
                let check: fn(&Place) -> Result<(), Denied> = $of_place;
                check(facts.place()).map_err(Into::into)
            }
        )*
        $(
            $(#[$doc])*
            pub fn $name<C>(_: &C, facts: &C::Facts) -> Answer<C>
            where C: Capability<Facts: HasFacts, Denied: From<Denied>> {
                let check: fn(&Facts) -> Result<(), Denied> = $rule;
                check(facts.spark()).map_err(Into::into)
            }
        )*
        /// Every condition, in reading order: the same that the verbs ask.
        pub const CONDITIONS: &[Condition] = &[
            $(Condition { name: stringify!($place), check: |facts| {
                let check: fn(&Place) -> Result<(), Denied> = $of_place;
                check(&facts.place)
            } },)*
            $(Condition { name: stringify!($name), check: $rule },)*
        ];
    };
}

fn require(holds: bool, denied: Denied) -> Result<(), Denied> {
    if holds { Ok(()) } else { Err(denied) }
}

conditions! {
of places {
    /// The centre for which the ad runs may act.
    centre_is_normal = |f| require(f.centre == OrgState::Normal, Denied::CentreNotNormal { state: f.centre });
    /// The person on whom the ad rests is a member of the centre and not locked out.
    person_is_a_member = |f| require(f.member.is_some(), Denied::NotAMember).and(require(!f.is_locked_out, Denied::LockedOut));
    /// The ad account is open, and the centre's own or shared with it.
    ad_account_is_open = |f| match f.ad_account {
        Reach::Open => Ok(()),
        Reach::Closed => Err(Denied::AdAccountClosed),
        Reach::Unshared => Err(Denied::AdAccountUnshared),
        Reach::OwnerStopped => Err(Denied::AdAccountsCentreStopped),
    };
    /// The person is an admin or an operator of the ad account. What nobody can be there is said by `ad_account_is_open`.
    role_runs_ads = |f| match f.role {
        _ if f.ad_account != Reach::Open => Ok(()),
        None => Err(Denied::NoAdRole),
        Some(role) => require(role.runs_ads(), Denied::RoleTooLow { role }),
    };
}
of ads {
    /// The account's state is normal.
    account_is_normal = |f| require(f.account == AccountState::Normal, Denied::AccountNotNormal { state: f.account });
    /// The account is not one of a government, a politician or a political party.
    account_is_not_political = |f| require(!f.is_political, Denied::AccountPolitical);
    /// The account belongs to whom it belonged when the ad was made.
    account_has_its_owner = |f| require(f.has_its_owner, Denied::AccountHasNewOwner);
    /// The person may use the account for what the ad shows, unless a code allows it.
    use_is_held = |f| {
        let (scope, roads) = (f.item.scope(), f.roads);
        // Of an account that a standard member was not given they do not learn whether the centre holds it.
        let is_hidden = f.place.member == Some(Role::CentreMember) && roads.assignment.is_empty();
        let is_unassigned = is_hidden || roads.grant.contains(scope);
        let by_centre = if is_unassigned { Denied::NotAssigned { scope } } else { Denied::ScopeNotGranted { scope } };
        match f.right {
            Right::Code(_) => Ok(()),
            Right::Account => require(roads.all().contains(scope), by_centre),
            Right::Grant => require(roads.by_centre().contains(scope), by_centre),
            Right::OwnLink => require(roads.own_link.contains(scope), Denied::NotLinked { scope }),
        }
    };
    /// Where nothing but the centre's grant is left to allow it, the centre does not withhold the account from the ad account.
    account_is_not_withheld = |f| {
        let rests_on_grant = match f.right {
            Right::Account => !f.roads.own_link.contains(f.item.scope()),
            Right::Grant => true,
            Right::OwnLink | Right::Code(_) => false,
        };
        // Of an account that a member was not given they do not learn where it is withheld.
        let is_theirs = f.roads.by_centre().contains(f.item.scope());
        require(!(f.is_withheld && rests_on_grant && is_theirs), Denied::Withheld)
    };
    /// The owner lets ads show the post: its switch is on, or a code for it is in force in this ad account.
    post_may_be_shown = |f| match (&f.right, &f.item) {
        (Right::Code(Code::InForce), _) => Ok(()),
        (Right::Code(Code::Expired), _) => Err(Denied::CodeExpired),
        (Right::Code(Code::Deleted), _) => Err(Denied::CodeDeleted),
        (Right::Code(Code::NotApplied), _) => Err(Denied::CodeNotApplied),
        (_, Item::Post(_)) => require(f.is_switched_on, Denied::PostSwitchedOff),
        (_, Item::Live(_)) => Ok(()),
    };
    /// The account has this post or live, and everyone can see it.
    item_is_public = |f| match f.seen_by {
        None => Err(Denied::ItemGone),
        Some(visibility) => require(visibility == Visibility::Public, Denied::NotPublic { visibility }),
    };
}
}

/// The code of a reason, as it stands in the log and in the API.
fn code(denied: &Denied) -> String {
    let fields = serde_json::to_value(denied).unwrap_or_default();
    format!("{}.{}", denied.scope().unwrap_or_default(), fields["code"].as_str().unwrap_or_default())
}

/// The code of every missing condition, in reading order.
pub fn missing(facts: &Facts) -> Vec<String> {
    CONDITIONS.iter().filter_map(|condition| (condition.check)(facts).err()).map(|denied| code(&denied)).collect()
}

/// Every condition's answer, as a page draws them.
pub fn answers(facts: &Facts) -> Vec<kernel::Check> {
    let denial = |denied: Denied| Denial {
        code: code(&denied),
        facts: match serde_json::to_value(&denied) {
            Ok(serde_json::Value::Object(mut fields)) => {
                fields.remove("code");
                fields
            }
            _ => serde_json::Map::new(),
        },
        until: None,
    };
    let answer = |condition: &Condition| kernel::Check { rule: condition.name, denial: (condition.check)(facts).err().map(denial) };
    CONDITIONS.iter().map(answer).collect()
}

#[cfg(test)]
pub(crate) mod tests;
