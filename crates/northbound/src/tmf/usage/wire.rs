//! What is asked of usage, by the schemas of TMF635 v4.0.0.

use crate::camara::common::wire::present;
use crate::tmf::common::wire::Reference;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A usage record: its characteristics are `token`, `source`, `sequence` and `quantity`, and `unit` where it is said.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageDraft {
    /// What was delivered to which token, under which number of which meter.
    pub usage_characteristic: Vec<Characteristic>,
    /// One of `GET /usageSpecification`, where it is said: the unit.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub usage_specification: Option<Reference>,
}

/// A characteristic of a usage record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct Characteristic {
    /// Which.
    pub name: String,
    /// A text, or a number.
    pub value: Value,
}
