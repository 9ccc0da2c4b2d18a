//! Found an organisation. Whoever founds it is its first member, with its head role.

pub mod io;

use crate::{Event, Merchant};
use kernel::{Capability, Cited, May, OrgId, OrgKind, Region, Rules, UserId, rules};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct FoundOrg {
    /// Its new id.
    pub org: OrgId,
    /// Of which kind.
    pub kind: OrgKind,
    /// What people will call it.
    pub name: String,
    /// The country in which it is registered.
    pub region: Region,
    /// A shop's type; `Open` for every other kind.
    pub merchant: Merchant,
    /// What a shop sells.
    pub categories: Vec<String>,
    /// Its first member.
    pub owner: UserId,
}

/// All that the rules may look at.
pub struct Facts {
    /// Whether the platform itself asks: the demo, an import, the command line.
    pub by_platform: bool,
    /// How many organisations the person is the head of.
    pub headed: i64,
    /// The values in force.
    pub policy: Arc<Policy>,
}

/// The values this verb reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The kinds that anyone may found.
    pub open_kinds: Cited<Vec<OrgKind>>,
    /// How many organisations one person may be the head of, when founding another.
    pub most_per_person: Cited<i64>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "access.found_org";
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// Only the platform founds such organisations.
    KindNotOpen {
        /// Of which kind.
        org_kind: OrgKind,
    },
    /// There is no such merchant type in this country.
    TypeDoesNotFit {
        /// The type.
        merchant: Merchant,
        /// The country.
        region: Region,
    },
    /// Shops of this type are opened by the platform.
    InvitationOnly,
    /// The person is the head of too many already.
    TooManyFounded {
        /// How many are allowed.
        most: Cited<i64>,
    },
}

impl kernel::Denied for Denied {}

impl Capability for FoundOrg {
    const NAME: &'static str = "access.found_org";
    const MAY: May = May::Person;
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> =
        rules![kind_is_open, merchant_type_fits_region, invited_shops_are_opened_by_the_platform, person_has_room_for_another];

    fn events(&self, _: &Facts) -> Vec<Event> {
        let (org, user, role) = (self.org, self.owner, self.kind.head());
        let (name, categories) = (self.name.clone(), self.categories.clone());
        vec![
            Event::OrgFounded { org, org_kind: self.kind, name, region: self.region, merchant: self.merchant, categories },
            Event::MemberJoined { org, user, role, invitation: None },
        ]
    }
}

fn kind_is_open(ask: &FoundOrg, facts: &Facts) -> Result<(), Denied> {
    let open = facts.by_platform || facts.policy.open_kinds.value.contains(&ask.kind);
    if open { Ok(()) } else { Err(Denied::KindNotOpen { org_kind: ask.kind }) }
}

/// The American types are for shops in the United States, the others for shops elsewhere.
fn merchant_type_fits_region(ask: &FoundOrg, _: &Facts) -> Result<(), Denied> {
    let (merchant, region) = (ask.merchant, ask.region);
    if ask.kind != OrgKind::Shop || merchant.fits(region) { Ok(()) } else { Err(Denied::TypeDoesNotFit { merchant, region }) }
}

fn invited_shops_are_opened_by_the_platform(ask: &FoundOrg, facts: &Facts) -> Result<(), Denied> {
    let needs_platform = ask.kind == OrgKind::Shop && ask.merchant == Merchant::Invited;
    if facts.by_platform || !needs_platform { Ok(()) } else { Err(Denied::InvitationOnly) }
}

fn person_has_room_for_another(_: &FoundOrg, facts: &Facts) -> Result<(), Denied> {
    let most = facts.policy.most_per_person.clone();
    if facts.by_platform || facts.headed < most.value { Ok(()) } else { Err(Denied::TooManyFounded { most }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cited;

    fn ask(kind: OrgKind, region: &[u8; 2], merchant: Merchant) -> FoundOrg {
        let (org, owner) = (OrgId::new(1), UserId::new(2));
        FoundOrg { org, kind, name: "Shop".into(), region: Region::new(region), merchant, categories: vec![], owner }
    }
    fn facts(by_platform: bool, headed: i64) -> Facts {
        let policy = Policy { open_kinds: cited(vec![OrgKind::Shop, OrgKind::Creator]), most_per_person: cited(3) };
        Facts { by_platform, headed, policy: Arc::new(policy) }
    }
    fn denied(ask: &FoundOrg, facts: &Facts) -> Vec<Denied> {
        kernel::decide(ask, facts).err().unwrap_or_default()
    }

    #[test]
    fn a_person_may_head_as_many_organisations_as_the_pack_says_and_not_one_more() {
        let shop = ask(OrgKind::Shop, b"GB", Merchant::Open);
        assert_eq!(denied(&shop, &facts(false, 2)), []);
        assert_eq!(denied(&shop, &facts(false, 3)), [Denied::TooManyFounded { most: cited(3) }]);
        assert_eq!(denied(&shop, &facts(true, 3)), []);
    }

    #[test]
    fn only_the_platform_founds_operators_and_invited_shops() {
        let operator = ask(OrgKind::Operator, b"GB", Merchant::Open);
        assert_eq!(denied(&operator, &facts(false, 0)), [Denied::KindNotOpen { org_kind: OrgKind::Operator }]);
        assert_eq!(denied(&operator, &facts(true, 0)), []);
        let invited = ask(OrgKind::Shop, b"GB", Merchant::Invited);
        assert_eq!(denied(&invited, &facts(false, 0)), [Denied::InvitationOnly]);
        assert_eq!(denied(&invited, &facts(true, 0)), []);
    }

    #[test]
    fn a_merchant_type_of_another_country_is_refused_to_everyone() {
        let merchant = Merchant::UsBusiness;
        let wrong = [Denied::TypeDoesNotFit { merchant, region: Region::new(b"GB") }];
        assert_eq!(denied(&ask(OrgKind::Shop, b"GB", merchant), &facts(true, 0)), wrong);
        assert_eq!(denied(&ask(OrgKind::Shop, b"US", merchant), &facts(false, 0)), []);
        assert_eq!(denied(&ask(OrgKind::Creator, b"US", Merchant::Open), &facts(false, 0)), []);
    }

    #[test]
    fn the_founder_is_the_first_member_with_the_head_role() {
        let events = kernel::decide(&ask(OrgKind::Creator, b"GB", Merchant::Open), &facts(false, 0)).unwrap();
        let joined = Event::MemberJoined { org: OrgId::new(1), user: UserId::new(2), role: kernel::Role::CreatorOwner, invitation: None };
        assert_eq!(events[1], joined);
    }
}
