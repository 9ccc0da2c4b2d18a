//! What a call was given, read as what it should be. No call looks at raw maps, so that a bad parameter is refused in the same
//! words everywhere, and always the first one in the order in which the call reads them.

use kernel::{Id, Kind, Problem, Refusal};
use serde_json::{Map, Value as Json};

/// The parameters of a call, or of an object within them.
#[derive(Clone, Debug, Default)]
pub struct Given {
    fields: Map<String, Json>,
    /// Where it stands: `filtering.` for what is in `filtering`.
    within: String,
}

/// One page of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// From 1.
    pub page: i64,
    /// How many rows.
    pub size: i64,
}

impl Page {
    /// How many rows stand before it.
    pub fn skip(self) -> usize {
        usize::try_from((self.page - 1) * self.size).unwrap_or(usize::MAX)
    }
    /// How many rows there must be to fill it.
    pub fn reach(self) -> i64 {
        self.page * self.size
    }
    /// Its rows among the first ones of the whole list.
    pub fn of<T>(self, rows: impl IntoIterator<Item = T>) -> Vec<T> {
        rows.into_iter().skip(self.skip()).take(usize::try_from(self.size).unwrap_or(usize::MAX)).collect()
    }
    /// `page_info` of a list that has so many rows in all.
    pub fn info(self, total: i64) -> Json {
        let pages = (total + self.size - 1) / self.size;
        serde_json::json!({"page": self.page, "page_size": self.size, "total_number": total, "total_page": pages})
    }
}

/// The furthest row that paging by numbers reaches.
const FURTHEST: i64 = 100_000;

fn is_there(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::String(text) => !text.trim().is_empty(),
        // TikTok's own description asks for at least one wherever a list is required.
        Json::Array(list) => !list.is_empty(),
        _ => true,
    }
}

