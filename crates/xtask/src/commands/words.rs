//! `cargo xtask words`: keys that are used and missing, or written and unused.

use crate::{Outcome, repository, words};

/// Prints both lists; missing keys are an error, unused ones a hint, since code may build a key from parts.
pub fn run(_: &[String]) -> Outcome {
    let files = repository::files()?;
    let entries = words::entries(&files)?;
    for entry in entries.iter().filter(|entry| entry.en.is_none() || entry.zh.is_none()) {
        println!("{}:{}: `{}` is not in both languages", entry.path, entry.line, entry.key);
    }
    let unused = words::unused(&files, &entries);
    for entry in &unused {
        println!("{}:{}: `{}` is written and seems unused", entry.path, entry.line, entry.key);
    }
    let missing = words::missing(&files, &entries);
    for used in &missing {
        let kind = if used.is_prefix { "no key begins with" } else { "nobody wrote" };
        println!("{}:{}: {kind} `{}`", used.path, used.line, used.key);
    }
    println!("{} entries, {} missing, {} seem unused", entries.len(), missing.len(), unused.len());
    if missing.is_empty() { Ok(()) } else { Err(format!("{} keys are missing.", missing.len())) }
}
