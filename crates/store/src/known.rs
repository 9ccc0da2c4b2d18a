//! What a transaction has been told. It sees one state of the database and its own changes, so the same question has the same
//! answer until a row of its tables changes. Nothing is remembered beyond the transaction.

use crate::{Row, Value};

/// How many answers are remembered, and of how many rows at the most: lists are asked once.
const ANSWERS: usize = 32;
const ROWS: usize = 8;

struct Answered {
    sql: String,
    args: Vec<Value>,
    rows: Vec<Row>,
}

/// The answers so far.
#[derive(Default)]
pub(crate) struct Known {
    answered: Vec<Answered>,
    /// How many questions were asked of the database.
    pub asked: usize,
}

impl Known {
    /// The answer to a question that was asked before.
    pub fn answer(&self, sql: &str, args: &[Value]) -> Option<Vec<Row>> {
        self.answered.iter().find(|known| known.args == args && known.sql == sql).map(|known| known.rows.clone())
    }

    /// Remembers an answer.
    pub fn keep(&mut self, sql: &str, args: &[Value], rows: &[Row]) {
        self.asked += 1;
        if rows.len() <= ROWS {
            self.hold(sql, args, rows.to_vec());
        }
    }

    /// Remembers a row that was written rather than asked for.
    pub fn told(&mut self, sql: &str, args: &[Value], row: Row) {
        self.answered.retain(|known| known.args != args || known.sql != sql);
        self.hold(sql, args, vec![row]);
    }

    fn hold(&mut self, sql: &str, args: &[Value], rows: Vec<Row>) {
        if self.answered.len() == ANSWERS {
            self.answered.clear();
        }
        self.answered.push(Answered { sql: sql.to_owned(), args: args.to_vec(), rows });
    }

    /// A statement changes rows: what was asked of its table is asked again. What cannot be told by its text changes everything.
    pub fn forget(&mut self, sql: &str) {
        match table(sql) {
            Some(table) => self.answered.retain(|known| !known.sql.contains(table)),
            None => self.forget_all(),
        }
    }

    /// Changes were undone.
    pub fn forget_all(&mut self) {
        self.answered.clear();
    }
}

/// The table that a statement changes. No table of the house changes another by itself.
fn table(sql: &str) -> Option<&str> {
    let rest = ["INSERT INTO ", "UPDATE ", "DELETE FROM "].into_iter().find_map(|verb| sql.trim_start().strip_prefix(verb))?;
    rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    fn rows(count: i64) -> Vec<Row> {
        (0..count).map(|n| Row::new(vec![Value::Int(n)])).collect()
    }

    #[test]
    fn an_answer_is_known_in_the_same_words_only() {
        let mut known = Known::default();
        known.keep("SELECT a FROM t WHERE b = $1", args![1], &rows(2));
        assert_eq!(known.answer("SELECT a FROM t WHERE b = $1", args![1]).map(|rows| rows.len()), Some(2));
        assert!(known.answer("SELECT a FROM t WHERE b = $1", args![2]).is_none());
        assert!(known.answer("SELECT b FROM t WHERE b = $1", args![1]).is_none());
    }

    #[test]
    fn a_change_of_a_table_is_a_change_of_every_answer_that_names_it() {
        let changes =
            ["INSERT INTO t (a) VALUES (1)", "UPDATE t SET a = 1", "\n DELETE FROM t WHERE a = 1", "WITH x AS (SELECT 1) SELECT 1"];
        for change in changes {
            let mut known = Known::default();
            known.keep("SELECT a FROM u JOIN t ON t.a = u.a", args![], &rows(1));
            known.forget("UPDATE elsewhere SET a = 1");
            assert!(known.answer("SELECT a FROM u JOIN t ON t.a = u.a", args![]).is_some());
            known.forget(change);
            assert!(known.answer("SELECT a FROM u JOIN t ON t.a = u.a", args![]).is_none(), "{change}");
        }
    }

    #[test]
    fn what_is_remembered_stays_small() {
        let mut known = Known::default();
        known.keep("SELECT many", args![], &rows(9));
        assert!(known.answer("SELECT many", args![]).is_none());
        for n in 0..100 {
            known.keep("SELECT one", args![n], &rows(8));
            assert!(known.answered.len() <= ANSWERS && known.answer("SELECT one", args![n]).is_some());
        }
        assert_eq!(known.asked, 101);
    }
}
