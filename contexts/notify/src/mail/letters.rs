//! A letter in words: subject, plain text and simple HTML, in the reader's language, with times in the reader's zone.

use serde_json::{Map, Value as Json};
use store::outbox::Letter;
use web::{
    Words,
    words::{Lang, Reader},
};

/// A mail, ready to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Composed {
    /// One line.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// The same with a button.
    pub html: String,
}

/// Puts a letter into words. `facts` are the letter's, with names in place of ids.
pub fn compose(words: &Words, base_url: &str, house_zone: &str, letter: &Letter, facts: &Map<String, Json>) -> Composed {
    let zone = if letter.zone.is_empty() { house_zone } else { &letter.zone };
    let reader = Reader::new(Lang::from_code(&letter.lang).unwrap_or_default(), zone);
    let mut facts = facts.clone();
    facts.insert("zone".into(), zone.into());
    facts.insert("house".into(), base_url.into());
    let say = |key: &str| words.say(&reader, key, &facts);
    let own = |part: &str| say(&format!("{}_{part}", letter.words));
    // A line break in a name would begin a header of its own.
    let subject: String = own("subject").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let (body, foot) = (own("text"), say("notify.mail.foot"));
    let button = (!letter.link.is_empty()).then(|| (own("act"), format!("{base_url}{}", letter.link)));
    let text = match &button {
        Some((label, link)) => format!("{body}\n\n{label}: {link}\n\n-- \n{foot}\n"),
        None => format!("{body}\n\n-- \n{foot}\n"),
    };
    let html = html(reader.lang, &subject, &body, button.as_ref(), &foot);
    Composed { subject, text, html }
}

fn html(lang: Lang, subject: &str, body: &str, button: Option<&(String, String)>, foot: &str) -> String {
    let lang = if lang == Lang::Zh { "zh-CN" } else { "en" };
    let paragraphs: String =
        body.split('\n').filter(|line| !line.trim().is_empty()).map(|line| format!("<p>{}</p>", escaped(line))).collect();
    let button = button.map_or_else(String::new, |(label, link)| {
        let style = "display:inline-block;padding:10px 18px;border-radius:6px;background:#1f5eff;color:#ffffff;text-decoration:none";
        format!("<p><a href=\"{}\" style=\"{style}\">{}</a></p>", escaped(link), escaped(label))
    });
    let frame = "max-width:560px;margin:0 auto;padding:24px;font:16px/1.6 system-ui,sans-serif;color:#1a1c20";
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body style=\"margin:0\">\
         <div style=\"{frame}\">{paragraphs}{button}<p style=\"font-size:13px;color:#5c6370\">{foot}</p></div></body></html>",
        title = escaped(subject),
        foot = escaped(foot),
    )
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words() -> Words {
        let text = "[hello_subject]\nen = \"{shop} asks\"\nzh = \"{shop} 邀请你\"\n[hello_text]\nen = \"Hello.\\n\\nAnswer by {by} ({zone}).\"\nzh = \"请在 {by}（{zone}）前答复。\"\n[hello_act]\nen = \"Answer\"\nzh = \"去答复\"\n";
        Words::parse([("t", text), ("notify.mail", include_str!("words.toml"))]).unwrap()
    }

    fn letter(lang: &str, zone: &str) -> Letter {
        let Json::Object(facts) = json!({"shop": "A <b>\r\nBcc: x@y.example", "by": "2026-11-23T16:00:00.000Z"}) else { unreachable!() };
        Letter { words: "t.hello".into(), facts, link: "/org/x?a=1&b=2".into(), lang: lang.into(), zone: zone.into() }
    }

    #[test]
    fn a_letter_speaks_the_readers_language_and_names_the_deadline_in_the_readers_zone() {
        let zh = letter("zh", "Asia/Shanghai");
        let mail = compose(&words(), "https://house.example", "Europe/London", &zh, &zh.facts);
        assert!(mail.text.contains("2026年11月24日 00:00（Asia/Shanghai）"), "{}", mail.text);
        assert!(mail.text.contains("去答复: https://house.example/org/x?a=1&b=2"), "{}", mail.text);
        let en = letter("en", "");
        let mail = compose(&words(), "https://house.example", "Europe/London", &en, &en.facts);
        assert!(mail.text.contains("23 Nov 2026, 16:00 (Europe/London)"), "{}", mail.text);
    }

    #[test]
    fn a_name_can_neither_add_a_header_nor_markup() {
        let en = letter("en", "UTC");
        let mail = compose(&words(), "https://house.example", "UTC", &en, &en.facts);
        assert_eq!(mail.subject, "A <b>  Bcc: x@y.example asks");
        assert!(mail.html.contains("A &lt;b&gt;") && !mail.html.contains("<b>"), "{}", mail.html);
        assert!(mail.html.contains("href=\"https://house.example/org/x?a=1&amp;b=2\""), "{}", mail.html);
    }

    #[test]
    fn a_letter_without_a_page_has_no_button() {
        let bare = Letter { link: String::new(), ..letter("en", "UTC") };
        let mail = compose(&words(), "https://house.example", "UTC", &bare, &bare.facts);
        assert!(!mail.html.contains("<a ") && !mail.text.contains("Answer:"));
    }
}
