//! A connection as bytes. One that does not say in time which protocol it speaks, or does not take what it is sent, is
//! over: the server's own limit starts only once it knows the protocol, and ends with the head of a request.

use crate::seats::Taken;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

/// How every HTTP/2 connection begins (RFC 9113 §3.4). What begins otherwise is HTTP/1.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// With TLS or without.
pub(crate) enum Stream {
    /// Without.
    Plain(TcpStream),
    /// With.
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection, and its place.
pub(crate) struct Placed {
    stream: Stream,
    patience: Duration,
    unsaid: Option<Unsaid>,
    /// Since when it takes nothing of what it is sent: until then it may.
    stuck: Option<Pin<Box<Sleep>>>,
    taken: Taken,
}

/// Until it is clear which protocol a connection speaks.
struct Unsaid {
    /// The rest of the preface, as long as it has been one.
    expected: &'static [u8],
    deadline: Pin<Box<Sleep>>,
}

impl Placed {
    /// A connection that has so much time for each of the two.
    pub(crate) fn new(stream: Stream, taken: Taken, patience: Duration) -> Self {
        let unsaid = Unsaid { expected: PREFACE, deadline: Box::pin(sleep(patience)) };
        Self { stream, patience, unsaid: Some(unsaid), stuck: None, taken }
    }

    /// An end to what has been pending for too long.
    fn impatient<T>(&mut self, cx: &mut Context<'_>, sent: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if sent.is_pending() {
            let patience = self.patience;
            let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
            ready!(stuck.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.stuck = None;
        self.taken.seat.moved();
        sent
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
        let read = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        };
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
        let sent = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        };
        self.impatient(cx, sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Stream::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        };
        self.impatient(cx, sent)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let sent = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        };
        self.impatient(cx, sent)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let sent = match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        };
        self.impatient(cx, sent)
    }
}
