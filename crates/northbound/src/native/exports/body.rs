//! What is written in a thread that may block goes out as a body, a page at a time.

use crate::limits::{EXPORT_BUFFER_PAGES, EXPORT_PAGE_BYTES};
use axum::body::{Body, Bytes};
use futures_core::Stream;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

type PageSent = io::Result<Bytes>;

/// The pages, as a body.
struct Pages(mpsc::Receiver<PageSent>);

/// Where they are written.
pub(super) struct Sink {
    page: Vec<u8>,
    pages: mpsc::Sender<PageSent>,
}

impl Stream for Pages {
    type Item = PageSent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// A body, and where it is written.
pub(super) fn body() -> (Body, Sink) {
    let (pages, received) = mpsc::channel(EXPORT_BUFFER_PAGES);
    (Body::from_stream(Pages(received)), Sink { page: Vec::new(), pages })
}

impl Sink {
    /// Something for the client to see that the body is not whole.
    pub fn breaker(&self) -> mpsc::Sender<PageSent> {
        self.pages.clone()
    }

    fn send(&mut self) -> io::Result<()> {
        let page = std::mem::take(&mut self.page);
        if page.is_empty() {
            return Ok(());
        }
        // A client that went away wants no more.
        self.pages.blocking_send(Ok(page.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.page.extend_from_slice(bytes);
        if self.page.len() >= EXPORT_PAGE_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // The last page; a client that went away has no use for it.
        drop(self.send());
    }
}
