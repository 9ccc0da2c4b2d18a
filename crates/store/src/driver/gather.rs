//! Rows on their way to one table, gathered so that one statement inserts them all.
//!
//! `INSERT INTO t (a, b) VALUES ($1, $2)` becomes `INSERT INTO t (a, b) SELECT given.a1, given.a2 FROM UNNEST($1, $2) AS
//! given (a1, a2)`, and each argument a column of values. What has another shape is sent one by one.

use super::Value;
use std::{collections::HashSet, fmt::Write, sync::Arc};

/// How many rows are gathered before they are sent all the same.
const MOST_ROWS: usize = 1_000;

/// How rows of one statement become one statement.
pub struct Shape {
    /// The statement for one row.
    pub one: String,
    /// The statement for many.
    pub many: String,
    table: String,
    arguments: usize,
    /// The arguments that find an older row that the statement changes instead. One statement must not change a row twice.
    key: Vec<usize>,
}

impl Shape {
    /// The shape of `sql`, whose arguments have these types, if it is that of a plain `INSERT`.
    pub fn of(sql: &str, types: &[&str]) -> Option<Shape> {
        Shape::of_insert(sql, types).or_else(|| Shape::of_change(sql, types))
    }

    /// `UPDATE t SET … WHERE a = $1 AND …` and `DELETE FROM t WHERE a = $1 AND …`: each row is found by its own values. Two with the same
    /// would change a row twice.
    fn of_change(sql: &str, types: &[&str]) -> Option<Shape> {
        let (front, condition) = sql.trim_start().split_once(" WHERE ")?;
        let (verb, rest) = front.split_once(' ')?;
        let table = if verb == "DELETE" { rest.strip_prefix("FROM ")? } else { rest.split_once(" SET ")?.0 }.trim();
        // A row that one change gives to another must be found by that one.
        let is_set = |column: &str| front.split([' ', ',', '(']).any(|word| word == column);
        let compared = |part: &str| {
            let (column, place) = part.split_once(" = $")?;
            if is_set(column.trim()) { None } else { place.trim().parse::<usize>().ok()?.checked_sub(1) }
        };
        let key: Vec<usize> = condition.split(" AND ").map(compared).collect::<Option<_>>()?;
        if !["UPDATE", "DELETE"].contains(&verb) || sql.contains('\'') || !types.iter().all(|name| ["int8", "text"].contains(name)) {
            return None;
        }
        let ((names, arrays), word) = (given(types), if verb == "DELETE" { "USING" } else { "FROM" });
        let (front, condition) = (front.replace('$', "given.a"), condition.replace('$', "given.a"));
        let many = format!("{front} {word} UNNEST({arrays}) AS given ({names}) WHERE {condition}");
        Some(Shape { one: sql.to_owned(), many, table: table.to_owned(), arguments: types.len(), key })
    }

    fn of_insert(sql: &str, types: &[&str]) -> Option<Shape> {
        let (table, rest) = sql.trim_start().strip_prefix("INSERT INTO ")?.split_once(" (")?;
        let (columns, rest) = rest.split_once(')')?;
        let values = rest.trim_start().strip_prefix("VALUES (")?;
        let (values, rest) = values.split_at(end_of(values)?);
        let rest = rest.strip_prefix(')')?;
        if types.is_empty() || rest.contains('$') || rest.contains("RETURNING") || !types.iter().all(|name| ["int8", "text"].contains(name))
        {
            return None;
        }
        let (names, arrays) = given(types);
        let given = values.replace('$', "given.a");
        let many = format!("INSERT INTO {table} ({columns}) SELECT {given} FROM UNNEST({arrays}) AS given ({names}){rest}");
        let key = key(columns, values, rest)?;
        Some(Shape { one: sql.to_owned(), many, table: table.to_owned(), arguments: types.len(), key })
    }
}

