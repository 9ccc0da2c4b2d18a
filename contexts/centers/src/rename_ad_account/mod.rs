//! An ad account gets another name, by an admin of its centre or its own.

use crate::{
    Event,
    assets::{self, Acting, Denied},
};
use access::OrgState;
use kernel::{AdAccountId, Capability, May, OrgId, Rules, rules};

pub mod io;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct RenameAdAccount {
    /// For which centre.
    pub centre: OrgId,
    /// Which ad account.
    pub ad_account: AdAccountId,
    /// The new name.
    pub name: String,
}

/// All that the rules may look at.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// Whether the centre may act.
    pub centre: OrgState,
    /// The present name.
    pub present: String,
    /// What whoever asks is.
    pub acting: Acting,
}

impl Capability for RenameAdAccount {
    const NAME: &'static str = "centers.rename_ad_account";
    const MAY: May = May::Members(assets::io::MEMBERS);
    type Facts = Facts;
    type Denied = Denied;
    type Event = Event;
    const RULES: Rules<Self> = rules![centre_is_normal, ad_account_is_managed, name_is_another];
    fn events(&self, _: &Facts) -> Vec<Event> {
        vec![Event::AdAccountRenamed { ad_account: self.ad_account, centre: self.centre, name: self.name.clone() }]
    }
}

/// The centre may act.
fn centre_is_normal(_: &RenameAdAccount, facts: &Facts) -> Result<(), Denied> {
    assets::centre_is_normal(facts.centre)
}

/// Whoever asks manages the ad account.
fn ad_account_is_managed(_: &RenameAdAccount, facts: &Facts) -> Result<(), Denied> {
    assets::manages(facts.acting)
}

/// The name is another one.
fn name_is_another(ask: &RenameAdAccount, facts: &Facts) -> Result<(), Denied> {
    if ask.name == facts.present { Err(Denied::NameUnchanged) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AdRole,
        assets::tests::{AD_ACCOUNT, CENTRE, an_admin},
    };
    use kernel::decide;

    #[test]
    fn an_ad_account_is_renamed_by_those_who_manage_it_to_another_name() {
        let ask = RenameAdAccount { centre: CENTRE, ad_account: AD_ACCOUNT, name: "Summer".into() };
        let facts = |present: &str, acting| Facts { centre: OrgState::Normal, present: present.into(), acting };
        assert!(decide(&ask, &facts("Spring", an_admin())).is_ok());
        assert_eq!(decide(&ask, &facts("Summer", an_admin())), Err(vec![Denied::NameUnchanged]));
        let operator = Acting { is_admin: false, role: Some(AdRole::Operator) };
        assert_eq!(decide(&ask, &facts("Spring", operator)), Err(vec![Denied::NotAdAccountAdmin]));
    }
}
