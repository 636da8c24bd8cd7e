//! Bid prices as a table (CSV): a line for each resource and step, with `resource`, `from` and `value`.

use crate::time;
use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use types::{Duration, Instant};

/// What a table leaves unsaid.
pub(super) struct Head<'a> {
    /// Which money.
    pub currency: &'a str,
    /// So many values are one minor unit.
    pub scale: u32,
    /// When they count as nothing; at their end where it is not said.
    pub expires_at: Option<Instant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    resource: String,
    from: String,
    value: u32,
}

/// The body that loads them.
pub(super) fn body(text: &str, head: &Head<'_>) -> anyhow::Result<Value> {
    let rows = read(text)?;
    let times: Vec<Instant> =
        rows.values().flat_map(BTreeMap::keys).copied().collect::<BTreeSet<_>>().into_iter().collect();
    for (resource, values) in &rows {
        ensure!(
            values.len() == times.len(),
            "{resource} has {} values, others have {}: one for each step of each resource is expected",
            values.len(),
            times.len()
        );
    }
    let (Some(from), Some(last)) = (times.first(), times.last()) else {
        anyhow::bail!("at least one line below `resource,from,value` is expected");
    };
    let step_s = step(&times)?;
    let ends = last.after(Duration::from_secs(step_s));
    let rows: Vec<Value> = rows
        .iter()
        .map(|(resource, values)| json!({"id": resource, "values": values.values().collect::<Vec<_>>()}))
        .collect();
    Ok(json!({
        "from": time::text(*from), "step_s": step_s, "currency": head.currency, "scale": head.scale,
        "expires_at": time::text(head.expires_at.unwrap_or(ends)), "resources": rows,
    }))
}

/// Values by resource and time.
fn read(text: &str) -> anyhow::Result<BTreeMap<String, BTreeMap<Instant, u32>>> {
    let mut rows: BTreeMap<String, BTreeMap<Instant, u32>> = BTreeMap::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    for (at, line) in (2..).zip(reader.deserialize::<Line>()) {
        let line = line.with_context(|| {
            format!("line {at}: `resource,from,value` with a whole value of 0 to {} is expected", u32::MAX)
        })?;
        let from = time::parse(&line.from).map_err(anyhow::Error::msg).with_context(|| format!("line {at}: from"))?;
        let before = rows.entry(line.resource.clone()).or_default().insert(from, line.value);
        ensure!(before.is_none(), "line {at}: {} has a value from {} on already", line.resource, line.from);
    }
    Ok(rows)
}

/// How long one value holds: as long as it is to the next.
fn step(times: &[Instant]) -> anyhow::Result<u64> {
    let apart = |pair: &[Instant]| match pair {
        [before, after] => after.as_ms().saturating_sub(before.as_ms()) / 1_000,
        _ => 0,
    };
    let mut lengths = times.windows(2).map(apart);
    let step_s = lengths.next().unwrap_or(3_600);
    ensure!(
        lengths.all(|other| other == step_s) && [300, 3_600].contains(&step_s),
        "from: steps of 300 or of 3600 seconds, one after another without a gap, are expected"
    );
    Ok(step_s)
}
