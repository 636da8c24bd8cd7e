//! Over a real socket: serving, keeping a connection, stopping.

use super::world::{ALICE, World};
use crate::limits::HEAD_BYTES_MAX;
use crate::metrics::Connections;
use crate::seats::Seats;
use crate::serve::{Edge, serve_on};
use crate::{Listening, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// A listener without TLS.
pub fn edge(listener: TcpListener, places: usize, patience: Duration) -> Edge {
    Edge { listener, tls: None, seats: Seats::new(places, Arc::default()), patience }
}

#[tokio::test]
async fn it_answers_over_a_socket_and_stops_when_told() {
    let world = World::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(Listening::public(listener), world.app.clone(), async {
        let _ = stopped.await;
    }));
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET /v1/offerings HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ALICE}\r\n\r\n");
    for _ in 0..2 {
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut bytes = [0; 8_192];
        let read = stream.read(&mut bytes).await.expect("it answers");
        let text = String::from_utf8_lossy(&bytes[..read]);
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.contains("Gaming boost"), "{text}");
    }
    stop.send(()).expect("it waits to be told");
    let over =
        tokio::time::timeout(Duration::from_secs(5), serving).await.expect("an idle connection does not hold it");
    over.expect("no panic").expect("the listener did not fail");
    assert!(TcpStream::connect(address).await.is_err(), "it takes no more connections");
}

#[tokio::test]
async fn a_client_that_does_not_say_what_it_wants_loses_its_place_while_others_are_served() {
    let world = World::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let limit = Duration::from_millis(300);
    tokio::spawn(serve_on(edge(listener, 8, limit), world.router.clone(), std::future::pending()));
    let mut slow = Vec::new();
    for half in ["", "P", "PRI * HTTP/2.0\r\n", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: "] {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream.write_all(half.as_bytes()).await.expect("it reads");
        slow.push((half, stream));
    }
    let started = Instant::now();
    let mut stream = TcpStream::connect(address).await.expect("there is a place");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("it reads");
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("it answers");
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(started.elapsed() < limit, "the others hold it up: {:?}", started.elapsed());
    for (half, mut stream) in slow {
        let mut rest = Vec::new();
        let over = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(over.is_ok(), "{half:?} is still connected");
        assert!(!rest.starts_with(b"HTTP/1.1 2"), "{half:?} was answered");
    }
    assert!(started.elapsed() >= limit / 2, "they were cut off before their time");
}

#[tokio::test]
async fn it_speaks_http_2_without_tls_and_refuses_a_head_that_is_too_large() {
    let world = World::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(serve(Listening::public(listener), world.app.clone(), std::future::pending()));
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    // The preface and an empty SETTINGS frame; the answer begins with a SETTINGS frame (type 4 on stream 0).
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("it reads");
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.expect("it answers");
    assert_eq!((frame[3], &frame[5..]), (4, &[0; 4][..]));
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let head = format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n", "a".repeat(HEAD_BYTES_MAX));
    // It may be cut off before it has said it all.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut bytes = [0; 64];
    let read = stream.read(&mut bytes).await.expect("it answers");
    assert!(bytes[..read].starts_with(b"HTTP/1.1 431 "), "{:?}", String::from_utf8_lossy(&bytes[..read]));
}

/// A connection that has said this, and the beginning of what came back.
async fn said(address: SocketAddr, request: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut bytes = [0; 1_024];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut bytes)).await;
    let read = read.expect("there is a place").expect("it answers");
    (stream, String::from_utf8_lossy(&bytes[..read]).into_owned())
}

#[tokio::test]
async fn a_quiet_stream_keeps_its_place_while_idle_connections_lose_theirs() {
    let world = World::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let connections = Arc::<Connections>::default();
    let edge = Edge { seats: Seats::new(2, Arc::clone(&connections)), ..edge(listener, 2, Duration::from_secs(20)) };
    tokio::spawn(serve_on(edge, world.router.clone(), std::future::pending()));
    let follow = format!("GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ALICE}\r\n\r\n");
    // Of all that are there it is the one that has said nothing for longest, from here on.
    let (mut stream, mut text) = said(address, &follow).await;
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    let mut idle = Vec::new();
    for _ in 0..4 {
        let (kept, text) = said(address, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
        idle.push(kept);
    }
    assert_eq!(connections.cleared.load(Ordering::Relaxed), 3);
    world.top_up(2, 1, "later").await.expect(201);
    while !text.contains("wallet.topped_up") {
        let mut bytes = [0; 1_024];
        let read = stream.read(&mut bytes).await.expect("it goes on");
        assert!(read > 0, "the stream has ended: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    // Where its client has ended it, its place is anybody's.
    drop(stream);
    for _ in 0..2 {
        idle.push(said(address, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.0);
    }
}
