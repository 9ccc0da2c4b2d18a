//! The words files (`words.toml` beside the code) and who uses their keys.
//!
//! The key of an entry is its folder and its name: `[too_soon]` in `contexts/linking/src/unlink/words.toml` is
//! `linking.unlink.too_soon`, and `[skip]` in `crates/web/src/words.toml` is `web.skip`.

use crate::repository::File;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One text in both languages.
#[derive(Debug, Clone)]
pub struct Entry {
    /// `linking.unlink.too_soon`.
    pub key: String,
    /// Where it stands.
    pub path: String,
    /// And on which line.
    pub line: usize,
    /// None when it is missing.
    pub en: Option<String>,
    /// None when it is missing.
    pub zh: Option<String>,
}

/// A use of a key, or of every key that begins with it.
#[derive(Debug, Clone)]
pub struct Use {
    /// The key as written.
    pub key: String,
    /// Whether the rest of the key is only known when the page is shown, as in `t("web.kind_" ~ kind)`.
    pub is_prefix: bool,
    /// Where.
    pub path: String,
    /// And on which line.
    pub line: usize,
}

/// Every entry of every words file; a file that is not TOML gives an error that names it.
pub fn entries(files: &[File]) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with("words.toml")) {
        let table = DeTable::parse(&file.text).map_err(|error| format!("{}: {error}", file.path))?;
        collect(file, &scope(&file.path), table.get_ref(), &mut entries);
    }
    entries.sort_by(|one, other| (&one.path, one.line).cmp(&(&other.path, other.line)));
    Ok(entries)
}

/// `contexts/linking/src/unlink/words.toml` → `linking.unlink`; the folders `src` and `templates` do not count.
pub fn scope(path: &str) -> String {
    path.split('/').skip(1).filter(|part| !matches!(*part, "src" | "templates") && !part.contains('.')).collect::<Vec<_>>().join(".")
}

fn collect(file: &File, scope: &str, table: &DeTable<'_>, entries: &mut Vec<Entry>) {
    for (name, value) in table {
        let key = format!("{scope}.{}", name.get_ref());
        let line = line_of(&file.text, name.span().start);
        let text = |inner: &DeTable<'_>, language: &str| inner.get(language).and_then(string);
        match value.get_ref() {
            DeValue::Table(inner) if inner.values().any(|value| matches!(value.get_ref(), DeValue::Table(_))) => {
                collect(file, &key, inner, entries);
            }
            DeValue::Table(inner) => {
                entries.push(Entry { key, path: file.path.clone(), line, en: text(inner, "en"), zh: text(inner, "zh") })
            }
            _ => entries.push(Entry { key, path: file.path.clone(), line, en: None, zh: None }),
        }
    }
}

fn string(value: &Spanned<DeValue<'_>>) -> Option<String> {
    value.get_ref().as_str().map(str::to_owned)
}

/// Keys whose words are no file's: the countries' names come from a library in both languages (`web::regions`).
const MADE: &str = "web.regions.";

/// Every `t("…")` or `t('…')` in templates and Rust sources.
pub fn uses(files: &[File]) -> Vec<Use> {
    let sources = files.iter().filter(|file| is_source(&file.path));
    sources.flat_map(uses_in).collect()
}

fn is_source(path: &str) -> bool {
    let is_ours = path.starts_with("contexts/") || (path.starts_with("crates/") && !path.starts_with("crates/xtask/"));
    is_ours && (path.ends_with(".html") || path.ends_with(".txt") || path.ends_with(".rs"))
}

fn uses_in(file: &File) -> Vec<Use> {
    let text = &file.text;
    let calls = text.match_indices("t(").filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
    let found = calls.filter_map(|(at, _)| {
        let argument = text[at + 2..].trim_start();
        let quote = argument.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (key, rest) = argument[1..].split_once(quote)?;
        let is_key = key.contains('.') && key.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c));
        let is_prefix = rest.trim_start().starts_with('~') || key.ends_with('.');
        is_key.then(|| Use { key: key.to_owned(), is_prefix, path: file.path.clone(), line: line_of(text, at) })
    });
    found.collect()
}

