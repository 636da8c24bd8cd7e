//! Clients that mean no good, over real sockets: the others are served, and nobody keeps a place for nothing.

use super::socket::edge;
use super::world::{ALICE, World};
use crate::Side;
use crate::serve::serve_on;
use crate::side::router_within;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// A test that waits for so long waits in vain.
const IN_VAIN: Duration = Duration::from_secs(10);
/// What a hostile client may take here, in place of the many seconds of the real limits.
const PATIENCE: Duration = Duration::from_millis(400);

/// Serves a world on a few places with little patience.
async fn start(places: usize) -> (World, SocketAddr) {
    let world = World::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let routes = router_within(world.app.clone(), Side::Public, PATIENCE);
    tokio::spawn(serve_on(edge(listener, places, PATIENCE), routes, std::future::pending()));
    (world, address)
}

async fn open(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    // It may be cut off before it has said it all.
    let _ = stream.write_all(bytes).await;
    stream
}

/// All that comes until the connection is over.
async fn to_the_end(mut stream: TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let over = timeout(IN_VAIN, stream.read_to_end(&mut answer)).await;
    assert!(over.is_ok(), "it still has its place");
    answer
}

/// Somebody who means well.
async fn is_served(address: SocketAddr) {
    let stream = open(address, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let answer = to_the_end(stream).await;
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"), "{}", String::from_utf8_lossy(&answer));
}

/// A request whose body never comes to its end.
async fn dripping(address: SocketAddr) -> TcpStream {
    let head = format!(
        "POST /v1/qualifications HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ALICE}\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\nexpect: 100-continue\r\n\r\n"
    );
    let mut stream = open(address, head.as_bytes()).await;
    // The server says that it reads the body: from here on the request is under way.
    let mut answer = [0; 25];
    stream.read_exact(&mut answer).await.expect("it goes on");
    assert!(answer.starts_with(b"HTTP/1.1 100 Continue"));
    stream
}

#[tokio::test]
async fn a_body_that_drips_is_not_waited_for_and_loses_its_place() {
    let (_world, address) = start(1).await;
    let stream = dripping(address).await;
    let (mut read, mut write) = stream.into_split();
    let drip = tokio::spawn(async move {
        while write.write_all(b" ").await.is_ok() {
            tokio::time::sleep(PATIENCE / 20).await;
        }
    });
    // There is one place, and it is taken: the next one waits for it, and gets it.
    is_served(address).await;
    let mut answer = Vec::new();
    // What drips on after the answer finds the connection reset.
    let _ = timeout(IN_VAIN, read.read_to_end(&mut answer)).await.expect("it is over");
    assert!(answer.starts_with(b"HTTP/1.1 504 "), "{}", String::from_utf8_lossy(&answer));
    timeout(IN_VAIN, drip).await.expect("nobody reads it any more").expect("no panic");
}

#[tokio::test]
async fn who_reads_no_answers_loses_its_place() {
    let (_world, address) = start(1).await;
    let mut stream = open(address, b"").await;
    let request = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";
    // Answers of a hundred kilobytes each: soon nothing more fits into what lies between.
    let stuck = async {
        while stream.write_all(request).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(IN_VAIN, stuck).await.expect("it is cut off");
    is_served(address).await;
}

#[tokio::test]
async fn whoever_is_idle_for_longest_makes_room_and_whoever_is_busy_does_not() {
    let (_world, address) = start(4).await;
    let busy = dripping(address).await;
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(open(address, b"GET /healthz HT").await);
        is_served(address).await;
    }
    let first = idle.remove(0);
    assert!(to_the_end(first).await.is_empty(), "it was ended without a word");
    let answer = to_the_end(busy).await;
    assert!(answer.starts_with(b"HTTP/1.1 504 "), "it was answered: {}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn absurd_requests_are_refused_and_the_next_one_is_served() {
    let (_world, address) = start(4).await;
    let long = "a/".repeat(10_000);
    let many = "x-a: b\r\n".repeat(200);
    for (line, headers) in [
        (format!("GET /{long} HTTP/1.1"), ""),
        ("GET /v1/tokens/%00%ff%2e%2e HTTP/1.1".to_owned(), ""),
        ("GET /../../../etc/passwd HTTP/1.1".to_owned(), ""),
        ("GET //v1//books/ HTTP/1.1".to_owned(), ""),
        (format!("GET /healthz?{long} HTTP/1.1"), many.as_str()),
        ("BREW /v1/offerings HTTP/1.1".to_owned(), ""),
        ("GET /healthz HTTP/9.9".to_owned(), ""),
        ("GET /healthz HTTP/1.1".to_owned(), "content-length: -1\r\n"),
        ("\0\u{1}\u{2} \u{3}".to_owned(), ""),
    ] {
        let request = format!("{line}\r\nhost: x\r\n{headers}connection: close\r\n\r\n");
        let answer = to_the_end(open(address, request.as_bytes()).await).await;
        let text = String::from_utf8_lossy(&answer);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{line:.40}: {text:.200}");
        is_served(address).await;
    }
}

/// One HTTP/2 frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a small frame").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:method: GET`, `:scheme: http`, `:path: /`, `:authority: x`.
const GET: &[u8] = &[0x82, 0x86, 0x84, 0x41, 0x01, b'x'];
/// `:method: POST`, and the same.
const POST: &[u8] = &[0x83, 0x86, 0x84, 0x41, 0x01, b'x'];

/// How every connection begins.
fn preface() -> Vec<u8> {
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &frame(SETTINGS, 0, 0, &[])].concat()
}

/// The frames of an answer: kind, stream and payload.
fn frames(mut bytes: &[u8]) -> Vec<(u8, u32, &[u8])> {
    let mut all = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<9>() {
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let Some((payload, rest)) = rest.split_at_checked(length) else { break };
        all.push((head[3], stream, payload));
        bytes = rest;
    }
    all
}

/// Sends a flood; the connection is over, and others are served meanwhile and afterwards. What came, last frame first.
async fn flood(address: SocketAddr, bytes: Vec<u8>) -> Vec<u8> {
    let stream = open(address, &preface()).await;
    let (mut read, mut write) = stream.into_split();
    let writing = tokio::spawn(async move {
        // It is cut off on the way.
        let _ = write.write_all(&bytes).await;
        write
    });
    is_served(address).await;
    let mut answer = Vec::new();
    // It may be reset before everything was read.
    let _ = timeout(IN_VAIN, read.read_to_end(&mut answer)).await.expect("it is over");
    drop(writing.await);
    is_served(address).await;
    answer
}

#[tokio::test]
async fn streams_that_are_reset_at_once_end_their_connection() {
    let (_world, address) = start(4).await;
    let one = |stream: u32| {
        let reset = frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes());
        [frame(HEADERS, END_STREAM | END_HEADERS, stream, GET), reset].concat()
    };
    let answer = flood(address, (0..20_000).flat_map(|number| one(2 * number + 1)).collect()).await;
    let told = frames(&answer).into_iter().rfind(|(kind, ..)| *kind == GOAWAY);
    // Whose answer got through says why: ENHANCE_YOUR_CALM (11).
    assert!(told.is_none_or(|(.., payload)| payload[4..8] == 11_u32.to_be_bytes()), "{told:?}");
    let answered = frames(&answer).iter().filter(|(kind, ..)| *kind == HEADERS).count();
    assert!(answered < 5_000, "{answered} of them were answered");
}