/// The question `sql`, whose arguments have these types, for many at once: a column of values for each argument, and before each row
/// the number of whom it answers and its own place among their rows. Each is answered by itself, so the server plans it as it plans
/// the question alone.
pub fn many_questions(sql: &str, types: &[&str]) -> Option<String> {
    // What looks like an argument in a quoted text is none.
    let quoted = sql.split('\'').skip(1).step_by(2).any(|text| text.contains('$'));
    let plain = super::is_question(sql) && !sql.contains("FOR UPDATE") && !quoted;
    if types.is_empty() || !plain || !types.iter().all(|name| ["int8", "text"].contains(name)) {
        return None;
    }
    let (names, arrays) = given(types);
    let asked = sql.replace('$', "given.a");
    Some(format!(
        "SELECT given.asker, answer.* FROM UNNEST({arrays}) WITH ORDINALITY AS given ({names}, asker)
         CROSS JOIN LATERAL (SELECT ROW_NUMBER() OVER () AS place, found.* FROM ({asked}) AS found) AS answer ORDER BY 1, 2"
    ))
}

/// The names of the columns of values, and the arguments that bring them.
fn given(types: &[&str]) -> (String, String) {
    let (mut names, mut arrays) = (String::new(), String::new());
    for (at, name) in (1..).zip(types) {
        let comma = if at == 1 { "" } else { ", " };
        let _ = (write!(names, "{comma}a{at}"), write!(arrays, "{comma}${at}::{name}[]"));
    }
    (names, arrays)
}

/// Where the parenthesis closes that `text` stands in.
fn end_of(text: &str) -> Option<usize> {
    let mut open = 1;
    text.char_indices().find_map(|(at, letter)| {
        open += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (open == 0).then_some(at)
    })
}

/// Which arguments stand in the columns of `ON CONFLICT (…) DO UPDATE`: none without one, `None` where that cannot be told.
fn key(columns: &str, values: &str, rest: &str) -> Option<Vec<usize>> {
    if !rest.contains("DO UPDATE") {
        return Some(Vec::new());
    }
    let (found, _) = rest.trim_start().strip_prefix("ON CONFLICT (")?.split_once(')')?;
    let values: Vec<&str> = values.split(',').map(str::trim).collect();
    let columns: Vec<&str> = columns.split(',').map(str::trim).collect();
    let argument = |column: &str| {
        let at = columns.iter().position(|one| *one == column.trim())?;
        values.get(at)?.strip_prefix('$')?.parse::<usize>().ok()?.checked_sub(1)
    };
    (columns.len() == values.len()).then(|| found.split(',').map(argument).collect())?
}

/// Rows of one shape.
pub struct Gathered {
    /// How they become one statement.
    pub shape: Arc<Shape>,
    /// Each argument's values, a row after the other.
    pub columns: Vec<Vec<Value>>,
    keys: HashSet<Vec<Value>>,
}

impl Gathered {
    /// The first row.
    pub fn new(shape: Arc<Shape>, row: &[Value]) -> Gathered {
        let columns = vec![Vec::new(); shape.arguments];
        let mut rows = Gathered { shape, columns, keys: HashSet::new() };
        rows.push(row);
        rows
    }

