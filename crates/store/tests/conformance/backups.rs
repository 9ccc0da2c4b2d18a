//! A backup is a whole moment of the log, and nothing less is restored.

use crate::{
    notes::{self, log, note, write},
    place::{Place, START},
};
use kernel::Refusal;
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};
use store::{
    backup::{backup, restore},
    blobs::Blobs,
    checkpoint::FILE,
    idempotency::once,
    reindex::state_hash,
};

/// Where a restored data directory lies, opened like the first.
fn opened(dir: &Path) -> Place {
    let place = Place::of(dir);
    place.clock.set(START + kernel::Span::days(1));
    place
}

fn why<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> String {
    match refused {
        Err(Refusal::Fault(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_backup_brings_everything_back_but_what_could_be_replayed() {
    let place = Place::sqlite();
    let store = place.open();
    store.keep_checkpoints(&place.dir.join(FILE)).unwrap();
    write(&store, notes::Write { person: Some("usr_ada".into()), text: "sealed".into(), ..note(1) }).unwrap();
    let file = Blobs::open(&place.dir).unwrap().put(b"a letter").unwrap();
    fs::write(place.dir.join("own.toml"), "# ours").unwrap();
    store.write_blocking(|tx| once(tx, "usr_1", "k", "r", |_| Ok((200, "secret".into())))).unwrap();
    let manifest = backup(&store, &place.dir.join("backup")).unwrap();
    assert_eq!(manifest.seq, 1);
    let again = why(backup(&store, &place.dir.join("backup")));
    assert!(again.contains("there already"), "{again}");

    let target = place.dir.join("restored");
    assert_eq!(restore(&place.dir.join("backup"), &target, &["outbox"]), Ok(manifest));
    let place2 = opened(&target);
    let restored = place2.open();
    assert_eq!(log(&restored), log(&store), "sealed bodies too");
    assert_eq!(restored.read_blocking(state_hash), store.read_blocking(state_hash));
    assert_eq!(Blobs::open(&target).unwrap().get(&file).unwrap().as_deref(), Some(&b"a letter"[..]));
    assert!(target.join("own.toml").is_file());
    for table in ["idempotency", "outbox"] {
        assert_eq!(restored.read_blocking(move |tx| tx.count(&format!("SELECT COUNT(*) FROM {table}"), &[])), Ok(0), "{table}");
    }
    let refused = why(restore(&place.dir.join("backup"), &target, &[]));
    assert!(refused.contains("not empty"), "{refused}");
}

#[test]
fn a_backup_under_load_is_a_beginning_of_the_log() {
    let place = Place::sqlite();
    let store = place.open();
    store.keep_checkpoints(&place.dir.join(FILE)).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (store, stop) = (&store, &stop);
            scope.spawn(move || {
                (0..).take_while(|_| !stop.load(Ordering::SeqCst)).for_each(|n| write(store, note(format!("{thread} {n}"))).unwrap());
            });
        }
        for round in 0..3 {
            let name = place.dir.join(format!("backup {round}"));
            let manifest = backup(&store, &name).unwrap();
            let target = place.dir.join(format!("restored {round}"));
            assert_eq!(restore(&name, &target, &[]), Ok(manifest.clone()));
            let place2 = opened(&target);
            let restored = place2.open();
            notes::is_sound(&restored);
            let (theirs, ours) = (log(&restored), log(&store));
            assert_eq!(theirs.len() as i64, manifest.seq);
            assert_eq!(theirs[..], ours[..theirs.len()]);
            assert_eq!(restored.read_blocking(|tx| tx.count("SELECT COUNT(*) FROM notes", &[])), Ok(manifest.seq));
        }
        stop.store(true, Ordering::SeqCst);
    });
}

#[test]
fn nothing_but_a_whole_and_unchanged_backup_is_restored() {
    let place = Place::sqlite();
    let store = place.open();
    store.keep_checkpoints(&place.dir.join(FILE)).unwrap();
    (0..5).for_each(|n| write(&store, note(n)).unwrap());
    let good = place.dir.join("backup");
    let mut n = 0;
    // Each fault is planted in a backup of its own.
    let mut refused = |plant: &dyn Fn(&Path)| {
        n += 1;
        let name = place.dir.join(format!("backup {n}"));
        backup(&store, &name).unwrap();
        plant(&name);
        let target = place.dir.join(format!("restored {n}"));
        let why = why(restore(&name, &target, &[]));
        assert!(!target.exists());
        why
    };
    let replace = |path: &Path, from: &str, to: &str| fs::write(path, fs::read_to_string(path).unwrap().replace(from, to)).unwrap();
    assert!(refused(&|dir| fs::remove_file(dir.join("manifest.json")).unwrap()).contains("not a whole backup"));
    assert!(refused(&|dir| fs::remove_file(dir.join("keys").join("mac.key")).unwrap()).contains("mac.key"));
    assert!(refused(&|dir| fs::write(dir.join("keys").join("mac.key"), [0; 32]).unwrap()).contains("changed"));
    assert!(refused(&|dir| replace(&dir.join("manifest.json"), "keys/mac.key", "../../mac.key")).contains("not a place"));
    assert!(refused(&|dir| replace(&dir.join("manifest.json"), "keys/mac.key", "/etc/hostname")).contains("not a place"));
    assert!(refused(&|dir| replace(&dir.join("manifest.json"), "\"seq\": 5", "\"seq\": 4")).contains("ends at event 5"));
    // Someone who changes the database and makes the manifest fit is found out by the chain.
    let meddle = |dir: &Path| {
        let path = dir.join("countersign.db");
        let before = store::clock::sha256(&fs::read(&path).unwrap());
        rusqlite::Connection::open(&path).unwrap().execute_batch("UPDATE events SET body = '{}' WHERE seq = 3").unwrap();
        replace(&dir.join("manifest.json"), &before, &store::clock::sha256(&fs::read(&path).unwrap()));
    };
    assert!(refused(&meddle).contains("Changed { seq: 3 }"));
    backup(&store, &good).unwrap();
    let left: Vec<_> = fs::read_dir(&place.dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains(".part")), "{left:?}");
}

#[test]
fn postgresql_is_told_where_its_backup_is_described() {
    let place = Place::postgres();
    let why = why(backup(&place.open(), &place.dir.join("backup")));
    assert!(why.contains("docs/operations.md"), "{why}");
}
