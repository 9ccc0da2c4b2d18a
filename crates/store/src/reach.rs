//! How far a change reaches: whether an answer can still be given after a statement has changed rows.
//!
//! It is told by the texts. A question that demands `shop = $1` of a table's rows cannot be touched by a change of a row whose
//! `shop` is another. Whatever a text does not tell plainly counts as reached: that costs an answer its place, never its truth.
//! No table of the house changes another by itself; there are no triggers and no cascades.

use crate::Value;

/// Columns and the places of the values that they are compared with or set to.
type Columns = Vec<(String, usize)>;

/// What a question's text tells of the rows that it looks at.
#[derive(Debug)]
pub(crate) struct Question {
    words: Vec<Word>,
}

/// What a statement's text tells of the rows that it changes.
#[derive(Debug)]
pub(crate) struct Change {
    /// Nothing, where the text does not tell.
    table: Option<String>,
    /// What is certain of every row that it changes, before and after.
    certain: Columns,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Word {
    Name(String),
    Argument(usize),
    Open,
    Close,
    Other(char),
}

/// The words of a statement. Texts in quotes are one word that means nothing.
fn words(sql: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut rest = |is_part: fn(char) -> bool| -> String { std::iter::from_fn(|| letters.next_if(|next| is_part(*next))).collect() };
        words.push(match letter {
            _ if letter.is_whitespace() => continue,
            '\'' => {
                rest(|next| next != '\'');
                letters.next();
                Word::Other('\'')
            }
            '$' => rest(|next| next.is_ascii_digit())
                .parse::<usize>()
                .ok()
                .and_then(|n| n.checked_sub(1))
                .map_or(Word::Other('$'), Word::Argument),
            '(' => Word::Open,
            ')' => Word::Close,
            _ if letter.is_ascii_alphanumeric() || letter == '_' => {
                Word::Name(format!("{letter}{}", rest(|next| next.is_ascii_alphanumeric() || "_.".contains(next))))
            }
            _ => Word::Other(letter),
        });
    }
    words
}

fn is(word: Option<&Word>, name: &str) -> bool {
    matches!(word, Some(Word::Name(found)) if found.eq_ignore_ascii_case(name))
}

fn is_any(word: Option<&Word>, names: &[&str]) -> bool {
    names.iter().any(|name| is(word, name))
}

/// Where the words end that stand in the same parentheses as `from`, at a word of `ends` at the latest.
fn end_of(words: &[Word], from: usize, ends: &[&str]) -> usize {
    let mut open = 0_usize;
    for (at, word) in words.iter().enumerate().skip(from) {
        match word {
            Word::Open => open += 1,
            Word::Close if open == 0 => return at,
            Word::Close => open -= 1,
            _ if open == 0 && is_any(Some(word), ends) => return at,
            _ => {}
        }
    }
    words.len()
}

/// The words outside of inner parentheses.
fn outer(words: &[Word]) -> Vec<Word> {
    let mut open = 0_usize;
    let mut found = Vec::new();
    for word in words {
        open -= usize::from(*word == Word::Close && open > 0);
        if open == 0 {
            found.push(word.clone());
        }
        open += usize::from(*word == Word::Open);
    }
    found
}

/// What `a = $1 AND b = $2 AND …` demands for certain. The rest of a condition may say what it likes, as long as it is only `AND`.
fn demanded(condition: &[Word]) -> Columns {
    let condition = outer(condition);
    // `IS NOT NULL` is a condition like others, `NOT (…)` turns one round.
    let turned = condition.windows(2).any(|pair| is(pair.get(1), "NOT") && !is(pair.first(), "IS")) || is(condition.first(), "NOT");
    if turned || condition.iter().any(|word| is_any(Some(word), &["OR", "CASE", "BETWEEN"])) {
        return Vec::new();
    }
    let parts = condition.split(|word| is(Some(word), "AND"));
    parts
        .filter_map(|part| match part {
            [Word::Name(column), Word::Other('='), Word::Argument(at)] => Some((column.clone(), *at)),
            _ => None,
        })
        .collect()
}

