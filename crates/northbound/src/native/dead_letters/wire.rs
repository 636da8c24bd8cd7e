//! Dead letters as JSON. What they say and the credentials of their receivers stay inside.

use serde::Serialize;
use utoipa::ToSchema;

/// A delivery that was given up.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct DeadLetter {
    /// `dlv_…`
    pub id: String,
    /// The webhook it was for: `whk_…`; absent for the sink of a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// The session whose sink it was for: `ses_…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The event that it tells of.
    pub seq: u64,
    /// The type of the event.
    pub r#type: String,
    /// Why it was given up.
    #[schema(example = "answered 500")]
    pub reason: String,
    /// How often it was tried since the last start of the cell.
    pub attempts: u32,
    /// Since when it waited.
    pub queued_at: String,
    /// When it was given up.
    pub died_at: String,
}
