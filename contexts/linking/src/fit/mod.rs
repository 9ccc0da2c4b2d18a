//! How well an account's topics and a shop's products match: advice beside the rules, never a refusal.

use serde::Serialize;

/// The advice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fit {
    /// From 0 (nothing in common) to 100.
    pub score: u8,
    /// What it rests on.
    pub reasons: Vec<Reason>,
}

/// One reason for a score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// Both name this category.
    InCommon {
        /// The category, as the shop names it.
        category: String,
    },
}

/// The match between what an account is about and what a shop sells.
pub fn score(account_categories: &[String], shop_categories: &[String]) -> Fit {
    let named = |category: &&String| account_categories.iter().any(|own| own.eq_ignore_ascii_case(category));
    let common: Vec<&String> = shop_categories.iter().filter(named).collect();
    let score = u8::try_from(common.len() * 100 / shop_categories.len().max(1)).unwrap_or(100);
    Fit { score, reasons: common.into_iter().map(|category| Reason::InCommon { category: category.clone() }).collect() }
}
