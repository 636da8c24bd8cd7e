//! The errors that quality-on-demand gives meanings of its own.

use crate::camara::common::error::ErrorInfo;
use crate::fault::Fault;
use axum::http::StatusCode;
use engine::Rejection;
use engine::state::SessionState;

/// 400: the duration is not within what the token allows.
pub(crate) fn duration_out_of_range(message: impl Into<String>) -> ErrorInfo {
    ErrorInfo::new(StatusCode::BAD_REQUEST, "QUALITY_ON_DEMAND.DURATION_OUT_OF_RANGE", message)
}

/// 422: the profile exists, but no session can be created with it any more.
pub(crate) fn profile_not_applicable() -> ErrorInfo {
    let message = "The requested QoS Profile is currently not available for session creation.";
    ErrorInfo::new(StatusCode::UNPROCESSABLE_ENTITY, "QUALITY_ON_DEMAND.QOS_PROFILE_NOT_APPLICABLE", message)
}

/// 400: only access tokens are taken for a sink.
pub(crate) fn invalid_credential() -> ErrorInfo {
    let message = "Only Access token is supported";
    ErrorInfo::new(StatusCode::BAD_REQUEST, "INVALID_CREDENTIAL", message)
}

/// 400: access tokens for a sink are bearer tokens.
pub(crate) fn invalid_token() -> ErrorInfo {
    let message = "Only bearer token is supported";
    ErrorInfo::new(StatusCode::BAD_REQUEST, "INVALID_TOKEN", message)
}

/// What the engine says to a call of a token, as the creation of a session.
pub(crate) fn of_creation(fault: Fault) -> ErrorInfo {
    match fault {
        Fault::Rejected(Rejection::DurationOutOfRange { duration_max }) => duration_out_of_range(format!(
            "The requested duration is out of the allowed range: at most {} seconds are left of the token.",
            duration_max.as_secs()
        )),
        Fault::Rejected(Rejection::SessionConflict) => {
            ErrorInfo::new(StatusCode::CONFLICT, "CONFLICT", "Conflict with an existing session for the same device.")
        }
        Fault::Rejected(
            rejection @ (Rejection::TokenNotUsable { .. } | Rejection::OutsideTokenWindow | Rejection::TokenNarrower),
        ) => ErrorInfo::not_applicable(format!("{rejection} {}", rejection.accepted())),
        other => other.into(),
    }
}

/// What the engine says to the extension of a session.
pub(crate) fn of_extension(fault: Fault) -> ErrorInfo {
    match fault {
        Fault::Rejected(Rejection::SessionNotUsable { state }) => {
            let status = match state {
                SessionState::Requested | SessionState::Uncertain => "REQUESTED",
                SessionState::Active => "AVAILABLE",
                SessionState::Ending | SessionState::Ended => "UNAVAILABLE",
            };
            ErrorInfo::new(
                StatusCode::CONFLICT,
                "QUALITY_ON_DEMAND.SESSION_EXTENSION_NOT_ALLOWED",
                format!("Only an AVAILABLE session can be extended; this one is {status}."),
            )
        }
        other => other.into(),
    }
}

/// What the engine says to the deletion of a session: one that is over, or is being ended, is as good as deleted.
pub(crate) fn of_deletion(fault: Fault) -> Result<(), ErrorInfo> {
    match fault {
        Fault::Rejected(Rejection::SessionNotUsable { .. }) => Ok(()),
        other => Err(other.into()),
    }
}
