//! `[planning]` of the configuration: how far the cell looks ahead by itself.

use anyhow::ensure;
use serde::Deserialize;
use types::Duration;

/// Seconds between two rounds that are accepted.
const EVERY_S: std::ops::RangeInclusive<u64> = 60..=86_400;
/// Quantiles that are accepted, in parts per million.
const QUANTILE_PPM: std::ops::RangeInclusive<u64> = 500_000..=999_999;

/// How a cell is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planning {
    /// How often; `None`: not at all.
    pub every: Option<Duration>,
    /// The share of slots, in ppm, in which background load is to stay within what is forecast.
    pub quantile_ppm: u64,
}

impl Default for Planning {
    /// Every hour, at the 99th percentile.
    fn default() -> Self {
        Self { every: Some(Duration::from_hours(1)), quantile_ppm: 990_000 }
    }
}

/// What the file says of it; what it does not say stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PlanningFile {
    enabled: Option<bool>,
    every_s: Option<u64>,
    quantile_ppm: Option<u64>,
}

impl PlanningFile {
    /// The settings, with those of the file in place of the defaults.
    pub(super) fn parse(&self) -> anyhow::Result<Planning> {
        let known = Planning::default();
        let every_s = self.every_s.or_else(|| known.every.map(Duration::as_secs)).unwrap_or(*EVERY_S.end());
        let (from, to) = EVERY_S.into_inner();
        ensure!(EVERY_S.contains(&every_s), "`planning.every_s`: {from} to {to} seconds are expected");
        let quantile_ppm = self.quantile_ppm.unwrap_or(known.quantile_ppm);
        let (from, to) = QUANTILE_PPM.into_inner();
        ensure!(QUANTILE_PPM.contains(&quantile_ppm), "`planning.quantile_ppm`: {from} to {to} is expected");
        let every = self.enabled.unwrap_or(true).then(|| Duration::from_secs(every_s));
        Ok(Planning { every, quantile_ppm })
    }
}

#[cfg(test)]
mod tests {
    use super::{Planning, PlanningFile};
    use types::Duration;

    fn parse(text: &str) -> Result<Planning, String> {
        let file: PlanningFile = toml::from_str(text).map_err(|error| error.to_string())?;
        file.parse().map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn what_the_file_says_takes_the_place_of_a_default_and_nonsense_is_refused_by_name() {
        assert_eq!(parse(""), Ok(Planning::default()));
        let expected = Planning { every: Some(Duration::from_mins(10)), quantile_ppm: 950_000 };
        assert_eq!(parse("every_s = 600\nquantile_ppm = 950000"), Ok(expected));
        assert_eq!(parse("enabled = false"), Ok(Planning { every: None, ..Planning::default() }));
        let refused = |text| parse(text).expect_err("it is nonsense");
        assert!(refused("every_s = 1").contains("`planning.every_s`: 60 to 86400 seconds"));
        assert!(refused("quantile_ppm = 1000000").contains("`planning.quantile_ppm`: 500000 to 999999"));
        assert!(refused("horizon = 3").contains("horizon"));
    }
}
