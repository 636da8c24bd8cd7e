//! Spans of requests, as a collector receives them.

use crate::support::{Server, serve};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::tempdir;

/// A test that waits for so long waits in vain.
const IN_VAIN: Duration = Duration::from_secs(20);

/// A stand-in for a collector: its address, and the body of each call to it.
fn collector() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let (bodies, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(body) = body_of(stream) else { continue };
            if bodies.send(body).is_err() {
                return;
            }
        }
    });
    (address, received)
}

/// The body of one request, which is answered.
fn body_of(mut stream: TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut some = [0; 4_096];
    loop {
        let read = stream.read(&mut some).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&some[..read]);
        let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length: usize = text.split("content-length: ").nth(1)?.lines().next()?.parse().ok()?;
        if bytes.len() >= head + 4 + length {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok()?;
            return Some(bytes.split_off(head + 4));
        }
    }
}

/// A request of a trace.
fn ask(server: &Server, correlator: &str, traceparent: &str) {
    let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).expect("it listens");
    let request = format!(
        "GET /v1/keys HTTP/1.1\r\nhost: x\r\nx-correlator: {correlator}\r\ntraceparent: {traceparent}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// A field of bytes as protobuf writes it: its tag, its length, itself.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("a short field");
    [&[number << 3 | 2, length], bytes].concat()
}

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_sampled_request_becomes_a_span_of_its_callers_trace() {
    let folder = tempdir().expect("a folder");
    let (endpoint, received) = collector();
    let server = Server::start(serve(folder.path()).args(["--otlp-endpoint", &endpoint]));
    ask(&server, "not-wanted", "00-11111111111111111111111111111111-2222222222222222-00");
    ask(&server, "wanted", "00-33333333333333333333333333333333-4444444444444444-01");
    assert_eq!(server.stop().code, Some(0));
    let body = received.recv_timeout(IN_VAIN).expect("the collector is called");
    // Of `Span` (opentelemetry-proto, trace.proto): 1 trace_id, 4 parent_span_id, 5 name; of `KeyValue`: 1 key, 2 value; of
    // `AnyValue`: 1 string_value.
    for part in [field(1, &[0x33; 16]), field(4, &[0x44; 8]), field(5, b"GET /v1/keys"), field(1, b"wanted")] {
        assert!(holds(&body, &part), "{part:?} is missing in {}", String::from_utf8_lossy(&body));
    }
    assert!(!holds(&body, b"not-wanted") && !holds(&body, &[0x11; 16]), "it was not sampled");
}

#[test]
fn a_collector_that_hangs_or_is_gone_hurts_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let hangs = format!("http://{}", listener.local_addr().expect("an address"));
    let gone = "http://127.0.0.1:1".to_owned();
    for endpoint in [hangs, gone] {
        let folder = tempdir().expect("a folder");
        let server = Server::start(serve(folder.path()).args(["--otlp-endpoint", &endpoint]));
        let began = Instant::now();
        for number in 0..200 {
            ask(&server, &format!("c-{number}"), "00-33333333333333333333333333333333-4444444444444444-01");
        }
        assert_eq!(server.stop().code, Some(0));
        assert!(began.elapsed() < IN_VAIN, "it was held up");
    }
}
