//! A listener that serves a limited number of connections at one time; more wait to be accepted. A connection that does
//! not say in time which protocol it speaks loses its place: the server's own limit starts only once it knows.

use axum::serve::Listener;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};

/// How every HTTP/2 connection begins (RFC 9113 §3.4). What begins otherwise is HTTP/1.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Accepts while there is room.
pub(crate) struct Bounded {
    listener: TcpListener,
    room: Arc<Semaphore>,
    header_read_timeout: Duration,
}

/// A connection, and its place.
pub(crate) struct Placed {
    stream: TcpStream,
    unsaid: Option<Unsaid>,
    _place: OwnedSemaphorePermit,
}

/// Until it is clear which protocol a connection speaks.
struct Unsaid {
    /// The rest of the preface, as long as it has been one.
    expected: &'static [u8],
    deadline: Pin<Box<Sleep>>,
}

impl Bounded {
    /// At most `connections_max` connections at one time, each of which says what it speaks within the time limit.
    pub(crate) fn new(listener: TcpListener, connections_max: usize, header_read_timeout: Duration) -> Self {
        Self { listener, room: Arc::new(Semaphore::new(connections_max)), header_read_timeout }
    }

    /// How long a client may take to say what it wants.
    pub(crate) const fn header_read_timeout(&self) -> Duration {
        self.header_read_timeout
    }
}

impl Listener for Bounded {
    type Io = Placed;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Placed, SocketAddr) {
        let place = Arc::clone(&self.room).acquire_owned().await.expect("the semaphore is never closed");
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Answers are small and whole: waiting to fill a segment only delays them. Where it cannot be set, it is slower.
        let _ = stream.set_nodelay(true);
        let deadline = Box::pin(sleep(self.header_read_timeout));
        (Placed { stream, unsaid: Some(Unsaid { expected: PREFACE, deadline }), _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Unsaid {
    /// Is it still not clear after these bytes?
    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        let rest =
            bytes.get(..self.expected.len().min(bytes.len())).and_then(|bytes| self.expected.strip_prefix(bytes));
        self.expected = rest.unwrap_or_default();
        !self.expected.is_empty()
    }
}

impl AsyncRead for Placed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        let Some(unsaid) = &mut self.unsaid else { return read };
        if read.is_pending() {
            ready!(unsaid.deadline.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if !unsaid.goes_on(&buf.filled()[before..]) {
            self.unsaid = None;
        }
        read
    }
}

impl AsyncWrite for Placed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
