//! What is exported, and how.

use crate::native::finance::wire::By;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The span of an export, and its form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Export {
    /// RFC 3339, on the hour: from this time on. From the first event, when it is absent; bills need it.
    pub from: Option<String>,
    /// RFC 3339, on the hour: before this time. Until now, when it is absent; then the hour that runs may still grow.
    /// Bills need it.
    pub to: Option<String>,
    /// The form of the table.
    #[serde(default)]
    #[param(inline)]
    pub format: Format,
    /// What revenue is added up by; by capability, when it is absent.
    #[param(inline)]
    pub by: Option<By>,
}

/// The form of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// RFC 4180, with a head.
    #[default]
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TableName {
    /// Every posting: usage is one row for each token, hour and account.
    Postings,
    /// What every kind of account held at `to`.
    TrialBalance,
    /// Revenue of the span.
    Revenue,
    /// The lines of the bills of every wallet that moved in the span.
    Bills,
}

impl TableName {
    /// Of the text in a path.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "postings" => Self::Postings,
            "trial-balance" => Self::TrialBalance,
            "revenue" => Self::Revenue,
            "bills" => Self::Bills,
            _ => return None,
        })
    }
}
