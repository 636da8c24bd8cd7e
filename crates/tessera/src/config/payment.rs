//! `[payment]`: the operator's payment service.

use anyhow::Context;
use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PaymentFile {
    url: String,
    bearer_file: Option<PathBuf>,
}

/// Where payments are asked for.
pub struct PaymentConfig {
    /// The address of the service.
    pub url: String,
    /// What it knows the cell by.
    pub bearer: Option<String>,
}

impl PaymentFile {
    pub(super) fn read(self) -> anyhow::Result<PaymentConfig> {
        let read = |path: PathBuf| {
            let text = std::fs::read_to_string(&path);
            text.with_context(|| format!("`payment.bearer_file`: could not read {}", path.display()))
        };
        let bearer = self.bearer_file.map(read).transpose()?.map(|text| text.trim().to_owned());
        Ok(PaymentConfig { url: self.url, bearer })
    }
}

impl fmt::Debug for PaymentConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentConfig").field("url", &self.url).finish_non_exhaustive()
    }
}
