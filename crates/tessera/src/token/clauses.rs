//! What a narrowing takes away, as options of the command line.

use anyhow::bail;
use clap::Args;
use std::str::FromStr;
use tessera_token::Narrowing;

/// Restrictions: all of them hold from now on, beside those that the text has already.
#[derive(Args, Debug)]
pub struct Clauses {
    /// At most so many minor units of a currency in one request, for example `EUR=500`
    #[arg(long, value_name = "CURRENCY=MINOR", value_parser = named::<i64>)]
    amount_max: Vec<(String, i64)>,
    /// At most so many of a unit in one request, for example `s=3600`
    #[arg(long, value_name = "UNIT=COUNT", value_parser = named::<u64>)]
    units_max: Vec<(String, u64)>,
    /// Only from here on, in ms since the Unix epoch
    #[arg(long, value_name = "MS")]
    from_ms: Option<u64>,
    /// Only until here (exclusive), in ms since the Unix epoch
    #[arg(long, value_name = "MS")]
    to_ms: Option<u64>,
    /// Only in these H3 cells, in hexadecimal; once for each
    #[arg(long = "cell", value_name = "H3", value_parser = h3_index)]
    cells: Vec<u64>,
    /// Only with this QoS profile
    #[arg(long)]
    qos: Option<String>,
    /// Only for the device with this pseudonym
    #[arg(long)]
    device: Option<String>,
    /// Only for this operation, for example `activate`
    #[arg(long)]
    op: Option<String>,
}

impl Clauses {
    /// In the words of the token.
    pub fn narrowing(&self) -> anyhow::Result<Narrowing> {
        let mut narrowing = Narrowing::new();
        for (currency, minor) in &self.amount_max {
            narrowing = narrowing.amount_max(currency, *minor);
        }
        for (unit, count) in &self.units_max {
            narrowing = narrowing.units_max(unit, *count);
        }
        if self.from_ms.is_some() || self.to_ms.is_some() {
            let (from, to) = (self.from_ms.unwrap_or(0), self.to_ms.unwrap_or(i64::MAX.unsigned_abs()));
            if from >= to {
                bail!("--from-ms must be before --to-ms");
            }
            narrowing = narrowing.window(from, to);
        }
        if !self.cells.is_empty() {
            narrowing = narrowing.cells(self.cells.iter().copied());
        }
        narrowing = self.qos.iter().fold(narrowing, |narrowing, qos| narrowing.qos(qos));
        narrowing = self.device.iter().fold(narrowing, |narrowing, device| narrowing.device(device));
        Ok(self.op.iter().fold(narrowing, |narrowing, op| narrowing.op(op)))
    }
}

fn named<N: FromStr>(text: &str) -> Result<(String, N), String> {
    let read = text.split_once('=').and_then(|(name, number)| Some((name.to_owned(), number.parse().ok()?)));
    read.ok_or_else(|| "NAME=NUMBER is expected, for example EUR=500 or s=3600".to_owned())
}

/// An H3 index in hexadecimal.
pub fn h3_index(text: &str) -> Result<u64, String> {
    u64::from_str_radix(text, 16)
        .map_err(|_| "an H3 index in hexadecimal is expected, for example 881969c945fffff".to_owned())
}
