//! Whoever meddles with the log is found out, and what they did is named. Each kind is planted.

use crate::{
    notes::{note, write},
    on_both,
    place::Place,
};
use store::{
    Database, Store,
    checkpoint::{self, Checkpoint, FILE},
    clock::sha256,
    log::Broken,
};

const EVENTS: i64 = 12;

fn written(place: &Place) {
    let store = place.open();
    store.keep_checkpoints(&place.dir.join(FILE)).unwrap();
    (1..=EVENTS).for_each(|n| write(&store, note(n)).unwrap());
}

fn look(store: &Store, place: &Place) -> store::log::Verified {
    let kept = checkpoint::read(&place.dir.join(FILE), &store.keys().public()).unwrap();
    store.read_blocking(|tx| checkpoint::verify(tx, kept, |_| ())).unwrap()
}

/// What `verify` finds after `sql` was run on a sound log, past the store. A second verifier must agree on whether it is sound.
fn found_after(place: &Place, sql: &str) -> Vec<Broken> {
    written(place);
    let store = place.open();
    assert_eq!(look(&store, place).broken, []);
    assert!(second::is_sound(place));
    place.meddle(sql);
    let found = look(&store, place);
    // The chain alone cannot tell that its end is gone together with the head; the checkpoints can.
    let head_only = found.broken.iter().all(|broken| matches!(broken, Broken::CutOff { .. } | Broken::Rewritten { .. }));
    assert!(head_only || !second::is_sound(place), "{found:?}");
    found.broken
}

/// Swaps two rows, all but the columns in `but`.
fn swap(a: i64, b: i64, but: &str) -> String {
    let columns = "at context kind subject actor cause pack parties body digest hash";
    let moved: Vec<_> = columns.split(' ').filter(|column| !but.split(' ').any(|kept| kept == *column)).collect();
    let set = |from: &str| moved.iter().map(|c| format!("{c} = (SELECT {c} FROM {from})")).collect::<Vec<_>>().join(", ");
    format!(
        "CREATE TABLE one AS SELECT * FROM events WHERE seq = {a}; CREATE TABLE other AS SELECT * FROM events WHERE seq = {b};
         UPDATE events SET {} WHERE seq = {a}; UPDATE events SET {} WHERE seq = {b}; DROP TABLE one; DROP TABLE other;",
        set("other"),
        set("one")
    )
}

/// Moves every event from `from` on by one position.
fn shift(from: i64, by: i64) -> String {
    format!("UPDATE events SET seq = seq + 1000 WHERE seq >= {from}; UPDATE events SET seq = seq - 1000 + {by} WHERE seq >= 1000;")
}

fn copy(of: i64, to: i64, hash: &str) -> String {
    format!(
        "INSERT INTO events SELECT {to}, at, context, kind, 'slipped in', actor, cause, pack, parties, body, digest, {hash} FROM events WHERE seq = {of};"
    )
}

const SLIPPED: &str = "UPDATE head SET seq = seq + 1;";

