//! Deadlines: asks that the clock will make. Set and cleared by a context's `apply`, so a replay makes them again.

use crate::{Store, Tx, args};
use kernel::{Actor, Instant, Refusal, Span};

/// At `due`, `context` will be asked what follows for (`kind`, `subject`). A second one replaces the first.
pub fn set(tx: &mut Tx<'_>, context: &str, kind: &str, subject: &str, due: Instant) -> Result<(), Refusal> {
    let sql = "INSERT INTO deadlines (context, kind, subject, due) VALUES ($1, $2, $3, $4)
               ON CONFLICT (context, kind, subject) DO UPDATE SET due = excluded.due";
    tx.put(sql, args![context, kind, subject, due])
}

/// There is nothing left to do for (`kind`, `subject`).
pub fn clear(tx: &mut Tx<'_>, context: &str, kind: &str, subject: &str) -> Result<(), Refusal> {
    tx.put("DELETE FROM deadlines WHERE context = $1 AND kind = $2 AND subject = $3", args![context, kind, subject])
}

/// How many due deadlines one tick handles at the most; the rest follow in the next.
const AT_ONCE: i64 = 500;

impl Store {
    /// Makes every ask that is due, in due order, each all or nothing. Answers how many were due, and when the next is.
    pub async fn tick(&self) -> Result<(usize, Option<Instant>), Refusal> {
        self.house.checkpoint(false);
        let now = self.now();
        let due = move |tx: &mut Tx<'_>| {
            let rows =
                tx.all("SELECT context, kind, subject, due FROM deadlines ORDER BY due, context, kind, subject LIMIT $1", args![AT_ONCE])?;
            rows.iter()
                .map(|r| Ok((r.text(0)?.to_owned(), r.text(1)?.to_owned(), r.text(2)?.to_owned(), r.at(3)?)))
                .collect::<Result<Vec<_>, Refusal>>()
        };
        let rows = self.read(due).await?;
        let later = rows.iter().map(|row| row.3).find(|due| *due > now);
        // When all that was read is due, there may be more of it: the next tick is wanted at once.
        let next = later.or_else(|| (rows.len() as i64 == AT_ONCE).then_some(now));
        // All are handed over before the first is waited for, so that they share commits; the writer keeps their order.
        let mut waiting = Vec::new();
        for (context, kind, subject, _) in rows.into_iter().filter(|row| row.3 <= now) {
            let name = format!("{context}.{kind} {subject}");
            waiting.push((name, self.writer.queue(move |tx| fire(tx, &context, &kind, &subject))?));
        }
        let handled = waiting.len();
        for (name, told) in waiting {
            let done = told.await.unwrap_or_else(|_| Err(Refusal::Fault("the writer has stopped".into())));
            if let Err(refusal) = done {
                tracing::error!(deadline = name, ?refusal, "a deadline could not be handled; it is tried again");
            }
        }
        Ok((handled, next))
    }
}

fn fire(tx: &mut Tx<'_>, context: &str, kind: &str, subject: &str) -> Result<(), Refusal> {
    let sql = "SELECT due FROM deadlines WHERE context = $1 AND kind = $2 AND subject = $3";
    let Some(row) = tx.one(sql, args![context, kind, subject])? else { return Ok(()) };
    if row.at(0)? > tx.now {
        return Ok(());
    }
    clear(tx, context, kind, subject)?;
    let part = tx.parts().iter().find(|part| part.name == context);
    let Some(ask) = part.and_then(|part| (part.due)(kind, subject)) else { return Ok(()) };
    // An ask that is refused half-way, say by a reaction, must leave nothing of itself behind.
    match tx.attempt(|tx| ask.perform(tx, &Actor::SYSTEM)) {
        // Answered or ended before the clock's turn: nothing is left to do.
        Err(Refusal::Denied { .. } | Refusal::NotFound) => Ok(()),
        Err(fault) => {
            tracing::error!(ask = ask.name(), ?fault, "a deadline's ask failed");
            set(tx, context, kind, subject, tx.now + Span::minutes(1))
        }
        Ok(()) => Ok(()),
    }
}
