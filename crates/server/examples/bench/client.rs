//! A client of HTTP/1.1 on one kept connection: no more than a measurement needs, so that it costs little beside the server.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// One connection.
pub struct Client {
    address: String,
    stream: BufReader<TcpStream>,
}

impl Client {
    pub fn connect(address: &str) -> Client {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Client { address: address.to_owned(), stream: BufReader::with_capacity(64 * 1024, stream) }
    }

    /// Sends one request and answers its status and body. `header` is one whole line.
    pub fn ask(&mut self, method: &str, path: &str, header: &str, body: &str) -> (u16, String) {
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{header}\r\n{kind}Content-Length: {}\r\n\r\n{body}", self.address, body.len());
        self.stream.get_mut().write_all(head.as_bytes()).unwrap();
        let (mut line, mut status, mut length) = (String::new(), 0, 0);
        loop {
            line.clear();
            assert!(self.stream.read_line(&mut line).unwrap() > 0, "the server closed the connection");
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            if let Some(rest) = text.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some((name, value)) = text.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }
}
