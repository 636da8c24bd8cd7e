//! What happens to every request before its route: correlation, time limit, measuring; and reading what it carries.

use crate::admit::{Note, RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::app::App;
use crate::auth::scope;
use crate::camara;
use crate::camara::common::error::ErrorInfo;
use crate::correlation::Correlation;
use crate::fault::{Door, Fault};
use crate::metrics;
use crate::native::error::Problem;
use crate::nchf;
use crate::nchf::error::ProblemDetails;
use crate::seats::Seat;
use crate::side::Side;
use crate::tmf;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;
use tracing::field::Empty;

/// What [`around`] has at hand.
#[derive(Clone)]
pub(crate) struct Around {
    pub app: App,
    pub side: Side,
    /// How long a request may take.
    pub limit: Duration,
}

/// What watches over the cell asks here.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Around every request: names it in the logs, measures it, limits its time, echoes its correlation.
pub(crate) async fn around(
    State(Around { app, side, limit }): State<Around>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let under_way = request.extensions().get::<Arc<Seat>>().map(Seat::under_way);
    let uri = request.uri().clone();
    let method = metrics::method_of(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(metrics::UNMATCHED, MatchedPath::as_str);
    let correlation = Correlation::of(request.headers());
    // Of the highest level: what is logged below has its correlator, whatever is logged at all.
    let span = tracing::error_span!(
        "request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        side = side.name(),
        method,
        route,
        correlator = correlation.name(),
        client = Empty,
        status = Empty,
    );
    (app.on_span)(&span, request.headers());
    let (_place, note) = (app.admission.enter(), Note::default());
    request.extensions_mut().insert(note.clone());
    let answering = async {
        match &correlation.fault {
            None => match unless_stranger(&app, route, &request) {
                Ok(()) => within(limit, &uri, request, next).await,
                Err(fault) => refuse(&uri, fault),
            },
            Some(fault) => refuse(&uri, fault.clone()),
        }
    };
    let mut response = answering.instrument(span.clone()).await;
    for (name, value) in correlation.echoed {
        response.headers_mut().insert(name, value);
    }
    if let Some(standing) = note.standing() {
        response.headers_mut().insert(RATE_LIMIT_POLICY, standing.policy.clone());
        response.headers_mut().insert(RATE_LIMIT, standing.header());
    }
    let (status, took) = (response.status(), started.elapsed());
    app.metrics.served((method, route, status), took);
    span.record("status", status.as_u16());
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(took_us, "answered"));
    match under_way {
        Some(under_way) => under_way.answered(response),
        None => response,
    }
}

/// Operations that ask for a caller count by caller, once it is known; what is for everyone counts by address. Who asks how
/// the cell is always gets an answer.
fn unless_stranger(app: &App, path: &str, request: &Request) -> Result<(), Fault> {
    if scope::needed(request.method(), path).is_some() || PROBES.contains(&path) {
        return Ok(());
    }
    app.admission.stranger(request.extensions())
}

/// There is nothing at this address.
pub(crate) async fn no_such_route(uri: Uri) -> Response {
    refuse(&uri, Door::NoSuchRoute.into())
}

/// This address does not take this method.
pub(crate) async fn method_not_allowed(uri: Uri) -> Response {
    refuse(&uri, Door::MethodNotAllowed.into())
}

/// Reads a JSON body of one type.
pub(crate) async fn read_json<T: DeserializeOwned>(request: Request, app: &App) -> Result<T, Fault> {
    Ok(read_json_bytes(request, app).await?.0)
}

/// Reads a JSON body of one type, and the bytes that it was.
pub(crate) async fn read_json_bytes<T: DeserializeOwned>(request: Request, app: &App) -> Result<(T, Bytes), Fault> {
    let bytes = read_bytes(request, app).await?;
    if bytes.is_empty() {
        return Err(Fault::malformed("a JSON body is expected"));
    }
    let read = serde_json::from_slice(&bytes).map_err(|error| Fault::malformed(error.to_string()))?;
    Ok((read, bytes))
}

/// Reads the bytes of a JSON body.
pub(crate) async fn read_bytes(request: Request, app: &App) -> Result<Bytes, Fault> {
    read_as(request, app, &["application/json"]).await
}

/// Reads the bytes of a body of one of these types.
pub(crate) async fn read_as(request: Request, app: &App, types: &[&str]) -> Result<Bytes, Fault> {
    if !is_of(request.headers(), types) {
        return Err(Door::UnsupportedMediaType.into());
    }
    Bytes::from_request(request, app).await.map_err(|rejection| unreadable(&rejection))
}

/// The body is read within this time too: one that drips is not waited for.
async fn within(limit: Duration, uri: &Uri, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse(uri, Door::TimedOut.into()),
    }
}

/// Says no in the words of the API that was called.
pub(crate) fn refuse(uri: &Uri, fault: Fault) -> Response {
    if nchf::speaks(uri.path()) {
        ProblemDetails::from(fault).into_response()
    } else if camara::speaks(uri.path()) {
        ErrorInfo::from(fault).into_response()
    } else if tmf::speaks(uri.path()) {
        tmf::common::error::Error::from(fault).into_response()
    } else {
        Problem::from(fault).into_response()
    }
}

/// Is the body of one of these types, whatever their parameters?
pub(crate) fn is_of(headers: &HeaderMap, types: &[&str]) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim();
    types.iter().any(|of| essence.eq_ignore_ascii_case(of))
}

fn unreadable(rejection: &BytesRejection) -> Fault {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Door::BodyTooLarge.into()
    } else {
        Fault::malformed("the body could not be read to its end")
    }
}
