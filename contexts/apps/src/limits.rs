//! How often an app may call, by its tier.

use crate::Tier;
use kernel::Cited;
use serde::Deserialize;

/// Calls in a second, a minute and a day.
pub type Allowance = [u32; 3];

/// The values that the dialect's doors read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after tiers; the packs say what they are")]
pub struct Policy {
    pub basic: Cited<Allowance>,
    pub advanced: Cited<Allowance>,
    pub premium: Cited<Allowance>,
    pub ultimate: Cited<Allowance>,
    pub ad_create_basic: Cited<Allowance>,
    pub ad_create_advanced: Cited<Allowance>,
    pub ad_create_premium: Cited<Allowance>,
    pub ad_create_ultimate: Cited<Allowance>,
}

impl kernel::Policy for Policy {
    const SECTION: &'static str = "apps.limits";
}

impl Policy {
    /// What an app of this tier may do with one call of the dialect.
    pub fn of(&self, tier: Tier, call: &str) -> &Cited<Allowance> {
        let is_ad_create = call.ends_with("/ad/create/");
        match (tier, is_ad_create) {
            (Tier::Basic, false) => &self.basic,
            (Tier::Advanced, false) => &self.advanced,
            (Tier::Premium, false) => &self.premium,
            (Tier::Ultimate, false) => &self.ultimate,
            (Tier::Basic, true) => &self.ad_create_basic,
            (Tier::Advanced, true) => &self.ad_create_advanced,
            (Tier::Premium, true) => &self.ad_create_premium,
            (Tier::Ultimate, true) => &self.ad_create_ultimate,
        }
    }
}