    /// One more.
    pub fn push(&mut self, row: &[Value]) {
        if !self.shape.key.is_empty() {
            self.keys.insert(self.key(row));
        }
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value.clone());
        }
    }

    fn key(&self, row: &[Value]) -> Vec<Value> {
        self.shape.key.iter().filter_map(|at| row.get(*at)).cloned().collect()
    }

    fn len(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Whether `row` can go into the same statement.
    pub fn takes(&self, row: &[Value]) -> bool {
        self.len() < MOST_ROWS && row.len() == self.shape.arguments && (self.shape.key.is_empty() || !self.keys.contains(&self.key(row)))
    }

    /// The only row, when it is the only one.
    pub fn alone(&self) -> Option<Vec<Value>> {
        (self.len() == 1).then(|| self.columns.iter().flatten().cloned().collect())
    }

    /// Whether `sql` may look at these rows, or change them: it names their table.
    pub fn concerns(&self, sql: &str) -> bool {
        sql.contains(&self.shape.table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(sql: &str, types: &[&str]) -> Option<String> {
        Shape::of(sql, types).map(|shape| shape.many)
    }

    #[test]
    fn a_plain_insert_becomes_one_of_many_rows() {
        let said = many("INSERT INTO t (a, b, c)\n VALUES ($1, LOWER($2), 'x') ON CONFLICT (a) DO NOTHING", &["int8", "text"]);
        let wanted = "INSERT INTO t (a, b, c) SELECT given.a1, LOWER(given.a2), 'x' FROM UNNEST($1::int8[], $2::text[]) \
                      AS given (a1, a2) ON CONFLICT (a) DO NOTHING";
        assert_eq!(said.as_deref(), Some(wanted));
    }

    #[test]
    fn changes_of_rows_that_are_found_by_values_become_one() {
        let said = many("UPDATE t SET a = $2, b = b + 1 WHERE c = $1 AND d = $3", &["text", "int8", "text"]);
        let wanted = "UPDATE t SET a = given.a2, b = b + 1 FROM UNNEST($1::text[], $2::int8[], $3::text[]) AS given (a1, a2, a3) \
                      WHERE c = given.a1 AND d = given.a3";
        assert_eq!(said.as_deref(), Some(wanted));
        let said = many("DELETE FROM t WHERE c = $1", &["text"]);
        assert_eq!(said.as_deref(), Some("DELETE FROM t USING UNNEST($1::text[]) AS given (a1) WHERE c = given.a1"));
        let shape = Arc::new(Shape::of("DELETE FROM t WHERE a = $1 AND b = $2", &["text", "int8"]).unwrap());
        let rows = Gathered::new(shape, &[Value::from("one"), Value::from(1)]);
        assert!(!rows.takes(&[Value::from("one"), Value::from(1)]) && rows.takes(&[Value::from("one"), Value::from(2)]));
    }

    #[test]
    fn a_question_for_many_is_the_question_of_each() {
        let said = many_questions("SELECT a FROM t WHERE b = $1 AND c > $2 LIMIT 3", &["text", "int8"]).unwrap();
        assert!(said.contains("FROM UNNEST($1::text[], $2::int8[]) WITH ORDINALITY AS given (a1, a2, asker)"), "{said}");
        assert!(said.contains("FROM (SELECT a FROM t WHERE b = given.a1 AND c > given.a2 LIMIT 3) AS found"), "{said}");
        for other in ["SELECT 1", "DELETE FROM t WHERE a = $1", "SELECT a FROM t WHERE b = $1 AND c = '$2'"] {
            assert_eq!(many_questions(other, if other == "SELECT 1" { &[] } else { &["text"] }), None, "{other}");
        }
        assert!(many_questions("SELECT '', a FROM t WHERE b = $1 AND c = 'x'", &["text"]).is_some());
    }

    #[test]
    fn what_has_another_shape_is_left_alone() {
        assert_eq!(many("UPDATE t SET a = $1", &["int8"]), None);
        assert_eq!(many("UPDATE t SET a = $1 WHERE b = $2 OR c = $1", &["int8", "int8"]), None);
        assert_eq!(many("UPDATE t SET b = 1, a = $1 WHERE a = $2", &["int8", "int8"]), None);
        assert_eq!(many("DELETE FROM t WHERE a > $1", &["int8"]), None);
        assert_eq!(many("DELETE FROM t WHERE a = 'x' AND b = $1", &["int8"]), None);
        assert_eq!(many("INSERT INTO t (a) SELECT $1", &["int8"]), None);
        assert_eq!(many("INSERT INTO t (a) VALUES ($1) RETURNING a", &["int8"]), None);
        assert_eq!(many("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1", &["int8"]), None);
        assert_eq!(many("INSERT INTO t (a) VALUES (1)", &[]), None);
        assert_eq!(many("INSERT INTO t (a) VALUES ($1)", &["bool"]), None);
    }

    #[test]
    fn a_row_that_would_be_changed_twice_waits_for_the_next_statement() {
        let sql = "INSERT INTO t (b, a) VALUES ($2, $1) ON CONFLICT (a) DO UPDATE SET b = excluded.b";
        let shape = Arc::new(Shape::of(sql, &["text", "int8"]).unwrap());
        let row = |a: &str, b: i64| [Value::from(a), Value::from(b)];
        let mut rows = Gathered::new(shape, &row("one", 1));
        assert_eq!(rows.alone(), Some(row("one", 1).to_vec()));
        assert!(!rows.takes(&row("one", 2)));
        assert!(rows.takes(&row("two", 1)));
        rows.push(&row("two", 1));
        assert_eq!(rows.alone(), None);
        assert!(!rows.takes(&row("two", 2)));
        assert!(rows.concerns("SELECT * FROM t") && !rows.concerns("SELECT * FROM u"));
    }
}
