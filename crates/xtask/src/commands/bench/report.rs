//! What was measured, as text.

use super::machine::ended_children;
use crate::Outcome;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a program printed as `name value`, and what it cost.
pub struct Measured {
    text: String,
    /// How many of what is reported one operation of the program was.
    each: f64,
    /// Processor time of the program itself, in seconds.
    pub processor: f64,
}

impl Measured {
    /// The value after `name`.
    pub fn value(&self, name: &str) -> f64 {
        let value = self.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
        let times = if name == "operations" { self.each } else { 1.0 };
        value.unwrap_or(0.0) * times
    }

    /// The same, where each operation was so many of what is reported.
    pub fn times(self, each: f64) -> Measured {
        Measured { each, ..self }
    }

    /// `commit_rate` says both in one sentence: "N commands/s, M ms of processor each…".
    pub fn rate_and_cost(&self) -> (f64, f64) {
        let number = |text: &str| text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0);
        let line = self.text.lines().next().unwrap_or_default();
        (number(line), line.split_once(", ").map_or(0.0, |(_, rest)| number(rest)))
    }
}

/// Runs a program and reads what it measured.
pub fn measured(program: &str, words: &[&str]) -> Outcome<Measured> {
    let before = ended_children();
    let child = Command::new(program).args(words).stdout(Stdio::piped()).spawn();
    let output = child.and_then(std::process::Child::wait_with_output).map_err(|error| format!("{program} did not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let processor = ended_children().since(before);
    if output.status.success() {
        Ok(Measured { text, each: 1.0, processor })
    } else {
        Err(format!("{program} ended with {}", output.status))
    }
}

/// A row of a table.
pub struct Line {
    /// What was measured.
    pub name: String,
    /// The figures.
    pub cells: Vec<String>,
}

/// The whole report.
pub struct Report(String);

/// Between these lines of `bench/RESULTS.md` stands what a run has measured; around them, what people say about it.
const MARKS: [&str; 2] = ["<!-- measured by `cargo xtask bench`; written anew by every whole run -->", "<!-- end of what was measured -->"];

impl Report {
    /// A report from this machine.
    pub fn new(facts: Vec<(String, String)>) -> Self {
        let rows: String = facts.iter().map(|(name, value)| format!("| {name} | {value} |\n")).collect();
        Self(format!("| machine | |\n|---|---|\n{rows}"))
    }

    /// Adds a table.
    pub fn add(&mut self, title: &str, columns: &[&str], lines: Vec<Line>) {
        let rows: String = lines.iter().map(|line| format!("| {} | {} |\n", line.name, line.cells.join(" | "))).collect();
        let table = format!("\n## {title}\n\n| | {} |\n|---{}|\n{rows}", columns.join(" | "), "|---".repeat(columns.len()));
        println!("{table}");
        self.0 += &table;
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Puts it into the file, in the place of what an earlier run measured.
    pub fn keep(&self, file: &Path) -> Outcome {
        let (before, after) = around(file)?;
        let text = format!("{before}{}\n\n{}\n{}{after}", MARKS[0], self.0, MARKS[1]);
        std::fs::write(file, text).map_err(|error| format!("{} cannot be written: {error}", file.display()))
    }
}

/// What stands around the tables in a file. Asked before anything is measured, so that nothing is measured in vain.
pub fn around(file: &Path) -> Outcome<(String, String)> {
    let old =
        std::fs::read_to_string(file).unwrap_or_else(|_| format!("# What the house does in a second\n\n{}\n{}\n", MARKS[0], MARKS[1]));
    let parts = old.split_once(MARKS[0]).and_then(|(before, rest)| Some((before, rest.split_once(MARKS[1])?.1)));
    let (before, after) = parts.ok_or_else(|| format!("{} has lost its marks: {} and {}", file.display(), MARKS[0], MARKS[1]))?;
    Ok((before.to_owned(), after.to_owned()))
}
