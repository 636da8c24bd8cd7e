//! Constellations: shells by their numbers, or published element sets with the payload beside them.

use super::described::{Described, Origin};
use super::file::File;
use super::others::each;
use super::position::within;
use super::problems::Problems;
use intelligence::element::orbit::budget::{Budget, free_space_loss_db, slant_range_m};
use intelligence::element::orbit::place::EQUATOR_M;
use intelligence::element::orbit::satellite::GRAVITY_M3_S2;
use intelligence::element::orbit::{Height, ImportError, Payload, Phasing, Satellite, Shell, footprint_km2, omm, tle};
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;
use std::path::Path;
use std::sync::Arc;

/// A shell as it is written.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ShellRow {
    /// What the constellation is called.
    pub name: String,
    /// Above the equator, in km.
    pub altitude_km: f64,
    /// Against the equator, in degrees.
    pub inclination_deg: f64,
    /// Orbital planes.
    pub planes: u32,
    /// Satellites in each.
    pub satellites_per_plane: u32,
    /// Walker's F; every other plane is half a spacing ahead where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phasing: Option<u32>,
    /// What the planes' nodes are spread over: 360 for a delta pattern, 180 for a star.
    pub node_spread_deg: f64,
    /// When the first satellite is at its node, in RFC 3339.
    pub epoch: String,
    /// How low over the horizon a device may see one, in degrees.
    pub mask_deg: f64,
    /// What each carries.
    pub payload: PayloadRow,
    /// The node that its traffic comes down to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

/// What stands beside published element sets.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PayloadFile {
    name: String,
    mask_deg: f64,
    payload: PayloadRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    node: Option<String>,
}

/// Where the satellites of a constellation come from, as it was written: kept with the cell, which looks ahead by it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A shell.
    Shell(ShellRow),
    /// Published element sets, in any of the forms that are read.
    Elements {
        /// What stands beside them.
        beside: PayloadFile,
        /// The sets.
        text: String,
    },
}

/// The beams of one satellite as they are written: one direction, at the edge of the footprint.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PayloadRow {
    /// Beams that can be lit at once.
    pub beams: u32,
    /// Power of one towards the device.
    pub eirp_dbw: f64,
    /// Figure of merit of the device, dB/K.
    pub gain_to_noise_db: f64,
    /// Carrier.
    pub frequency_ghz: f64,
    /// Of one beam.
    pub bandwidth_mhz: f64,
    /// Gases, fading and whatever else beside free space.
    pub losses_db: f64,
}

/// A constellation that was read.
#[derive(Debug)]
pub struct Constellation {
    /// What it is called.
    pub name: String,
    /// Its satellites.
    pub satellites: Vec<Satellite>,
    /// How low over the horizon a device may see one, in degrees.
    pub mask_deg: f64,
    /// What each carries.
    pub payload: PayloadRow,
    /// The node that its traffic comes down to.
    pub node: Option<String>,
    /// Where it was read from.
    pub source: Source,
}

/// Reads shells.
pub fn shells(path: &Path, described: &mut Described, problems: &mut Problems) -> Vec<Constellation> {
    let expected = "a JSON list of shells: name, altitude_km, inclination_deg, planes, satellites_per_plane, phasing, \
                    node_spread_deg, epoch, mask_deg, payload";
    let mut read = Vec::new();
    each(path, expected, problems, |origin, row: ShellRow, problems| match shell(row) {
        Ok(shell) => take(shell, origin, described, problems, &mut read),
        Err(what) => problems.at(&origin.file, origin.line, what),
    });
    read
}

/// Reads two-line element sets, or an orbit mean-elements message in JSON, CSV or KVN, and the payload beside them.
pub fn elements(
    path: &Path,
    payload: Option<&Path>,
    described: &mut Described,
    problems: &mut Problems,
) -> Vec<Constellation> {
    let expected = "two-line element sets, or an orbit mean-elements message in JSON, CSV or KVN";
    let Some(file) = File::read(path, expected, problems) else { return Vec::new() };
    let satellites = match satellites(&file.text) {
        Ok(satellites) => satellites,
        Err(ImportError::Bad(bad)) => {
            for bad in bad {
                problems.at(&file.name, bad.line as u64, bad.reason);
            }
            return Vec::new();
        }
        Err(error) => {
            problems.of(&file.name, error);
            return Vec::new();
        }
    };
    let Some(payload) = payload else {
        problems.of(&file.name, "element sets say nothing of the payload: give it with --payload");
        return Vec::new();
    };
    let mut read = Vec::new();
    let expected = "a JSON list with one entry: name, mask_deg, payload, node";
    let mut read_of = Some((satellites, file.text));
    each(payload, expected, problems, |origin, row: PayloadFile, problems| {
        match (read_of.take(), check(row.mask_deg, &row.payload)) {
            (Some((satellites, text)), Ok(())) => {
                take(of_elements(row, satellites, text), origin, described, problems, &mut read);
            }
            (None, _) => problems.at(&origin.file, origin.line, "one entry is expected"),
            (_, Err(what)) => problems.at(&origin.file, origin.line, what),
        }
    });
    read
}

