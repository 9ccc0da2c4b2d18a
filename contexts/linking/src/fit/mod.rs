//! How well what an account is about goes with what a shop sells: advice beside the rules, never a refusal.
//!
//! Each genre of the account counts the same, with the shop's category that suits it best; the score is their mean. The
//! table is data (`affinity.toml`), tolerant of letter case and of Chinese or English names. A name that the table does not
//! know is said to be unknown and left out: no score is better than an invented one.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::LazyLock};
use utoipa::ToSchema;

pub mod io;

/// The advice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Fit {
    /// From 0 (nothing in common) to 100; nothing where too little is known.
    pub score: Option<u8>,
    /// What it rests on: first the account's genres in the account's order, then what is not known.
    pub reasons: Vec<Reason>,
}

/// One reason for a score, or for there being none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
#[schema(as = FitReason)]
pub enum Reason {
    /// A genre of the account goes with a category of the shop.
    Suits {
        /// The genre, by its name in the table.
        genre: String,
        /// The category that suits it best, by its name in the table.
        category: String,
        /// In which way.
        why: Why,
        /// How well, from 0 to 100.
        weight: u8,
    },
    /// Both name the same category.
    InCommon {
        /// The category, by its name in the table or, unknown there, as both write it.
        category: String,
    },
    /// A genre of the account goes with nothing that the shop sells.
    Unrelated {
        /// The genre, by its name in the table.
        genre: String,
    },
    /// The account names a category of products that the shop does not sell.
    OtherCategory {
        /// The category, by its name in the table.
        category: String,
    },
    /// The table does not know what the account calls its genre.
    GenreNotKnown {
        /// As the account writes it.
        given: String,
    },
    /// The table does not know what the shop calls its category.
    CategoryNotKnown {
        /// As the shop writes it.
        given: String,
    },
    /// The account names no genre.
    NoGenreNamed,
    /// The shop names no category.
    NoCategoryNamed,
}

/// In which way a genre goes with a category.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The genre is about these very products.
    About,
    /// Such products are used in front of the camera.
    InUse,
    /// Such products are worn in front of the camera.
    Worn,
    /// Such products are the tools with which these videos are made.
    Tools,
    /// Those who watch it buy such products.
    Audience,
    /// It reaches many people and is about no product: anything may appear, nothing is at home.
    Broad,
}

impl Why {
    /// The stable code, as in the table.
    pub const fn code(self) -> &'static str {
        match self {
            Why::About => "about",
            Why::InUse => "in_use",
            Why::Worn => "worn",
            Why::Tools => "tools",
            Why::Audience => "audience",
            Why::Broad => "broad",
        }
    }
}

impl Reason {
    /// The words' key, inside `linking.fit`.
    pub fn key(&self) -> String {
        match self {
            Reason::Suits { why, .. } => format!("suits_{}", why.code()),
            Reason::InCommon { .. } => "in_common".into(),
            Reason::Unrelated { .. } => "unrelated".into(),
            Reason::OtherCategory { .. } => "other_category".into(),
            Reason::GenreNotKnown { .. } => "genre_not_known".into(),
            Reason::CategoryNotKnown { .. } => "category_not_known".into(),
            Reason::NoGenreNamed => "no_genre_named".into(),
            Reason::NoCategoryNamed => "no_category_named".into(),
        }
    }
}

/// The table, as `affinity.toml` writes it.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Table {
    source: Source,
    category: BTreeMap<String, Category>,
    genre: BTreeMap<String, Genre>,
}

/// Where the advice comes from.
#[derive(Clone, Deserialize, Serialize, Default, Debug)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Where it is written.
    pub text: String,
    /// The day on which that was read.
    pub seen: String,
    /// How sure it is.
    pub sure: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Category {
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Genre {
    names: Vec<String>,
    /// For categories that no way below names.
    #[serde(default)]
    broad: u8,
    /// Way → category → weight.
    #[serde(default)]
    suits: BTreeMap<Why, BTreeMap<String, u8>>,
}

impl Genre {
    /// The weight of one category and in which way.
    fn weight(&self, category: &str) -> (u8, Why) {
        let named = self.suits.iter().filter_map(|(why, weights)| weights.get(category).map(|weight| (*weight, *why)));
        named.max_by_key(|(weight, _)| *weight).unwrap_or((self.broad, Why::Broad))
    }
}

/// A test reads the table strictly; one that cannot be read would know nothing, which the advice then says.
static TABLE: LazyLock<Table> = LazyLock::new(|| read().unwrap_or_default());

fn read() -> Result<Table, toml::de::Error> {
    toml::from_str(include_str!("affinity.toml"))
}

/// Where the table comes from.
pub fn source() -> &'static Source {
    &TABLE.source
}

