//! Words in the reader's language, with figures and times as the reader writes them.
//!
//! A text holds places: `{allowed_at}` takes an argument and prints it for the reader (a time in the reader's zone, a span, a
//! grouped number); `{standing:consent.standing}` looks the argument up as a word of its own; of a cited value the value
//! is printed.

use jiff::tz::TimeZone;
use kernel::{Instant, Refusal, Span};
use serde_json::{Map, Value as Json};
use std::{borrow::Cow, collections::HashMap};

/// The reader's language.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Both.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];
    /// `en` or `zh`.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }
    /// The language with this code; a longer tag such as `zh-CN` counts too.
    pub fn from_code(code: &str) -> Option<Lang> {
        let primary = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Lang::ALL.into_iter().find(|lang| lang.code() == primary)
    }
    /// The language that a browser prefers, by its Accept-Language header.
    pub fn accepted(header: &str) -> Option<Lang> {
        let weighed = header.split(',').filter_map(|part| {
            let (tag, quality) = part.split_once(";q=").unwrap_or((part, "1"));
            let lang = Lang::from_code(tag.trim())?;
            Some((lang, quality.trim().parse::<f32>().unwrap_or(0.0)))
        });
        weighed
            .fold(None, |best: Option<(Lang, f32)>, next| if best.is_some_and(|b| b.1 >= next.1) { best } else { Some(next) })
            .map(|best| best.0)
    }
}

/// A reader: in which language and zone to print.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language.
    pub lang: Lang,
    /// The time zone.
    pub zone: TimeZone,
}

impl Reader {
    /// A reader by language and zone name; an unknown zone reads as UTC.
    pub fn new(lang: Lang, zone: &str) -> Reader {
        Reader { lang, zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC) }
    }
}

/// Every word of the house. The texts themselves stay where the program has them.
pub struct Words {
    texts: HashMap<String, [Cow<'static, str>; 2]>,
}

/// A text in both languages, as a words file states it.
#[derive(serde::Deserialize)]
struct Both {
    #[serde(borrow)]
    en: Option<Cow<'static, str>>,
    #[serde(borrow)]
    zh: Option<Cow<'static, str>>,
}

impl Words {
    /// Reads words files: the scope before each key, and the text.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'static str)>) -> Result<Words, Refusal> {
        let mut texts = HashMap::new();
        for (scope, text) in files {
            let entries: HashMap<&str, Both> = toml::from_str(text).map_err(|bad| Refusal::Fault(format!("words {scope}: {bad}")))?;
            for (key, both) in entries {
                let name = format!("{scope}.{key}");
                let (Some(en), Some(zh)) = (both.en, both.zh) else {
                    return Err(Refusal::Fault(format!("words {name}: `en` and `zh` are both needed")));
                };
                if texts.insert(name.clone(), [en, zh]).is_some() {
                    return Err(Refusal::Fault(format!("words {name}: said twice")));
                }
            }
        }
        let countries = crate::regions::all().map(|one| (format!("web.regions.{}", one.code), [one.en.into(), one.zh.into()]));
        texts.extend(countries);
        Ok(Words { texts })
    }

    /// Whether there are words for `key`.
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    fn text(&self, lang: Lang, key: &str) -> Option<&str> {
        self.texts.get(key).map(|both| &*both[lang as usize])
    }

    /// The words for `key` with its places filled. An unknown key prints itself: a test finds it before a reader does.
    pub fn say(&self, reader: &Reader, key: &str, facts: &Map<String, Json>) -> String {
        let Some(text) = self.text(reader.lang, key) else { return key.to_owned() };
        let mut said = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((place, tail)) = after.split_once('}') else { break };
            said.push_str(before);
            said.push_str(&self.fill(reader, place, facts));
            rest = tail;
        }
        said.push_str(rest);
        said
    }

    fn fill(&self, reader: &Reader, place: &str, facts: &Map<String, Json>) -> String {
        let (name, scope) = place.split_once(':').map_or((place, None), |(name, scope)| (name, Some(scope)));
        let value = facts.get(name).map(cited_value).unwrap_or(&Json::Null);
        match (scope, value) {
            (Some(scope), Json::String(code)) => self.text(reader.lang, &format!("{scope}.{code}")).unwrap_or(code).to_owned(),
            (Some(scope), Json::Bool(answer)) => self.text(reader.lang, &format!("{scope}.{answer}")).unwrap_or_default().to_owned(),
            (Some(scope), Json::Array(codes)) => {
                let each =
                    codes.iter().filter_map(Json::as_str).map(|code| self.text(reader.lang, &format!("{scope}.{code}")).unwrap_or(code));
                each.collect::<Vec<_>>().join(if reader.lang == Lang::Zh { "、" } else { ", " })
            }
            (_, value) => print(reader, value),
        }
    }
}

