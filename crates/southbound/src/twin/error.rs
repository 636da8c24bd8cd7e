//! Whose fault it is when the twin does not say yes.

use node::{CallError, Fault};
use twin::FlowError;
use types::SessionId;

/// A refusal enforces nothing and stays; unavailable may pass; no answer may have taken effect.
pub fn call_error(attempted: &'static str, session: SessionId, error: FlowError) -> CallError {
    let (fault, retryable) = match error {
        FlowError::Refused(_) => (Fault::Network, false),
        FlowError::Unavailable => (Fault::Network, true),
        FlowError::TimedOut => (Fault::Unknown, true),
    };
    CallError { attempted, session, reason: error.to_string(), fault, retryable }
}

/// The intent lacks what the network needs to know.
pub fn incomplete(session: SessionId) -> CallError {
    let reason = "the intent names neither a radio cell nor a place".to_owned();
    CallError { attempted: "activate", session, reason, fault: Fault::Ours, retryable: false }
}