fn a_changed_event_is_named(place: &Place) {
    assert_eq!(found_after(place, "UPDATE events SET body = '{}' WHERE seq = 4"), [Broken::Changed { seq: 4 }]);
}
fn a_changed_event_with_a_new_digest_is_named(place: &Place) {
    let sql = swap(4, 9, "hash at context kind actor cause pack parties subject") + "UPDATE events SET seq = seq;";
    assert_eq!(found_after(place, &sql), [Broken::Changed { seq: 4 }, Broken::Changed { seq: 9 }]);
}
fn a_changed_hash_is_named(place: &Place) {
    let sql = format!("UPDATE events SET hash = '{}' WHERE seq = 4", sha256(b"x"));
    assert_eq!(found_after(place, &sql), [Broken::Changed { seq: 4 }]);
}
fn a_changed_last_event_is_named(place: &Place) {
    let sql = format!("UPDATE events SET hash = '{}' WHERE seq = {EVENTS}", sha256(b"x"));
    let found = found_after(place, &sql);
    assert_eq!(found, [Broken::Changed { seq: EVENTS }]);
}
fn a_missing_event_is_named(place: &Place) {
    assert_eq!(found_after(place, "DELETE FROM events WHERE seq = 4"), [Broken::Missing { seq: 4 }]);
}
fn the_first_of_several_missing_events_is_named(place: &Place) {
    let found = found_after(place, "DELETE FROM events WHERE seq IN (1, 2, 6, 7, 8)");
    assert_eq!(found, [Broken::Missing { seq: 1 }, Broken::Missing { seq: 6 }]);
}
fn a_missing_event_whose_gap_was_closed_is_named(place: &Place) {
    let sql = format!("DELETE FROM events WHERE seq = 4; {} UPDATE head SET seq = seq - 1;", shift(5, -1));
    let found = found_after(place, &sql);
    assert_eq!(found, [Broken::Missing { seq: 4 }]);
}
fn two_swapped_events_are_named(place: &Place) {
    let both = [Broken::OutOfOrder { seq: 4, from: Some(9) }, Broken::OutOfOrder { seq: 9, from: Some(4) }];
    assert_eq!(found_after(place, &swap(4, 9, "")), both);
}
fn two_swapped_neighbours_are_named(place: &Place) {
    let both = [Broken::OutOfOrder { seq: 4, from: Some(5) }, Broken::OutOfOrder { seq: 5, from: Some(4) }];
    assert_eq!(found_after(place, &swap(4, 5, "")), both);
}
fn two_swapped_events_are_named_even_when_the_hashes_stayed(place: &Place) {
    let both = [Broken::OutOfOrder { seq: 4, from: Some(9) }, Broken::OutOfOrder { seq: 9, from: Some(4) }];
    assert_eq!(found_after(place, &swap(4, 9, "hash")), both);
}
fn a_slipped_in_event_is_named(place: &Place) {
    let sql = shift(5, 1) + &copy(4, 5, "hash") + SLIPPED;
    // Its subject is not the copied one's, so its digest does not fit either.
    let found = found_after(place, &sql);
    assert!(found.contains(&Broken::Changed { seq: 5 }) || found.contains(&Broken::Inserted { seq: 5 }), "{found:?}");
}
fn a_copied_event_is_named(place: &Place) {
    let sql = shift(5, 1) + &copy(2, 5, "hash").replace("'slipped in'", "subject") + SLIPPED;
    assert_eq!(found_after(place, &sql), [Broken::Inserted { seq: 5 }]);
}
fn an_event_behind_the_head_is_named(place: &Place) {
    let hash = format!("'{}'", sha256(b"x"));
    let sql = copy(EVENTS, EVENTS + 1, &hash).replace("'slipped in'", "subject");
    let found = found_after(place, &sql);
    assert!(found.contains(&Broken::Appended { seq: EVENTS + 1 }), "{found:?}");
}
fn a_cut_off_end_is_named(place: &Place) {
    assert_eq!(found_after(place, "DELETE FROM events WHERE seq > 9"), [Broken::CutOff { last: 9, expected: EVENTS }]);
}
fn an_end_cut_off_together_with_the_head_is_named_by_a_checkpoint(place: &Place) {
    let sql = "DELETE FROM events WHERE seq > 9; UPDATE head SET seq = 9, hash = (SELECT hash FROM events WHERE seq = 9);";
    assert_eq!(found_after(place, sql), [Broken::CutOff { last: 9, expected: EVENTS }]);
}
fn a_chain_made_anew_is_named_by_a_checkpoint_and_not_opened(place: &Place) {
    // The whole log once more, by someone with all the code: other bodies, sound digests, sound hashes.
    written(place);
    let last = second::made_anew(place);
    let store = place.open();
    let found = look(&store, place);
    assert_eq!(found.broken, [Broken::Rewritten { seq: last }]);
    assert!(second::is_sound(place), "without the checkpoint nothing shows");
    let refused = store.keep_checkpoints(&place.dir.join(FILE));
    assert!(format!("{refused:?}").contains("vouches"), "{refused:?}");
}
fn a_forged_checkpoint_is_named(place: &Place) {
    written(place);
    let text = std::fs::read_to_string(place.dir.join(FILE)).unwrap();
    let sound: Checkpoint = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let forged = serde_json::to_string(&Checkpoint { seq: 3, ..sound }).unwrap();
    std::fs::write(place.dir.join(FILE), format!("{text}{forged}\n")).unwrap();
    let found = look(&place.open(), place);
    assert_eq!(found.broken, [Broken::BadSignature { seq: 3 }]);
}

fn a_log_too_damaged_to_open_can_still_be_verified(place: &Place) {
    written(place);
    place.meddle("DELETE FROM events WHERE seq IN (5, 12)");
    assert!(place.refuses().contains("verify"));
    let found = Store::verify(place.config(), &place.dir.join(FILE), |_| ()).unwrap();
    assert_eq!(found.broken, [Broken::Missing { seq: 5 }, Broken::CutOff { last: 11, expected: EVENTS }]);
}

