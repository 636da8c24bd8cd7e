//! Over a real socket: serving, keeping a connection, stopping.

use super::world::{ALICE, World};
use crate::listener::Bounded;
use crate::serve;
use axum::serve::Listener;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

#[tokio::test]
async fn it_answers_over_a_socket_and_stops_when_told() {
    let world = World::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, world.app.clone(), async {
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
async fn a_connection_beyond_the_limit_waits_for_a_place() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let mut bounded = Bounded::new(listener, 1);
    let _clients = (TcpStream::connect(address).await, TcpStream::connect(address).await);
    let (first, _) = bounded.accept().await;
    let soon = Duration::from_millis(50);
    assert!(tokio::time::timeout(soon, bounded.accept()).await.is_err(), "a second connection has no place yet");
    drop(first);
    assert!(tokio::time::timeout(Duration::from_secs(5), bounded.accept()).await.is_ok());
}