#[tokio::test]
async fn headers_without_end_end_their_connection() {
    let (_world, address) = start(4).await;
    let mut bytes = frame(HEADERS, 0, 1, GET);
    for _ in 0..20_000 {
        // A literal header of no name and no value, and of many: `x: aaa…`.
        bytes.extend(frame(CONTINUATION, 0, 1, &[0x40, 0x01, b'x', 0x01, b'a']));
    }
    let answer = flood(address, bytes).await;
    assert!(frames(&answer).iter().all(|(kind, ..)| *kind != HEADERS), "it was answered");
}

#[tokio::test]
async fn streams_beyond_the_limit_are_refused() {
    let (_world, address) = start(4).await;
    let bytes = (0..1_000).flat_map(|number| frame(HEADERS, END_HEADERS, 2 * number + 1, POST)).collect();
    let answer = flood(address, bytes).await;
    let frames = frames(&answer);
    let refused = frames.iter().any(|(kind, _, payload)| *kind == RST_STREAM && **payload == 7_u32.to_be_bytes());
    let ended = frames.iter().any(|(kind, ..)| *kind == GOAWAY);
    assert!(refused || ended || answer.is_empty(), "neither REFUSED_STREAM nor GOAWAY");
    let answered = frames.iter().filter(|(kind, ..)| *kind == HEADERS).count();
    assert!(answered <= 1_000 / 2, "{answered}");
}
