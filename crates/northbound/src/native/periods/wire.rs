//! Closed months as JSON.

use serde::Serialize;
use utoipa::ToSchema;

/// A month whose books are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ClosedPeriod {
    /// The calendar month in UTC.
    #[schema(example = "2026-11")]
    pub period: String,
    /// RFC 3339: from this time on.
    pub from: String,
    /// RFC 3339: before this time.
    pub to: String,
    /// RFC 3339: when it was closed.
    pub closed_at: String,
    /// Rows of its postings.
    pub rows: u64,
    /// The SHA-256 of the CSV export of its postings.
    pub postings_sha256: String,
    /// The SHA-256 of the CSV export of the trial balance at its end.
    pub balance_sha256: String,
}

/// A closed month, compared with what the books say of it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct VerifiedPeriod {
    /// The month.
    #[serde(flatten)]
    pub closed: ClosedPeriod,
    /// Are its postings and its balance what was sealed?
    pub verified: bool,
}

/// Months that are closed, the first first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ClosedPeriods {
    /// All of them.
    pub items: Vec<ClosedPeriod>,
}

/// That nothing of a report changes any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ClosedMark {
    /// The closed month that it ends in.
    pub period: String,
    /// Is it what was sealed? Absent where a report is not of exactly what one seal is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
}
