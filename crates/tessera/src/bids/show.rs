//! Bid prices in words: what so many units of a resource are worth for an hour, and when.

use crate::time;
use crate::token::remote::Admin;
use anyhow::{Context, ensure};
use clap::Args;
use serde::Deserialize;
use std::fmt::Write;
use types::{Currency, Duration, Instant};

/// Values are of a slot of five minutes.
const SLOTS_PER_HOUR: u128 = 12;

/// Which.
#[derive(Args, Debug)]
pub struct Options {
    /// Only this resource: its `res_…` id, or a part of its name
    #[arg(long, value_name = "RESOURCE")]
    resource: Option<String>,
    /// Only what holds at this time
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    at: Option<Instant>,
    /// For so many units
    #[arg(long, default_value_t = 1)]
    units: u32,
    #[command(flatten)]
    cell: Admin,
}

/// The bid prices of one resource, as the API shows them.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    resource: String,
    name: String,
    window: Span,
    step_s: u64,
    currency: String,
    scale: u32,
    values: Vec<u32>,
    expires_at: String,
}

#[derive(Debug, Deserialize)]
struct Span {
    from: String,
}

/// Shows them.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let rows = options.cell.all("/v1/congestion/prices")?;
    let rows = rows.into_iter().map(serde_json::from_value).collect::<Result<Vec<Row>, _>>();
    print!("{}", table(&rows.context("the cell answered something that is no list of bid prices")?, options)?);
    Ok(())
}

/// A line for each span of time in which a resource is worth the same.
pub(super) fn table(rows: &[Row], options: &Options) -> anyhow::Result<String> {
    if rows.is_empty() {
        return Ok("no bid prices count now: a quote is what its plan and its cost ask\n".to_owned());
    }
    let wanted = |row: &&Row| options.resource.as_ref().is_none_or(|it| row.resource == *it || row.name.contains(it));
    let rows: Vec<&Row> = rows.iter().filter(wanted).collect();
    ensure!(
        !rows.is_empty(),
        "--resource: no bid price counts for it now, so that it is worth nothing; leave it out to see others"
    );
    let units = if options.units == 1 { "one unit".to_owned() } else { format!("{} units", options.units) };
    let mut text = format!("{:<22} {:<22} {units} for an hour\n", "from", "to");
    for row in rows {
        writeln!(text, "{} ({}), until {}", row.name, row.resource, row.expires_at)?;
        for (from, to, value) in spans(row)? {
            if options.at.is_none_or(|at| from <= at && at < to) {
                let worth = worth(row, value, options.units)?;
                writeln!(text, "{:<22} {:<22} {worth}", time::text(from), time::text(to))?;
            }
        }
    }
    Ok(text)
}

/// Steps of the same value, together.
fn spans(row: &Row) -> anyhow::Result<Vec<(Instant, Instant, u32)>> {
    let mut from = time::parse(&row.window.from).map_err(anyhow::Error::msg)?;
    let mut spans: Vec<(Instant, Instant, u32)> = Vec::new();
    for value in &row.values {
        let to = from.after(Duration::from_secs(row.step_s));
        match spans.last_mut() {
            Some(last) if last.2 == *value => last.1 = to,
            _ => spans.push((from, to, *value)),
        }
        from = to;
    }
    Ok(spans)
}

/// What so many units are worth for an hour, to the last decimal: one sale rounds once, for all that it holds.
fn worth(row: &Row, value: u32, units: u32) -> anyhow::Result<String> {
    let currency = Currency::parse(&row.currency)?;
    ensure!(row.scale > 0, "the cell answered a scale of 0");
    let millionths = u128::from(value) * u128::from(units) * SLOTS_PER_HOUR * 1_000_000 / u128::from(row.scale);
    let least = usize::try_from(currency.minor_digits())?;
    let places = least + 6;
    let digits = format!("{millionths:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let kept = part.trim_end_matches('0').len().max(least);
    let part = part.get(..kept).unwrap_or_default();
    Ok(if part.is_empty() { format!("{whole} {currency}") } else { format!("{whole}.{part} {currency}") })
}
