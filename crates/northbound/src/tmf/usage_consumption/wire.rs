//! What is asked of consumption, by the schemas of TMF677 v5.1.0.

use crate::camara::common::wire::present;
use crate::tmf::common::wire::Reference;
use serde::Deserialize;
use utoipa::ToSchema;

/// A query: of one party, or of one product of its.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConsumptionQuery {
    /// What it is.
    #[serde(rename = "@type")]
    #[expect(dead_code, reason = "it must be said, and says nothing more")]
    pub kind: String,
    /// Whose consumption is wanted: `pty_…`; the caller's own when it is not said.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub party_account: Option<Vec<Reference>>,
    /// What of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub search_criteria: Option<Criteria>,
}

/// What is wanted of consumption.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Criteria {
    /// What it is.
    #[serde(rename = "@type")]
    #[expect(dead_code, reason = "it must be said, and says nothing more")]
    pub kind: String,
    /// The product: one `tok_…`
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub product: Option<Vec<Reference>>,
    /// Whose: `pty_…`
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub party_account: Option<Vec<Reference>>,
}
