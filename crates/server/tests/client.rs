//! A small HTTP client on a real socket: one request, one connection, no cleverness, so that tests see what is on the wire.

use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|bad| panic!("{bad} in {} {}", self.status, self.body))
    }
    /// The codes of every reason, sorted.
    pub fn codes(&self) -> Vec<String> {
        let mut codes: Vec<String> =
            self.json()["reasons"].as_array().into_iter().flatten().filter_map(|r| r["code"].as_str().map(str::to_owned)).collect();
        codes.sort();
        codes
    }
    #[track_caller]
    pub fn must(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{}", self.body.chars().take(2_000).collect::<String>());
        self
    }
    pub fn seq(&self) -> i64 {
        self.header("countersign-seq").and_then(|seq| seq.parse().ok()).unwrap_or_default()
    }
}

/// Someone who speaks to the house.
#[derive(Clone, Default)]
pub struct Client {
    pub address: Option<SocketAddr>,
    pub token: Option<String>,
    pub cookies: BTreeMap<String, String>,
    /// Sent as X-Forwarded-For: tests trust loopback as a proxy.
    pub from: Option<String>,
}

impl Client {
    pub fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], b"")
    }
    pub fn post(&mut self, path: &str, body: Json) -> Reply {
        self.send("POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }
    pub fn post_once(&mut self, key: &str, path: &str, body: Json) -> Reply {
        self.send("POST", path, &[("Content-Type", "application/json"), ("Idempotency-Key", key)], body.to_string().as_bytes())
    }
    pub fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let encode = |text: &str| {
            text.bytes().map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") }).collect::<String>()
        };
        let body = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&");
        self.send("POST", path, &[("Content-Type", "application/x-www-form-urlencoded")], body.as_bytes())
    }

    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.try_send(method, path, headers, body).unwrap_or_else(|e| panic!("{method} {path}: {e}"))
    }

    /// One exchange; an error when the house has gone.
    pub fn try_send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Reply> {
        let address = self.address.unwrap();
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(10))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_nodelay(true)?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(token) = &self.token {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if let Some(from) = &self.from {
            head.push_str(&format!("X-Forwarded-For: {from}\r\n"));
        }
        if !self.cookies.is_empty() {
            let all: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            head.push_str(&format!("Cookie: {}\r\n", all.join("; ")));
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        stream.write_all(body)?;
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw)?;
        let reply = parse(&raw).ok_or_else(|| std::io::Error::other("the answer was cut off"))?;
        for (name, value) in &reply.headers {
            if name == "set-cookie"
                && let Some((name, rest)) = value.split_once('=')
            {
                let kept = rest.split(';').next().unwrap_or_default();
                if kept.is_empty() || value.contains("Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), kept.to_owned());
                }
            }
        }
        Ok(reply)
    }
}

fn parse(raw: &[u8]) -> Option<Reply> {
    let end = raw.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next()?.split_whitespace().nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let mut body = raw[end + 4..].to_vec();
    if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
        body = unchunk(&body)?;
    } else if let Some((_, length)) = headers.iter().find(|(name, _)| name == "content-length") {
        let length: usize = length.parse().ok()?;
        if body.len() < length {
            return None;
        }
    }
    Some(Reply { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line = rest.windows(2).position(|w| w == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?.trim(), 16).ok()?;
        rest = &rest[line + 2..];
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}
