//! What a form sends: fields, and files, which are never trusted.

use kernel::{Problem, Refusal};
use std::{collections::BTreeMap, str::FromStr};

/// A file that someone sent.
#[derive(Clone, Debug)]
pub struct Upload {
    /// What they call it. Never a path: only for showing.
    pub name: String,
    /// Its content.
    pub bytes: axum::body::Bytes,
}

/// The fields of a form or a query.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: BTreeMap<String, Vec<String>>,
    files: BTreeMap<String, Upload>,
}

impl Form {
    /// Reads `a=1&b=2`.
    pub fn parse(text: &str) -> Form {
        let mut form = Form::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            form.push(name.into_owned(), value.into_owned());
        }
        form
    }

    pub(crate) fn push(&mut self, name: String, value: String) {
        self.fields.entry(name).or_default().push(value);
    }

    pub(crate) fn push_file(&mut self, name: String, file: Upload) {
        self.files.insert(name, file);
    }

    /// A field, trimmed; empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.opt(name).unwrap_or_default()
    }
    /// A field, trimmed, when it is there and not empty.
    pub fn opt(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(|all| all.first()).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
    /// A field exactly as sent: passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|all| all.first()).map_or("", String::as_str)
    }
    /// Every value of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields.get(name).into_iter().flatten().map(|value| value.trim()).collect()
    }
    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.opt(name).is_some()
    }
    /// A field as what it should be; `problem` is the words' key of what is wrong otherwise.
    pub fn parsed<T: FromStr>(&self, name: &str, problem: &str) -> Result<T, Refusal> {
        self.text(name).parse().map_err(|_| Problem::new(name, problem).with("given", self.text(name)).into())
    }
    /// The same for a field that may be left empty.
    pub fn parsed_opt<T: FromStr>(&self, name: &str, problem: &str) -> Result<Option<T>, Refusal> {
        if self.opt(name).is_none() { Ok(None) } else { self.parsed(name, problem).map(Some) }
    }
    /// A file.
    pub fn upload(&self, name: &str) -> Option<&Upload> {
        self.files.get(name).filter(|file| !file.bytes.is_empty())
    }
    /// Every field, to show a form again as it was filled in.
    pub fn values(&self) -> BTreeMap<&str, &str> {
        self.fields
            .iter()
            .filter(|(name, _)| !name.contains("password"))
            .map(|(name, all)| (name.as_str(), all.first().map_or("", String::as_str)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_read_what_browsers_send() {
        let form = Form::parse("name=%E8%B0%8A+%26+x&id=1&id=2&empty=&%zz=%");
        assert_eq!(form.text("name"), "谊 & x");
        assert_eq!(form.all("id"), ["1", "2"]);
        assert_eq!(form.opt("empty"), None);
        assert_eq!(form.raw("%zz"), "%");
    }
}
