//! Around every request of an application: keeps what was asked and what was answered.

use super::{Entry, caller};
use crate::app::App;
use crate::door::refuse;
use crate::fault::Door;
use crate::limits::{ANSWER_LOGGED_BYTES_MAX, LOADS_BODY_BYTES_MAX};
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;

/// Headers that are kept of a request: what an API reads, and nothing that carries a secret.
const ASKED: [&str; 6] = ["accept", "content-type", "idempotency-key", "if-match", "x-correlator", "last-event-id"];
/// And of an answer.
const ANSWERED: [&str; 6] =
    ["content-type", "location", "ratelimit", "retry-after", "www-authenticate", "x-correlator"];

/// Nothing is kept of anybody else, nor by a cell that is no sandbox.
pub(crate) async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(application) = caller(&app, request.headers()) else { return next.run(request).await };
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LOADS_BODY_BYTES_MAX).await else {
        return refuse(&parts.uri, Door::BodyTooLarge.into());
    };
    let (method, target) = (parts.method.to_string(), parts.uri.to_string());
    let (headers, body) = (named(&parts.headers, &ASKED), text(&bytes));
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let (parts, answer) = response.into_parts();
    let (answer, shown) = kept(answer).await;
    let entry = Entry {
        at: app.gate.clock().now(),
        method,
        target,
        headers,
        body,
        status: parts.status.as_u16(),
        answer_headers: named(&parts.headers, &ANSWERED),
        answer: shown,
        took: began.elapsed(),
    };
    app.requests.keep(application, entry);
    Response::from_parts(parts, answer)
}

/// The body of an answer as it goes on, and as it is kept: one whose length is known and short.
async fn kept(body: Body) -> (Body, String) {
    let length = body.size_hint().exact();
    if length.is_none_or(|length| length > ANSWER_LOGGED_BYTES_MAX) {
        return (body, length.map_or_else(|| "(a stream)".to_owned(), |length| format!("({length} bytes)")));
    }
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => (Body::from(bytes.clone()), text(&bytes)),
        Err(_) => (Body::empty(), "(broken off)".to_owned()),
    }
}

fn named(headers: &HeaderMap, names: &[&str]) -> Vec<(String, String)> {
    let one = |name: &&str| Some(((*name).to_owned(), headers.get(*name)?.to_str().ok()?.to_owned()));
    names.iter().filter_map(one).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
