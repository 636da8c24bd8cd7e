//! Sessions as JSON.

use crate::native::wire::{EndReason, SessionState};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A call of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionDraft {
    /// `tok_…`; may be left out when an entitlement is presented.
    pub token: Option<String>,
    /// The device that calls, for example `tel:+31612345678`.
    pub device: String,
    /// The application's side of the flow, for example its servers and ports: given to the network as it is.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub flow: Map<String, Value>,
    /// For how long, in seconds.
    pub duration_s: u64,
    /// Where the device is: an H3 index; asked for when the entitlement was narrowed to a place.
    pub cell: Option<String>,
}

/// A token being called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Session {
    /// `ses_…`
    pub id: String,
    /// `tok_…`
    pub token: String,
    /// Where it stands.
    pub state: SessionState,
    /// For how long it was asked for, in seconds.
    pub duration_s: u64,
    /// RFC 3339.
    pub requested_at: String,
    /// When the network confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ends or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
    /// Why it ends or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<EndReason>,
    /// Windows found broken.
    pub windows_broken: u64,
    /// Windows without enough samples.
    pub windows_unmeasured: u64,
}
