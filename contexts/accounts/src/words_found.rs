//! What the word list finds in posts and lives. Pure: the list is part of the program, and what it found stands in the
//! event, so that a longer list in a later version changes nothing that has been decided.

use crate::{Finding, Live, Post, Topic, names};
use aho_corasick::{AhoCorasick, MatchKind};
use kernel::Instant;
use std::sync::OnceLock;

const LIST: &str = include_str!("../data/words.txt");

/// One word of the list.
struct Word {
    topic: Topic,
    text: String,
}

struct List {
    words: Vec<Word>,
    machine: Option<AhoCorasick>,
}

fn topic(code: &str) -> Option<Topic> {
    Topic::ALL.into_iter().find(|topic| topic.code() == code)
}

fn read() -> List {
    let mut words: Vec<Word> = Vec::new();
    let mut current = None;
    for line in LIST.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix('[') {
            current = head.split_whitespace().next().and_then(topic);
        } else if let Some(topic) = current {
            words.push(Word { topic, text: names::normal(line) });
        }
    }
    let machine = AhoCorasick::builder().match_kind(MatchKind::Standard).build(words.iter().map(|word| &word.text));
    List { words, machine: machine.ok() }
}

fn list() -> &'static List {
    static LIST: OnceLock<List> = OnceLock::new();
    LIST.get_or_init(read)
}

/// Whether the match is a whole word. Scripts without spaces have no words' ends, so anything counts there.
fn is_whole(text: &str, from: usize, to: usize) -> bool {
    let ends_in_latin = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && (c as u32) < 0x0E00);
    let inside = |edge: Option<char>, beyond: Option<char>| ends_in_latin(edge) && ends_in_latin(beyond);
    let found = &text[from..to];
    !inside(found.chars().next(), text[..from].chars().next_back()) && !inside(found.chars().next_back(), text[to..].chars().next())
}

/// Every word of the list that stands in one of these texts, once each.
fn find<'a>(texts: impl Iterator<Item = &'a str>, post: &str, at: Instant, findings: &mut Vec<Finding>) {
    let list = list();
    let Some(machine) = &list.machine else { return };
    let mut seen: Vec<usize> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        let text = names::normal(text);
        for found in machine.find_overlapping_iter(&text) {
            let word = found.pattern().as_usize();
            if !seen.contains(&word) && is_whole(&text, found.start(), found.end()) {
                seen.push(word);
                let Word { topic, text } = &list.words[word];
                findings.push(Finding { topic: *topic, word: text.clone(), post: post.to_owned(), at });
            }
        }
    }
}

/// What the list finds in the titles and hashtags of posts.
pub fn in_posts(posts: &[Post]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for post in posts {
        let texts = std::iter::once(post.title.as_str()).chain(post.hashtags.iter().map(String::as_str));
        find(texts, &post.id, post.at, &mut findings);
    }
    findings
}

/// What the list finds in the titles of lives.
pub fn in_lives(lives: &[Live]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for live in lives {
        find(std::iter::once(live.title.as_str()), &live.id, live.at, &mut findings);
    }
    findings
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A post with this title, for the tests of the verbs.
    pub(crate) fn post(id: &str, at: Instant, title: &str) -> Post {
        let (hashtags, song) = (Vec::new(), String::new());
        Post {
            id: id.into(),
            at,
            title: title.into(),
            hashtags,
            song,
            seconds: 9,
            plays: 0,
            likes: 0,
            comments: 0,
            shares: 0,
            visibility: crate::Visibility::Public,
        }
    }

    /// A live with this title, for the tests of the verbs.
    pub(crate) fn live(id: &str, at: Instant, title: &str) -> Live {
        Live { id: id.into(), at, ended_at: at, title: title.into(), viewers: 0, likes: 0 }
    }

    fn found(title: &str) -> Vec<Topic> {
        in_posts(&[post("1", Instant(0), title)]).into_iter().map(|finding| finding.topic).collect()
    }

    #[test]
    fn every_topic_has_words_in_every_language_of_the_list() {
        for topic in Topic::ALL {
            for lang in ["zh", "en", "es", "th", "vi", "id"] {
                assert!(LIST.contains(&format!("[{} {lang} G1]", topic.code())), "{topic:?} {lang}");
            }
        }
        assert!(list().machine.is_some());
    }

    #[test]
    fn words_are_found_whatever_their_width_and_case_and_not_inside_other_words() {
        assert_eq!(found("ＢＬＭ forever"), [Topic::Politics]);
        assert_eq!(found("这款面膜包治百病！"), [Topic::FalseAdvertising]);
        assert_eq!(found("A Miracle Cure, no side effects"), [Topic::FalseAdvertising, Topic::FalseAdvertising]);
        assert!(found("devoted to soup").is_empty(), "vote stands inside devoted");
        assert!(found("my biblemaker").is_empty());
    }

    #[test]
    fn a_word_counts_once_in_a_post_however_often_it_stands_there() {
        let mut twice = post("1", Instant(0), "blm blm");
        twice.hashtags = vec!["blm".into()];
        assert_eq!(in_posts(&[twice]).len(), 1);
    }
}
