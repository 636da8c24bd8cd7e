//! A shell as an operator files it: planes of evenly spaced satellites in circular orbits.

use super::limits::SATELLITES_MAX;
use super::place::EQUATOR_M;
use super::satellite::{ElementsError, GRAVITY_M3_S2, Satellite};
use std::f64::consts::TAU;
use types::Instant;

/// How high a shell flies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Height {
    /// Above the equator, in kilometres; the period follows from gravity.
    AltitudeKm(f64),
    /// By its mean motion.
    RevolutionsPerDay(f64),
}

/// How the satellites of one plane lie against those of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phasing {
    /// Walker's F: each plane is F · 360° / T ahead of the one west of it, T being all satellites.
    Walker(u32),
    /// Every other plane is half a spacing ahead.
    AlternatingHalf,
}

/// A shell of circular orbits.
#[derive(Clone, Debug, PartialEq)]
pub struct Shell {
    /// Its satellites are called this and their number from 0.
    pub name: String,
    /// How high.
    pub height: Height,
    /// Against the equator, 0 to 180.
    pub inclination_deg: f64,
    /// Orbital planes.
    pub planes: u32,
    /// Satellites in each plane.
    pub satellites_per_plane: u32,
    /// Plane against plane.
    pub phasing: Phasing,
    /// The planes' nodes are spread evenly over this: 360 for a delta pattern, 180 for a star.
    pub node_spread_deg: f64,
    /// When the first satellite of the first plane is at its node.
    pub epoch: Instant,
}

/// Why a shell has no satellites.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ShellError {
    /// None, or too many.
    #[error("a shell has 1 to {SATELLITES_MAX} satellites, not {0}")]
    Count(u64),
    /// The nodes' spread is not an angle.
    #[error("the nodes of a shell spread over 0 to 360 degrees")]
    Spread,
    /// The epoch is beyond the calendar.
    #[error("the epoch of a shell is a time between 1970 and 2262")]
    Epoch,
    /// Height or inclination out of range.
    #[error(transparent)]
    Elements(#[from] ElementsError),
}

impl Height {
    /// Mean motion in revolutions a day.
    pub fn revolutions_per_day(self) -> f64 {
        match self {
            Self::RevolutionsPerDay(rate) => rate,
            Self::AltitudeKm(altitude_km) => {
                let axis_m = EQUATOR_M + altitude_km * 1e3;
                (GRAVITY_M3_S2 / axis_m.powi(3)).sqrt() * 86_400.0 / TAU
            }
        }
    }
}

impl Shell {
    /// Its satellites, plane by plane: satellite `n` of plane `p` is number `p · satellites_per_plane + n`.
    pub fn satellites(&self) -> Result<Vec<Satellite>, ShellError> {
        let count = u64::from(self.planes) * u64::from(self.satellites_per_plane);
        if count == 0 || count > u64::from(SATELLITES_MAX) {
            return Err(ShellError::Count(count));
        }
        if !(0.0..=360.0).contains(&self.node_spread_deg) {
            return Err(ShellError::Spread);
        }
        let mut satellites = Vec::new();
        for plane in 0..self.planes {
            for slot in 0..self.satellites_per_plane {
                satellites.push(Satellite::new(&self.elements(plane, slot)?)?);
            }
        }
        Ok(satellites)
    }

    fn elements(&self, plane: u32, slot: u32) -> Result<sgp4::Elements, ShellError> {
        let number = u64::from(plane) * u64::from(self.satellites_per_plane) + u64::from(slot);
        let datetime = i64::try_from(self.epoch.as_ms())
            .ok()
            .and_then(sgp4::chrono::DateTime::from_timestamp_millis)
            .filter(|epoch| epoch.timestamp_nanos_opt().is_some())
            .ok_or(ShellError::Epoch)?
            .naive_utc();
        let spacing_deg = 360.0 / f64::from(self.satellites_per_plane);
        Ok(sgp4::Elements {
            object_name: Some(format!("{} {number}", self.name)),
            international_designator: None,
            norad_id: number,
            classification: sgp4::Classification::Unclassified,
            datetime,
            mean_motion_dot: 0.0,
            mean_motion_ddot: 0.0,
            drag_term: 0.0,
            element_set_number: 0,
            inclination: self.inclination_deg,
            right_ascension: f64::from(plane) * self.node_spread_deg / f64::from(self.planes),
            eccentricity: 0.0,
            argument_of_perigee: 0.0,
            mean_anomaly: (f64::from(slot) * spacing_deg + self.ahead_deg(plane)).rem_euclid(360.0),
            mean_motion: self.height.revolutions_per_day(),
            revolution_number: 0,
            ephemeris_type: 0,
        })
    }

    /// How far the satellites of a plane are ahead of those of the first one.
    fn ahead_deg(&self, plane: u32) -> f64 {
        let spacing_deg = 360.0 / f64::from(self.satellites_per_plane);
        match self.phasing {
            Phasing::Walker(factor) => f64::from(factor) * f64::from(plane) * spacing_deg / f64::from(self.planes),
            Phasing::AlternatingHalf => f64::from(plane % 2) * spacing_deg / 2.0,
        }
    }
}
