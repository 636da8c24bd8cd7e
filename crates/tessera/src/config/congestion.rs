//! `[congestion]` of the configuration: whether the cell makes bid prices by itself.

use anyhow::ensure;
use serde::Deserialize;
use types::{Currency, Duration};

/// Seconds between two solutions that are accepted.
const EVERY_S: std::ops::RangeInclusive<u64> = 300..=86_400;
/// Seconds between two looks at what is free that are accepted.
const REFRESH_S: std::ops::RangeInclusive<u64> = 5..=3_600;
/// Hours ahead that are accepted.
const HOURS: std::ops::RangeInclusive<u64> = 1..=168;
/// Weeks of sales that are accepted.
const WEEKS: std::ops::RangeInclusive<u64> = 1..=8;

/// How bid prices are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Congestion {
    /// How often everything is solved; `None`: not at all.
    pub every: Option<Duration>,
    /// How often it is looked at what is free.
    pub refresh: Duration,
    /// How many hours ahead are priced.
    pub hours: u64,
    /// How many weeks of sales say what is wanted.
    pub weeks: u64,
    /// In which money; `None`: that of the first offering.
    pub currency: Option<Currency>,
}

impl Default for Congestion {
    /// Not at all; else every hour with a look a minute, a day ahead, by four weeks.
    fn default() -> Self {
        Self { every: None, refresh: Duration::from_mins(1), hours: 24, weeks: 4, currency: None }
    }
}

/// What the file says of it; what it does not say stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CongestionFile {
    enabled: Option<bool>,
    every_s: Option<u64>,
    refresh_s: Option<u64>,
    hours: Option<u64>,
    weeks: Option<u64>,
    currency: Option<String>,
}

impl CongestionFile {
    /// The settings, with those of the file in place of the defaults.
    pub(super) fn parse(&self) -> anyhow::Result<Congestion> {
        let known = Congestion::default();
        let within = |name: &str, given: Option<u64>, usual: u64, range: std::ops::RangeInclusive<u64>| {
            let value = given.unwrap_or(usual);
            let (from, to) = (*range.start(), *range.end());
            ensure!(range.contains(&value), "`congestion.{name}`: {from} to {to} is expected");
            Ok(value)
        };
        let every_s = within("every_s", self.every_s, 3_600, EVERY_S)?;
        let refresh_s = within("refresh_s", self.refresh_s, known.refresh.as_secs(), REFRESH_S)?;
        let hours = within("hours", self.hours, known.hours, HOURS)?;
        let weeks = within("weeks", self.weeks, known.weeks, WEEKS)?;
        let currency = self.currency.as_deref().map(Currency::parse).transpose();
        let currency =
            currency.map_err(|_| anyhow::anyhow!("`congestion.currency`: three capital letters are expected"))?;
        let every = self.enabled.unwrap_or(false).then(|| Duration::from_secs(every_s));
        Ok(Congestion { every, refresh: Duration::from_secs(refresh_s), hours, weeks, currency })
    }
}

#[cfg(test)]
mod tests {
    use super::{Congestion, CongestionFile};
    use types::{Currency, Duration};

    fn parse(text: &str) -> Result<Congestion, String> {
        let file: CongestionFile = toml::from_str(text).map_err(|error| error.to_string())?;
        file.parse().map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn it_is_off_unless_it_is_said_and_nonsense_is_refused_by_name() {
        assert_eq!(parse(""), Ok(Congestion::default()));
        assert_eq!(parse("every_s = 600"), Ok(Congestion::default()), "it is not enabled");
        let expected = Congestion {
            every: Some(Duration::from_mins(10)),
            refresh: Duration::from_secs(30),
            hours: 48,
            weeks: 2,
            currency: Currency::parse("EUR").ok(),
        };
        let text = "enabled = true\nevery_s = 600\nrefresh_s = 30\nhours = 48\nweeks = 2\ncurrency = \"EUR\"";
        assert_eq!(parse(text), Ok(expected));
        let refused = |text| parse(text).expect_err("it is nonsense");
        assert!(refused("every_s = 1").contains("`congestion.every_s`: 300 to 86400"));
        assert!(refused("refresh_s = 1").contains("`congestion.refresh_s`: 5 to 3600"));
        assert!(refused("hours = 0").contains("`congestion.hours`: 1 to 168"));
        assert!(refused("weeks = 9").contains("`congestion.weeks`: 1 to 8"));
        assert!(refused("currency = \"euro\"").contains("`congestion.currency`"));
        assert!(refused("horizon = 3").contains("horizon"));
    }
}
