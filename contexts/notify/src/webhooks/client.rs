//! One request to an address that a member typed. It speaks HTTP/1.1 to exactly the network address that was checked: the
//! name is looked up once, no redirect is followed, no proxy is asked, and nothing of the answer is read beyond the limit.

use crate::address;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request,
    body::{Body, Bytes},
    client::conn::http1,
    header,
};
use hyper_util::rt::TokioIo;
use kernel::Refusal;
use rustls::pki_types::ServerName;
use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// How names become addresses.
pub type Resolve = Arc<dyn Fn(String, u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;
/// How a connection is opened to one address.
pub type Dial = Arc<dyn Fn(SocketAddr) -> BoxFuture<'static, io::Result<TcpStream>> + Send + Sync>;

/// The client: a way to names, a way to addresses, and whom to trust.
#[derive(Clone)]
pub struct Client {
    resolve: Resolve,
    dial: Dial,
    tls: TlsConnector,
}

/// What one request may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Whether addresses without TLS are accepted.
    pub plain_http: bool,
    /// Whether addresses off the public network are connected to.
    pub private_addresses: bool,
    /// From looking the name up to the last byte read.
    pub time_out: Duration,
    /// How many bytes of the answer's body are read.
    pub read_limit: usize,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Where to.
    pub url: String,
    /// Its own headers.
    pub headers: Vec<(&'static str, String)>,
    /// A JSON text.
    pub body: String,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The endpoint answered.
    Answered {
        /// With this status.
        status: u16,
        /// And a body that began so.
        answer: Vec<u8>,
    },
    /// No such name, nobody there, or an address the house does not connect to. Which of these is not said: a member could
    /// otherwise find out what the house's own network looks like.
    Unreachable,
    /// No complete answer in time.
    TimedOut,
    /// Its certificate does not prove who it is.
    Untrusted,
    /// What it answered is not HTTP.
    Garbled,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// The most that the head of an answer may hold, in bytes.
const HEAD: usize = 64 * 1024;

impl Client {
    /// A client for the public network, trusting the certificate authorities that browsers trust.
    pub fn new() -> Result<Client, Refusal> {
        let resolve: Resolve = Arc::new(|host, port| Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) }));
        let dial: Dial = Arc::new(|address| Box::pin(TcpStream::connect(address)));
        Client::with(resolve, dial, webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect())
    }

    /// A client with its own ways and its own trust.
    pub fn with(resolve: Resolve, dial: Dial, roots: rustls::RootCertStore) -> Result<Client, Refusal> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let versions = versions.map_err(|bad| Refusal::Fault(format!("TLS cannot be set up: {bad}")))?;
        let config = versions.with_root_certificates(roots).with_no_client_auth();
        Ok(Client { resolve, dial, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Sends one POST.
    pub async fn post(&self, outgoing: &Outgoing, limits: Limits) -> Outcome {
        match tokio::time::timeout(limits.time_out, self.exchange(outgoing, limits)).await {
            Ok(Ok((status, answer))) => Outcome::Answered { status, answer },
            Ok(Err(outcome)) => outcome,
            Err(_) => Outcome::TimedOut,
        }
    }

    async fn exchange(&self, outgoing: &Outgoing, limits: Limits) -> Result<(u16, Vec<u8>), Outcome> {
        let (url, target) = address::read(&outgoing.url).map_err(|_| Outcome::Unreachable)?;
        if !target.is_secure && !limits.plain_http {
            return Err(Outcome::Unreachable);
        }
        let stream = self.connect(&url, limits).await?;
        let stream: Box<dyn Stream> = if target.is_secure { Box::new(self.secure(&url, stream).await?) } else { Box::new(stream) };
        speak(stream, &url, outgoing, limits.read_limit).await
    }

    /// Looks the host up once and connects to the first of the addresses found that may be connected to.
    async fn connect(&self, url: &Url, limits: Limits) -> Result<TcpStream, Outcome> {
        let port = url.port_or_known_default().ok_or(Outcome::Unreachable)?;
        let found = match url.host().ok_or(Outcome::Unreachable)? {
            Host::Ipv4(ip) => vec![SocketAddr::from((ip, port))],
            Host::Ipv6(ip) => vec![SocketAddr::from((ip, port))],
            Host::Domain(name) => (self.resolve)(name.to_owned(), port).await.map_err(|_| Outcome::Unreachable)?,
        };
        for at in found.into_iter().filter(|at| limits.private_addresses || address::is_public(at.ip())) {
            if let Ok(stream) = (self.dial)(at).await {
                return Ok(stream);
            }
        }
        Err(Outcome::Unreachable)
    }

    async fn secure(&self, url: &Url, stream: TcpStream) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Outcome> {
        let name = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(name).map_err(|_| Outcome::Untrusted)?;
        self.tls.connect(name, stream).await.map_err(|_| Outcome::Untrusted)
    }
}

async fn speak(stream: Box<dyn Stream>, url: &Url, outgoing: &Outgoing, limit: usize) -> Result<(u16, Vec<u8>), Outcome> {
    let request = request(url, outgoing).map_err(|_| Outcome::Unreachable)?;
    let shake = http1::Builder::new().max_buf_size(HEAD).handshake(TokioIo::new(stream));
    let (mut sender, connection) = shake.await.map_err(|_| Outcome::Garbled)?;
    let mut connection = pin!(connection);
    let mut exchange = pin!(async move {
        let answer = sender.send_request(request).await.map_err(|_| Outcome::Garbled)?;
        let status = answer.status().as_u16();
        Ok((status, beginning(answer.into_body(), limit).await))
    });
    let mut is_open = true;
    // Whoever of the two ends, both end here: nothing of a connection outlives its exchange.
    loop {
        tokio::select! {
            answered = &mut exchange => return answered,
            _ = &mut connection, if is_open => is_open = false,
        }
    }
}

/// The first bytes of a body. One that breaks off early still has a beginning.
async fn beginning<B: Body<Data = Bytes> + Unpin>(mut body: B, limit: usize) -> Vec<u8> {
    let mut read = Vec::new();
    while read.len() < limit {
        let Some(Ok(frame)) = body.frame().await else { break };
        let Ok(data) = frame.into_data() else { continue };
        let room = limit - read.len();
        read.extend_from_slice(&data[..data.len().min(room)]);
    }
    read
}

fn request(url: &Url, outgoing: &Outgoing) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    let host = match (url.host_str().unwrap_or_default(), url.port()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_owned(),
    };
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let start = Request::builder().method(Method::POST).uri(path).header(header::HOST, host);
    let start = start.header(header::CONTENT_TYPE, "application/json").header(header::CONNECTION, "close");
    let start = start.header(header::USER_AGENT, concat!("Countersign/", env!("CARGO_PKG_VERSION")));
    let whole = outgoing.headers.iter().fold(start, |start, (name, value)| start.header(*name, value));
    whole.body(Full::new(Bytes::from(outgoing.body.clone())))
}
