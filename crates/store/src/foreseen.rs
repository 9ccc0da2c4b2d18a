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
    /// The place of each question's text.
    places: HashMap<String, usize>,
    asked: Vec<Asked>,
    /// What is known of each change's text, and how far it reaches into each question's answers, in their order.
    changes: HashMap<String, (Change, Vec<Reach>)>,
}

/// A question's text, and the answers by its values.
struct Asked {
    question: Question,
    answers: HashMap<Vec<Value>, Vec<Row>>,
}

impl Foreseen {
    pub fn keep(&mut self, sql: &str, args: &[Value], rows: &[Row]) {
        let place = self.places.get(sql).copied().unwrap_or_else(|| {
            self.asked.push(Asked { question: Question::of(sql), answers: HashMap::new() });
            self.places.insert(sql.to_owned(), self.asked.len() - 1);
            self.asked.len() - 1
        });
        if let Some(asked) = self.asked.get_mut(place) {
            asked.answers.insert(args.to_vec(), rows.to_vec());
        }
    }

    fn answer(&self, sql: &str, args: &[Value]) -> Option<Vec<Row>> {
        self.asked.get(*self.places.get(sql)?)?.answers.get(args).cloned()
    }

    /// Drops what a statement may have made untrue.
    fn changed(&mut self, sql: &str, args: &[Value]) {
        if !self.changes.contains_key(sql) {
            self.changes.insert(sql.to_owned(), (Change::of(sql), Vec::new()));
        }
        let Some((change, reaches)) = self.changes.get_mut(sql) else { return };
        reaches.extend(self.asked.iter().skip(reaches.len()).map(|asked| change.reach(&asked.question)));
        for (Asked { answers, .. }, reach) in self.asked.iter_mut().zip(reaches).filter(|(asked, _)| !asked.answers.is_empty()) {
            answers.retain(|asked, _| !reach.touches(args, asked));
        }
    }

    /// Drops every answer; what is known of texts stays.
    pub fn clear(&mut self) {
        if self.asked.len() > TEXTS || self.changes.len() > TEXTS {
            *self = Self::default();
        }
        self.asked.iter_mut().for_each(|asked| asked.answers.clear());
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
