//! Rust sources as the compiler's tokens: paths, words and strings with their lines. Comments, doc comments and
//! attributes are left out, and so is whatever only exists in tests.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A path such as `store::Tx` or a lone word; `use a::{b, c}` counts as `a::b` and `a::c`.
#[derive(Debug)]
pub struct Path {
    pub segments: Vec<String>,
    pub line: usize,
}

/// What a rule may want to look at in one source file.
#[derive(Debug, Default)]
pub struct Source {
    pub paths: Vec<Path>,
    /// String literals as written, with their quotes.
    pub strings: Vec<(String, usize)>,
}

impl Source {
    /// Reads a file without what stands under `#[test]` or `#[cfg(test)]`; files that do not parse are for the compiler.
    pub fn read(text: &str) -> Self {
        let mut source = Self::default();
        if let Ok(stream) = text.parse::<TokenStream>() {
            source.walk(stream, &[]);
        }
        source
    }

    /// `prefix` is what stands before the braces of a `use` group.
    fn walk(&mut self, stream: TokenStream, prefix: &[String]) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            at = match tree {
                TokenTree::Punct(punct) if punct.as_char() == '#' => self.after_attribute(&trees, at),
                TokenTree::Ident(_) => self.path(&trees, at, prefix),
                TokenTree::Group(group) => {
                    self.walk(group.stream(), &[]);
                    at + 1
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if text.contains('"') {
                        self.strings.push((text, literal.span().start().line));
                    }
                    at + 1
                }
                TokenTree::Punct(_) => at + 1,
            };
        }
    }

    /// Steps over `#[…]` and, when it marks a test, over the item that it stands on.
    fn after_attribute(&self, trees: &[TokenTree], at: usize) -> usize {
        let bang = usize::from(is_punct(trees.get(at + 1), '!'));
        let Some(TokenTree::Group(group)) = trees.get(at + 1 + bang) else { return at + 1 };
        let after = at + 2 + bang;
        let words = group.stream().to_string().replace(' ', "");
        if words == "test" || words == "cfg(test)" { after + rest_of_item(&trees[after..]) } else { after }
    }

    /// Reads one path that begins at `at`; answers where to go on.
    fn path(&mut self, trees: &[TokenTree], at: usize, prefix: &[String]) -> usize {
        let line = trees[at].span().start().line;
        let mut segments = prefix.to_vec();
        let mut at = at;
        loop {
            match trees.get(at) {
                Some(TokenTree::Ident(ident)) => segments.push(ident.to_string()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.group(group.stream(), &segments);
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
            if !is_colons(&trees[at..]) {
                break;
            }
            at += 2;
        }
        self.paths.push(Path { segments, line });
        at
    }

    /// `{self, b::c, d as e}` after `use a::`.
    fn group(&mut self, stream: TokenStream, prefix: &[String]) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while at < trees.len() {
            at = match &trees[at] {
                TokenTree::Ident(ident) if ident == "as" => at + 2,
                TokenTree::Ident(_) => self.path(&trees, at, prefix),
                _ => at + 1,
            };
        }
    }
}

/// How many trees belong to the item: up to its body in braces, or to a semicolon.
fn rest_of_item(trees: &[TokenTree]) -> usize {
    let is_end = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    trees.iter().position(is_end).map_or(trees.len(), |end| end + 1)
}

fn is_punct(tree: Option<&TokenTree>, wanted: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_colons(trees: &[TokenTree]) -> bool {
    let joint = matches!(trees.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
    joint && is_punct(trees.get(1), ':')
}

#[test]
fn paths_are_read_through_groups_macros_and_comments_and_tests_are_left_out() {
    let source = Source::read(
        r#"
//! rusqlite in a comment
#[doc = "SELECT"] use store::{Tx, deep::{self, Log as Book}, *};
fn f() { format!("{}", jiff::Zoned::now()); let s = "SELECT 1"; }
#[cfg(test)] mod tests { use axum::Router; }
#[test] fn t() -> Result<(), X> { tokio::spawn() }
"#,
    );
    let paths: Vec<String> = source.paths.iter().map(|path| path.segments.join("::")).collect();
    for expected in ["store::Tx", "store::deep::self", "store::deep::Log", "jiff::Zoned::now"] {
        assert!(paths.iter().any(|path| path == expected), "{expected} in {paths:?}");
    }
    for unwanted in ["rusqlite", "axum", "tokio"] {
        assert!(!paths.iter().any(|path| path.contains(unwanted)), "{unwanted} in {paths:?}");
    }
    assert_eq!(source.strings, [("\"{}\"".to_owned(), 4), ("\"SELECT 1\"".to_owned(), 4)]);
}
