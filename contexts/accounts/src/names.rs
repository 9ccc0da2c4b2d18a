//! How a name is compared and found. Pure; the tables that hold the keys are `index`'s.
//!
//! A name is found by the start of any of its words, for scripts without spaces by any of its characters, and with one
//! letter wrong. `docs/decisions/0010-search.md` argues the design.

use unicode_normalization::UnicodeNormalization;

/// How many characters of a key are kept: enough to tell names apart, few enough to keep the index small.
const KEY: usize = 24;
/// How many starting points a name may have, so that nobody can fill the index with one nickname.
const STARTS: usize = 24;
/// From how many characters on a query may contain a typo: in shorter ones every name is one letter away.
const TYPO_FROM: usize = 4;
/// How many characters of a query may contain the typo; the rest must then follow as typed.
const TYPO_WITHIN: usize = 16;
/// What a Latin typo can put in place of a letter.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789._ ";

/// A name as it is compared: compatibility forms and letter case do not count, nor do spaces at the ends or in a row.
pub fn normal(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A handle as typed, without the `@` before it and the spaces around it.
pub fn bare_handle(typed: &str) -> &str {
    let typed = typed.trim();
    typed.strip_prefix(['@', '\u{FF20}']).unwrap_or(typed).trim()
}

/// Whether words are written without spaces in this character's script: Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese.
fn is_unspaced(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x323AF)
}

fn first(letters: &[char], most: usize) -> String {
    letters.iter().take(most).collect::<String>().trim_end().to_owned()
}

/// Where a search for `name` may begin: the whole, each word's start, each character of an unspaced script.
fn starts(name: &str, keys: &mut Vec<String>) {
    let letters: Vec<char> = normal(name).chars().collect();
    let mut found = 0;
    for (at, &letter) in letters.iter().enumerate() {
        let begins_word = at == 0 || !letters[at - 1].is_alphanumeric() && letter.is_alphanumeric();
        if (begins_word || is_unspaced(letter)) && found < STARTS {
            keys.push(first(&letters[at..], KEY));
            found += 1;
        }
    }
}

/// Every key under which an account with this handle and nickname is found, without repeats.
pub fn keys(handle: &str, nickname: &str) -> Vec<String> {
    let mut keys = Vec::new();
    starts(handle, &mut keys);
    starts(nickname, &mut keys);
    keys.sort();
    keys.dedup();
    keys
}

/// The first of an account's keys, in their order, that begins with `prefix`.
pub fn first_of(prefix: &str, handle: &str, nickname: &str) -> Option<String> {
    keys(handle, nickname).into_iter().find(|key| key.starts_with(prefix))
}

/// The key that a query is compared with.
pub fn query(typed: &str) -> String {
    let letters: Vec<char> = normal(bare_handle(typed)).chars().collect();
    first(&letters, KEY)
}

/// The first text that no longer begins with `prefix`, in the order of code points.
pub fn after(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

/// What a query with one wrong letter may have meant: beginnings to look for. Each stands for one edit: a letter left out,
/// doubled or foreign, a letter missing, two letters swapped. For unspaced scripts, whose letters are too many to try, these
/// are the halves of the query, one of which is right; what they find still has to be [`near`].
pub fn guesses(query: &str) -> Vec<String> {
    let letters: Vec<char> = query.chars().collect();
    if letters.iter().any(|letter| is_unspaced(*letter)) {
        let half = letters.len() / 2;
        let halves = [&letters[..half], &letters[half..]];
        return if letters.len() < 3 { Vec::new() } else { halves.iter().map(|half| half.iter().collect()).collect() };
    }
    if letters.len() < TYPO_FROM {
        return Vec::new();
    }
    let mut guesses = Vec::new();
    let mut add = |from: &[char], middle: &[char], rest: &[char]| guesses.push(from.iter().chain(middle).chain(rest).collect::<String>());
    for at in 0..letters.len().min(TYPO_WITHIN) {
        let (from, rest) = letters.split_at(at);
        add(from, &[], &rest[1..]);
        if let [one, other, rest @ ..] = rest {
            add(from, &[*other, *one], rest);
        }
        for letter in LETTERS.chars() {
            add(from, &[letter], &rest[1..]);
            add(from, &[letter], rest);
        }
    }
    guesses.sort();
    guesses.dedup();
    guesses
}

/// Whether a query finds an account with this handle and nickname, a typo forgiven.
pub fn matches(typed: &str, handle: &str, nickname: &str) -> bool {
    let query = query(typed);
    keys(handle, nickname).iter().any(|key| key.starts_with(&query)) || is_near(&query, handle, nickname)
}

/// Whether one of an account's names is one typo away from a query.
pub fn is_near(query: &str, handle: &str, nickname: &str) -> bool {
    let typed = query.chars().count() >= TYPO_FROM || (query.chars().count() > 2 && query.chars().any(is_unspaced));
    typed && keys(handle, nickname).iter().any(|key| near(query, key))
}

/// Whether a name under `key` can be what was meant by `query`: its beginning is at most one edit away.
pub fn near(query: &str, key: &str) -> bool {
    let length = query.chars().count();
    let letters: Vec<char> = key.chars().collect();
    (length.saturating_sub(1)..=length + 1)
        .filter(|taken| *taken <= letters.len())
        .any(|taken| strsim::osa_distance(query, &letters[..taken].iter().collect::<String>()) <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_spaces_do_not_count() {
        assert_eq!(normal("  ＣＡＦÉ　Ｌuna "), "café luna");
        assert_eq!(bare_handle(" @luna.k "), "luna.k");
        assert_eq!(query("＠Luna"), "luna");
    }

    #[test]
    fn a_name_is_found_by_any_word_and_a_chinese_one_by_any_character() {
        let keys = keys("luna.kitchen", "小美厨房 Luna");
        for start in ["luna.kitchen", "kitchen", "小美厨房 luna", "美厨房 luna", "厨房 luna", "房 luna", "luna"] {
            assert!(keys.iter().any(|key| key == start), "{start} in {keys:?}");
        }
    }

    #[test]
    fn one_wrong_letter_is_near_and_two_are_not() {
        for typed in ["charlidamelo", "carlidamelio", "charlldamelio", "hcarlidamelio", "charlida"] {
            assert!(near(typed, "charlidamelio"), "{typed}");
        }
        assert!(!near("chrlidamelo", "charlidamelio"));
        assert!(near("小丽厨房", "小美厨房 luna"));
    }

    #[test]
    fn every_single_edit_of_a_latin_query_is_guessed() {
        let guesses = guesses("luma");
        for meant in ["luna", "lum", "uma", "luam", "lunma", "aluma"] {
            assert!(guesses.iter().any(|guess| guess == meant), "{meant}");
        }
        assert!(super::guesses("lum").is_empty());
    }
}