/// Letters and digits in lower case; "&" and "and" are the same nothing, so that `Health and Beauty` is `health & beauty`.
fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| *word != "and").collect()
}

fn find<'a, T>(all: &'a BTreeMap<String, T>, names: impl Fn(&T) -> &[String], given: &str) -> Option<(&'a str, &'a T)> {
    let wanted = key(given);
    all.iter()
        .find(|(code, entry)| key(code) == wanted || names(entry).iter().any(|name| key(name) == wanted))
        .map(|(c, e)| (c.as_str(), e))
}

/// The category behind a name; of a path such as `Food > Snacks` the top-level name counts where the whole is not known.
fn category(given: &str) -> Option<&'static str> {
    let top = given.split('>').next().unwrap_or(given);
    [given, top].into_iter().find_map(|name| find(&TABLE.category, |entry| &entry.names, name)).map(|(code, _)| code)
}

fn genre(given: &str) -> Option<(&'static str, &'static Genre)> {
    find(&TABLE.genre, |entry| &entry.names, given)
}

/// The match between what an account is about and what a shop sells.
pub fn score(account_categories: &[String], shop_categories: &[String]) -> Fit {
    let known: Vec<&str> = shop_categories.iter().filter_map(|given| category(given)).collect();
    let mut weights: Vec<u32> = Vec::new();
    let mut reasons: Vec<Reason> = Vec::new();
    for given in account_categories {
        let (weight, reason) = of_genre(given, &known, shop_categories);
        weights.extend(weight.map(u32::from));
        reasons.extend(reason.filter(|reason| !reasons.contains(reason)));
    }
    let unknown = shop_categories.iter().filter(|given| category(given).is_none());
    reasons.extend(unknown.map(|given| Reason::CategoryNotKnown { given: given.clone() }));
    reasons.extend(account_categories.is_empty().then_some(Reason::NoGenreNamed));
    reasons.extend(shop_categories.is_empty().then_some(Reason::NoCategoryNamed));
    let count = u32::try_from(weights.len()).unwrap_or(u32::MAX);
    let mean = weights.iter().sum::<u32>().checked_div(count);
    Fit { score: mean.and_then(|mean| u8::try_from(mean).ok()), reasons }
}

