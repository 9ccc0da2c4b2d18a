//! What lists of this part read from an address, for pages and the API alike.

use super::{typed, view};
use crate::index::{ad_accounts, changes};
use kernel::{AssetGroupId, Instant, Problem, Refusal, UserId};
use web::Visit;

/// How many rows a page holds unless it is told otherwise.
pub const PAGE: i64 = 20;
/// How many at the most.
pub const MOST: i64 = 100;

fn bad_cursor(text: &str) -> Refusal {
    Problem::new("after", "linking.bad_cursor").with("given", text).into()
}

/// `size`.
pub fn size(visit: &Visit) -> Result<i64, Refusal> {
    let Some(text) = visit.query("size") else { return Ok(PAGE) };
    let bad = || Problem::new("size", "linking.bad_size").with("given", text).with("most", MOST).into();
    text.parse().ok().filter(|size| (1..=MOST).contains(size)).ok_or_else(bad)
}

/// `q`, `own`, `user`, `after` and `size` of a list of ad accounts.
pub fn ad_accounts(visit: &Visit) -> Result<ad_accounts::Filter, Refusal> {
    let own = match visit.query("own") {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(given) => return Err(Problem::new("own", "centers.ad_accounts.own_bad").with("given", given).into()),
    };
    let of = visit.query("user").map(|text| typed::id("user", "centers.assets.member_bad", text)).transpose()?;
    let after = visit.query("after").map(|text| view::read_place(text).ok_or_else(|| bad_cursor(text))).transpose()?;
    Ok(ad_accounts::Filter {
        search: visit.query("q").unwrap_or_default().to_owned(),
        own,
        of,
        after,
        limit: size(visit)?,
        served_by: None,
    })
}

/// `after` of a list of partnerships.
pub fn before(visit: &Visit) -> Result<Option<i64>, Refusal> {
    visit.query("after").map(|text| text.parse().map_err(|_| bad_cursor(text))).transpose()
}

/// `after` of a list of groups.
pub fn group(visit: &Visit) -> Result<Option<(String, AssetGroupId)>, Refusal> {
    visit.query("after").map(|text| view::read_place(text).ok_or_else(|| bad_cursor(text))).transpose()
}

/// `activity`, `by`, `about`, `from`, `until`, `after` and `size` of the change log. Days are the reader's; `until` is included.
pub fn changes(visit: &Visit) -> Result<changes::Filter, Refusal> {
    let activity = visit.query("activity").map(|code| {
        changes::Activity::from_code(code).ok_or_else(|| Problem::new("activity", "centers.changes.activity_bad").with("given", code))
    });
    let by = visit.query("by").map(|text| typed::id::<UserId>("by", "centers.assets.member_bad", text)).transpose()?;
    let (from, until) = (day(visit, "from", false)?, day(visit, "until", true)?);
    let about = visit.query("about").map(|text| about(text).ok_or_else(|| Problem::new("about", "centers.changes.about_bad")));
    Ok(changes::Filter {
        activity: activity.transpose()?,
        actor: by.map(|user| user.to_string()),
        about: about.transpose()?,
        from,
        until,
        before: before(visit)?,
        limit: size(visit)?,
    })
}

/// An id of any kind, as the facts name it.
fn about(text: &str) -> Option<String> {
    let (prefix, digits) = text.split_once('_')?;
    let sound = prefix.bytes().all(|b| b.is_ascii_lowercase()) && digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    sound.then(|| text.to_owned())
}

/// The beginning of a day in the reader's zone, or of the one after it.
fn day(visit: &Visit, field: &str, next: bool) -> Result<Option<Instant>, Refusal> {
    let Some(text) = visit.query(field) else { return Ok(None) };
    let bad = || Problem::new(field, "centers.changes.day_bad").with("given", text);
    let day: jiff::civil::Date = text.parse().map_err(|_| bad())?;
    let day = if next { day.tomorrow().map_err(|_| bad())? } else { day };
    let start = day.in_tz(visit.zone()).or_else(|_| day.in_tz("UTC")).map_err(|_| bad())?;
    Ok(Some(Instant(start.timestamp().as_millisecond())))
}

/// A text in an address.
pub fn escape(text: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(escape).collect()
}

/// The address of this list with the kept parts of its query and one more.
pub fn address(visit: &Visit, keep: &[&str], more: Option<(&str, &str)>) -> String {
    address_at(visit.path(), visit, keep, more)
}

/// The same of a list that stands elsewhere: the page of a refused form is drawn at the form's own address.
pub fn address_at(path: &str, visit: &Visit, keep: &[&str], more: Option<(&str, &str)>) -> String {
    let kept = keep.iter().filter(|name| more.is_none_or(|(other, _)| other != **name));
    let kept = kept.filter_map(|name| visit.query(name).map(|value| format!("{name}={}", escape(value))));
    let more = more.filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", escape(value)));
    let query = kept.chain(more).collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_change_is_about_is_an_id_and_nothing_that_like_reads_specially() {
        assert!(about("adv_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a").is_some());
        for text in ["", "adv", "adv_%", "adv_0190b6f0c1d27c3e8f5a6b7c8d9e0f1%", "%_0190b6f0c1d27c3e8f5a6b7c8d9e0f1a", "a\"_0"] {
            assert_eq!(about(text), None, "{text}");
        }
    }
}
