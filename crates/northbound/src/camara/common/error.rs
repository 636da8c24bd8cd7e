//! `ErrorInfo`: status, code and message, all of them always, as `application/json`.

use crate::fault::{Door, Fault};
use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Class, Rejection};
use node::limits::RETRY_AFTER as RETRY_AFTER_TIME;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// An error as every CAMARA API writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ErrorInfo {
    /// The HTTP status.
    status: u16,
    /// For programs.
    code: &'static str,
    /// For people.
    message: String,
    /// When to come back.
    #[serde(skip)]
    retry_after_s: u64,
}

/// Any of them, in the documentation of a route.
pub(crate) struct Errors;

impl ErrorInfo {
    /// An error.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status: status.as_u16(), code, message: message.into(), retry_after_s: RETRY_AFTER_TIME.as_secs() }
    }

    /// 400: the request is not of the documented form.
    pub(crate) fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message)
    }

    /// 403: it is another client's.
    pub(crate) fn permission_denied() -> Self {
        let message = "Client does not have sufficient permissions to perform this action.";
        Self::new(StatusCode::FORBIDDEN, "PERMISSION_DENIED", message)
    }

    /// 404: there is no such resource.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "The specified resource is not found.")
    }

    /// 404: this cannot be a device of the operator.
    pub(crate) fn identifier_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "IDENTIFIER_NOT_FOUND", "Device identifier not found.")
    }

    /// 400: a value is outside the range of its field.
    pub(crate) fn out_of_range(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "OUT_OF_RANGE", message)
    }

    /// 422: nothing that was bought covers this.
    pub(crate) fn not_applicable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "SERVICE_NOT_APPLICABLE", message)
    }
}

impl From<Fault> for ErrorInfo {
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

impl From<Rejection> for ErrorInfo {
    /// What no route gave a meaning of its own.
    fn from(rejection: Rejection) -> Self {
        let message = format!("{rejection} {}", rejection.accepted());
        match rejection.class() {
            Class::Forbidden => Self::permission_denied(),
            Class::NotFound => Self::not_found(),
            Class::Malformed => Self::invalid_argument(message),
            Class::Conflict => Self::new(StatusCode::CONFLICT, "CONFLICT", message),
            Class::Gone => Self::new(StatusCode::GONE, "GONE", message),
            Class::Unpayable | Class::Unpromisable => Self::not_applicable(message),
            Class::Limited => Self::new(StatusCode::TOO_MANY_REQUESTS, "QUOTA_EXCEEDED", message),
        }
    }
}

fn of_door(door: Door, detail: String) -> ErrorInfo {
    let code = match door {
        Door::Unauthenticated | Door::EntitlementInvalid | Door::ProofInvalid => {
            // No detail: CAMARA's guide gives every authentication fault one answer.
            let message = "Request not authenticated due to missing, invalid, or expired credentials.";
            return ErrorInfo::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message);
        }
        Door::PartyNotRegistered | Door::ScopeMissing => return ErrorInfo::permission_denied(),
        // No operation has a status of its own for a body of another type or size.
        Door::InvalidValue
        | Door::WindowInverted
        | Door::PositionInvalid
        | Door::ShapeInvalid
        | Door::PlaceSize
        | Door::CellsInvalid
        | Door::OutcomeOutOfRange
        | Door::DeviceInvalid
        | Door::MalformedRequest
        | Door::KeyMissing
        | Door::AddressForbidden
        | Door::UnsupportedMediaType
        | Door::BodyTooLarge => return ErrorInfo::invalid_argument(detail),
        Door::NoSuchRoute
        | Door::NoSandbox
        | Door::UnknownKey
        | Door::UnknownWebhook
        | Door::UnknownDelivery
        | Door::UnknownDevice
        | Door::UnknownPeriod => "NOT_FOUND",
        Door::MethodNotAllowed => "METHOD_NOT_ALLOWED",
        Door::PersonalDataInUse | Door::KeysConflict | Door::TooManyWebhooks | Door::ReceiverFull => "CONFLICT",
        Door::RateLimited | Door::TooManyStreams => "TOO_MANY_REQUESTS",
        Door::QuotaReached => "QUOTA_EXCEEDED",
        Door::EventsArchived => "GONE",
        Door::Busy | Door::PostingsBehind | Door::Stopped | Door::IssuerUnreachable => "UNAVAILABLE",
        Door::TimedOut => "TIMEOUT",
        Door::Internal => "INTERNAL",
    };
    ErrorInfo::new(door.status(), code, detail)
}

impl IntoResponse for ErrorInfo {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = HeaderValue::from(self.retry_after_s);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
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

impl IntoResponses for Errors {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorInfo"))).build();
        let error = ResponseBuilder::new().description("An error.").content("application/json", content).build();
        // Not `default`: a success that is not listed would pass for one.
        ["4XX", "5XX"].into_iter().map(|statuses| (statuses.to_owned(), error.clone().into())).collect()
    }
}