/// What one genre contributes: a weight where it and at least one category are known, and what there is to say.
fn of_genre(given: &str, known: &[&str], shop_categories: &[String]) -> (Option<u8>, Option<Reason>) {
    if let Some((code, genre)) = genre(given) {
        let best = known.iter().map(|category| (genre.weight(category), *category)).max_by_key(|((weight, _), _)| *weight);
        return match best {
            None => (None, None),
            Some(((0, _), _)) => (Some(0), Some(Reason::Unrelated { genre: code.into() })),
            Some(((weight, why), category)) => {
                (Some(weight), Some(Reason::Suits { genre: code.into(), category: category.into(), why, weight }))
            }
        };
    }
    // Some accounts name what they sell instead of what they do; some words are on both sides and in no table.
    let own = category(given);
    let same = own.filter(|own| known.contains(own)).map(str::to_owned);
    let same = same.or_else(|| shop_categories.iter().find(|category| key(category) == key(given)).cloned());
    match (same, own) {
        (Some(category), _) => (Some(100), Some(Reason::InCommon { category })),
        (None, Some(_)) if known.is_empty() => (None, None),
        (None, Some(own)) => (Some(0), Some(Reason::OtherCategory { category: own.into() })),
        (None, None) => (None, Some(Reason::GenreNotKnown { given: given.to_owned() })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(account: &[&str], shop: &[&str]) -> Fit {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        score(&owned(account), &owned(shop))
    }

    #[test]
    fn the_table_reads_and_names_only_categories_that_it_has() {
        let table = read().unwrap();
        assert_eq!(table.category.len(), 21, "the top-level names of the product categories");
        for (code, genre) in &table.genre {
            for (why, weights) in &genre.suits {
                for (category, weight) in weights {
                    assert!(table.category.contains_key(category), "{code}: {category}");
                    assert!((1..=100).contains(weight) && *weight >= genre.broad, "{code} {why:?} {category}: {weight}");
                }
            }
        }
        assert!(!table.source.text.is_empty() && !table.source.seen.is_empty() && !table.source.sure.is_empty());
    }

    #[test]
    fn no_name_means_two_things() {
        let table = read().unwrap();
        let categories = table.category.iter().flat_map(|(code, entry)| entry.names.iter().map(move |name| (key(name), code)));
        let genres = table.genre.iter().flat_map(|(code, entry)| entry.names.iter().map(move |name| (key(name), code)));
        for all in [categories.collect::<Vec<_>>(), genres.collect()] {
            let mut seen = BTreeMap::new();
            for (name, code) in all {
                assert!(seen.insert(name.clone(), code).is_none(), "{name} stands twice");
            }
        }
    }

    #[test]
    fn every_genre_and_category_has_a_name_in_both_languages() {
        let table = read().unwrap();
        let words = |text: &str| toml::from_str::<BTreeMap<String, BTreeMap<String, String>>>(text).unwrap();
        let (genres, categories) = (words(include_str!("genres/words.toml")), words(include_str!("categories/words.toml")));
        assert_eq!(table.genre.keys().collect::<Vec<_>>(), genres.keys().collect::<Vec<_>>());
        assert_eq!(table.category.keys().collect::<Vec<_>>(), categories.keys().collect::<Vec<_>>());
    }

    #[test]
    fn a_food_account_suits_a_food_shop() {
        let about = fit(&["Food"], &["Food, Beverages & Tobacco"]);
        assert_eq!(about.score, Some(100));
        assert!(matches!(&about.reasons[..], [Reason::Suits { why: Why::About, weight: 100, .. }]));
    }

    #[test]
    fn names_are_read_in_either_language_and_any_case() {
        let expected = fit(&["Dancing"], &["Apparel & Accessories"]);
        assert!(expected.score.is_some_and(|score| score > 50), "{expected:?}");
        for (account, shop) in [("DANCING", "apparel and accessories"), ("舞蹈", "服饰"), (" dance ", "Apparel & Accessories > Clothing")]
        {
            assert_eq!(fit(&[account], &[shop]), expected, "{account} {shop}");
        }
    }

    #[test]
    fn each_genre_counts_the_same_with_the_category_that_suits_it_best() {
        let shop = ["Food, Beverages & Tobacco", "Toys & Games"];
        let (food, comedy) = (fit(&["Food"], &shop).score.unwrap(), fit(&["Comedy"], &shop).score.unwrap());
        assert_eq!(fit(&["Food", "Comedy"], &shop).score, Some(((u32::from(food) + u32::from(comedy)) / 2) as u8));
    }

    #[test]
    fn a_genre_that_is_not_known_gives_no_score_and_says_so() {
        let unknown = fit(&["Quilling"], &["Electronics"]);
        assert_eq!(unknown, Fit { score: None, reasons: vec![Reason::GenreNotKnown { given: "Quilling".into() }] });
    }

    #[test]
    fn what_is_not_known_does_not_pull_the_score_down() {
        let mixed = fit(&["Food", "Quilling"], &["Food, Beverages & Tobacco", "Meteorites"]);
        assert_eq!(mixed.score, Some(100));
        assert!(mixed.reasons.contains(&Reason::GenreNotKnown { given: "Quilling".into() }));
        assert!(mixed.reasons.contains(&Reason::CategoryNotKnown { given: "Meteorites".into() }));
    }

    #[test]
    fn a_word_on_both_sides_is_in_common_even_when_no_table_knows_it() {
        let common = fit(&["quilling"], &["Quilling"]);
        assert_eq!(common.score, Some(100));
        assert!(common.reasons.contains(&Reason::InCommon { category: "Quilling".into() }));
    }

    #[test]
    fn genres_and_categories_without_anything_between_them_score_nothing() {
        let nothing = fit(&["Pets"], &["Vehicles & Parts"]);
        assert_eq!(nothing, Fit { score: Some(0), reasons: vec![Reason::Unrelated { genre: "pets".into() }] });
    }

    #[test]
    fn an_account_or_a_shop_that_names_nothing_gets_no_score() {
        assert_eq!(fit(&[], &["Electronics"]), Fit { score: None, reasons: vec![Reason::NoGenreNamed] });
        assert_eq!(fit(&["Food"], &[]), Fit { score: None, reasons: vec![Reason::NoCategoryNamed] });
    }
}
