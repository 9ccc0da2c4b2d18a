//! Values as people write them: countries by any name, `78.9m`, `1.2 亿`, `16.60%`, `['a', 'b']`, times in seconds. Pure.

use crate::names;
use jiff::tz::TimeZone;
use kernel::{Instant, Region};
use std::{collections::HashMap, sync::OnceLock};
use web::Lang;

/// The country of an account of which no country is known. No shop is there, so it links with nobody until support moves it.
pub const UNKNOWN: Region = Region::new(b"ZZ");

struct Regions {
    /// Code, English, Chinese.
    list: Vec<(Region, &'static str, &'static str)>,
    by_name: HashMap<String, Region>,
}

/// A name without what people leave out or add: dots, spaces, dashes, letter case.
fn plain(name: &str) -> String {
    names::normal(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn all_regions() -> &'static Regions {
    static ALL: OnceLock<Regions> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut regions = Regions { list: Vec::new(), by_name: HashMap::new() };
        for one in web::regions::all() {
            let Ok(region) = one.code.parse::<Region>() else { continue };
            if region == UNKNOWN {
                continue;
            }
            for name in [one.code, one.en, one.zh].iter().chain(&one.also) {
                regions.by_name.insert(plain(name), region);
            }
            regions.list.push((region, one.en, one.zh));
        }
        regions
    })
}

/// The country that a code or a name in English or Chinese stands for.
pub fn region(text: &str) -> Option<Region> {
    all_regions().by_name.get(&plain(text)).copied()
}

/// What a country is called.
pub fn region_name(region: Region, lang: Lang) -> String {
    if region == UNKNOWN {
        return if lang == Lang::Zh { "未知".into() } else { "unknown".into() };
    }
    let found = all_regions().list.iter().find(|(code, ..)| *code == region);
    found.map_or_else(|| region.to_string(), |(_, english, chinese)| if lang == Lang::Zh { *chinese } else { *english }.to_owned())
}

/// A choice in a form.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// Every country as a choice, by its name.
pub fn regions(lang: Lang) -> &'static [Choice] {
    static ALL: [OnceLock<Vec<Choice>>; 2] = [const { OnceLock::new() }; 2];
    ALL[lang as usize].get_or_init(|| {
        let choice = |(region, english, chinese): &(Region, &str, &str)| {
            let label = if lang == Lang::Zh { format!("{chinese} {region}") } else { (*english).to_owned() };
            Choice { value: region.to_string(), label }
        };
        let mut choices: Vec<Choice> = all_regions().list.iter().map(choice).collect();
        if lang == Lang::En {
            choices.sort_by(|a, b| a.label.cmp(&b.label));
        }
        choices
    })
}

/// The same with the unknown one before them, as a page's fact: they are two hundred and fifty, so they are made into one only once.
pub fn places(lang: Lang) -> web::Fact {
    static ALL: [OnceLock<web::Fact>; 2] = [const { OnceLock::new() }; 2];
    let unknown = || Choice { value: UNKNOWN.to_string(), label: region_name(UNKNOWN, lang) };
    let all = || std::iter::once(unknown()).chain(regions(lang).iter().cloned()).collect::<Vec<_>>();
    ALL[lang as usize].get_or_init(|| web::fact(&all())).clone()
}

