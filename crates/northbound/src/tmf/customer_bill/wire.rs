//! What is asked of bills, by the schemas of TMF678 v5.0.0.

use crate::tmf::common::wire::Reference;
use serde::Deserialize;
use utoipa::ToSchema;

/// A wish for the bill of the month that runs.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BillWish {
    /// What it is.
    #[serde(rename = "@type")]
    #[expect(dead_code, reason = "it must be said, and says nothing more")]
    pub kind: String,
    /// Of which wallet: `pty_…-EUR`.
    pub billing_account: Reference,
}