/// What ends a condition.
const AFTER_WHERE: &[&str] = &["GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FOR", "UNION", "EXCEPT", "INTERSECT", "RETURNING"];

/// What may follow a table's name without being another name for it.
const NO_ALIAS: &[&str] = &["WHERE", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "ON", "AS", "SET", "VALUES"];

impl Question {
    pub fn of(sql: &str) -> Question {
        Question { words: words(sql) }
    }

    /// What each part of the question that names the table demands of its rows. `None` where that is not told plainly.
    fn demands(&self, table: &str) -> Option<Vec<Columns>> {
        let words = &self.words;
        let named = |at: usize| at > 0 && is(words.get(at), table);
        let found = (0..words.len()).filter(|at| named(*at));
        found
            .map(|at| {
                if !is_any(words.get(at - 1), &["FROM", "JOIN"]) {
                    return None;
                }
                let after = words.get(at + 1);
                let ends: Vec<&str> = AFTER_WHERE.iter().chain(NO_ALIAS).copied().collect();
                let alias = match after {
                    Some(Word::Name(name)) if !is_any(after, &ends) => name,
                    _ => table,
                };
                let from = end_of(words, at + 1, &[AFTER_WHERE, &["WHERE"]].concat());
                // Other tables may stand between the table and the condition, before it, or in a list.
                let alone = is(words.get(at - 1), "FROM")
                    && !outer(&words[at..from]).iter().any(|word| *word == Word::Other(',') || is_any(Some(word), &["JOIN", "AS"]));
                if !is(words.get(from), "WHERE") {
                    return Some(Vec::new());
                }
                let condition = &words[from + 1..end_of(words, from + 1, AFTER_WHERE)];
                let own = |(column, at): (String, usize)| match column.split_once('.') {
                    Some((of, column)) => (of == alias).then(|| (column.to_owned(), at)),
                    None => alone.then_some((column, at)),
                };
                Some(demanded(condition).into_iter().filter_map(own).collect())
            })
            .collect()
    }
}

impl Change {
    pub fn of(sql: &str) -> Change {
        let words = words(sql);
        let unknown = Change { table: None, certain: Vec::new() };
        let told = match words.as_slice() {
            // These change no row by themselves.
            [Word::Name(first), ..] if ["SAVEPOINT", "RELEASE"].contains(&first.as_str()) => {
                return Change { table: Some(String::new()), ..unknown };
            }
            [insert, into, Word::Name(table), Word::Open, ..] if is(Some(insert), "INSERT") && is(Some(into), "INTO") => {
                inserted(&words).map(|certain| (table, certain))
            }
            [update, Word::Name(table), set, ..] if is(Some(update), "UPDATE") && is(Some(set), "SET") => {
                let from = end_of(&words, 3, &["WHERE"]);
                let set = outer(&words[3..from]);
                let is_set = |column: &str| set.windows(2).any(|pair| is(pair.first(), column) && pair.get(1) == Some(&Word::Other('=')));
                let certain = words.get(from + 1..).map_or(Vec::new(), |rest| demanded(&rest[..end_of(rest, 0, AFTER_WHERE)]));
                // A column that is set has another value afterwards.
                Some((table, certain.into_iter().filter(|(column, _)| !is_set(column)).collect()))
            }
            [delete, from, Word::Name(table), rest @ ..] if is(Some(delete), "DELETE") && is(Some(from), "FROM") => {
                let certain = if is(rest.first(), "WHERE") { demanded(&rest[1..end_of(rest, 1, AFTER_WHERE)]) } else { Vec::new() };
                Some((table, certain))
            }
            _ => None,
        };
        told.map_or(unknown, |(table, certain)| Change { table: Some(table.clone()), certain })
    }