/// What stands behind a number, and by how much it multiplies.
const SUFFIXES: [(&str, i64); 14] = [
    ("thousand", 1_000),
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
    ("mio", 1_000_000),
    ("bn", 1_000_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("b", 1_000_000_000),
    ("w", 10_000),
    ("千", 1_000),
    ("万", 10_000),
    ("萬", 10_000),
    ("亿", 100_000_000),
    ("億", 100_000_000),
];

/// `1,234,567`, `1 234 567`, `1'234'567` → `1234567`; `1.234.567` too, and `12,5` is twelve and a half. Nothing when it is no number.
fn digits(text: &str) -> Option<(i64, u32)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '_' | '\u{a0}' | '\u{202f}')).collect();
    let is_number =
        text.chars().next().is_some_and(|c| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
    if !is_number {
        return None;
    }
    let groups = |separator: char| {
        let mut parts = text.split(separator);
        let first = parts.next().is_some_and(|part| (1..=3).contains(&part.len()));
        first && parts.clone().count() > 0 && parts.all(|part| part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let marks = |mark| text.matches(mark).count();
    // The last mark is the decimal one, unless it can only be one that groups thousands.
    let decimal = match (text.rfind('.'), text.rfind(',')) {
        (Some(dot), Some(comma)) => Some(dot.max(comma)),
        (Some(dot), None) if marks('.') == 1 => Some(dot),
        (None, Some(comma)) if marks(',') == 1 && !groups(',') => Some(comma),
        (Some(_), None) if groups('.') => None,
        (None, Some(_)) if groups(',') => None,
        (None, None) => None,
        _ => return None,
    };
    let (whole, fraction) = decimal.map_or((text.as_str(), ""), |at| (&text[..at], &text[at + 1..]));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 12 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let number = format!("{whole}{fraction}").parse().ok()?;
    Some((number, u32::try_from(fraction.len()).ok()?))
}

/// `number × by`, rounded to the nearest whole.
fn scaled((number, decimals): (i64, u32), by: i64) -> Option<i64> {
    let ten = 10_i128.checked_pow(decimals)?;
    let product = i128::from(number) * i128::from(by);
    i64::try_from((product + ten / 2).div_euclid(ten)).ok()
}

/// A count: `1984`, `78.9m`, `1.2 B`, `7890万`, `1,234`.
pub fn count(text: &str) -> Option<i64> {
    let text = names::normal(text);
    let text = text.trim_end_matches('+').trim_end();
    let suffix = SUFFIXES.iter().find(|(suffix, _)| text.ends_with(suffix));
    let (number, by) = suffix.map_or((text, 1), |(suffix, by)| (&text[..text.len() - suffix.len()], *by));
    let parsed = digits(number.trim())?;
    // Half a follower is no count, but a spreadsheet may write a whole one as `12.0`.
    if by == 1 && parsed.1 > 0 { None } else { scaled(parsed, by) }
}

/// A share in basis points: `16.60%` → 1660. Without the sign a value up to 1 is the fraction that spreadsheets keep behind
/// a percent format, anything above it is already per cent.
pub fn basis_points(text: &str) -> Option<i64> {
    let text = names::normal(text);
    if let Some(number) = text.strip_suffix('%') {
        return scaled(digits(number.trim())?, 100);
    }
    let parsed = digits(&text)?;
    let is_fraction = parsed.0 <= 10_i64.checked_pow(parsed.1)?;
    scaled(parsed, if is_fraction { 10_000 } else { 100 })
}

/// Yes or no: `1`, `true`, `yes`, `y`, `是`.
pub fn yes(text: &str) -> Option<bool> {
    match names::normal(text).as_str() {
        "1" | "1.0" | "true" | "yes" | "y" | "是" | "对" | "真" | "有" => Some(true),
        "0" | "0.0" | "false" | "no" | "n" | "否" | "不" | "假" | "无" => Some(false),
        _ => None,
    }
}

/// A moment: seconds or milliseconds since 1970, RFC 3339, or a date with or without a time, which is then read as UTC.
pub fn moment(text: &str) -> Option<Instant> {
    let text = names::normal(text);
    let text = text.trim();
    let number = text.trim_end_matches(".0").parse::<i64>().ok();
    if let Some(number) = number.filter(|_| text.len() != 8) {
        // From 1971 to 2286 in seconds, the same in milliseconds.
        return match number {
            31_536_000..=9_999_999_999 => Some(Instant(number * 1_000)),
            31_536_000_000..=9_999_999_999_999 => Some(Instant(number)),
            _ => None,
        };
    }
    if let Ok(instant) = text.to_uppercase().parse() {
        return Some(instant);
    }
    let dashed = text.replace('/', "-");
    let plain = dashed.parse::<jiff::civil::DateTime>().or_else(|_| dashed.parse::<jiff::civil::Date>().map(|date| date.at(0, 0, 0, 0)));
    let zoned = plain.ok().or_else(|| civil(text))?.to_zoned(TimeZone::UTC).ok()?;
    Some(Instant(zoned.timestamp().as_millisecond()))
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A date with or without a time, as spreadsheets and people write it, from its words and numbers in their order. `3/5/2024` is
/// March to some and May to others, so it is nobody's; `25/3/2024` can only be one day.
fn civil(text: &str) -> Option<jiff::civil::DateTime> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return day(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)?.at(0, 0, 0, 0).into();
    }
    let spaced: String = text.chars().map(|c| if matches!(c, '年' | '月' | '日' | ',' | '，') { ' ' } else { c }).collect();
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    let half = words.iter().position(|word| matches!(*word, "am" | "pm" | "上午" | "下午")).map(|at| words.remove(at));
    let (date, time): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| !word.contains(':'));
    let parts: Vec<&str> = date.iter().flat_map(|word| word.split(['-', '/', '.'])).collect();
    let [a, b, c] = parts[..] else { return None };
    let number = |part: &str| part.parse::<i16>().ok().filter(|n| *n >= 0);
    let month = |part: &str| Some(1 + i16::try_from(MONTHS.iter().position(|name| part.len() >= 3 && part.starts_with(name))?).ok()?);
    let date = match (number(a), number(b), number(c)) {
        (Some(year), Some(month), Some(date)) if a.len() == 4 => day(year, month, date),
        // With dots the day always stands first.
        (Some(date), Some(month), Some(year)) if c.len() == 4 && (date > 12 || date == month || text.contains('.')) => {
            day(year, month, date)
        }
        (Some(month), Some(date), Some(year)) if c.len() == 4 && date > 12 => day(year, month, date),
        (None, Some(date), Some(year)) if c.len() == 4 => day(year, month(a)?, date),
        (Some(date), None, Some(year)) if c.len() == 4 => day(year, month(b)?, date),
        _ => None,
    }?;
    let [time] = time[..] else { return time.is_empty().then(|| date.at(0, 0, 0, 0)) };
    let parts: Vec<i8> = time.split(':').map(|part| part.split('.').next().unwrap_or_default().parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some("am" | "上午") => hour % 12,
        Some(_) => hour % 12 + 12,
    };
    let time = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
    Some(date.to_datetime(time))
}

