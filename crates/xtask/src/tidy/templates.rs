//! Templates hold no script, no style and no words of their own: the first two because of the strict content security
//! policy, the last because every word is said in two languages.

use super::{Finding, file, finds, hold, line_of};
use crate::repository::File;

/// Names and keys that are the same in every language.
const SAME_EVERYWHERE: &[&str] = &[
    "Countersign",
    "API",
    "REST",
    "OpenAPI",
    "CSV",
    "XLSX",
    "JSON",
    "ID",
    "QR",
    "TikTok",
    "Ctrl",
    "Esc",
    "Enter",
    "English",
    "URL",
    "TOTP",
    "SQLite",
    "PostgreSQL",
];
/// The name of the language in itself, in the switch.
const CHINESE_EVERYWHERE: &str = "中文";
/// The gallery of the kit's parts: its sample texts are data. Script and style are as unwelcome there as anywhere.
const SAMPLES: &str = "crates/web/templates/gallery.html";
/// Elements whose text is code and not language.
const CODE: [&str; 6] = ["code", "pre", "kbd", "samp", "script", "style"];
/// Attributes that a person reads or hears.
const READ: [&str; 6] = ["title", "placeholder", "alt", "aria-label", "aria-description", "label"];

const WORDS: &str = "t(\"the.key\") with the words in words.toml";
const SCRIPT: &str = "a module in the bundle, or a class";

fn templates_hold_no_script_style_or_words(files: &[File]) -> Vec<Finding> {
    let is_template =
        |file: &&File| file.path.ends_with(".html") && (file.path.starts_with("contexts/") || file.path.starts_with("crates/"));
    files.iter().filter(is_template).flat_map(|file| Reader::new(file).read()).collect()
}

/// Reads one template: first the template language is blanked out, then the rest is read as HTML.
struct Reader<'a> {
    file: &'a File,
    /// The same length as the file's text, so that a position means the same in both.
    html: String,
    findings: Vec<Finding>,
    /// The element with code in it that is open now.
    code: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a File) -> Self {
        let without_comments = blank(&file.text, "{#", "#}");
        let html = blank(&blank(&without_comments, "{{", "}}"), "{%", "%}");
        let mut reader = Self { file, html: blank(&html, "<!--", "-->"), findings: Vec::new(), code: None };
        reader.chinese(&without_comments);
        reader
    }

    fn read(mut self) -> Vec<Finding> {
        let html = std::mem::take(&mut self.html);
        let mut at = 0;
        while at < html.len() {
            let opens = html[at..].find(starts_tag(&html[at..])).map_or(html.len(), |next| at + next);
            self.text(&html, at, opens);
            let closes = end_of_tag(&html, opens);
            if opens < html.len() {
                self.tag(&html[opens..closes], opens);
            }
            at = closes;
        }
        self.findings.sort_by_key(|finding| finding.line);
        self.findings
    }

    fn found(&mut self, at: usize, what: String, instead: &str) {
        if instead == WORDS && self.file.path == SAMPLES {
            return;
        }
        self.findings.push(Finding::new(self.file, line_of(&self.file.text, at), what, instead));
    }

    fn chinese(&mut self, text: &str) {
        let allowed = text.replace(CHINESE_EVERYWHERE, &" ".repeat(CHINESE_EVERYWHERE.len()));
        if let Some((at, c)) =
            allowed.char_indices().find(|(_, c)| ('\u{3000}'..='\u{9fff}').contains(c) || ('\u{ff00}'..='\u{ffef}').contains(c))
        {
            self.found(at, format!("`{c}` is Chinese in a template"), WORDS);
        }
    }

    fn text(&mut self, html: &str, from: usize, to: usize) {
        match self.code.as_deref() {
            Some("script" | "style") if !self.file.text[from..to].trim().is_empty() => {
                self.found(from, "a script or style has a body".to_owned(), SCRIPT)
            }
            Some(_) => {}
            None => self.english(&html[from..to], from),
        }
    }

    fn english(&mut self, text: &str, from: usize) {
        let text = without_attributes(text);
        if let Some((at, word)) = words(&text).find(|(_, word)| !SAME_EVERYWHERE.contains(word)) {
            self.found(from + at, format!("`{word}` is bare English in a template"), WORDS);
        }
    }

    fn tag(&mut self, tag: &str, from: usize) {
        let name: String = tag[1..].chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-')).collect();
        for (at, attribute, value) in attributes(tag, name.len() + 1) {
            if attribute == "style" || attribute.starts_with("hx-on") || (attribute.starts_with("on") && attribute.len() > 4) {
                self.found(from + at, format!("`{attribute}=` is script or style in the page"), SCRIPT);
            } else if READ.contains(&attribute) {
                self.english(value, from + at);
            }
        }
        let is_data = name == "script" && tag.contains("application/json");
        if CODE.contains(&name.as_str()) && !tag.ends_with("/>") {
            self.code = Some(if is_data { "pre".to_owned() } else { name });
        } else if name.starts_with('/') && CODE.contains(&&name[1..]) {
            self.code = None;
        }
    }
}

