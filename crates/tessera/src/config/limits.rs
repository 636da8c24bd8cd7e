//! `[limits]` of the configuration: what the cell takes of those who call it.

use anyhow::Context;
use northbound::{Limits, Rate};
use serde::Deserialize;

/// What the file says of it; what it does not say stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsFile {
    operator: Option<RateFile>,
    customer: Option<RateFile>,
    meter: Option<RateFile>,
    stranger: Option<RateFile>,
    quotes: Option<RateFile>,
    purchases: Option<RateFile>,
    device_purchases: Option<RateFile>,
    requests_in_flight: Option<u16>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateFile {
    requests: u32,
    window_s: u64,
}

impl LimitsFile {
    /// The limits, with those of the file in place of the defaults.
    pub fn parse(&self) -> anyhow::Result<Limits> {
        let known = Limits::default();
        Ok(Limits {
            operator: rate("operator", self.operator, known.operator)?,
            customer: rate("customer", self.customer, known.customer)?,
            meter: rate("meter", self.meter, known.meter)?,
            stranger: rate("stranger", self.stranger, known.stranger)?,
            quotes: rate("quotes", self.quotes, known.quotes)?,
            purchases: rate("purchases", self.purchases, known.purchases)?,
            device_purchases: rate("device_purchases", self.device_purchases, known.device_purchases)?,
            requests_in_flight: self.requests_in_flight.map_or(known.requests_in_flight, |number| number.max(1).into()),
        })
    }
}

fn rate(name: &'static str, file: Option<RateFile>, known: Rate) -> anyhow::Result<Rate> {
    let Some(RateFile { requests, window_s }) = file else { return Ok(known) };
    Rate::new(requests, window_s).with_context(|| format!("`{name}` of `[limits]`"))
}

#[cfg(test)]
mod tests {
    use super::LimitsFile;
    use northbound::{Limits, Rate};

    fn parse(text: &str) -> Result<Limits, String> {
        let file: LimitsFile = toml::from_str(text).map_err(|error| error.to_string())?;
        file.parse().map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn what_the_file_does_not_say_stays() {
        assert_eq!(parse(""), Ok(Limits::default()));
        let customer = Rate::new(5, 60).expect("a rate");
        let expected = Limits { customer, requests_in_flight: 9, ..Limits::default() };
        assert_eq!(parse("customer = { requests = 5, window_s = 60 }\nrequests_in_flight = 9"), Ok(expected));
    }

    #[test]
    fn a_rate_that_is_none_is_refused_by_name() {
        for text in ["meter = { requests = 0, window_s = 1 }", "meter = { requests = 1, window_s = 0 }"] {
            let error = parse(text).expect_err("it is no rate");
            assert!(error.starts_with("`meter` of `[limits]`"), "{error}");
        }
        assert!(parse("metre = { requests = 1, window_s = 1 }").is_err());
        assert!(parse("meter = { requests = 1, window_s = 1, burst = 2 }").is_err());
    }
}