impl Source {
    /// The constellation, read anew.
    pub fn constellation(self) -> Result<Constellation, String> {
        match self {
            Self::Shell(row) => shell(row),
            Self::Elements { beside, text } => {
                check(beside.mask_deg, &beside.payload)?;
                let satellites = satellites(&text).map_err(|error| error.to_string())?;
                Ok(of_elements(beside, satellites, text))
            }
        }
    }
}

fn of_elements(beside: PayloadFile, satellites: Vec<Satellite>, text: String) -> Constellation {
    let PayloadFile { name, mask_deg, payload, node } = beside.clone();
    Constellation { name, satellites, mask_deg, payload, node, source: Source::Elements { beside, text } }
}

fn satellites(text: &str) -> Result<Vec<Satellite>, ImportError> {
    let start = text.trim_start();
    if start.starts_with(['[', '{']) {
        omm::from_json(text)
    } else if start.starts_with("CCSDS_OMM_VERS") {
        omm::from_kvn(text)
    } else if start.lines().next().is_some_and(|first| first.contains("MEAN_MOTION")) {
        omm::from_csv(text)
    } else {
        tle::satellites(text)
    }
}

fn take(
    constellation: Constellation,
    origin: &Origin,
    described: &mut Described,
    problems: &mut Problems,
    read: &mut Vec<Constellation>,
) {
    if described.claim(&constellation.name, origin, problems) {
        described.hangs(&constellation.name, constellation.node.as_deref());
        read.push(constellation);
    }
}

fn shell(row: ShellRow) -> Result<Constellation, String> {
    check(row.mask_deg, &row.payload)?;
    within("altitude_km", row.altitude_km, (160.0, 36_000.0), "km")?;
    let epoch = crate::time::parse(&row.epoch)?;
    let shell = Shell {
        name: row.name.clone(),
        height: Height::AltitudeKm(row.altitude_km),
        inclination_deg: row.inclination_deg,
        planes: row.planes,
        satellites_per_plane: row.satellites_per_plane,
        phasing: row.phasing.map_or(Phasing::AlternatingHalf, Phasing::Walker),
        node_spread_deg: row.node_spread_deg,
        epoch,
    };
    let satellites = shell.satellites().map_err(|error| error.to_string())?;
    let ShellRow { name, mask_deg, payload, node, .. } = row.clone();
    Ok(Constellation { name, satellites, mask_deg, payload, node, source: Source::Shell(row) })
}

fn check(mask_deg: f64, payload: &PayloadRow) -> Result<(), String> {
    within("mask_deg", mask_deg, (0.0, 89.0), "degrees")?;
    within("payload.beams", f64::from(payload.beams), (1.0, 10_000.0), "beams")?;
    within("payload.eirp_dbw", payload.eirp_dbw, (-30.0, 120.0), "dBW")?;
    within("payload.gain_to_noise_db", payload.gain_to_noise_db, (-60.0, 60.0), "dB/K")?;
    within("payload.frequency_ghz", payload.frequency_ghz, (0.1, 100.0), "GHz")?;
    within("payload.bandwidth_mhz", payload.bandwidth_mhz, (0.01, 10_000.0), "MHz")?;
    within("payload.losses_db", payload.losses_db, (0.0, 100.0), "dB")?;
    Ok(())
}

impl Constellation {
    /// What one of its satellites gives to so many km², in kbit/s: its beams shared evenly over its footprint.
    pub fn share_kbps(&self, satellite: &Satellite, area_km2: f64) -> u64 {
        let altitude_m = altitude_m(satellite);
        let row = &self.payload;
        let beam = Budget {
            eirp_dbw: row.eirp_dbw,
            gain_to_noise_db: row.gain_to_noise_db,
            free_space_db: free_space_loss_db(row.frequency_ghz * 1e9, slant_range_m(altitude_m, self.mask_deg)),
            gas_db: 0.0,
            shadow_db: 0.0,
            scintillation_db: 0.0,
            other_db: row.losses_db,
            bandwidth_hz: row.bandwidth_mhz * 1e6,
        };
        let payload = Payload { beams: row.beams, beam };
        payload.share_kbps(area_km2, footprint_km2(altitude_m, self.mask_deg))
    }

    /// What its satellites are called, by their numbers.
    pub fn names(&self) -> Arc<[String]> {
        self.satellites.iter().map(|satellite| satellite.name().to_owned()).collect()
    }

    /// The height of the lowest of its satellites, in m.
    pub fn lowest_m(&self) -> f64 {
        self.satellites.iter().map(altitude_m).fold(f64::INFINITY, f64::min)
    }
}

/// The mean height over the equator, from the period.
fn altitude_m(satellite: &Satellite) -> f64 {
    (GRAVITY_M3_S2 * (satellite.period_s() / TAU).powi(2)).cbrt() - EQUATOR_M
}
