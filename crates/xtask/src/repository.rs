//! Where the repository stands, and which files belong to it.

use crate::{Outcome, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A text file of the repository.
pub struct File {
    /// Its path from the root, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// The root of the repository: the folder above `crates/xtask`.
///
/// Cargo tells where this crate stands when it starts us; the path of the machine that compiled us may be another.
/// Started without cargo, we look from the current folder upwards.
pub fn root() -> PathBuf {
    if let Some(here) = std::env::var_os("CARGO_MANIFEST_DIR") {
        return Path::new(&here).ancestors().nth(2).map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    }
    let current = std::env::current_dir().unwrap_or_default();
    let root = current.ancestors().find(|folder| folder.join("crates/xtask").is_dir());
    root.unwrap_or(&current).to_path_buf()
}

/// Every text file that git tracks or would track. Files that are not UTF-8 (pictures, fonts) are left out.
pub fn files() -> Outcome<Vec<File>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .map_err(|error| format!("git did not start, and the list of our files comes from it: {error}"))?;
    if !listing.status.success() {
        return Err(format!("git could not list our files: {}", String::from_utf8_lossy(&listing.stderr)));
    }
    let paths = String::from_utf8_lossy(&listing.stdout).into_owned();
    // A file that was deleted but not yet committed is still listed; it cannot be read and is left out.
    let read = |path: &str| std::fs::read_to_string(root().join(path)).ok();
    Ok(paths
        .split('\0')
        .filter(|path| !path.is_empty())
        .filter_map(|path| read(path).map(|text| File { path: path.to_owned(), text }))
        .collect())
}

/// A new, empty folder for one run, readable by its owner only. Whoever asks for it removes it.
pub fn scratch(name: &str) -> Outcome<PathBuf> {
    scratch_in(&std::env::temp_dir(), name)
}

/// The same in memory where this machine has `room` kilobytes of it to spare, so that nobody waits for the disk.
pub fn scratch_in_memory(name: &str, room: u64) -> Outcome<PathBuf> {
    const MEMORY: &str = "/dev/shm";
    let number = |text: &str, column: usize| text.split_whitespace().nth(column)?.parse::<u64>().ok();
    let folder = run::answer("df", &["-Pk", MEMORY]).and_then(|said| number(said.lines().nth(1)?, 3));
    let free = std::fs::read_to_string("/proc/meminfo").ok();
    let free = free.and_then(|said| number(said.lines().find(|line| line.starts_with("MemAvailable:"))?, 1));
    let has_room = folder.is_some_and(|there| there >= room) && free.is_some_and(|there| there >= room);
    if has_room { scratch_in(Path::new(MEMORY), name) } else { scratch(name) }
}

fn scratch_in(parent: &Path, name: &str) -> Outcome<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let folder = (0..1000)
        .map(|try_| parent.join(format!("countersign-{name}-{}-{try_}", std::process::id())))
        .find(|folder| std::fs::DirBuilder::new().mode(0o700).create(folder).is_ok());
    folder.ok_or_else(|| format!("no folder could be made in {}", parent.display()))
}

/// The folder for logs of processes that xtask started: `target/xtask`.
pub fn logs() -> Outcome<PathBuf> {
    let folder = target().join("xtask");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    Ok(folder)
}

/// The folder of build results, as cargo was told.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |target| root().join(target))
}

/// A program that this workspace built, which stands beside xtask itself.
pub fn built(program: &str) -> Outcome<PathBuf> {
    let me = std::env::current_exe().map_err(|error| format!("xtask does not know where it stands: {error}"))?;
    let path = me.with_file_name(program);
    if path.is_file() { Ok(path) } else { Err(format!("{} was not built; `cargo build --workspace --bins` builds it", path.display())) }
}
