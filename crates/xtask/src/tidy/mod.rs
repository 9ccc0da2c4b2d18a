//! What must hold of the sources themselves, as tests. One file per subject; each rule looks at given files, so that
//! its own test can hand it a small bad input and see that it is found.

mod crates;
mod drivers;
mod packs;
mod purity;
mod templates;
mod text;
mod tokens;
mod wording;

use crate::repository::{self, File};
use crate::words::line_of;

/// A place where a rule is broken, what is wrong there, and what would be accepted.
#[derive(Debug, Clone)]
struct Finding {
    path: String,
    line: usize,
    what: String,
    instead: String,
}

impl Finding {
    fn new(file: &File, line: usize, what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, what: what.into(), instead: instead.into() }
    }
}

/// Fails the test when a rule finds anything in the repository.
fn hold(rule: impl Fn(&[File]) -> Vec<Finding>) {
    let files = repository::files().unwrap();
    let findings = rule(&files);
    let lines = findings.iter().map(|finding| {
        let Finding { path, line, what, instead } = finding;
        format!("{path}:{line}: {what}\n    accepted: {instead}")
    });
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), lines.collect::<Vec<_>>().join("\n"));
}

/// A planted file, for the tests of the rules.
fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

/// Asserts that a rule finds exactly these `path:line`, in this order.
fn finds(rule: impl Fn(&[File]) -> Vec<Finding>, planted: &[File], expected: &[&str]) {
    let findings = rule(planted);
    let places: Vec<String> = findings.iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect();
    assert_eq!(places, expected, "{findings:#?}");
}
