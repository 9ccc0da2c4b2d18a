//! Files by their content: `blobs/ab/ab12…`. The same content is kept once, and a name can be nothing but a SHA-256.

use crate::clock::{hex, secret};
use kernel::{Instant, Refusal};
use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// The folder in the data directory.
pub const FOLDER: &str = "blobs";

/// The files of one data directory.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
}

fn fault(what: &str) -> impl FnOnce(io::Error) -> Refusal {
    move |error| Refusal::Fault(format!("{what}: {error}"))
}

/// Makes a folder's entries durable: a file whose name is lost is lost.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn name_of(bytes: &[u8]) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}

impl Blobs {
    /// The files in `dir`'s `blobs`; the folder is made when it is not there.
    pub fn open(dir: &Path) -> Result<Blobs, Refusal> {
        let root = dir.join(FOLDER);
        fs::create_dir_all(&root).and_then(|()| sync_dir(dir)).map_err(fault("the folder of files cannot be made"))?;
        Ok(Blobs { root })
    }

    /// Where a name's file lies. Only what [`Blobs::put`] answers is a name; anything else has no place at all.
    fn place(&self, name: &str) -> Option<PathBuf> {
        let is_name = name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_name.then(|| self.root.join(&name[..2]).join(name))
    }

    /// Keeps `bytes` and answers their name. They are on disk when this returns.
    pub fn put(&self, bytes: &[u8]) -> Result<String, Refusal> {
        let name = name_of(bytes);
        let Some(place) = self.place(&name) else { return Err(Refusal::Fault("a hash is no name".into())) };
        let folder = place.parent().unwrap_or(&self.root);
        let keep = || -> io::Result<()> {
            if place.exists() {
                // Someone is about to refer to it: it is young again, so that it is not collected first.
                return File::options().write(true).open(&place)?.set_modified(file_time());
            }
            fs::create_dir_all(folder)?;
            sync_dir(&self.root)?;
            let half = folder.join(format!("{}.part", secret()));
            let written = File::options().write(true).create_new(true).open(&half).and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            });
            let done = written.and_then(|()| fs::rename(&half, &place)).and_then(|()| sync_dir(folder));
            if done.is_err() {
                let _ = fs::remove_file(&half);
            }
            done
        };
        keep().map_err(fault("a file cannot be kept"))?;
        Ok(name)
    }

    /// The bytes under `name`, or nothing. Bytes that no longer give their name are a fault, never an answer.
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(place) = self.place(name) else { return Ok(None) };
        match fs::read(place) {
            Ok(bytes) if name_of(&bytes) == name => Ok(Some(bytes)),
            Ok(_) => Err(Refusal::Fault(format!("the file {name} was changed on disk"))),
            Err(none) if none.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault("a file cannot be read")(error)),
        }
    }

    /// Whether there is a file of this name.
    pub fn exists(&self, name: &str) -> bool {
        self.place(name).is_some_and(|place| place.is_file())
    }

    /// Every name that is kept.
    pub fn names(&self) -> Result<Vec<String>, Refusal> {
        let all = self.files().map_err(fault("the files cannot be listed"))?;
        let names = all.into_iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
        Ok(names.filter(|name| self.place(name).is_some()).collect())
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for folder in fs::read_dir(&self.root)? {
            let folder = folder?.path();
            if folder.is_dir() {
                for file in fs::read_dir(folder)? {
                    found.push(file?.path());
                }
            }
        }
        Ok(found)
    }

    /// Removes files that nobody refers to and that were kept before `before`, and pieces that a crash left behind. Choose
    /// `before` a day ago: a file is kept before the event that names it. Answers how many went.
    pub fn collect(&self, is_referred_to: impl Fn(&str) -> bool, before: Instant) -> Result<usize, Refusal> {
        let mut gone = 0;
        let mut sweep = || -> io::Result<()> {
            for path in self.files()? {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if self.place(name).is_some() && is_referred_to(name) {
                    continue;
                }
                let age = path.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
                if i64::try_from(age.as_millis()).unwrap_or(i64::MAX) < before.0 {
                    fs::remove_file(&path)?;
                    gone += 1;
                }
            }
            Ok(())
        };
        sweep().map_err(fault("files cannot be collected"))?;
        Ok(gone)
    }
}

/// The time as the file system counts it, which is also what a file's age is measured by.
#[expect(clippy::disallowed_methods, reason = "a file's age is the file system's business, not a rule's")]
fn file_time() -> std::time::SystemTime {
    std::time::SystemTime::now()
}
