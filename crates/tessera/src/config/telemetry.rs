//! `[telemetry]`: where spans go.

use serde::Deserialize;

/// Of a hundred requests that are not part of a trace, one begins one.
const SAMPLE_PPM: u32 = 10_000;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TelemetryFile {
    otlp_endpoint: Option<String>,
    sample_ppm: Option<u32>,
}

/// Where spans go, and how many.
#[derive(Clone, Debug)]
pub struct TelemetryConfig {
    /// The collector: `http://host:4318`.
    pub otlp_endpoint: String,
    /// Of the requests that are not part of a trace, how many begin one, in parts per million.
    pub sample_ppm: u32,
}

impl TelemetryFile {
    /// With what the command line or the environment says.
    pub(super) fn with(self, otlp_endpoint: Option<String>) -> Option<TelemetryConfig> {
        let otlp_endpoint = otlp_endpoint.or(self.otlp_endpoint)?;
        Some(TelemetryConfig { otlp_endpoint, sample_ppm: self.sample_ppm.unwrap_or(SAMPLE_PPM) })
    }
}
