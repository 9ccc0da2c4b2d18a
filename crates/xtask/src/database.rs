//! A throwaway PostgreSQL for the tests: made new, on a loopback port of its own, gone afterwards.
//!
//! `fsync` stays on, as it is by default, and where it is measured its files are on the disk. For tests they are in memory where there is
//! room: what is killed there are processes, not machines, and a database that is dropped makes the server write all that is
//! new of all the others to the disk, for a minute on a slow one.

use crate::guard::{self, Guard};
use crate::run;
use crate::{Outcome, clock, repository};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The oldest major version that we promise to work with.
pub const OLDEST: u32 = 15;

/// The name under which tests find the server; they make databases of their own in it.
pub const VARIABLE: &str = "COUNTERSIGN_TEST_PG";

/// How many kilobytes of memory must be there for the tests' databases and their write-ahead log.
const ROOM: u64 = 8 * 1_048_576;

/// A running server, stopped and removed when dropped.
pub struct Database {
    url: String,
    guard: Guard,
}

impl Database {
    /// Makes a cluster in a temporary folder on the disk and starts it.
    pub fn start() -> Outcome<Self> {
        Self::start_in(&repository::scratch("postgres")?)
    }

    /// The same for tests, which make hundreds of databases and wait for each.
    pub fn start_for_tests() -> Outcome<Self> {
        Self::start_in(&repository::scratch_in_memory("postgres", ROOM)?)
    }

    fn start_in(scratch: &Path) -> Outcome<Self> {
        let bin = binaries().ok_or("PostgreSQL's programs are not here; `cargo xtask test --only requirements` installs them");
        let made = bin.map_err(str::to_owned).and_then(|bin| Self::start_with(&bin, scratch));
        if made.is_err() {
            let _gone = std::fs::remove_dir_all(scratch);
        }
        made.map_err(|problem| format!("The throwaway PostgreSQL did not start: {problem}"))
    }

    fn start_with(bin: &Path, scratch: &Path) -> Outcome<Self> {
        let owner = Owner::find()?;
        owner.give(scratch)?;
        let data = scratch.join("data");
        let mut initdb = owner.command(&bin.join("initdb"));
        initdb.arg("--pgdata").arg(&data).args(INITDB).current_dir(scratch);
        let output = initdb.output().map_err(|error| format!("initdb did not start: {error}"))?;
        if !output.status.success() {
            return Err(format!("initdb said: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let port = guard::free_port()?;
        let mut server = owner.command(&bin.join("postgres"));
        server.arg("-D").arg(&data);
        for setting in [
            "listen_addresses=127.0.0.1",
            &format!("port={port}"),
            &format!("unix_socket_directories={}", scratch.display()),
            "max_connections=300", // several tests at once, each with its own pool
        ] {
            server.args(["-c", setting]);
        }
        // INT is PostgreSQL's fast shutdown: it does not wait for clients that were left behind.
        let mut guard = Guard::start("postgres", &server, "INT", scratch)?;
        let is_ready = bin.join("pg_isready").display().to_string();
        let port_text = port.to_string();
        clock::poll(Duration::from_secs(60), || {
            guard.check()?;
            Ok(run::answer(&is_ready, &["-q", "-h", "127.0.0.1", "-p", &port_text]))
        })?;
        Ok(Self { url: format!("postgres://countersign@127.0.0.1:{port}/postgres"), guard })
    }

    /// Where it answers, for [`VARIABLE`].
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process under which the server runs, for measuring what it costs.
    pub fn pid(&self) -> u32 {
        self.guard.pid()
    }

    /// Makes another, empty database and answers its URL.
    pub fn create(&self, name: &str) -> Outcome<String> {
        let psql = binaries().ok_or("PostgreSQL's programs are gone")?.join("psql").display().to_string();
        let said = run::answer(&psql, &["--no-psqlrc", "--quiet", "--command", &format!("CREATE DATABASE {name}"), &self.url]);
        said.ok_or_else(|| format!("The database {name} could not be made."))?;
        let (server, _) = self.url.rsplit_once('/').unwrap_or_default();
        Ok(format!("{server}/{name}"))
    }
}

/// C.UTF-8, because under plain C the trigram search takes no notice of Chinese.
const INITDB: [&str; 5] = ["--username=countersign", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];

/// The folder of PostgreSQL's server programs, the newest version first.
pub fn binaries() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin")))
    });
    let elsewhere = run::answer("pg_config", &["--bindir"]).and_then(|bin| {
        let version = run::answer("pg_config", &["--version"])?;
        let major = version.split([' ', '.']).nth(1)?.parse().ok()?;
        Some((major, PathBuf::from(bin)))
    });
    debian
        .chain(elsewhere)
        .filter(|(version, bin)| *version >= OLDEST && bin.join("initdb").is_file() && bin.join("postgres").is_file())
        .max_by_key(|(version, _)| *version)
        .map(|(_, bin)| bin)
}

/// Whom the server runs as: PostgreSQL refuses to be root.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn find() -> Outcome<Self> {
        if !run::is_root() {
            return Ok(Self(None));
        }
        let number = |flag, user| run::answer("id", &[flag, user])?.parse().ok();
        let ids = ["postgres", "nobody"].iter().find_map(|user| Some((number("-u", user)?, number("-g", user)?)));
        ids.map(|ids| Self(Some(ids))).ok_or_else(|| "we are root, and neither the user postgres nor nobody exists".to_owned())
    }

    fn give(&self, folder: &Path) -> Outcome {
        let Some((user, group)) = self.0 else { return Ok(()) };
        std::os::unix::fs::chown(folder, Some(user), Some(group))
            .map_err(|error| format!("{} cannot be given away: {error}", folder.display()))
    }

    fn command(&self, program: &Path) -> Command {
        let Some((user, group)) = self.0 else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
        command.arg(program);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_throwaway_server_answers_while_it_is_held_and_is_gone_afterwards() {
        let database = Database::start_for_tests().unwrap();
        let address = database.url().split(['@', '/']).nth(3).unwrap().to_owned();
        assert!(std::net::TcpStream::connect(&address).is_ok(), "{address}");
        drop(database);
        assert!(std::net::TcpStream::connect(&address).is_err(), "{address}");
    }
}
