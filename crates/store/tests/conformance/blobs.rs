//! Files by their content.

use crate::place::scratch;
use kernel::{Instant, Span};
use std::{fs, path::PathBuf};
use store::{Clock, SystemClock, blobs::Blobs, clock::sha256};

struct Dir(PathBuf);
impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn place() -> (Dir, Blobs) {
    let dir = Dir(scratch());
    let blobs = Blobs::open(&dir.0).unwrap();
    (dir, blobs)
}

#[test]
fn a_file_is_kept_once_under_its_hash_and_read_back() {
    let (dir, blobs) = place();
    let name = blobs.put(b"a letter").unwrap();
    assert_eq!(name, sha256(b"a letter"));
    assert_eq!(blobs.put(b"a letter").unwrap(), name);
    assert_eq!(blobs.get(&name).unwrap().as_deref(), Some(&b"a letter"[..]));
    assert!(blobs.exists(&name));
    assert_eq!(Blobs::open(&dir.0).unwrap().names().unwrap(), std::slice::from_ref(&name));
    assert!(dir.0.join("blobs").join(&name[..2]).join(&name).is_file());
    assert_eq!(blobs.get(&sha256(b"another")), Ok(None));
}

#[test]
fn no_name_leads_outside() {
    let (dir, blobs) = place();
    fs::write(dir.0.join("secret"), "s").unwrap();
    let upper = sha256(b"x").to_uppercase();
    let long = format!("{}a", sha256(b"x"));
    for name in ["", "../secret", "/etc/passwd", "..%2fsecret", "aa", "a\0b", "ää", upper.as_str(), long.as_str(), &"../".repeat(22)[..64]]
    {
        assert_eq!(blobs.get(name), Ok(None), "{name:?}");
        assert!(!blobs.exists(name), "{name:?}");
    }
}

#[test]
fn a_file_that_was_changed_on_disk_is_never_an_answer() {
    let (dir, blobs) = place();
    let name = blobs.put(b"a letter").unwrap();
    fs::write(dir.0.join("blobs").join(&name[..2]).join(&name), "a lettre").unwrap();
    assert!(blobs.get(&name).is_err());
}

#[test]
fn orphans_and_pieces_go_when_they_are_old_enough() {
    let (dir, blobs) = place();
    let (kept, orphan) = (blobs.put(b"kept").unwrap(), blobs.put(b"orphan").unwrap());
    fs::write(dir.0.join("blobs").join(&orphan[..2]).join("left.part"), "half").unwrap();
    let later: Instant = SystemClock.now() + Span::minutes(1);
    assert_eq!(blobs.collect(|name| name == kept, later - Span::days(1)), Ok(0), "a file is kept before the event that names it");
    assert_eq!(blobs.collect(|name| name == kept, later), Ok(2));
    assert!(blobs.exists(&kept) && !blobs.exists(&orphan));
}
