//! Answers that were fetched before they were needed, and the connection that gives them as long as they hold.

use crate::{
    Refusal, Row, Value,
    driver::{Statements, is_question},
    reach::{Change, Question, Reach},
};
use std::collections::HashMap;

/// How many texts are remembered. The house has some hundreds.
const TEXTS: usize = 2_000;

/// Answers by their questions.
#[derive(Default)]
pub(crate) struct Foreseen {
    questions: HashMap<String, Asked>,
    changes: HashMap<String, Change>,
}

/// A question's text, what is known of it, and the answers by its values.
struct Asked {
    question: Question,
    /// How far each change reaches, by its text.
    reach: HashMap<String, Reach>,
    answers: HashMap<Vec<Value>, Vec<Row>>,
}

impl Foreseen {
    pub fn keep(&mut self, sql: &str, args: &[Value], rows: &[Row]) {
        if !self.questions.contains_key(sql) {
            let asked = Asked { question: Question::of(sql), reach: HashMap::new(), answers: HashMap::new() };
            self.questions.insert(sql.to_owned(), asked);
        }
        if let Some(asked) = self.questions.get_mut(sql) {
            asked.answers.insert(args.to_vec(), rows.to_vec());
        }
    }

    fn answer(&self, sql: &str, args: &[Value]) -> Option<Vec<Row>> {
        self.questions.get(sql)?.answers.get(args).cloned()
    }

    /// Drops what a statement may have made untrue.
    fn changed(&mut self, sql: &str, args: &[Value]) {
        if !self.changes.contains_key(sql) {
            self.changes.insert(sql.to_owned(), Change::of(sql));
        }
        let Some(change) = self.changes.get(sql) else { return };
        for Asked { question, reach, answers } in self.questions.values_mut().filter(|asked| !asked.answers.is_empty()) {
            if !reach.contains_key(sql) {
                reach.insert(sql.to_owned(), change.reach(question));
            }
            if let Some(reach) = reach.get(sql) {
                answers.retain(|asked, _| !reach.touches(args, asked));
            }
        }
    }

    /// Drops every answer; what is known of texts stays.
    pub fn clear(&mut self) {
        if self.questions.len() > TEXTS || self.changes.len() > TEXTS {
            *self = Self::default();
        }
        self.questions.values_mut().for_each(|asked| asked.answers.clear());
    }
}

/// A connection that gives the answers it has instead of asking for them.
pub(crate) struct Informed<'a> {
    pub db: &'a mut dyn Statements,
    pub foreseen: &'a mut Foreseen,
}

impl Statements for Informed<'_> {
    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, Refusal> {
        if !is_question(sql) {
            self.foreseen.changed(sql, args);
        } else if let Some(rows) = self.foreseen.answer(sql, args) {
            return Ok(rows);
        }
        self.db.query(sql, args)
    }
    fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64, Refusal> {
        self.foreseen.changed(sql, args);
        self.db.execute(sql, args)
    }
    fn put(&mut self, sql: &str, args: &[Value]) -> Result<(), Refusal> {
        self.foreseen.changed(sql, args);
        self.db.put(sql, args)
    }
    fn undo_to(&mut self, name: &str) -> Result<(), Refusal> {
        self.db.undo_to(name)
    }
}
