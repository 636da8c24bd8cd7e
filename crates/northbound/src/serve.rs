//! Serving connections until told to stop.

use crate::admit::Peer;
use crate::app::App;
use crate::limits::{
    CONNECTIONS_MAX, DRAIN_TIMEOUT, HEAD_BYTES_MAX, HEADER_READ_TIMEOUT, RESETS_LOCAL_MAX, RESETS_PENDING_MAX,
    STREAMS_MAX,
};
use crate::seats::{Seat, Seats, Taken};
use crate::side::{Side, router};
use crate::stream::{Placed, Stream};
use crate::tls::{ClientCertificate, Tls};
use axum::Router;
use axum::http::header::STRICT_TRANSPORT_SECURITY;
use axum::http::{HeaderValue, Request};
use axum::middleware::map_response;
use axum::response::Response;
use axum::serve::Listener;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::Service;

/// For a year, browsers and libraries that heed it come back with TLS only (RFC 6797).
const STRICT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// A socket, and who is on its other end.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    side: Side,
    tls: Option<Tls>,
}

/// What a listener is served with.
pub(crate) struct Edge {
    pub listener: TcpListener,
    pub tls: Option<Tls>,
    pub seats: Arc<Seats>,
    /// How long a client may take for its handshake, to say what it wants, and to take what it is sent.
    pub patience: Duration,
}

/// The routes, as one connection calls them.
#[derive(Clone)]
struct Seated {
    routes: Router,
    seat: Arc<Seat>,
    peer: Peer,
    certificate: Option<ClientCertificate>,
}

impl Listening {
    /// A socket for everyone.
    pub const fn public(listener: TcpListener) -> Self {
        Self { listener, side: Side::Public, tls: None }
    }

    /// A socket for the operator.
    pub const fn admin(listener: TcpListener) -> Self {
        Self { listener, side: Side::Admin, tls: None }
    }

    /// A socket for functions of the network: HTTP/2 with prior knowledge where there is no TLS (TS 29.500 §5.2), or HTTP/1.1.
    pub const fn sbi(listener: TcpListener) -> Self {
        Self { listener, side: Side::Sbi, tls: None }
    }

    /// The same, with TLS.
    #[must_use]
    pub fn with_tls(self, tls: Option<Tls>) -> Self {
        Self { tls, ..self }
    }
}

/// Serves until `shutdown` is over; then takes no more connections, and gives requests under way
/// [`DRAIN_TIMEOUT`](crate::limits::DRAIN_TIMEOUT) to finish. A client that does not finish its handshake or does not say
/// what it wants within [`HEADER_READ_TIMEOUT`](crate::limits::HEADER_READ_TIMEOUT) loses its place.
///
/// # Errors
/// When the listener has no address: it cannot be served.
pub async fn serve<F>(listening: Listening, app: App, shutdown: F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let Listening { listener, side, tls } = listening;
    listener.local_addr()?;
    let seats = Seats::new(CONNECTIONS_MAX, app.metrics.connections(side));
    let routes = router(app, side);
    let routes = if tls.is_some() { routes.layer(map_response(strictly)) } else { routes };
    serve_on(Edge { listener, tls, seats, patience: HEADER_READ_TIMEOUT }, routes, shutdown).await;
    Ok(())
}

/// Serves what comes to an edge.
pub(crate) async fn serve_on(mut edge: Edge, routes: Router, shutdown: impl Future<Output = ()>) {
    let server =
        Arc::new(Server { builder: builder(edge.patience), tls: edge.tls.clone(), patience: edge.patience, routes });
    let (stopping, stopped) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    loop {
        let (from, taken) = tokio::select! {
            accepted = edge.accept() => accepted,
            () = &mut shutdown => break,
        };
        tokio::spawn(Arc::clone(&server).serve_one(from, taken, stopped.clone()));
    }
    drop((edge, stopped));
    stopping.send_replace(true);
    // Every connection holds a receiver until its end.
    if tokio::time::timeout(DRAIN_TIMEOUT, stopping.closed()).await.is_err() {
        tracing::warn!("connections that were still open are left to the end of the process");
    }
}

