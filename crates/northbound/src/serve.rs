//! Serving connections until told to stop.

use crate::app::App;
use crate::limits::{CONNECTIONS_MAX, DRAIN_TIMEOUT, HEAD_BYTES_MAX, HEADER_READ_TIMEOUT, STREAMS_MAX};
use crate::listener::{Bounded, Placed};
use crate::side::{Side, router};
use axum::Router;
use axum::serve::Listener;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A socket, and who is on its other end.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    side: Side,
}

impl Listening {
    /// A socket for everyone.
    pub const fn public(listener: TcpListener) -> Self {
        Self { listener, side: Side::Public }
    }

    /// A socket for the operator.
    pub const fn admin(listener: TcpListener) -> Self {
        Self { listener, side: Side::Admin }
    }
}

/// Serves until `shutdown` is over; then takes no more connections, and gives requests under way
/// [`DRAIN_TIMEOUT`](crate::limits::DRAIN_TIMEOUT) to finish. A client that does not say what it wants within
/// [`HEADER_READ_TIMEOUT`](crate::limits::HEADER_READ_TIMEOUT) loses its place.
///
/// # Errors
/// When the listener has no address: it cannot be served.
pub async fn serve<F>(listening: Listening, app: App, shutdown: F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let Listening { listener, side } = listening;
    listener.local_addr()?;
    let bounded = Bounded::new(listener, CONNECTIONS_MAX, HEADER_READ_TIMEOUT);
    serve_on(bounded, router(app, side), shutdown).await;
    Ok(())
}

/// Serves what a bounded listener accepts.
pub(crate) async fn serve_on(mut listener: Bounded, routes: Router, shutdown: impl Future<Output = ()>) {
    let builder = builder(listener.header_read_timeout());
    let (stopping, stopped) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    loop {
        let stream = tokio::select! {
            (stream, _) = listener.accept() => stream,
            () = &mut shutdown => break,
        };
        tokio::spawn(serve_one(builder.clone(), stream, routes.clone(), stopped.clone()));
    }
    drop((listener, stopped));
    stopping.send_replace(true);
    // Every connection holds a receiver until its end.
    if tokio::time::timeout(DRAIN_TIMEOUT, stopping.closed()).await.is_err() {
        tracing::warn!("connections that were still open are left to the end of the process");
    }
}

/// One connection to its end; told to stop, it answers what is under way and ends.
async fn serve_one(
    builder: Builder<TokioExecutor>,
    stream: Placed,
    routes: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes)));
    let mut told = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(error, "a connection ended early");
                }
                return;
            }
            // The sender says so before it goes away, so this is never its loss.
            _ = stopped.wait_for(|stopping| *stopping), if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// HTTP/1 and HTTP/2 on one port, within the limits of each.
fn builder(header_read_timeout: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(header_read_timeout).max_buf_size(HEAD_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(header_read_timeout)
        .keep_alive_timeout(header_read_timeout)
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX));
    builder
}