/// The same text with everything between these marks, and the marks, replaced by spaces; lines stay lines.
fn blank(text: &str, open: &str, close: &str) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(open) {
        let inside = start + open.len();
        let end =
            inside + if open == "{#" || open == "<!--" { until(&rest[inside..], close) } else { until_balanced(&rest[inside..], close) };
        blanked += &rest[..start];
        blanked.extend(rest[start..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
    }
    blanked + rest
}

/// How long the text is up to the end of `close`.
fn until(text: &str, close: &str) -> usize {
    text.find(close).map_or(text.len(), |end| end + close.len())
}

/// The same for an expression: `{"a": {"b": "}}"}}` closes nothing, neither in brackets nor in quotes.
fn until_balanced(text: &str, close: &str) -> usize {
    let mut depth = 0_i32;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, _) if depth == 0 && text[at..].starts_with(close) => return at + close.len(),
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[' | '(') => depth += 1,
            (None, '}' | ']' | ')') => depth -= 1,
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// The same text without ` name="value"` outside of a tag, which is what a macro that makes attributes looks like.
fn without_attributes(text: &str) -> String {
    let mut blanked = text.to_owned();
    while let Some(at) = blanked.find("=\"") {
        let start = blanked[..at].rfind(char::is_whitespace).unwrap_or(0);
        let end = blanked[at + 2..].find('"').map_or(blanked.len(), |end| at + 2 + end + 1);
        let spaces: String = blanked[start..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        blanked.replace_range(start..end, &spaces);
    }
    blanked
}

/// `<` begins a tag when a letter or `/` follows.
fn starts_tag(html: &str) -> impl FnMut(char) -> bool + '_ {
    let mut at = 0;
    move |c| {
        at += c.len_utf8();
        c == '<' && html[at..].starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!'))
    }
}

/// The position after the `>` that ends the tag at `from`; a `>` in quotes does not.
fn end_of_tag(html: &str, from: usize) -> usize {
    let mut quote = None;
    for (at, c) in html[from..].char_indices() {
        match (quote, c) {
            (None, '>') => return from + at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    html.len()
}

/// The attributes of a tag: position, name in lower case as written, value.
fn attributes(tag: &str, from: usize) -> Vec<(usize, &str, &str)> {
    let mut found = Vec::new();
    let mut at = from;
    while at < tag.len() {
        let rest = &tag[at..];
        let length = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '"' | '\'')).unwrap_or(rest.len());
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let name = &rest[..length];
        let value = rest[length..].strip_prefix('=').and_then(|after| {
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            after[1..].split_once(quote).map(|(value, _)| value)
        });
        found.push((at, name, value.unwrap_or_default()));
        at += length + value.map_or(0, |value| value.len() + 3);
    }
    found
}

/// Words of two letters or more, with their positions; `&nbsp;` is not one.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_letter = |c: char| c.is_alphabetic() && c.is_ascii();
    let starts = text.char_indices().filter(move |(at, c)| is_letter(*c) && !text[..*at].ends_with(is_letter));
    starts.filter_map(move |(at, _)| {
        let word = text[at..].split(|c: char| !is_letter(c)).next().unwrap_or_default();
        let is_entity = text[..at].ends_with(['&', '#']) && text[at..].contains(';');
        (word.len() > 1 && !is_entity).then_some((at, word))
    })
}

#[test]
fn templates_hold_no_script_no_style_and_no_bare_words() {
    hold(templates_hold_no_script_style_or_words);
}

#[test]
fn script_style_and_bare_words_are_found() {
    let fine = "{# A comment: 中文 words #}<!doctype html>\n<p data-a=\"a b\" title=\"{{ t('a.b') }}\">{{ t(\"a.b\") }} &nbsp; Countersign 中文 {{ kit.a([{\"k\": {\"text\": t('a.b'), \"b\": \"}}\"}}]) }} {% if a > b %}x{% endif %}</p>\n<script type=\"module\" src=\"/app.js\"></script>{% macro m() %} aria-x=\"true\"{% endmacro %}<code>curl it</code><script type=\"application/json\">{\"some\": 1}</script>\n";
    let path = "crates/web/templates/a.html";
    finds(templates_hold_no_script_style_or_words, &[file(path, fine)], &[]);
    let faulty = fine.to_owned()
        + "<script>go()</script>\n<p style=\"x\">\n<a onclick='x'>\n<a hx-on::click=\"x\">\n<p>Save it</p>\n<input placeholder=\"Your name\">\n<p>{{ \"保存\" }}</p>\n<style>p{}</style>\n";
    let expected: Vec<String> = (4..=11).map(|line| format!("{path}:{line}")).collect();
    finds(templates_hold_no_script_style_or_words, &[file(SAMPLES, "<p>Sample</p>\n<p style=\"x\">")], &[&format!("{SAMPLES}:2")]);
    finds(templates_hold_no_script_style_or_words, &[file(path, &faulty)], &expected.iter().map(String::as_str).collect::<Vec<_>>());
}
