//! The template language as pages use it: every room's templates, words, times and figures.

use crate::{
    Room, Words,
    words::{self, Reader},
};
use kernel::{Instant, Span};
use minijinja::{Environment, Error, ErrorKind, State, Value, value::Kwargs};
use serde_json::{Map, Value as Json};
use std::{collections::HashMap, sync::Arc};

macro_rules! templates {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("../templates/", $name)))),*] };
}

fn own() -> [(&'static str, &'static str); 8] {
    templates!["layout.html", "bare.html", "head.html", "shared.html", "kit.html", "error.html", "not_found.html", "api.html"]
}

/// Who reads this page: found out once, since every word asks.
pub(crate) fn reader(state: &mut State<'_, '_>) -> Reader {
    if let Some(known) = state.get_extension::<Reader>() {
        return known.clone();
    }
    let page = state.lookup("page").unwrap_or_default();
    let text = |name: &str| page.get_attr(name).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let reader = Reader::new(crate::Lang::from_code(&text("lang")).unwrap_or_default(), &text("zone"));
    state.get_or_insert_extension(reader).clone()
}

pub(crate) fn now(state: &State<'_, '_>) -> Instant {
    let page = state.lookup("page").unwrap_or_default();
    page.get_attr("now").ok().and_then(|value| value.as_str().and_then(|text| text.parse().ok())).unwrap_or_default()
}

pub(crate) fn instant(text: &str) -> Result<Instant, Error> {
    text.parse().map_err(|bad: String| Error::new(ErrorKind::InvalidOperation, bad))
}

fn json(value: &Value) -> Json {
    serde_json::to_value(value).unwrap_or(Json::Null)
}

fn whole(value: &Value) -> Option<i64> {
    i64::try_from(value.clone()).ok().or_else(|| f64::try_from(value.clone()).ok().map(|number| number.round() as i64))
}

/// `none` prints as a dash: a missing figure is not zero.
pub(crate) fn figure(value: &Value, print: impl Fn(i64) -> String) -> String {
    whole(value).map_or_else(|| "–".to_owned(), print)
}

/// A colour, 0 to 7, that stays the same for the same text.
pub(crate) fn tint(text: &str) -> u32 {
    text.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 8
}

/// Every template of the house by its name.
pub(crate) fn all(rooms: &'static [&'static Room]) -> impl Iterator<Item = (&'static str, &'static str)> {
    own().into_iter().chain(rooms.iter().flat_map(|room| room.templates.iter().copied()))
}

/// The templates of the house, and what they can call. A template is compiled when a page first needs it: all of them at the start
/// would be a tenth of the start's work, and four megabytes that most houses never use.
pub(crate) fn environment(words: Arc<Words>, rooms: &'static [&'static Room]) -> Environment<'static> {
    let mut env = Environment::new();
    let sources: HashMap<&str, &str> = all(rooms).collect();
    env.set_auto_reload(false);
    env.set_loader(move |name| Ok(sources.get(name).copied()));
    crate::marks::add(&mut env, &words);
    let said = words.clone();
    env.add_function("t", move |state: &mut State<'_, '_>, key: &str, facts: Kwargs| -> Result<String, Error> {
        let mut given = Map::new();
        for name in facts.args() {
            given.insert(name.to_owned(), json(&facts.get::<Value>(name)?));
        }
        Ok(said.say(&reader(state), key, &given))
    });
    env.add_function("has_words", move |key: &str| words.has(key));
    env.add_function("asset", |name: &str| crate::assets::address(name));
    env.add_function("tint", tint);
    env.add_function("money", |minor: i64, currency: &str| {
        format!("{currency} {}.{:02}", words::grouped(minor / 100), (minor % 100).abs())
    });
    env.add_filter("datetime", |state: &mut State<'_, '_>, at: &str| instant(at).map(|at| words::datetime(&reader(state), at)));
    env.add_filter("date", |state: &mut State<'_, '_>, at: &str| instant(at).map(|at| words::date(&reader(state), at)));
    env.add_filter("ago", |state: &mut State<'_, '_>, at: &str| instant(at).map(|at| words::ago(reader(state).lang, at, now(state))));
    env.add_filter("number", |value: Value| figure(&value, words::grouped));
    env.add_filter("share", |value: Value| figure(&value, words::share));
    env.add_filter("compact", |state: &mut State<'_, '_>, value: Value| {
        let lang = reader(state).lang;
        figure(&value, |number| words::compact(lang, number))
    });
    env.add_filter("span", |state: &mut State<'_, '_>, value: Value| -> Result<String, Error> {
        let lang = reader(state).lang;
        if let Some(text) = value.as_str() {
            let span: Span = text.parse().map_err(|bad: String| Error::new(ErrorKind::InvalidOperation, bad))?;
            return Ok(words::span(lang, span));
        }
        Ok(figure(&value, |ms| words::span(lang, Span(ms))))
    });
    env
}