/// The codes of a verb's `enum Denied { … }`, in snake case, each with its line.
pub fn denied(text: &str) -> Vec<(String, usize)> {
    let Some(start) = text.find("enum Denied") else { return Vec::new() };
    let Some(open) = text[start..].find('{').map(|at| start + at) else { return Vec::new() };
    let mut codes = Vec::new();
    let mut depth = 0_i32;
    let mut at_variant = true;
    let mut offset = open;
    for line in text[open..].split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or_default();
        for (column, c) in code.char_indices() {
            match c {
                '{' | '(' | '[' | '<' => depth += 1,
                '}' | ')' | ']' | '>' => depth -= 1,
                ',' if depth == 1 => at_variant = true,
                c if depth == 1 && at_variant && c.is_ascii_uppercase() => {
                    let name: String = code[column..].chars().take_while(|c| c.is_alphanumeric()).collect();
                    // A variant that holds another denial says nothing itself: the held one has the words.
                    if !code[column + name.len()..].starts_with('(') {
                        codes.push((snake_case(&name), line_of(text, offset + column)));
                    }
                    at_variant = false;
                }
                _ => {}
            }
            if depth == 0 {
                return codes;
            }
        }
        offset += line.len();
    }
    codes
}

/// `TooSoon` → `too_soon`, as serde writes it.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// Keys that somebody asks for and nobody wrote: static keys of `t()`, prefixes without any key, and denials.
///
/// A denial's words may stand anywhere in its context, since verbs share some (`Denied::scope`).
pub fn missing(files: &[File], entries: &[Entry]) -> Vec<Use> {
    let has = |wanted: &Use| {
        if wanted.key.starts_with(MADE) {
            return true;
        }
        entries.iter().any(|entry| if wanted.is_prefix { entry.key.starts_with(&wanted.key) } else { entry.key == wanted.key })
    };
    let mut missing: Vec<Use> = uses(files).into_iter().filter(|wanted| !has(wanted)).collect();
    for file in files.iter().filter(|file| file.path.starts_with("contexts/") && file.path.ends_with(".rs")) {
        let scope = scope(&file.path);
        let context = scope.split('.').next().unwrap_or_default();
        for (code, line) in denied(&file.text) {
            let stands =
                entries.iter().any(|entry| entry.key.starts_with(&format!("{context}.")) && entry.key.ends_with(&format!(".{code}")));
            if !stands {
                missing.push(Use { key: format!("{scope}.{code}"), is_prefix: false, path: file.path.clone(), line });
            }
        }
    }
    missing
}

/// Entries that nobody seems to ask for: no `t()`, no literal that holds the key or its last part, no enum variant.
pub fn unused(files: &[File], entries: &[Entry]) -> Vec<Entry> {
    let uses = uses(files);
    let sources: Vec<&File> = files.iter().filter(|file| is_source(&file.path)).collect();
    let is_used = |entry: &&Entry| {
        let name = entry.key.rsplit('.').next().unwrap_or_default();
        let by_t = uses.iter().any(|used| used.key == entry.key || (used.is_prefix && entry.key.starts_with(&used.key)));
        let literals = [format!("\"{}\"", entry.key), format!("\"{name}\""), format!(".{name}\"")];
        by_t || sources
            .iter()
            .any(|file| literals.iter().any(|literal| file.text.contains(literal.as_str())) || has_variant(&file.text, name))
    };
    entries.iter().filter(|entry| !is_used(entry)).cloned().collect()
}

fn has_variant(text: &str, name: &str) -> bool {
    let variant: String =
        name.split('_').map(|part| part[..1.min(part.len())].to_uppercase() + part.get(1..).unwrap_or_default()).collect();
    text.match_indices(&variant).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        !text[..at].ends_with(is_word) && !text[at + variant.len()..].starts_with(is_word)
    })
}

/// The line, counted from 1, on which this byte stands.
pub fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn missing_and_unused_keys_are_told_apart_from_used_ones() {
        let files = [
            file("contexts/linking/src/unlink/words.toml", "[too_soon]\nen='a'\nzh='b'\n[old]\nen='a'\nzh='b'\n[kind_a]\nen='a'\nzh='b'\n"),
            file(
                "contexts/linking/src/unlink/mod.rs",
                "pub enum Denied {\n    /// A Comment, here.\n    TooSoon { at: Vec<Instant>, Wait: u8 },\n    #[serde(rename = \"X\")]\n    Spent,\n}\nenum Other { Late }",
            ),
            file(
                "contexts/linking/src/unlink/page.html",
                "{{ t(\"linking.unlink.title\") }} {{ t('linking.unlink.kind_' ~ kind) }} {{ at(\"no.key\") }}",
            ),
        ];
        let entries = entries(&files).unwrap();
        let shown = |uses: &[Use]| uses.iter().map(|one| format!("{} {}:{}", one.key, one.path, one.line)).collect::<Vec<_>>();
        assert_eq!(
            shown(&missing(&files, &entries)),
            ["linking.unlink.title contexts/linking/src/unlink/page.html:1", "linking.unlink.spent contexts/linking/src/unlink/mod.rs:5"]
        );
        let unused: Vec<String> = unused(&files, &entries).into_iter().map(|entry| entry.key).collect();
        assert_eq!(unused, ["linking.unlink.old"]);
    }
}
