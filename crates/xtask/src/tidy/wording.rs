//! Words stand beside the code, in both languages, with the same arguments.

use super::{Finding, file, finds, hold};
use crate::repository::File;
use crate::words::{self, Entry};

fn every_verb_has_its_words(files: &[File]) -> Vec<Finding> {
    let verbs = files.iter().filter(|file| is_verb(&file.path));
    let lacks = |verb: &&File| !files.iter().any(|file| file.path == verb.path.replace("/mod.rs", "/words.toml"));
    verbs
        .filter(lacks)
        .map(|verb| Finding::new(verb, 1, "this verb has no words.toml beside it", "words.toml with its denials and labels in en and zh"))
        .collect()
}

/// `contexts/CONTEXT/src/VERB/mod.rs`.
fn is_verb(path: &str) -> bool {
    let inside = path.strip_prefix("contexts/").and_then(|rest| rest.split_once("/src/"));
    inside.is_some_and(|(_, inside)| inside.ends_with("/mod.rs"))
}

fn both_languages_say_the_same(files: &[File]) -> Vec<Finding> {
    let entries = match words::entries(files) {
        Ok(entries) => entries,
        Err(problem) => return files.iter().take(1).map(|file| Finding::new(file, 1, problem.clone(), "TOML")).collect(),
    };
    entries
        .iter()
        .filter_map(|entry| Some((entry, problem(entry)?)))
        .map(|(entry, what)| {
            let instead = "en and zh, neither empty, with the same {placeholders}".to_owned();
            Finding { path: entry.path.clone(), line: entry.line, what: format!("`{}` {what}", entry.key), instead }
        })
        .collect()
}

fn problem(entry: &Entry) -> Option<String> {
    let (Some(en), Some(zh)) = (&entry.en, &entry.zh) else {
        return Some(format!("has no {} text", if entry.en.is_none() { "en" } else { "zh" }));
    };
    // Both may be blank: what joins two words is a space in one language and nothing in the other.
    if en.trim().is_empty() != zh.trim().is_empty() {
        return Some("is empty in one language".to_owned());
    }
    if is_chinese(en) {
        return Some("has Chinese in en".to_owned());
    }
    // The same name in both languages is fine (`REST API`), an English sentence in place of a Chinese one is not.
    if !is_chinese(zh) && has_words(en) && en.contains(' ') {
        return Some("has no Chinese in zh".to_owned());
    }
    let (en, zh) = (placeholders(en), placeholders(zh));
    (en != zh).then(|| format!("has {en:?} in en and {zh:?} in zh"))
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Whether anything is said besides arguments and names in capitals.
fn has_words(text: &str) -> bool {
    let mut outside =
        text.split('{').enumerate().map(|(at, part)| if at == 0 { part } else { part.split_once('}').map_or("", |(_, rest)| rest) });
    outside.any(|part| part.split(|c: char| !c.is_alphabetic()).any(|word| word.len() > 2 && word.chars().skip(1).all(char::is_lowercase)))
}

/// The names in braces, each once, sorted.
fn placeholders(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn every_key_was_written(files: &[File]) -> Vec<Finding> {
    let entries = words::entries(files).unwrap_or_default();
    let missing = words::missing(files, &entries).into_iter();
    missing
        .map(|used| {
            let what = if used.is_prefix { format!("no key begins with `{}`", used.key) } else { format!("nobody wrote `{}`", used.key) };
            Finding { path: used.path, line: used.line, what, instead: "an entry in the words.toml of that folder".to_owned() }
        })
        .collect()
}

#[test]
fn every_verb_has_words_beside_it() {
    hold(every_verb_has_its_words);
}

#[test]
fn english_and_chinese_are_complete_and_take_the_same_arguments() {
    hold(both_languages_say_the_same);
}

#[test]
fn every_key_that_a_page_or_a_denial_asks_for_was_written() {
    hold(every_key_was_written);
}

#[test]
fn faults_in_words_are_found() {
    let verb = "contexts/linking/src/unlink/mod.rs";
    finds(
        every_verb_has_its_words,
        &[file(verb, ""), file("contexts/linking/src/list/io.rs", "")],
        &["contexts/linking/src/unlink/mod.rs:1"],
    );
    let words = "[fine]\nen = \"a {b} {c}\"\nzh = \"{c}{b}{b}\"\n[no_zh]\nen = \"a\"\n[other]\nen = \"{a}\"\nzh = \"{b}\"\n[same]\nen = \"REST API {a}\"\nzh = \"REST API {a}\"\n[english]\nen = \"Ask first\"\nzh = \"Ask first\"\n[chinese]\nen = \"先\"\nzh = \"先\"\n[deep.empty]\nen = \" \"\nzh = \"b\"\n";
    let path = "contexts/linking/src/unlink/words.toml";
    let lines = [4, 6, 12, 15, 18].map(|line| format!("{path}:{line}"));
    finds(both_languages_say_the_same, &[file(path, words)], &lines.each_ref().map(String::as_str));
    finds(both_languages_say_the_same, &[file(path, "[a")], &["contexts/linking/src/unlink/words.toml:1"]);
    finds(every_key_was_written, &[file(verb, "enum Denied { TooSoon }"), file(path, words)], &["contexts/linking/src/unlink/mod.rs:1"]);
}
