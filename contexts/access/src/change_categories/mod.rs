//! Say what a shop sells. Linking compares it with what an account is about, as advice.

pub mod io;

use crate::{Event, Org};
use kernel::{Capability, May, OrgId, OrgKind, Role, Rules, rules};
use serde::Serialize;

/// What the actor asks for.
#[derive(Clone, Debug)]
pub struct ChangeCategories {
    /// Which shop.
    pub org: OrgId,
    /// Its categories.
    pub categories: Vec<String>,
}

/// All that the rules may look at.
pub struct Facts {
    /// The shop.
    pub org: Org,
}

/// Why not.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Denied {
    /// Only shops sell.
    NotAShop,
}

impl kernel::Denied for Denied {}

impl Capability for ChangeCategories {
    const NAME: &'static str = "access.change_categories";
    const MAY: May = May::Members(&[Role::ShopOwner, Role::ShopManager]);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_is_a_shop];

    fn events(&self, facts: &Facts) -> Vec<Event> {
        let changed = self.categories != facts.org.categories;
        changed.then(|| Event::CategoriesChanged { org: self.org, categories: self.categories.clone() }).into_iter().collect()
    }
}

fn it_is_a_shop(_: &ChangeCategories, facts: &Facts) -> Result<(), Denied> {
    if facts.org.kind == OrgKind::Shop { Ok(()) } else { Err(Denied::NotAShop) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saying_the_same_again_is_not_an_event() {
        let ask =
            |categories: &[&str]| ChangeCategories { org: OrgId::new(1), categories: categories.iter().map(|c| (*c).into()).collect() };
        let facts = Facts { org: crate::testing::shop() };
        assert_eq!(kernel::decide(&ask(&[]), &facts), Ok(vec![]));
        assert_eq!(kernel::decide(&ask(&["Beauty"]), &facts).unwrap().len(), 1);
    }

    #[test]
    fn only_shops_have_categories() {
        let facts = Facts { org: Org { kind: OrgKind::Creator, ..crate::testing::shop() } };
        let ask = ChangeCategories { org: OrgId::new(1), categories: vec![] };
        assert_eq!(kernel::decide(&ask, &facts), Err(vec![Denied::NotAShop]));
    }
}
