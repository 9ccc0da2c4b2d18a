//! What countries are called. The words `web.regions.GB` are made of this table, so that no page shows a bare code.

const TABLE: &str = include_str!("../data/regions.txt");

/// One country or region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// ISO 3166-1 alpha-2; `ZZ` where none is known.
    pub code: &'static str,
    /// In English.
    pub en: &'static str,
    /// In Chinese.
    pub zh: &'static str,
    /// How files and people write it otherwise.
    pub also: Vec<&'static str>,
}

/// Every one, by its code.
pub fn all() -> impl Iterator<Item = Named> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut parts = line.split('|');
        Some(Named { code: parts.next()?, en: parts.next()?, zh: parts.next()?, also: parts.collect() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_code_and_two_names_of_its_own() {
        let all: Vec<Named> = all().collect();
        assert!(all.len() >= 249, "{}", all.len());
        assert!(all.is_sorted_by(|a, b| a.code < b.code));
        assert!(all.iter().all(|one| one.code.parse::<kernel::Region>().is_ok() && !one.en.is_empty() && !one.zh.is_empty()));
    }
}
