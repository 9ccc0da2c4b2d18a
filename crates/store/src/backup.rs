//! Backup and restore of a data directory with SQLite in it. PostgreSQL has its own tools: see docs/operations.md.
//!
//! A backup is a folder: the database, the checkpoints, the keys, the operator's own packs, the files, and a manifest with
//! the hash of each. It has its name only once it is whole and on disk. Whoever holds it holds the keys as well.

use crate::{
    Config, Database, House, Keys, Packs, Store, Tx, args, blobs,
    blobs::sync_dir,
    checkpoint,
    clock::{hex, secret},
    driver::sqlite::Sqlite,
    log::head,
};
use kernel::{Instant, Refusal};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Component, Path, PathBuf},
    sync::Arc,
};

/// The manifest's name in the backup.
const MANIFEST: &str = "manifest.json";
/// The folders of a data directory that are kept, besides the database, the checkpoints and the operator's own pack.
const FOLDERS: [&str; 2] = ["keys", blobs::FOLDER];
/// How a manifest of this form begins.
const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The manifest's form.
    pub format: u32,
    /// When it was made.
    pub made_at: Instant,
    /// The last event in it.
    pub seq: i64,
    /// That event's hash.
    pub hash: String,
    /// The database's file.
    pub database: String,
    /// Every file.
    pub files: Vec<Kept>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Its place in the backup, with `/` between folders.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

fn fault(what: impl Into<String>) -> impl FnOnce(io::Error) -> Refusal {
    let what = what.into();
    move |error| Refusal::Fault(format!("{what}: {error}"))
}

fn refuse<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Fault(why.into()))
}

