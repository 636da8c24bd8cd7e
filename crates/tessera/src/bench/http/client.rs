//! The client: connections that are kept alive, one request at a time on each.

use super::identity::Identity;
use anyhow::{Context, bail};
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// The type of media of most bodies.
pub const JSON: &str = "application/json";

/// How much is asked at one time, and altogether.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Connections at one time.
    pub connections: u32,
    /// Operations of all of them together.
    pub count: u64,
}

/// One operation of a run.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The connection it is made on, from 0.
    pub connection: u32,
    /// Its number among those of its connection, from 0.
    pub nth: u64,
    /// Its number among all.
    pub number: u64,
}

/// What a client does, over and over.
pub trait Script: Send + Sync + 'static {
    /// Makes one operation. Whatever does not go as planned ends the run.
    fn operate(&self, connection: &mut Connection, turn: Turn) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// A connection to the server that is measured.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

/// One request.
pub struct Post<'a> {
    /// Where to.
    pub path: &'static str,
    /// What its body is.
    pub media: &'static str,
    /// Who asks.
    pub identity: &'a Identity,
    /// The `Idempotency-Key`, where one is asked for.
    pub key: Option<HeaderValue>,
    /// The body.
    pub body: String,
    /// The status of the only answer that will do.
    pub expected: StatusCode,
}

/// What a run took.
pub struct Taken {
    /// From the first request to the last answer.
    pub took: Duration,
    /// Of each operation, sorted.
    pub latencies: Vec<Duration>,
}

impl Load {
    /// The operations of one connection.
    fn turns(self, connection: u32) -> impl Iterator<Item = Turn> {
        let step = u64::from(self.connections);
        (0..)
            .map(move |nth| Turn { connection, nth, number: u64::from(connection) + nth * step })
            .take_while(move |turn| turn.number < self.count)
    }
}

impl Connection {
    async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("could not connect")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with its sender; what goes wrong before is the error of a request.
        tokio::spawn(connection);
        Ok(Self { sender })
    }

    /// Sends a request and reads its answer to the end.
    pub async fn post(&mut self, post: Post<'_>) -> anyhow::Result<Bytes> {
        let mut request = Request::post(post.path).header(HOST, "localhost").header(CONTENT_TYPE, post.media);
        for (name, value) in post.identity.headers(post.path)? {
            request = request.header(name, value);
        }
        if let Some(key) = post.key {
            request = request.header("idempotency-key", key);
        }
        self.sender.ready().await?;
        let response = self.sender.send_request(request.body(Full::from(post.body))?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status != post.expected {
            bail!("{}: {status}: {}", post.path, String::from_utf8_lossy(&body));
        }
        Ok(body)
    }
}

/// Connects, lets every connection make its share of the operations, and waits for the last of them.
pub async fn drive(address: SocketAddr, load: Load, script: &Arc<impl Script>) -> anyhow::Result<Taken> {
    let mut connections = Vec::new();
    for _ in 0..load.connections {
        connections.push(Connection::open(address).await?);
    }
    let started = Instant::now();
    let shares = (0..).zip(connections).map(|(number, mut connection)| {
        let script = Arc::clone(script);
        tokio::spawn(async move {
            let mut latencies = Vec::new();
            for turn in load.turns(number) {
                let sent = Instant::now();
                script.operate(&mut connection, turn).await?;
                latencies.push(sent.elapsed());
            }
            anyhow::Ok(latencies)
        })
    });
    let mut latencies = Vec::new();
    for share in shares.collect::<Vec<_>>() {
        latencies.extend(share.await.context("a task ended in a panic")??);
    }
    let took = started.elapsed();
    latencies.sort_unstable();
    Ok(Taken { took, latencies })
}
