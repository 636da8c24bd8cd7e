//! Serving connections until told to stop.

use crate::app::App;
use crate::limits::{CONNECTIONS_MAX, DRAIN_TIMEOUT};
use crate::listener::Bounded;
use crate::router;
use std::future::{Future, IntoFuture};
use std::io;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Serves until `shutdown` is over; then takes no more connections, and gives requests under way
/// [`DRAIN_TIMEOUT`](crate::limits::DRAIN_TIMEOUT) to finish.
///
/// # Errors
/// When the listener fails.
pub async fn serve<F>(listener: TcpListener, app: App, shutdown: F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (stopping, mut stopped) = watch::channel(false);
    let serving =
        axum::serve(Bounded::new(listener, CONNECTIONS_MAX), router(app)).with_graceful_shutdown(async move {
            shutdown.await;
            stopping.send_replace(true);
        });
    let patience = async move {
        // The sender says so before it goes away, so this waits for the value and never for its loss.
        let _ = stopped.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(DRAIN_TIMEOUT).await;
    };
    tokio::select! {
        served = serving.into_future() => served,
        () = patience => {
            tracing::warn!("connections that were still open are closed");
            Ok(())
        }
    }
}
