//! Relays in the air and pools of computing, each a JSON list.

use super::described::{Described, Origin};
use super::file::File;
use super::position::{capacity, position, within};
use super::problems::Problems;
use crate::limits::OTHERS_MAX;
use intelligence::network::{Pool, Relay};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::path::Path;
use std::sync::Arc;

/// A relay as it is written.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RelayRow {
    /// What it is called.
    pub name: String,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// How high, in m.
    pub altitude_m: f64,
    /// How low over the horizon a device may see it, in degrees.
    pub mask_deg: f64,
    /// What it carries, in kbit/s.
    pub capacity_kbps: u64,
    /// The node that it hangs on.
    #[serde(default)]
    pub node: Option<String>,
}

/// A pool as it is written.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PoolRow {
    /// What it is called.
    pub name: String,
    /// What it has, in units of its own.
    pub units: u64,
    /// The node that it hangs on.
    #[serde(default)]
    pub node: Option<String>,
}

/// Reads relays.
pub fn relays(path: &Path, described: &mut Described, problems: &mut Problems) {
    let expected = "a JSON list of relays: name, lon, lat, altitude_m, mask_deg, capacity_kbps, node";
    each(path, expected, problems, |origin, row: RelayRow, problems| {
        if let Err(what) = check_relay(&row) {
            return problems.at(&origin.file, origin.line, what);
        }
        if described.claim(&row.name, origin, problems) {
            let RelayRow { name, lon, lat, altitude_m, mask_deg, capacity_kbps, node } = row;
            described.network.relays.push(Relay { name, lon, lat, altitude_m, mask_deg, capacity_kbps, node });
        }
    });
}

/// Reads pools.
pub fn pools(path: &Path, described: &mut Described, problems: &mut Problems) {
    let expected = "a JSON list of pools: name, units, node";
    each(path, expected, problems, |origin, row: PoolRow, problems| {
        if let Err(what) = capacity("units", row.units) {
            return problems.at(&origin.file, origin.line, what);
        }
        if described.claim(&row.name, origin, problems) {
            let PoolRow { name, units, node } = row;
            described.network.pools.push(Pool { name, units, node });
        }
    });
}

fn check_relay(row: &RelayRow) -> Result<(), String> {
    position(row.lat, row.lon)?;
    within("altitude_m", row.altitude_m, (50.0, 50_000.0), "m")?;
    within("mask_deg", row.mask_deg, (0.0, 89.0), "degrees")?;
    capacity("capacity_kbps", row.capacity_kbps).map(drop)
}

/// Hands every record of a list on; one that cannot be read is noted.
pub fn each<T: DeserializeOwned>(
    path: &Path,
    expected: &str,
    problems: &mut Problems,
    mut take: impl FnMut(&Origin, T, &mut Problems),
) {
    let Some(file) = File::read(path, expected, problems) else { return };
    let Some(raw) = file.json::<Vec<&RawValue>>(problems) else { return };
    if raw.len() > OTHERS_MAX {
        return problems.of(&file.name, format_args!("{} records, {OTHERS_MAX} are the most", raw.len()));
    }
    let shared: Arc<str> = file.name.as_str().into();
    for (line, row) in file.records(&raw, problems) {
        take(&Origin { file: Arc::clone(&shared), line }, row, problems);
    }
}