    /// How far it reaches into the answers to a question.
    pub fn reach(&self, question: &Question) -> Reach {
        let Some(demands) = self.table.as_ref().and_then(|table| question.demands(table)) else { return Reach(vec![Vec::new()]) };
        let pairs = |demand: Columns| -> Vec<(usize, usize)> {
            let same = |(column, asked): &(String, usize)| {
                self.certain.iter().filter_map(|(known, given)| (known == column).then_some((*given, *asked))).collect::<Vec<_>>()
            };
            demand.iter().flat_map(same).collect()
        };
        Reach(demands.into_iter().map(pairs).collect())
    }
}

/// How far a change reaches into the answers to a question: for each part of the question that looks at the table, the places of the
/// values that both name, the change's and the question's.
#[derive(Debug)]
pub(crate) struct Reach(Vec<Vec<(usize, usize)>>);

impl Reach {
    /// Whether the answer may be another: in some part no value that both name differs.
    /// A change of another table has no such part.
    pub fn touches(&self, given: &[Value], asked: &[Value]) -> bool {
        self.0.iter().any(|pairs| !pairs.iter().any(|(one, other)| differ(given.get(*one), asked.get(*other))))
    }
}

/// What is certain of the row of `INSERT INTO t (…) VALUES (…)`; of one that may change an older row instead, what finds that row.
fn inserted(words: &[Word]) -> Option<Columns> {
    let list = |open: usize| -> Option<(&[Word], usize)> {
        let end = end_of(words, open + 1, &[]);
        (words.get(open) == Some(&Word::Open)).then_some((&words[open + 1..end], end))
    };
    let (columns, end) = list(3)?;
    if !is(words.get(end + 1), "VALUES") {
        return Some(Vec::new());
    }
    let (values, end) = list(end + 2)?;
    let rest = &words[end + 1..];
    // Several rows at once: nothing is certain of each.
    if rest.first() == Some(&Word::Other(',')) {
        return Some(Vec::new());
    }
    let columns = columns.split(|word| *word == Word::Other(','));
    let values = outer(values);
    let values = values.split(|word| *word == Word::Other(','));
    let pairs = columns.zip(values).filter_map(|(column, value)| match (column, value) {
        ([Word::Name(column)], [Word::Argument(at)]) => Some((column.clone(), *at)),
        _ => None,
    });
    let all: Columns = pairs.collect();
    if !rest.iter().any(|word| is(Some(word), "UPDATE")) {
        return Some(all);
    }
    let open = rest.iter().position(|word| *word == Word::Open)?;
    let finds = &rest[open + 1..end_of(rest, open + 1, &[])];
    let set = rest.iter().position(|word| is(Some(word), "SET")).map_or(rest, |at| &rest[at..]);
    let kept = |column: &str| finds.iter().any(|word| is(Some(word), column)) && !set.iter().any(|word| is(Some(word), column));
    Some(all.into_iter().filter(|(column, _)| kept(column)).collect())
}