impl Edge {
    async fn accept(&mut self) -> ((TcpStream, Peer), Taken) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Answers are small and whole: waiting to fill a segment only delays them. Where it cannot be set, it is slower.
        let _ = stream.set_nodelay(true);
        ((stream, Peer(address.ip())), self.seats.take().await)
    }
}

/// What every connection of a listener is served by.
struct Server {
    builder: Builder<TokioExecutor>,
    tls: Option<Tls>,
    patience: Duration,
    routes: Router,
}

impl Server {
    /// One connection to its end.
    async fn serve_one(
        self: Arc<Self>,
        (stream, peer): (TcpStream, Peer),
        taken: Taken,
        mut stopped: watch::Receiver<bool>,
    ) {
        let Some(tls) = &self.tls else {
            return self.speak(Stream::Plain(stream), taken, (peer, None), stopped).await;
        };
        let seat = Arc::clone(&taken.seat);
        let shaken = tokio::select! {
            shaken = tokio::time::timeout(self.patience, tls.accept(stream)) => shaken,
            () = seat.is_wanted() => return seat.cleared(),
            // The sender says so before it goes away, so this is never its loss.
            _ = stopped.wait_for(|stopping| *stopping) => return,
        };
        match shaken {
            Ok(Ok(stream)) => {
                let certificate = ClientCertificate::of(&stream);
                self.speak(Stream::Tls(Box::new(stream)), taken, (peer, certificate), stopped).await;
            }
            Ok(Err(error)) => {
                seat.handshake_failed();
                tracing::debug!(error = &error as &dyn std::error::Error, "a handshake failed");
            }
            Err(_) => seat.handshake_failed(),
        }
    }

    /// HTTP, until the client has enough; told to stop, it answers what is under way and ends.
    async fn speak(
        &self,
        stream: Stream,
        taken: Taken,
        (peer, certificate): (Peer, Option<ClientCertificate>),
        mut stopped: watch::Receiver<bool>,
    ) {
        let seat = Arc::clone(&taken.seat);
        let seated = Seated { routes: self.routes.clone(), seat: Arc::clone(&seat), peer, certificate };
        let stream = Placed::new(stream, taken, self.patience);
        let mut connection =
            pin!(self.builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(seated)));
        let mut told = false;
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(error, "a connection ended early");
                    }
                    return;
                }
                () = seat.is_wanted() => {
                    if seat.is_idle() {
                        return seat.cleared();
                    }
                    // A request came just now: it is answered, and was the last one.
                    connection.as_mut().graceful_shutdown();
                }
                // The sender says so before it goes away, so this is never its loss.
                _ = stopped.wait_for(|stopping| *stopping), if !told => {
                    told = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

impl<B> Service<Request<B>> for Seated
where
    Router: Service<Request<B>>,
{
    type Response = <Router as Service<Request<B>>>::Response;
    type Error = <Router as Service<Request<B>>>::Error;
    type Future = <Router as Service<Request<B>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.routes.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let extensions = request.extensions_mut();
        extensions.insert(Arc::clone(&self.seat));
        extensions.insert(self.peer);
        if let Some(certificate) = self.certificate {
            extensions.insert(certificate);
        }
        self.routes.call(request)
    }
}

async fn strictly(mut response: Response) -> Response {
    response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, STRICT);
    response
}

/// HTTP/1 and HTTP/2 on one port, within the limits of each.
fn builder(patience: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(HEAD_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience)
        .keep_alive_timeout(patience)
        .max_concurrent_streams(STREAMS_MAX)
        .max_pending_accept_reset_streams(RESETS_PENDING_MAX)
        .max_local_error_reset_streams(RESETS_LOCAL_MAX)
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX));
    builder
}
