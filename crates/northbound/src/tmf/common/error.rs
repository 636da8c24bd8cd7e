//! `Error`: code and reason always, the status as a text (TMF630 §3.5), as `application/json`.

use crate::fault::{Door, Fault};
use crate::native::error::Problem;
use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Class, Rejection};
use node::limits::RETRY_AFTER as RETRY_AFTER_TIME;
use serde::Serialize;
use utoipa::ToSchema;

/// An error as every TM Forum API writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TmfError)]
pub(crate) struct Error {
    /// For programs: the code of our own problem.
    code: &'static str,
    /// What it means, in one sentence.
    reason: String,
    /// What was wrong with this very request, and what would be accepted instead.
    message: String,
    /// The HTTP status, as a text.
    status: String,
    /// Always `Error`.
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip)]
    at: StatusCode,
    /// When to come back.
    #[serde(skip)]
    retry_after_s: u64,
}

impl Error {
    fn new(at: StatusCode, code: &'static str, reason: &str, message: String) -> Self {
        let (status, reason) = (at.as_u16().to_string(), reason.trim().to_owned());
        Self { code, reason, message, status, kind: "Error", at, retry_after_s: RETRY_AFTER_TIME.as_secs() }
    }

    /// 400: the request is not what the API describes, or what this cell takes of it.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Door::InvalidValue.code(), Door::InvalidValue.meaning(), message.into())
    }

    /// 404: there is no such resource, or it is another's.
    pub(crate) fn not_found() -> Self {
        let message = "There is no resource with this id.".to_owned();
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such resource.", message)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Rejected(rejection) => rejection.into(),
            Fault::Later(door, retry_after_s) => Self { retry_after_s, ..of_door(door, door.meaning().trim()) },
            Fault::Door(door, detail) => of_door(door, &detail),
        }
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        // Of the statuses that the published files list.
        let status = match rejection.class() {
            Class::Forbidden => StatusCode::FORBIDDEN,
            Class::NotFound | Class::Gone => StatusCode::NOT_FOUND,
            Class::Malformed => StatusCode::BAD_REQUEST,
            Class::Conflict | Class::Unpayable | Class::Unpromisable | Class::Limited => StatusCode::CONFLICT,
        };
        let detail = Problem::from(rejection).into_detail();
        let message = format!("{detail} {}", rejection.accepted());
        Self::new(status, rejection.code(), rejection.meaning(), message)
    }
}

fn of_door(door: Door, detail: &str) -> Error {
    let status = match door.status() {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    Error::new(status, door.code(), door.meaning(), format!("{detail} {}", door.accepted()))
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.at, HeaderValue::from(self.retry_after_s));
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tessera\""));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(RETRY_AFTER, retry_after);
            }
            _ => {}
        }
        response
    }
}
