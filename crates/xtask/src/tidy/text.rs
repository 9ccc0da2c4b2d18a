//! What no tracked file may say: where it was written, and what was left undone.

use super::{Finding, file, finds, hold, line_of};
use crate::repository::File;

/// Folders that exist on one machine only. They are put together here so that this file does not name them.
const FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/bash", "_jobs")];

/// Marks of unfinished work.
const UNDONE: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!"), concat!("unimpl", "emented!"), concat!("db", "g!")];

/// Where a package came from; lock files name it and its hash only.
const FETCHED: &str = concat!("\"reso", "lved\":");

fn nothing_is_left_over(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| !is_foreign(&file.path)).flat_map(check).collect()
}

/// What others wrote and we only carry.
fn is_foreign(path: &str) -> bool {
    path.contains("/vendor/") || path.ends_with(".min.js") || path.ends_with(".min.css") || path.ends_with(".csv")
}

fn check(file: &File) -> Vec<Finding> {
    let folders = said(file, FOLDERS, "names a folder of one machine", "a path from the root of the repository, or a temporary folder");
    let undone = said(file, UNDONE, "is unfinished", "finish it, or open an issue and say in a comment why it is so");
    let fetched = if file.path.ends_with("package-lock.json") {
        said(file, &[FETCHED], "says where a package was fetched", "`omit-lockfile-registry-resolved=true` in .npmrc, then `npm install`")
    } else {
        Vec::new()
    };
    [folders, undone, fetched].concat()
}

fn said(file: &File, needles: &[&str], what: &str, instead: &str) -> Vec<Finding> {
    let places = needles.iter().flat_map(|needle| {
        file.text.match_indices(needle).filter(|(at, _)| stands_alone(&file.text, *at, needle)).map(move |(at, _)| (at, *needle))
    });
    places.map(|(at, needle)| Finding::new(file, line_of(&file.text, at), format!("`{needle}` {what}"), instead)).collect()
}

/// Not the middle of a longer word or of a web address.
fn stands_alone(text: &str, at: usize, needle: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text[..at].chars().next_back().is_some_and(|c| is_word(c) || (needle.starts_with('/') && c == '.'));
    let after = needle.chars().all(is_word) && text[at + needle.len()..].chars().next().is_some_and(is_word);
    !before && !after
}

#[test]
fn no_file_names_a_folder_of_one_machine_or_is_left_unfinished() {
    hold(nothing_is_left_over);
}

#[test]
fn leftovers_are_found_and_ordinary_words_are_not() {
    let text = format!("fine: https://example.org{}x, TODOS\ncd {}main\n// {}: later\n{}(x)", FOLDERS[0], FOLDERS[0], UNDONE[0], UNDONE[4]);
    finds(nothing_is_left_over, &[file("a.rs", &text)], &["a.rs:2", "a.rs:3", "a.rs:4"]);
    finds(nothing_is_left_over, &[file("b/package-lock.json", &format!("{{\n{FETCHED} 1"))], &["b/package-lock.json:2"]);
    finds(nothing_is_left_over, &[file("web/vendor/x.js", &text)], &[]);
}
