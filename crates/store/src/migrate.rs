//! One numbered series of migrations, forward only.

use crate::{Driver, Part, args};
use kernel::Refusal;

const OWN: (u32, &str, &str) = (1, "store", include_str!("../schema/0001_store.sql"));

/// Every migration of the house, by number.
pub fn series(parts: &[&'static Part]) -> Vec<(u32, &'static str, &'static str)> {
    let mut all = vec![OWN];
    all.extend(parts.iter().flat_map(|part| part.schema.iter().copied()));
    all.sort_by_key(|(number, ..)| *number);
    all
}

/// All that is missing, or nothing: in one transaction, while no other process does the same.
pub(crate) fn bring_up_to_date(db: &mut dyn Driver, parts: &[&'static Part]) -> Result<(), Refusal> {
    let series = series(parts);
    if let Some(twice) = series.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(Refusal::Fault(format!("two migrations have the number {}: {} and {}", twice[0].0, twice[0].1, twice[1].1)));
    }
    db.begin_migration()?;
    let made = migrate(db, &series).and_then(|()| db.batch("COMMIT"));
    if made.is_err() {
        let _ = db.batch("ROLLBACK");
    }
    made
}

fn migrate(db: &mut dyn Driver, series: &[(u32, &'static str, &'static str)]) -> Result<(), Refusal> {
    db.batch("CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL, name TEXT NOT NULL)")?;
    let done = db.query("SELECT number, name FROM migrations ORDER BY number", &[])?;
    for row in &done {
        let (number, name) = (row.int(0)?, row.text(1)?);
        if !series.iter().any(|(n, known, _)| i64::from(*n) == number && *known == name) {
            return Err(Refusal::Fault(format!(
                "this database has migration {number} ({name}), which this program does not know: it is newer"
            )));
        }
    }
    for (number, name, sql) in series {
        if done.iter().any(|row| row.int(0) == Ok(i64::from(*number))) {
            continue;
        }
        let text = db.dialect(sql);
        db.batch(&text)
            .and_then(|()| db.execute("INSERT INTO migrations (number, name) VALUES ($1, $2)", args![i64::from(*number), *name]))
            .map_err(|refusal| Refusal::Fault(format!("migration {number} ({name}): {refusal:?}")))?;
    }
    Ok(())
}