/// Of `{value, source, seen, sure}` the value; of anything else itself.
fn cited_value(value: &Json) -> &Json {
    match value {
        Json::Object(fields) if fields.contains_key("source") && fields.contains_key("sure") => fields.get("value").unwrap_or(value),
        other => other,
    }
}

fn print(reader: &Reader, value: &Json) -> String {
    match value {
        Json::Null => "–".into(),
        Json::Bool(answer) => answer.to_string(),
        Json::Number(number) => number.as_i64().map_or_else(|| number.to_string(), grouped),
        Json::String(text) => printed_text(reader, text),
        Json::Array(list) => list.iter().map(|one| print(reader, cited_value(one))).collect::<Vec<_>>().join(if reader.lang == Lang::Zh {
            "、"
        } else {
            ", "
        }),
        Json::Object(_) => value.to_string(),
    }
}

/// Times and spans travel as texts of a fixed form, so they are told from other texts by it.
fn printed_text(reader: &Reader, text: &str) -> String {
    if text.len() == 24
        && text.ends_with('Z')
        && let Ok(at) = text.parse::<Instant>()
    {
        return datetime(reader, at);
    }
    if text.len() < 16
        && let Ok(length) = text.parse::<Span>()
    {
        return span(reader.lang, length);
    }
    text.to_owned()
}

/// A moment in the reader's zone: `21 Nov 2026, 10:00` or `2026年11月21日 10:00`.
pub fn datetime(reader: &Reader, at: Instant) -> String {
    let local = at.timestamp().to_zoned(reader.zone.clone());
    match reader.lang {
        Lang::En => local.strftime("%-d %b %Y, %H:%M").to_string(),
        Lang::Zh => local.strftime("%Y年%-m月%-d日 %H:%M").to_string(),
    }
}

/// A day in the reader's zone: `21 Nov 2026` or `2026年11月21日`.
pub fn date(reader: &Reader, at: Instant) -> String {
    let local = at.timestamp().to_zoned(reader.zone.clone());
    match reader.lang {
        Lang::En => local.strftime("%-d %b %Y").to_string(),
        Lang::Zh => local.strftime("%Y年%-m月%-d日").to_string(),
    }
}

/// A length of time: `24 hours`, `24 小时`.
pub fn span(lang: Lang, span: Span) -> String {
    let text = span.to_string();
    let (number, unit) = text.split_once(' ').unwrap_or((&text, "ms"));
    let one = number == "1";
    match lang {
        Lang::Zh => format!(
            "{number} {}",
            match unit {
                "d" => "天",
                "h" => "小时",
                "min" => "分钟",
                "s" => "秒",
                _ => "毫秒",
            }
        ),
        Lang::En => {
            let name = match unit {
                "d" => "day",
                "h" => "hour",
                "min" => "minute",
                "s" => "second",
                _ => "millisecond",
            };
            format!("{number} {name}{}", if one { "" } else { "s" })
        }
    }
}