on_both![
    a_log_too_damaged_to_open_can_still_be_verified,
    a_changed_event_is_named,
    a_changed_event_with_a_new_digest_is_named,
    a_changed_hash_is_named,
    a_changed_last_event_is_named,
    a_missing_event_is_named,
    the_first_of_several_missing_events_is_named,
    a_missing_event_whose_gap_was_closed_is_named,
    two_swapped_events_are_named,
    two_swapped_neighbours_are_named,
    two_swapped_events_are_named_even_when_the_hashes_stayed,
    a_slipped_in_event_is_named,
    a_copied_event_is_named,
    an_event_behind_the_head_is_named,
    a_cut_off_end_is_named,
    an_end_cut_off_together_with_the_head_is_named_by_a_checkpoint,
    a_chain_made_anew_is_named_by_a_checkpoint_and_not_opened,
    a_forged_checkpoint_is_named,
];

#[test]
fn every_single_changed_character_of_the_log_is_found() {
    let place = Place::sqlite();
    written(&place);
    let store = place.open();
    for column in ["at", "context", "kind", "subject", "actor", "cause", "pack", "parties", "body", "digest", "hash"] {
        for seq in 1..=EVENTS {
            let change = if column == "at" { "at + 1".to_owned() } else { format!("substr({column}, 1, length({column}) - 1) || '~'") };
            place.meddle(&format!("CREATE TABLE kept AS SELECT {column} AS was FROM events WHERE seq = {seq}; UPDATE events SET {column} = {change} WHERE seq = {seq}"));
            let found = store.read_blocking(|tx| store::log::verify(tx, &[], |_| ())).unwrap().broken;
            assert_eq!(found, [Broken::Changed { seq }], "{column}");
            place.meddle(&format!("UPDATE events SET {column} = (SELECT was FROM kept) WHERE seq = {seq}; DROP TABLE kept"));
        }
    }
}

/// A second verifier, which shares nothing with the first but the log's description: it reads the table itself.
mod second {
    use super::{Database, Place, sha256};

    type Row = (i64, [String; 9], String, String);

    fn rows(place: &Place) -> (Vec<Row>, (i64, String)) {
        let sql = "SELECT seq, CAST(at AS TEXT), context, kind, subject, actor, cause, pack, parties, body, digest, hash FROM events ORDER BY seq";
        let head = "SELECT seq, hash FROM head";
        match place.database() {
            Database::Sqlite(path) => {
                let db = rusqlite::Connection::open(path).unwrap();
                let read = |row: &rusqlite::Row<'_>| {
                    Ok((row.get(0)?, std::array::from_fn(|n| row.get(n + 1).unwrap()), row.get(10)?, row.get(11)?))
                };
                let rows = db.prepare(sql).unwrap().query_map([], read).unwrap().map(Result::unwrap).collect();
                (rows, db.query_row(head, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap())
            }
            Database::Postgres(url) => {
                let mut db = postgres::Client::connect(&url, postgres::NoTls).unwrap();
                let read = |row: &postgres::Row| (row.get(0), std::array::from_fn(|n| row.get(n + 1)), row.get(10), row.get(11));
                let rows = db.query(sql, &[]).unwrap().iter().map(read).collect();
                let head = db.query_one(head, &[]).unwrap();
                (rows, (head.get(0), head.get(1)))
            }
        }
    }

    fn digest(fields: &[String; 9]) -> String {
        sha256(fields.iter().map(|field| format!("{}:{field}", field.len())).collect::<String>().as_bytes())
    }

    pub fn is_sound(place: &Place) -> bool {
        let (rows, head) = rows(place);
        let (mut last, mut hash) = (0, "0".repeat(64));
        for (seq, fields, kept, link) in rows {
            hash = sha256(format!("{hash}{seq}{kept}").as_bytes());
            if seq != last + 1 || digest(&fields) != kept || hash != link {
                return false;
            }
            last = seq;
        }
        (last, hash) == head
    }

    /// Writes the log anew from the third event on; answers the last position.
    pub fn made_anew(place: &Place) -> i64 {
        let (rows, _) = rows(place);
        let (mut hash, mut last) = ("0".repeat(64), 0);
        for (seq, mut fields, _, _) in rows {
            if seq >= 3 {
                fields[3] = format!("forged {seq}");
            }
            let made = digest(&fields);
            hash = sha256(format!("{hash}{seq}{made}").as_bytes());
            place.meddle(&format!("UPDATE events SET subject = '{}', digest = '{made}', hash = '{hash}' WHERE seq = {seq}", fields[3]));
            last = seq;
        }
        place.meddle(&format!("UPDATE head SET hash = '{hash}'"));
        last
    }
}
