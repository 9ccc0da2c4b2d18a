//! `countersign demo` on a free loopback port with a folder of its own, for the browser tests.

use crate::guard::{self, Guard};
use crate::{Outcome, clock, repository};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A running demo, stopped and removed when dropped.
pub struct Demo {
    /// Its address, without a slash at the end.
    pub url: String,
    /// A JSON object: role → a sign-in link for it that works once.
    pub links: PathBuf,
    /// A JSON object: role → its organisation, its role there, and a token for the REST API.
    pub tokens: PathBuf,
    guard: Guard,
}

impl Demo {
    /// Starts it and waits until `/healthz` answers 200.
    pub fn start() -> Outcome<Self> {
        let scratch = repository::scratch("demo")?;
        let (links, tokens) = (scratch.join("links.json"), scratch.join("tokens.json"));
        let port = guard::free_port()?;
        let mut server = Command::new(repository::built("countersign")?);
        server.args(["demo", "--listen", &format!("127.0.0.1:{port}"), "--data"]);
        server.arg(scratch.join("data")).arg("--links-json").arg(&links).arg("--tokens-json").arg(&tokens);
        let mut guard = Guard::start("demo", &server, "TERM", &scratch)?;
        let ready = clock::poll(Duration::from_secs(60), || {
            guard.check()?;
            Ok((healthy(port) && links.is_file()).then_some(()))
        });
        match ready {
            Ok(()) => Ok(Self { url: format!("http://127.0.0.1:{port}"), links, tokens, guard }),
            Err(problem) => Err(format!("`countersign demo` was not ready: {problem}\n{}", guard.log_tail())),
        }
    }

    /// What the server has said lately, for a report of failed browser tests.
    pub fn log_tail(&self) -> String {
        self.guard.log_tail()
    }
}

/// Whether `GET /healthz` answers 200 within a second.
fn healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let second = Duration::from_secs(1);
        let mut stream = TcpStream::connect_timeout(&address, second)?;
        stream.set_read_timeout(Some(second))?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(String::from_utf8_lossy(&start).into_owned())
    };
    ask().is_ok_and(|start| start == "HTTP/1.1 200")
}
