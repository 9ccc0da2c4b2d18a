//! The small parts of pages that lists repeat in every row, written straight as HTML: a macro of the template language costs
//! several times as much. `kit.html` says what each one takes; what is here is all of the kit that is not written there.
//!
//! Texts are escaped in one place, [`Html::put`], by the template language's own rules.

use crate::{
    template::{self, reader},
    words::{self, Words},
};
use minijinja::{
    Environment, Error, ErrorKind, HtmlEscape, State, Value,
    value::{Kwargs, Rest},
};
use serde_json::{Map, json};
use std::{fmt::Write, sync::Arc};

/// HTML on its way to a page.
struct Html(String);

impl Html {
    /// HTML of ours, as it stands.
    fn raw(&mut self, html: &str) -> &mut Html {
        self.0.push_str(html);
        self
    }
    /// A value, escaped unless it is HTML already.
    fn put(&mut self, value: &Value) -> &mut Html {
        match value.as_str() {
            Some(html) if value.is_safe() => self.raw(html),
            Some(text) => self.text(text),
            None => self.text(&value.to_string()),
        }
    }
    /// A text, escaped.
    fn text(&mut self, text: &str) -> &mut Html {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{}", HtmlEscape(text));
        self
    }
    fn raw_if(&mut self, condition: bool, html: &str) -> &mut Html {
        if condition { self.raw(html) } else { self }
    }
}

/// The values for `names`, by their places or by their names as a macro takes them; undefined where nothing was given.
fn given<const N: usize>(names: [&str; N], placed: &[Value], named: &Kwargs) -> Result<[Value; N], Error> {
    let mut used = 0;
    let values = std::array::from_fn(|at| match (placed.get(at), names.get(at)) {
        (None, Some(name)) if named.has(name) => {
            used += 1;
            named.peek(name).unwrap_or_default()
        }
        (placed, _) => placed.cloned().unwrap_or_default(),
    });
    if placed.len() > N || named.args().count() > used {
        return Err(Error::new(ErrorKind::TooManyArguments, format!("it takes {}", names.join(", "))));
    }
    Ok(values)
}