impl Given {
    /// Reads a query: each parameter is a text, or JSON that a later reading unpacks.
    pub fn of_query(query: &str) -> Given {
        let mut fields = Map::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            fields.entry(name.into_owned()).or_insert_with(|| Json::String(value.into_owned()));
        }
        Given { fields, within: String::new() }
    }
    /// Reads a body of JSON, or of form fields where the call is a form's twin.
    pub fn of_body(bytes: &[u8], is_form: bool) -> Result<Given, Refusal> {
        if is_form {
            return Ok(Given::of_query(&String::from_utf8_lossy(bytes)));
        }
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
        match serde_json::from_slice(text) {
            Ok(Json::Object(fields)) => Ok(Given { fields, within: String::new() }),
            Ok(_) | Err(_) => Err(Refusal::malformed("body", "wire.body")),
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.within)
    }
    fn found(&self, name: &str) -> Option<&Json> {
        self.fields.get(name).filter(|value| is_there(value))
    }
    fn wrong(&self, name: &str, expected: &str) -> Refusal {
        Problem::new(self.name(name), "wire.wrong_type").with("name", self.name(name)).with("expected", expected).into()
    }
    /// A value is not one of those that it can be.
    pub fn not_one_of(&self, name: &str, given: &str, allowed: &[&str]) -> Refusal {
        let problem = Problem::new(self.name(name), "wire.not_one_of").with("name", self.name(name));
        problem.with("given", given).with("allowed", allowed.join(", ")).into()
    }
    /// A value is too small, too large, too short or too long.
    fn out_of_range(&self, name: &str, least: i64, most: i64) -> Refusal {
        Problem::new(self.name(name), "wire.out_of_range").with("name", self.name(name)).with("least", least).with("most", most).into()
    }

    /// Names every one of these that is not there.
    pub fn require(&self, names: &[&str]) -> Result<(), Refusal> {
        let missing: Vec<String> = names.iter().filter(|name| self.found(name).is_none()).map(|name| self.name(name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Problem::new(missing.first().cloned().unwrap_or_default(), "wire.missing").with("names", missing.join(", ")).into())
    }

    /// A text; a number is one, too.
    pub fn opt_text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.found(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(Json::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(self.wrong(name, "string")),
        }
    }
    /// A text that must be there.
    pub fn text(&self, name: &str) -> Result<String, Refusal> {
        self.require(&[name])?;
        self.opt_text(name).map(Option::unwrap_or_default)
    }
    /// A text of so many characters at the most.
    pub fn text_up_to(&self, name: &str, most: usize) -> Result<String, Refusal> {
        let text = self.text(name)?;
        if text.chars().count() > most { Err(self.out_of_range(name, 1, most as i64)) } else { Ok(text) }
    }
    /// An id. A text that is none names nothing.
    pub fn opt_id<K: Kind>(&self, name: &str) -> Result<Option<Id<K>>, Refusal> {
        self.opt_text(name)?.map(|text| text.parse().map_err(|_| Refusal::NotFound)).transpose()
    }
    /// An id that must be there.
    pub fn id<K: Kind>(&self, name: &str) -> Result<Id<K>, Refusal> {
        self.text(name)?.parse().map_err(|_| Refusal::NotFound)
    }
    /// One of the words in `all`.
    pub fn opt_one_of<T: Copy>(&self, name: &str, all: &[(&'static str, T)]) -> Result<Option<T>, Refusal> {
        let Some(given) = self.opt_text(name)? else { return Ok(None) };
        let found = all.iter().find(|(word, _)| *word == given).map(|(_, value)| *value);
        found.map(Some).ok_or_else(|| self.not_one_of(name, &given, &all.iter().map(|(word, _)| *word).collect::<Vec<_>>()))
    }
    /// One of the words in `all`, which must be there.
    pub fn one_of<T: Copy>(&self, name: &str, all: &[(&'static str, T)]) -> Result<T, Refusal> {
        self.require(&[name])?;
        self.opt_one_of(name, all)?.ok_or(Refusal::NotFound)
    }
    /// A whole number; digits in a text are one, too.
    pub fn opt_number(&self, name: &str, least: i64, most: i64) -> Result<Option<i64>, Refusal> {
        let number = match self.found(name) {
            None => return Ok(None),
            Some(Json::Number(number)) => number.as_i64(),
            Some(Json::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let number = number.ok_or_else(|| self.wrong(name, "integer"))?;
        if (least..=most).contains(&number) { Ok(Some(number)) } else { Err(self.out_of_range(name, least, most)) }
    }
    /// A yes or no.
    pub fn opt_flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.found(name) {
            None => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(*flag)),
            Some(Json::String(text)) if text == "true" => Ok(Some(true)),
            Some(Json::String(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(self.wrong(name, "boolean")),
        }
    }
    /// What stands in a parameter: itself, or the JSON in its text, as a query carries it.
    fn unpacked(&self, name: &str, expected: &str) -> Result<Option<Json>, Refusal> {
        match self.found(name) {
            None => Ok(None),
            Some(Json::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| self.wrong(name, expected)),
            Some(other) => Ok(Some(other.clone())),
        }
    }
    /// An object; an empty one where nothing is given.
    pub fn object(&self, name: &str) -> Result<Given, Refusal> {
        let within = format!("{}{name}.", self.within);
        match self.unpacked(name, "object")? {
            None => Ok(Given { fields: Map::new(), within }),
            Some(Json::Object(fields)) => Ok(Given { fields, within }),
            Some(_) => Err(self.wrong(name, "object")),
        }
    }
    fn list(&self, name: &str, most: usize) -> Result<Option<Vec<Json>>, Refusal> {
        match self.unpacked(name, "array")? {
            None => Ok(None),
            Some(Json::Array(list)) if list.len() > most => Err(self.out_of_range(name, 1, most as i64)),
            Some(Json::Array(list)) => Ok(Some(list)),
            Some(_) => Err(self.wrong(name, "array")),
        }
    }
    /// A list of texts, `most` at the most; empty where nothing is given.
    pub fn texts(&self, name: &str, most: usize) -> Result<Vec<String>, Refusal> {
        let text = |value: Json| match value {
            Json::String(text) => Ok(text.trim().to_owned()),
            Json::Number(number) => Ok(number.to_string()),
            _ => Err(self.wrong(name, "array of strings")),
        };
        self.list(name, most)?.unwrap_or_default().into_iter().map(text).collect()
    }
    /// A list of ids, `most` at the most; empty where nothing is given.
    pub fn ids<K: Kind>(&self, name: &str, most: usize) -> Result<Vec<Id<K>>, Refusal> {
        if self.list(name, usize::MAX)?.is_some_and(|list| list.len() > most) {
            return Err(Problem::new(self.name(name), "wire.too_many_ids").with("name", self.name(name)).with("most", most as i64).into());
        }
        self.texts(name, most)?.into_iter().map(|text| text.parse().map_err(|_| Refusal::NotFound)).collect()
    }
    /// A list of words of `all`.
    pub fn all_of<T: Copy>(&self, name: &str, all: &[(&'static str, T)]) -> Result<Vec<T>, Refusal> {
        let words: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
        let value = |given: String| {
            let found = all.iter().find(|(word, _)| *word == given).map(|(_, value)| *value);
            found.ok_or_else(|| self.not_one_of(name, &given, &words))
        };
        self.texts(name, 100)?.into_iter().map(value).collect()
    }
    /// A list of objects, `most` at the most; empty where nothing is given.
    pub fn objects(&self, name: &str, most: usize) -> Result<Vec<Given>, Refusal> {
        let object = |(at, value): (usize, Json)| match value {
            Json::Object(fields) => Ok(Given { fields, within: format!("{}{name}[{at}].", self.within) }),
            _ => Err(self.wrong(name, "array of objects")),
        };
        self.list(name, most)?.unwrap_or_default().into_iter().enumerate().map(object).collect()
    }
    /// `page` and `page_size`.
    pub fn page(&self, usual: i64, most: i64) -> Result<Page, Refusal> {
        let size = self.opt_number("page_size", 1, most)?.unwrap_or(usual);
        Ok(Page { page: self.opt_number("page", 1, FURTHEST / size)?.unwrap_or(1), size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::OrgId;

    fn problem<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> (String, String) {
        match refused {
            Err(Refusal::Malformed(all)) => (all[0].field.clone(), all[0].code.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_in_a_query_may_be_compact_or_spaced_and_plus_is_a_space() {
        for query in [
            "filtering=%7B%22keyword%22%3A+%22a+b%22%7D",
            "filtering=%7B%22keyword%22%3A%22a%20b%22%7D",
            "filtering={\"keyword\": \"a b\"}",
        ] {
            let given = Given::of_query(query);
            assert_eq!(given.object("filtering").unwrap().text("keyword").unwrap(), "a b", "{query}");
        }
        assert_eq!(Given::of_query("x=%5B%22a%22%2C1%5D").texts("x", 2).unwrap(), ["a", "1"]);
        assert_eq!(problem(Given::of_query("filtering=%7B").object("filtering")), ("filtering".into(), "wire.wrong_type".into()));
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let given = Given::of_query("bc_id=&asset_id=3");
        let refused = given.require(&["bc_id", "asset_type", "asset_id"]);
        let Err(Refusal::Malformed(all)) = refused else { panic!() };
        assert_eq!(all[0].facts["names"], "bc_id, asset_type");
    }

    #[test]
    fn a_bad_parameter_is_named_with_its_place() {
        let given = Given::of_body(br#"{"page": "x", "list": [{"a": 1}, {"a": {}}], "kind": "NONE", "n": 51}"#, false).unwrap();
        assert_eq!(problem(given.page(10, 50)), ("page".into(), "wire.wrong_type".into()));
        assert_eq!(problem(given.opt_number("n", 1, 50)), ("n".into(), "wire.out_of_range".into()));
        assert_eq!(problem(given.one_of("kind", &[("ONE", 1)])), ("kind".into(), "wire.not_one_of".into()));
        let list = given.objects("list", 2).unwrap();
        assert_eq!(list[0].text("a").unwrap(), "1");
        assert_eq!(problem(list[1].text("a")), ("list[1].a".into(), "wire.wrong_type".into()));
        assert_eq!(problem(given.objects("list", 1)), ("list".into(), "wire.out_of_range".into()));
        assert_eq!(problem(Given::of_body(b"[1]", false)), ("body".into(), "wire.body".into()));
        assert_eq!(problem(Given::of_body(b"{", false)), ("body".into(), "wire.body".into()));
    }

    #[test]
    fn a_text_that_is_no_id_names_nothing() {
        let given = Given::of_query("bc_id=7001");
        assert_eq!(given.id::<kernel::id::Org>("bc_id"), Err(Refusal::NotFound));
        let own = OrgId::new(7);
        assert_eq!(Given::of_query(&format!("bc_id={own}")).id("bc_id"), Ok(own));
        assert_eq!(
            problem(Given::of_query("ids=[\"a\",\"b\"]").ids::<kernel::id::Org>("ids", 1)),
            ("ids".into(), "wire.too_many_ids".into())
        );
    }

    #[test]
    fn a_page_is_cut_out_of_the_rows_before_its_end() {
        let page = Page { page: 3, size: 2 };
        assert_eq!(page.of(0..6), [4, 5]);
        assert_eq!((page.reach(), page.info(5)["total_page"].clone()), (6, 3.into()));
        assert_eq!(problem(Given::of_query("page=0").page(10, 50)), ("page".into(), "wire.out_of_range".into()));
        assert_eq!(problem(Given::of_query("page_size=51").page(10, 50)), ("page_size".into(), "wire.out_of_range".into()));
    }
}
