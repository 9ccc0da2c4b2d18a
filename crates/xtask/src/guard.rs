//! A server that never outlives us.
//!
//! A small shell script starts the server, holds the reading end of a pipe to us and stops the server when the
//! pipe closes. The system closes it when we end in any way: normally, by a panic, by Ctrl-C, even by `kill -9`.

use crate::{Outcome, repository};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// `$1` the signal that stops the server kindly, `$2` the folder to remove afterwards, then the server's command line.
/// The watcher keeps none of our outputs open, so nobody who reads them waits for it.
const SCRIPT: &str = r#"
signal=$1 scratch=$2
shift 2
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{
    cat <&3
    kill -s "$signal" "$server"
    for second in $(seq 30); do sleep 1; done
    kill -s KILL "$server"
} >/dev/null 2>&1 &
watcher=$!
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
rm -rf -- "$scratch"
exit "$code"
"#;

/// A running server; dropping it stops the server and removes its folder.
pub struct Guard {
    script: Child,
    leash: Option<ChildStdin>,
    log: PathBuf,
}

impl Guard {
    /// Starts `server`, whose output goes to `target/xtask/NAME.log`. `scratch` is removed when it has ended.
    pub fn start(name: &str, server: &Command, signal: &str, scratch: &Path) -> Outcome<Self> {
        let log = repository::logs()?.join(format!("{name}.log"));
        let open = || std::fs::File::create(&log).and_then(|file| Ok((file.try_clone()?, file)));
        let (out, err) = open().map_err(|error| format!("{} cannot be written: {error}", log.display()))?;
        let mut script = Command::new("sh")
            .args(["-c", SCRIPT, "guard", signal])
            .arg(scratch)
            .arg(server.get_program())
            .args(server.get_args())
            .envs(server.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(out)
            .stderr(err)
            .process_group(0) // Ctrl-C must reach us and not the server, which is to be stopped kindly
            .spawn()
            .map_err(|error| format!("{name} did not start: {error}"))?;
        let leash = script.stdin.take();
        Ok(Self { script, leash, log })
    }

    /// An error with the end of the log, once the server has ended by itself.
    pub fn check(&mut self) -> Outcome {
        match self.script.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(format!("it ended early with {status}.\n{}", self.log_tail())),
            Err(error) => Err(format!("its process cannot be asked: {error}")),
        }
    }

    /// The process under which the server runs, for measuring what it costs.
    pub fn pid(&self) -> u32 {
        self.script.id()
    }

    /// The last lines of its log, and where the whole of it stands.
    pub fn log_tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines.iter().skip(lines.len().saturating_sub(30)).copied().collect::<Vec<_>>().join("\n");
        format!("{tail}\n(the whole log: {})", self.log.display())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ended = self.script.wait();
    }
}

/// A port of the loopback address that nobody listens on now.
pub fn free_port() -> Outcome<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("the loopback address has no free port: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_stopped_and_its_folder_removed_when_its_guard_goes() {
        let scratch = repository::scratch("guard").unwrap();
        let pid_file = scratch.join("pid");
        let mut server = Command::new("sh");
        server.args(["-c", r#"echo $$ > "$0"; exec sleep 600"#]).arg(&pid_file);
        let guard = Guard::start("guard-test", &server, "TERM", &scratch).unwrap();
        let pid = crate::clock::poll(std::time::Duration::from_secs(10), || {
            Ok(std::fs::read_to_string(&pid_file).ok().filter(|text| text.ends_with('\n')))
        });
        let process = PathBuf::from("/proc").join(pid.unwrap().trim());
        assert!(process.exists());
        drop(guard);
        assert!(!process.exists() && !scratch.exists());
    }

    #[test]
    fn a_server_that_ends_early_is_reported_with_its_last_words() {
        let scratch = repository::scratch("guard").unwrap();
        let mut server = Command::new("sh");
        server.args(["-c", "echo no room at the inn; exit 3"]);
        let mut guard = Guard::start("guard-early", &server, "TERM", &scratch).unwrap();
        let limit = std::time::Duration::from_secs(10);
        let problem = crate::clock::poll(limit, || guard.check().map(|()| None::<()>)).unwrap_err();
        assert!(problem.contains("no room at the inn") && problem.contains("exit status: 3"), "{problem}");
    }
}
