//! Errors as RFC 6749 §5.2 writes them; which one when is in appendix A of CAMARA's profile.

use crate::auth::jose::Distrust;
use crate::fault::Fault;
use axum::Json;
use axum::http::header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use node::limits::RETRY_AFTER as RETRY_AFTER_TIME;
use serde::Serialize;
use utoipa::ToSchema;

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TokenError {
    #[serde(skip)]
    status: StatusCode,
    /// For programs.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// For people.
    error_description: String,
}

impl TokenError {
    fn bad(error: &'static str, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, error_description: description.into() }
    }

    /// The request is not of the documented form.
    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::bad("invalid_request", description)
    }

    /// The client is not known, or did not prove that it is the one it says.
    pub(crate) fn invalid_client(description: impl Into<String>) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, ..Self::bad("invalid_client", description) }
    }

    /// The assertion is not good.
    pub(crate) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::bad("invalid_grant", description)
    }

    /// The client may not use this grant.
    pub(crate) fn unauthorized_client(description: impl Into<String>) -> Self {
        Self::bad("unauthorized_client", description)
    }

    /// There is no such grant here.
    pub(crate) fn unsupported_grant_type() -> Self {
        Self::bad("unsupported_grant_type", "`client_credentials` or `urn:ietf:params:oauth:grant-type:jwt-bearer`")
    }

    /// The scope is not one, or not one of the client.
    pub(crate) fn invalid_scope(description: impl Into<String>) -> Self {
        Self::bad("invalid_scope", description)
    }

    /// The proof of possession is missing or not good.
    pub(crate) fn invalid_proof(description: impl Into<String>) -> Self {
        Self::bad("invalid_dpop_proof", description)
    }

    /// What is not trusted, as the error that it is here; what is no fault of the caller's is not.
    pub(crate) fn of(distrust: Distrust, invalid: impl Fn(String) -> Self) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        match distrust {
            Distrust::Invalid(_) => invalid(distrust.to_string()),
            Distrust::Unreachable | Distrust::Full => {
                Self { status, ..Self::bad("temporarily_unavailable", distrust.to_string()) }
            }
        }
    }

    /// Something failed on our side.
    pub(crate) fn server_error() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self { status, ..Self::bad("server_error", "something failed on our side") }
    }
}

impl From<Fault> for TokenError {
    /// A failure of ours is in the log already.
    fn from(_: Fault) -> Self {
        Self::server_error()
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tessera\""));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_TIME.as_secs()));
        }
        response
    }
}
