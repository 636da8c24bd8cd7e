//! One satellite: its elements, and where they put it.

use super::frame::{EARTH_RATE_RAD_S, earth_fixed, sidereal_rad};
use super::vector::Vector;
use crate::number::real;
use sgp4::chrono::Datelike;
use std::f64::consts::TAU;
use types::Instant;

/// Gravity of the Earth, m³/s² (WGS-84).
pub const GRAVITY_M3_S2: f64 = 3.986_004_418e14;

/// What SGP4's periodic terms may add to a Kepler orbit's speed and height.
const PERTURBED: f64 = 1.02;

/// A satellite that SGP4 can move.
#[derive(Clone, Debug)]
pub struct Satellite {
    name: String,
    catalogue: u64,
    epoch_ms: f64,
    period_s: f64,
    speed_m_s_max: f64,
    constants: sgp4::Constants,
}

/// Why elements are no [`Satellite`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ElementsError {
    /// A field is out of its range.
    #[error("{field} is {value}; it must be {accepted}")]
    OutOfRange {
        /// Which one, as the orbit mean-elements message calls it.
        field: &'static str,
        /// What it was.
        value: f64,
        /// What it may be.
        accepted: &'static str,
    },
    /// SGP4 has no solution for them.
    #[error("SGP4 refuses the elements: {0}")]
    Refused(String),
}

impl Satellite {
    /// The satellite of a set of mean elements. They are read as those who fit them mean them: WGS-72 gravity and the
    /// sidereal time of the Air Force's own code.
    pub fn new(elements: &sgp4::Elements) -> Result<Self, ElementsError> {
        check(elements)?;
        let constants = sgp4::Constants::from_elements_afspc_compatibility_mode(elements)
            .map_err(|refused| ElementsError::Refused(refused.to_string()))?;
        let since_1970 = elements.datetime.and_utc();
        let seconds = u64::try_from(since_1970.timestamp()).map_or(0.0, real);
        let rate_rad_s = elements.mean_motion * TAU / 86_400.0;
        let axis_m = (GRAVITY_M3_S2 / (rate_rad_s * rate_rad_s)).cbrt();
        let perigee_m = axis_m * (1.0 - elements.eccentricity);
        let apogee_m = axis_m * (1.0 + elements.eccentricity);
        let inertial_m_s = (GRAVITY_M3_S2 * (2.0 / perigee_m - 1.0 / axis_m)).sqrt();
        Ok(Self {
            name: elements.object_name.clone().unwrap_or_else(|| elements.norad_id.to_string()),
            catalogue: elements.norad_id,
            epoch_ms: seconds * 1e3 + f64::from(since_1970.timestamp_subsec_nanos()) / 1e6,
            period_s: TAU / rate_rad_s,
            speed_m_s_max: PERTURBED * (inertial_m_s + EARTH_RATE_RAD_S * apogee_m),
            constants,
        })
    }

    /// What it is called in the elements, or its catalogue number.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its number in the catalogue it came from.
    pub fn catalogue(&self) -> u64 {
        self.catalogue
    }

    /// One revolution.
    pub fn period_s(&self) -> f64 {
        self.period_s
    }

    /// It never moves faster than this over the turning Earth.
    pub fn speed_m_s_max(&self) -> f64 {
        self.speed_m_s_max
    }

    /// Where it is, in Earth-fixed metres; nothing where SGP4 says that it has come down.
    pub fn position(&self, at: Instant) -> Option<Vector> {
        self.position_turned(at, sidereal_rad(at))
    }

    /// [`Satellite::position`] where the sidereal time of `at` is known already, as for many satellites at once.
    pub fn position_turned(&self, at: Instant, sidereal_rad: f64) -> Option<Vector> {
        let [x, y, z] = self.inertial_km(at)?;
        Some(earth_fixed([x * 1e3, y * 1e3, z * 1e3], sidereal_rad))
    }

    /// Where it is in the true-equator mean-equinox frame, in kilometres as SGP4 counts.
    pub fn inertial_km(&self, at: Instant) -> Option<Vector> {
        let minutes = (real(at.as_ms()) - self.epoch_ms) / 60_000.0;
        let prediction = self.constants.propagate_afspc_compatibility_mode(sgp4::MinutesSinceEpoch(minutes)).ok()?;
        prediction.position.iter().all(|value| value.is_finite()).then_some(prediction.position)
    }
}

/// What SGP4 would take and answer nonsense to, or come to grief over.
fn check(elements: &sgp4::Elements) -> Result<(), ElementsError> {
    let year = elements.datetime.year();
    if !(1970..=2261).contains(&year) {
        let accepted = "a time in the years 1970 to 2261";
        return Err(ElementsError::OutOfRange { field: "EPOCH", value: f64::from(year), accepted });
    }
    let angles = [
        ("INCLINATION", elements.inclination, 0.0..=180.0, "0 to 180 degrees"),
        ("RA_OF_ASC_NODE", elements.right_ascension, 0.0..=360.0, "0 to 360 degrees"),
        ("ARG_OF_PERICENTER", elements.argument_of_perigee, 0.0..=360.0, "0 to 360 degrees"),
        ("MEAN_ANOMALY", elements.mean_anomaly, 0.0..=360.0, "0 to 360 degrees"),
        ("ECCENTRICITY", elements.eccentricity, 0.0..=0.999, "0 to 0.999"),
        ("MEAN_MOTION", elements.mean_motion, 0.05..=18.0, "0.05 to 18 revolutions a day"),
        ("BSTAR", elements.drag_term, -1.0..=1.0, "-1 to 1 per Earth radius"),
    ];
    for (field, value, range, accepted) in angles {
        if !range.contains(&value) {
            return Err(ElementsError::OutOfRange { field, value, accepted });
        }
    }
    Ok(())
}
