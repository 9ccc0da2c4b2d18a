//! Loads what the verb looks at.

use super::{Facts, ReleasePlaces};
use crate::index::{ad_accounts, groups};
use kernel::{Actor, Refusal};
use store::{Ask, Tx};

impl Ask for ReleasePlaces {
    fn facts(&self, tx: &mut Tx<'_>, _actor: &Actor) -> Result<Facts, Refusal> {
        let groups = groups::of_member(tx, self.centre, self.user)?.into_iter().map(|group| group.id).collect();
        Ok(Facts { given: ad_accounts::given_to_member(tx, self.centre, self.user)?, groups })
    }
}