/// Whether two values are certainly not equal in SQL's sense: NULL is neither.
fn differ(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(Value::Int(one)), Some(Value::Int(other))) => one != other,
        (Some(Value::Text(one)), Some(Value::Text(other))) => one != other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    fn reaches(change: &str, given: &[Value], question: &str, asked: &[Value]) -> bool {
        Change::of(change).reach(&Question::of(question)).touches(given, asked)
    }

    const INSERT: &str = "INSERT INTO t (a, b, c) VALUES ($1, $2, 'x')";

    #[test]
    fn a_row_with_another_value_is_out_of_reach() {
        for question in [
            "SELECT x FROM t WHERE a = $1",
            "SELECT x FROM t WHERE a = $1 AND c = 'x' ORDER BY c LIMIT 3",
            "SELECT x FROM t q WHERE q.a = $1 AND (b = 1 OR c > 2)",
            "SELECT (SELECT x FROM t WHERE a = $1), (SELECT y FROM t WHERE a = $1 AND b > 3)",
            "SELECT x FROM t WHERE a = $1 AND b > 3 GROUP BY x UNION ALL SELECT y FROM t WHERE a = $1",
            "SELECT x FROM u JOIN t ON t.b = u.b WHERE t.a = $1 AND u.c = $1",
            "SELECT x FROM t JOIN u ON t.b = u.b WHERE t.a = $1",
            "SELECT x FROM t WHERE a = $1 AND b IS NOT NULL",
            "SELECT x FROM u",
        ] {
            assert!(!reaches(INSERT, args!["one", 1], question, args!["other"]), "{question}");
        }
    }

    #[test]
    fn whatever_is_not_told_plainly_is_reached() {
        for question in [
            "SELECT x FROM t",
            "SELECT x FROM t WHERE b > $1",
            "SELECT x FROM t WHERE a = $1 OR b = 2",
            "SELECT x FROM t WHERE NOT a = $1",
            "SELECT x FROM t WHERE b = 1 AND NOT (c = 2) AND a = $1",
            "SELECT x FROM t WHERE LOWER(a) = $1",
            "SELECT x FROM t WHERE a = LOWER($1)",
            "SELECT x FROM t WHERE c = $1",
            "SELECT x FROM t, u WHERE a = $1",
            "SELECT x FROM u, t WHERE a = $1",
            "SELECT x FROM u JOIN t ON t.b = u.b WHERE a = $1",
            "SELECT x FROM u JOIN t ON t.b = u.b WHERE u.a = $1",
            "SELECT x FROM t AS q WHERE a = $1",
            "SELECT x FROM t WHERE a = $1 UNION SELECT y FROM t",
            "SELECT (SELECT x FROM t WHERE a = $1), (SELECT MAX(y) FROM t)",
            "SELECT x FROM u WHERE a = $1 AND EXISTS (SELECT 1 FROM t WHERE t.b = u.b)",
            "SELECT x FROM u WHERE a IN (SELECT a FROM t) AND a = $1",
        ] {
            assert!(reaches(INSERT, args!["one", 1], question, args!["other"]), "{question}");
        }
        let question = "SELECT x FROM t WHERE a = $1";
        assert!(reaches(INSERT, args!["one", 1], question, args!["one"]));
        assert!(reaches(INSERT, args![None::<i64>, 1], question, args!["one"]), "NULL tells nothing");
        for change in [
            "INSERT INTO t (a) SELECT $1",
            "INSERT INTO t (a) VALUES ($1), ($1)",
            "INSERT INTO t (a) VALUES (LOWER($1))",
            "INSERT INTO t (a, b) VALUES ($1, 2) ON CONFLICT (b) DO UPDATE SET c = 1",
            "INSERT INTO t (a, b) VALUES ($1, 2) ON CONFLICT (a) DO UPDATE SET a = 'new'",
            "UPDATE t SET b = 1",
            "UPDATE t SET a = 'other' WHERE a = $1",
            "UPDATE t SET b = 1 WHERE a = $1 OR b = 2",
            "UPDATE t SET b = 1 WHERE b = $1",
            "DELETE FROM t",
            "DELETE FROM t WHERE b = $1",
            "WITH x AS (SELECT 1) DELETE FROM t WHERE a = $1",
            "ALTER TABLE t ADD COLUMN z TEXT",
        ] {
            assert!(reaches(change, args!["one"], question, args!["other"]), "{change}");
        }
    }

    #[test]
    fn changes_that_name_their_row_reach_no_other() {
        let question = "SELECT x FROM t WHERE a = $1";
        for change in [
            "INSERT INTO t (b, a) VALUES ($2, $1)",
            "INSERT INTO t (a, b) VALUES ($1, 2) ON CONFLICT (a) DO NOTHING",
            "INSERT INTO t (a, b) VALUES ($1, 2) ON CONFLICT (a, b) DO UPDATE SET c = excluded.c",
            "UPDATE t SET b = 1, c = $2 WHERE b > 3 AND a = $1",
            "\n DELETE FROM t WHERE a = $1 AND b IN (1, 2)",
            "DELETE FROM t WHERE a = $1 RETURNING b",
            "UPDATE elsewhere SET a = 1",
            "SAVEPOINT attempt",
        ] {
            assert!(!reaches(change, args!["one", 1], question, args!["other"]), "{change}");
        }
    }
}