fn day(year: i16, month: i16, day: i16) -> Option<jiff::civil::Date> {
    jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A list: `['a', 'b']`, `["a"]`, `a, b`, `#a #b`, `a、b`. Nothing when a quote or a bracket is left open.
pub fn list(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if text.starts_with('[') != text.ends_with(']') {
        return None;
    }
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let mut items = Vec::new();
    let mut item = String::new();
    let mut quote = None;
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(_), '\\') => item.extend(letters.next()),
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') if item.trim().is_empty() => quote = Some(letter),
            (None, ',' | '，' | '、' | ';' | '；' | '|') => items.push(std::mem::take(&mut item)),
            (None, '#') => items.push(std::mem::take(&mut item)),
            (_, letter) => item.push(letter),
        }
    }
    items.push(item);
    let named = items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty());
    quote.is_none().then(|| named.collect())
}

/// What an account is about: a list, each once, at most twenty.
pub fn categories(text: &str) -> Vec<String> {
    let mut categories: Vec<String> = Vec::new();
    for name in list(text).unwrap_or_default() {
        let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        if !categories.contains(&name) && categories.len() < 20 {
            categories.push(name);
        }
    }
    categories
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_code_and_by_name_in_two_languages() {
        for (text, code) in [
            ("U.S.A", b"US"),
            ("us", b"US"),
            ("美国", b"US"),
            ("U.K.", b"GB"),
            ("South Korea", b"KR"),
            ("U.A.E.", b"AE"),
            ("Türkiye", b"TR"),
            ("turkey", b"TR"),
            ("越南", b"VN"),
            ("Viet Nam", b"VN"),
            ("ＪＰ", b"JP"),
        ] {
            assert_eq!(region(text), Some(Region::new(code)), "{text}");
        }
        assert_eq!(region("Atlantis"), None);
        assert_eq!(region(""), None);
        assert_eq!(region_name(Region::new(b"MX"), Lang::Zh), "墨西哥");
    }

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (text, number) in [
            ("1984", 1_984),
            ("78.9m", 78_900_000),
            ("622.6k", 622_600),
            ("1.2 B", 1_200_000_000),
            ("503.0k", 503_000),
            ("7890万", 78_900_000),
            ("1.2亿", 120_000_000),
            ("12.5w", 125_000),
            ("1,234,567", 1_234_567),
            ("1 234 567", 1_234_567),
            ("1.234.567", 1_234_567),
            ("12.0", 12),
            ("10K+", 10_000),
            ("７８", 78),
            ("0", 0),
        ] {
            assert_eq!(count(text), Some(number), "{text}");
        }
        for bad in ["", "m", "-1", "1.5", "1e5", "many", "12k3", "1,2,3", "99999999999999999999", "0x10", "６.９E+18"] {
            assert_eq!(count(bad), None, "{bad}");
        }
    }

    #[test]
    fn shares_are_basis_points() {
        for (text, points) in
            [("16.60%", 1_660), ("16%", 1_600), ("0.5 %", 50), ("16,6%", 1_660), ("0.166", 1_660), ("20.8", 2_080), ("0%", 0)]
        {
            assert_eq!(basis_points(text), Some(points), "{text}");
        }
        assert_eq!(basis_points("a%"), None);
    }

    #[test]
    fn lists_are_read_with_their_quotes_and_without() {
        let read = |text: &str| list(text).unwrap();
        assert_eq!(read("['johncena', 'it\\'s', \"don't\"]"), ["johncena", "it's", "don't"]);
        assert_eq!(read("[]"), [""; 0]);
        assert_eq!(read("Dancing, Lip sync，生活、Family "), ["Dancing", "Lip sync", "生活", "Family"]);
        assert_eq!(read("#fyp #حب #小美"), ["fyp", "حب", "小美"]);
        assert_eq!(list("['open"), None);
    }

    #[test]
    fn moments_are_seconds_milliseconds_or_dates() {
        let at: Instant = "2020-11-07T17:09:17Z".parse().unwrap();
        for text in ["1604768957", "1604768957000", "1604768957.0", "2020-11-07T17:09:17Z", "2020-11-07 17:09:17", "2020/11/07 17:09:17"] {
            assert_eq!(moment(text), Some(at), "{text}");
        }
        assert_eq!(moment("2020-11-07"), Some("2020-11-07T00:00:00Z".parse().unwrap()));
        let day: Instant = "2020-11-07T00:00:00Z".parse().unwrap();
        for text in ["2020/11/7", "2020年11月7日", "2020.11.7", "20201107", "Nov 7, 2020", "7 November 2020", "07.11.2020", "7-Nov-2020"]
        {
            assert_eq!(moment(text), Some(day), "{text}");
        }
        let at: Instant = "2020-11-07T17:09:00Z".parse().unwrap();
        for text in ["2020/11/7 17:09", "2020年11月07日 17:09", "2020-11-07 5:09 PM", "2020/11/7 下午 5:09", "2020-11-08T01:09:00+08:00"]
        {
            assert_eq!(moment(text), Some(at), "{text}");
        }
        assert_eq!(moment("25/11/2020"), moment("2020-11-25"));
        assert_eq!(moment("11/25/2020"), moment("2020-11-25"));
        for bad in [
            "",
            "7",
            "yesterday",
            "2020-13-01",
            "2020-02-30",
            "3/5/2020",
            "20201340",
            "2020-11-07 25:00",
            "1.2.3.4",
            "Smarch 7, 2020",
            "45356",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