/// Adds a part to the kit.
fn part<const N: usize>(
    env: &mut Environment<'static>,
    name: &'static str,
    takes: [&'static str; N],
    write: impl Fn(&mut State<'_, '_>, &mut Html, [Value; N]) -> Result<(), Error> + Send + Sync + 'static,
) {
    env.add_function(name, move |state: &mut State<'_, '_>, placed: Rest<Value>, named: Kwargs| -> Result<Value, Error> {
        let mut html = Html(String::with_capacity(192));
        write(state, &mut html, given(takes, &placed, &named)?)?;
        Ok(Value::from_safe_string(html.0))
    });
}

/// The given value, or what the part does without one.
fn or(given: Value, without: &str) -> Value {
    if given.is_undefined() { Value::from(without) } else { given }
}

/// Where the icons are, escaped.
fn sheet() -> Arc<str> {
    HtmlEscape(&crate::assets::address("icons.svg")).to_string().into()
}

fn avatar(html: &mut Html, name: &Value, size: &Value, round: bool) {
    let shown = name.to_string();
    let initial: String = shown.replace('@', "").trim().chars().take(1).flat_map(char::to_uppercase).collect();
    html.raw("<span class=\"mark mark-").put(size).raw_if(round, " mark-round");
    html.raw(" tint-").text(&template::tint(&shown).to_string()).raw("\" aria-hidden=\"true\">").text(&initial).raw("</span>");
}

fn icon(html: &mut Html, sheet: &str, name: &Value) {
    html.raw("<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"")
        .raw(sheet)
        .raw("#")
        .put(name)
        .raw("\"></use></svg>");
}

fn badge(html: &mut Html, sheet: &str, label: &Value, tone: &Value, shape: &Value) {
    html.raw("<span class=\"state tone-").put(tone).raw("\">");
    if shape.is_true() {
        icon(html, sheet, shape);
    } else {
        html.raw("<span class=\"dot\"></span>");
    }
    html.put(label).raw("</span>");
}

/// Several badges beside each other: `[{label, tone}]`.
fn badges(html: &mut Html, sheet: &str, all: &Value) -> Result<(), Error> {
    html.raw("<span class=\"d-inline-flex flex-wrap gap-2\">");
    for one in all.try_iter()? {
        badge(html, sheet, &one.get_attr("label")?, &or(one.get_attr("tone")?, "mute"), &Value::UNDEFINED);
    }
    html.raw("</span>");
    Ok(())
}

fn who(html: &mut Html, name: &Value, sub: &Value, href: &Value, mark: bool) {
    html.raw("<span class=\"who\">");
    if mark {
        avatar(html, name, &Value::from("md"), false);
    }
    html.raw("<span class=\"who-text\">");
    if href.is_true() {
        html.raw("<a href=\"").put(href).raw("\" dir=\"auto\">").put(name).raw("</a>");
    } else {
        html.raw("<span dir=\"auto\">").put(name).raw("</span>");
    }
    if sub.is_true() {
        html.raw("<small dir=\"auto\">").put(sub).raw("</small>");
    }
    html.raw("</span></span>");
}

fn number(html: &mut Html, state: &mut State<'_, '_>, words: &Words, n: &Value, compact: bool) {
    if n.is_none() || n.is_undefined() {
        return none(html, state, words);
    }
    let whole = template::figure(n, words::grouped);
    if compact {
        let lang = reader(state).lang;
        let short = template::figure(n, |number| words::compact(lang, number));
        html.raw("<span class=\"num\" title=\"").text(&whole).raw("\">").text(&short).raw("</span>");
    } else {
        html.raw("<span class=\"num\">").text(&whole).raw("</span>");
    }
}

fn none(html: &mut Html, state: &mut State<'_, '_>, words: &Words) {
    let said = words.say(&reader(state), "web.none", &Map::new());
    html.raw("<span class=\"none\" aria-label=\"").text(&said).raw("\">–</span>");
}

fn kind_class(kind: &Value) -> &'static str {
    match kind.as_str() {
        Some("primary") => "btn-primary",
        Some("danger") => "btn-danger",
        Some("quiet") => "btn-ghost",
        _ => "",
    }
}

/// Adds every part.
pub(crate) fn add(env: &mut Environment<'static>, words: &Arc<Words>) {
    marks(env);
    figures(env, words);
    acts(env);
    choices(env);
    rows(env, words);
}

fn marks(env: &mut Environment<'static>) {
    let icons = sheet();
    part(env, "icon", ["name", "class"], move |_, html, [name, class]| {
        html.raw("<svg class=\"icon");
        if class.is_true() {
            html.raw(" ").put(&class);
        }
        html.raw("\" aria-hidden=\"true\" focusable=\"false\"><use href=\"").raw(&icons).raw("#").put(&name).raw("\"></use></svg>");
        Ok(())
    });
    part(env, "avatar", ["name", "size", "round"], |_, html, [name, size, round]| {
        avatar(html, &name, &or(size, "md"), round.is_true());
        Ok(())
    });
    let icons = sheet();
    part(env, "badge", ["label", "tone", "icon"], move |_, html, [label, tone, shape]| {
        badge(html, &icons, &label, &or(tone, "mute"), &shape);
        Ok(())
    });
    let icons = sheet();
    part(env, "badges", ["all"], move |_, html, [all]| badges(html, &icons, &all));
    part(env, "who", ["name", "sub", "href", "mark"], |_, html, [name, sub, href, mark]| {
        who(html, &name, &sub, &href, mark.is_undefined() || mark.is_true());
        Ok(())
    });
}

fn figures(env: &mut Environment<'static>, words: &Arc<Words>) {
    part(env, "time", ["at", "as"], |state, html, [at, form]| {
        let instant = template::instant(at.as_str().unwrap_or_default())?;
        let said = match form.as_str() {
            Some("date") => words::date(&reader(state), instant),
            Some("ago") => words::ago(reader(state).lang, instant, template::now(state)),
            _ => words::datetime(&reader(state), instant),
        };
        html.raw("<time datetime=\"").put(&at).raw("\">").text(&said).raw("</time>");
        Ok(())
    });
    part(env, "countdown", ["at"], |state, html, [at]| {
        let said = words::datetime(&reader(state), template::instant(at.as_str().unwrap_or_default())?);
        html.raw("<span class=\"countdown\"><span class=\"countdown-left\" data-deadline=\"").put(&at).raw("\"></span><time datetime=\"");
        html.put(&at).raw("\">").text(&said).raw("</time></span>");
        Ok(())
    });
    let words = words.clone();
    part(env, "number", ["n", "compact"], move |state, html, [n, compact]| {
        number(html, state, &words, &n, compact.is_true());
        Ok(())
    });
}

fn acts(env: &mut Environment<'static>) {
    let icons = sheet();
    let takes = ["label", "href", "kind", "icon_name", "small", "download"];
    part(env, "link_button", takes, move |_, html, [label, href, kind, icon_name, small, download]| {
        html.raw("<a class=\"btn ").raw(kind_class(&kind)).raw_if(small.is_true(), " btn-sm").raw("\" href=\"").put(&href).raw("\"");
        html.raw_if(download.is_true(), " download").raw(">");
        if icon_name.is_true() {
            icon(html, &icons, &icon_name);
        }
        html.put(&label).raw("</a>");
        Ok(())
    });
}

/// The choices of a list's filter: a list of countries has some two hundred and fifty.
fn choices(env: &mut Environment<'static>) {
    part(env, "filter_choices", ["name", "options", "chosen"], |_, html, [name, options, chosen]| {
        for option in options.try_iter()? {
            let value = option.get_attr("value")?;
            html.raw("\n        <label class=\"menu-item\"><input class=\"form-check-input\" type=\"radio\" name=\"").put(&name);
            html.raw("\" value=\"").put(&value).raw("\"");
            html.raw_if(value == chosen || option.get_attr("selected")?.is_true(), " checked");
            html.raw("><span class=\"menu-text\">").put(&option.get_attr("label")?).raw("</span>");
            let count = option.get_attr("count")?;
            if !count.is_undefined() && !count.is_none() {
                html.raw("<span class=\"num text-secondary\">").text(&template::figure(&count, words::grouped)).raw("</span>");
            }
            html.raw("</label>");
        }
        Ok(())
    });
}

/// How a column's cells are made of what stands under its key in the row.
enum Cells {
    Text,
    Number,
    Compact,
    Share,
    Who,
    Badges,
}

impl Cells {
    fn of(form: &Value) -> Result<Cells, Error> {
        match form.as_str() {
            Some("text") => Ok(Cells::Text),
            Some("number") => Ok(Cells::Number),
            Some("compact") => Ok(Cells::Compact),
            Some("share") => Ok(Cells::Share),
            Some("who") => Ok(Cells::Who),
            Some("badges") => Ok(Cells::Badges),
            _ => Err(Error::new(ErrorKind::InvalidOperation, format!("a table's cells are not shown as {form}"))),
        }
    }
}

/// A column of a table, as far as its cells are the same in every row.
struct Column {
    key: Value,
    /// Nothing where the page lays them out.
    cells: Option<Cells>,
    opening: String,
}

impl Column {
    fn of(column: &Value) -> Result<Column, Error> {
        let (label, has) = (column.get_attr("label")?, |name: &str| column.get_attr(name).map(|value| value.is_true()));
        let (end, main, quiet, acts) = (has("end")?, has("main")?, has("quiet")?, !label.is_true());
        let mut html = Html(String::from("\n    <td"));
        if !acts {
            html.raw(" data-label=\"").put(&label).raw("\"");
        }
        if end || main || quiet || acts {
            html.raw(" class=\"").raw_if(end, "end ").raw_if(main, "main ").raw_if(quiet, "quiet").raw_if(acts, "acts").raw("\"");
        }
        html.raw(">");
        let form = column.get_attr("as")?;
        let cells = if form.is_undefined() { None } else { Some(Cells::of(&form)?) };
        Ok(Column { key: column.get_attr("key")?, cells, opening: html.0 })
    }
}

/// The rows of a table: what stands in each cell the column says, or else `cell(row, key)`, at the price of a macro.
fn rows(env: &mut Environment<'static>, words: &Arc<Words>) {
    let (words, icons) = (words.clone(), sheet());
    part(env, "grid_rows", ["columns", "rows", "cell", "select"], move |state, html, [columns, rows, cell, select]| {
        let columns = columns.try_iter()?.map(|column| Column::of(&column)).collect::<Result<Vec<_>, _>>()?;
        for row in rows.try_iter()? {
            let id = row.get_attr("id")?;
            html.raw("\n  <tr");
            if !id.is_undefined() {
                html.raw(" data-id=\"").put(&id).raw("\"");
            }
            html.raw(">");
            if select.is_true() {
                let name = row.get_attr("name")?;
                let name = if name.is_true() { name } else { id.clone() };
                let facts = Map::from_iter([("name".to_owned(), json!(name.to_string()))]);
                let said = words.say(&reader(state), "web.select_row", &facts);
                html.raw("<td class=\"grid-pick\"><input class=\"form-check-input\" type=\"checkbox\" name=\"id\" value=\"").put(&id);
                html.raw("\" form=\"").put(&select).raw("\" data-pick aria-label=\"").text(&said).raw("\"></td>");
            }
            for column in &columns {
                html.raw(&column.opening);
                let Some(cells) = &column.cells else {
                    html.put(&cell.call(state, &[row.clone(), column.key.clone()])?).raw("</td>");
                    continue;
                };
                let told = row.get_item(&column.key)?;
                if told.is_undefined() {
                    return Err(Error::new(ErrorKind::UndefinedError, format!("a row has no {}", column.key)));
                }
                match cells {
                    Cells::Text => drop(html.raw("<span class=\"text-nowrap\">").put(&told).raw("</span>")),
                    Cells::Number => number(html, state, &words, &told, false),
                    Cells::Compact => number(html, state, &words, &told, true),
                    Cells::Share => drop(html.raw("<span class=\"num\">").text(&template::figure(&told, words::share)).raw("</span>")),
                    Cells::Who => who(html, &told.get_attr("name")?, &told.get_attr("sub")?, &told.get_attr("href")?, true),
                    Cells::Badges => badges(html, &icons, &told)?,
                }
                html.raw("</td>");
            }
            html.raw("\n  </tr>");
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::value::Serde;

    /// What a page with the kit writes.
    fn page(text: &'static str) -> Result<String, Error> {
        let words = Words::parse(crate::own_words()).unwrap();
        let mut env = template::environment(words.into(), &[]);
        env.add_template("page.html", text)?;
        let facts = json!({
            "page": {"lang": "en", "zone": "Europe/London", "now": "2026-11-21T10:00:00.000Z"},
            "evil": "<i>\"'&</i>",
            "rows": [{"id": "<1>", "name": "<n>", "label": "<l>", "value": "\"", "count": 1234, "bp": 1660, "gone": null, "tags": [{"label": "<i>", "tone": "<i>"}],
                "person": {"name": "<n>", "sub": "<i>", "href": "\"'"}}],
        });
        env.get_template("page.html")?.render(Value::from(Serde(facts)))
    }

    const KIT: &str = "{% import 'kit.html' as kit %}";

    #[test]
    fn every_text_is_escaped_wherever_it_stands() {
        let all = [
            "{{ kit.icon(evil, class=evil) }}",
            "{{ kit.avatar(evil, size=evil) }}",
            "{{ kit.badge(evil, tone=evil, icon=evil) }}",
            "{{ kit.who(evil, sub=evil, href=evil) }}{{ kit.who(evil, mark=false) }}",
            "{{ kit.link_button(evil, evil, kind=evil, icon_name=evil) }}",
            "{{ kit.filter_bar(evil, filters=[{'name': evil, 'label': evil, 'options': rows}]) }}",
            "{% call(row, key) kit.table([{'key': evil, 'label': evil}], rows, caption=evil, select=evil) %}{{ key }}{{ row.name }}{% endcall %}",
            "{{ kit.badges([{'label': evil, 'tone': evil}]) }}",
            "{{ kit.table([{'key': 'name', 'label': evil, 'as': 'text'}, {'key': 'person', 'label': evil, 'as': 'who'},
              {'key': 'tags', 'label': evil, 'as': 'badges'}], rows, caption=evil) }}",
        ];
        for part in all {
            let html = page(format!("{KIT}{part}").leak()).unwrap();
            for bad in ["<i>", "</i>", "<1>", "<n>", "<l>", "\"'", "\"\"\""] {
                assert!(!html.contains(bad), "{part} lets {bad} through: {html}");
            }
            assert!(html.contains("&lt;"), "{part}: {html}");
        }
    }

    #[test]
    fn a_columns_cells_are_shown_as_it_says_and_as_nothing_else() {
        let table = |form: &str, key: &str| {
            let text = format!("{KIT}{{{{ kit.table([{{'key': '{key}', 'label': 'L', 'as': '{form}'}}], rows, caption='c') }}}}");
            page(text.leak())
                .map(|html| html.split("<td data-label=\"L\">").nth(1).unwrap_or_default().split("</td>").next().map(str::to_owned))
        };
        for (form, key, wanted) in [
            ("number", "count", "<span class=\"num\">1,234</span>"),
            ("compact", "count", "<span class=\"num\" title=\"1,234\">1.2K</span>"),
            ("share", "bp", "<span class=\"num\">16.60%</span>"),
            ("number", "gone", "<span class=\"none\" aria-label=\"None\">–</span>"),
        ] {
            assert_eq!(table(form, key).unwrap().as_deref(), Some(wanted), "{form}");
        }
        assert!(table("colour", "count").unwrap_err().to_string().contains("colour"));
        assert!(table("text", "cuont").unwrap_err().to_string().contains("cuont"));
    }

    #[test]
    fn html_of_ours_stays_as_it_is() {
        assert!(page("{% import 'kit.html' as kit %}{{ kit.badge('<b>x</b>'|safe) }}").unwrap().contains("<b>x</b></span>"));
        assert_eq!(page("{% import 'kit.html' as kit %}{{ kit.number(kit.number(none)) }}").unwrap(), "<span class=\"num\">–</span>");
    }

    #[test]
    fn values_come_by_place_or_by_name_and_no_others_are_taken() {
        let two = page("{% import 'kit.html' as kit %}{{ kit.badge('a', 'ok') }}{{ kit.badge('a', tone='ok') }}").unwrap();
        let (first, second) = two.split_at(two.len() / 2);
        assert_eq!(first, second);
        assert_eq!(first, "<span class=\"state tone-ok\"><span class=\"dot\"></span>a</span>");
        assert!(page("{% import 'kit.html' as kit %}{{ kit.badge('a', colour='ok') }}").is_err());
        assert!(page("{% import 'kit.html' as kit %}{{ kit.badge('a', 'ok', tone='ok') }}").is_err());
        assert!(page("{% import 'kit.html' as kit %}{{ kit.countdown('x', 'y') }}").is_err());
    }

    #[test]
    fn times_and_figures_are_the_readers_and_a_text_that_is_no_time_is_an_error() {
        let said = page(
            "{% import 'kit.html' as kit %}{{ kit.time('2026-11-21T09:00:00.000Z', as='ago') }} {{ kit.number(1234567, compact=true) }}",
        );
        let wanted = "<time datetime=\"2026-11-21T09:00:00.000Z\">1 hour ago</time> <span class=\"num\" title=\"1,234,567\">1.2M</span>";
        assert_eq!(said.unwrap(), wanted);
        assert!(page("{% import 'kit.html' as kit %}{{ kit.time('<yesterday>') }}").is_err());
        assert!(page("{% import 'kit.html' as kit %}{{ kit.number(none) }}").unwrap().contains("class=\"none\""));
    }
}
