//! An endpoint on a loopback port that answers as it is told.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// How it answers.
#[derive(Clone)]
pub enum Reply {
    /// This status, further header lines, and body.
    Status(u16, String, String),
    /// Not at all, with the connection held open.
    Nothing,
    /// One byte of a head that never ends, again and again.
    Drip,
    /// 200 and a body without an end.
    Endless,
    /// Something that is not HTTP.
    Noise,
}

pub fn status(code: u16) -> Reply {
    Reply::Status(code, String::new(), "said".into())
}

/// What it was sent.
#[derive(Clone, Debug)]
pub struct Got {
    pub head: String,
    pub body: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
    }
}

pub struct Receiver {
    pub port: u16,
    pub got: Arc<Mutex<Vec<Got>>>,
    pub connections: Arc<AtomicUsize>,
    pub written: Arc<AtomicUsize>,
    reply: Arc<Mutex<Reply>>,
}

impl Receiver {
    pub async fn start(reply: Reply) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Receiver {
            port,
            got: Arc::default(),
            connections: Arc::default(),
            written: Arc::default(),
            reply: Arc::new(Mutex::new(reply)),
        };
        let (got, connections) = (receiver.got.clone(), receiver.connections.clone());
        let (written, reply) = (receiver.written.clone(), receiver.reply.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let reply = reply.lock().unwrap().clone();
                tokio::spawn(serve(stream, reply, got.clone(), written.clone()));
            }
        });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?x=1", self.port)
    }

    pub fn now_answers(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, reply: Reply, got: Arc<Mutex<Vec<Got>>>, written: Arc<AtomicUsize>) -> Option<()> {
    let mut bytes = Vec::new();
    let (head, start) = loop {
        stream.read_buf(&mut bytes).await.ok().filter(|n| *n > 0)?;
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            break (String::from_utf8_lossy(&bytes[..end]).into_owned(), end + 4);
        }
    };
    let length = Got { head: head.clone(), body: String::new() }.header("content-length").parse::<usize>().unwrap_or(0);
    while bytes.len() < start + length {
        stream.read_buf(&mut bytes).await.ok().filter(|n| *n > 0)?;
    }
    got.lock().unwrap().push(Got { head, body: String::from_utf8_lossy(&bytes[start..]).into_owned() });
    match reply {
        Reply::Status(code, more, body) => {
            let text = format!("HTTP/1.1 {code} X\r\n{more}Content-Length: {}\r\n\r\n{body}", body.len());
            stream.write_all(text.as_bytes()).await.ok()?;
            stream.shutdown().await.ok()
        }
        Reply::Nothing => {
            // Held until the other side gives up.
            let mut rest = [0; 1];
            stream.read(&mut rest).await.ok().map(drop)
        }
        Reply::Drip => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await.ok()?;
            let mut slowly = tokio::time::interval(std::time::Duration::from_millis(20));
            loop {
                slowly.tick().await;
                stream.write_all(b"X").await.ok()?;
            }
        }
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n").await.ok()?;
            let block = [b'a'; 16 * 1024];
            loop {
                stream.write_all(&block).await.ok()?;
                written.fetch_add(block.len(), Ordering::SeqCst);
            }
        }
        Reply::Noise => stream.write_all(b"SSH-2.0-OpenSSH_9\r\n\r\n\0\0\0").await.ok(),
    }
}
