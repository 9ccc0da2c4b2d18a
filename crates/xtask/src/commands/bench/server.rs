//! The release server, started for a measurement and gone afterwards.

use super::built;
use crate::clock::{self, Stopwatch};
use crate::guard::{self, Guard};
use crate::{Outcome, repository};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A running server.
pub struct Server {
    /// Where it answers.
    pub address: String,
    /// How long it took until it answered, in seconds.
    pub ready_after: f64,
    guard: Guard,
}

impl Server {
    /// `countersign serve` on the world in `folder`.
    pub fn serve(folder: &Path, url: Option<&str>) -> Outcome<Server> {
        let mut words = vec!["serve".to_owned(), "--data".to_owned(), folder.join("data").display().to_string()];
        words.extend(url.map(|url| format!("--database={url}")));
        Self::start(&words)
    }

    /// `countersign demo`.
    pub fn demo(folder: &Path) -> Outcome<Server> {
        Self::start(&["demo".to_owned(), "--data".to_owned(), folder.join("demo").display().to_string()])
    }

    fn start(words: &[String]) -> Outcome<Server> {
        let address = format!("127.0.0.1:{}", guard::free_port()?);
        let mut command = Command::new(built("countersign"));
        command.args(words).args(["--listen", &address]).env("COUNTERSIGN_LOG", "warn");
        let scratch = repository::scratch("bench")?;
        let watch = Stopwatch::start();
        let mut guard = Guard::start("bench-server", &command, "TERM", &scratch)?;
        while !answers(&address) {
            guard.check()?;
            if watch.seconds() > 120.0 {
                return Err(format!("The server was not ready after two minutes.\n{}", guard.log_tail()));
            }
            clock::rest(Duration::from_millis(2));
        }
        Ok(Server { address, ready_after: watch.seconds(), guard })
    }

    /// The process under which it runs.
    pub fn pid(&self) -> u32 {
        self.guard.pid()
    }
}

fn answers(address: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(&start == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

/// Writes paths for the clients to read, one a line, and answers the file.
pub fn paths<S: AsRef<str>>(folder: &Path, paths: &[S]) -> Outcome<String> {
    let file = folder.join("paths.txt");
    let text: String = paths.iter().map(|path| format!("{}\n", path.as_ref())).collect();
    std::fs::write(&file, text).map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    Ok(file.display().to_string())
}