/// Copies the data directory, the one in which the database lies, to the new folder `target` while others go on reading and
/// writing. The copy is the log up to some moment during the call, and all that belongs to it.
pub fn backup(store: &Store, target: &Path) -> Result<Manifest, Refusal> {
    let Database::Sqlite(database) = store.database() else {
        return refuse("PostgreSQL is backed up with its own tools: docs/operations.md, section Backup, has the commands");
    };
    if target.exists() {
        return refuse(format!("{} is there already; name a new folder", target.display()));
    }
    let half = half_of(target)?;
    let made = fill(store, database, &half).and_then(|manifest| {
        fs::rename(&half, target).and_then(|()| sync_dir(parent(target))).map_err(fault("the backup cannot get its name"))?;
        Ok(manifest)
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(&half);
    }
    made
}

fn fill(store: &Store, database: &Path, half: &Path) -> Result<Manifest, Refusal> {
    let data = parent(database);
    let name = database.file_name().and_then(|name| name.to_str()).unwrap_or("countersign.db").to_owned();
    let mut files = Vec::new();
    // Checkpoints first: the database, copied after them, holds all that they vouch for. Files last: it names none that is
    // not there by then.
    if data.join(checkpoint::FILE).exists() {
        files.push(copy(data, half, Path::new(checkpoint::FILE))?);
    }
    let end = Sqlite::open(database, false)?.copy_to(&half.join(&name))?;
    files.push(describe(half, Path::new(&name))?);
    for path in own_files(data).map_err(fault("the data directory cannot be read"))? {
        files.push(copy(data, half, &path)?);
    }
    for folder in FOLDERS {
        for path in files_below(data, Path::new(folder)).map_err(fault(format!("{folder} cannot be read")))? {
            files.push(copy(data, half, &path)?);
        }
    }
    let manifest = Manifest { format: FORMAT, made_at: store.now(), seq: end.seq, hash: end.hash, database: name, files };
    let text = serde_json::to_string_pretty(&manifest).map_err(|bad| Refusal::Fault(bad.to_string()))?;
    write_whole(&half.join(MANIFEST), text.as_bytes()).map_err(fault("the manifest cannot be written"))?;
    sync_tree(half).map_err(fault("the backup cannot be made durable"))?;
    Ok(manifest)
}

/// Makes the data directory `data` from a backup, after checking every file, the log's chain and the checkpoints. `data` must
/// not exist or be empty. What could be replayed from before is gone: kept answers, and the rows of `emptied`, such as the
/// table of sessions.
pub fn restore(backup: &Path, data: &Path, emptied: &[&'static str]) -> Result<Manifest, Refusal> {
    if data.exists() && fs::read_dir(data).map_err(fault("the data directory cannot be read"))?.next().is_some() {
        return refuse(format!("{} is not empty; restore into a new folder", data.display()));
    }
    let manifest = manifest(backup)?;
    let half = half_of(data)?;
    let restored = unpack(backup, &manifest, &half).and_then(|()| examine(&manifest, &half, emptied)).and_then(|()| {
        if data.exists() {
            fs::remove_dir(data).map_err(fault("the data directory cannot be replaced"))?;
        }
        fs::rename(&half, data).and_then(|()| sync_dir(parent(data))).map_err(fault("the data directory cannot get its name"))
    });
    if restored.is_err() {
        let _ = fs::remove_dir_all(&half);
    }
    restored.map(|()| manifest)
}

/// Reads a backup's manifest. A folder without one is no backup.
pub fn manifest(backup: &Path) -> Result<Manifest, Refusal> {
    let text = fs::read_to_string(backup.join(MANIFEST))
        .map_err(fault(format!("{} is not a whole backup: its {MANIFEST} cannot be read", backup.display())))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|bad| Refusal::Fault(format!("{MANIFEST} cannot be read: {bad}")))?;
    if manifest.format != FORMAT {
        return refuse(format!("{MANIFEST} has form {}, this program reads {FORMAT}", manifest.format));
    }
    let stays_inside = |path: &str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    match manifest.files.iter().find(|file| !stays_inside(&file.path)) {
        Some(outside) => refuse(format!("{MANIFEST} names {}, which is not a place in a backup", outside.path)),
        None if !manifest.files.iter().any(|file| file.path == manifest.database) => refuse("the backup holds no database"),
        None => Ok(manifest),
    }
}

fn unpack(backup: &Path, manifest: &Manifest, half: &Path) -> Result<(), Refusal> {
    for file in &manifest.files {
        let found = copy(backup, half, Path::new(&file.path))?;
        if found != *file {
            return refuse(format!("{} was changed since the backup was made", file.path));
        }
    }
    Ok(())
}

fn examine(manifest: &Manifest, half: &Path, emptied: &[&'static str]) -> Result<(), Refusal> {
    let (house, _) = House::of(Config {
        database: Database::Sqlite(half.join(&manifest.database)),
        parts: Vec::new(),
        packs: Packs::parse([], &[])?,
        clock: Arc::new(crate::SystemClock),
        gate: |_, _| Err(Refusal::Unauthenticated),
        keys: Keys::open(&half.join("keys"))?,
        readers: 0,
    });
    let mut db = house.connect(true)?;
    let end = head(db.as_mut())?;
    let kept = checkpoint::read(&half.join(checkpoint::FILE), &house.keys.public())?;
    let verified = checkpoint::verify(&mut Tx::new(db.as_mut(), &house, end.clone()), kept, |_| ())?;
    if let Some(broken) = verified.broken.first() {
        return refuse(format!("the backup's log is not sound: {broken:?}"));
    }
    if (end.seq, &end.hash) != (manifest.seq, &manifest.hash) {
        return refuse(format!("the backup's log ends at event {}, its manifest says {}", end.seq, manifest.seq));
    }
    for table in ["idempotency"].iter().chain(emptied) {
        db.execute(&format!("DELETE FROM {table}"), args![])?;
    }
    db.query("PRAGMA wal_checkpoint(TRUNCATE)", args![])?;
    drop(db);
    sync_tree(half).map_err(fault("the data directory cannot be made durable"))
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A folder beside `target` to work in; what is left of it after a crash is nobody's backup.
fn half_of(target: &Path) -> Result<PathBuf, Refusal> {
    let name = target.file_name().and_then(|name| name.to_str()).unwrap_or("countersign");
    let half = parent(target).join(format!(".{name}.part-{}", &secret()[..16]));
    private_dir(&half).map_err(fault(format!("{} cannot be made", half.display())))?;
    Ok(half)
}

fn private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Copies one file with its permissions, makes it durable and describes what was read.
fn copy(from: &Path, to: &Path, path: &Path) -> Result<Kept, Refusal> {
    let done = || -> io::Result<Kept> {
        let target = to.join(path);
        private_dir(parent(&target))?;
        fs::copy(from.join(path), &target)?;
        File::open(&target)?.sync_all()?;
        described(to, path)
    };
    done().map_err(fault(format!("{} cannot be copied", path.display())))
}

fn describe(root: &Path, path: &Path) -> Result<Kept, Refusal> {
    described(root, path).map_err(fault(format!("{} cannot be read", path.display())))
}

fn described(root: &Path, path: &Path) -> io::Result<Kept> {
    let mut file = File::open(root.join(path))?;
    let (mut hash, mut bytes, mut page) = (ring::digest::Context::new(&ring::digest::SHA256), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut page)?;
        if read == 0 {
            break;
        }
        hash.update(&page[..read]);
        bytes += read as u64;
    }
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(Kept { path: parts.join("/"), bytes, sha256: hex(hash.finish().as_ref()) })
}

/// Every whole file below a folder, as paths from `root`; pieces in the making are not among them.
fn files_below(root: &Path, folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !root.join(folder).is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            found.extend(files_below(root, &path)?);
        } else if path.extension().is_none_or(|ending| ending != "part") {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// What the operator has written in the data directory: packs and other settings.
fn own_files(data: &Path) -> io::Result<Vec<PathBuf>> {
    let names = fs::read_dir(data)?.map(|entry| entry.map(|entry| PathBuf::from(entry.file_name()))).collect::<io::Result<Vec<_>>>()?;
    Ok(names.into_iter().filter(|name| name.extension().is_some_and(|ending| ending == "toml") && data.join(name).is_file()).collect())
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes every folder's entries durable, and the files that were not copied by us.
fn sync_tree(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() { sync_tree(&path)? } else { File::open(&path)?.sync_all()? }
    }
    sync_dir(dir)
}
