//! An event as JSON: a `CloudEvent` 1.0, the same in a stream and in a webhook's body.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Something that happened (`CloudEvents` 1.0).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct CloudEvent {
    /// `1.0`.
    pub specversion: &'static str,
    /// The cell and the event's number in it: the same whenever and however often it is told.
    #[schema(example = "1-4711")]
    pub id: String,
    /// The cell.
    #[schema(example = "/cells/1")]
    pub source: String,
    /// One of the types in `docs/reference/events.md`.
    #[schema(example = "token.issued")]
    pub r#type: &'static str,
    /// When it was decided: RFC 3339.
    pub time: String,
    /// `application/json`.
    pub datacontenttype: &'static str,
    /// The id of what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "tok_01kbt2y1f4e1tbdvzb9gkgw9g5")]
    pub subject: Option<String>,
    /// Whom it concerns: `pty_…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// Its own members, by its type.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// Where a stream begins.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// The `id` of the last event that was seen; `0` begins with the first event of the cell. Without it, and without
    /// `Last-Event-ID`, which counts before it, a stream begins with what happens next.
    pub after: Option<u64>,
}
