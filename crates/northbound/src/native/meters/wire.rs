//! Meters as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A meter to register.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeterDraft {
    /// `src_…`; made when it is absent.
    pub id: Option<String>,
}

/// A meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Meter {
    /// `src_…`
    pub id: String,
    /// The highest sequence number it has sent; 0: none.
    pub high: u64,
}
