//! What happens to every request before its route: correlation, time limit, measuring; and reading what it carries.

use crate::app::App;
use crate::camara;
use crate::camara::common::error::ErrorInfo;
use crate::fault::{Door, Fault};
use crate::limits::REQUEST_TIMEOUT;
use crate::native::error::Problem;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use std::time::Instant;

/// CAMARA's correlation header.
pub(crate) const X_CORRELATOR: HeaderName = HeaderName::from_static("x-correlator");
/// The same for everyone else.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const CORRELATOR_BYTES_MAX: usize = 256;

/// Around every request: measures it, limits its time, echoes its correlation.
pub(crate) async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let uri = request.uri().clone();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let correlation = correlation_of(request.headers());
    let mut response = match &correlation {
        Ok(_) => within_time(&uri, request, next).await,
        Err(fault) => refuse(&uri, fault.clone()),
    };
    for (name, value) in correlation.unwrap_or_default() {
        response.headers_mut().insert(name, value);
    }
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    app.metrics.served(&method, route, response.status(), started.elapsed());
    response
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
    if !is_json(request.headers()) {
        return Err(Door::UnsupportedMediaType.into());
    }
    let bytes = Bytes::from_request(request, app).await.map_err(|rejection| unreadable(&rejection))?;
    if bytes.is_empty() {
        return Err(Fault::malformed("a JSON body is expected"));
    }
    let read = serde_json::from_slice(&bytes).map_err(|error| Fault::malformed(error.to_string()))?;
    Ok((read, bytes))
}

async fn within_time(uri: &Uri, request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse(uri, Door::TimedOut.into()),
    }
}

/// Says no in the words of the API that was called.
pub(crate) fn refuse(uri: &Uri, fault: Fault) -> Response {
    if camara::speaks(uri.path()) {
        ErrorInfo::from(fault).into_response()
    } else {
        Problem::from(fault).into_response()
    }
}

/// The headers to echo; one that is not of its form is refused and not echoed.
fn correlation_of(headers: &HeaderMap) -> Result<Vec<(HeaderName, HeaderValue)>, Fault> {
    let mut echoed = Vec::new();
    for name in [X_CORRELATOR, X_REQUEST_ID] {
        for value in headers.get_all(&name) {
            if !value.as_bytes().iter().all(|byte| is_correlator(*byte)) || value.len() > CORRELATOR_BYTES_MAX {
                return Err(Fault::malformed(format!(
                    "{name} has at most {CORRELATOR_BYTES_MAX} characters out of letters, digits and -_:;./<>{{}}"
                )));
            }
            if !value.is_empty() {
                echoed.push((name.clone(), value.clone()));
            }
        }
    }
    Ok(echoed)
}

const fn is_correlator(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b';' | b'.' | b'/' | b'<' | b'>' | b'{' | b'}')
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn unreadable(rejection: &BytesRejection) -> Fault {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Door::BodyTooLarge.into()
    } else {
        Fault::malformed("the body could not be read to its end")
    }
}