/// How long ago, in the largest unit: `3 hours ago`, `3 小时前`; what lies ahead reads `in 3 hours`, `3 小时后`.
pub fn ago(lang: Lang, at: Instant, now: Instant) -> String {
    let (distance, ahead) = ((now - at).0.abs(), at > now);
    let (number, unit) = match distance {
        ..60_000 => return if lang == Lang::Zh { "刚刚".into() } else { "just now".into() },
        60_000..3_600_000 => (distance / 60_000, "min"),
        3_600_000..86_400_000 => (distance / 3_600_000, "h"),
        _ => (distance / 86_400_000, "d"),
    };
    let length = match (lang, unit) {
        (Lang::Zh, "min") => format!("{number} 分钟"),
        (Lang::Zh, "h") => format!("{number} 小时"),
        (Lang::Zh, _) => format!("{number} 天"),
        (Lang::En, unit) => {
            let name = match unit {
                "min" => "minute",
                "h" => "hour",
                _ => "day",
            };
            format!("{number} {name}{}", if number == 1 { "" } else { "s" })
        }
    };
    match (lang, ahead) {
        (Lang::Zh, false) => format!("{length}前"),
        (Lang::Zh, true) => format!("{length}后"),
        (Lang::En, false) => format!("{length} ago"),
        (Lang::En, true) => format!("in {length}"),
    }
}

/// `1,234,567`, in both languages.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Basis points as a share: `16.60%`.
pub fn share(basis_points: i64) -> String {
    let (sign, size) = (if basis_points < 0 { "-" } else { "" }, basis_points.unsigned_abs());
    format!("{sign}{}.{:02}%", size / 100, size % 100)
}

/// A large number at a glance: `78.9M`, `7890万`.
pub fn compact(lang: Lang, number: i64) -> String {
    let steps: &[(i64, &str)] = match lang {
        Lang::En => &[(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")],
        Lang::Zh => &[(100_000_000, "亿"), (10_000, "万")],
    };
    let Some((size, unit)) = steps.iter().find(|(size, _)| number.abs() >= *size) else { return grouped(number) };
    let tenths = number / (size / 10);
    let (whole, tenth) = (tenths / 10, tenths.abs() % 10);
    if tenth == 0 || whole.abs() >= 1_000 { format!("{whole}{unit}") } else { format!("{whole}.{tenth}{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pairs: &[(&str, Json)]) -> Map<String, Json> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn places_print_for_the_reader() {
        let words = Words::parse([(
            "t",
            "[a]\nen = \"from {at}: {wait}, {n}, {s:t}\"\nzh = \"{at} 起：{wait}，{n}，{s:t}\"\n[b]\nen = \"bee\"\nzh = \"蜂\"",
        )])
        .unwrap();
        let facts = facts(&[
            ("at", "2026-11-21T10:00:00.000Z".into()),
            ("wait", serde_json::json!({"value": "24 h", "source": "x", "seen": "y", "sure": "ours"})),
            ("n", 1_234_567.into()),
            ("s", "b".into()),
        ]);
        let en = Reader::new(Lang::En, "Europe/London");
        let zh = Reader::new(Lang::Zh, "Asia/Shanghai");
        assert_eq!(words.say(&en, "t.a", &facts), "from 21 Nov 2026, 10:00: 24 hours, 1,234,567, bee");
        assert_eq!(words.say(&zh, "t.a", &facts), "2026年11月21日 18:00 起：24 小时，1,234,567，蜂");
        assert_eq!(words.say(&zh, "t.unknown", &facts), "t.unknown");
    }

    #[test]
    fn figures_read_as_the_reader_writes_them() {
        assert_eq!(compact(Lang::En, 78_900_000), "78.9M");
        assert_eq!(compact(Lang::Zh, 78_900_000), "7890万");
        assert_eq!(compact(Lang::Zh, 12_345), "1.2万");
        assert_eq!(compact(Lang::En, 999), "999");
        assert_eq!(grouped(-1_000), "-1,000");
        assert_eq!([share(1_660), share(5), share(-250)], ["16.60%", "0.05%", "-2.50%"]);
    }

    #[test]
    fn a_browser_gets_the_language_it_prefers() {
        assert_eq!(Lang::accepted("fr, zh-CN;q=0.8, en;q=0.5"), Some(Lang::Zh));
        assert_eq!(Lang::accepted("en-GB,en;q=0.9,zh;q=0.8"), Some(Lang::En));
        assert_eq!(Lang::accepted("fr"), None);
    }
}
