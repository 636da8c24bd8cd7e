//! Errors as TS 29.500 and TS 32.291 write them: `ProblemDetails` with a `cause`, as `application/problem+json`.

use crate::fault::{Door, Fault};
use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Class, Rejection};
use node::limits::RETRY_AFTER as RETRY_AFTER_TIME;
use serde::Serialize;

/// An error; its cause says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemDetails {
    /// For people.
    title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong with this very request, and what would be accepted.
    detail: String,
    /// For programs.
    pub cause: &'static str,
    /// Which member was wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invalid_params: Vec<InvalidParam>,
    /// When to come back.
    #[serde(skip)]
    retry_after_s: u64,
}

/// A member that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct InvalidParam {
    param: String,
    reason: String,
}

impl ProblemDetails {
    /// An error.
    pub(crate) fn new(status: StatusCode, cause: &'static str, detail: impl Into<String>) -> Self {
        Self {
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            cause,
            invalid_params: Vec::new(),
            retry_after_s: RETRY_AFTER_TIME.as_secs(),
        }
    }

    /// A member that is wrong or missing.
    pub(crate) fn of_member(cause: &'static str, param: &str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let invalid = InvalidParam { param: param.to_owned(), reason: reason.clone() };
        Self {
            invalid_params: vec![invalid],
            ..Self::new(StatusCode::BAD_REQUEST, cause, format!("{param}: {reason}"))
        }
    }

    /// A member that must be there is not.
    pub(crate) fn missing(param: &str) -> Self {
        Self::of_member("MANDATORY_IE_MISSING", param, "it is expected")
    }

    /// Nothing of the subscriber's is known here.
    pub(crate) fn user_unknown(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "USER_UNKNOWN", detail)
    }
}

impl From<Rejection> for ProblemDetails {
    fn from(rejection: Rejection) -> Self {
        let (status, cause) = match rejection {
            Rejection::UnknownSubscriber => (StatusCode::NOT_FOUND, "USER_UNKNOWN"),
            Rejection::UnknownCharging => (StatusCode::NOT_FOUND, "CONTEXT_NOT_FOUND"),
            Rejection::ChargingClosed => (StatusCode::GONE, "CONTEXT_NOT_FOUND"),
            Rejection::NothingServes => (StatusCode::FORBIDDEN, "END_USER_REQUEST_DENIED"),
            Rejection::InsufficientFunds { .. } | Rejection::VolumeExhausted { .. } => {
                (StatusCode::FORBIDDEN, "QUOTA_LIMIT_REACHED")
            }
            Rejection::TooManyChargings { .. } | Rejection::TooManyRatingGroups { .. } => {
                (StatusCode::FORBIDDEN, "END_USER_REQUEST_REJECTED")
            }
            other => match other.class() {
                Class::Forbidden => (StatusCode::FORBIDDEN, "CHARGING_NOT_APPLICABLE"),
                Class::NotFound => (StatusCode::NOT_FOUND, "CHARGING_FAILED"),
                Class::Malformed => (StatusCode::BAD_REQUEST, "OPTIONAL_IE_INCORRECT"),
                _ => (StatusCode::BAD_REQUEST, "CHARGING_FAILED"),
            },
        };
        Self::new(status, cause, format!("{rejection} {}", rejection.accepted()))
    }
}

impl From<Fault> for ProblemDetails {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Rejected(rejection) => rejection.into(),
            Fault::Later(door, retry_after_s) => {
                Self { retry_after_s, ..of_door(door, door.meaning().trim().to_owned()) }
            }
            Fault::Door(door, detail) => of_door(door, detail),
        }
    }
}

fn of_door(door: Door, detail: String) -> ProblemDetails {
    let cause = match door.status() {
        StatusCode::BAD_REQUEST => "INVALID_MSG_FORMAT",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "UNAUTHORIZED",
        StatusCode::NOT_FOUND => "RESOURCE_URI_STRUCTURE_NOT_FOUND",
        StatusCode::TOO_MANY_REQUESTS => "NF_CONGESTION_RISK",
        StatusCode::SERVICE_UNAVAILABLE => "NF_CONGESTION",
        StatusCode::INTERNAL_SERVER_ERROR | StatusCode::GATEWAY_TIMEOUT => "SYSTEM_FAILURE",
        _ => "UNSPECIFIED_MSG_FAILURE",
    };
    ProblemDetails::new(door.status(), cause, detail)
}

impl IntoResponse for ProblemDetails {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = HeaderValue::from(self.retry_after_s);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(RETRY_AFTER, retry_after);
            }
            _ => {}
        }
        response
    }
}
